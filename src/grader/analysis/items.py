"""Item statistics: how hard a part or a question is, how it tells students apart, which mistakes were made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

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
    return [
        _item(*name, results.counts.iloc[nth], results.points.iloc[:, nth], results.possible.iloc[:, nth], results)
        for nth, name in enumerate(results.parts)
    ]


def questions(results: Results) -> list[Item]:
    """One Item a question, in the order asked."""
    names = [question for question, _ in results.parts]
    counts = results.counts.groupby(np.array(names, dtype=object), sort=False).sum()
    return [
        _item(name, "", counts.T[name], results.by_question[name], results.possible_by_question[name], results)
        for name in results.questions
    ]


def _item(
    question: str,
    part: str,
    counts: pd.Series[int],
    points: pd.Series[float],
    possible: pd.Series[float],
    results: Results,
) -> Item:
    asked = possible.notna()
    got, could = points[asked], possible[asked]
    whole = float(could.sum())
    shared = len(got) > 0 and whole > 0
    columns = [name == question and part in ("", each) for name, each in results.parts]
    return Item(
        question,
        part,
        n=int(counts.sum()),
        students=len(got),
        wrote=int(results.wrote.loc[:, columns].any(axis=1).sum()),
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


def common_mistakes(made: Sequence[tuple[str, ...]]) -> list[CommonMistake]:
    """Named mistakes by the number of students who made them, most common first; a student counts once a question.

    What could be one mistake or another is the one that this student made plainly elsewhere in the question.

    `made`: (student, question, part, mistake).
    """
    plain = {(student, question, mistake) for student, question, _, mistake in made}
    students: dict[tuple[str, str], set[str]] = {}
    where: dict[tuple[str, str], dict[str, None]] = {}
    for student, question, part, names in made:
        elsewhere = [name for name in names.split(";") if (student, question, name) in plain]
        for mistake in elsewhere or [names]:
            students.setdefault((question, mistake), set()).add(student)
            where.setdefault((question, mistake), {})[part] = None
    out = [CommonMistake(*key, len(who), tuple(where[key])) for key, who in sorted(students.items())]
    return sorted(out, key=lambda mistake: -mistake.students)
