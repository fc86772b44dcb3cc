"""Reports from the gradebook: CSV files for programs, feedback for students, the class report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from grader import analysis
from grader.course import Course, Loaded
from grader.engine import HERE, Engine, Progress, batches, silent
from grader.files import clear, writing
from grader.gradebook import Gradebook, Marking
from grader.jobs.attempts import Attempts
from grader.jobs.feedback import withdraw, write_feedback
from grader.jobs.lines import Row, Rows
from grader.jobs.papers import both_forms
from grader.jobs.spreadsheets import suspicions
from grader.jobs.tables import ATTENTION, RESULTS, Table, gradebook_header, number, result
from grader.marking import UNDECIDED, VERDICTS
from grader.pages.class_report import Attention, ClassFigures, class_report
from grader.roster import Students
from grader.scratch import Kept

T = TypeVar("T")

STATUSES = ("graded", "needs review", "missing", "attention", "excused")
AT_ONCE = 2000
"""So many students' marks are counted together."""
MOST_COMPARED = 500
"""Of a larger class so many students, evenly spaced by id, are compared: more would tell little more."""


@dataclass(frozen=True)
class Reported:
    """What the reports say, in a few numbers."""

    folder: Path
    statuses: Mapping[str, int]
    mean: float | None
    possible: float
    attention: Sequence[Attention]
    open: int = 0
    """Answers that wait for a person."""
    late: Sequence[str] = ()
    """What to say about times and lateness."""


def report(
    course: Course, loaded: Loaded, progress: Progress = silent, engine: Engine = HERE, *, feedback: bool = True
) -> Reported:
    """Write everything that `grade` leaves for one assignment; without `feedback` students' pages stay as they are."""
    gradebook = course.gradebook(must_exist=True)
    try:
        folder = course.reports(loaded.name)
        clear(folder)
        attempts = Attempts(course, gradebook, loaded.name)
        attention = _files_to_look_at(gradebook, loaded.name)
        rows = _results(course, gradebook, loaded, attempts, attention, folder)
        _write_attention(attention, folder)
        figures = _figures(gradebook, loaded, rows, attention)
        _write_analysis(figures, folder)
        both_forms(folder / "class-report.pdf", class_report(loaded.assignment, figures))
        if feedback:
            forgotten = gradebook.forgotten()
            graded = Kept(
                (row.student, row.attempt, attempts.told(row.student.id))
                for row in rows
                if row.attempt is not None and row.student.id not in forgotten
            )
            write_feedback(course, gradebook, loaded, graded, engine, progress)
            withdraw(folder / "feedback", (row.student for row in rows if row.attempt is None))
    finally:
        gradebook.close()
    totals = figures.analysis.totals
    mean = totals.mean if totals else None
    late = attempts.summary(row.attempt for row in rows if row.attempt)
    return Reported(folder, figures.statuses, mean, figures.analysis.possible, attention, rows.open, late)


def everybody(course: Course, gradebook: Gradebook, name: str) -> Students:
    """The roster, and whoever else was given a paper."""
    people = Students(course.enrolled())
    people.add_new(gradebook.students(name))
    return people


def _files_to_look_at(gradebook: Gradebook, name: str) -> Kept[Attention]:
    """Unreadable files, and graded ones with something to check."""
    return Kept(
        Attention(path, student, message, "" if line is None else str(line), advice)
        for path, fate, _, student, _, message, line, advice in gradebook.fates(name)
        if fate == "attention" or (fate == "graded" and message)
    )


def _results(
    course: Course,
    gradebook: Gradebook,
    loaded: Loaded,
    attempts: Attempts,
    attention: Kept[Attention],
    folder: Path,
) -> Rows:
    """Write results.csv and gradebook.csv student by student; what nobody could read is added to `attention`."""
    troubled = {row.student for row in attention}
    questions = [question.id for question in loaded.assignment.questions]
    rows = Rows()
    with writing(folder / "gradebook.csv") as lines, writing(folder / "results.csv") as file:
        table, line = Table(file, RESULTS), Table(lines, gradebook_header(questions))
        for student in everybody(course, gradebook, loaded.name).values():
            attempt = attempts.standing.get(student.id)
            if attempt is None:
                status = "attention" if student.id in troubled else "missing"
                status = "excused" if attempts.extension(student.id).excused else status
                row = Row(student, status, loaded.rubric.points)
                rows.append(row)
                line.add(_line(row, {}, questions))
                continue
            marking = attempt.marking
            totals: dict[str, float] = {}
            marks = gradebook.marks(marking.id)
            for mark in marks:
                table.add(result(student.id, mark))
                if mark[7] not in UNDECIDED:
                    totals[mark[0]] = totals.get(mark[0], 0.0) + mark[9]
            waiting = sum(mark[7] in UNDECIDED for mark in marks)
            status = "needs review" if waiting or marking.doubtful else "graded"
            row = Row(student, status, marking.max, attempt, waiting)
            rows.append(row)
            line.add(_line(row, totals, questions))
            for each in _cells_to_look_at(gradebook, row, marks, attempts.doubt(attempt)):
                attention.append(each)
    return rows


