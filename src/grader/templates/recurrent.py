"""What the templates of recurrent cells share: parameters, how givens are read, drawn and shown, slips at a unit.

A cell has weights W (H×D), U (H×H) and b (H) for each of its units, named by letters: `W_f`, `U_f`, `b_f`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import numpy as np
from pydantic import Field

from grader.chance import Stream
from grader.numerics.activations import sigmoid
from grader.template import (
    Array,
    Mistake,
    Parameters,
    Range,
    Raw,
    Shape,
    Shown,
    fit,
    missing,
    resized,
    shown_array,
    unknown,
)
from grader.work import Step, Work

Squash = Callable[[Array], Array]
SIZES = {"H": "hidden", "D": "inputs", "T": "steps"}
"""The parameters that the sizes of givens determine."""
LIMIT = 4.0
"""Beyond this pre-activation a gate is shut, or open, to two digits."""

LEAST_MOVED = 0.02
"""A value that what goes into it moves by less would be right without it."""


class CellParameters(Parameters):
    inputs: int = Field(2, ge=1, le=8, description="D, the size of an input")
    hidden: int = Field(1, ge=1, le=8, description="H, the number of hidden units")
    places: int = Field(2, ge=0, le=6, description="decimals of the givens")
    weights: Range = Field((-1, 1), description="range of all weights and biases")
    signal: Range = Field((-3, 3), description="range of the inputs")
    initial: Literal["zero", "drawn"] = Field("zero", description="where the state before the first step comes from")


class RecurrentParameters(CellParameters):
    steps: int = Field(2, ge=1, le=20, description="T, the number of steps")


P = TypeVar("P", bound=CellParameters)


def shapes_of(units: str) -> dict[str, Shape]:
    """The shapes of W, U and b for each letter of `units`."""
    return (
        {f"W_{k}": ("H", "D") for k in units}
        | {f"U_{k}": ("H", "H") for k in units}
        | {f"b_{k}": ("H",) for k in units}
    )


def fitted(
    p: P, raw: Raw, shapes: Mapping[str, Shape], states: Sequence[str], sizes: Mapping[str, str] = SIZES
) -> tuple[P, dict[str, Array]]:
    """The parameters with what the givens determine, and the arrays there are.

    `sizes`: the parameter that holds the size of each symbol in `shapes`.
    """
    unknown(raw, shapes)
    arrays, found = fit(raw, shapes, {symbol: getattr(p, name) for symbol, name in sizes.items()})
    return resized(p, initial=start(p, arrays, states), **{n: found[symbol] for symbol, n in sizes.items()}), arrays


def start(p: CellParameters, arrays: Mapping[str, Array], states: Sequence[str]) -> str:
    """Where the states come from: states among the givens that are not zero count as drawn."""
    return "drawn" if any(arrays[s].any() for s in states if s in arrays) else p.initial


def complete(
    p: P, raw: Raw, shapes: Mapping[str, Shape], states: Sequence[str], sizes: Mapping[str, str] = SIZES
) -> tuple[P, dict[str, Array]]:
    """The same with all arrays; GivensError for a missing one. States that start from zero may be left out."""
    zero = p.initial == "zero"
    p, arrays = fitted(p, raw, shapes, states, sizes)
    arrays = from_zero(p, states) | arrays if zero else arrays
    missing(arrays, shapes)
    return p, arrays


def from_zero(p: CellParameters, states: Sequence[str]) -> dict[str, Array]:
    return {state: np.zeros(p.hidden) for state in states}


def by_unit(arrays: Mapping[str, Array], letter: str, units: str) -> dict[str, Array]:
    """{"f": W_f, …} for the letter W."""
    return {k: arrays[f"{letter}_{k}"] for k in units}


def drawn_weights(p: CellParameters, units: str, chance: Stream) -> dict[str, Any]:
    H, D = p.hidden, p.inputs
    return {
        f"{letter}_{k}": chance.decimals(*p.weights, p.places, *shape).tolist()
        for k in units
        for letter, shape in (("W", (H, D)), ("U", (H, H)), ("b", (H,)))
    }


def drawn_state(p: CellParameters, chance: Stream) -> list[float]:
    """A state before the first step: zero, or within ±0.9."""
    zeros = [0.0] * p.hidden
    return zeros if p.initial == "zero" else chance.decimals(-0.9, 0.9, p.places, p.hidden).tolist()


@dataclass(frozen=True)
class Terms:
    """The three terms of a unit's pre-activation, W x, U h and b, each (H)."""

    entering: Array
    recurrent: Array
    bias: Array

    @property
    def sum(self) -> Array:
        return self.entering + self.recurrent + self.bias

    def slips(self, squash: Squash) -> dict[str, Callable[[], Array]]:
        """The unit's value with a term left out."""
        return dict(
            bias_left_out=lambda: squash(self.entering + self.recurrent),
            recurrent_left_out=lambda: squash(self.entering + self.bias),
        )


