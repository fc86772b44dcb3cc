"""A template on its own: under the default rubric, and with each of its parameters changed alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import floor, log10
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError

from grader.assignment import checked_assignment
from grader.chance import Stream
from grader.config import Source
from grader.course import Loaded
from grader.errors import CourseError
from grader.rubric import QuestionRules, compiled
from grader.template import GivensError, Template
from grader.work import Reference

DRAWS = 10
"""Instances that are compared to see whether a parameter changes anything."""


def default_rules(template: Template[Any, Any], parameters: Mapping[str, Any] | None = None) -> QuestionRules:
    """A question of this template alone, under the default rubric. CourseError: impossible parameters."""
    return alone(template, parameters).rubric.questions["q"]


def alone(template: Template[Any, Any], parameters: Mapping[str, Any] | None = None) -> Loaded:
    """An assignment with one question of this template, under the default rubric."""
    question = dict(id="q", template=template.name, parameters=dict(parameters or {}))
    source = Source(Path(template.name), dict(title=template.title, questions=[question]), {})
    assignment = checked_assignment(source, template.name, {template.name: template})
    return Loaded(assignment, compiled(assignment, source, (), {}))


Change = dict[str, Any]


def variations(template: Template[Any, Any]) -> Iterator[Change]:
    """Each parameter changed alone: the other options of a choice, the other side of a flag, another number, a range
    narrower and wider. Texts and lists are left as they are.
    """
    for name, field in template.parameters.model_fields.items():
        for values in _others(field.annotation, field.get_default(call_default_factory=True)):
            changes = ({field.alias or name: value} for value in values)
            yield from next(([change] for change in changes if _allowed(template, change)), [])


def _allowed(template: Template[Any, Any], change: Change) -> bool:
    try:
        template.parameters.model_validate(change)
    except ValidationError:
        return False
    return True


def _others(annotation: Any, default: Any) -> Iterator[tuple[Any, ...]]:
    """Changes to try, each with what to try in its place where it is not allowed."""
    options = get_args(annotation)
    if get_origin(annotation) is Literal:
        yield from ((option,) for option in options if option != default)
    elif get_origin(annotation) is tuple and len(options) == 2 and ... not in options:
        yield from _ranges(*default)
    elif isinstance(default, bool):
        yield (not default,)
    elif isinstance(default, int):
        yield default + 1, default - 1
    elif isinstance(default, float):
        yield 2 * default, default / 2
    elif default is None and int in options:
        yield (2,)


def _ranges(low: float, high: float) -> Iterator[tuple[Any, ...]]:
    """One step narrower and one wider, at one of the ends. A step is 1, or a power of ten within half of the width.

    >>> list(_ranges(0.1, 0.9))
    [((0.1, 0.8), (0.2, 0.9)), ((0.1, 1.0), (0.0, 0.9))]
    >>> list(_ranges(2, 30))
    [((2, 29), (3, 30)), ((2, 31), (1, 30))]
    """
    whole = isinstance(low, int) and isinstance(high, int)
    step = 1 if whole else 10.0 ** floor(log10(max(high - low, 1e-9) / 2))
    for by in (-step, step):
        yield (low, round(high + by, 9)), (round(low - by, 9), high)


def idle(template: Template[Any, Any]) -> Iterator[str]:
    """The parameters whose changes change nothing, with the defaults of the others or with one of these changed."""
    changes = list(variations(template))
    seen: dict[str, str] = {}

    def look(change: Change) -> str:
        return seen.setdefault(repr(change), _looks(template, change))

    names = dict.fromkeys(name for change in changes for name in change)
    for name in names:
        own = [change for change in changes if name in change]
        bases = [Change(), *(change for change in changes if name not in change)]
        if all(look({**base, **change}) == look(base) for base in bases for change in own):
            yield name


def _looks(template: Template[Any, Any], change: Change) -> str:
    """All that students see or are marked by, in a few instances."""
    try:
        question = default_rules(template, change).question
    except CourseError as error:
        return error.message
    p = question.parameters
    seen: list[Any] = [template.wording(p), dict(template.symbols(p)), list(question.mistakes)]
    seen += [(part.name, part.meaning, part.symbol, part.shape, part.labels, part.lines) for part in question.parts]
    seen += [(part.kind, part.domain, part.criteria, part.asked, part.rests_on) for part in question.parts]
    for k in range(DRAWS):
        raw = template.draw(p, Stream("idle", str(k)))
        seen.append(raw)
        try:
            q = question.read(raw)
            steps = template.run(p, q, Reference()).steps
            seen += [template.guard(p, q, steps), template.stem(p, q), template.show(p, q), template.tables(p, q)]
            seen += [(step.value, step.how, step.knows) for step in steps.values()]
            seen += [mistake.exists(p, q) for mistake in question.mistakes.values()]
            seen += [template.drawings(p, q)]
        except (GivensError, ArithmeticError) as error:
            seen.append(str(error))
    return repr(seen)
