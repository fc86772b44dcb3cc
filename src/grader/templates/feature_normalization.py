"""Two ways to scale a table of features: columns to mean 0 and deviation 1, rows to length 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import Field

from grader.chance import Stream
from grader.numerics.scaling import of_length_one, standardized
from grader.part import POSITIVE, Domain, Part
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

SHAPES = {"X": ("N", "D")}
LEAST_SPREAD = 0.1
"""A column's deviation and a row's length are at least this share of the range of X."""


class FeatureParameters(Parameters):
    samples: int = Field(4, ge=3, le=10, description="N, the number of samples, the rows of X")
    features: int = Field(3, ge=2, le=8, description="D, the number of features, the columns of X")
    places: int = Field(1, ge=0, le=4, description="decimals of the givens")
    values: Range = Field((-9, 9), description="range of X")


@dataclass(frozen=True)
class Givens:
    X: Array


def settle(p: FeatureParameters, raw: Raw) -> FeatureParameters:
    return fitted(p, raw)[0]


def fitted(p: FeatureParameters, raw: Raw) -> tuple[FeatureParameters, dict[str, Array]]:
    unknown(raw, SHAPES)
    arrays, sizes = fit(raw, SHAPES, {"N": p.samples, "D": p.features})
    return resized(p, samples=sizes["N"], features=sizes["D"]), arrays


def read(p: FeatureParameters, raw: Raw) -> tuple[FeatureParameters, Givens]:
    p, arrays = fitted(p, raw)
    missing(arrays, SHAPES)
    return p, Givens(arrays["X"])


def draw(p: FeatureParameters, chance: Stream) -> dict[str, Any]:
    return {"X": chance.decimals(*p.values, p.places, p.samples, p.features).tolist()}


def ask(p: FeatureParameters) -> list[Part]:
    columns, table = (p.features,), (p.samples, p.features)
    return [
        Part("mean", "mean of each column", r"\mu", shape=columns),
        Part("std", "population standard deviation of each column", r"\sigma", shape=columns, domain=POSITIVE),
        Part("z", "standardised columns", "Z", shape=table),
        Part("l2", "rows divided by their length", "L", shape=table, domain=Domain(-1, 1)),
    ]


def solve(p: FeatureParameters, q: Givens, work: Work) -> None:
    X = q.X
    # means and deviations of the rows have their place on the sheet only where there are as many rows as columns
    square = p.samples == p.features
    mean = work.step(
        "mean",
        X.mean(axis=0),
        r"\tfrac{1}{N} \sum_i X_{ij}",
        **({"rows_for_columns": lambda: X.mean(axis=1)} if square else {}),
    )

    def spread(ddof: int = 0) -> Array:
        out: Array = np.sqrt(((X - mean) ** 2).sum(axis=0) / (p.samples - ddof))
        return out

    std = work.step(
        "std",
        spread(),
        r"\sqrt{\tfrac{1}{N} \sum_i (X_{ij} - \mu_j)^2}",
        sample_std=lambda: spread(1),
        variance_for_std=lambda: spread() ** 2,
        **({"rows_for_columns": lambda: X.std(axis=1)} if square else {}),
    )
    # a row of two becomes -1 and 1 whatever it holds, which tells nothing
    by_rows = {"rows_for_columns": lambda: standardized(X, axis=1)} if p.features > 2 else {}
    work.step("z", (X - mean) / std, r"(X_{ij} - \mu_j) / \sigma_j", **by_rows)
    work.step(
        "l2",
        of_length_one(X),
        r"X_{ij} \,/\, \sqrt{\textstyle \sum_k X_{ik}^2}",
        rows_for_columns=lambda: of_length_one(X, axis=0),
        l1_norm=lambda: of_length_one(X, order=1),
    )


MISTAKES = {
    "sample_std": Mistake("what one gets with N - 1 in place of N, the standard deviation of a sample"),
    "rows_for_columns": Mistake("what one gets with rows and columns taken for each other"),
    "variance_for_std": Mistake("what one gets with the variance, its square root left out"),
    "l1_norm": Mistake("what one gets with the sum of the absolute values in place of the length"),
}


def guard(p: FeatureParameters, q: Givens, _steps: Mapping[str, Step]) -> str:
    least = LEAST_SPREAD * (p.values[1] - p.values[0])
    if q.X.std(axis=0).min() < least:
        return "a column whose entries are nearly equal"
    if np.linalg.norm(q.X, axis=1).min() < least:
        return "a row of nearly no length"
    return ""


def wording(_p: FeatureParameters) -> str:
    return (
        "The table $X$ has a row for each sample and a column for each feature. "
        r"**Standardise the columns**: give the mean $\mu_j$ and the standard deviation $\sigma_j$ of each column, "
        "that of the whole population (divide by the number $N$ of samples), and the table $Z$. "
        "**Normalise the rows**, starting from $X$ again: divide each row by its Euclidean length; "
        "this is the table $L$."
        "\n\n"
        r"$$Z_{ij} = \frac{X_{ij} - \mu_j}{\sigma_j} \qquad L_{ij} = \frac{X_{ij}}{\sqrt{\sum_k X_{ik}^2}}$$"
    )


def show(p: FeatureParameters, q: Givens) -> Sequence[Shown]:
    return [shown_array("X", q.X, p.places)]


TEMPLATE = Template(
    name="feature_normalization",
    title="Scaling of features",
    topic="classical",
    parameters=FeatureParameters,
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
