"""One step of stochastic gradient descent on a minibatch: the mean of its gradients, and the updated weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import Field

from grader.chance import Stream
from grader.part import Part
from grader.template import (
    Array,
    GivensError,
    Mistake,
    Parameters,
    Raw,
    Shown,
    Template,
    missing,
    resized,
    shown_array,
    text,
    unknown,
)
from grader.templates.tensors import Sizes, tensor
from grader.work import Step, Work

NAMES = ("gradients", "weights", "rate")
RATES = (0.05, 0.1, 0.2, 0.25, 0.3)


class UpdateParameters(Parameters):
    samples: int = Field(3, ge=1, le=8, description="N, how many gradients the batch has")
    shape: Sizes = Field((2,), description="shape of the weights")
    places: int = Field(1, ge=0, le=4, description="decimals of gradients and weights")


@dataclass(frozen=True)
class Givens:
    gradients: Array
    """(N, …): one for each sample, of the weights' shape."""
    weights: Array
    rate: float


def settle(p: UpdateParameters, raw: Raw) -> UpdateParameters:
    return fitted(p, raw)[0]


def fitted(p: UpdateParameters, raw: Raw) -> tuple[UpdateParameters, dict[str, Array]]:
    """The weights decide the shape, and where they are open the gradients do; axes of size one may be left out."""
    unknown(raw, NAMES)
    axes = {"gradients": 3, "weights": 2, "rate": 0}
    a = {name: tensor(name, raw[name], most) for name, most in axes.items() if name in raw}
    if "weights" in a:
        p = resized(p, shape=a["weights"].shape)
    elif "gradients" in a and not _stacked(a["gradients"], p.shape):
        p = resized(p, shape=a["gradients"].shape[1:])
    if "gradients" in a:
        if not _stacked(a["gradients"], p.shape):
            actual, expected = _sizes(a["gradients"].shape), _sizes(p.shape)
            raise GivensError(f"gradients is {actual}, but the weights' {expected} is expected for each sample")
        a["gradients"] = a["gradients"].reshape(-1, *p.shape)
        p = resized(p, samples=len(a["gradients"]))
    return p, a


def _stacked(gradients: Array, shape: tuple[int, ...]) -> bool:
    """Are these some arrays of this shape, but for axes of size one?"""
    count, rest = divmod(gradients.size, int(np.prod(shape)))
    return rest == 0 and [n for n in gradients.shape if n > 1] == [n for n in (count, *shape) if n > 1]


def _sizes(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape)) or "one number"


def read(p: UpdateParameters, raw: Raw) -> tuple[UpdateParameters, Givens]:
    p, a = fitted(p, raw)
    missing(raw, NAMES)
    rate = float(a["rate"])
    if rate <= 0:
        raise GivensError(f"rate must be above 0, not {raw['rate']!r}")
    return p, Givens(a["gradients"], a["weights"], rate)


def draw(p: UpdateParameters, chance: Stream) -> dict[str, Any]:
    return {
        "gradients": chance.decimals(-4, 4, p.places, p.samples, *p.shape).tolist(),
        "weights": chance.decimals(-2, 2, p.places, *p.shape).tolist(),
        "rate": chance.pick(RATES),
    }


def ask(p: UpdateParameters) -> list[Part]:
    return [
        Part("mean_gradient", "mean of the gradients", r"\bar g", shape=p.shape),
        Part("updated", "weights after the step", r"w_{\mathrm{new}}", shape=p.shape),
    ]


def solve(_p: UpdateParameters, q: Givens, work: Work) -> None:
    mean = work.step(
        "mean_gradient",
        q.gradients.mean(axis=0),
        r"\tfrac{1}{N} \sum_{i=1}^{N} g_i",
        sum_for_mean=lambda: q.gradients.sum(axis=0),
        last_gradient_only=lambda: q.gradients[-1],
    )
    work.step(
        "updated",
        q.weights - q.rate * mean,
        r"w - \eta\, \bar g",
        uphill=lambda: q.weights + q.rate * mean,
        rate_left_out=lambda: q.weights - mean,
    )


def any_gradient(_p: UpdateParameters, q: Givens) -> bool:
    return bool(q.gradients.sum(axis=0).any())


MISTAKES = {
    "sum_for_mean": Mistake(
        "what one gets with the sum of the gradients in place of their mean",
        lambda p, q: p.samples > 1 and any_gradient(p, q),
    ),
    "uphill": Mistake("what one gets with a step along the gradient, uphill, instead of against it", any_gradient),
    "last_gradient_only": Mistake(
        "what one gets with the last sample's gradient alone",
        lambda _p, q: bool((q.gradients != q.gradients[-1]).any()),
    ),
    "rate_left_out": Mistake(
        "what one gets with the learning rate left out", lambda p, q: q.rate != 1 and any_gradient(p, q)
    ),
}


def guard(p: UpdateParameters, q: Givens, _steps: Mapping[str, Step]) -> str:
    """No slip looks like the right value with too few digits."""
    mean = q.gradients.mean(axis=0)
    gaps = np.abs([q.gradients[-1] - mean, (1 - q.rate) * mean])
    return "a slip that looks like a rounding" if ((gaps > 0) & (gaps < 10.0**-p.places)).any() else ""


def wording(p: UpdateParameters) -> str:
    gradients = "One sample has" if p.samples == 1 else f"The {p.samples} samples of a minibatch have"
    plural = "" if p.samples == 1 else "s"
    return (
        rf"{gradients} the gradient{plural} $g_i$ of the loss by the weights $w$. Take one step of gradient descent "
        r"with the learning rate $\eta$; the loss of the batch is the mean over its samples."
        "\n\n"
        r"$$\bar g = \frac{1}{N} \sum_{i=1}^{N} g_i \qquad w_{\mathrm{new}} = w - \eta\, \bar g$$"
    )


def show(p: UpdateParameters, q: Givens) -> Sequence[Shown]:
    rows = [shown_array(f"g_{{{i}}}", g, p.places) for i, g in enumerate(q.gradients, start=1)]
    return [*rows, shown_array("w", q.weights, p.places), Shown(r"\eta", text(q.rate))]


TEMPLATE = Template(
    name="minibatch_update",
    title="A step on a minibatch",
    topic="optimisation",
    parameters=UpdateParameters,
    read=read,
    draw=draw,
    ask=ask,
    solve=solve,
    mistakes=MISTAKES,
    guard=guard,
    wording=wording,
    show=show,
    settle=settle,
)
