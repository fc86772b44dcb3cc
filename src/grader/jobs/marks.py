"""A sheet's marks, and what they depend on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from grader import __version__
from grader.answers import Answers, Cell, Problem, Sheet
from grader.chance import digest
from grader.course import Loaded
from grader.jobs.reread import reread
from grader.marking import Mark, Review, mark_question, reviewed
from grader.sheets import limits
from grader.sheets.collecting import collect


def mark_sheet(
    loaded: Loaded, givens: Mapping[str, Mapping[str, Any]], sheet: Sheet, reviews: Sequence[Review] = ()
) -> tuple[list[tuple[str, Mark]], list[Problem]]:
    """Mark all questions of a sheet on its paper's own numbers; what people decided stands."""
    answers, problems = collect(sheet, loaded.blank)
    marks = mark_answers(loaded, givens, reread(answers, loaded.blank, reviews), reviews)
    return marks, [*sheet.problems, *problems][: limits.PROBLEMS]


def mark_answers(
    loaded: Loaded,
    givens: Mapping[str, Mapping[str, Any]],
    answers: Mapping[str, Answers],
    reviews: Sequence[Review] = (),
) -> list[tuple[str, Mark]]:
    marks = []
    for question in loaded.assignment.questions:
        if question.id not in givens:
            continue  # the question came after this paper was issued
        rules = loaded.rubric.questions[question.id]
        q = question.read(givens[question.id])
        given = mark_question(rules, q, answers.get(question.id, {}))
        marks += [(question.id, mark) for mark in reviewed(question.id, rules, given, reviews)]
    return marks


def rules_hash(loaded: Loaded) -> str:
    """What a mark depends on besides sheet and paper: rubric, questions, templates, program."""
    definition = [question.definition for question in loaded.assignment.questions]
    sources = [question.template.source for question in loaded.assignment.questions]
    return digest(json.dumps(definition, sort_keys=True), loaded.rubric.hash, *sources, __version__)[:8].hex()


def with_reviews(rules: str, reviews: Sequence[Review]) -> str:
    """The rules and, behind a +, the last word of a person on this student's answers."""
    return f"{rules}+{max(review.id for review in reviews)}" if reviews else rules


def plain(value: Any) -> str:
    """A value in reports: at most 12 significant digits."""
    if value is None:
        return ""
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def read_as(cell: Cell) -> str:
    """What a cell was read as, in reports."""
    if cell.number is not None:
        return plain(cell.number.value)
    return str(cell.formulas[0].formula) if cell.formulas else cell.label or ""


def mark_row(question: str, mark: Mark) -> tuple[Any, ...]:
    cell = mark.answer
    value = read_as(cell)
    note = "; ".join(filter(None, (mark.note, *mark.said, cell.number.note if cell.number else "")))
    return (
        question, mark.cell, mark.part, cell.text, value, plain(mark.expected), plain(mark.carried),
        mark.verdict, ";".join(mark.mistakes), round(mark.points, 9), round(mark.max, 9), note, cell.line,
    )  # fmt: skip
