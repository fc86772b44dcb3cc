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


def changed(question: Question, q: Any, key: Mapping[str, Step], values: Mapping[str, Value]) -> set[str]:
    """The steps whose own value changes with these values of some, while every other part stays at the key.

    A step that cannot be computed with them changes, and so does what would come after it.
    """
    asked = {part.name for part in question.parts if part.kind in MOVABLE}

    def pin(step: Step) -> tuple[Value, Any] | None:
        if step.name in values:
            return values[step.name], np.zeros(np.shape(values[step.name]), dtype=bool)
        if step.name in asked:
            right = key[step.name].value
            return right, np.ones(np.shape(right), dtype=bool)
        return None

    work = Pinned(pin)
    try:
        question.template.run(question.parameters, q, work)
    except Exception:  # noqa: BLE001 - a template of one's own may fail in any way on what it never draws
        lost = set(key) - set(work.steps)
    else:
        lost = set()
    return lost | {name for name, step in work.steps.items() if not _same(step.value, key[name].value)}


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
                for other in changed(question, q, key, {part.name: moved(key[part.name].value, sign)}):
                    found.setdefault(other, {})[part.name] = None
    for part in question.parts:
        if part.rests_on:
            rests_on = [name for name in found if any(matches(pattern, name) for pattern in part.rests_on)]
            found[part.name] = dict.fromkeys(rests_on)
    return {name: tuple(before) for name, before in found.items()}
