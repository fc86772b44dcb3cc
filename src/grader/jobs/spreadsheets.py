"""Wrong answers that a spreadsheet may have made of right ones. Nobody can know, so marks stay and a person is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from math import isclose
from typing import Any

SHOWN = 5
_DAY_0 = dt.date(1899, 12, 30)
"""Spreadsheets keep a day as a count from here."""
_FIRST, _LAST = 43_831, 51_135
"""The days of 2020 to 2039: what is made of 1/2 has the year in which it was typed."""


def suspicions(marks: Sequence[Sequence[Any]]) -> Iterator[tuple[str, Any, str]]:
    """What to tell of the stored marks of a sheet: (message, line, advice)."""
    wrong = [mark for mark in marks if mark[7] == "wrong" and mark[3].strip().lstrip("-").isdecimal()]
    if dropped := [mark for mark in wrong if _thousandfold(mark)]:
        text, line = dropped[0][3].strip(), dropped[0][-1]
        message = f"a thousand times what is right ({text[:20]}), as where a spreadsheet dropped the point"
        yield f"{_named(dropped)}: {message}", line, "look at how the sheet was saved; mark it with `grader review`"
    if dates := [mark for mark in wrong if _date(mark)]:
        text, line = dates[0][3].strip(), dates[0][-1]
        day = _DAY_0 + dt.timedelta(days=int(text))
        fractions = " or ".join(dict.fromkeys((f"{day.day}/{day.month}", f"{day.month}/{day.day}")))
        message = f"{text} is how a spreadsheet keeps the day {day}, which it makes of {fractions}"
        yield f"{_named(dates)}: {message}", line, "ask what was typed; mark it with `grader review`"


def _named(marks: Sequence[Sequence[Any]]) -> str:
    cells = ", ".join(f"{mark[0]} {mark[1]}" for mark in marks[:SHOWN])
    return cells + (f" and {len(marks) - SHOWN} more" if len(marks) > SHOWN else "")


def _thousandfold(mark: Sequence[Any]) -> bool:
    """A spreadsheet set to German takes the point of 1.518 for a thousands mark and saves 1518; nobody writes 3.000."""
    return any(not right.is_integer() and isclose(float(mark[4]), 1000 * right, rel_tol=0.01) for right in _right(mark))


def _date(mark: Sequence[Any]) -> bool:
    text = mark[3].strip()
    return len(text) == len(str(_FIRST)) and _FIRST <= int(text) <= _LAST and all(abs(v) < 1000 for v in _right(mark))


def _right(mark: Sequence[Any]) -> list[float]:
    """The key, and what was expected on the student's own earlier values, as far as they are numbers."""
    found = []
    for text in mark[5:7]:
        try:
            found.append(float(text))
        except ValueError:
            continue
    return found
