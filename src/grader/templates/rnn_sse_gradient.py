"""One step of a recurrent network with a logistic output and a squared error, and its derivatives by all weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from pydantic import Field

from grader.chance import Stream
from grader.numerics.activations import sigmoid
from grader.part import GATE, POSITIVE, TANH, Part
from grader.template import (
    Array,
    GivensError,
    Mistake,
    Parameters,
    Picture,
    Raw,
    Shown,
    Slot,
    Template,
    fit,
    missing,
    resized,
    shown_array,
    unknown,
)
from grader.work import Step, Work

SHAPES = {"W_hh": ("H", "D"), "W_hx": ("H", "D"), "W_hy": ("K", "H"), "x": ("N", "D"), "t": ("N",)}
Slip = Callable[[], Array]
STATES, OUTPUTS = (0.05, 0.97), (0.05, 0.95)
LEAST_BACK = 0.02
WIDEST = 8
"""A table holds so many samples."""


class SseParameters(Parameters):
    features: int = Field(2, ge=1, le=8, description="D, the size of a sample")
    hidden: int = Field(1, ge=1, le=8, description="H, the number of hidden units")
    samples: int = Field(2, ge=1, le=20, description="N, the number of samples")
    places: int = Field(2, ge=0, le=6, description="decimals of the givens")


@dataclass(frozen=True)
class Givens:
    W_hh: Array
    W_hx: Array
    W_hy: Array
    x: Array
    t: Array


def fitted(p: SseParameters, raw: Raw) -> tuple[SseParameters, dict[str, Array]]:
    unknown(raw, SHAPES)
    arrays, sizes = fit(raw, SHAPES, {"D": p.features, "H": p.hidden, "N": p.samples, "K": 1})
    if sizes["K"] != 1:
        raise GivensError(f"W_hy is {sizes['K']} × {sizes['H']}, but there is one output: 1 × H is expected")
    return resized(p, features=sizes["D"], hidden=sizes["H"], samples=sizes["N"]), arrays


def settle(p: SseParameters, raw: Raw) -> SseParameters:
    return fitted(p, raw)[0]


def read(p: SseParameters, raw: Raw) -> tuple[SseParameters, Givens]:
    p, a = fitted(p, raw)
    missing(a, SHAPES)
    if not np.isin(a["t"], (0, 1)).all():
        raise GivensError("t must hold a target of 0 or 1 for each sample")
    return p, Givens(**a)


def draw(p: SseParameters, chance: Stream) -> dict[str, Any]:
    D, H, N = p.features, p.hidden, p.samples
    return {
        "W_hh": chance.decimals(-1, 1, p.places, H, D).tolist(),
        "W_hx": chance.decimals(-1, 1, p.places, H, D).tolist(),
        "W_hy": chance.decimals(-2, 2, p.places, 1, H).tolist(),
        "x": chance.decimals(-1.5, 1.5, p.places, N, D).tolist(),
        "t": [chance.below(2) for _ in range(N)],
    }


def ask(p: SseParameters) -> list[Part]:
    D, H = p.features, p.hidden
    parts = []
    for i in range(1, p.samples + 1):
        by_output = rf"\partial L_{{{i}}} / \partial (W_{{hy}} h_{{{i}}})"
        parts += [
            Part(f"h_{i}", f"hidden state of sample {i}", f"h_{{{i}}}", shape=(H,), domain=TANH),
            Part(f"y_{i}", f"output of sample {i}", f"y_{{{i}}}", domain=GATE),
            Part(f"dy_{i}", f"∂L_{i}/∂(W_hy h_{i})", by_output),
        ]
    parts.append(Part("L", "total loss", "L", domain=POSITIVE))
    for name, shape in (("hy", (1, H)), ("hh", (H, D)), ("hx", (H, D))):
        parts.append(Part(f"dW_{name}", f"∂L/∂W_{name}", rf"\partial L / \partial W_{{{name}}}", shape=shape))
    return parts


def solve(p: SseParameters, q: Givens, work: Work) -> None:
    states, by_output, errors = [], [], []
    for i, (x, t) in enumerate(zip(q.x, q.t.tolist(), strict=True), start=1):
        how = rf"\tanh(W_{{hh}} x_{{{i}}} + W_{{hx}} x_{{{i}}})"
        h = work.step(f"h_{i}", np.tanh(q.W_hh @ x + q.W_hx @ x), how)
        y = work.step(f"y_{i}", float(sigmoid(q.W_hy[0] @ h)), rf"\sigma(W_{{hy}} h_{{{i}}})")
        dy = work.step(
            f"dy_{i}",
            2 * (y - t) * y * (1 - y),
            rf"2 (y_{{{i}}} - t_{{{i}}})\, y_{{{i}}} (1 - y_{{{i}}})",
            sigmoid_for_its_derivative=2 * (y - t) * y,
            functions_for_their_derivatives=2 * (y - t) * y,
            factor_two_left_out=(y - t) * y * (1 - y),
            sign_flipped=2 * (t - y) * y * (1 - y),
        )
        states.append(h)
        by_output.append(dy)
        errors.append((y - t) ** 2)
    slips = {name: partial(_as_number, reduce, errors) for name, reduce in REDUCED.items()}
    work.step("L", sum(errors), summed(p, "(y_i - t_i)^2"), **slips)
    _derivatives(p, q, np.array(states), np.array(by_output)[:, None], work)


def _as_number(reduce: Callable[[Array], Array], errors: Sequence[float]) -> float:
    return float(reduce(np.array(errors)))


def _derivatives(p: SseParameters, q: Givens, h: Array, dy: Array, work: Work) -> None:
    """∂L/∂W of each weight from h (N×H) and ∂L_i/∂(W_hy h_i) (N×1)."""
    by_output = r"\frac{\partial L_i}{\partial (W_{hy} h_i)}"

    def step(name: str, by_sum: Array, entering: Array, how: str, **slips: Slip) -> None:
        terms = by_sum[:, :, None] * entering[:, None, :]  # a matrix for each sample
        reduced = {name: partial(reduce, terms) for name, reduce in REDUCED.items()}
        work.step(name, terms.sum(axis=0), summed(p, how), **reduced, **slips)

    step("dW_hy", dy, h, rf"{by_output}\, h_i^{{\top}}")
    back, slope = dy * q.W_hy, 1 - h**2
    how = rf"\left[ W_{{hy}}^{{\top}}\, {by_output} \odot (1 - h_i^2) \right] x_i^{{\top}}"
    for name, weight in (("dW_hh", q.W_hh), ("dW_hx", q.W_hx)):
        step(
            name,
            back * slope,
            q.x,
            how,
            tanh_for_its_derivative=lambda: (back * h).T @ q.x,
            functions_for_their_derivatives=lambda: (back * h).T @ q.x,
            weight_for_input=partial(np.multiply, (back * slope).sum(axis=0)[:, None], weight),
        )


REDUCED: Mapping[str, Callable[[Array], Array]] = {
    "mean_for_sum": lambda terms: terms.mean(axis=0),
    "one_sample_only": lambda terms: terms[0],
    "last_sample_only": lambda terms: terms[-1],
}
"""What is made of the samples' terms in place of their sum."""


