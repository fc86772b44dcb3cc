"""Do some students' numbers make a question harder than others' do?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb, inf, sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from grader.analysis.results import Results, shares

LEAST = 5
"""Students in each of two strata, or a mean says nothing."""
MOST_VALUES = 8
"""A given with more values over the class is a number, not a kind."""
LEVEL = 0.05
"""The chance that a report flags anything at all although all numbers are equally hard."""


@dataclass(frozen=True)
class Stratum:
    """Students whose numbers have `feature` = `value`, and the mean share of the question's points they got.

    `deviation` is the sd (n - 1) of their shares; None for one student.
    """

    value: str
    n: int
    facility: float
    deviation: float | None


@dataclass(frozen=True)
class Split:
    """A feature's strata at a question. `z`: the largest difference of two facilities in its standard errors
    (None: no two strata are large enough); `telling` where it is beyond chance.
    """

    question: str
    feature: str
    strata: tuple[Stratum, ...]
    z: float | None
    telling: bool = False


def features(givens: Mapping[str, Any]) -> dict[str, str]:
    """What kind of numbers somebody has: single values, sizes of lists, how many ones a list of zeros and ones holds.

    >>> features({"hits": [1, 0, 1], "relevant": 5, "layers": [{"stride": 2}]})
    {'hits: length': '3', 'hits: ones': '2', 'relevant': '5', 'layers: length': '1', 'layers[1].stride': '2'}
    """
    return dict(_features(givens, ""))


def _features(value: object, name: str) -> Iterator[tuple[str, str]]:
    match value:
        case Mapping():
            for key, inner in value.items():
                yield from _features(inner, f"{name}.{key}" if name else str(key))
        case list():
            yield f"{name}: length", str(len(value))
            if (ones := _ones(value)) is not None:
                yield f"{name}: ones", str(ones)
            elif value and isinstance(value[0], Mapping):
                for nth, inner in enumerate(value, 1):
                    yield from _features(inner, f"{name}[{nth}]")
        case str() | int() | float():
            yield name, f"{value:g}" if isinstance(value, float) else str(value)


def _ones(value: list[Any]) -> int | None:
    """How many entries of a list (or of its rows) are one, if the others are all zero; floats are no flags."""
    if any(isinstance(row, list) for row in value):
        rows = [_ones(row) if isinstance(row, list) else None for row in value]
        return None if None in rows else sum(row for row in rows if row is not None)
    return sum(value) if value and all(type(entry) is int and 0 <= entry <= 1 for entry in value) else None


def splits(kinds: Mapping[str, Mapping[str, Mapping[str, str]]], results: Results) -> list[Split]:
    """`kinds`: for each question the features of each student's givens. Every feature with a few values over the class.

    Two strata are compared by the difference of their mean shares in standard errors, √(s₁²/n₁ + s₂²/n₂) (Welch,
    Biometrika 29, 1938). Beyond chance is decided for all comparisons of the report together (Bonferroni): with one
    comparison this is two standard errors, with more it is farther out.
    """
    table = shares(results.by_question, results.possible_by_question)
    found = [
        split
        for question, students in kinds.items()
        if question in table.columns
        for split in _splits_of(question, students, table[question].dropna())
    ]
    pairs = sum(comb(sum(stratum.n >= LEAST for stratum in split.strata), 2) for split in found)
    limit = NormalDist().inv_cdf(1 - LEVEL / (2 * pairs)) if pairs else inf
    return [Split(s.question, s.feature, s.strata, s.z, s.z is not None and s.z > limit) for s in found]


def _splits_of(question: str, students: Mapping[str, Mapping[str, str]], shared: pd.Series[float]) -> Iterator[Split]:
    known = [student for student in shared.index if student in students]
    if not known:
        return
    got = shared[known].to_numpy(float)
    told: set[bytes] = set()
    for feature in students[known[0]]:
        values = [students[student].get(feature, "none") for student in known]
        codes, names = pd.factorize(np.array(values, dtype=object), sort=True)
        # two features that part the class alike are told once
        if not 1 < len(names) <= MOST_VALUES or pd.factorize(codes)[0].tobytes() in told:
            continue
        told.add(pd.factorize(codes)[0].tobytes())
        strata = [_stratum(str(name), got[codes == k]) for k, name in enumerate(names)]
        strata.sort(key=lambda stratum: _in_order(stratum.value))
        z = largest_difference(strata)
        if z is not None:
            yield Split(question, feature, tuple(strata), z)


def _in_order(text: str) -> tuple[float, str]:
    try:
        return float(text), ""
    except ValueError:
        return inf, text


def _stratum(value: str, got: NDArray[np.float64]) -> Stratum:
    return Stratum(value, len(got), float(got.mean()), float(got.std(ddof=1)) if len(got) > 1 else None)


def largest_difference(strata: Sequence[Stratum]) -> float | None:
    """In standard errors, among strata that are large enough; None if there are no two."""
    large = [(s.facility, s.deviation, s.n) for s in strata if s.n >= LEAST and s.deviation is not None]
    return max((_difference(one, other) for one, other in combinations(large, 2)), default=None)


def _difference(one: tuple[float, float, int], other: tuple[float, float, int]) -> float:
    gap = abs(one[0] - other[0])
    error = sqrt(one[1] ** 2 / one[2] + other[1] ** 2 / other[2])
    return gap / error if error else inf if gap else 0.0
