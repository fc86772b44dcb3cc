"""Which steps later ones are computed from, told by changing them: slightly, then so much that choices change too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from grader.assignment import Question, matches
from grader.dependence import changed, moved
from grader.expression import Formula
from grader.part import ANYWHERE, Domain
from grader.work import Step, Value, labelled

FAR = (0.1, -0.1, 0.5, -0.5, 2.0, -2.0, 20.0, -20.0)
"""Large changes, as shares of a number's size and one more."""
BARE = r"(?<![A-Za-z\\])(?<!\\partial )(?<!\\Delta )(?<!\\tilde )(?<!\\hat )(?<!\\bar ){}(?![A-Za-z0-9_])"
"""A symbol in a formula that is not a piece of another one, nor what is differentiated."""
LOOKS = 10
"""Instances that are looked at: what moves at all moves in some of these."""


class Usage:
    """What is still to be seen of a question's steps: `unused`, those that no later one has moved with.

    `unmoved`: pairs of a part and a later step that names it, in its formula or in what it rests on, and did not move.
    """

    def __init__(self, question: Question, key: Mapping[str, Step]) -> None:
        self.question, self.names = question, list(key)
        self.looks = 0
        self.domains = {part.name: part.domain for part in question.parts}
        self.unused = dict.fromkeys(name for name, step in key.items() if _movable(step.value))
        self.unmoved = dict.fromkeys(_named(question, key))

    def look(self, q: Any, key: Mapping[str, Step]) -> None:
        """Change what is waited for in one instance, and strike out what moves."""
        if self.looks == LOOKS:
            return
        self.looks += 1
        for change in CHANGES:
            values = {name: change(key[name].value, self.domains.get(name, ANYWHERE)) for name in self._waited_for()}
            unused = {name: values[name] for name in self.unused}
            if unused and not changed(self.question, q, key, unused):
                values = {name: value for name, value in values.items() if name not in unused}
            for name, value in values.items():
                self._strike(name, changed(self.question, q, key, {name: value}))

    def _waited_for(self) -> list[str]:
        return list(dict.fromkeys((*self.unused, *(name for name, _ in self.unmoved))))

    def _strike(self, name: str, steps: set[str]) -> None:
        if steps:
            self.unused.pop(name, None)
        for step in steps:
            self.unmoved.pop((name, step), None)


def _slightly(value: Value, _domain: Domain, sign: int = 1) -> Value:
    return moved(value, sign)


def _far(value: Value, domain: Domain, size: float) -> Value:
    """Within the domain, as what students may go on with; a formula is changed slightly."""
    if labelled(value):
        return moved(value)
    there = np.clip(value + size * (1 + np.abs(value)), domain.low, domain.high)
    if isinstance(value, np.ndarray):
        return np.round(there).astype(value.dtype) if value.dtype.kind in "iu" else there
    return round(float(there)) if isinstance(value, int) else float(there)


def _turned(value: Value, _domain: Domain) -> Value:
    """An array from its end to its beginning, so that its largest entry has another place."""
    return value.ravel()[::-1].reshape(value.shape) if isinstance(value, np.ndarray) else value


def _movable(value: Value) -> bool:
    return not isinstance(value, str) and not (isinstance(value, np.ndarray) and value.dtype.kind == "U")


CHANGES: tuple[Callable[[Value, Domain], Value], ...] = (
    _slightly,
    partial(_slightly, sign=-1),
    *(partial(_far, size=size) for size in FAR),
    _turned,
)


def _named(question: Question, key: Mapping[str, Step]) -> Iterator[tuple[str, str]]:
    """The pairs of a part and a later step that names it."""
    parts = {part.name: part for part in question.parts if part.name in key and _movable(key[part.name].value)}
    rests = {part.name: part.rests_on for part in question.parts}
    order = list(key)
    for name, part in parts.items():
        symbol = re.compile(BARE.format(re.escape(part.symbol or name)))
        for later in order[order.index(name) + 1 :]:
            if isinstance(np.ravel(key[later].value)[0], Formula):
                continue  # made of symbols, whatever their values are
            rests_on = rests.get(later, ())
            if symbol.search(key[later].how) or any(matches(pattern, name) for pattern in rests_on):
                yield name, later
