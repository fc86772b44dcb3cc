"""Why a gradient vanishes or explodes: the product of the derivatives from step to step.

One hidden unit of the networks in Pascanu, Mikolov, Bengio: On the difficulty of training recurrent neural networks
(ICML 2013), equation 5.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pydantic import Field

from grader.chance import Stream
from grader.numerics.activations import sigmoid_slope, tanh_slope
from grader.numerics.optimisation import fewest_factors, mean_factor
from grader.part import Domain, Part
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
    text,
    unknown,
)
from grader.work import Step, Work

Activation = Literal["tanh", "sigmoid"]
SHAPES = {"w": (), "h": ("T",)}
FATES = ("vanishes", "explodes", "neither")
SHRINKS, GROWS = 0.95, 1.05
"""A mean factor below the first makes the gradient vanish, one above the second makes it explode."""
MARGIN = 0.02
NOTHING = 1e-6


class VanishingParameters(Parameters):
    steps: int = Field(5, ge=3, le=12, description="T, the number of steps")
    activation: Activation = Field("tanh", description="the activation of the hidden unit")
    places: int = Field(2, ge=2, le=4, description="decimals of the givens")
    fate: Literal["vanishes", "explodes", "neither", "mixed"] = Field(
        "vanishes", description="what becomes of the gradient; mixed: not the same for everyone"
    )


@dataclass(frozen=True)
class Givens:
    w: float
    h: Array
    activation: Activation


def slope(q: Givens) -> Array:
    """The activation's derivative at each step."""
    return tanh_slope(q.h) if q.activation == "tanh" else sigmoid_slope(q.h)


def factors(q: Givens) -> Array:
    return q.w * slope(q)


def fate(mean: float) -> str:
    return "vanishes" if mean < SHRINKS else "explodes" if mean > GROWS else "neither"


def settle(p: VanishingParameters, raw: Raw) -> VanishingParameters:
    return read(p, raw)[0] if set(SHAPES) <= set(raw) else fitted(p, raw)[0]


def fitted(p: VanishingParameters, raw: Raw) -> tuple[VanishingParameters, dict[str, Array]]:
    unknown(raw, [*SHAPES, "activation"])
    arrays, sizes = fit(raw, SHAPES, {"T": p.steps})
    activation = raw.get("activation", p.activation)
    if activation not in get_args(Activation):
        raise GivensError(f"activation must be tanh or sigmoid, not {activation!r}")
    return resized(p, steps=sizes["T"], activation=activation), arrays


def read(p: VanishingParameters, raw: Raw) -> tuple[VanishingParameters, Givens]:
    p, a = fitted(p, raw)
    missing(a, SHAPES)
    w, h = float(a["w"]), a["h"]
    if w == 0:
        raise GivensError("w must not be 0")
    least = -1 if p.activation == "tanh" else 0
    if h.min() <= least or h.max() >= 1:
        raise GivensError(f"h holds values of {p.activation}, between {least} and 1, not {raw['h']!r}")
    q = Givens(w, h, p.activation)
    return resized(p, fate=fate(mean_factor(float(factors(q).prod()), p.steps))), q


def draw(p: VanishingParameters, chance: Stream) -> dict[str, Any]:
    """States first, then the weight that gives the mean factor that is wanted."""
    wanted = chance.pick(FATES) if p.fate == "mixed" else p.fate
    ranges = {
        "vanishes": (max(0.4, 0.006 ** (1 / p.steps)), 0.9),  # the product is not to be next to nothing
        "explodes": (1.1, 1.7),
        "neither": (SHRINKS + MARGIN, GROWS - MARGIN),
    }
    h = chance.decimals(0.1, 0.85, p.places, p.steps)
    if p.activation == "tanh":
        h *= [chance.pick((-1, 1)) for _ in h]
    mean = mean_factor(float(slope(Givens(1.0, h, p.activation)).prod()), p.steps)
    low, high = ranges[wanted]
    w = chance.pick((-1, 1)) * chance.decimal(low / mean, high / mean, p.places)
    return {"w": w, "h": h.tolist(), "activation": p.activation}


def ask(p: VanishingParameters) -> list[Part]:
    T = p.steps
    parts = [
        Part(
            "factor",
            "derivative of h at each step by h at the step before",
            r"\partial h_t / \partial h_{t-1}",
            shape=(T,),
        ),
        Part("product", f"derivative of h_{T} by h_0", rf"\partial h_{{{T}}} / \partial h_0"),
        Part(
            "fate",
            "what becomes of the gradient",
            r"\text{the gradient}",
            "choice",
            labels=FATES,
            rests_on=("product",),
        ),
    ]
    if p.fate == "vanishes":
        parts.append(Part("steps", "the fewest steps n with m^n below 10⁻⁶", "n", "integer", domain=Domain(1)))
    return parts


