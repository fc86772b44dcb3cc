"""The forward pass of a gated recurrent unit (Cho et al. 2014, arXiv 1406.1078, with biases)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
from pydantic import Field

from grader.chance import Stream
from grader.drawing import Drawing
from grader.figures.unrolled import gru
from grader.part import GATE, TANH, Part
from grader.template import Array, Mistake, Raw, Shown, Template, shown_array
from grader.templates.recurrent import (
    BIAS_LEFT_OUT,
    RECURRENT_LEFT_OUT,
    SIGMOID_FOR_CANDIDATE,
    TANH_FOR_GATE,
    RecurrentParameters,
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
    shapes_of,
    shown_inputs,
    shown_weights,
)
from grader.work import Step, Work

UNITS = "zrn"
STATES = ("h_0",)
SHAPES = shapes_of(UNITS) | {"x": ("T", "D"), "h_0": ("H",)}


class GruParameters(RecurrentParameters):
    initial: Literal["zero", "drawn"] = Field("drawn", description="where h_0 comes from")
    convention: Literal["update_new", "update_keep"] = Field(
        "update_new", description="what the update gate z weighs: the candidate, or the state that is kept"
    )


@dataclass(frozen=True)
class Givens:
    W: Mapping[str, Array]
    U: Mapping[str, Array]
    b: Mapping[str, Array]
    x: Array
    h_0: Array


def settle(p: GruParameters, raw: Raw) -> GruParameters:
    return fitted(p, raw, SHAPES, STATES)[0]


def read(p: GruParameters, raw: Raw) -> tuple[GruParameters, Givens]:
    p, a = complete(p, raw, SHAPES, STATES)
    W, U, b = (by_unit(a, letter, UNITS) for letter in "WUb")
    return p, Givens(W, U, b, a["x"], a["h_0"])


def draw(p: GruParameters, chance: Stream) -> dict[str, Any]:
    raw = drawn_weights(p, UNITS, chance)
    raw["x"] = chance.decimals(*p.signal, p.places, p.steps, p.inputs).tolist()
    return raw | {"h_0": drawn_state(p, chance)}


def ask(p: GruParameters) -> list[Part]:
    names = {
        "z": ("update gate", GATE),
        "r": ("reset gate", GATE),
        "n": ("candidate", TANH),
        "h": ("hidden state", TANH),
    }
    return [
        Part(f"{name}_{t}", f"{meaning} at t = {t}", f"{name}_{{{t}}}", shape=(p.hidden,), domain=domain)
        for t in range(1, p.steps + 1)
        for name, (meaning, domain) in names.items()
    ]


@cache
def formula(name: str, t: int | str, convention: str) -> str:
    """A step's formula in LaTeX, with its indices in it; t is a number, or the letter t."""
    before = f"{{{t - 1}}}" if isinstance(t, int) else f"{{{t}-1}}"
    h = f"h_{before}"
    if name == "h":
        old, new = (
            (f"z_{{{t}}}", f"(1 - z_{{{t}}})") if convention == "update_keep" else (f"(1 - z_{{{t}}})", f"z_{{{t}}}")
        )
        return rf"{old} \odot {h} + {new} \odot n_{{{t}}}"
    if name == "n":
        return rf"\tanh(W_n x_{{{t}}} + U_n (r_{{{t}}} \odot {h}) + b_n)"
    return rf"\sigma(W_{name} x_{{{t}}} + U_{name} {h} + b_{name})"


def solve(p: GruParameters, q: Givens, work: Work) -> None:
    W, U, b = q.W, q.U, q.b
    h = q.h_0
    for t, x in enumerate(q.x, start=1):
        how = {name: formula(name, t, p.convention) for name in "zrnh"}
        z = gate(work, f"z_{t}", Terms(W["z"] @ x, U["z"] @ h, b["z"]), how["z"])
        r = gate(work, f"r_{t}", Terms(W["r"] @ x, U["r"] @ h, b["r"]), how["r"])
        before = h
        entering = W["n"] @ x
        n = candidate(
            work,
            f"n_{t}",
            Terms(entering, U["n"] @ (r * before), b["n"]),
            how["n"],
            reset_left_out=lambda: np.tanh(entering + U["n"] @ before + b["n"]),
            reset_after_product=lambda: np.tanh(entering + r * (U["n"] @ before) + b["n"]),
        )
        kept, new = (z, 1 - z) if p.convention == "update_keep" else (1 - z, z)
        h = work.step(f"h_{t}", kept * before + new * n, how["h"], other_convention=lambda: new * before + kept * n)


def biased(_p: GruParameters, q: Givens) -> bool:
    return any(b.any() for b in q.b.values())


MISTAKES = {
    "other_convention": Mistake("what one gets with z and 1 - z swapped in the new hidden state"),
    "reset_left_out": Mistake("what one gets with the reset gate left out of the candidate", remembers),
    "reset_after_product": Mistake(
        "what one gets with r ⊙ (U h), the reset gate applied after the product with U",
        lambda p, q: p.hidden > 1 and remembers(p, q),
    ),
    "bias_left_out": Mistake(BIAS_LEFT_OUT, biased),
    "recurrent_left_out": Mistake(RECURRENT_LEFT_OUT, remembers),
    "tanh_for_gate": TANH_FOR_GATE,
    "sigmoid_for_candidate": SIGMOID_FOR_CANDIDATE,
}


def guard(p: GruParameters, _q: Givens, steps: Mapping[str, Step]) -> str:
    for t in range(1, p.steps + 1):
        if reason := saturated(steps, [f"z_{t}", f"r_{t}"], [f"n_{t}"]):
            return reason
    return ""


def wording(p: GruParameters) -> str:
    start = "starts from $h_0 = 0$" if p.initial == "zero" else "starts from the given $h_0$"
    weighs = "the candidate $n_t$" if p.convention == "update_new" else "the state before, $h_{t-1}$"
    z, r, n, h = (formula(name, "t", p.convention) for name in "zrnh")
    return (
        f"A gated recurrent unit (GRU) {runs_for(p)} and {start}. "
        r"The logistic function $\sigma(a) = 1/(1 + e^{-a})$ and $\tanh$ act elementwise, "
        r"$\odot$ is the elementwise product, vectors are columns. "
        f"Books differ in what the update gate weighs: here $z_t$ is the weight of {weighs}."
        "\n\n"
        rf"$$z_t = {z} \qquad r_t = {r}$$"
        "\n\n"
        rf"$$n_t = {n} \qquad h_t = {h}$$"
    )


def show(p: GruParameters, q: Givens) -> Sequence[Shown]:
    rows = shown_weights(q.W, q.U, q.b, p.places) + shown_inputs(q.x, p.places)
    return rows + ([shown_array("h_0", q.h_0, p.places)] if p.initial == "drawn" else [])


def drawings(p: GruParameters, _q: Givens) -> Sequence[Drawing]:
    return [gru(p.steps)]


TEMPLATE = Template(
    name="gru_forward",
    title="GRU forward pass",
    topic="recurrent networks",
    parameters=GruParameters,
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
