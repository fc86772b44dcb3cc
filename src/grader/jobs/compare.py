"""Answers that are wrong for a student and right for one classmate, listed for a person to look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grader.analysis.agreements import LEAST, Pair, agreements, class_columns
from grader.course import Course, Loaded
from grader.errors import CourseError
from grader.files import writing
from grader.jobs.attempts import Attempts
from grader.jobs.tables import Table

COLUMNS = ("student", "classmate", "agree", "wrong", "expected", "pairs by chance", "answers")


@dataclass(frozen=True)
class Agreement:
    """In `agree` of the parts that the student has `wrong` the answers are the classmate's key; chance would give
    `expected` to one such pair, and to the whole class `pairs` pairs with as many.
    """

    student: str
    classmate: str
    agree: int
    wrong: int
    expected: float
    pairs: float
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Compared:
    path: Path
    students: int
    found: list[Agreement]


def compare(course: Course, loaded: Loaded, least: int = LEAST) -> Compared:
    """Write reports/NAME/agreements.csv, also when it says nothing. CourseError: no sheet was graded yet."""
    gradebook = course.gradebook(must_exist=True)
    try:
        standing = Attempts(course, gradebook, loaded.name).standing
        markings = {student: attempt.marking for student, attempt in standing.items()}
        marks = gradebook.values([marking.id for marking in markings.values()])
    finally:
        gradebook.close()
    if not markings:
        raise CourseError(f"no sheet of '{loaded.name}' has been graded yet: run `grader grade` first")
    students = sorted(markings)
    columns = class_columns(students, marks, _radii(loaded))
    found = [_named(pair, students) for pair in agreements(columns, least)]
    path = course.reports(loaded.name) / "agreements.csv"
    with writing(path) as file:
        table = Table(file, COLUMNS)
        for row in found:
            numbers = (str(row.agree), str(row.wrong), f"{row.expected:.2g}", f"{row.pairs:.2g}")
            table.add([row.student, row.classmate, *numbers, " ".join(row.answers)])
    return Compared(path, len(students), found)


def _radii(loaded: Loaded) -> dict[tuple[str, str], tuple[str, Callable[[float], float]]]:
    """Of every cell that is compared its part, and how near is right: whole numbers and choices agree too easily."""
    return {
        (question.id, cell.name): (f"{question.id}.{rules.part.name}", cell.tolerance.radius)
        for question in loaded.assignment.questions
        for rules in loaded.rubric.questions[question.id].parts.values()
        for cell in rules.cells
        if not cell.tolerance.exact and rules.part.kind != "choice"
    }


def _named(pair: Pair, students: list[str]) -> Agreement:
    return Agreement(
        student=students[pair.student],
        classmate=students[pair.classmate],
        agree=len(pair.parts),
        wrong=pair.compared,
        expected=pair.expected,
        pairs=pair.pairs,
        answers=pair.parts,
    )