def summed(p: SseParameters, term: str) -> str:
    """The sum over the samples of a term in the index i; of one sample the term itself."""
    return rf"\sum_{{i=1}}^{{{p.samples}}} {term}" if p.samples > 1 else term.replace("_i", "_1")


def several(p: SseParameters, _q: Givens) -> bool:
    return p.samples > 1


MISTAKES = {
    "sigmoid_for_its_derivative": Mistake("what one gets with σ, that is y, in place of its derivative y(1 - y)"),
    "tanh_for_its_derivative": Mistake("what one gets with tanh, that is h, in place of its derivative 1 - h²"),
    "functions_for_their_derivatives": Mistake(
        "what one gets with the functions themselves in place of both derivatives, y for y(1 - y) and h for 1 - h²"
    ),
    "weight_for_input": Mistake("what one gets with the weight itself, W_hh or W_hx, in place of what it multiplies"),
    "factor_two_left_out": Mistake("what one gets with the factor 2 of the squared error left out"),
    "mean_for_sum": Mistake("what one gets with the mean over the samples in place of the sum", several),
    "one_sample_only": Mistake("what one gets with the first sample alone", several),
    "last_sample_only": Mistake("what one gets with the last sample alone", several),
    "sign_flipped": Mistake("what one gets with the opposite sign, from t - y in place of y - t"),
}


