"""Do some students' numbers make a question harder than others' do?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from math import inf, sqrt
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from grader.analysis.reliability import FLAT
from grader.analysis.results import SURE, Results, shares

LEAST = 5
"""Students in each of two strata, or a mean says nothing."""
MOST_VALUES = 8
"""A given with more values over the class is a number, not a kind."""
LEVEL = 0.05
"""The chance that a report flags anything at all although all numbers are equally hard."""
DEALS = 999
"""The least chance that can be told is then one in a thousand."""
SEED = 1
"""Of the deals: any will do, but a report made again has to say the same."""


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
    """A feature's strata at a question. `z`: the largest difference of two facilities in its standard errors;
    `chance`: how often chance makes one as large anywhere in the report, in 0..1.
    """

    question: str
    feature: str
    strata: tuple[Stratum, ...]
    z: float
    chance: float = 1.0

    @property
    def telling(self) -> bool:
        return self.chance <= LEVEL


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

    Two strata are compared by the difference of their mean shares in standard errors, s √(1/n₁ + 1/n₂), where s is the
    sd (n) of the whole class at the question: what the difference would spread by if numbers were dealt out anew.
    Beyond chance is decided for all comparisons of the report together, by what the largest of them becomes when the
    students' results are dealt out anew (maxT of Westfall and Young, Resampling-Based Multiple Testing, 1993, ch. 2):
    `chance` is the share of such deals, this one among them, with a difference as large anywhere in the report.
    """
    known = {student for students in kinds.values() for student in students}
    table = shares(results.by_question, results.possible_by_question)
    table = table[table.index.isin(known)]
    order = _deals(len(table))
    found: list[Split] = []
    largest = np.zeros(len(order))
    for question, students in kinds.items():
        if question in table.columns:
            asked = (
                np.array([student in students for student in table.index], bool) & table[question].notna().to_numpy()
            )
            made, most = _splits_of(question, students, table[question][asked], order[:, asked])
            found += made
            largest = np.maximum(largest, most)
    return [replace(split, chance=_chance(split.z, largest)) for split in found]


def _deals(students: int) -> NDArray[np.uint64]:
    """A row a deal, a word a student: the least word comes first. The same for every report of this size."""
    return np.random.Philox(key=SEED).random_raw((DEALS, students)).astype(np.uint64)


def _chance(z: float, largest: NDArray[np.float64]) -> float:
    return float(1 + (largest >= z - SURE).sum()) / (1 + len(largest))


def _splits_of(
    question: str, students: Mapping[str, Mapping[str, str]], shared: pd.Series[float], order: NDArray[np.uint64]
) -> tuple[list[Split], NDArray[np.float64]]:
    """The features' splits, and the largest difference of each deal."""
    got = shared.to_numpy(float)
    told: set[bytes] = set()
    made, largest = [], np.zeros(len(order))
    dealt = got[np.argsort(order, axis=1, kind="stable")]
    for feature in sorted({feature for student in shared.index for feature in students[student]}):
        values = [students[student].get(feature, "none") for student in shared.index]
        codes, names = pd.factorize(np.array(values, dtype=object), sort=True)
        # two features that part the class alike are told once
        if not 1 < len(names) <= MOST_VALUES or pd.factorize(codes)[0].tobytes() in told:
            continue
        told.add(pd.factorize(codes)[0].tobytes())
        differences = largest_differences(np.vstack([got, dealt]), codes)
        if differences is None:
            continue
        strata = [_stratum(str(name), got[codes == k]) for k, name in enumerate(names)]
        strata.sort(key=lambda stratum: _in_order(stratum.value))
        made.append(Split(question, feature, tuple(strata), float(differences[0])))
        largest = np.maximum(largest, differences[1:])
    return made, largest


def _in_order(text: str) -> tuple[float, str]:
    try:
        return float(text), ""
    except ValueError:
        return inf, text


def _stratum(value: str, got: NDArray[np.float64]) -> Stratum:
    return Stratum(value, len(got), float(got.mean()), float(got.std(ddof=1)) if len(got) > 1 else None)


def largest_differences(deals: NDArray[np.float64], codes: NDArray[np.intp]) -> NDArray[np.float64] | None:
    """For each deal (row) of the same shares the largest difference of two strata's means in its standard errors.

    `codes`: the stratum of each column. Strata that are too small are not compared; None if there are no two.
    """
    sizes = np.bincount(codes)
    large = np.flatnonzero(sizes >= LEAST)
    if len(large) < 2:
        return None
    means = deals @ (codes[:, None] == large) / sizes[large]
    spread = float(deals[0].std())
    if spread < FLAT:
        return np.zeros(len(deals))
    largest = np.zeros(len(deals))
    for one, other in combinations(range(len(large)), 2):
        error = spread * sqrt(1 / sizes[large[one]] + 1 / sizes[large[other]])
        largest = np.maximum(largest, np.abs(means[:, one] - means[:, other]) / error)
    return largest
