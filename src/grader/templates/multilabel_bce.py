"""Binary cross-entropy of several labels for each image.

Each label is a Bernoulli variable of its own (Goodfellow, Bengio, Courville: Deep Learning, 2016, section 6.2.2.2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import Field

from grader.chance import Stream
from grader.numerics.losses import binary_cross_entropy
from grader.part import POSITIVE, Part
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
    shown_array,
    unknown,
)
from grader.work import Step, Work

SHAPES = {"y": ("m", "n"), "y_hat": ("m", "n")}
LIKELY = (0.05, 0.95)
LEAST_SPREAD = 0.05


class LabelParameters(Parameters):
    images: int = Field(3, ge=1, le=8, description="m, how many images")
    labels: int = Field(3, ge=2, le=8, description="n, how many labels each may have")


@dataclass(frozen=True)
class Givens:
    y: Array
    y_hat: Array


def settle(p: LabelParameters, raw: Raw) -> LabelParameters:
    return fitted(p, raw)[0]


def fitted(p: LabelParameters, raw: Raw) -> tuple[LabelParameters, dict[str, Array]]:
    unknown(raw, SHAPES)
    arrays, sizes = fit(raw, SHAPES, {"m": p.images, "n": p.labels})
    return resized(p, images=sizes["m"], labels=sizes["n"]), arrays


def read(p: LabelParameters, raw: Raw) -> tuple[LabelParameters, Givens]:
    p, a = fitted(p, raw)
    missing(a, SHAPES)
    if not np.isin(a["y"], (0, 1)).all():
        raise GivensError("y may hold only 0 and 1")
    if a["y_hat"].min() <= 0 or a["y_hat"].max() >= 1:
        raise GivensError(f"y_hat holds probabilities between 0 and 1, not {raw['y_hat']!r}")
    return p, Givens(a["y"], a["y_hat"])


def draw(p: LabelParameters, chance: Stream) -> dict[str, Any]:
    return {
        "y": [_mixed(p.labels, chance) for _ in range(p.images)],
        "y_hat": chance.decimals(*LIKELY, 2, p.images, p.labels).tolist(),
    }


def _mixed(count: int, chance: Stream) -> list[int]:
    """Labels of both kinds: no image is right with one of the two terms alone."""
    ones = chance.integer(1, count - 1)
    return chance.shuffled([1] * ones + [0] * (count - ones))


def ask(p: LabelParameters) -> list[Part]:
    m, n = p.images, p.labels
    return [
        Part("term", "loss of an image (row) and a label (column)", r"\ell", shape=(m, n), domain=POSITIVE),
        Part("per_image", "loss of each image, over its labels", "L", shape=(m,), domain=POSITIVE),
        Part("loss", "loss of the batch", r"\mathcal{L}", domain=POSITIVE),
    ]


def solve(p: LabelParameters, q: Givens, work: Work) -> None:
    right = binary_cross_entropy(q.y, q.y_hat)
    term = work.step(
        "term",
        right,
        r"-y_{ij} \log \hat y_{ij} - (1 - y_{ij}) \log(1 - \hat y_{ij})",
        negatives_left_out=lambda: 0.0 - q.y * np.log(q.y_hat),
        log_base_ten=lambda: right / np.log(10),
        log_base_two=lambda: right / np.log(2),
        minus_left_out=lambda: -right,
    )
    per_image = work.step("per_image", term.sum(axis=1), r"\sum_{j=1}^{n} \ell_{ij}")
    work.step(
        "loss",
        float(per_image.sum() / p.images),
        r"\frac{1}{m} \sum_{i=1}^{m} L_i",
        divided_by_all=lambda: float(per_image.sum() / (p.images * p.labels)),
        not_divided=lambda: float(per_image.sum()),
    )


MISTAKES = {
    "divided_by_all": Mistake(
        "what one gets with the sum divided by the number of all labels, m·n, instead of m", lambda p, _q: p.labels > 1
    ),
    "not_divided": Mistake(
        "what one gets with the sum over the images not divided by their number", lambda p, _q: p.images > 1
    ),
    "negatives_left_out": Mistake(
        "what one gets with the term of the labels that are 0 left out", lambda _p, q: not q.y.all()
    ),
    "log_base_ten": Mistake("what one gets with the logarithm to base ten"),
    "log_base_two": Mistake("what one gets with the logarithm to base two"),
    "minus_left_out": Mistake("what one gets with the minus sign left out"),
}


def guard(_p: LabelParameters, _q: Givens, steps: Mapping[str, Step]) -> str:
    return "terms that are all the same" if np.ptp(steps["term"].value) < LEAST_SPREAD else ""


def wording(p: LabelParameters) -> str:
    images = "One image may show" if p.images == 1 else f"{p.images} images may each show"
    things = "one thing" if p.labels == 1 else f"any of {p.labels} things"
    return (
        f"{images} {things}. Label $y_{{ij}}$ is 1 where image $i$ shows thing $j$, and "
        r"$\hat y_{ij}$ is the probability that a network gives it. Logarithms are natural; "
        r"the loss is summed over the labels of an image and averaged over the $m$ images."
        "\n\n"
        r"$$\mathcal{L} = \frac{1}{m} \sum_{i=1}^{m} L_i \qquad L_i = \sum_{j=1}^{n} \ell_{ij} \qquad "
        r"\ell_{ij} = -y_{ij} \log \hat y_{ij} - (1 - y_{ij}) \log(1 - \hat y_{ij})$$"
    )


def show(_p: LabelParameters, q: Givens) -> Sequence[Shown]:
    return [shown_array("y", q.y, 0), shown_array(r"\hat y", q.y_hat, 2)]


def tables(p: LabelParameters, _q: Givens) -> Sequence[Picture]:
    terms, sums = (part.cells for part in ask(p)[:2])
    rows: list[tuple[str | Slot, ...]] = [
        (f"image {i + 1}", *(Slot(cell) for cell in terms[p.labels * i : p.labels * (i + 1)]), Slot(sums[i]))
        for i in range(p.images)
    ]
    header = ("", *(rf"$\ell_{{i{j}}}$" for j in range(1, p.labels + 1)), "$L_i$")
    return [Picture(header, tuple(rows))]


TEMPLATE = Template(
    name="multilabel_bce",
    title="Cross-entropy of several labels",
    topic="losses",
    parameters=LabelParameters,
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
