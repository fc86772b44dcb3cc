"""Who has longer, and who is excused: assignments/extensions.csv."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.deadlines import Stamp, stamp
from grader.errors import CourseError, did_you_mean
from grader.roster import Student, find

COLUMNS = ("student", "assignment", "due", "excused", "handed_in")
YES, NO = ("yes", "true", "1", "x", "y"), ("no", "false", "0", "", "n")


@dataclass(frozen=True)
class Extension:
    """What holds for one student and assignment. `handed_in` is what a person knows of a sheet that came without a
    time.
    """

    due: Stamp | None = None
    excused: bool = False
    handed_in: Stamp | None = None


NONE = Extension()


def read_extensions(
    path: Path, students: Mapping[str, Student], assignments: Collection[str]
) -> dict[tuple[str, str], Extension]:
    """By student and assignment; none where there is no such file.

    CourseError: file, line, what is wrong, the nearest right word.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"this cannot be read, save it as 'CSV UTF-8': {error}", file=path) from error
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    found: dict[tuple[str, str], Extension] = {}
    try:
        header = _header(next(rows, []))
        for row in rows:
            if not any(field.strip() for field in row):
                continue
            values = dict(zip(header, map(str.strip, row), strict=False))
            key = _whose(values, students, assignments, found)
            found[key] = _extension(values)
    except (ValueError, csv.Error) as error:
        raise CourseError(str(error), file=path, line=max(1, rows.line_num)) from error
    return found


def _header(names: list[str]) -> list[str]:
    header = [name.strip().casefold() for name in names]
    for name in header:
        if name and name not in COLUMNS:
            raise ValueError(f"unknown column '{name}'. {did_you_mean(name, COLUMNS)}")
    for name in COLUMNS[:2]:
        if name not in header:
            raise ValueError(f"there is no column '{name}'; the columns are {','.join(COLUMNS)}")
    return header


def _whose(
    values: Mapping[str, str],
    students: Mapping[str, Student],
    assignments: Collection[str],
    found: Collection[tuple[str, str]],
) -> tuple[str, str]:
    student, _ = find(values.get("student", ""), students)
    if student is None:
        written = values.get("student", "")
        near = did_you_mean(written, students)
        raise ValueError(f"there is no student '{written[:60]}'. {near if near.startswith('Did') else ''}".strip())
    assignment = values.get("assignment", "")
    if assignment not in assignments:
        raise ValueError(f"there is no assignment '{assignment[:60]}'. {did_you_mean(assignment, assignments)}")
    if (student.id, assignment) in found:
        raise ValueError(f"there are two rows for '{student.id}' and '{assignment}'; keep one")
    return student.id, assignment


def _extension(values: Mapping[str, str]) -> Extension:
    word = values.get("excused", "").casefold()
    if word not in (*YES, *NO):
        raise ValueError(f"excused: '{word[:40]}' is neither yes nor no")
    times = {}
    for name in ("due", "handed_in"):
        try:
            times[name] = stamp(values[name]) if values.get(name) else None
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    return Extension(times["due"], word in YES, times["handed_in"])
