"""Feedback pages, made from what the gradebook holds by however many processes there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from grader.blame import blaming
from grader.course import Course, Loaded
from grader.engine import Engine, Progress, refuse
from grader.files import file_name
from grader.gradebook import Gradebook, Paper, Submission
from grader.jobs.attempts import Attempt
from grader.jobs.marks import mark_sheet
from grader.jobs.papers import PAGES_WORTH_PROCESSES, Forms, in_both_forms, write_forms
from grader.jobs.rulebook import Rulebook
from grader.marking import Mark, Review
from grader.pages.blocks import Document
from grader.pages.feedback import feedback
from grader.pages.paper.pdf import typeset
from grader.pages.paper.pdf_file import Typeset
from grader.roster import Student
from grader.rubric_file import Reveal
from grader.sheets import read_sheet
from grader.work import Reference

Graded = Sequence[tuple[Student, Attempt, str]]
"""Student, the sheet that counts, what is told of lateness."""


@dataclass(frozen=True)
class Returned:
    """All that a student's feedback says is found out from this.

    `rules`: the assignment by whose rules the sheet was marked; `stored`: its marks as the gradebook has them, where
    marking it again may give others, since a template or the program has changed.
    """

    student: Student
    attempt: Attempt
    late: str
    paper: Paper
    submission: Submission
    reviews: Sequence[Review]
    rules: Loaded
    stored: Sequence[Sequence[Any]] = ()


def write_feedback(
    course: Course, gradebook: Gradebook, loaded: Loaded, graded: Graded, engine: Engine, progress: Progress
) -> None:
    """Write everybody's feedback; what it reveals is what today's rubric says, also for papers of an earlier issue."""
    folder = course.reports(loaded.name) / "feedback"
    there = folder.absolute() if engine.shared else None
    work, returned = partial(_made, loaded.rubric.feedback, there), _returned(course, gradebook, loaded, graded)
    made = engine.map(work, returned, len(graded), enough=PAGES_WORTH_PROCESSES, lost=_refuse)
    for (student, *_), forms in zip(graded, progress(made, f"feedback {loaded.name}", len(graded)), strict=True):
        if forms is not None:
            write_forms(_path(folder, student), forms)


def _path(folder: Path, student: Student) -> Path:
    return folder / f"{file_name(student.id)}.pdf"


def withdraw(folder: Path, students: Iterable[Student]) -> None:
    """Take away what was written for students before who have no sheet that counts any more."""
    for student in students:
        for ending in ("pdf", "html"):
            (folder / f"{file_name(student.id)}.{ending}").unlink(missing_ok=True)


def _returned(course: Course, gradebook: Gradebook, loaded: Loaded, graded: Graded) -> Iterator[Returned]:
    book = Rulebook(course, gradebook, loaded.name)
    for student, attempt, late in graded:
        marking = attempt.marking
        paper = gradebook.filled(gradebook.paper(marking.paper).of(student.id))
        reviews = gradebook.reviews(loaded.name, student.id)
        rules, now = book.under(paper.issue, marking.rules)
        then = marking.rules.partition("+")[0]
        stored = gradebook.marks(marking.id) if now != then else ()
        submission = gradebook.submission(marking.submission)
        yield Returned(student, attempt, late, paper, submission, reviews, rules, stored)


@blaming
def _made(reveal: Reveal, folder: Path | None, batch: Sequence[Returned]) -> list[Forms | None]:
    """The pages; None for each where they are written right into a folder that is seen from everywhere."""
    made: list[Forms | None] = []
    for each in batch:
        forms = in_both_forms(document_of(reveal, each))
        if folder is not None:
            write_forms(_path(folder, each.student), forms)
        made.append(None if folder is not None else forms)
    return made


def _refuse(each: Returned, why: str) -> NoReturn:
    refuse(f"the feedback of {each.student.id}", why)


@blaming
def _typeset(reveal: Reveal, batch: Sequence[Returned]) -> list[Typeset]:
    return [typeset(document_of(reveal, each)) for each in batch]


def typeset_feedback(
    course: Course, gradebook: Gradebook, loaded: Loaded, graded: Graded, engine: Engine
) -> Iterator[Typeset]:
    """The same pages one after the other, to go into a file with others."""
    returned = _returned(course, gradebook, loaded, graded)
    work = partial(_typeset, loaded.rubric.feedback)
    return engine.map(work, returned, len(graded), enough=PAGES_WORTH_PROCESSES, lost=_refuse)


def issued_rules(course: Course, gradebook: Gradebook, loaded: Loaded) -> dict[int, Loaded]:
    """What each issue of the assignment was."""
    return {issue.id: course.as_issued(loaded.name, issue.definition) for issue in gradebook.issues(loaded.name)}


def document_of(reveal: Reveal, each: Returned) -> Document:
    rules, sheet = each.rules, read_sheet(each.submission.content, each.submission.path)
    marks: dict[str, list[Mark]] = {}
    for question, mark in as_stored(mark_sheet(rules, each.paper.givens, sheet, each.reviews)[0], each.stored):
        marks.setdefault(question, []).append(mark)
    notes = [sentences(message, advice) for message, _, advice in each.attempt.marking.notes]
    givens = solver_givens(rules, each.paper)
    return feedback(
        rules.assignment, rules.rubric, each.student, marks, solved_steps(rules, givens),
        reveal=reveal, givens=givens, notes=notes, late=each.late, deducted=each.attempt.deduction,
    )  # fmt: skip


def sentences(*texts: str) -> str:
    """Each ends as a sentence does.

    >>> sentences("'x' is no question", "Did you mean 'y'?", "")
    "'x' is no question. Did you mean 'y'?"
    """
    return " ".join(text if text.endswith((".", "?", "!")) else f"{text}." for text in texts if text)


def as_stored(marks: Sequence[tuple[str, Mark]], stored: Sequence[Sequence[Any]]) -> list[tuple[str, Mark]]:
    """Marks made again, with what the gradebook has for each: the sheet keeps that, whatever a template says now."""
    if not stored:
        return list(marks)
    kept = {(row[0], row[1]): row for row in stored}
    return [
        (
            question,
            mark._replace(
                verdict=row[7],
                mistakes=tuple(row[8].split(";")) if row[8] else (),
                points=row[9],
                max=row[10],
                note=mark.note if row[7] == mark.verdict else "",
            ),
        )
        for question, mark in marks
        if (row := kept.get((question, mark.cell))) is not None
    ]


def solver_givens(loaded: Loaded, paper: Paper) -> dict[str, Any]:
    """The solver's givens of each question that the paper has."""
    return {q.id: q.read(paper.givens[q.id]) for q in loaded.assignment.questions if q.id in paper.givens}


def solved_steps(loaded: Loaded, givens: Mapping[str, Any]) -> dict[str, Any]:
    """The key of each question that there are givens of."""
    return {
        question.id: question.template.run(question.parameters, givens[question.id], Reference()).steps
        for question in loaded.assignment.questions
        if question.id in givens
    }
