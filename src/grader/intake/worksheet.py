"""Moodle's grading worksheet: whose each `Participant 657693` is.

Its headers are in the language of whoever downloaded it, so a person is found by what the roster knows, in any column.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from grader.errors import CourseError, SheetProblem
from grader.intake.people import People
from grader.sheets.encoding import decoded

_PARTICIPANT = re.compile(r"\D*?\s?(?P<id>[0-9]+)")
WORKSHEET_BYTES = 64 << 20


def read_worksheet(path: Path, people: People) -> dict[str, str]:
    """The student's id by the participant's number. CourseError: it cannot be read, or names nobody of the course."""
    try:
        text, _ = decoded(path.read_bytes(), WORKSHEET_BYTES)
        first = text.partition("\n")[0]
        delimiter = max(",;\t", key=first.count)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except OSError as error:
        raise CourseError(f"this cannot be read: {error.strerror}", file=path) from error
    except (SheetProblem, csv.Error) as error:
        raise CourseError(f"this is no worksheet: {error}", file=path) from error
    found: dict[str, str] = {}
    for row in rows[1:]:
        number = _PARTICIPANT.fullmatch(row[0].strip()) if row else None
        student = _person(row[1:], people)
        if number and student:
            found[number["id"]] = student
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
