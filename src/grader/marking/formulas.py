"""What there is to say about answers that are formulas."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from grader.expression import Formula
from grader.marking.compare import compared, equal
from grader.marking.mark import Mark
from grader.rubric import CellRules
from grader.work import Value

UNCLEAR = "by computing it cannot be decided whether this is the formula asked for: a person decides"


def undecided(rule: CellRules, mark: Mark) -> Mark:
    """A wrong formula with the point that shows it; `pending` where no computing can tell."""
    keys = [key for key in (mark.expected, mark.carried) if key is not None]
    comparisons = [compared(rule, reading.formula, key) for reading in mark.answer.formulas for key in keys]
    if any(comparison.verdict == "unclear" for comparison in comparisons):
        return mark._replace(verdict="pending", note=UNCLEAR)
    return mark._replace(note="; ".join(filter(None, (mark.note, *_shown_wrong(rule, mark)))))


def _shown_wrong(rule: CellRules, mark: Mark) -> Iterator[str]:
    """Where the first reading differs from the key."""
    first, space = mark.answer.formulas[0].formula, rule.space
    found = compared(rule, first, mark.expected)
    assert space is not None
    assert found.point is not None, "what is different differs somewhere"
    if len(mark.answer.formulas) > 1:
        yield f"it can be read in more than one way, and none is right: read as {space.written(first)}"
    at = space.point(found.point, first)
    gives = f"is {found.value:.6g}" if isfinite(found.value) else "has no finite value"
    yield f"{f'at {at} this' if at else 'this'} {gives}; the right formula is {found.key:.6g} there"


def in_words(rule: CellRules, mark: Mark) -> Mark:
    """The mark with formulas as texts in the page's symbols, and with what had to be taken for granted in reading."""
    note = mark.note
    if mark.verdict in ("right", "follows"):
        keys = (key for key in (mark.expected, mark.carried, *rule.accept) if key is not None)
        reading = next(filter(None, (equal(rule, mark.answer, key) for key in keys)), None)
        note = "; ".join(filter(None, (note, reading.note if reading else "")))
    return mark._replace(note=note, expected=_text(rule, mark.expected), carried=_text(rule, mark.carried))


def _text(rule: CellRules, value: Value) -> Value:
    return rule.space.written(value) if rule.space is not None and isinstance(value, Formula) else value
