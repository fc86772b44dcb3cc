"""One invented student's paper with a question of every kind, and the feedback on what was written on it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tests.helpers import read_answers

from grader.assignment import Assignment, Question, checked_assignment
from grader.config import Source
from grader.marking import Mark, mark_question
from grader.pages.blocks import Document
from grader.pages.feedback import feedback
from grader.roster import Student
from grader.rubric import Rubric, compiled
from grader.rubric_file import Reveal
from grader.templates import BUILT_IN
from grader.variant import draw_variants, entries
from grader.work import Reference, Step, everything

QUESTIONS = [
    dict(id="lstm", template="lstm_forward", parameters=dict(steps=2)),
    dict(id="ap", template="average_precision", parameters=dict(ranks=12)),
    dict(id="boxes", template="box_iou_l2"),
    dict(id="tconv", template="transposed_conv_size", parameters=dict(layers=2)),
    dict(id="bptt", template="rnn_bptt", parameters=dict(hidden=2)),
]
STUDENT = Student("s001", "Ines Ferreira")
Written = Mapping[str, Mapping[str, Any]]


@cache
def assignment() -> Assignment:
    source = Source(Path("hw.yaml"), dict(title="A test", questions=QUESTIONS), {})
    return checked_assignment(source, "hw", BUILT_IN)


def rubric(**record: Any) -> Rubric:
    return compiled(assignment(), Source(Path("rubric.yaml"), record, {}), (), record)


@cache
def givens() -> Mapping[str, Any]:
    return {name: variant.givens for name, variant in draw_variants(assignment(), rubric(), "7", STUDENT.id).items()}


@cache
def key(question: str) -> Mapping[str, Step]:
    """The solved steps, every mistake evaluated."""
    asked = assignment().question(question)
    return asked.template.run(asked.parameters, asked.read(givens()[question]), Reference(everything)).steps


def model_answers(question: Question, digits: int = 5) -> dict[str, str]:
    """Every cell as it would be written, to so many decimals."""
    return {
        cell: f"{value:.{digits}f}" if isinstance(value, float) else str(value)
        for part in question.asked
        for cell, value in zip(part.cells, entries(key(question.id)[part.name].value), strict=True)
    }


def perfect() -> dict[str, dict[str, str]]:
    return {question.id: model_answers(question) for question in assignment().questions}


def marks(written: Written, rules: Rubric | None = None) -> dict[str, list[Mark]]:
    rules = rules or rubric()
    return {
        question.id: mark_question(
            rules.questions[question.id],
            question.read(givens()[question.id]),
            read_answers(question, written.get(question.id, {})),
        )
        for question in assignment().questions
    }


def page(written: Written, reveal: Reveal = "solution", rules: Rubric | None = None) -> Document:
    rules = rules or rubric()
    steps = {question.id: key(question.id) for question in assignment().questions}
    return feedback(assignment(), rules, STUDENT, marks(written, rules), steps, reveal=reveal)
