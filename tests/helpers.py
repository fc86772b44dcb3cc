"""Small assignments, sheets and solutions for the tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from grader.answers import Answers, Entry, Sheet
from grader.assignment import Question, checked_assignment
from grader.config import Source
from grader.expression import Formula
from grader.marking import Mark, mark_question
from grader.rubric import compiled
from grader.rules import QuestionRules
from grader.sheets.collecting import collect
from grader.sheets.names import blank
from grader.template import Template
from grader.templates import BUILT_IN
from grader.work import Reference, Step, everything

LSTM = dict(
    W_f=[0.7, 0.45], W_i=[0.95, 0.8], W_c=[0.45, 0.25], W_o=[0.6, 0.4],
    U_f=0.1, U_i=0.8, U_c=0.15, U_o=0.25,
    b_f=0.15, b_i=0.65, b_c=0.2, b_o=0.1,
    x=[[1, 2], [0.5, 3]],
)  # fmt: skip
"""The catalogue's worked example."""


def rules_of(
    template: str | Template[Any, Any],
    rubric: Mapping[str, Any] | None = None,
    parameters: Mapping[str, Any] | None = None,
    **question: Any,
) -> QuestionRules:
    """The question `q` of a template under a rubric whose keys are those of the question."""
    found = BUILT_IN[template] if isinstance(template, str) else template
    data = dict(id="q", template=found.name, parameters=dict(parameters or {}), **question)
    source = Source(Path("hw.yaml"), dict(title="Trial", questions=[data]), {})
    assignment = checked_assignment(source, "hw", {found.name: found})
    record = {"questions": {"q": dict(rubric)}} if rubric else {}
    return compiled(assignment, source, (), record).questions["q"]


def solution(name: str, givens: Mapping[str, Any], parameters: Mapping[str, Any] | None = None) -> Mapping[str, Step]:
    """Every step with every mistake evaluated."""
    template = BUILT_IN[name]
    p, q = template.read(template.parameters.model_validate(dict(parameters or {})), givens)
    return template.run(p, q, Reference(everything)).steps


def values(steps: Mapping[str, Step]) -> dict[str, Any]:
    """The steps' values as plain numbers and nested lists; a single entry stands for itself."""
    return {name: plain(step.value) for name, step in steps.items()}


def mistaken(steps: Mapping[str, Step], mistake: str) -> dict[str, Any]:
    """The mistake's value at every step that knows it."""
    return {name: plain(step.mistakes[mistake]) for name, step in steps.items() if mistake in step.mistakes}


def plain(value: Any) -> Any:
    if isinstance(value, Formula):
        return str(value)
    if isinstance(value, np.ndarray):
        if value.dtype == object:
            value = np.vectorize(str)(value)
        return value.item() if value.size == 1 else value.tolist()
    return value


def read_answers(question: Question, written: Mapping[str, Any]) -> Answers:
    """The cells of {part or cell: text or nested list of texts}; numbers are written as Python shows them."""
    sheet = Sheet(
        entries=[Entry(question.id, name, texts(value), k) for k, (name, value) in enumerate(written.items(), 1)]
    )
    answers, problems = collect(sheet, blank({question.id: question.asked}))
    assert problems == []
    return answers.get(question.id, {})


def texts(value: Any) -> Any:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [texts(item) for item in value]
    return str(value)


def marked(rules: QuestionRules, givens: Mapping[str, Any], written: Mapping[str, Any]) -> dict[str, Mark]:
    """The marks of a sheet on these givens, by cell."""
    answers = read_answers(rules.question, written)
    return {mark.cell: mark for mark in mark_question(rules, rules.question.read(givens), answers)}


def verdicts(marks: Mapping[str, Mark]) -> dict[str, str]:
    return {cell: mark.verdict for cell, mark in marks.items()}


def total(marks: Mapping[str, Mark]) -> float:
    return sum(mark.points for mark in marks.values())