def guard(p: SseParameters, q: Givens, steps: Mapping[str, Step]) -> str:
    for i in range(1, p.samples + 1):
        for name, (low, high) in ((f"h_{i}", STATES), (f"y_{i}", OUTPUTS)):
            size = np.abs(steps[name].value)
            if size.min() < low or size.max() > high:
                return f"an entry of {name} outside {low} … {high} in size"
    by_states = [steps[f"dy_{i}"].value * (1 - steps[f"h_{i}"].value ** 2) for i in range(1, p.samples + 1)]
    back = np.abs(q.W_hy[0] * np.sum(by_states, axis=0))[:, None]
    if min((back * np.abs(weight)).max() for weight in (q.W_hh, q.W_hx)) < LEAST_BACK:
        return "samples that cancel each other, so that a weight in place of its input would give next to nothing"
    return ""


def wording(p: SseParameters) -> str:
    many = "a single sample" if p.samples == 1 else f"{p.samples} samples with the same weights"
    units = "one hidden unit" if p.hidden == 1 else f"{p.hidden} hidden units"
    loss = r"\sum_i (y_i - t_i)^2" if p.samples > 1 else "(y_1 - t_1)^2"
    return (
        f"A recurrent network with {units} and no biases makes one step for {many}. "
        r"The state before the step is the sample itself, $h_0 = x_i$. The target $t_i$ is 0 or 1. "
        r"Vectors are columns, $\sigma(z) = 1/(1 + e^{-z})$ and $\tanh$ act elementwise. "
        f"The loss {'is the sum over the samples, not their mean' if p.samples > 1 else 'has no factor ½'}."
        "\n\n"
        rf"$$h_i = \tanh(W_{{hh}} h_0 + W_{{hx}} x_i) \qquad y_i = \sigma(W_{{hy}} h_i) \qquad L = {loss}$$"
    )


def show(p: SseParameters, q: Givens) -> Sequence[Shown]:
    rows = [shown_array(f"W_{{{name[2:]}}}", getattr(q, name), p.places) for name in ("W_hh", "W_hx", "W_hy")]
    for i, (x, t) in enumerate(zip(q.x, q.t, strict=True), start=1):
        rows += [shown_array(f"x_{{{i}}}", x, p.places), shown_array(f"t_{{{i}}}", t, 0)]
    return rows


def tables(p: SseParameters, _q: Givens) -> Sequence[Picture]:
    """Places for state, output and derivative of each sample, where a state is one number."""
    if p.hidden > 1 or not 1 < p.samples <= WIDEST:
        return []
    samples = range(1, p.samples + 1)
    rows = (("state $h_i$", "h"), ("output $y_i$", "y"), (r"$\partial L_i / \partial (W_{hy} h_i)$", "dy"))
    header = ("sample $i$", *map(str, samples))
    return [Picture(header, tuple((words, *(Slot(f"{name}_{i}") for i in samples)) for words, name in rows))]


TEMPLATE = Template(
    name="rnn_sse_gradient",
    title="Gradient of a one-step recurrent network",
    topic="recurrent networks",
    parameters=SseParameters,
    read=read,
    draw=draw,
    ask=ask,
    solve=solve,
    mistakes=MISTAKES,
    guard=guard,
    wording=wording,
    show=show,
    tables=tables,
    settle=settle,
)
