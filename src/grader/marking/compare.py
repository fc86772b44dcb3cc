"""Comparing one cell with one value."""

from __future__ import annotations

from math import isfinite

from grader.answers import Cell
from grader.part import Part
from grader.rubric import CellRules
from grader.variant import SMALLEST, VISIBLE
from grader.work import Value


def agrees(rule: CellRules, cell: Cell, value: Value) -> bool:
    """Is the cell within tolerance of the value, or of one that the rubric accepts besides?"""
    if cell.number is None:
        return cell.label is not None and (cell.label == str(value) or cell.label in rule.accept)
    number = cell.number
    return rule.tolerance.accepts(number, value) or any(rule.tolerance.accepts(number, a) for a in rule.accept)


def visible(rule: CellRules, wrong: float, right: float | None) -> bool:
    """Is a mistake's value too far from the right one to be a right answer badly rounded?"""
    return right is not None and isfinite(wrong) and abs(wrong - right) > VISIBLE * rule.tolerance.radius(right)


def tiny(rule: CellRules, value: float) -> bool:
    return value == 0 or abs(value) < SMALLEST * rule.tolerance.floor


def ends(rule: CellRules, part: Part, value: float) -> set[float]:
    """The ends of the part's domain that the value is within tolerance of."""
    both = (part.domain.low, part.domain.high)
    return {end for end in both if isfinite(end) and rule.tolerance.close(value, end)}
