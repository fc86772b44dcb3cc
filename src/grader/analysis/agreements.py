"""Answers that are wrong for who wrote them and right for one classmate: how many, and how many chance would give.

The paper that a value is right for shows in it, because everybody has other numbers. A single such answer means nothing
in a class of any size, three and more in one pair seldom come by chance; what they mean is for a person to find out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, isfinite

import numpy as np
from numpy.typing import NDArray

LEAST = 3
TIGHTER = 10.0
VISIBLE = 3.0
SLACK = 1e-9
COMMON = 0.05
"""What is right for more than this share of the class points at nobody."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Column:
    """One cell of a part for the whole class, NaN where there is nothing: the keys with their tolerances, the answers
    that are wrong, and half a unit of the last digit that they were written with.
    """

    part: str
    key: Floats
    tolerance: Floats
    wrong: Floats
    half: Floats


@dataclass(frozen=True)
class Pair:
    """`student` and `classmate` by their places; `parts`: those in which they agree. `expected`: in how many of the
    student's `compared` parts one classmate agrees by chance; `pairs`: in the whole class, how many pairs would agree
    in as many.
    """

    student: int
    classmate: int
    parts: tuple[str, ...]
    compared: int
    expected: float
    pairs: float


def agreements(columns: Sequence[Column], least: int = LEAST) -> list[Pair]:
    """All pairs that agree in at least so many parts, those with the most first. Of an array at least half of what is
    wrong must agree: its entries are no answers of their own, they hang together.
    """
    if not columns:
        return []
    n = len(columns[0].key)
    compared = np.zeros(n, dtype=np.int64)
    coded: dict[str, NDArray[np.int64]] = {}  # a pair as one number: student · n + classmate
    for part in dict.fromkeys(column.part for column in columns):
        cells = [column for column in columns if column.part == part]
        wrong = sum((np.isfinite(cell.wrong).astype(np.int64) for cell in cells), np.zeros(n, dtype=np.int64))
        pairs = np.concatenate([(_matches(cell) * np.array([[n], [1]])).sum(axis=0) for cell in cells])
        codes, counts = np.unique(pairs, return_counts=True)
        coded[part] = codes[2 * counts >= wrong[codes // n]]
        compared += wrong > 0
    return _pairs(n, compared, coded, least)


def _pairs(n: int, compared: NDArray[np.int64], coded: Mapping[str, NDArray[np.int64]], least: int) -> list[Pair]:
    codes, counts = np.unique(np.concatenate(list(coded.values())), return_counts=True)
    suspicious = counts >= least
    rate = (1 + counts[~suspicious].sum()) / max(1, compared.sum() * (n - 1))
    of_student = np.bincount(codes // n, weights=counts, minlength=n)
    most = np.zeros(n)
    np.maximum.at(most, codes // n, counts)
    # some numbers, such as simple fractions, agree more easily than others: each student's own agreements tell
    usual = np.maximum(rate * compared, (of_student - most) / max(1, n - 2))
    by_chance = {
        k: float(sum((n - 1) * _at_least(k, mean) for mean in usual)) for k in np.unique(counts[suspicious]).tolist()
    }
    listed = codes[suspicious]
    agreeing = {part: np.isin(listed, pair, assume_unique=True) for part, pair in coded.items()}
    found = []
    for nth, (code, count) in enumerate(zip(listed.tolist(), counts[suspicious].tolist(), strict=True)):
        student, classmate = divmod(code, n)
        parts = tuple(part for part, agrees in agreeing.items() if agrees[nth])
        others = (of_student[student] - count) / max(1, n - 2)
        expected = max(rate * compared[student], others)
        found.append(Pair(student, classmate, parts, int(compared[student]), float(expected), by_chance[count]))
    return sorted(found, key=lambda pair: (-len(pair.parts), pair.student, pair.classmate))


def _matches(column: Column) -> NDArray[np.int64]:
    """Which wrong answer is right for which classmate, two rows of places: it is as near as a tenth of the tolerance,
    or the classmate's very key in the digits written, where these are as many as were asked for.
    """
    rows, known = np.flatnonzero(np.isfinite(column.wrong)), np.flatnonzero(np.isfinite(column.key))
    if not len(rows) or not len(known):
        return np.zeros((2, 0), dtype=np.int64)
    order = known[np.argsort(column.key[known])]
    keys, value = column.key[order], column.wrong[rows]
    widest = float(column.tolerance[known].max())
    reach = np.maximum(widest / TIGHTER, np.where(column.half[rows] <= widest, column.half[rows], 0.0)) * (1 + SLACK)
    first, last = np.searchsorted(keys, value - reach), np.searchsorted(keys, value + reach, side="right")
    many = last - first
    i = np.repeat(rows, many)
    j = order[np.arange(many.sum()) - np.repeat(np.cumsum(many) - many - first, many)]
    distance, tolerance, half = np.abs(column.wrong[i] - column.key[j]), column.tolerance[j], column.half[i]
    allowed = np.maximum(tolerance / TIGHTER, np.where(half <= tolerance, half, 0.0)) * (1 + SLACK)
    apart = np.abs(column.key[j] - column.key[i]) > VISIBLE * np.maximum(tolerance, column.tolerance[i])
    near = (distance <= allowed) & apart
    i, j = i[near], j[near]
    rare = np.bincount(i, minlength=len(column.key)) <= max(1.0, COMMON * len(column.key))
    return np.stack([i[rare[i]], j[rare[i]]]).astype(np.int64)


def _at_least(k: int, mean: float) -> float:
    """The chance of k or more where so many are expected (Poisson), the tail itself so that small ones stay exact."""
    term = exp(-mean)
    for i in range(1, k + 1):
        term *= mean / i
    total, i = 0.0, k
    while term > total * 1e-12 and i < k + 1000:
        total += term
        i += 1
        term *= mean / i
    return total


def class_columns(
    students: Sequence[str],
    marks: Iterable[tuple[str, str, str, str, str, str]],
    radius: Mapping[tuple[str, str], tuple[str, Callable[[float], float]]],
) -> list[Column]:
    """`marks`: student, question, cell, value, expected, verdict; `radius`: of each cell that is compared, its part,
    and how far from a key answers may lie. Values that are no numbers are left out.
    """
    place, n = {student: k for k, student in enumerate(students)}, len(students)
    tables = {name: np.full((4, n), np.nan) for name in radius}
    for student, question, cell, value, expected, verdict in marks:
        table = tables.get((question, cell))
        if table is None:
            continue
        key, nth = _number(expected), place[student]
        table[:2, nth] = key, radius[question, cell][1](key)
        if verdict == "wrong":
            table[2:, nth] = _number(value), _half_unit(value)
    return [Column(radius[name][0], *table) for name, table in tables.items()]


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return np.nan
    return value if isfinite(value) else np.nan


def _half_unit(text: str) -> float:
    """Half a unit of the last digit.

    >>> _half_unit("0.85"), _half_unit("1.2e-05"), _half_unit("7")
    (0.005, 5e-07, 0.5)
    """
    mantissa, _, exponent = text.lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    try:
        return float(f"5e{int(exponent or 0) - decimals - 1}")
    except ValueError:
        return np.inf
