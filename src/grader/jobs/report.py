"""Reports from the gradebook: CSV files for programs, feedback for students, the class report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader import analysis
from grader.course import Course, Loaded
from grader.files import file_name, writing
from grader.gradebook import Gradebook, Marking, Paper
from grader.jobs.grade import mark_sheet
from grader.jobs.papers import both_forms
from grader.jobs.tables import ATTENTION, RESULTS, Table, gradebook_header, number, result
from grader.marking import UNDECIDED
from grader.pages.class_report import Attention, ClassFigures, class_report
from grader.pages.feedback import feedback
from grader.roster import Student
from grader.sheets import read_sheet
from grader.work import Reference

Progress = Callable[[Iterable[Any], str], Iterable[Any]]
STATUSES = ("graded", "needs review", "missing", "attention")


@dataclass
class Row:
    """A student's line in the gradebook; without a graded sheet `marking` is None."""

    student: Student
    status: str
    max: float
    marking: Marking | None = None
    totals: Mapping[str, float] = field(default_factory=dict)
    """Points of each question."""


@dataclass(frozen=True)
class Reported:
    """What the reports say, in a few numbers."""

    folder: Path
    statuses: Mapping[str, int]
    mean: float | None
    possible: float
    attention: Sequence[Attention]


def report(course: Course, loaded: Loaded, progress: Progress = lambda items, _label: items) -> Reported:
    """Write everything that `grade` leaves for one assignment."""
    gradebook = course.gradebook(must_exist=True)
    try:
        folder = course.reports(loaded.name)
        attention = _files_to_look_at(gradebook, loaded.name)
        rows = _results(course, gradebook, loaded, attention, folder)
        _write_gradebook(loaded, rows, folder)
        _write_attention(attention, folder)
        figures = _figures(gradebook, loaded, rows, attention)
        both_forms(folder / "class-report.pdf", class_report(loaded.assignment, figures))
        _write_feedback(course, gradebook, loaded, rows, folder / "feedback", progress)
    finally:
        gradebook.close()
    mean = figures.totals.mean if figures.totals else None
    return Reported(folder, figures.statuses, mean, figures.possible, attention)


def everybody(course: Course, gradebook: Gradebook, name: str) -> list[Student]:
    """The roster, and whoever else was given a paper."""
    people = {student.id: student for student in course.roster()} if course.has_roster() else {}
    for paper in gradebook.papers(name):
        people.setdefault(paper.student.id, paper.student)
    return list(people.values())


def _files_to_look_at(gradebook: Gradebook, name: str) -> list[Attention]:
    """Unreadable files, and graded ones with something to check."""
    return [
        Attention(path, student, message, "" if line is None else str(line), advice)
        for path, fate, _, student, _, message, line, advice in gradebook.fates(name)
        if fate == "attention" or (fate == "graded" and message)
    ]


def _results(
    course: Course, gradebook: Gradebook, loaded: Loaded, attention: list[Attention], folder: Path
) -> list[Row]:
    """Write results.csv student by student; what nobody could read is added to `attention`."""
    markings = gradebook.current_markings(loaded.name)
    troubled = {row.student for row in attention}
    rows = []
    with writing(folder / "results.csv") as file:
        table = Table(file, RESULTS)
        for student in everybody(course, gradebook, loaded.name):
            marking = markings.get(student.id)
            if marking is None:
                status = "attention" if student.id in troubled else "missing"
                rows.append(Row(student, status, loaded.rubric.points))
                continue
            totals: dict[str, float] = {}
            marks = gradebook.marks(marking.id)
            for mark in marks:
                table.add(result(student.id, mark))
                totals[mark[0]] = totals.get(mark[0], 0.0) + mark[9]
            unread = any(mark[7] in UNDECIDED for mark in marks)
            status = "needs review" if unread or marking.doubtful else "graded"
            rows.append(Row(student, status, marking.max, marking, totals))
            attention += _cells_to_look_at(gradebook, rows[-1], marks)
    return rows


