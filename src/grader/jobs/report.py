"""Reports from the gradebook: CSV files for programs, feedback for students, the class report."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader import analysis
from grader.course import Course, Loaded
from grader.files import file_name, write
from grader.gradebook import Gradebook, Paper
from grader.jobs.grade import mark_sheet
from grader.jobs.papers import both_forms
from grader.pages.class_report import Attention, ClassFigures, class_report
from grader.pages.feedback import feedback
from grader.roster import Student
from grader.sheets import read_sheet
from grader.work import Reference

Progress = Callable[[Iterable[Any], str], Iterable[Any]]
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
RESULTS = (
    "student", "question", "part", "answer", "value", "expected", "carried",
    "verdict", "mistake", "points", "max", "note",
)  # fmt: skip


@dataclass
class Row:
    """A student's line in the gradebook: `marks` as stored, none without a graded sheet."""

    student: Student
    status: str
    points: float | None
    max: float
    marks: Sequence[tuple[Any, ...]]
    submission: int | None = None
    paper: int | None = None
    notes: Sequence[Sequence[Any]] = ()


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
        people = everybody(course, gradebook, loaded.name)
        attention = _attention(gradebook, loaded.name)
        rows = _rows(gradebook, loaded, people, attention)
        attention += _unread_cells(gradebook, rows)
        folder = course.reports(loaded.name)
        write(folder / "gradebook.csv", _gradebook_csv(loaded, rows))
        write(folder / "results.csv", _results_csv(rows))
        write(folder / "attention.csv", _attention_csv(attention))
        figures = _figures(loaded, rows, attention)
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


def _rows(gradebook: Gradebook, loaded: Loaded, people: Sequence[Student], attention: Sequence[Attention]) -> list[Row]:
    markings = gradebook.current_markings(loaded.name)
    troubled = {row.student for row in attention}
    rows = []
    for student in people:
        if student.id not in markings:
            status = "attention" if student.id in troubled else "missing"
            rows.append(Row(student, status, None, loaded.rubric.points, ()))
            continue
        marking, submission, paper, points, possible, notes, _ = markings[student.id]
        marks = gradebook.marks(marking)
        unread = any(mark[7] in ("unreadable", "pending") for mark in marks)
        status = "needs review" if unread else "graded"
        rows.append(Row(student, status, points, possible, marks, submission, paper, json.loads(notes)))
    return rows


def _attention(gradebook: Gradebook, name: str) -> list[Attention]:
    """Files that need a person: unreadable ones, and graded ones with something to check."""
    return [
        Attention(path, student, message, "" if line is None else str(line), advice)
        for path, fate, _, student, _, message, line, advice in gradebook.fates(name)
        if fate == "attention" or (fate == "graded" and message)
    ]


def _unread_cells(gradebook: Gradebook, rows: Sequence[Row]) -> list[Attention]:
    """Cells that nobody could read, and what else the readers had to say."""
    out = []
    for row in rows:
        if row.submission is None:
            continue
        path = gradebook.submission(row.submission).path
        for message, line, advice in row.notes:
            out.append(Attention(path, row.student.id, message, "" if line is None else str(line), advice))
        for mark in row.marks:
            if mark[7] == "unreadable":
                where, line = f"{mark[0]} {mark[1]}", "" if mark[12] is None else str(mark[12])
                problem = f"{where}: {mark[11]}"
                out.append(
                    Attention(
                        path,
                        row.student.id,
                        problem,
                        line,
                        "read it and correct the sheet, or ask the student",
                    )
                )
    return out


def _figures(loaded: Loaded, rows: Sequence[Row], attention: Sequence[Attention]) -> ClassFigures:
    statuses = {
        status: sum(row.status == status for row in rows)
        for status in ("graded", "needs review", "missing", "attention")
    }
    records = [
        (row.student.id, mark[0], mark[2], mark[7], mark[8], mark[9], mark[10]) for row in rows for mark in row.marks
    ]
    marks = analysis.table(records)
    graded = [row.points for row in rows if row.points is not None]
    return ClassFigures(
        statuses=statuses,
        totals=analysis.totals(graded, loaded.rubric.points),
        possible=loaded.rubric.points,
        questions=analysis.items(marks, by=["question"]),
        parts=analysis.items(marks),
        mistakes=analysis.common_mistakes(marks),
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
    graded = [row for row in rows if row.submission is not None]
    for row in progress(graded, f"feedback {loaded.name}"):
        paper = papers[row.paper or 0]
        sheet = read_sheet(*_stored(gradebook, row.submission or 0))
        rules = issued[paper.issue]
        marks: dict[str, list[Any]] = {}
        for question, mark in mark_sheet(rules, paper, sheet)[0]:
            marks.setdefault(question, []).append(mark)
        notes = [f"{message}. {advice}." for message, _, advice in row.notes]
        document = feedback(rules.assignment, rules.rubric, row.student, marks, solved_steps(rules, paper), notes=notes)
        both_forms(folder / f"{file_name(row.student.id)}.pdf", document)


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


# CSV files: names and columns are stable, other programs read them


def _gradebook_csv(loaded: Loaded, rows: Sequence[Row]) -> str:
    questions = [question.id for question in loaded.assignment.questions]
    lines = []
    for row in rows:
        percent = "" if row.points is None or not row.max else number(100 * row.points / row.max)
        totals = {name: sum(mark[9] for mark in row.marks if mark[0] == name) for name in questions}
        lines.append(
            {
                "student": row.student.id,
                "name": row.student.name,
                "points": "" if row.points is None else number(row.points),
                "max": number(row.max),
                "percent": percent,
                **{name: "" if row.points is None else number(total) for name, total in totals.items()},
                "status": row.status,
            }
        )
    return _csv(["student", "name", "points", "max", "percent", *questions, "status"], lines)


def _results_csv(rows: Sequence[Row]) -> str:
    return _csv(RESULTS, (_result(row.student.id, mark) for row in rows for mark in row.marks))


def _result(student: str, mark: Sequence[Any]) -> dict[str, str]:
    question, cell, _part, answer, value, expected, carried, verdict, mistake, points, most, note, _line = mark
    numbers = (number(points), number(most))
    fields = (student, question, cell, answer, value, expected, carried, verdict, mistake, *numbers, note)
    return dict(zip(RESULTS, fields, strict=True))


def _attention_csv(attention: Sequence[Attention]) -> str:
    header = ["path", "student", "problem", "line", "what to do"]
    return _csv(
        header,
        [dict(zip(header, (a.path, a.student, a.problem, a.line, a.advice), strict=True)) for a in attention],
    )


def _csv(header: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, header, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: guarded(value) for key, value in row.items()})
    return out.getvalue()


def guarded(text: str) -> str:
    """Text that a spreadsheet will not take for a formula; numbers stay as they are.

    A leading = + - @ (also full-width, also behind spaces) gets an apostrophe before it, as OWASP advises.

    >>> guarded("=1/3"), guarded("-0.5"), guarded("-2+3"), guarded("0.5")
    ("'=1/3", '-0.5', "'-2+3", '0.5')
    >>> guarded(""), guarded(" +cmd"), guarded("＝1")
    ('', "' +cmd", "'＝1")
    """
    if not text.lstrip().startswith(_FORMULA) and not text.startswith(("\t", "\r", "\0")):
        return text
    try:
        float(text)
    except ValueError:
        return "'" + text
    return text


def number(value: float) -> str:
    """Points in files: at most six decimals, none that are needless.

    >>> number(12.0), number(0.8333333333)
    ('12', '0.833333')
    """
    return f"{value:.6f}".rstrip("0").rstrip(".") if value else "0"
