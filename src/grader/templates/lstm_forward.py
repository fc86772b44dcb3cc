"""The forward pass of an LSTM cell (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Literal

import numpy as np
from pydantic import Field

from grader.chance import Stream
from grader.drawing import Drawing
from grader.figures.unrolled import lstm
from grader.numerics.activations import sigmoid
from grader.part import ANYWHERE, GATE, TANH, Part
from grader.template import (
    Array,
    Mistake,
    Parameters,
    Range,
    Raw,
    Shown,
    Template,
    fit,
    missing,
    resized,
    shown_array,
    unknown,
)
from grader.work import Step, Work

Squash = Callable[[Array], Array]
GATES = "fico"
SHAPES = (
    {f"W_{k}": ("H", "D") for k in GATES}
    | {f"U_{k}": ("H", "H") for k in GATES}
    | {f"b_{k}": ("H",) for k in GATES}
    | {"x": ("T", "D"), "h_0": ("H",), "c_0": ("H",)}
)


class LstmParameters(Parameters):
    inputs: int = Field(2, ge=1, le=8, description="D, the size of an input")
    hidden: int = Field(1, ge=1, le=8, description="H, the number of hidden units")
    steps: int = Field(2, ge=1, le=20, description="T, the number of steps")
    places: int = Field(2, ge=0, le=6, description="decimals of the givens")
    weights: Range = Field((-1, 1), description="range of W, U and b")
    signal: Range = Field((-3, 3), description="range of x")
    initial: Literal["zero", "drawn"] = Field("zero", description="where h_0 and c_0 come from")


@dataclass(frozen=True)
class Givens:
    W: Mapping[str, Array]
    U: Mapping[str, Array]
    b: Mapping[str, Array]
    x: Array
    h_0: Array
    c_0: Array


def settle(p: LstmParameters, raw: Raw) -> LstmParameters:
    return fitted(p, raw)[0]


def fitted(p: LstmParameters, raw: Raw) -> tuple[LstmParameters, dict[str, Array]]:
    unknown(raw, SHAPES)
    arrays, sizes = fit(raw, SHAPES, {"H": p.hidden, "D": p.inputs, "T": p.steps})
    initial = "drawn" if any(arrays[s].any() for s in ("h_0", "c_0") if s in arrays) else p.initial
    return resized(p, hidden=sizes["H"], inputs=sizes["D"], steps=sizes["T"], initial=initial), arrays


def read(p: LstmParameters, raw: Raw) -> tuple[LstmParameters, Givens]:
    zero = p.initial == "zero"
    p, a = fitted(p, raw)
    if zero:
        zeros = np.zeros(p.hidden)
        a = {"h_0": zeros, "c_0": zeros, **a}
    missing(a, SHAPES)
    W, U, b = ({k: a[f"{letter}_{k}"] for k in GATES} for letter in "WUb")
    return p, Givens(W, U, b, a["x"], a["h_0"], a["c_0"])


def draw(p: LstmParameters, chance: Stream) -> dict[str, Any]:
    H, D = p.hidden, p.inputs
    raw: dict[str, Any] = {}
    for k in GATES:
        for letter, shape in (("W", (H, D)), ("U", (H, H)), ("b", (H,))):
            raw[f"{letter}_{k}"] = chance.decimals(*p.weights, p.places, *shape).tolist()
    raw["x"] = chance.decimals(*p.signal, p.places, p.steps, D).tolist()
    for state in ("h_0", "c_0"):
        drawn = p.initial == "drawn"
        raw[state] = chance.decimals(-0.9, 0.9, p.places, H).tolist() if drawn else [0.0] * H
    return raw


def ask(p: LstmParameters) -> list[Part]:
    names = {
        "f": ("forget gate", "f", GATE),
        "i": ("input gate", "i", GATE),
        "g": ("candidate c̃", r"\tilde c", TANH),
        "o": ("output gate", "o", GATE),
        "c": ("cell state", "c", ANYWHERE),
        "h": ("hidden state", "h", TANH),
    }
    return [
        Part(f"{name}_{t}", f"{meaning} at t = {t}", f"{symbol}_{{{t}}}", shape=(p.hidden,), domain=domain)
        for t in range(1, p.steps + 1)
        for name, (meaning, symbol, domain) in names.items()
    ]


@cache
def formula(name: str, t: int) -> str:
    """A step's formula in LaTeX, with its indices in it."""
    if name == "c":
        return rf"f_{{{t}}} \odot c_{{{t - 1}}} + i_{{{t}}} \odot \tilde c_{{{t}}}"
    if name == "h":
        return rf"o_{{{t}}} \odot \tanh(c_{{{t}}})"
    k, squash = ("c", r"\tanh") if name == "g" else (name, r"\sigma")
    return rf"{squash}(W_{k} x_{{{t}}} + U_{k} h_{{{t - 1}}} + b_{k})"


