"""What a class got: points of every student and part, and how often each verdict was given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from grader.marking import UNDECIDED, VERDICTS

SURE = 1e-9
"""Points that differ by less are the same: they are sums of shares."""

OPEN = VERDICTS.index("pending")
NOT_BY_PROGRAM = tuple(VERDICTS.index(verdict) for verdict in ("blank", "reviewed", *UNDECIDED))
MOST = 0.5
"""With more of its entries to be marked by a person, a part tells nothing yet: blank answers are marked at once."""

Outcome = tuple[Sequence[str], Sequence[int], Sequence[tuple[str, str, str, float]], Iterable[tuple[int, int, float]]]
"""Students, the number of each one's first mark (rising; the others follow it), the cells they were asked (question,
part, cell, max), and (mark, place in VERDICTS, points) of all marks but right ones with all their points."""


class Asked(NamedTuple):
    """A cell of the sheet."""

    question: str
    part: str
    cell: str
    max: float


@dataclass(frozen=True)
class Block:
    """Sheets marked under the same rules: a row a student, a column a cell.

    `verdicts` are places in VERDICTS.
    """

    students: Sequence[str]
    cells: Sequence[Asked]
    verdicts: NDArray[np.int8]
    points: NDArray[np.float64]


@dataclass(frozen=True)
class Results:
    """`points` and `possible`: a row a student, a column (question, part) in the order asked, nan where the student
    was not asked, where a person has yet to mark all of it, and for everybody where a person has yet to mark most of
    the part; what is still to be marked counts neither as got nor as possible. `counts`: a row (question, part), a
    column a verdict; entries of an array are counted one by one. `wrote`: like `points`, whether the program marked
    something that the student wrote there. `totals`: all points of each student so far.
    """

    points: pd.DataFrame
    possible: pd.DataFrame
    counts: pd.DataFrame
    wrote: pd.DataFrame
    totals: pd.Series[float]

    @property
    def parts(self) -> list[tuple[str, str]]:
        return [(str(column[0]), str(column[1])) for column in self.points.columns]

    @cached_property
    def questions(self) -> list[str]:
        return list(dict.fromkeys(question for question, _ in self.parts))

    @cached_property
    def by_question(self) -> pd.DataFrame:
        """Points of each student and question; nan where a student was not asked."""
        return self._summed(self.points)

    @cached_property
    def possible_by_question(self) -> pd.DataFrame:
        return self._summed(self.possible)

    def _summed(self, table: pd.DataFrame) -> pd.DataFrame:
        names = np.array([question for question, _ in self.parts], dtype=object)
        columns = {q: table.loc[:, names == q].sum(axis=1, min_count=1) for q in self.questions}
        return pd.DataFrame(columns, index=table.index, columns=self.questions, dtype=float)


def shares(points: pd.DataFrame, possible: pd.DataFrame) -> pd.DataFrame:
    """Points as shares of what could be had, in 0..1; nan where there was nothing to get."""
    return points / possible.where(possible > 0)


def collect(blocks: Iterable[Block]) -> Results:
    """The blocks put together; students in the order of their ids, whatever order they come in."""
    points, possible, counts, wrote = [], [], [], []
    for block in blocks:
        columns, starts = _columns(block.cells)
        index = pd.Series(list(block.students), dtype=object)
        decided = block.verdicts != OPEN
        told = np.maximum.reduceat(decided, starts, axis=1) if starts else decided
        got = np.where(told, _added(np.where(decided, block.points, 0.0), starts), np.nan)
        points.append(pd.DataFrame(got, index=index, columns=columns))
        most = np.array([[cell.max for cell in block.cells]])
        could = np.where(told, _added(np.where(decided, most, 0.0), starts), np.nan)
        possible.append(pd.DataFrame(could, index=index, columns=columns))
        written = _added(~np.isin(block.verdicts, NOT_BY_PROGRAM), starts).astype(bool)
        wrote.append(pd.DataFrame(written, index=index, columns=columns))
        each = [_added((block.verdicts == k).sum(axis=0)[None, :], starts)[0] for k in range(len(VERDICTS))]
        counts.append(pd.DataFrame(dict(zip(VERDICTS, each, strict=True)), index=columns))
    if not points:
        nothing = pd.DataFrame(index=pd.Index([], dtype=object), columns=_columns(())[0], dtype=float)
        none = pd.DataFrame(0, index=nothing.columns, columns=list(VERDICTS))
        return Results(nothing, nothing, none, nothing, nothing.sum(axis=1))
    together = pd.concat(counts)
    order = list(dict.fromkeys(together.index))
    found = together.groupby(level=[0, 1], sort=False).sum().loc[order]
    earned, reachable = pd.concat(points).sort_index()[order], pd.concat(possible).sort_index()[order]
    judged = (found["pending"] <= MOST * found.sum(axis=1)).to_numpy(bool)
    everybody = pd.concat(wrote).sort_index()[order].eq(other=True)
    kept = np.broadcast_to(judged, earned.shape)
    return Results(earned.where(kept), reachable.where(kept), found, everybody, earned.sum(axis=1))


def _columns(cells: Sequence[Asked]) -> tuple[pd.MultiIndex, list[int]]:
    """The parts in the order asked, and where each one's cells begin: they stand together."""
    starts: dict[tuple[str, str], int] = {}
    for nth, cell in enumerate(cells):
        starts.setdefault((cell.question, cell.part), nth)
    names = ["question", "part"]
    index = (
        pd.MultiIndex.from_tuples(list(starts), names=names)
        if starts
        else pd.MultiIndex.from_arrays([[], []], names=names)
    )
    return index, list(starts.values())


def _added(table: NDArray[np.generic], starts: Sequence[int]) -> NDArray[np.generic]:
    return np.add.reduceat(table, starts, axis=1) if starts else table[:, :0]


def blocks(outcomes: Iterable[Outcome]) -> list[Block]:
    """What a gradebook streams, as arrays."""
    kinds = np.dtype([("mark", np.int64), ("verdict", np.int8), ("points", np.float64)])
    out = []
    for students, firsts, cells, stream in outcomes:
        asked = [Asked(*cell) for cell in cells]
        verdicts = np.full((len(students), len(asked)), VERDICTS.index("right"), np.int8)
        points = np.tile(np.array([cell.max for cell in asked], np.float64), (len(students), 1))
        other = np.fromiter(stream, kinds)
        rows = np.searchsorted(firsts, other["mark"], side="right") - 1
        columns = other["mark"] - np.asarray(firsts, np.int64)[rows]
        verdicts[rows, columns], points[rows, columns] = other["verdict"], other["points"]
        out.append(Block(students, asked, verdicts, points))
    return out
