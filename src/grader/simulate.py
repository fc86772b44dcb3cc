"""Students for the demo and the audit: they solve on the tape as people do, with roundings, slips and mistakes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.assignment import Question
from grader.chance import Stream
from grader.expression import Formula
from grader.part import Part
from grader.variant import entries
from grader.work import Reference, Step, Value, Work, evaluated, labelled

IN_WORDS = "An answer in words."
Written = dict[str, list[str]]
"""What somebody wrote, for each part its cells' texts."""


@dataclass
class Hand:
    """How somebody works: rounds to `decimals` (None: writes 17 digits) and goes on with what was written;
    makes `mistake` at the step `at` (None: wherever it can be made); spoils steps as `slips` says.
    """

    decimals: int | None = None
    mistake: str = ""
    at: str | None = None
    slips: Mapping[str, Callable[[Value], Value]] = field(default_factory=dict)


class Writing(Work):
    """The tape in a student's hand: what a step returns is what was written down."""

    def __init__(self, asked: Sequence[Part], hand: Hand) -> None:
        super().__init__()
        self.asked = {part.name: part for part in asked}
        self.hand = hand
        self.written: Written = {}
        self._right: dict[str, NDArray[np.bool_]] = {}

    def go_on(self, step: Step, mistakes: Mapping[str, Value]) -> Value:
        hand, value = self.hand, step.value
        if hand.mistake in mistakes and hand.at in (None, step.name):
            value = evaluated(mistakes[hand.mistake])
        if step.name in hand.slips:
            value = hand.slips[step.name](value)
        self._right[step.name] = np.asarray(value == step.value)
        if step.name not in self.asked:
            return value
        if self.asked[step.name].kind == "text":
            self.written[step.name] = [IN_WORDS]
            return value
        texts = [self._text(self.asked[step.name], v) for v in entries(value)]
        self.written[step.name] = texts
        if labelled(value):
            return value
        numbers = [float(text) for text in texts]
        if isinstance(value, np.ndarray):
            return np.array(numbers).reshape(value.shape)
        return type(step.value)(numbers[0])

    def is_right(self, name: str) -> NDArray[np.bool_]:
        return self._right[name]

    def _text(self, part: Part, value: Any) -> str:
        if part.space is not None:
            return part.space.written(value)
        if part.kind == "choice":
            return str(value)
        if part.kind == "integer":
            return str(int(value))
        if self.hand.decimals is None:
            return repr(float(value))
        return f"{value:.{self.hand.decimals}f}"


def write(question: Question, q: Any, hand: Hand) -> Written:
    """What somebody with this hand writes for a question, in the order of the steps."""
    work = Writing(question.asked, hand)
    question.template.run(question.parameters, q, work)
    return work.written


def knowing_steps(question: Question, q: Any) -> dict[str, list[str]]:
    """For each mistake, the asked steps where it can be made."""
    asked = {part.name for part in question.asked}
    steps = question.template.run(question.parameters, q, Reference()).steps
    found: dict[str, list[str]] = {}
    for step in steps.values():
        for mistake in step.knows if step.name in asked else ():
            found.setdefault(mistake, []).append(step.name)
    return found


def slipped(chance: Stream) -> Callable[[Value], Value]:
    """A slip of the pen: one entry off by a fifth to a half. A label is as it was."""
    factor = 1 + chance.pick((-1, 1)) * chance.integer(20, 50) / 100

    def slip(value: Value) -> Value:
        if labelled(value):
            return value
        if isinstance(value, np.ndarray):
            out = value.copy()
            flat = out.reshape(-1)
            at = int(np.argmax(np.abs(flat)))
            flat[at] = flat[at] * factor
            return out
        if isinstance(value, int):
            return value + chance.integer(1, 4)
        return value * factor if isinstance(value, float | Formula) else value

    return slip
