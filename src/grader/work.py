"""The tape: a solver's named steps, and the ways of running it.

A solver calls `work.step(name, value, how, **mistakes)` for each step and goes on with what the call returns.
Who drives the tape decides what that is: the value itself (Reference), what a student wrote (Pinned), or the
value that one mistake gives (Mistaken). A mistake's value is given as it is or as a callable; a callable is called
inside `step` or never.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from grader.expression import Formula

Value = Any
"""What a step computes: a float, an int, a label (int or str), a formula, or an array of floats, labels or formulas."""

V = TypeVar("V")
Pin = Callable[["Step"], tuple[Value, ArrayLike] | None]
Want = Callable[[str, Value, Mapping[str, Value]], Iterable[str]]
"""Which of a step's mistakes to evaluate: called with the step's name, value and mistakes."""


@dataclass(slots=True)
class Step:
    """One line of the solution: its value in this pass, its formula in LaTeX, the evaluated mistakes."""

    name: str
    value: Value
    how: str = ""
    mistakes: dict[str, Value] = field(default_factory=dict)
    knows: tuple[str, ...] = ()


class StopPass(Exception):
    """Raised by a watcher when the rest of a pass cannot matter any more."""


def nothing(_name: str, _value: Value, _mistakes: Mapping[str, Value]) -> Iterable[str]:
    return ()


def everything(_name: str, _value: Value, mistakes: Mapping[str, Value]) -> Iterable[str]:
    return mistakes


class Work:
    """A run of a solver. `steps` holds what has been computed, in order."""

    def __init__(self, want: Want = nothing) -> None:
        self.steps: dict[str, Step] = {}
        self.want = want

    def step(self, name: str, value: V, how: str = "", **mistakes: V | Callable[[], V]) -> V:
        """Record a step and return the value to go on with. ValueError: the name was used before."""
        if name in self.steps:
            raise ValueError(f"the step {name!r} is made twice")
        step = Step(name, value, how, {}, tuple(mistakes))
        self.steps[name] = step
        if self.want is not nothing:
            for mistake in self.want(name, value, mistakes):
                step.mistakes[mistake] = evaluated(mistakes[mistake])
        going_on: V = self.go_on(step, mistakes)
        return going_on

    def go_on(self, step: Step, mistakes: Mapping[str, Value]) -> Value:
        """The value that the solver goes on with."""
        raise NotImplementedError  # abstract: a driver decides

    def is_right(self, name: str) -> NDArray[np.bool_]:
        """Which entries of a made step go on as right ones, so that what must be compared exactly
        can be taken from the question instead of from a rounded answer.
        """
        return np.ones(np.shape(self.steps[name].value), dtype=bool)


class Reference(Work):
    """Goes on with the right value: the answer key."""

    def go_on(self, step: Step, mistakes: Mapping[str, Value]) -> Value:  # noqa: ARG002
        return step.value


class Pinned(Work):
    """Goes on with what `pin` makes of a step: a student's own entries where it has some.

    `pin(step)` returns the value to go on with and which of its entries are right ones, row by row,
    or None where the step's own value stands.
    """

    def __init__(self, pin: Pin, want: Want = nothing) -> None:
        super().__init__(want)
        self.pin = pin
        self._right: dict[str, ArrayLike] = {}

    def go_on(self, step: Step, mistakes: Mapping[str, Value]) -> Value:  # noqa: ARG002
        pinned = self.pin(step)
        if pinned is None:
            return step.value
        value, self._right[step.name] = pinned
        return value

    def is_right(self, name: str) -> NDArray[np.bool_]:
        every = super().is_right(name)
        return np.asarray(self._right.get(name, every)).reshape(every.shape)


class Mistaken(Work):
    """Every step that knows the mistake makes it, as somebody does who believes in it.

    Each step's recorded value is the mistaken one where it knows the mistake. `watch(step)` sees each
    step as it is made and may raise StopPass.
    """

    def __init__(self, mistake: str, watch: Callable[[Step], None] | None = None) -> None:
        super().__init__()
        self.mistake, self.watch = mistake, watch
        self._right: dict[str, Value] = {}

    def go_on(self, step: Step, mistakes: Mapping[str, Value]) -> Value:
        if self.mistake in mistakes:
            self._right[step.name], step.value = step.value, evaluated(mistakes[self.mistake])
        if self.watch is not None:
            self.watch(step)
        return step.value

    def is_right(self, name: str) -> NDArray[np.bool_]:
        if name not in self._right:
            return super().is_right(name)
        return np.asarray(self.steps[name].value == self._right[name])


def labelled(value: Value) -> bool:
    """Is it no number but a label or a formula, or an array of these?"""
    return isinstance(value, str | Formula) or (isinstance(value, np.ndarray) and value.dtype.kind in "UO")


def evaluated(value: Value) -> Value:
    return value() if callable(value) else value
