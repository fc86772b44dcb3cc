"""What a cell was given, and why."""

from __future__ import annotations

from typing import NamedTuple

from grader.answers import Cell
from grader.work import Value

VERDICTS = ("blank", "unreadable", "right", "follows", "coarse", "mistake", "wrong", "pending", "reviewed")
UNDECIDED = ("unreadable", "pending")
"""Left for a person: no points yet, and none lost."""
NOT_RIGHT = ("follows", "coarse", "mistake", "wrong")


class Mark(NamedTuple):
    """`expected` is the key (None where a property decides and no one value), `carried` what the student's own earlier
    values lead to (None where the key decided), `came_from` the parts it is computed from that were not right, `said`
    what a person told the student about it.
    """

    part: str
    cell: str
    answer: Cell
    verdict: str
    points: float
    max: float
    expected: Value
    carried: Value | None = None
    mistakes: tuple[str, ...] = ()
    came_from: tuple[str, ...] = ()
    note: str = ""
    said: tuple[str, ...] = ()
