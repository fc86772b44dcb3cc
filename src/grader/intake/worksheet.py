"""Moodle's grading worksheet: whose each `Participant 657693` is, and when the sheet was handed in.

Its headers are in the language of whoever downloaded it, so a person is found by what the roster knows, in any column,
and the time by its place: the first behind the maximum.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from grader.errors import CourseError, SheetProblem
from grader.intake.people import People
from grader.sheets.encoding import decoded

_PARTICIPANT = re.compile(r"\D*?\s?(?P<id>[0-9]+)")
WORKSHEET_BYTES = 64 << 20
_HANDED_IN = "last modified (submission)"
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_CLOCK = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})(?: ?([AP])M)?", re.IGNORECASE)
_DAY, _YEAR = re.compile(r"\b[0-9]{1,2}\b"), re.compile(r"\b[0-9]{4}\b")
_MONTHS = [
    "january jan januar januari janvier enero gennaio janeiro",
    "february feb februar februari février febrero febbraio fevereiro",
    "march mar märz maart mars marzo março",
    "april apr avril abril aprile",
    "may mai mei mayo maggio maio",
    "june jun juni juin junio giugno junho",
    "july jul juli juillet julio luglio julho",
    "august aug augustus août agosto",
    "september sep septembre septiembre settembre setembro",
    "october oct oktober octobre octubre ottobre outubro",
    "november nov novembre noviembre novembro",
    "december dec dezember décembre diciembre dicembre dezembro",
]


class Participant(NamedTuple):
    """A student's id, and when the sheet was handed in by Moodle's own clock, where that is told."""

    student: str
    time: dt.datetime | None


def read_worksheet(path: Path, people: People) -> dict[str, Participant]:
    """Participants by their numbers. CourseError: it cannot be read, or names nobody of the course."""
    try:
        text, _ = decoded(path.read_bytes(), WORKSHEET_BYTES)
        first = text.partition("\n")[0]
        delimiter = max(",;\t", key=first.count)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except OSError as error:
        raise CourseError(f"this cannot be read: {error.strerror}", file=path) from error
    except (SheetProblem, csv.Error) as error:
        raise CourseError(f"this is no worksheet: {error}", file=path) from error
    found: dict[str, Participant] = {}
    column = _handed_in(rows)
    for row in rows[1:]:
        number = _PARTICIPANT.fullmatch(row[0].strip()) if row else None
        student = _person(row[1:], people)
        if number and student:
            found[number["id"]] = Participant(student, moment(row[column]) if 0 < column < len(row) else None)
    if not found:
        raise CourseError("no row of this worksheet has a participant's number and, beside it, the name, address or id "
                          "of a student on the roster", file=path)  # fmt: skip
    return found


def _person(cells: list[str], people: People) -> str:
    for cell in cells:
        for key in ("id", "name"):
            fits = people.called((key, cell.strip())) if cell.strip() else []
            if len(fits) == 1:
                return fits[0].id
    return ""


def _handed_in(rows: Sequence[Sequence[str]]) -> int:
    """The column that says when sheets were handed in: by its English name, else the first of times behind the last
    column in which one number stands for all, which is the maximum. 0: there is none.
    """
    names = [name.strip().casefold() for name in rows[0]] if rows else []
    if _HANDED_IN in names:
        return names.index(_HANDED_IN)
    columns = [[row[place] if place < len(row) else "" for row in rows[1:]] for place in range(len(names))]
    most = [place for place, said in enumerate(columns) if len(set(said)) == 1 and _NUMBER.fullmatch(said[0].strip())]
    behind = range(most[-1] + 1, len(names)) if most else ()
    return next((place for place in behind if any(map(moment, columns[place]))), 0)


def moment(text: str) -> dt.datetime | None:
    """A time as Moodle writes it in some languages.

    >>> moment("Samstag, 24. Oktober 2026, 22:03").isoformat(), moment("-")
    ('2026-10-24T22:03:00', None)
    """
    clock, year = _CLOCK.search(text), _YEAR.search(text)
    if clock is None or year is None:
        return None
    day = _DAY.search(text[: clock.start()])
    words = re.findall(r"[^\W\d_]+", text.casefold())
    month = next((nth for nth, names in enumerate(_MONTHS, start=1) if set(names.split()) & set(words)), 0)
    hour = int(clock[1]) % 12 + 12 * (clock[3].upper() == "P") if clock[3] else int(clock[1])
    try:
        return dt.datetime(int(year[0]), month, int(day[0]) if day else 0, hour, int(clock[2]))  # noqa: DTZ001
    except ValueError:
        return None
