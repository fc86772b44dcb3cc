"""A linear support vector machine: scores, hinge losses, the width of the margin, and where points lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import Field, model_validator

from grader.chance import Stream
from grader.numerics.margins import hinge, places
from grader.part import POSITIVE, Part
from grader.template import (
    Array,
    GivensError,
    Mistake,
    Parameters,
    Picture,
    Range,
    Raw,
    Shown,
    Slot,
    Template,
    fit,
    missing,
    resized,
    shown_array,
    text,
    unknown,
)
from grader.work import Step, Work

SHAPES: dict[str, tuple[str, ...]] = {"w": ("D",), "b": (), "x": ("N", "D"), "y": ("N",)}
PLACES = ("outside", "on", "inside")
TRIES = 60


class MarginParameters(Parameters):
    inputs: int = Field(2, ge=1, le=4, description="D, the size of a point")
    samples: int = Field(4, ge=3, le=12, description="N, the number of points")
    weights: Range = Field((-3, 3), description="range of w and b, drawn in halves")
    signal: Range = Field((-5, 5), description="range of x, drawn in whole numbers")

    @model_validator(mode="after")
    def _something_to_draw(self) -> MarginParameters:
        if max(abs(v) for v in self.weights) < 0.5:
            raise ValueError(f"there is no multiple of 0.5 but 0 in {list(self.weights)}")
        return self


@dataclass(frozen=True)
class Givens:
    w: Array
    b: float
    x: Array
    y: Array


def settle(p: MarginParameters, raw: Raw) -> MarginParameters:
    return fitted(p, raw)[0]


def fitted(p: MarginParameters, raw: Raw) -> tuple[MarginParameters, dict[str, Array]]:
    unknown(raw, SHAPES)
    arrays, sizes = fit(raw, SHAPES, {"D": p.inputs, "N": p.samples})
    if "y" in arrays and not np.isin(arrays["y"], (-1, 1)).all():
        raise GivensError("y may hold only 1 and -1")
    if "w" in arrays and not arrays["w"].any():
        raise GivensError("w must not be zero: there is no margin then")
    return resized(p, inputs=sizes["D"], samples=sizes["N"]), arrays


def read(p: MarginParameters, raw: Raw) -> tuple[MarginParameters, Givens]:
    p, arrays = fitted(p, raw)
    missing(arrays, SHAPES)
    return p, Givens(arrays["w"], float(arrays["b"]), arrays["x"], arrays["y"])


def draw(p: MarginParameters, chance: Stream) -> dict[str, Any]:
    """Points of all three kinds. Halves times whole numbers are exact, so that a point can lie on the edge."""
    low, high = (round(2 * end) for end in p.weights)
    options = [v / 2 for v in range(low, high + 1) if v]
    w = [chance.pick(options) for _ in range(p.inputs)]
    b = chance.pick(options)
    wanted = chance.shuffled([PLACES[k] if k < len(PLACES) else chance.pick(PLACES) for k in range(p.samples)])
    points = [_point(p, w, b, place, chance) for place in wanted]
    return {"w": w, "b": b, "x": [x for x, _ in points], "y": [y for _, y in points]}


def _point(p: MarginParameters, w: list[float], b: float, place: str, chance: Stream) -> tuple[list[int], int]:
    """A point and its label, drawn again until it lies where it is wanted; the guard turns down one that does not."""
    low, high = (round(end) for end in p.signal)
    for _ in range(TRIES):
        x, y = [chance.integer(low, high) for _ in range(p.inputs)], chance.pick((-1, 1))
        score = sum(u * v for u, v in zip(w, x, strict=True)) + b
        if places(np.array(y * score)) == place:
            break
    return x, y


def ask(p: MarginParameters) -> list[Part]:
    n = (p.samples,)
    return [
        Part("score", "score of each point", "s", shape=n),
        Part("hinge", "hinge loss of each point", r"\ell", shape=n, domain=POSITIVE, zero=True),
        Part("margin", "width of the margin", r"\rho", domain=POSITIVE),
        Part(
            "support",
            "where each point lies: outside the margin, on its edge, or inside",
            kind="choice",
            shape=n,
            labels=PLACES,
            rests_on=("score",),
        ),
    ]


def solve(_p: MarginParameters, q: Givens, work: Work) -> None:
    right = q.x @ q.w + q.b
    score = work.step("score", right, r"w' x_i + b", bias_left_out=lambda: right - q.b)
    work.step(
        "hinge",
        hinge(q.y * score),
        r"\max(0,\; 1 - y_i s_i)",
        label_left_out=lambda: hinge(score),
        maximum_left_out=lambda: 1 - q.y * score,
    )
    norm = float(np.linalg.norm(q.w))
    work.step(
        "margin",
        2 / norm,
        r"2 \,/\, \lVert w \rVert",
        half_margin=1 / norm,
        squared_norm=2 / norm**2,
    )
    # a right score is compared as it is, however it was rounded; a wrong one as it was written
    compared = np.where(work.is_right("score"), right, score)
    work.step("support", places(q.y * compared), r"y_i s_i \text{ against } 1")


MISTAKES = {
    "bias_left_out": Mistake("what one gets with the bias left out", lambda _p, q: q.b != 0),
    "label_left_out": Mistake(
        "what one gets with the label left out, with 1 - s for every point", lambda _p, q: bool((q.y < 0).any())
    ),
    "maximum_left_out": Mistake(
        "what one gets with 1 - y s also where it is below zero",
        lambda _p, q: bool((q.y * (q.x @ q.w + q.b) > 1).any()),
    ),
    "half_margin": Mistake("what one gets with 1/‖w‖, the distance from the boundary to one edge of the margin"),
    "squared_norm": Mistake("what one gets with the square of ‖w‖ in place of ‖w‖, its root left out"),
}


def guard(_p: MarginParameters, q: Givens, steps: Mapping[str, Step]) -> str:
    if not (q.w.all() and q.b):
        return "a weight or a bias of zero"
    if len(np.unique(q.x, axis=0)) < len(q.x):
        return "the same point twice"
    if len(set(q.y)) < 2:
        return "points of one class only"
    if set(steps["support"].value) != set(PLACES):
        return "no point outside the margin, on its edge, or inside"
    return ""


def wording(_p: MarginParameters) -> str:
    return (
        "A linear support vector machine with weights $w$ and bias $b$ gives each point $x_i$ a score $s_i$; "
        r"$y_i = \pm 1$ is the point's label. The margin is the band between the two edges $s = 1$ and $s = -1$; "
        r"give its width $\rho$. A point is *outside* the margin where $y_i s_i > 1$, *on* its edge where "
        "$y_i s_i = 1$, and *inside* where $y_i s_i < 1$, also if it is on the wrong side."
        "\n\n"
        r"$$s_i = w' x_i + b \qquad \ell_i = \max(0,\; 1 - y_i s_i)$$"
    )


def show(_p: MarginParameters, q: Givens) -> Sequence[Shown]:
    return [shown_array("w", q.w, 0), Shown("b", text(q.b))]


def tables(p: MarginParameters, q: Givens) -> Sequence[Picture]:
    cells = {part.name: part.cells for part in ask(p)}
    axes = tuple(f"$x_{{{d}}}$" for d in range(1, p.inputs + 1))
    header = ("point", *axes, "$y$", "score $s$", r"hinge loss $\ell$", "outside, on or inside")
    rows: list[tuple[str | Slot, ...]] = [
        (
            str(i),
            *(text(v) for v in q.x[i - 1]),
            text(q.y[i - 1]),
            *(Slot(cells[name][i - 1]) for name in ("score", "hinge", "support")),
        )
        for i in range(1, p.samples + 1)
    ]
    return [Picture(header, tuple(rows))]


TEMPLATE = Template(
    name="svm_margin",
    title="Margin of a support vector machine",
    topic="classical",
    parameters=MarginParameters,
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
