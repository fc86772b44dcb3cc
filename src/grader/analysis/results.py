"""What a class got: points of every student and part, and how often each verdict was given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from grader.marking import UNDECIDED, VERDICTS
from grader.scratch import Scratch

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
class Column:
    """A part: what each student got there and could have got, and whether the program marked something there that the
    student wrote. Points are nan where the student was not asked, where a person has yet to mark all of it, and for
    everybody where a person has yet to mark most of the part; what is still to be marked counts neither as got nor as
    possible.
    """

    points: pd.Series[float]
    possible: pd.Series[float]
    wrote: NDArray[np.bool_]


class Results:
    """What a class got, students in the order of their ids. A part's points are read when they are asked for, since
    all of them would fill the memory.

    `counts`: a row (question, part) in the order asked, a column a verdict; entries of an array are counted one by one.
    `totals`: all points of each student so far.
    """

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._kept = Scratch(
            "columns (question TEXT, part TEXT, block INTEGER, points BLOB, possible BLOB, wrote BLOB,"
            " PRIMARY KEY (question, part, block))"
        )
        self._sizes: list[int] = []
        students: list[str] = []
        found: dict[tuple[str, str], NDArray[np.int64]] = {}
        for block in blocks:
            for name, counted in self._add(block):
                found[name] = found.get(name, 0) + counted
            students += block.students
        self._order = np.argsort(np.array(students, dtype=object), kind="stable")
        self.students = pd.Index([students[place] for place in self._order], dtype=object)
        self.parts = list(found)
        self.counts = pd.DataFrame(list(found.values()), index=_index(found), columns=list(VERDICTS), dtype=int)
        whole = self.counts.sum(axis=1)
        self._judged = dict(zip(self.parts, self.counts["pending"] <= MOST * whole, strict=True))
        self.totals = pd.Series(self._sum(self._read(name)[0] for name in self.parts)[0], index=self.students)

    def _add(self, block: Block) -> Iterator[tuple[tuple[str, str], NDArray[np.int64]]]:
        """Keep a block's columns; how often each verdict was given at each of its parts."""
        starts = _starts(block.cells)
        decided = block.verdicts != OPEN
        told = np.maximum.reduceat(decided, list(starts.values()), axis=1) if starts else decided
        most = np.array([[cell.max for cell in block.cells]])
        got = np.where(told, _added(np.where(decided, block.points, 0.0), starts), np.nan)
        could = np.where(told, _added(np.where(decided, most, 0.0), starts), np.nan)
        wrote = _added(~np.isin(block.verdicts, NOT_BY_PROGRAM), starts).astype(bool)
        each = np.array([_added((block.verdicts == k).sum(axis=0)[None, :], starts)[0] for k in range(len(VERDICTS))])
        for nth, name in enumerate(starts):
            columns = (table[:, nth].tobytes() for table in (got, could, wrote))
            self._kept.ask("INSERT INTO columns VALUES (?, ?, ?, ?, ?, ?)", *name, len(self._sizes), *columns)
            yield name, each[:, nth]
        self._sizes.append(len(block.students))

    def _read(self, name: tuple[str, str]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
        """A part's three columns as they were kept."""
        rows = self._kept.ask(
            "SELECT block, points, possible, wrote FROM columns WHERE question = ? AND part = ?", *name
        )
        kept = {block: columns for block, *columns in rows}
        nothing = [(np.full(size, np.nan).tobytes(),) * 2 + (bytes(size),) for size in self._sizes]
        points, possible, wrote = zip(*(kept.get(nth, none) for nth, none in enumerate(nothing)), strict=True)
        return (
            np.frombuffer(b"".join(points))[self._order],
            np.frombuffer(b"".join(possible))[self._order],
            np.frombuffer(b"".join(wrote), bool)[self._order],
        )

    def column(self, name: tuple[str, str]) -> Column:
        """One of `parts`."""
        points, possible, wrote = self._read(name)
        if not self._judged[name]:
            points, possible = (np.full(len(self.students), np.nan) for _ in range(2))
        return Column(pd.Series(points, self.students), pd.Series(possible, self.students), wrote)

    @cached_property
    def questions(self) -> list[str]:
        return list(dict.fromkeys(question for question, _ in self.parts))

    @cached_property
    def by_question(self) -> pd.DataFrame:
        """Points of each student and question; nan where a student was not asked."""
        return self._summed(lambda column: column.points)

    @cached_property
    def possible_by_question(self) -> pd.DataFrame:
        return self._summed(lambda column: column.possible)

    def _summed(self, which: Callable[[Column], pd.Series[float]]) -> pd.DataFrame:
        columns = {}
        for question in self.questions:
            parts = (np.asarray(which(self.column(name)), np.float64) for name in self.parts if name[0] == question)
            whole, asked = self._sum(parts)
            columns[question] = np.where(asked, whole, np.nan)
        return pd.DataFrame(columns, index=self.students, columns=self.questions, dtype=float)

    def _sum(self, columns: Iterable[NDArray[np.float64]]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Of each student what there is, and whether there is any."""
        whole, some = np.zeros(len(self.students)), np.zeros(len(self.students), bool)
        for column in columns:
            told = ~np.isnan(column)
            whole += np.where(told, column, 0.0)
            some |= told
        return whole, some


def shares(points: pd.DataFrame, possible: pd.DataFrame) -> pd.DataFrame:
    """Points as shares of what could be had, in 0..1; nan where there was nothing to get."""
    return points / possible.where(possible > 0)


def collect(blocks: Iterable[Block]) -> Results:
    """The blocks put together, in whatever order they come."""
    return Results(blocks)


def _index(names: Iterable[tuple[str, str]]) -> pd.MultiIndex:
    questions, parts = zip(*names, strict=True) if names else ((), ())
    return pd.MultiIndex.from_arrays([list(questions), list(parts)], names=["question", "part"])


def _starts(cells: Sequence[Asked]) -> dict[tuple[str, str], int]:
    """The parts in the order asked, and where each one's cells begin: they stand together."""
    starts: dict[tuple[str, str], int] = {}
    for nth, cell in enumerate(cells):
        starts.setdefault((cell.question, cell.part), nth)
    return starts


def _added(table: NDArray[np.generic], starts: Mapping[tuple[str, str], int]) -> NDArray[np.generic]:
    return np.add.reduceat(table, list(starts.values()), axis=1) if starts else table[:, :0]


def blocks(outcomes: Iterable[Outcome]) -> Iterator[Block]:
    """What a gradebook streams, as arrays."""
    kinds = np.dtype([("mark", np.int64), ("verdict", np.int8), ("points", np.float64)])
    for students, firsts, cells, stream in outcomes:
        asked = [Asked(*cell) for cell in cells]
        verdicts = np.full((len(students), len(asked)), VERDICTS.index("right"), np.int8)
        points = np.tile(np.array([cell.max for cell in asked], np.float64), (len(students), 1))
        other = np.fromiter(stream, kinds)
        rows = np.searchsorted(firsts, other["mark"], side="right") - 1
        columns = other["mark"] - np.asarray(firsts, np.int64)[rows]
        verdicts[rows, columns], points[rows, columns] = other["verdict"], other["points"]
        yield Block(students, asked, verdicts, points)
