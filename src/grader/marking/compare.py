"""Comparing one cell with one value."""

from __future__ import annotations

from math import isfinite

from grader.answers import Cell
from grader.expression import Comparison, Formula, Reading
from grader.part import Part
from grader.rubric import CellRules
from grader.variant import SMALLEST, VISIBLE
from grader.work import Value

WRITTEN_UNITS = 20
"""So many units of the last digit written allow for roundings on the way."""
SHARPER = 0.25
"""However many digits are written, this share of the tolerance is left for roundings that nobody sees."""


def agrees(rule: CellRules, cell: Cell, value: Value) -> bool:
    """Is the cell within tolerance of the value (a formula: equal to it), or of one that the rubric accepts besides?"""
    number = cell.number
    if number is not None:
        if rule.tolerance.accepts(number, value):
            return True
        return bool(rule.accept) and any(rule.tolerance.accepts(number, a) for a in rule.accept)
    if cell.formulas:
        return any(equal(rule, cell, formula) is not None for formula in (value, *rule.accept))
    return cell.label is not None and (cell.label == str(value) or cell.label in rule.accept)


def meets(rule: CellRules, cell: Cell, wrong: Value) -> bool:
    """Is this a mistake's value?

    The same label, an equal formula; a number within tolerance, and where more digits were written than that, no
    farther than they show: one with many digits that lies at the edge of the tolerance was not got by this mistake but
    by chance.
    """
    number = cell.number
    if cell.formulas:
        return equal(rule, cell, wrong) is not None
    if number is None:
        return cell.label == str(wrong)
    if not rule.tolerance.accepts(number, wrong):
        return False
    written = 0.0 if number.decimals is None else WRITTEN_UNITS * 10.0**-number.decimals
    return bool(abs(number.value - wrong) <= max(written, SHARPER * rule.tolerance.radius(wrong)) + 1e-12 * abs(wrong))


def equal(rule: CellRules, cell: Cell, value: Value) -> Reading | None:
    """The first way of reading the cell that is equal to a formula."""
    return next((r for r in cell.formulas if compared(rule, r.formula, value).verdict == "equal"), None)


def compared(rule: CellRules, formula: Formula, value: Value) -> Comparison:
    assert rule.space is not None, "a part asked as a formula has its space"
    return rule.space.compare(formula, value)


def different(rule: CellRules, one: Formula, other: Formula) -> bool:
    return compared(rule, one, other).verdict == "different"


def visible(rule: CellRules, wrong: Value, right: Value | None) -> bool:
    """Is a mistake's value too far from the right one to be a right answer badly rounded? A label, formula: another?"""
    if isinstance(right, Formula):
        return different(rule, wrong, right)
    if isinstance(right, str):
        return bool(wrong != right)
    return right is not None and bool(isfinite(wrong) and abs(wrong - right) > VISIBLE * rule.tolerance.radius(right))


def within(rule: CellRules, cell: Cell, value: Value) -> bool:
    """Is what was written within tolerance of this one value, or a formula equal to it?"""
    if cell.number is not None:
        return rule.tolerance.accepts(cell.number, value)
    return cell.label == str(value) if cell.label is not None else equal(rule, cell, value) is not None


def tiny(rule: CellRules, value: float) -> bool:
    return value == 0 or abs(value) < SMALLEST * rule.tolerance.floor


def ends(rule: CellRules, part: Part, value: float) -> set[float]:
    """The ends of the part's domain that the value is within tolerance of."""
    both = (part.domain.low, part.domain.high)
    return {end for end in both if isfinite(end) and rule.tolerance.close(value, end)}
