"""Clipping a gradient by its norm, and by value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from pydantic import Field

from grader.chance import Stream
from grader.numerics.optimisation import clipped_by_value, norm, scaled_to
from grader.part import POSITIVE, Part
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

NAMES = ("g", "threshold")
GAP = 0.15
"""The norm is at least so far from the threshold, as a share of it."""


class ClippingParameters(Parameters):
    shape: Sizes = Field((3,), description="shape of the gradient")
    places: int = Field(1, ge=1, le=4, description="decimals of the givens")
    exceeds: Literal["always", "never", "mixed"] = Field("always", description="whether the norm exceeds the threshold")


@dataclass(frozen=True)
class Givens:
    g: Array
    threshold: float

    @property
    def exceeds(self) -> bool:
        return norm(self.g) > self.threshold


def settle(p: ClippingParameters, raw: Raw) -> ClippingParameters:
    unknown(raw, NAMES)
    if "g" in raw:
        p = resized(p, shape=tensor("g", raw["g"]).shape)
    return read(p, raw)[0] if set(NAMES) <= set(raw) else p


def read(p: ClippingParameters, raw: Raw) -> tuple[ClippingParameters, Givens]:
    unknown(raw, NAMES)
    missing(raw, NAMES)
    g, threshold = tensor("g", raw["g"]), float(tensor("threshold", raw["threshold"], 0))
    if threshold <= 0:
        raise GivensError(f"threshold must be above 0, not {raw['threshold']!r}")
    q = Givens(g, threshold)
    return resized(p, shape=g.shape, exceeds="always" if q.exceeds else "never"), q


def draw(p: ClippingParameters, chance: Stream) -> dict[str, Any]:
    sizes = chance.decimals(0.5, 6, p.places, *p.shape)
    signs = np.array([chance.pick((-1, 1)) for _ in range(sizes.size)]).reshape(p.shape)
    exceeds = chance.pick(("always", "never")) if p.exceeds == "mixed" else p.exceeds
    low, high = (0.3, 0.85) if exceeds == "always" else (1.2, 2)
    length = norm(sizes)
    return {"g": (sizes * signs).tolist(), "threshold": chance.decimal(low * length, high * length, p.places)}


def ask(p: ClippingParameters) -> list[Part]:
    return [
        Part("norm", "norm of the gradient", r"\|g\|", domain=POSITIVE),
        Part("clipped", "the gradient clipped by its norm", r"g_{\mathrm{norm}}", shape=p.shape),
        Part("clipped_value", "the gradient clipped by value", r"g_{\mathrm{value}}", shape=p.shape),
    ]


def solve(_p: ClippingParameters, q: Givens, work: Work) -> None:
    g, c = q.g, q.threshold
    length = work.step(
        "norm",
        norm(g),
        r"\sqrt{\sum_j g_j^2}",
        l1_norm=lambda: float(np.abs(g).sum()),
        squared_norm=lambda: float((g**2).sum()),
    )
    work.step(
        "clipped",
        scaled_to(g, length, c),
        r"g \cdot \min(1,\, c / \|g\|)",
        value_for_norm=lambda: clipped_by_value(g, c),
        always_scaled=lambda: g * (c / length),
    )
    work.step(
        "clipped_value",
        clipped_by_value(g, c),
        r"\max(-c,\, \min(c,\, g))",
        norm_for_value=lambda: scaled_to(g, length, c),
    )


def several_entries(_p: ClippingParameters, q: Givens) -> bool:
    return int(np.count_nonzero(q.g)) > 1


def clipped_somehow(p: ClippingParameters, q: Givens) -> bool:
    """Both kinds of clipping do the same to a short gradient and to a single number."""
    return q.exceeds and several_entries(p, q)


MISTAKES = {
    "value_for_norm": Mistake("what one gets with each entry clipped by value in place of the norm", clipped_somehow),
    "norm_for_value": Mistake("what one gets with the norm clipped in place of each value", clipped_somehow),
    "l1_norm": Mistake("what one gets with the sum of the absolute values, the L1 norm", several_entries),
    "squared_norm": Mistake("what one gets with the square root left out of the norm", lambda _p, q: norm(q.g) != 1),
    "always_scaled": Mistake(
        "what one gets with the gradient scaled up to the threshold, though its norm is below it",
        lambda _p, q: bool(q.g.any()) and norm(q.g) < q.threshold,
    ),
}


def guard(p: ClippingParameters, q: Givens, steps: Mapping[str, Step]) -> str:
    """The norm is clearly on its side of the threshold; where it exceeds it, so does an entry, but not every one.

    No entry clipped the one way looks like a rounding of the same entry clipped the other way.
    """
    length, largest, smallest = steps["norm"].value, np.abs(q.g).max(), np.abs(q.g).min()
    if abs(length - q.threshold) < GAP * q.threshold:
        return "a norm close to the threshold"
    if p.exceeds != "mixed" and q.exceeds != (p.exceeds == "always"):
        return "a norm on the wrong side of the threshold"
    if q.exceeds and not (largest > (1 + GAP) * q.threshold and smallest < q.threshold):
        return "no entry, or every entry, above the threshold"
    gaps = np.abs(steps["clipped"].value - steps["clipped_value"].value)
    return "a slip that looks like a rounding" if ((gaps > 0) & (gaps < 10.0**-p.places)).any() else ""


def wording(p: ClippingParameters) -> str:
    entries = "the sum is over all entries of the matrix" if len(p.shape) > 1 else "the sum is over all entries"
    return (
        r"A gradient $g$ is clipped at the threshold $c$, once by its norm and once by value. "
        rf"The norm is the Euclidean one; {entries}. Clipping by value cuts each entry to $[-c, c]$."
        "\n\n"
        r"$$\|g\| = \sqrt{\sum_j g_j^2} \qquad g_{\mathrm{norm}} = g \cdot \min(1,\, c / \|g\|) \qquad "
        r"g_{\mathrm{value}} = \max(-c,\, \min(c,\, g))$$"
    )


def show(p: ClippingParameters, q: Givens) -> Sequence[Shown]:
    return [shown_array("g", q.g, p.places), Shown("c", text(q.threshold, p.places))]


TEMPLATE = Template(
    name="gradient_clipping",
    title="Gradient clipping",
    topic="optimisation",
    parameters=ClippingParameters,
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
