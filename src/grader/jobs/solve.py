"""The reference solution of given numbers, for `grader solve`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from grader.chance import Stream
from grader.config import load_yaml, sentence
from grader.errors import CourseError
from grader.expression import Formula
from grader.template import GivensError, Template
from grader.work import Reference, Value, labelled


def parse(text: str, file: str) -> Any:
    """JSON as JSON, anything else as YAML."""
    try:
        return json.loads(text)
    except ValueError:
        return load_yaml(text, Path(file)).data


def parameters(template: Template[Any, Any], written: Mapping[str, Any]) -> Any:
    """The template's parameters. CourseError: an unknown one, or an impossible value."""
    try:
        return template.parameters.model_validate(dict(written))
    except ValidationError as error:
        raise CourseError(f"parameters: {sentence(error.errors()[0], template.parameters)}") from None


def solve(template: Template[Any, Any], p: Any, raw: Any) -> Any:
    """{step: value} for one mapping of givens, a list of these for a list.

    CourseError: the givens are incomplete or wrong, or the solution is not finite.
    """
    if isinstance(raw, list):
        return [_numbered(template, p, item, k) for k, item in enumerate(raw, start=1)]
    if not isinstance(raw, Mapping):
        raise CourseError("givens must be a mapping of names to numbers, or a list of such mappings")
    try:
        settled, q = template.read(p, raw)
        steps = template.run(settled, q, Reference()).steps
    except (GivensError, ArithmeticError) as error:
        raise CourseError(f"{template.name}: {error}") from None
    kinds = {part.name: part.kind for part in template.ask(settled)}
    answer = {}
    for name, step in steps.items():
        if not labelled(step.value) and not np.isfinite(step.value).all():
            raise CourseError(f"{template.name}: {name} is not a finite number for these givens")
        answer[name] = _plain(step.value, whole=kinds.get(name) == "integer")
    return answer


def _numbered(template: Template[Any, Any], p: Any, raw: Any, k: int) -> Any:
    try:
        return solve(template, p, raw)
    except CourseError as error:
        raise CourseError(f"item {k}: {error.message}") from None


def drawn(template: Template[Any, Any], p: Any, seed: str) -> dict[str, Any]:
    """Givens drawn for a trial (no rubric, so no guards against tolerances)."""
    try:
        p = template.settle(p, {})
    except GivensError as error:
        raise CourseError(f"{template.name}: {error}") from None
    return template.draw(p, Stream(seed, "solve", template.name))


def _plain(value: Value, *, whole: bool) -> Any:
    """A step's value for JSON and YAML: arrays as nested lists, a single entry as a bare value, formulas as text."""
    if isinstance(value, Formula):
        return str(value)
    if isinstance(value, np.ndarray):
        array = value.astype(int) if whole else np.vectorize(str)(value) if value.dtype == object else value
        return array.item() if array.size == 1 else array.tolist()
    return int(value) if whole else value.item() if isinstance(value, np.generic) else value
