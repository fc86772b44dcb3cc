"""Item statistics of one assignment, from a table of marks.

The table has a row for every student and cell: student, question, part, verdict, mistake, points, max.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

COUNTED = ("blank", "unreadable", "right", "follows", "coarse", "mistake", "wrong", "pending")
COLUMNS = ("student", "question", "part", "verdict", "mistake", "points", "max")


@dataclass(frozen=True)
class Item:
    """A part of a question: entries marked (cells times students), how many got which verdict, mean points.

    `facility` is the share of the points that the class got, in 0..1 (None where there are no points to get).
    """

    question: str
    part: str
    n: int
    counts: dict[str, int]
    mean: float
    max: float
    facility: float | None


@dataclass(frozen=True)
class CommonMistake:
    question: str
    mistake: str
    students: int
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Totals:
    """Of the students' totals: how many, mean, median, standard deviation (n - 1; None for fewer than two)."""

    n: int
    mean: float
    median: float
    deviation: float | None
    edges: tuple[float, ...]
    counts: tuple[int, ...]


def table(rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    return pd.DataFrame.from_records(list(rows), columns=list(COLUMNS))


def items(marks: pd.DataFrame, by: Sequence[str] = ("question", "part")) -> list[Item]:
    """One Item for each part (or question), in the table's order. Entries of an array are counted one by one."""
    students = marks["student"].nunique()
    out = []
    for index, group in marks.groupby(list(by), sort=False):
        key = [str(name) for name in (index if isinstance(index, tuple) else (index,))]
        counts = group["verdict"].value_counts()
        points, possible = float(group["points"].sum()), float(group["max"].sum())
        out.append(
            Item(
                question=key[0],
                part=key[1] if len(key) > 1 else "",
                n=len(group),
                counts={verdict: int(counts.get(verdict, 0)) for verdict in COUNTED},
                mean=points / students,
                max=possible / students,
                facility=points / possible if possible else None,
            )
        )
    return out


def common_mistakes(marks: pd.DataFrame) -> list[CommonMistake]:
    """Named mistakes by the number of students who made them, most common first; a student counts once a question."""
    made = marks[marks["verdict"] == "mistake"].copy()
    made["mistake"] = made["mistake"].str.split(";")
    made = made.explode("mistake")
    out = [
        CommonMistake(str(question), str(mistake), int(group["student"].nunique()), tuple(dict.fromkeys(group["part"])))
        for (question, mistake), group in made.groupby(["question", "mistake"], sort=True)
    ]
    return sorted(out, key=lambda m: -m.students)


def totals(points: Sequence[float], possible: float, bins: int = 10) -> Totals | None:
    """Distribution of the totals in equal bins from 0 to what can be had; None without a student."""
    if not points:
        return None
    series = pd.Series(list(points), dtype=float)
    width = possible / bins if possible else 1.0
    counts = [0] * bins
    for value in points:
        counts[min(bins - 1, int(value / width + 1e-9))] += 1
    deviation = float(series.std()) if len(series) > 1 else None
    edges = tuple(round(width * k, 9) for k in range(bins + 1))
    return Totals(len(series), float(series.mean()), float(series.median()), deviation, edges, tuple(counts))
