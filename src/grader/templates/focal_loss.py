"""Focal loss against cross-entropy (Lin et al., Focal Loss for Dense Object Detection, ICCV 2017)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import Field

from grader.chance import Stream
from grader.numerics.losses import cross_entropy, focal_weight
from grader.part import POSITIVE, SHARE, Part
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
from grader.work import Work

SHAPES = {"p": ("n",), "gamma": (), "alpha": ()}
GAMMAS = (0.5, 1.5, 2, 2.5, 3)
ALPHAS = (0.25, 0.4, 0.6, 0.75)
SHARES = ("negligible", "dominant")


class FocalParameters(Parameters):
    n: int = Field(3, ge=2, le=12, description="how many points")
    alpha: bool = Field(False, description="with a weight α of the class")


@dataclass(frozen=True)
class Givens:
    p: Array
    """The probability of the true class, one for each point."""
    gamma: float
    alpha: float


def settle(p: FocalParameters, raw: Raw) -> FocalParameters:
    return fitted(p, raw)[0]


def fitted(p: FocalParameters, raw: Raw) -> tuple[FocalParameters, dict[str, Array]]:
    unknown(raw, SHAPES)
    arrays, sizes = fit(raw, SHAPES, {"n": p.n})
    return resized(p, n=sizes["n"], alpha=p.alpha or "alpha" in raw), arrays


def read(p: FocalParameters, raw: Raw) -> tuple[FocalParameters, Givens]:
    p, a = fitted(p, raw)
    missing(a, SHAPES if p.alpha else ["p", "gamma"])
    gamma, alpha = float(a["gamma"]), float(a.get("alpha", 1.0))
    if a["p"].min() <= 0 or a["p"].max() >= 1:
        raise GivensError(f"p holds probabilities between 0 and 1, not {raw['p']!r}")
    if gamma < 0:
        raise GivensError(f"gamma must be at least 0, not {raw['gamma']!r}")
    if alpha <= 0:
        raise GivensError(f"alpha must be above 0, not {raw['alpha']!r}")
    return p, Givens(a["p"], gamma, alpha)


def draw(p: FocalParameters, chance: Stream) -> dict[str, Any]:
    """A hard point, an easy one, and others between them, in random order."""
    ranges = [(0.05, 0.3), (0.7, 0.9)] + [(0.3, 0.7)] * p.n
    points = [chance.decimal(low, high, 2) for low, high in ranges[: p.n]]
    raw: dict[str, Any] = {"p": chance.shuffled(points), "gamma": chance.pick(GAMMAS)}
    return {**raw, "alpha": chance.pick(ALPHAS)} if p.alpha else raw


def numbers(p: FocalParameters) -> list[Part]:
    n = (p.n,)
    ratio = POSITIVE if p.alpha else SHARE
    return [
        Part("ce", "cross-entropy CE of each point", r"\mathrm{CE}", shape=n, domain=POSITIVE),
        Part("fl", "focal loss FL of each point", r"\mathrm{FL}", shape=n, domain=POSITIVE),
        Part("ratio", "FL / CE of each point", r"\mathrm{FL} / \mathrm{CE}", shape=n, domain=ratio),
    ]


def ask(p: FocalParameters) -> list[Part]:
    apart = ", apart from the factor α" if p.alpha else ""
    share = "the share in the total focal loss of a point with p near"
    return [
        *numbers(p),
        Part(
            "gamma_zero",
            f"what FL becomes at γ = 0{apart}",
            r"\mathrm{FL}\text{ at }\gamma = 0",
            "choice",
            labels=("cross_entropy", "zero", "one"),
        ),
        Part("near_one", f"{share} 1", r"\text{share of } p \approx 1", "choice", labels=SHARES),
        Part("near_zero", f"{share} 0", r"\text{share of } p \approx 0", "choice", labels=SHARES),
    ]


def solve(p: FocalParameters, q: Givens, work: Work) -> None:
    alpha = r"\alpha " if p.alpha else ""
    ce = work.step(
        "ce",
        cross_entropy(q.p),
        r"-\log p",
        log_base_ten=lambda: -np.log10(q.p),
        minus_left_out=lambda: np.log(q.p),
    )
    weight = focal_weight(q.p, q.gamma, q.alpha)
    mistakes = dict(alpha_left_out=lambda: weight / q.alpha * ce) if p.alpha else {}
    fl = work.step(
        "fl",
        weight * ce,
        rf"{alpha}(1 - p)^{{\gamma}}\, \mathrm{{CE}}",
        # of the logarithm itself, so that who left it out in CE does not leave it out twice
        log_base_ten=lambda: -weight * np.log10(q.p),
        minus_left_out=lambda: weight * np.log(q.p),
        p_to_the_gamma=lambda: q.alpha * q.p**q.gamma * ce,
        gamma_as_factor=lambda: q.alpha * q.gamma * (1 - q.p) * ce,
        **mistakes,
    )
    work.step("ratio", fl / ce, r"\mathrm{FL} / \mathrm{CE}")
    work.step("gamma_zero", "cross_entropy", r"(1 - p)^0 = 1")
    work.step("near_one", "negligible", r"(1 - p)^{\gamma} \to 0 \text{ and } -\log p \to 0 \text{ as } p \to 1")
    work.step("near_zero", "dominant", r"(1 - p)^{\gamma} \to 1 \text{ and } -\log p \to \infty \text{ as } p \to 0")


MISTAKES = {
    "log_base_ten": Mistake("what one gets with the logarithm to base ten"),
    "p_to_the_gamma": Mistake(
        "what one gets with p to the power γ in place of 1 - p",
        lambda _p, q: q.gamma != 0 and bool((q.p != 0.5).any()),
    ),
    "minus_left_out": Mistake("what one gets with the minus sign left out"),
    "gamma_as_factor": Mistake("what one gets with γ as a factor, not as an exponent", lambda _p, q: q.gamma != 1),
    "alpha_left_out": Mistake("what one gets with the factor α left out", lambda p, q: p.alpha and q.alpha != 1),
}


def wording(p: FocalParameters) -> str:
    alpha = r"\alpha\, " if p.alpha else ""
    points = "one point" if p.n == 1 else f"{p.n} points"
    apart = r", apart from the factor $\alpha$" if p.alpha else ""
    return (
        f"A classifier gives the true class of {points} the probability $p$. Compare the cross-entropy with the focal "
        r"loss. Logarithms are natural. "
        rf"Then say what $\mathrm{{FL}}$ becomes at $\gamma = 0${apart}, and whether a point's share in the focal loss "
        "of many points, their sum, is negligible or dominant where its $p$ is near 1, and where it is near 0."
        "\n\n"
        rf"$$\mathrm{{CE}} = -\log p \qquad \mathrm{{FL}} = -{alpha}(1 - p)^{{\gamma}} \log p$$"
    )


def show(p: FocalParameters, q: Givens) -> Sequence[Shown]:
    rows = [Shown(r"\gamma", text(q.gamma))]
    return [*rows, Shown(r"\alpha", text(q.alpha))] if p.alpha else rows


def tables(p: FocalParameters, q: Givens) -> Sequence[Picture]:
    columns = [part.cells for part in numbers(p)]
    rows: list[tuple[str | Slot, ...]] = [
        (str(k + 1), text(value, 2), *(Slot(cells[k]) for cells in columns)) for k, value in enumerate(q.p.tolist())
    ]
    return [Picture(("point", "$p$", "CE", "FL", "FL / CE"), tuple(rows))]


TEMPLATE = Template(
    name="focal_loss",
    title="Focal loss and cross-entropy",
    topic="losses",
    parameters=FocalParameters,
    read=read,
    draw=draw,
    ask=ask,
    solve=solve,
    mistakes=MISTAKES,
    wording=wording,
    show=show,
    tables=tables,
    settle=settle,
)
