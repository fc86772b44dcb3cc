"""Scores into the instructor's own files from a course system: one column is filled in, all else stays to the byte."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from grader.course import Course, Loaded
from grader.errors import CourseError
from grader.export import READERS, Cells, Chosen, Directory, Layout, Line
from grader.files import write
from grader.jobs.scores import Score, known_under, scores

FILE_CAP = 64 << 20
"""A gradebook of a hundred thousand students is not larger."""


@dataclass(frozen=True)
class Policy:
    """What goes out for whom: `pending` skip or current, `missing` skip or zero; `scale` to other maxima."""

    pending: str = "skip"
    missing: str = "skip"
    scale: bool = False


@dataclass
class Exported:
    """A file that was written: its column, and how many of its rows were treated how."""

    path: Path
    title: str
    counts: Counter[str] = field(default_factory=Counter)


@dataclass
class Done:
    """All files, and who was left out: (whom or which row, why)."""

    files: list[Exported] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


def export(course: Course, loaded: Loaded, system: str, templates: Sequence[Path], column: str, policy: Policy) -> Done:
    """Write a filled copy of each template to reports/NAME/export/. CourseError: one is of no use."""
    gradebook = course.gradebook(must_exist=True)
    try:
        standing = {score.student.id: score for score in scores(course, gradebook, loaded)}
        people = known_under(gradebook, loaded.name, [score.student for score in standing.values()])
    finally:
        gradebook.close()
    directory, chosen = Directory(people), Chosen((loaded.assignment.title, loaded.name), column)
    read = [(path, _opened(path)) for path in templates]
    filled: list[tuple[Path, Cells, Exported]] = []
    done, seen = Done(), set[str]()
    for (path, cells), name in zip(read, _names(templates), strict=True):
        layout = READERS[system](cells, chosen)
        target = course.reports(loaded.name) / "export" / name
        if target.resolve() == path.resolve():
            raise CourseError("this is a file that an export wrote; give the one from the course system", file=path)
        exported = Exported(target, layout.title)
        _fill(cells, layout, standing, directory, policy, exported, done, seen)
        filled.append((target, cells, exported))
    for target, cells, exported in filled:
        write(target, cells.encoded())
        done.files.append(exported)
    done.left += [
        (f"{score.student.id} {score.student.name}".strip(), "stands in none of these files")
        for student, score in standing.items()
        if student not in seen
    ]
    return done


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


def _fill(
    cells: Cells,
    layout: Layout,
    standing: Mapping[str, Score],
    directory: Directory,
    policy: Policy,
    exported: Exported,
    done: Done,
    seen: set[str],
) -> None:
    meant = [(line, *directory.find(line.keys)) for line in layout.lines]
    rows = Counter(student for _, student, _ in meant if student)
    for line, student, why in meant:
        seen.add(student)
        if not student or rows[student] > 1:
            reason = why if not student else f"{student} has {rows[student]} rows in this file"
            done.left.append((f"{exported.path.name}, line {line.row + 1}: {line.shown}", reason))
            continue
        text, what = _outgoing(cells.at(line.row, layout.column), standing[student], line, layout, policy, cells.file)
        if text and len(cells.rows[line.row]) <= layout.column:
            text, what = "", "left out: the row is cut short"
        if what.startswith("left out"):
            done.left.append((f"{exported.path.name}, line {line.row + 1}: {line.shown}", what.partition(": ")[2]))
        elif text:
            cells.put(line.row, layout.column, text.replace(".", cells.decimal_mark))
        exported.counts[what.partition(":")[0]] += 1


def _outgoing(there: str, score: Score, line: Line, layout: Layout, policy: Policy, file: Path) -> tuple[str, str]:
    """What is written into a student's cell ("" to leave it as it is), and what to count it as."""
    if layout.excused and there == layout.excused:
        return "", "excused there, left as they are"
    if line.locked:
        return "", f"left out: {line.locked}"
    if score.points is None:
        return ("0.00", "missing, as zero") if policy.missing == "zero" else ("", "missing, left as they are")
    if score.open and policy.pending == "skip":
        return "", "waiting for a person, left as they are"
    what = "waiting for a person, points so far" if score.open else "scores"
    return two_decimals(_scaled(score, line.maximum, policy, file, layout.title)), what


def _scaled(score: Score, maximum: float | None, policy: Policy, file: Path, title: str) -> float:
    assert score.points is not None
    if maximum is None or maximum == score.max:
        return score.points
    if not policy.scale:
        raise CourseError(
            f"'{title}' has {maximum:g} points there and {score.max:g} here; make them the same, or let --scale "
            "turn these into those",
            file=file,
        )
    return score.points * maximum / score.max if score.max else 0.0


def two_decimals(points: float) -> str:
    """As Canvas compares them.

    >>> two_decimals(1234.005), two_decimals(2 / 3)
    ('1234.01', '0.67')
    """
    return str(Decimal(repr(points)).quantize(Decimal("0.01"), ROUND_HALF_UP))
