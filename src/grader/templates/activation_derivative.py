"""Activation functions and their derivatives at some points."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, get_args

import numpy as np
from pydantic import Field

from grader.chance import Stream
from grader.expression import Formula, Space, call, symbols
from grader.numerics import activations
from grader.numerics.activations import LEAK, sigmoid, sigmoid_slope, tanh_slope
from grader.part import ANYWHERE, GATE, POSITIVE, SHARE, TANH, Domain, Part
from grader.template import (
    Array,
    GivensError,
    Mistake,
    Parameters,
    Picture,
    Raw,
    Slot,
    Template,
    fit,
    missing,
    resized,
    text,
    unknown,
)
from grader.work import Work

Name = Literal["sigmoid", "tanh", "relu", "leaky_relu", "softplus"]
SHAPES = {"z": ("n",)}
SQUASHING = ("sigmoid", "tanh")
RECTIFIERS = ("relu", "leaky_relu")


@dataclass(frozen=True)
class Function:
    """An activation S(z), its derivative from z and S, both in LaTeX, and where its values lie."""

    value: Callable[[Array], Array]
    slope: Callable[[Array, Array], Array]
    formula: str
    derivative: str
    domain: Domain = ANYWHERE
    slopes: Domain = ANYWHERE


FUNCTIONS: Mapping[str, Function] = {
    "sigmoid": Function(
        sigmoid,
        lambda _z, S: sigmoid_slope(S),
        r"\sigma(z) = 1 / (1 + e^{-z})",
        r"S (1 - S)",
        GATE,
        SHARE,
    ),
    "tanh": Function(np.tanh, lambda _z, S: tanh_slope(S), r"\tanh(z)", r"1 - S^2", TANH, SHARE),
    "relu": Function(
        activations.relu,
        lambda z, _S: activations.rectifier_slope(z),
        r"\max(0, z)",
        r"1 \text{ if } z > 0,\ \text{else } 0",
        POSITIVE,
    ),
    "leaky_relu": Function(
        activations.leaky_relu,
        lambda z, _S: activations.rectifier_slope(z, LEAK),
        rf"\max({LEAK} z,\, z)",
        rf"1 \text{{ if }} z > 0,\ \text{{else }} {LEAK}",
    ),
    "softplus": Function(
        activations.softplus,
        lambda z, _S: sigmoid(z),
        r"\log(1 + e^z)",
        r"\sigma(z) = 1 / (1 + e^{-z})",
        POSITIVE,
        GATE,
    ),
}


S_SYMBOL, Z_SYMBOL = symbols("S z")
WRITTEN: Mapping[str, Formula] = {"sigmoid": S_SYMBOL * (1 - S_SYMBOL), "tanh": 1 - S_SYMBOL**2}
SPACES = {
    name: Space({"z": (-3.0, 3.0)}, {"S": call(function, Z_SYMBOL)}, ("S", "z"))
    for name, function in (("sigmoid", "sigma"), ("tanh", "tanh"))
}


class ActivationParameters(Parameters):
    function: Name = Field("sigmoid", description="which activation")
    n: int = Field(4, ge=2, le=12, description="how many points")
    places: int = Field(1, ge=1, le=4, description="decimals of z")


@dataclass(frozen=True)
class Givens:
    z: Array
    function: str


def settle(p: ActivationParameters, raw: Raw) -> ActivationParameters:
    return fitted(p, raw)[0]


def fitted(p: ActivationParameters, raw: Raw) -> tuple[ActivationParameters, dict[str, Array]]:
    unknown(raw, [*SHAPES, "function"])
    arrays, sizes = fit(raw, SHAPES, {"n": p.n})
    function = raw.get("function", p.function)
    if function not in FUNCTIONS:
        raise GivensError(f"function must be one of {', '.join(get_args(Name))}, not {function!r}")
    return resized(p, n=sizes["n"], function=function), arrays


def read(p: ActivationParameters, raw: Raw) -> tuple[ActivationParameters, Givens]:
    p, a = fitted(p, raw)
    missing(a, SHAPES)
    return p, Givens(a["z"], p.function)


def draw(p: ActivationParameters, chance: Stream) -> dict[str, Any]:
    """Different points on both sides of zero, where there are several."""
    sizes: list[float] = []
    while len(sizes) < p.n:
        size = chance.decimal(0.2, 2.9, p.places)
        if size not in sizes:
            sizes.append(size)
    negative = chance.integer(1, p.n - 1)
    signs = chance.shuffled([-1] * negative + [1] * (p.n - negative))
    return {"function": p.function, "z": [sign * size for sign, size in zip(signs, sizes, strict=True)]}


def ask(p: ActivationParameters) -> list[Part]:
    f = FUNCTIONS[p.function]
    parts = [
        Part("value", "value S of the function at each z", "S", shape=(p.n,), domain=f.domain, zero=True),
        Part("derivative", "derivative at each z", "S'", shape=(p.n,), domain=f.slopes, zero=True),
    ]
    if p.function in SQUASHING:
        parts.append(Part("formula", "S' as a formula in S", "S'", kind="expression", space=SPACES[p.function]))
    return parts


def solve(_p: ActivationParameters, q: Givens, work: Work) -> None:
    f = FUNCTIONS[q.function]
    S = work.step("value", f.value(q.z), f.formula)
    derivative = f.slope(q.z, S)
    if q.function not in SQUASHING:
        work.step("derivative", derivative, f.derivative, function_for_its_derivative=S)
        return
    work.step("derivative", derivative, f.derivative, **slips(S))
    work.step("formula", WRITTEN[q.function], f.derivative, **slips(S_SYMBOL))


Value = TypeVar("Value", Array, Formula)


def slips(S: Value) -> dict[str, Value]:
    """What people write for the derivative of a squashing function, in numbers or in formulas."""
    return {"function_for_its_derivative": S, "one_plus": S * (1 + S), "one_minus_only": 1 - S}


def squashes(_p: ActivationParameters, q: Givens) -> bool:
    return q.function in SQUASHING


MISTAKES = {
    "function_for_its_derivative": Mistake(
        "what one gets with the function itself in place of its derivative",
        lambda _p, q: q.function not in RECTIFIERS or bool((q.z > 0).any()),
    ),
    "one_plus": Mistake("what one gets with S(1 + S)", squashes),
    "one_minus_only": Mistake("what one gets with 1 - S, one factor of the derivative", squashes),
}


def wording(p: ActivationParameters) -> str:
    name = {
        "sigmoid": "the logistic function",
        "tanh": "the hyperbolic tangent",
        "relu": "the rectifier (ReLU)",
        "leaky_relu": "the leaky rectifier (leaky ReLU)",
        "softplus": "softplus",
    }[p.function]
    at_zero = " At $z = 0$ take the derivative from the left." if p.function in RECTIFIERS else ""
    natural = " The logarithm is natural." if p.function == "softplus" else ""
    written = " Write $S'$ as a formula in $S$ too." if p.function in SQUASHING else ""
    return (
        f"The activation function is {name}. Give its value $S$ and its derivative $S' = dS/dz$ at each $z$."
        f"{at_zero}{natural}{written}"
        "\n\n"
        f"$$S = {FUNCTIONS[p.function].formula}$$"
    )


def tables(p: ActivationParameters, q: Givens) -> Sequence[Picture]:
    header = ("point", *(str(k) for k in range(1, p.n + 1)))
    rows: list[tuple[str | Slot, ...]] = [("$z$", *(text(v, p.places) for v in q.z.tolist()))]
    for symbol, part in zip(("value $S$", "derivative $S'$"), ask(p), strict=False):
        rows.append((symbol, *map(Slot, part.cells)))
    return [Picture(header, tuple(rows))]


TEMPLATE = Template(
    name="activation_derivative",
    title="An activation function and its derivative",
    topic="optimisation",
    parameters=ActivationParameters,
    read=read,
    draw=draw,
    ask=ask,
    solve=solve,
    mistakes=MISTAKES,
    wording=wording,
    tables=tables,
    settle=settle,
)