def solve(_p: LstmParameters, q: Givens, work: Work) -> None:
    W, U, b = q.W, q.U, q.b
    h, c = q.h_0, q.c_0
    for t, x in enumerate(q.x, start=1):
        z = {k: W[k] @ x + U[k] @ h + b[k] for k in GATES}

        def squashed(name: str, k: str, squash: Squash, **others: Squash) -> Array:
            return work.step(
                f"{name}_{t}",
                squash(z[k]),
                formula(name, t),
                bias_left_out=lambda: squash(z[k] - b[k]),
                recurrent_left_out=lambda: squash(z[k] - U[k] @ h),
                stale_hidden_state=lambda: squash(z[k] - U[k] @ h + U[k] @ q.h_0),
                **{mistake: partial(other, z[k]) for mistake, other in others.items()},
            )

        f = squashed("f", "f", sigmoid, tanh_for_gate=np.tanh)
        i = squashed("i", "i", sigmoid, tanh_for_gate=np.tanh)
        g = squashed("g", "c", np.tanh, sigmoid_for_candidate=sigmoid)
        o = squashed("o", "o", sigmoid, tanh_for_gate=np.tanh)
        before = c
        c = work.step(
            f"c_{t}",
            f * before + i * g,
            formula("c", t),
            gates_swapped=lambda: i * before + f * g,
            previous_cell_left_out=lambda: i * g,
        )
        h = work.step(
            f"h_{t}",
            o * np.tanh(c),
            formula("h", t),
            tanh_left_out=lambda: o * c,
            tanh_of_product=lambda: np.tanh(o * c),
            candidate_for_cell=lambda: o * np.tanh(g),
        )


def remembers(p: LstmParameters, q: Givens) -> bool:
    return p.steps > 1 or bool(q.h_0.any())


MISTAKES = {
    "bias_left_out": Mistake("what one gets with the bias left out"),
    "recurrent_left_out": Mistake("what one gets with the recurrent term U h left out", remembers),
    "stale_hidden_state": Mistake(
        "what one gets with h_0 in place of the hidden state of the step before", lambda p, _q: p.steps > 1
    ),
    "tanh_for_gate": Mistake("what one gets with tanh in place of σ in a gate"),
    "sigmoid_for_candidate": Mistake("what one gets with σ in place of tanh in the candidate"),
    "gates_swapped": Mistake("what one gets with the forget and the input gate swapped in the cell update"),
    "previous_cell_left_out": Mistake(
        "what one gets with the previous cell state left out",
        lambda p, q: p.steps > 1 or bool(q.c_0.any()),
    ),
    "tanh_left_out": Mistake("what one gets with h = o ⊙ c, without the tanh of the cell state"),
    "tanh_of_product": Mistake("what one gets with h = tanh(o ⊙ c), the tanh taken after the product"),
    "candidate_for_cell": Mistake("what one gets with the candidate in place of the cell state in h"),
}


def guard(p: LstmParameters, _q: Givens, steps: Mapping[str, Step]) -> str:
    """|pre-activation| ≤ 4 at every gate, so that no gate is shut or open to four digits."""
    low, high = sigmoid(np.array([-4.0, 4.0]))
    for t in range(1, p.steps + 1):
        for k in "fio":
            value = steps[f"{k}_{t}"].value
            if value.min() < low or value.max() > high:
                return f"a pre-activation of {k}_{t} beyond 4"
        if np.abs(steps[f"g_{t}"].value).max() > np.tanh(4.0):
            return f"a pre-activation of g_{t} beyond 4"
    return ""


def wording(p: LstmParameters) -> str:
    start = r"starts from $h_0 = c_0 = 0$" if p.initial == "zero" else r"starts from the given $h_0$ and $c_0$"
    size = "one hidden unit" if p.hidden == 1 else f"{p.hidden} hidden units"
    return (
        f"An LSTM cell with {size} runs for {p.steps} step{'s' if p.steps > 1 else ''} and {start}. "
        r"The logistic function $\sigma(z) = 1/(1 + e^{-z})$ and $\tanh$ act elementwise, "
        r"$\odot$ is the elementwise product, vectors are columns."
        "\n\n"
        r"$$f_t = \sigma(W_f x_t + U_f h_{t-1} + b_f) \qquad i_t = \sigma(W_i x_t + U_i h_{t-1} + b_i)$$"
        "\n\n"
        r"$$\tilde c_t = \tanh(W_c x_t + U_c h_{t-1} + b_c) \qquad o_t = \sigma(W_o x_t + U_o h_{t-1} + b_o)$$"
        "\n\n"
        r"$$c_t = f_t \odot c_{t-1} + i_t \odot \tilde c_t \qquad h_t = o_t \odot \tanh(c_t)$$"
    )


def show(p: LstmParameters, q: Givens) -> Sequence[Shown]:
    rows = [shown_array(f"{letter}_{k}", getattr(q, letter)[k], p.places) for letter in "WUb" for k in GATES]
    rows += [shown_array(f"x_{{{t}}}", x, p.places) for t, x in enumerate(q.x, start=1)]
    if p.initial == "drawn":
        rows += [shown_array("h_0", q.h_0, p.places), shown_array("c_0", q.c_0, p.places)]
    return rows


def drawings(p: LstmParameters, _q: Givens) -> Sequence[Drawing]:
    return [lstm(p.steps)]


TEMPLATE = Template(
    name="lstm_forward",
    title="LSTM forward pass",
    topic="recurrent networks",
    parameters=LstmParameters,
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
