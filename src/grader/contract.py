"""What a template's functions owe each other, tried once before a question is drawn from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from grader.assignment import Question
from grader.chance import Stream
from grader.errors import CourseError, did_you_mean
from grader.expression import Formula
from grader.library import line_of
from grader.part import Part
from grader.template import GivensError
from grader.work import Reference, Step, Value

TRIES = 20


@lru_cache(4096)
def broken(question: Question) -> CourseError | None:
    """The first thing in which the template's functions disagree, with its file and line."""
    template, p = question.template, question.parameters
    path = Path(template.solve.__code__.co_filename)
    for name, part in ((part.name, part) for part in question.parts):
        if [other.name for other in question.parts].count(name) > 1 or part.size == 0:
            return CourseError(f"`ask` lists '{name}' twice, or without entries", file=path, line=line_of(path, name))
    stream = Stream("contract", question.id)
    for _ in range(TRIES):
        raw = template.draw(p, stream)
        for word, problem in _not_plain(raw):
            start = template.draw.__code__.co_firstlineno
            message = f"`draw` must return plain numbers, strings, lists and mappings: {problem}"
            return CourseError(message, file=path, line=line_of(path, word, start) or start)
        try:
            q = template.read(p, raw)[1]
        except GivensError as error:
            message = f"`draw` and `read` do not agree: {error}"
            return CourseError(message, file=path, line=template.draw.__code__.co_firstlineno)
        real = {name for name, mistake in question.mistakes.items() if mistake.exists(p, q)}
        try:
            steps = template.run(p, q, Reference(lambda _n, _v, known: real & set(known))).steps
        except ArithmeticError:
            continue  # what cannot be computed is drawn again
        for word, problem in _problems(question, steps):
            start = template.solve.__code__.co_firstlineno
            return CourseError(problem, file=path, line=line_of(path, word, start) or line_of(path, word) or start)
        return None
    return None


def _not_plain(raw: object) -> Iterator[tuple[str, str]]:
    """What no file can hold: the given's name, and the sentence. A paper's givens are kept as JSON."""
    if not isinstance(raw, dict):
        yield "return", f"what it returns is {_called(raw)}, not a mapping"
        return
    for name, value in raw.items():
        if not isinstance(name, str):
            yield str(name), f"the name {name!r} is {_called(name)}; names are strings"
        for odd in _odd(value):
            yield str(name), f"'{name}' {'is' if odd is value else 'holds'} {_called(odd)}"


def _odd(value: object) -> Iterator[object]:
    """The values inside that are not plain."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from _odd(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from (*(() if isinstance(name, str) else (name,)), *_odd(item))
    elif isinstance(value, np.generic) or not (value is None or isinstance(value, str | int | float)):
        yield value


def _called(value: object) -> str:
    """What a value is, and what makes it plain if it is numpy's."""
    if isinstance(value, np.ndarray):
        return "a numpy array; add .tolist()"
    if isinstance(value, np.generic):
        return f"a numpy {type(value).__name__}; add .item()"
    return "nothing" if value is None else f"of type {type(value).__name__}"


def _problems(question: Question, steps: Mapping[str, Step]) -> Iterator[tuple[str, str]]:
    """What to look for in the file, and the sentence."""
    for part in question.parts:
        if part.kind == "text":
            continue
        if part.name not in steps:
            hint = did_you_mean(part.name, steps)
            yield part.name, f"`ask` asks for '{part.name}', but `solve` makes no step of this name. {hint}"
            continue
        step = steps[part.name]
        values = {"": step.value, **step.mistakes}
        for mistake, value in values.items():
            problem = _unfit(part, value)
            if problem:
                yield mistake or part.name, f"{f'{mistake} at ' if mistake else ''}the step '{part.name}' {problem}"
    for step in steps.values():
        for mistake in step.knows:
            if mistake not in question.mistakes:
                told = f'write {mistake}=Mistake("what one gets with …") in `mistakes`'
                yield mistake, f"the mistake {mistake} has no sentence: {told}"


def _unfit(part: Part, value: Value) -> str:
    if part.kind == "choice":
        return "" if _labels(value) <= set(part.labels) else f"is {value!r}, which is not among the part's labels"
    if part.kind == "expression":
        formulas = all(isinstance(entry, Formula) for entry in np.ravel(value).tolist())
        if not formulas:
            return f"is {value!r}, which is not a formula: make it from `symbols` of grader.expression"
    elif isinstance(value, Sequence):
        return f"is {value!r}: an array must be np.array(…), a single one a number"
    elif not isinstance(value, np.ndarray | float | int | np.number | np.bool_):
        return f"is {value!r}, which is not a number"
    if np.shape(value) != part.shape and not part.size == np.size(value) == 1:
        return f"has the shape {np.shape(value)}, but `ask` says {part.shape}. Make the two agree"
    return ""


def _labels(value: Value) -> set[str]:
    return {str(label) for label in np.ravel(value).tolist()}
