"""Item statistics: how hard a part or a question is, how it tells students apart, which mistakes were made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from grader.analysis.reliability import Estimate, discrimination
from grader.analysis.results import SURE, Results
from grader.marking import VERDICTS

GOT = ("right", "follows", "coarse")
LEAST_WROTE = 3


@dataclass(frozen=True)
class Item:
    """A part of a question, or a whole question (part ""): its entries, their verdicts, its points.

    `n` counts entries (cells times students), `students` those who were asked and have marks (nobody where most is
    still to be marked), `wrote` those who wrote something that the program marked; `mean` and `max` are points a
    student.
    `facility` is the share of the points that the class got, in 0..1 (None where there are no points to get), known
    as p in classical test theory (Crocker and Algina, 1986, ch. 14). `full` and `none`: the students' shares with all
    the points and without any (None like the facility).
    """

    question: str
    part: str
    n: int
    students: int
    wrote: int
    counts: dict[str, int]
    mean: float
    max: float
    facility: float | None
    discrimination: Estimate
    full: float | None = None
    none: float | None = None

    @property
    def marked(self) -> int:
        """The entries that are not left to a person."""
        return self.n - self.counts["pending"]

    @property
    def nobody_got_it(self) -> bool:
        """Several students wrote something, and no entry was right, even for own values or with few digits."""
        return self.wrote >= LEAST_WROTE and not any(self.counts[verdict] for verdict in GOT)


def parts(results: Results) -> list[Item]:
    """One Item a part, in the order asked."""
    return [_part(name, results.counts.iloc[nth], results) for nth, name in enumerate(results.parts)]


def _part(name: tuple[str, str], counts: pd.Series[int], results: Results) -> Item:
    column = results.column(name)
    return _item(*name, counts, column.points, column.possible, column.wrote, results)


def questions(results: Results) -> list[Item]:
    """One Item a question, in the order asked."""
    names = [question for question, _ in results.parts]
    counts = results.counts.groupby(np.array(names, dtype=object), sort=False).sum()
    points, possible = results.by_question, results.possible_by_question
    wrote = {name: np.zeros(len(results.students), bool) for name in results.questions}
    for name in results.parts:
        wrote[name[0]] |= results.column(name).wrote
    return [
        _item(name, "", counts.T[name], points[name], possible[name], wrote[name], results)
        for name in results.questions
    ]


def _item(
    question: str,
    part: str,
    counts: pd.Series[int],
    points: pd.Series[float],
    possible: pd.Series[float],
    wrote: NDArray[np.bool_],
    results: Results,
) -> Item:
    asked = possible.notna()
    got, could = points[asked], possible[asked]
    whole = float(could.sum())
    shared = len(got) > 0 and whole > 0
    return Item(
        question,
        part,
        n=int(counts.sum()),
        students=len(got),
        wrote=int(wrote.sum()),
        counts={verdict: int(counts[verdict]) for verdict in VERDICTS},
        mean=float(got.mean()) if len(got) else 0.0,
        max=float(could.mean()) if len(got) else 0.0,
        facility=float(got.sum()) / whole if shared else None,
        discrimination=discrimination(points, results.by_question[question], results.totals),
        full=float((got >= could - SURE).mean()) if shared else None,
        none=float((got <= SURE).mean()) if shared else None,
    )


@dataclass(frozen=True)
class CommonMistake:
    """`mistake`: a name, or those that one answer could not tell apart, joined by `;`."""

    question: str
    mistake: str
    students: int
    parts: tuple[str, ...]


def common_mistakes(made: Iterable[tuple[str, ...]]) -> list[CommonMistake]:
    """Named mistakes by the number of students who made them, most common first; a student counts once a question.

    What could be one mistake or another is the one that this student made plainly elsewhere in the question.

    `made`: (student, question, part, mistake), one student's after another's.
    """
    students: Counter[tuple[str, str]] = Counter()
    where: dict[tuple[str, str], dict[str, None]] = {}
    for _, group in groupby(made, itemgetter(0)):
        own = [tuple(each) for _, *each in group]
        plain = {(question, mistake) for question, _, mistake in own}
        of_this: set[tuple[str, str]] = set()
        for question, part, names in own:
            elsewhere = [name for name in names.split(";") if (question, name) in plain]
            for mistake in elsewhere or [names]:
                of_this.add((question, mistake))
                where.setdefault((question, mistake), {})[part] = None
        students.update(of_this)
    out = [CommonMistake(*key, count, tuple(where[key])) for key, count in sorted(students.items())]
    return sorted(out, key=lambda mistake: -mistake.students)
