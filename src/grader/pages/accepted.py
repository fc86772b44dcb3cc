"""What would have been accepted: the interval of right answers as people read it."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from grader.marking import Mark
from grader.pages.solution import shown
from grader.part import Part
from grader.rubric import CellRules

CLOSE = Decimal("0.005")
"""A printed end may lie inside the true one by this share of the interval's width: less than students write."""
MOST_DIGITS = 17


def accepted(mark: Mark, part: Part, rule: CellRules) -> str:
    """The right answers: by the exact values, and by the student's own earlier ones where these decide."""
    if part.judge is not None:
        return "any answer that has the property asked for"
    exact = " or ".join(dict.fromkeys(_around(value, rule) for value in (mark.expected, *rule.accept)))
    if mark.carried is None:
        return exact
    own = f"{_around(mark.carried, rule).removesuffix(' exactly')} from your values"
    if mark.verdict == "follows":
        return own
    return f"{exact}, or {own}" if mark.verdict == "wrong" and mark.came_from and not mark.note else exact


def _around(value: object, rule: CellRules) -> str:
    if not isinstance(value, float):
        return f"{shown(value)} exactly" if isinstance(value, int) else shown(value)
    low, high = rule.tolerance.interval(value)
    return between(low, high) if low < high else f"{shown(value)} exactly"


def between(low: float, high: float) -> str:
    """An interval in as few digits as leave what is printed inside it, and nearly as wide.

    >>> between(0.60695, 0.62022), between(-0.000512, 0.000512), between(23.7595, 24.2405)
    ('0.6070 to 0.6202', '−0.00051 to 0.00051', '23.76 to 24.24')
    """
    ends, room = (Decimal(repr(low)), Decimal(repr(high))), CLOSE * (Decimal(repr(high)) - Decimal(repr(low)))
    for digits in range(MOST_DIGITS):
        unit = Decimal(1).scaleb(room.adjusted() + 3 - digits)
        bottom, top = ends[0].quantize(unit, ROUND_CEILING), ends[1].quantize(unit, ROUND_FLOOR)
        if bottom <= top and bottom - ends[0] < room and ends[1] - top < room:
            return f"{_text(bottom)} to {_text(top)}"
    return f"{_text(ends[0])} to {_text(ends[1])}"


def _text(end: Decimal) -> str:
    size = end.adjusted() if end else 0
    plain = f"{abs(end):f}" if -7 < size < 12 else f"{abs(end):e}"
    return f"−{plain}" if end < 0 else plain