def gate(work: Work, name: str, terms: Terms, how: str, **slips: Callable[[], Array]) -> Array:
    """A step σ(W x + U h + b)."""
    z = terms.sum
    known = terms.slips(sigmoid) | slips
    return work.step(name, sigmoid(z), how, tanh_for_gate=lambda: np.tanh(z), **known)


def candidate(work: Work, name: str, terms: Terms, how: str, **slips: Callable[[], Array]) -> Array:
    """A step tanh(W x + U h + b)."""
    z = terms.sum
    known = terms.slips(np.tanh) | slips
    return work.step(name, np.tanh(z), how, sigmoid_for_candidate=lambda: sigmoid(z), **known)


BIAS_LEFT_OUT = "what one gets with the bias left out"
RECURRENT_LEFT_OUT = "what one gets with the recurrent term U h left out"
STALE_HIDDEN_STATE = "what one gets with h_0 in place of the hidden state of the step before"
TANH_FOR_GATE = Mistake("what one gets with tanh in place of σ in a gate")
SIGMOID_FOR_CANDIDATE = Mistake("what one gets with σ in place of tanh in the candidate")


def remembers(p: RecurrentParameters, q: Any) -> bool:
    """Is there a step with a hidden state before it that is not zero? `q` has h_0."""
    return p.steps > 1 or bool(q.h_0.any())


def several_steps(p: RecurrentParameters, _q: object) -> bool:
    return p.steps > 1


def saturated(steps: Mapping[str, Step], gates: Iterable[str], candidates: Iterable[str]) -> str:
    """The first unit with a pre-activation beyond 4 in size, where digits run out; "" where there is none."""
    low, high = sigmoid(np.array([-LIMIT, LIMIT]))
    for name in gates:
        value = steps[name].value
        if value.min() < low or value.max() > high:
            return f"a pre-activation of {name} beyond {LIMIT:.0f}"
    for name in candidates:
        if np.abs(steps[name].value).max() > np.tanh(LIMIT):
            return f"a pre-activation of {name} beyond {LIMIT:.0f}"
    return ""


def runs_for(p: RecurrentParameters) -> str:
    """The beginning of a wording: how many units and steps."""
    size = "one hidden unit" if p.hidden == 1 else f"{p.hidden} hidden units"
    return f"with {size} runs for {p.steps} step{'s' if p.steps > 1 else ''}"


def shown_weights(W: Mapping[str, Array], U: Mapping[str, Array], b: Mapping[str, Array], places: int) -> list[Shown]:
    return [
        shown_array(f"{letter}_{k}", array, places)
        for letter, arrays in (("W", W), ("U", U), ("b", b))
        for k, array in arrays.items()
    ]


def shown_inputs(x: Array, places: int) -> list[Shown]:
    return [shown_array(f"x_{{{t}}}", row, places) for t, row in enumerate(x, start=1)]
