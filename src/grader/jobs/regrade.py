"""Corrections: what marking by the rules of today would change, and doing it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.course import Course, Loaded
from grader.engine import HERE, Engine, Progress, silent
from grader.errors import CourseError
from grader.files import writing
from grader.gradebook import Gradebook, Marking
from grader.jobs.attempts import Attempt, Attempts
from grader.jobs.desk import Desk, Task, marked, settled
from grader.jobs.report import everybody
from grader.jobs.tables import Table, number
from grader.marking import decision
from grader.roster import Student

COLUMNS = (
    "student", "name", "before", "after", "change", "why", "decided by people", "max before", "max after",
)  # fmt: skip
MOST_REASONS = 3
SURE = 1e-6


@dataclass(frozen=True)
class Change:
    """A student whose points or verdicts change: points that count, before and after, and `possible` ones.

    `why`: the answers that change, from what to what. `kept`: answers that a person decided; these stay.
    """

    student: Student
    before: float
    after: float
    why: Sequence[str]
    kept: Sequence[str]
    possible: tuple[float, float]

    @property
    def row(self) -> tuple[str, ...]:
        by = self.after - self.before
        signed = f"{'+' if by > SURE else ''}{number(by)}"
        points = number(self.before), number(self.after), signed
        most = map(number, self.possible)
        return self.student.id, self.student.name, *points, "; ".join(self.why), " ".join(self.kept), *most

    @property
    def short(self) -> tuple[str, ...]:
        """The same for a terminal."""
        student, _, before, after, change, _, _, *most = self.row
        if most[0] != most[1]:
            before, after = f"{before} of {most[0]}", f"{after} of {most[1]}"
        more = [f"and {len(self.why) - MOST_REASONS} more"] if len(self.why) > MOST_REASONS else []
        kept = [f"{len(self.kept)} decided by people kept"] if self.kept else []
        return student, before, after, change, "; ".join([*self.why[:MOST_REASONS], *more, *kept])


@dataclass(frozen=True)
class Regraded:
    """`sheets`: how many have marks by earlier rules; `spared`: so many would have lost by it and keep their marks."""

    sheets: int
    changes: Sequence[Change]
    spared: int


def regrade(
    course: Course,
    loaded: Loaded,
    *,
    apply: bool = False,
    keep_higher: bool = False,
    progress: Progress = silent,
    engine: Engine = HERE,
) -> Regraded:
    """Mark every sheet by the rules of today, and tell what that changes; it is undone again unless `apply`.

    `keep_higher`: a sheet that would have a smaller share of its points keeps its marks. CourseError: nothing was
    graded yet.
    """
    gradebook = course.gradebook(must_exist=True)
    try:
        with gradebook.transaction(keep=apply):
            return _regrade(course, gradebook, loaded, progress, engine, keep_higher=keep_higher)
    finally:
        gradebook.close()


def _regrade(
    course: Course, gradebook: Gradebook, loaded: Loaded, progress: Progress, engine: Engine, *, keep_higher: bool
) -> Regraded:
    name = loaded.name
    attempts = Attempts(course, gradebook, name)
    if not attempts.all:
        raise CourseError(f"no sheet of '{name}' has been graded yet: run `grader grade` first")
    before, desk = dict(attempts.standing), Desk(course, gradebook, name)
    run = gradebook.add_run("regrade", {name: loaded.rubric.hash})
    sheets = spared = 0
    every = sum(map(len, attempts.all.values()))
    for (marking, task), outcomes in progress(marked(engine, _tasks(desk), every), f"marking {name}", every):
        if task is None:
            continue
        sheets, new = sheets + 1, settled(task, outcomes)
        if keep_higher and _share(new.points, new.possible) < _share(marking.points, marking.max) - SURE:
            spared += 1
        else:
            desk.store(run, marking.submission, task, new)
    after = Attempts(course, gradebook, name).standing
    students = everybody(course, gradebook, name)
    changes = _changes(gradebook, students, before, after)
    return Regraded(sheets, list(changes), spared)


def _share(points: float, most: float) -> float:
    """Where a part is dropped, who had all has all of less."""
    return points / most if most else 0.0


def _tasks(desk: Desk) -> Iterator[tuple[tuple[Marking, Task | None], list[Task]]]:
    """What is to be marked of each sheet to have marks by the rules of today."""
    for student, marking in desk.markings():
        task = desk.again(student, marking, anew=True)
        yield (marking, task), [task] if task else []


def _changes(
    gradebook: Gradebook,
    students: Mapping[str, Student],
    before: Mapping[str, Attempt],
    after: Mapping[str, Attempt],
) -> Iterator[Change]:
    for student in sorted(after):
        old, new = before[student], after[student]
        if old.marking.id == new.marking.id:
            continue
        was, now = (_cells(gradebook.marks(attempt.marking.id)) for attempt in (old, new))
        why = list(_why(was, now))
        if old.marking.submission != new.marking.submission:
            why.insert(0, "another of the student's sheets counts")
        if why or abs(new.points - old.points) > SURE or abs(new.marking.max - old.marking.max) > SURE:
            kept = [place for place, mark in now.items() if mark[7] == "reviewed"]
            possible = old.marking.max, new.marking.max
            yield Change(students.get(student, Student(student)), old.points, new.points, why, kept, possible)


def _cells(marks: Iterable[Sequence[Any]]) -> dict[str, Sequence[Any]]:
    return {f"{mark[0]}.{mark[1]}": mark for mark in marks}


def _why(was: Mapping[str, Sequence[Any]], now: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    """What answers have now in place of what they had: whose verdict changes, or which count for nothing now or did.

    Entries of an array that change alike are told once; a few answers that are merely worth something else are named.
    """
    told: dict[tuple[str, str], list[str]] = {}
    worth: dict[str, list[str]] = {}
    for place, mark in {**was, **now}.items():
        old, new = was.get(place), now.get(place)
        if old is not None and new is not None and old[7:9] == new[7:9] and bool(old[10]) == bool(new[10]):
            if abs(old[9] - new[9]) > SURE or abs(old[10] - new[10]) > SURE:
                worth.setdefault(mark[0], []).append(mark[1])
            continue
        words = " → ".join("not asked" if one is None else _in_words(one) for one in (old, new))
        told.setdefault((f"{mark[0]}.{mark[2]}", words), []).append(place)
    for (part, words), places in told.items():
        yield f"{places[0] if len(places) == 1 else f'{part} ({len(places)} entries)'}: {words}"
    for question, cells in worth.items():
        few = ", ".join(cells) if len(cells) <= MOST_REASONS else f"{len(cells)} answers"
        yield f"{question}: other points for {few}"


def _in_words(mark: Sequence[Any]) -> str:
    if not mark[10]:
        return "does not count"
    return decision(mark[7], mark[9], mark[10], mark[8].split(";") if mark[8] else ())


def write_changes(changes: Iterable[Change], path: Path) -> None:
    with writing(path) as file:
        table = Table(file, COLUMNS)
        for change in changes:
            table.add(change.row)
