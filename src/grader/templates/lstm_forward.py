"""The forward pass of an LSTM cell (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
from pydantic import Field

from grader.chance import Stream
from grader.drawing import Drawing
from grader.figures.unrolled import lstm
from grader.numerics.activations import sigmoid
from grader.part import ANYWHERE, GATE, TANH, Part
from grader.template import Array, Mistake, Raw, Shown, Template, shown_array
from grader.templates.recurrent import (
    BIAS_LEFT_OUT,
    RECURRENT_LEFT_OUT,
    SIGMOID_FOR_CANDIDATE,
    STALE_HIDDEN_STATE,
    TANH_FOR_GATE,
    RecurrentParameters,
    Squash,
    Terms,
    by_unit,
    candidate,
    complete,
    drawn_state,
    drawn_weights,
    fitted,
    gate,
    remembers,
    runs_for,
    saturated,
    several_steps,
    shapes_of,
    shown_inputs,
    shown_weights,
)
from grader.work import Step, Work

GATES = "fico"
STATES = ("h_0", "c_0")
SHAPES = shapes_of(GATES) | {"x": ("T", "D"), "h_0": ("H",), "c_0": ("H",)}


class LstmParameters(RecurrentParameters):
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
    return fitted(p, raw, SHAPES, STATES)[0]


def read(p: LstmParameters, raw: Raw) -> tuple[LstmParameters, Givens]:
    p, a = complete(p, raw, SHAPES, STATES)
    W, U, b = (by_unit(a, letter, GATES) for letter in "WUb")
    return p, Givens(W, U, b, a["x"], a["h_0"], a["c_0"])


def draw(p: LstmParameters, chance: Stream) -> dict[str, Any]:
    raw = drawn_weights(p, GATES, chance)
    raw["x"] = chance.decimals(*p.signal, p.places, p.steps, p.inputs).tolist()
    return raw | {state: drawn_state(p, chance) for state in STATES}


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
    h, c = q.h_0, q.c_0
    for t, x in enumerate(q.x, start=1):
        terms = {k: Terms(q.W[k] @ x, q.U[k] @ h, q.b[k]) for k in GATES}

        def stale(k: str, squash: Squash) -> dict[str, Callable[[], Array]]:
            return dict(stale_hidden_state=lambda: squash(terms[k].entering + q.U[k] @ q.h_0 + q.b[k]))

        f = gate(work, f"f_{t}", terms["f"], formula("f", t), **stale("f", sigmoid))
        i = gate(work, f"i_{t}", terms["i"], formula("i", t), **stale("i", sigmoid))
        g = candidate(work, f"g_{t}", terms["c"], formula("g", t), **stale("c", np.tanh))
        o = gate(work, f"o_{t}", terms["o"], formula("o", t), **stale("o", sigmoid))
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


MISTAKES = {
    "bias_left_out": Mistake(BIAS_LEFT_OUT),
    "recurrent_left_out": Mistake(RECURRENT_LEFT_OUT, remembers),
    "stale_hidden_state": Mistake(STALE_HIDDEN_STATE, several_steps),
    "tanh_for_gate": TANH_FOR_GATE,
    "sigmoid_for_candidate": SIGMOID_FOR_CANDIDATE,
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
    for t in range(1, p.steps + 1):
        if reason := saturated(steps, [f"{k}_{t}" for k in "fio"], [f"g_{t}"]):
            return reason
    return ""


def wording(p: LstmParameters) -> str:
    start = r"starts from $h_0 = c_0 = 0$" if p.initial == "zero" else r"starts from the given $h_0$ and $c_0$"
    return (
        f"An LSTM cell {runs_for(p)} and {start}. "
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
    rows = shown_weights(q.W, q.U, q.b, p.places) + shown_inputs(q.x, p.places)
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
