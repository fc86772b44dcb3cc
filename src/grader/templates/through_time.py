"""What the templates of backpropagation through time share: parameters with steps that have a loss, and guards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from grader.part import Part
from grader.template import Array, GivensError, Parameters
from grader.work import Step

LEAST_SHARE = 1e-3
STATES = (0.05, 0.97)


class ThroughTimeParameters(Parameters):
    inputs: int = Field(1, ge=1, le=8, description="D, the size of an input")
    hidden: int = Field(1, ge=1, le=8, description="H, the number of hidden units")
    outputs: int = Field(2, ge=1, le=8, description="K, the number of outputs")
    steps: int = Field(3, ge=1, le=20, description="T, the number of steps")
    places: int = Field(2, ge=0, le=6, description="decimals of the givens")
    losses: tuple[int, ...] | None = Field(
        None, description="steps that have a target and a loss; the last unless given"
    )
    initial: Literal["zero", "drawn"] = Field("drawn", description="where the state before the first step comes from")
    vanishing: bool = Field(False, description="steps may contribute almost nothing")

    @model_validator(mode="after")
    def _losses_fit(self) -> Self:
        if self.losses is not None:
            if not self.losses or len(set(self.losses)) < len(self.losses):
                raise ValueError("losses must be a list of different steps, such as [2, 3]")
            if min(self.losses) < 1:
                raise ValueError("losses must be steps from 1 on")
        return self

    @property
    def loss_steps(self) -> tuple[int, ...]:
        return self.losses or (self.steps,)

    @property
    def one_loss(self) -> bool:
        """Is there the one loss at the end, so that nothing needs its step in its name?"""
        return self.loss_steps == (self.steps,)

    def named(self, n: int, name: str) -> str:
        """A part's name for the loss at step n: plain for the one loss at the end, else `dE2_dW`."""
        return name if self.one_loss else f"dE{n}_{name}"


def losses_of(p: ThroughTimeParameters, target: str, targets: int | None, steps: int) -> tuple[int, ...] | None:
    """The steps with a loss, from the number of targets given (None: not given). GivensError where they do not fit."""
    losses = p.losses
    if targets is not None and targets != len(p.loss_steps):
        if losses is not None or targets != steps:
            raise GivensError(
                f"{target} has {targets} targets, but there is a loss at {len(p.loss_steps)} step(s): "
                "the parameter `losses` lists the steps that have one, such as [2, 3]"
            )
        losses = tuple(range(1, steps + 1))
    if losses is not None and max(losses) > steps:
        raise GivensError(f"there is a loss at step {max(losses)}, but there are only {steps} steps")
    return losses


def outer(column: Array, row: Array) -> Array:
    """The matrix column · row' (several times faster than np.outer for a handful of entries)."""
    return column[:, None] * row


def derivative_parts(
    p: ThroughTimeParameters, n: int, weight: str, shape: tuple[int, ...], error: tuple[str, str], *, recurrent: bool
) -> list[Part]:
    """The shares of steps 1 … n in the derivative of the loss at step n by a weight, and their sum.

    `error`: the loss in words and in LaTeX. From a zero state step 1 has no share in that of the recurrent weight.
    """
    meaning, symbol = f"∂{error[0]}/∂{weight}", rf"\partial {error[1]} / \partial {weight}"
    from_zero = recurrent and p.initial == "zero"

    def part(name: str, meaning: str, symbol: str, *, zero: bool) -> Part:
        return Part(p.named(n, name), meaning, symbol, shape=shape, asked=not zero, zero=zero)

    shares = [
        part(f"d{weight}_{t}", f"the share of step {t} in {meaning}", f"({symbol})_{{{t}}}", zero=from_zero and t == 1)
        for t in range(1, n + 1)
    ]
    return [*shares, part(f"d{weight}", f"{meaning}, over all steps", symbol, zero=from_zero and n == 1)]


def extreme_state(p: ThroughTimeParameters, letter: str, steps: Mapping[str, Step]) -> str:
    """The first state that is saturated or next to zero; "" where there is none."""
    low, high = STATES
    for t in range(1, p.steps + 1):
        size = np.abs(steps[f"{letter}_{t}"].value)
        if size.min() < low or size.max() > high:
            return f"an entry of {letter}_{t} outside {low} … {high} in size"
    return ""


def vanished(p: ThroughTimeParameters, steps: Mapping[str, Step], weights: Sequence[str], recurrent: str) -> str:
    """The first step with next to no share in the derivative by one of these weights; "" where there is none."""
    for n in p.loss_steps:
        for weight in weights:
            total = np.abs(steps[p.named(n, f"d{weight}")].value).max()
            first = 2 if weight == recurrent and p.initial == "zero" else 1
            for t in range(first, n + 1):
                if np.abs(steps[p.named(n, f"d{weight}_{t}")].value).max() < LEAST_SHARE * total:
                    return f"step {t} contributes next to nothing to d{weight}"
    return ""


def contributing(p: ThroughTimeParameters, start: Array, *, state: bool, entering: bool) -> int:
    """The most steps that contribute to a derivative that is asked for, by the state's weight or by the input's."""
    by_state = max(p.loss_steps) - (0 if start.any() else 1)
    return max(state and by_state, entering and max(p.loss_steps), 0)
