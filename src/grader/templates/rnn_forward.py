"""The forward pass of a simple recurrent network with logistic outputs (Elman 1990, Finding Structure in Time)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any, Literal

import numpy as np
from pydantic import Field, model_validator

from grader.chance import Stream
from grader.drawing import Drawing
from grader.figures.unrolled import outputs
from grader.numerics.activations import sigmoid
from grader.numerics.losses import binary_cross_entropy
from grader.part import ANYWHERE, GATE, POSITIVE, TANH, Part
from grader.template import Array, GivensError, Mistake, Raw, Shape, Shown, Template, resized, shown_array, text
from grader.templates.recurrent import (
    BIAS_LEFT_OUT,
    LEAST_MOVED,
    SIZES,
    STALE_HIDDEN_STATE,
    RecurrentParameters,
    Squash,
    Terms,
    complete,
    drawn_state,
    fitted,
    remembers,
    runs_for,
    saturated,
    several_steps,
    shown_inputs,
)
from grader.work import Step, Work

STATES = ("h_0",)
SHAPES: dict[str, Shape] = {
    "u": ("H", "D"),
    "v": ("H", "H"),
    "w": ("K", "H"),
    "b_h": ("H",),
    "b_o": ("K",),
    "h_0": ("H",),
    "x": ("T", "D"),
}
SIZED = SIZES | {"K": "outputs"}


class RnnParameters(RecurrentParameters):
    initial: Literal["zero", "drawn"] = Field("zero", description="where h_0 comes from")
    outputs: int = Field(1, ge=1, le=8, description="K, the number of outputs")
    hidden_activation: Literal["linear", "tanh"] = Field("linear", description="the function of the hidden layer")
    labels: bool = Field(False, description="each step has a label, and its loss is asked for; needs one output")

    @model_validator(mode="after")
    def _one_output(self) -> RnnParameters:
        if self.labels and self.outputs > 1:
            raise ValueError("labels need a network with one output")
        return self


@dataclass(frozen=True)
class Givens:
    u: Array
    v: Array
    w: Array
    b_h: Array
    b_o: Array
    h_0: Array
    x: Array
    label: Array | None = None


def labelled(p: RnnParameters, raw: Raw) -> RnnParameters:
    return resized(p, labels=p.labels or "label" in raw)


def shapes(p: RnnParameters) -> dict[str, Shape]:
    return SHAPES | {"label": ("T",)} if p.labels else SHAPES


def with_one_output(p: RnnParameters) -> RnnParameters:
    """The parameters. GivensError: labels, and weights of several outputs."""
    if p.labels and p.outputs > 1:
        raise GivensError(f"each step has one label, but w has {p.outputs} rows: labels need a network with one output")
    return p


def settle(p: RnnParameters, raw: Raw) -> RnnParameters:
    p = labelled(p, raw)
    return with_one_output(fitted(p, raw, shapes(p), STATES, SIZED)[0])


def read(p: RnnParameters, raw: Raw) -> tuple[RnnParameters, Givens]:
    p = labelled(p, raw)
    p, arrays = complete(p, raw, shapes(p), STATES, SIZED)
    if p.labels and not np.isin(arrays["label"], (0, 1)).all():
        raise GivensError("label must be 0 or 1 at each step")
    return with_one_output(p), Givens(**arrays)


def draw(p: RnnParameters, chance: Stream) -> dict[str, Any]:
    H, D, K = p.hidden, p.inputs, p.outputs
    weights = dict(u=(H, D), v=(H, H), w=(K, H), b_h=(H,), b_o=(K,))
    raw: dict[str, Any] = {
        name: chance.decimals(*p.weights, p.places, *shape).tolist() for name, shape in weights.items()
    }
    raw["h_0"] = drawn_state(p, chance)
    raw["x"] = chance.decimals(*p.signal, p.places, p.steps, D).tolist()
    return raw | ({"label": [chance.below(2) for _ in range(p.steps)]} if p.labels else {})


def ask(p: RnnParameters) -> list[Part]:
    domain = TANH if p.hidden_activation == "tanh" else ANYWHERE
    parts = []
    for t in range(1, p.steps + 1):
        parts.append(Part(f"h_{t}", f"hidden state at t = {t}", f"h_{{{t}}}", shape=(p.hidden,), domain=domain))
        parts.append(Part(f"o_{t}", f"output at t = {t}", f"o_{{{t}}}", shape=(p.outputs,), domain=GATE))
        if p.labels:
            parts.append(Part(f"loss_{t}", f"binary cross-entropy at t = {t}", f"L_{{{t}}}", domain=POSITIVE))
    return parts


def hidden_formula(p: RnnParameters, now: str, before: str) -> str:
    z = rf"u x_{{{now}}} + v h_{{{before}}} + b_h"
    return rf"\tanh({z})" if p.hidden_activation == "tanh" else z


def loss_formula(t: str) -> str:
    return rf"-y_{{{t}}} \log o_{{{t}}} - (1 - y_{{{t}}}) \log(1 - o_{{{t}}})"


def solve(p: RnnParameters, q: Givens, work: Work) -> None:
    h = q.h_0
    for t, x in enumerate(q.x, start=1):
        h = _hidden(p, q, t, Terms(q.u @ x, q.v @ h, q.b_h), work)
        z = q.w @ h + q.b_o
        o = work.step(
            f"o_{t}",
            sigmoid(z),
            rf"\sigma(w h_{{{t}}} + b_o)",
            bias_left_out=lambda: sigmoid(z - q.b_o),
            sigmoid_left_out=lambda: z,
        )
        if q.label is not None:
            loss = float(binary_cross_entropy(q.label[t - 1], o)[0])
            work.step(f"loss_{t}", loss, loss_formula(str(t)), log_base_ten=lambda: loss / log(10))


def _hidden(p: RnnParameters, q: Givens, t: int, terms: Terms, work: Work) -> Array:
    squash: Squash = np.tanh if p.hidden_activation == "tanh" else np.positive
    other = {"tanh": "tanh_left_out", "linear": "tanh_added"}[p.hidden_activation]
    z = terms.sum
    slips: dict[str, Callable[[], Array]] = {
        other: lambda: z if p.hidden_activation == "tanh" else np.tanh(z),
        "stale_hidden_state": lambda: squash(terms.entering + q.v @ q.h_0 + q.b_h),
    }
    how = hidden_formula(p, str(t), str(t - 1))
    return work.step(f"h_{t}", squash(z), how, **terms.slips(squash), **slips)


def biased(_p: RnnParameters, q: Givens) -> bool:
    return bool(q.b_h.any() or q.b_o.any())


MISTAKES = {
    "bias_left_out": Mistake(BIAS_LEFT_OUT, biased),
    "recurrent_left_out": Mistake("what one gets with the recurrent term v h left out", remembers),
    "stale_hidden_state": Mistake(STALE_HIDDEN_STATE, several_steps),
    "tanh_left_out": Mistake(
        "what one gets with the tanh of the hidden state left out", lambda p, _q: p.hidden_activation == "tanh"
    ),
    "tanh_added": Mistake(
        "what one gets with a tanh around the hidden state, though the hidden layer is linear",
        lambda p, _q: p.hidden_activation == "linear",
    ),
    "sigmoid_left_out": Mistake("what one gets with σ left out of the output"),
    "log_base_ten": Mistake(
        "what one gets with the logarithm to base ten in place of the natural one", lambda p, _q: p.labels
    ),
}


def guard(p: RnnParameters, q: Givens, steps: Mapping[str, Step]) -> str:
    """Nothing saturated, and outputs that the hidden state moves: else who leaves it out is right all the same."""
    given = [f"o_{t}" for t in range(1, p.steps + 1)]
    states = [f"h_{t}" for t in range(1, p.steps + 1)] if p.hidden_activation == "tanh" else []
    if reason := saturated(steps, given, states):
        return reason
    at_rest = sigmoid(q.b_o)
    unmoved = (name for name in given if np.abs(steps[name].value - at_rest).max() < LEAST_MOVED)
    return next((f"{name} hardly moved by the hidden state" for name in unmoved), "")


def wording(p: RnnParameters) -> str:
    start = "starts from $h_0 = 0$" if p.initial == "zero" else "starts from the given $h_0$"
    linear = "" if p.hidden_activation == "tanh" else " The hidden layer is linear: it has no activation function."
    loss = f"$$L_t = {loss_formula('t')}$$" if p.labels else ""
    told = (
        " Each step has a label $y_t$ and a loss $L_t$, the binary cross-entropy with the natural logarithm."
        if p.labels
        else ""
    )
    functions = (
        r"The logistic function $\sigma(a) = 1/(1 + e^{-a})$ and $\tanh$ act elementwise"
        if p.hidden_activation == "tanh"
        else r"The logistic function $\sigma(a) = 1/(1 + e^{-a})$ acts elementwise"
    )
    return "\n\n".join(
        part
        for part in (
            f"A recurrent network {runs_for(p)} and {start}.{linear} {functions}, vectors are columns.{told}",
            rf"$$h_t = {hidden_formula(p, 't', 't-1')} \qquad o_t = \sigma(w h_t + b_o)$$",
            loss,
        )
        if part
    )


def show(p: RnnParameters, q: Givens) -> Sequence[Shown]:
    rows = [shown_array(name, getattr(q, name), p.places) for name in ("u", "v", "w", "b_h", "b_o")]
    rows += shown_inputs(q.x, p.places)
    if p.initial == "drawn":
        rows.append(shown_array("h_0", q.h_0, p.places))
    labels = [] if q.label is None else q.label.tolist()
    return rows + [Shown(f"y_{{{t}}}", text(y)) for t, y in enumerate(labels, start=1)]


def drawings(p: RnnParameters, _q: Givens) -> Sequence[Drawing]:
    return [outputs(p.steps)]


TEMPLATE = Template(
    name="rnn_forward",
    title="Forward pass of a recurrent network",
    topic="recurrent networks",
    parameters=RnnParameters,
    read=read,
    draw=draw,
    ask=ask,
    solve=solve,
    mistakes=MISTAKES,
    guard=guard,
    wording=wording,
    show=show,
    drawings=drawings,
    settle=settle,
)
