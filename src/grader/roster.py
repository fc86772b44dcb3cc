"""The roster: who takes the course."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from pathlib import Path

from grader.errors import CourseError
from grader.roster_export import is_export, read_export
from grader.scratch import Scratch, Seen

COLUMNS = ("student", "name", "email", "section", "canvas_id", "moodle_id", "sid", "login")
NAME_CAP = 120
LEAST_MISSPELT = 4
"""Letters of a column that can be misspelt: `id` is no `sid`."""


@dataclass(frozen=True, slots=True)
class Student:
    id: str
    name: str = ""
    email: str = ""
    section: str = ""
    canvas_id: str = ""
    moodle_id: str = ""
    sid: str = ""
    login: str = ""


_NAMES = [each.name for each in fields(Student)]
_ROW = attrgetter(*_NAMES)


class Students(Mapping[str, Student]):
    """Students by id, in the order in which they came first; what is said of one last holds. They are not in memory."""

    def __init__(self, students: Iterable[Student]) -> None:
        self.kept = Scratch(f"students (nth INTEGER PRIMARY KEY, id TEXT UNIQUE, {', '.join(_NAMES[1:])})")
        self._add(students, f"UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _NAMES[1:])}")

    def add_new(self, students: Iterable[Student]) -> None:
        """Those who are not among them; the others stay as they are."""
        self._add(students, "NOTHING")

    def _add(self, students: Iterable[Student], known: str) -> None:
        row = f"(NULL, {', '.join('?' * len(_NAMES))}) ON CONFLICT (id) DO {known}"
        self.kept.add(f"INSERT INTO students VALUES {row}", map(_ROW, students))  # noqa: S608 - our own words

    def __getitem__(self, student: str) -> Student:
        for found in self.where("id = ?", student):
            return found
        raise KeyError(student)

    def __contains__(self, student: object) -> bool:
        return self.kept.one("SELECT 1 FROM students WHERE id = ?", student) is not None

    def __iter__(self) -> Iterator[str]:
        return (student for (student,) in self.kept.ask("SELECT id FROM students ORDER BY nth"))

    def __len__(self) -> int:
        return int(self.kept.one("SELECT count(*) FROM students")[0])

    def where(self, which: str, *values: object) -> Iterator[Student]:
        """Those of whom that holds, in order."""
        rows = self.kept.ask(f"SELECT {', '.join(_NAMES)} FROM students WHERE {which} ORDER BY nth", *values)  # noqa: S608
        return (Student(*row) for row in rows)


def read_roster(path: Path) -> list[Student]:
    """Students in the file's order, from a roster of our own or an export of Canvas, Moodle or Gradescope.

    CourseError: no `student` column, an id twice, an unreadable file.
    """
    return list(each_student(path))


def each_student(path: Path) -> Iterator[Student]:
    """The same, without holding them in memory."""
    first = _first_line(path)
    with path.open(encoding="utf-8-sig") as file:
        rows = csv.DictReader(file, delimiter=max(",;\t", key=first.count), strict=True)
        try:
            names = [(name or "").strip().casefold() for name in rows.fieldnames or ()]
            students: Iterator[tuple[Student, int]]
            if is_export(names):
                rows.fieldnames = names
                students = ((Student(**values), line) for values, line in read_export(rows, names, path))
            else:
                students = _students(rows, _header(rows.fieldnames or (), path), path)
            yield from _unique(students, path)
        except csv.Error as error:
            raise CourseError(f"this is not a proper CSV file: {error}", file=path, line=rows.line_num) from error


def _first_line(path: Path) -> str:
    """CourseError: the file is not there, or not all of it is text."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            first = file.readline()
            for _ in file:
                pass
    except FileNotFoundError:
        raise CourseError("there is no such roster; write one with the columns student,name,email", file=path) from None
    except UnicodeDecodeError:
        raise CourseError("this is not UTF-8 text: save the roster as 'CSV UTF-8'", file=path) from None
    except OSError as error:
        raise CourseError(f"this cannot be read: {error.strerror}", file=path) from error
    return first


def _header(names: Sequence[str], path: Path) -> dict[str, str]:
    """Our columns by the names that the file has them under; other columns are left alone, but misspelt ones told."""
    header = {(name or "").strip().casefold(): name for name in names}
    for name in header:
        for column in COLUMNS:
            close = (
                len(column) >= LEAST_MISSPELT
                and abs(len(name) - len(column)) <= 1
                and difflib.get_close_matches(name, [column], cutoff=0.7)
            )
            if name != column and column not in header and close:
                raise CourseError(f"unknown column '{name}'. Did you mean '{column}'?", file=path, line=1)
    if "student" not in header:
        raise CourseError(
            "the roster has no column 'student'; its columns are student,name,email,section", file=path, line=1
        )
    return header


def _students(rows: csv.DictReader[str], header: Mapping[str, str], path: Path) -> Iterator[tuple[Student, int]]:
    for row in rows:
        values = {column: (row.get(header[column]) or "").strip() for column in COLUMNS if column in header}
        student = Student(values.pop("student"), **{key: value[:NAME_CAP] for key, value in values.items()})
        if student.id:
            yield student, rows.line_num
        elif any(values.values()):
            raise CourseError("this row has no student id", file=path, line=rows.line_num)


def _unique(students: Iterable[tuple[Student, int]], path: Path) -> Iterator[Student]:
    seen = Seen()
    for student, line in students:
        if not student.id.isprintable() or len(student.id) > NAME_CAP:
            raise CourseError(f"this is no student id: {student.id[:40]!r}", file=path, line=line)
        if seen.before(student.id):
            raise CourseError(f"the student '{student.id}' stands here twice", file=path, line=line)
        yield student


def numbered(count: int) -> list[Student]:
    """Students s001, s002, … for a trial without a roster."""
    width = max(3, len(str(count)))
    return [Student(f"s{k:0{width}d}") for k in range(1, count + 1)]


def find(written: str, students: Mapping[str, Student]) -> tuple[Student | None, str]:
    """The student that an id on a sheet means, and what had to be assumed ("" if nothing).

    Case is forgiven, and leading zeros that a spreadsheet ate, where only one student fits.
    """
    if written in students:
        return students[written], ""
    for fold, assumed in ((str.casefold, "in other letters"), (_without_zeros, "without its leading zeros")):
        fits = [student for key, student in students.items() if fold(key) == fold(written)]
        if len(fits) == 1:
            return fits[0], f"the id '{fits[0].id}' is written {assumed}: '{written}'"
    return None, ""


def _without_zeros(text: str) -> str:
    return text.casefold().lstrip("0")


def sections(students: Iterable[Student]) -> list[Student]:
    """By section, then in the roster's order: how papers are printed and handed out."""
    return sorted(students, key=lambda student: student.section)
