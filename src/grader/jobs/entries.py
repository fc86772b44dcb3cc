"""What became of every file of a run, kept out of memory."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from grader.scratch import Kept


@dataclass(slots=True)
class Entry:
    """What became of a file.

    `time`, `late`: when it was handed in, and whether late, where the course system tells; see Found. `attempt` is the
    same for all that were handed in together; `beside`: it is of a kind that is kept beside a sheet of these, such as a
    picture. `hashed`: the hash of the content, where that was marked.
    """

    path: str
    fate: str = ""
    assignment: str = ""
    student: str = ""
    submission: int | None = None
    message: str = ""
    line: int | None = None
    advice: str = ""
    doubtful: bool = False
    time: dt.datetime | None = None
    late: bool = False
    attempt: int = 0
    beside: bool = False
    hashed: str = ""

    @property
    def row(self) -> tuple[Any, ...]:
        """As the gradebook keeps it."""
        return (
            self.path, self.fate, self.assignment, self.student, self.submission, self.message, self.line, self.advice,
        )  # fmt: skip


class Entries(Kept[Entry]):
    """In the order in which the files were read."""

    def __init__(self) -> None:
        super().__init__()
        self.scratch.ask("CREATE TABLE about (nth INTEGER PRIMARY KEY, path, fate, told, hashed, sheet_of)")
        for column in ("path", "hashed", "sheet_of"):
            self.scratch.ask(f"CREATE INDEX by_{column} ON about ({column})")

    def put(self, nth: int, item: Entry) -> None:
        super().put(nth, item)
        sheet_of = item.attempt if item.submission is not None and not item.beside else None
        row = (item.path, item.fate, bool(item.message), item.hashed or None, sheet_of)
        self.scratch.ask("REPLACE INTO about VALUES (?, ?, ?, ?, ?, ?)", nth, *row)

    def alike(self, hashed: str) -> Entry | None:
        """The first with this content."""
        return self._first("hashed = ?", hashed)

    def sheet_of(self, attempt: int) -> Entry | None:
        """The first sheet of an attempt that was marked."""
        return self._first("sheet_of = ?", attempt)

    def _first(self, which: str, value: object) -> Entry | None:
        (nth,) = self.scratch.one(f"SELECT min(nth) FROM about WHERE {which}", value)  # noqa: S608 - our own words
        return None if nth is None else self[nth]

    def has(self, path: str) -> bool:
        return self.scratch.one("SELECT 1 FROM about WHERE path = ?", path) is not None

    def fated(self, fate: str) -> int:
        """How many files have it."""
        return int(self.scratch.one("SELECT count(*) FROM about WHERE fate = ?", fate)[0])

    @property
    def need_a_person(self) -> bool:
        some = "SELECT 1 FROM about WHERE fate = 'attention' OR (fate = 'graded' AND told)"
        return self.scratch.one(some) is not None
