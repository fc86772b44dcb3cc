"""Item statistics of one assignment, from a tally of marks.

The tally has a row for each question, part and verdict: how many entries got it, their points, and what they could
have had.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from grader.marking import VERDICTS

COLUMNS = ("question", "part", "verdict", "entries", "points", "max")


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


def items(tally: pd.DataFrame, students: int, by: Sequence[str] = ("question", "part")) -> list[Item]:
    """One Item for each part (or question), in the tally's order. Entries of an array are counted one by one."""
    out = []
    for index, group in tally.groupby(list(by), sort=False):
        key = [str(name) for name in (index if isinstance(index, tuple) else (index,))]
        counts = group.groupby("verdict")["entries"].sum()
        points, possible = float(group["points"].sum()), float(group["max"].sum())
        out.append(
            Item(
                question=key[0],
                part=key[1] if len(key) > 1 else "",
                n=int(group["entries"].sum()),
                counts={verdict: int(counts.get(verdict, 0)) for verdict in VERDICTS},
                mean=points / students,
                max=possible / students,
                facility=points / possible if possible else None,
            )
        )
    return out


def common_mistakes(made: Sequence[tuple[str, str, str, str]]) -> list[CommonMistake]:
    """Named mistakes by the number of students who made them, most common first; a student counts once a question.

    `made`: (student, question, part, mistake); mistakes that could not be told apart are joined by `;`.
    """
    students: dict[tuple[str, str], set[str]] = {}
    parts: dict[tuple[str, str], dict[str, None]] = {}
    for student, question, part, names in made:
        for name in names.split(";"):
            students.setdefault((question, name), set()).add(student)
            parts.setdefault((question, name), {})[part] = None
    out = [CommonMistake(*key, len(who), tuple(parts[key])) for key, who in sorted(students.items())]
    return sorted(out, key=lambda mistake: -mistake.students)


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
