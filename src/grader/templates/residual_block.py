"""A residual block of two layers (He, Zhang, Ren, Sun: Deep residual learning for image recognition, 2016)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import Field

from grader.chance import Stream
from grader.numerics.activations import relu
from grader.part import POSITIVE, Part
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

SHAPES = {"x": ("D",), "W_1": ("H", "D"), "b_1": ("H",), "W_2": ("D", "H"), "b_2": ("D",)}
LEAST = 0.05
"""What goes into a ReLU is at least so far from zero, where rounding would decide."""


class ResidualParameters(Parameters):
    inputs: int = Field(3, ge=2, le=8, description="D, the size of the input and of the output")
    hidden: int = Field(3, ge=2, le=8, description="H, the size of the inner layer")
    places: int = Field(1, ge=0, le=4, description="decimals of the givens")
    weights: Range = Field((-2, 2), description="range of W and b")
    signal: Range = Field((-3, 3), description="range of x")


@dataclass(frozen=True)
class Givens:
    x: Array
    W_1: Array
    b_1: Array
    W_2: Array
    b_2: Array

    @property
    def inner(self) -> Array:
        """What goes into the inner ReLU."""
        z: Array = self.W_1 @ self.x + self.b_1
        return z


def settle(p: ResidualParameters, raw: Raw) -> ResidualParameters:
    return fitted(p, raw)[0]


def fitted(p: ResidualParameters, raw: Raw) -> tuple[ResidualParameters, dict[str, Array]]:
    unknown(raw, SHAPES)
    arrays, sizes = fit(raw, SHAPES, {"D": p.inputs, "H": p.hidden})
    return resized(p, inputs=sizes["D"], hidden=sizes["H"]), arrays


def read(p: ResidualParameters, raw: Raw) -> tuple[ResidualParameters, Givens]:
    p, arrays = fitted(p, raw)
    missing(arrays, SHAPES)
    return p, Givens(**arrays)


def draw(p: ResidualParameters, chance: Stream) -> dict[str, Any]:
    sizes = {"D": p.inputs, "H": p.hidden}
    return {
        name: chance.decimals(*(p.signal if name == "x" else p.weights), p.places, *(sizes[s] for s in shape)).tolist()
        for name, shape in SHAPES.items()
    }


def ask(p: ResidualParameters) -> list[Part]:
    d = (p.inputs,)
    return [
        Part("F", "what the two layers add, F(x)", "F", shape=d),
        Part("out", "output of the block", r"\mathrm{out}", shape=d, domain=POSITIVE, zero=True),
    ]


def solve(_p: ResidualParameters, q: Givens, work: Work) -> None:
    F = work.step(
        "F",
        q.W_2 @ relu(q.inner) + q.b_2,
        r"W_2 \, \mathrm{ReLU}(W_1 x + b_1) + b_2",
        inner_relu_left_out=lambda: q.W_2 @ q.inner + q.b_2,
    )
    work.step(
        "out",
        relu(F + q.x),
        r"\mathrm{ReLU}(F + x)",
        skip_left_out=lambda: relu(F),
        relu_before_sum=lambda: relu(F) + q.x,
        outer_relu_left_out=lambda: F + q.x,
    )


MISTAKES = {
    "skip_left_out": Mistake("what one gets without the skip connection, with x not added"),
    "relu_before_sum": Mistake("what one gets with the last ReLU taken of F alone, before x is added"),
    "inner_relu_left_out": Mistake("what one gets with the inner ReLU left out, between the two layers"),
    "outer_relu_left_out": Mistake("what one gets with the last ReLU left out"),
}


def guard(_p: ResidualParameters, q: Givens, steps: Mapping[str, Step]) -> str:
    """Both ReLUs pass something and stop something, and rounding does not decide which."""
    for name, z in (("inner", q.inner), ("last", steps["F"].value + q.x)):
        if np.abs(z).min() < LEAST:
            return f"a value within {LEAST} of zero going into the {name} ReLU"
        if z.min() > 0 or z.max() < 0:
            return f"only values of one sign going into the {name} ReLU"
    return ""


def wording(p: ResidualParameters) -> str:
    return (
        f"An input with {p.inputs} entries goes through a residual block: two layers, the inner one with {p.hidden} "
        "units, compute $F$; the skip connection adds $x$ itself, and the last ReLU is taken of the sum. "
        r"$\mathrm{ReLU}(z) = \max(0, z)$ acts elementwise, vectors are columns."
        "\n\n"
        r"$$F = W_2 \, \mathrm{ReLU}(W_1 x + b_1) + b_2 \qquad \mathrm{out} = \mathrm{ReLU}(F + x)$$"
    )


def show(p: ResidualParameters, q: Givens) -> Sequence[Shown]:
    return [shown_array(name, getattr(q, name), p.places) for name in SHAPES]


TEMPLATE = Template(
    name="residual_block",
    title="Residual block",
    topic="convolution",
    parameters=ResidualParameters,
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
