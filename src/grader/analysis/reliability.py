"""How well questions tell students apart, and how sure a total is. Nothing is computed from too little."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

LEAST = 10
"""Fewer students tell nothing: a correlation's standard error, about 1/√(n - 1), is then over a third."""
FLAT = 1e-9
"""A standard deviation below this is rounding."""


@dataclass(frozen=True)
class Estimate:
    """A statistic from n students; None where it cannot be told, and then `reason` says why in words."""

    value: float | None
    n: int
    reason: str = ""


def too_few(n: int) -> str:
    return f"fewer than {LEAST} students ({n})" if n < LEAST else ""


def correlation(item: NDArray[np.float64], rest: NDArray[np.float64]) -> Estimate:
    """Pearson's product-moment correlation of two columns of points, of the students who have both."""
    both = ~(np.isnan(item) | np.isnan(rest))
    x, y = item[both], rest[both]
    n = len(x)
    if n < LEAST:
        return Estimate(None, n, too_few(n))
    if x.std() < FLAT:
        return Estimate(None, n, "everybody got the same points here")
    if y.std() < FLAT:
        return Estimate(None, n, "everybody got the same points elsewhere")
    x, y = x - x.mean(), y - y.mean()
    return Estimate(float(np.clip(x @ y / sqrt((x @ x) * (y @ y)), -1, 1)), n)


def discrimination(points: pd.Series[float], own: pd.Series[float], totals: pd.Series[float]) -> Estimate:
    """The corrected item-total correlation: points at the item against the total without the item's own question.

    A question is compared with the rest of the total (Crocker and Algina, Introduction to Classical and Modern Test
    Theory, 1986, ch. 14; the correction is Henrysson's, 1963). A part is compared with the total without its whole
    question, not only without itself: parts of one chain depend on each other, which would pass for discrimination.
    """
    return correlation(np.asarray(points, np.float64), np.asarray(totals - own, np.float64))


@dataclass(frozen=True)
class Reliability:
    """Cronbach's alpha over questions, and the standard error of measurement in points."""

    alpha: Estimate
    error: Estimate
    questions: int


def reliability(by_question: pd.DataFrame) -> Reliability:
    """Alpha and standard error from the points of each student (row) and question (column).

    alpha = k/(k-1) · (1 - Σ var(question) / var(total)), variances with n - 1 (Cronbach, Psychometrika 16, 1951);
    standard error = sd(total) · √(1 - alpha) (Lord and Novick, Statistical Theories of Mental Test
    Scores, 1968, ch. 3). Only students who were asked every question count.
    """
    whole = by_question.dropna()
    n, k = whole.shape
    totals = whole.sum(axis=1)
    reason = too_few(n)
    if k < 2:
        reason = "there is only one question" if k else "there are no questions"
    elif not reason and totals.std() < FLAT:
        reason = "everybody has the same total"
    if reason:
        return Reliability(Estimate(None, n, reason), Estimate(None, n, reason), k)
    alpha = float(k / (k - 1) * (1 - whole.var().sum() / totals.var()))
    if alpha < 0:
        why = "alpha is negative: the questions have nothing in common that these totals show"
        return Reliability(Estimate(alpha, n), Estimate(None, n, why), k)
    return Reliability(Estimate(alpha, n), Estimate(float(totals.std() * sqrt(max(1 - alpha, 0.0))), n), k)
