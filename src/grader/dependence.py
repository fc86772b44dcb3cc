"""Which steps a step is computed from: found by moving one answer and looking at what moves."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from grader.assignment import Question, matches
from grader.chance import Stream
from grader.work import Pinned, Reference, Step, Value, labelled

TRIALS = 3
MOVABLE = ("number", "integer", "expression")
"""The kinds of parts that later ones are computed from."""


def moved(value: Value, sign: int = 1) -> Value:
    """The value, slightly changed in every entry, up or down; whole numbers by one."""
    if isinstance(value, np.ndarray):
        return value * (1 + sign * 0.01) + sign * 0.003 * (1 + np.arange(value.size).reshape(value.shape) % 3)
    return value + sign if isinstance(value, int) else value * (1 + sign * 0.01) + sign * 0.003


def direct_dependents(question: Question, q: Any, key: Mapping[str, Step], name: str, sign: int = 1) -> set[str]:
    """The steps whose own value changes when `name` is moved while every other part stays at the key."""
    asked = {part.name for part in question.parts if part.kind in MOVABLE}

    def pin(step: Step) -> tuple[Value, Any] | None:
        if step.name not in asked:
            return None
        right = key[step.name].value
        value = moved(right, sign) if step.name == name else right
        return value, np.full(np.shape(value), step.name != name)

    work = question.template.run(question.parameters, q, Pinned(pin))
    return {other for other, step in work.steps.items() if other != name and not _same(step.value, key[other].value)}


def _same(a: Value, b: Value) -> bool:
    return bool(np.all(a == b)) if labelled(a) else bool(np.allclose(a, b, rtol=1e-12, atol=0))


@lru_cache(256)
def parents(question: Question) -> Mapping[str, tuple[str, ...]]:
    """For each part, the parts it is computed from directly, in step order; a choice from what it rests on."""
    template, p = question.template, question.parameters
    stream = Stream("dependence", question.id)
    found: dict[str, dict[str, None]] = {part.name: {} for part in question.parts}
    for _ in range(TRIALS):
        q = template.read(p, {**template.draw(p, stream), **question.givens})[1]
        key = template.run(p, q, Reference()).steps
        for part in question.parts:
            if part.kind not in MOVABLE or part.name not in key:
                continue
            for sign in (1, -1):
                for other in direct_dependents(question, q, key, part.name, sign):
                    found.setdefault(other, {})[part.name] = None
    for part in question.parts:
        if part.rests_on:
            rests_on = [name for name in found if any(matches(pattern, name) for pattern in part.rests_on)]
            found[part.name] = dict.fromkeys(rests_on)
    return {name: tuple(before) for name, before in found.items()}