def solve(p: VanishingParameters, q: Givens, work: Work) -> None:
    T, w, h = p.steps, q.w, q.h
    function = dict(tanh_for_its_derivative=lambda: w * h) if q.activation == "tanh" else {}
    factor = work.step(
        "factor",
        factors(q),
        r"w\, (1 - h_t^2)" if q.activation == "tanh" else r"w\, h_t (1 - h_t)",
        weight_left_out=lambda: slope(q),
        one_minus_h=lambda: w * (1 - h),
        **function,
    )
    product = work.step(
        "product",
        float(factor.prod()),
        rf"\prod_{{t=1}}^{{{T}}} \partial h_t / \partial h_{{t-1}}",
        sum_for_product=lambda: float(factor.sum()),
        weight_once=lambda: float(factor.prod()) / w ** (T - 1),
    )
    mean = mean_factor(product, T)
    work.step("fate", fate(mean), rf"m = |\partial h_{{{T}}} / \partial h_0|^{{1/{T}}}")
    if p.fate == "vanishes":
        work.step("steps", fewest_factors(mean, NOTHING), r"\lfloor \log 10^{-6} / \log m \rfloor + 1")


def several_steps(p: VanishingParameters, _q: Givens) -> bool:
    return p.steps > 1


MISTAKES = {
    "weight_left_out": Mistake("what one gets with the weight left out of the factor", lambda _p, q: q.w != 1),
    "tanh_for_its_derivative": Mistake(
        "what one gets with tanh, that is h, in place of its derivative 1 - h²",
        lambda _p, q: q.activation == "tanh",
    ),
    "one_minus_h": Mistake("what one gets with 1 - h in place of the derivative"),
    "sum_for_product": Mistake("what one gets with the factors added, not multiplied", several_steps),
    "weight_once": Mistake(
        "what one gets with the weight as a factor once, not at every step",
        lambda p, q: several_steps(p, q) and q.w ** (p.steps - 1) != 1,
    ),
}


def guard(p: VanishingParameters, _q: Givens, steps: Mapping[str, Step]) -> str:
    """The fate that is wanted, clearly; the number of steps not decided by the last digits."""
    mean = mean_factor(steps["product"].value, p.steps)
    if p.fate not in ("mixed", fate(mean)):
        return f"a gradient that {fate(mean)}"
    if min(abs(mean - SHRINKS), abs(mean - GROWS)) < MARGIN * (1 - 1e-9):
        return "a mean factor close to a limit"
    n = math.log(NOTHING) / math.log(mean) if mean < SHRINKS else 0.5
    return "a product that comes close to the limit" if abs(n - round(n)) < MARGIN else ""


def wording(p: VanishingParameters) -> str:
    T = p.steps
    function, derivative = (r"\tanh", "(1 - h_t^2)") if p.activation == "tanh" else (r"\sigma", "h_t (1 - h_t)")
    shrinking = (
        r" Then find the fewest steps $n$ with $m^n < 10^{-6}$: a gradient of 1 is next to nothing after so many."
        if p.fate == "vanishes"
        else ""
    )
    return (
        rf"A recurrent network has one hidden unit, $h_t = {function}(w\, h_{{t-1}} + u\, x_t)$, and took the values "
        "in the table. Follow the gradient back through time. Its mean factor $m$ is the geometric mean of the "
        f"factors' sizes; below {SHRINKS} the gradient vanishes, above {GROWS} it explodes, between them it does "
        f"neither.{shrinking} Do not round in between."
        "\n\n"
        rf"$$\frac{{\partial h_t}}{{\partial h_{{t-1}}}} = w\, {derivative} \qquad "
        rf"\frac{{\partial h_{{{T}}}}}{{\partial h_0}} = \prod_{{t=1}}^{{{T}}} "
        rf"\frac{{\partial h_t}}{{\partial h_{{t-1}}}} \qquad "
        rf"m = \left| \frac{{\partial h_{{{T}}}}}{{\partial h_0}} \right|^{{1/{T}}}$$"
    )


def show(p: VanishingParameters, q: Givens) -> Sequence[Shown]:
    return [Shown("w", text(q.w, p.places))]


def tables(p: VanishingParameters, q: Givens) -> Sequence[Picture]:
    header = ("step $t$", *(str(t) for t in range(1, p.steps + 1)))
    factor = ask(p)[0]
    places: tuple[str | Slot, ...] = (r"$\partial h_t / \partial h_{t-1}$", *map(Slot, factor.cells))
    return [Picture(header, (("$h_t$", *(text(v, p.places) for v in q.h.tolist())), places))]


TEMPLATE = Template(
    name="vanishing_gradient",
    title="The gradient through time",
    topic="recurrent networks",
    parameters=VanishingParameters,
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