def _cells_to_look_at(
    gradebook: Gradebook, row: Row, marks: Sequence[Sequence[Any]], doubt: tuple[str, str]
) -> list[Attention]:
    """Cells that nobody could read, one line for each reason and part, and what else the readers had to say."""
    assert row.marking is not None
    reasons: dict[tuple[str, str, str], tuple[list[str], Any]] = {}
    for question, cell, part, _, _, _, _, verdict, _, _, _, note, line in marks:
        if verdict == "unreadable":
            reasons.setdefault((question, part, note), ([], line))[0].append(cell)
    notes = [(message, line, advice) for message, line, advice in row.marking.notes]
    notes += [(doubt[0], None, doubt[1])] if doubt[0] else []
    for (question, part, note), (cells, line) in reasons.items():
        where = cells[0] if len(cells) == 1 else f"{part} ({len(cells)} entries)"
        notes.append((f"{question} {where}: {note}", line, "read it with `grader review`, or ask the student"))
    notes += suspicions(marks)
    if not notes:
        return []
    path = gradebook.submission(row.marking.submission).path
    return [
        Attention(path, row.student.id, message, "" if line is None else str(line), advice)
        for message, line, advice in notes
    ]


def _line(row: Row, totals: Mapping[str, float], questions: Sequence[str]) -> list[str]:
    """A student's line in gradebook.csv; `totals`: points of each question of which anything is decided."""
    start, attempt = [row.student.id, row.student.name], row.attempt
    if attempt is None:
        return [*start, "", number(row.max), "", *("" for _ in questions), row.status, "", ""]
    percent = number(100 * attempt.points / row.max) if row.max and not row.open else ""
    each = [number(totals[name]) if name in totals else "" for name in questions]
    before = [number(attempt.marking.points), number(attempt.deduction)]
    return [*start, number(attempt.points), number(row.max), percent, *each, row.status, *before]


def _write_attention(attention: Sequence[Attention], folder: Path) -> None:
    with writing(folder / "attention.csv") as file:
        table = Table(file, ATTENTION)
        for row in attention:
            table.add([row.path, row.student, row.problem, row.line, row.advice])


def _figures(gradebook: Gradebook, loaded: Loaded, rows: Rows, attention: Sequence[Attention]) -> ClassFigures:
    compared = [rows[nth] for nth in evenly(rows.by_student(), MOST_COMPARED)]
    markings = {row.student.id: row.marking for row in compared if row.marking is not None}
    chosen = [marking.id for marking in markings.values()]
    every = list(batches(sorted(rows.markings), AT_ONCE))
    # the number of an option is no value: two who took the same one agree in nothing else
    choices = {(q.id, part.name) for q in loaded.assignment.questions for part in q.asked if part.kind == "choice"}
    found = analysis.analyse(
        analysis.blocks(chain.from_iterable(gradebook.outcomes(some, VERDICTS) for some in every)),
        loaded.rubric.points if rows.possible is None else rows.possible,
        made=chain.from_iterable(map(gradebook.mistakes, every)),
        wrong=[row for row in gradebook.wrong(chosen) if row[1:3] not in choices],
        keys=[row for row in gradebook.keys(chosen) if row[1:3] not in choices],
        kinds=_kinds(gradebook, markings),
        looked_at=len(chosen),
    )
    told = {status: rows.statuses[status] for status in STATUSES if rows.statuses[status] or status != "excused"}
    return ClassFigures(told, found, attention, rows.deducted)


def evenly(students: Sequence[T], most: int) -> Sequence[T]:
    """At most so many of them, evenly spaced from the first on.

    >>> evenly("abcdefg", 3), evenly("ab", 3)
    (['a', 'c', 'e'], 'ab')
    """
    if len(students) <= most:
        return students
    return [students[len(students) * k // most] for k in range(most)]


def _kinds(gradebook: Gradebook, markings: Mapping[str, Marking]) -> dict[str, dict[str, dict[str, str]]]:
    """For each question what kind of numbers each student has."""
    kinds: dict[str, dict[str, dict[str, str]]] = {}
    for student, marking in markings.items():
        for question, givens in gradebook.givens(marking.paper).items():
            kinds.setdefault(question, {})[student] = analysis.features(givens)
    return kinds


def _write_analysis(figures: ClassFigures, folder: Path) -> None:
    with writing(folder / "analysis.csv") as file:
        table = Table(file, analysis.ANALYSIS)
        for *words, value, n, note in analysis.rows(figures.analysis, figures.statuses):
            table.add([*words, "" if value is None else number(value), "" if n is None else str(n), note])
