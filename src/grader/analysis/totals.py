"""The students' totals: their distribution, and who belongs to which quarter of the class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from grader.analysis.results import SURE, Results

LEAST_FOR_QUARTERS = 8
"""Two students in each quarter."""


@dataclass(frozen=True)
class Totals:
    """Of the totals: how many, mean, median, quartiles, standard deviation (n - 1; None for fewer than two).

    Quartiles are interpolated linearly between the two nearest totals (type 7 of Hyndman and Fan, The American
    Statistician 50, 1996: numpy's, pandas' and R's default). `counts` are between each of `edges` and the next.
    """

    n: int
    mean: float
    median: float
    quartiles: tuple[float, float]
    deviation: float | None
    edges: tuple[float, ...]
    counts: tuple[int, ...]


def totals(points: Sequence[float], possible: float) -> Totals | None:
    """None without a student."""
    if not points:
        return None
    series = pd.Series(list(points), dtype=float)
    edges, counts = _bins(np.asarray(points, np.float64), possible)
    low, median, high = (float(series.quantile(q)) for q in (0.25, 0.5, 0.75))
    deviation = float(series.std()) if len(series) > 1 else None
    return Totals(len(series), float(series.mean()), median, (low, high), deviation, edges, counts)


def _bins(points: NDArray[np.float64], possible: float) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """Bins of a round width from 0 to what can be had (or the best total): up to 12, for a larger class 24.

    A total on an edge belongs above it, a total at the very end to the last bin.
    """
    most = max(possible, float(points.max()), 0.0) or 1.0
    width = round_width(most, 12 if len(points) < 30 else 24)
    count = ceil(most / width - SURE)
    places = np.clip(np.floor(points / width + SURE).astype(int), 0, count - 1)
    edges = tuple(round(width * k, 9) for k in range(count + 1))
    return edges, tuple(np.bincount(places, minlength=count).tolist())


def round_width(whole: float, most: int) -> float:
    """The least of 1, 2, 5, 10, … (and 0.5, 0.2, …) that covers `whole` in at most `most` steps.

    >>> round_width(44, 24), round_width(10, 12), round_width(3, 24)
    (2.0, 1.0, 0.2)
    """
    power = 10.0 ** floor(log10(whole / most))
    return next(round(m * power, 12) for m in (1, 2, 5, 10) if m * power * most >= whole * (1 - SURE))


def quarters(points: pd.Series[float]) -> pd.Series[int]:
    """For each student the quarter of the class by total: 0 the lowest, 3 the top.

    Students are ranked; equal totals share their mean rank r and so always fall into the same quarter,
    ⌊4 (r - ½) / n⌋, whatever the order of the students. Quarters are of different sizes where there are ties.
    """
    ranks = points.round(9).rank(method="average")
    return (4 * (ranks - 0.5) / max(len(points), 1) // 1).clip(0, 3).astype(int)


@dataclass(frozen=True)
class Quarter:
    """Students with neighbouring totals, and their mean share of the points at each part (None: nothing to get)."""

    name: str
    n: int
    facilities: tuple[float | None, ...]


QUARTERS = ("Top quarter", "Second", "Third", "Bottom quarter")


def by_quarter(results: Results) -> list[Quarter]:
    """The best first; a class too small for quarters is one group."""
    n = len(results.students)
    if n == 0:
        return []
    if n < LEAST_FOR_QUARTERS:
        groups = {"Everybody": np.ones(n, bool)}
    else:
        place = quarters(results.totals).to_numpy()
        groups = {name: place == 3 - nth for nth, name in enumerate(QUARTERS) if (place == 3 - nth).any()}
    means: dict[str, list[float | None]] = {name: [] for name in groups}
    for part in results.parts:
        column = results.column(part)
        share = column.points / column.possible.where(column.possible > 0)
        for name, group in groups.items():
            mean = float(share[group].mean())
            means[name].append(None if np.isnan(mean) else mean)
    return [Quarter(name, int(group.sum()), tuple(means[name])) for name, group in groups.items()]
