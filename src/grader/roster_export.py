"""A course system's own list of students, taken as the roster: a gradebook, a worksheet or a list of participants.

Ids stay the texts that they are. The student's id is the first number or name of an account that everybody has.

Sources: Canvas, lib/gradebook_exporter.rb and gradebook_importer.rb; Moodle, mod/assign/gradingtable.php; Gradescope's
roster file.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import CourseError
from grader.scratch import Kept

CUT = 120
_TEST_STUDENTS = frozenset({"student, test", "test student"})
_POINTS = "points possible"


@dataclass(frozen=True)
class Export:
    """How a system heads its columns: `columns` are its names for ours, `ids` what may be the student's id."""

    needs: tuple[frozenset[str], ...]
    columns: Mapping[str, tuple[str, ...]]
    ids: tuple[str, ...]


_NAMES = ("full name", "name")
EXPORTS = (
    Export(
        (frozenset({"student", "id", "section"}),),
        {"name": ("student",), "canvas_id": ("id",), "sid": ("sis user id",), "login": ("sis login id",),
         "section": ("section",)},
        ("sid", "login", "canvas_id"),
    ),
    Export(
        (frozenset({"sid", "email", "first name", "last name"}), frozenset({"sid", "email", "name", "role"})),
        {"name": _NAMES, "sid": ("sid",), "email": ("email",), "section": ("section", "sections")},
        ("sid", "email"),
    ),
    Export(
        (frozenset({"identifier", "full name"}), frozenset({"email address", "first name", "last name"}),
         frozenset({"email address", "first name", "surname"}), frozenset({"id number", "first name", "last name"})),
        {"name": _NAMES, "moodle_id": ("identifier",), "sid": ("id number",), "login": ("username",),
         "email": ("email address",), "section": ("group", "groups")},
        ("sid", "login", "email", "moodle_id"),
    ),
)  # fmt: skip


def _export(names: Sequence[str]) -> Export | None:
    """The system whose header this is; ours, whose first word may be the same, has `student` and none of the ids."""
    known = set(names)
    if "student" in known and not (names[:2] == ["student", "id"] and "name" not in known):
        return None
    return next((each for each in EXPORTS if any(needed <= known for needed in each.needs)), None)


def is_export(names: Sequence[str]) -> bool:
    """Is this, in small letters, the header of another system's file?"""
    return _export(names) is not None


def read_export(rows: csv.DictReader[str], names: Sequence[str], path: Path) -> Iterator[tuple[dict[str, str], int]]:
    """Our columns of every student, with `id`, and the line. Points, staff and the test student are left out.

    CourseError: there is no column in which everybody has something.
    """
    export = _export(names)
    assert export is not None
    found = Kept((values, rows.line_num) for row in rows if (values := _student(row, export)))
    column = next((each for each in export.ids if all(values.get(each) for values, _ in found)), None)
    if column is None:
        lacking = " or ".join(name for each in export.ids for name in export.columns[each] if name in names)
        raise CourseError(f"not every student has something under {lacking}: fill it in, or write a roster with the "
                          "columns student,name,email", file=path)  # fmt: skip
    for values, line in found:
        yield {"id": values[column], **values}, line


def _student(row: Mapping[str, str | None], export: Export) -> dict[str, str]:
    cells = {key: _plain(value) for key, value in row.items() if key and isinstance(value, str)}
    values = {ours: next((cells[name] for name in theirs if cells.get(name)), "")[:CUT]
              for ours, theirs in export.columns.items()}  # fmt: skip
    last = cells.get("last name") or cells.get("surname") or ""
    values["name"] = values["name"] or f"{cells.get('first name', '')} {last}".strip()[:CUT]
    if "moodle_id" in values:  # Participant 657693
        values["moodle_id"] = "".join(re.findall(r"[0-9]+\Z", values["moodle_id"]))
    name = values["name"].casefold()
    staff = cells.get("role", "student").casefold() not in ("student", "")
    if staff or name in _TEST_STUDENTS or name.startswith(_POINTS) or not any(values[each] for each in export.ids):
        return {}
    return values


def _plain(cell: str) -> str:
    """Canvas writes names that begin with = as ="=name"."""
    cell = cell.strip()
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') else cell
