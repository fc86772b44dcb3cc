"""Feedback pages, made from what the gradebook holds by however many processes there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from grader.blame import blaming
from grader.course import Course, Loaded, unpacked
from grader.engine import Engine, Progress
from grader.files import clear, file_name
from grader.gradebook import Gradebook, Marking, Paper, Submission
from grader.jobs.marks import mark_sheet
from grader.jobs.papers import PAGES_WORTH_PROCESSES, both_forms
from grader.marking import Review
from grader.pages.blocks import Document
from grader.pages.feedback import feedback
from grader.pages.paper.pdf import typeset
from grader.pages.paper.pdf_file import Typeset
from grader.roster import Student
from grader.rubric_file import Reveal
from grader.sheets import read_sheet
from grader.work import Reference

Graded = Sequence[tuple[Student, Marking]]


@dataclass(frozen=True)
class Returned:
    """All that a student's feedback says is found out from this."""

    student: Student
    marking: Marking
    paper: Paper
    submission: Submission
    reviews: Sequence[Review] = ()


def write_feedback(
    course: Course, gradebook: Gradebook, loaded: Loaded, graded: Graded, engine: Engine, progress: Progress
) -> None:
    """Write everybody's feedback; what it reveals is what today's rubric says, also for papers of an earlier issue."""
    packed = packed_rules(course, gradebook, loaded)
    folder = course.reports(loaded.name) / "feedback"
    clear(folder)
    work = partial(_write, packed, loaded.rubric.feedback, folder)
    pages = engine.map(work, _returned(gradebook, loaded.name, graded), len(graded), enough=PAGES_WORTH_PROCESSES)
    for _ in progress(pages, f"feedback {loaded.name}", len(graded)):
        pass


def _returned(gradebook: Gradebook, name: str, graded: Graded) -> Iterator[Returned]:
    papers = {paper.id: paper for paper in gradebook.papers(name)}
    for student, marking in graded:
        paper, reviews = gradebook.filled(papers[marking.paper]), gradebook.reviews(name, student.id)
        yield Returned(student, marking, paper, gradebook.submission(marking.submission), reviews)


@blaming
def _write(packed: Mapping[int, bytes], reveal: Reveal, folder: Path, batch: Sequence[Returned]) -> list[None]:
    for each in batch:
        document = document_of(unpacked(packed[each.paper.issue]), reveal, each)
        both_forms(folder / f"{file_name(each.student.id)}.pdf", document)
    return [None] * len(batch)


@blaming
def _typeset(packed: Mapping[int, bytes], reveal: Reveal, batch: Sequence[Returned]) -> list[Typeset]:
    return [typeset(document_of(unpacked(packed[each.paper.issue]), reveal, each)) for each in batch]


def typeset_feedback(
    course: Course, gradebook: Gradebook, loaded: Loaded, graded: Graded, engine: Engine
) -> Iterator[Typeset]:
    """The same pages one after the other, to go into a file with others."""
    work = partial(_typeset, packed_rules(course, gradebook, loaded), loaded.rubric.feedback)
    return engine.map(work, _returned(gradebook, loaded.name, graded), len(graded), enough=PAGES_WORTH_PROCESSES)


def packed_rules(course: Course, gradebook: Gradebook, loaded: Loaded) -> dict[int, bytes]:
    """What each issue of the assignment was, as it travels to other processes."""
    rules = {issue.id: course.as_issued(loaded.name, issue.definition) for issue in gradebook.issues(loaded.name)}
    return {number: course.packed(issued) for number, issued in rules.items()}


def document_of(rules: Loaded, reveal: Reveal, each: Returned) -> Document:
    sheet = read_sheet(each.submission.content, each.submission.path)
    marks: dict[str, list[Any]] = {}
    for question, mark in mark_sheet(rules, each.paper, sheet, each.reviews)[0]:
        marks.setdefault(question, []).append(mark)
    notes = [f"{message}. {advice}." for message, _, advice in each.marking.notes]
    givens = solver_givens(rules, each.paper)
    steps = solved_steps(rules, givens)
    return feedback(
        rules.assignment, rules.rubric, each.student, marks, steps, reveal=reveal, givens=givens, notes=notes
    )


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
