"""One invented student's paper with a question of every kind, and the feedback on what was written on it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
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
from grader.work import Mistaken, Pinned, Reference, Step, Work, everything

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


def model_answers(question: Question) -> dict[str, str]:
    """Every cell as it would be written, to five decimals."""
    return _written(question, key(question.id), 5)


def _written(question: Question, steps: Mapping[str, Step], digits: int) -> dict[str, str]:
    return {
        cell: f"{value:.{digits}f}" if isinstance(value, float) else str(value)
        for part in question.asked
        for cell, value in zip(part.cells, entries(steps[part.name].value), strict=True)
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


def slipped(question: str, part: str, value: float) -> dict[str, str]:
    """One value wrong, and everything behind it worked out from it."""

    def pin(step: Step) -> tuple[Any, Any] | None:
        if step.name != part:
            return None
        step.value = np.full(np.shape(step.value), value)
        return step.value, np.zeros(np.shape(step.value), dtype=bool)

    return _solved_with(question, Pinned(pin))


def believed(question: str, mistake: str) -> dict[str, str]:
    """The mistake made wherever it can be."""
    return _solved_with(question, Mistaken(mistake))


def _solved_with(question: str, work: Work) -> dict[str, str]:
    asked = assignment().question(question)
    steps = asked.template.run(asked.parameters, asked.read(givens()[question]), work).steps
    return _written(asked, steps, 5)


def changed(**changes: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """A perfect sheet but for these cells."""
    return {name: {**cells, **changes.get(name, {})} for name, cells in perfect().items()}


def cases() -> dict[str, dict[str, dict[str, str]]]:
    """Sheets on which everything happens that feedback has words for."""
    lstm = assignment().question("lstm")
    return {
        "all right": perfect(),
        "an early slip": {**perfect(), "lstm": slipped("lstm", "i_1", 0.5), "ap": slipped("ap", "precision", 0.3)},
        "beliefs": {
            **perfect(),
            "lstm": believed("lstm", "bias_left_out"),
            "ap": believed("ap", "recall_over_ranks"),
            "bptt": believed("bptt", "one_minus_h"),
        },
        "few digits": {**perfect(), "lstm": _written(lstm, key("lstm"), 2)},
        "blank": {"lstm": model_answers(lstm)},
        "unreadable": changed(lstm={"f_1": "about 3"}, boxes={"iou_1": "1,234"}, bptt={"dW[1,2]": "12/05/2026"}),
        "cells": changed(ap={"precision[2]": "0.9", "recall[3]": ""}, bptt={"dW[1,2]": "7", "H_1[1]": "0,5"}),
        "choice": changed(boxes={"best": "1"}, tconv={"size_1": "5"}, lstm={"c_1": "1/3"}),
    }


def alone(template: str, written: Mapping[str, Any], **parameters: Any) -> Document:
    """Feedback on an assignment of one question `q`, up to what was accepted."""
    data = dict(title="A test", questions=[dict(id="q", template=template, parameters=parameters)])
    source = Source(Path("hw.yaml"), data, {})
    only = checked_assignment(source, "hw", BUILT_IN)
    rules = compiled(only, source, (), {})
    asked = only.question("q")
    q = asked.read(draw_variants(only, rules, "7", STUDENT.id)["q"].givens)
    given = mark_question(rules.questions["q"], q, read_answers(asked, written))
    steps = asked.template.run(asked.parameters, q, Reference()).steps
    return feedback(only, rules, STUDENT, {"q": given}, {"q": steps}, reveal="expected")
