"""Scores into the instructor's own files from a course system: one column is filled in, all else stays to the byte."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from grader.course import Course, Loaded
from grader.errors import CourseError
from grader.export import READERS, Cells, Chosen, Directory, Layout, Line
from grader.files import write
from grader.jobs.scores import Score, known_under, scores

LEFT = "left out"
FILE_CAP = 64 << 20
"""A gradebook of a hundred thousand students is not larger."""


@dataclass(frozen=True)
class Policy:
    """What goes out for whom: `pending` skip or current, `missing` skip or zero; `scale` to other maxima."""

    pending: str = "skip"
    missing: str = "skip"
    scale: bool = False


@dataclass(frozen=True)
class Exported:
    """A file that was written: its column, and how many of its rows were treated how."""

    path: Path
    title: str
    counts: Counter[str]


@dataclass(frozen=True)
class Done:
    """All files, and who was left out: (whom or which row, why)."""

    files: Sequence[Exported]
    left: Sequence[tuple[str, str]]


def export(course: Course, loaded: Loaded, system: str, templates: Sequence[Path], column: str, policy: Policy) -> Done:
    """Write a filled copy of each template to reports/NAME/export/, all of them or none.

    CourseError: one is no file of this system, has no such column, or has another maximum.
    """
    gradebook = course.gradebook(must_exist=True)
    try:
        standing = scores(course, gradebook, loaded)
        people = known_under(gradebook, loaded.name, [score.student for score in standing])
    finally:
        gradebook.close()
    filling = Filling(standing, Directory(people), policy)
    chosen, folder = Chosen((loaded.assignment.title, loaded.name), column), course.reports(loaded.name) / "export"
    filled = []
    for path, name in zip(templates, _names(templates), strict=True):
        if (folder / name).resolve() == path.resolve():
            raise CourseError("this is a file that an export wrote; give the one from the course system", file=path)
        cells = _opened(path)
        layout = READERS[system](cells, chosen)
        filled.append((cells, Exported(folder / name, layout.title, filling.fill(cells, layout, name))))
    for cells, exported in filled:
        write(exported.path, cells.encoded())
    return Done([exported for _, exported in filled], [*filling.left, *filling.unseen()])


class Filling:
    """Files being filled one after the other. `left`: rows that nothing could be written into, and why."""

    def __init__(self, standing: Iterable[Score], directory: Directory, policy: Policy) -> None:
        self.standing = {score.student.id: score for score in standing}
        self.directory, self.policy = directory, policy
        self.seen: set[str] = set()
        self.left: list[tuple[str, str]] = []

    def fill(self, cells: Cells, layout: Layout, name: str) -> Counter[str]:
        """Fill a file in; how many rows were treated how, in words."""
        meant = [(line, *self.directory.find(line.keys)) for line in layout.lines]
        rows, counts = Counter(student for _, student, _ in meant), Counter[str]()
        for line, student, why in meant:
            self.seen.add(student)
            refused = why or _refused(cells, layout, line, student, rows[student])
            text, what = ("", LEFT) if refused else self._outgoing(self.standing[student], line, layout, cells)
            if refused:
                self.left.append((f"{name}, line {line.row + 1}: {line.shown}", refused))
            if text:
                cells.put(line.row, layout.column, text.replace(".", cells.decimal_mark))
            counts[what] += 1
        return counts

    def _outgoing(self, score: Score, line: Line, layout: Layout, cells: Cells) -> tuple[str, str]:
        """What is written into a student's cell ("" to leave it as it is), and what to count it as."""
        if kept := layout.kept.get(cells.at(line.row, layout.column)):
            return "", f"{kept}, left as they are"
        if score.excused:
            return "", "excused here, left as they are"
        if score.points is None:
            zero = self.policy.missing == "zero"
            return ("0.00", "missing, as zero") if zero else ("", "missing, left as they are")
        if score.open and self.policy.pending == "skip":
            return "", "waiting for a person, left as they are"
        points = score.points
        if line.maximum not in (None, score.max):
            if not self.policy.scale:
                raise CourseError(
                    f"'{layout.title}' has {line.maximum:g} points there and {score.max:g} here; make them the same, "
                    "or let --scale turn these into those",
                    file=cells.file,
                )
            points = points * (line.maximum or 0.0) / score.max if score.max else 0.0
        return two_decimals(points), "waiting for a person, points so far" if score.open else "scores"

    def unseen(self) -> list[tuple[str, str]]:
        """Students who stand in none of the files."""
        reason = "stands in none of these files"
        return [
            (f"{score.student.id} {score.student.name}".strip(), reason)
            for student, score in self.standing.items()
            if student not in self.seen
        ]


def _opened(path: Path) -> Cells:
    try:
        if path.stat().st_size > FILE_CAP:
            raise CourseError("this is larger than any gradebook", file=path)
        return Cells(path.read_bytes(), path)
    except OSError as error:
        raise CourseError(f"this cannot be read: {error.strerror}", file=path) from error


def _names(templates: Sequence[Path]) -> list[str]:
    """The templates' own names; the second of the same name gets -2 behind it."""
    names: list[str] = []
    for path in templates:
        name, nth = path.name, 1
        while os.path.normcase(name) in map(os.path.normcase, names):
            nth += 1
            name = f"{path.stem}-{nth}{path.suffix}"
        names.append(name)
    return names


def _refused(cells: Cells, layout: Layout, line: Line, student: str, rows: int) -> str:
    """Why nothing can be written into a student's row, or ""."""
    if rows > 1:
        return f"{student} has {rows} rows in this file"
    return line.locked or ("the row is cut short" if len(cells.rows[line.row]) <= layout.column else "")


def two_decimals(points: float) -> str:
    """As Canvas compares them.

    >>> two_decimals(1234.005), two_decimals(2 / 3)
    ('1234.01', '0.67')
    """
    return str(Decimal(repr(points)).quantize(Decimal("0.01"), ROUND_HALF_UP))