def _cells_to_look_at(gradebook: Gradebook, row: Row, marks: Sequence[Sequence[Any]]) -> list[Attention]:
    """Cells that nobody could read, one line for each reason and part, and what else the readers had to say."""
    assert row.marking is not None
    reasons: dict[tuple[str, str, str], tuple[list[str], Any]] = {}
    for question, cell, part, _, _, _, _, verdict, _, _, _, note, line in marks:
        if verdict == "unreadable":
            reasons.setdefault((question, part, note), ([], line))[0].append(cell)
    notes = [(message, line, advice) for message, line, advice in row.marking.notes]
    for (question, part, note), (cells, line) in reasons.items():
        where = cells[0] if len(cells) == 1 else f"{part} ({len(cells)} entries)"
        notes.append((f"{question} {where}: {note}", line, "read it and correct the sheet, or ask the student"))
    if not notes:
        return []
    path = gradebook.submission(row.marking.submission).path
    return [
        Attention(path, row.student.id, message, "" if line is None else str(line), advice)
        for message, line, advice in notes
    ]


def _write_gradebook(loaded: Loaded, rows: Sequence[Row], folder: Path) -> None:
    questions = [question.id for question in loaded.assignment.questions]
    with writing(folder / "gradebook.csv") as file:
        table = Table(file, gradebook_header(questions))
        for row in rows:
            start, end = [row.student.id, row.student.name], [row.status]
            if row.marking is None:
                table.add([*start, "", number(row.max), "", *("" for _ in questions), *end])
                continue
            points = row.marking.points
            percent = number(100 * points / row.max) if row.max else ""
            totals = [number(row.totals[name]) if name in row.totals else "" for name in questions]
            table.add([*start, number(points), number(row.max), percent, *totals, *end])


def _write_attention(attention: Sequence[Attention], folder: Path) -> None:
    with writing(folder / "attention.csv") as file:
        table = Table(file, ATTENTION)
        for row in attention:
            table.add([row.path, row.student, row.problem, row.line, row.advice])


def _figures(gradebook: Gradebook, loaded: Loaded, rows: Sequence[Row], attention: Sequence[Attention]) -> ClassFigures:
    markings = [row.marking for row in rows if row.marking is not None]
    verdicts, mistakes = gradebook.tally(marking.id for marking in markings)
    tally = analysis.table(verdicts)
    return ClassFigures(
        statuses={status: sum(row.status == status for row in rows) for status in STATUSES},
        totals=analysis.totals([marking.points for marking in markings], loaded.rubric.points),
        possible=loaded.rubric.points,
        questions=analysis.items(tally, len(markings), by=["question"]),
        parts=analysis.items(tally, len(markings)),
        mistakes=analysis.common_mistakes(mistakes),
        attention=attention,
    )


def _write_feedback(
    course: Course,
    gradebook: Gradebook,
    loaded: Loaded,
    rows: Sequence[Row],
    folder: Path,
    progress: Progress,
) -> None:
    papers = {paper.id: paper for paper in gradebook.papers(loaded.name)}
    issued = {issue.id: course.as_issued(loaded.name, issue.definition) for issue in gradebook.issues(loaded.name)}
    graded = [(row.student, row.marking) for row in rows if row.marking is not None]
    for student, marking in progress(graded, f"feedback {loaded.name}"):
        paper = gradebook.filled(papers[marking.paper])
        sheet = read_sheet(*_stored(gradebook, marking.submission))
        rules = issued[paper.issue]
        marks: dict[str, list[Any]] = {}
        for question, mark in mark_sheet(rules, paper, sheet)[0]:
            marks.setdefault(question, []).append(mark)
        notes = [f"{message}. {advice}." for message, _, advice in marking.notes]
        reveal = loaded.rubric.feedback  # today's, also for papers of an earlier issue
        steps = solved_steps(rules, paper)
        document = feedback(rules.assignment, rules.rubric, student, marks, steps, reveal=reveal, notes=notes)
        both_forms(folder / f"{file_name(student.id)}.pdf", document)


def _stored(gradebook: Gradebook, number: int) -> tuple[bytes, str]:
    stored = gradebook.submission(number)
    return stored.content, stored.path


def solved_steps(loaded: Loaded, paper: Paper) -> dict[str, Any]:
    """The key of each question of a paper."""
    return {
        question.id: question.template.run(
            question.parameters, question.read(paper.givens[question.id]), Reference()
        ).steps
        for question in loaded.assignment.questions
        if question.id in paper.givens
    }
