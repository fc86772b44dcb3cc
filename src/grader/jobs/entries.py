"""What became of every file of a run, kept out of memory."""

from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, overload

from grader.scratch import Scratch


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


class Entries(Sequence[Entry]):
    """In the order in which the files were read."""

    def __init__(self) -> None:
        self._kept = Scratch(
            "entries (nth INTEGER PRIMARY KEY, path TEXT, fate TEXT, told INTEGER, hashed TEXT, sheet_of INTEGER,"
            " entry BLOB)"
        )
        for column in ("path", "hashed", "sheet_of"):
            self._kept.ask(f"CREATE INDEX by_{column} ON entries ({column})")
        self._count = 0

    def add(self, entry: Entry) -> None:
        self._count += 1
        self.put(self._count - 1, entry)

    def put(self, nth: int, entry: Entry) -> None:
        """In place of what is there."""
        sheet_of = entry.attempt if entry.submission is not None and not entry.beside else None
        row = (entry.path, entry.fate, bool(entry.message), entry.hashed or None, sheet_of, pickle.dumps(entry))
        self._kept.ask("REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)", nth, *row)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> Entry: ...
    @overload
    def __getitem__(self, place: slice) -> list[Entry]: ...
    def __getitem__(self, place: int | slice) -> Entry | list[Entry]:
        if isinstance(place, slice):
            return [self[nth] for nth in range(self._count)[place]]
        found = self._first("nth = ?", range(self._count)[place])
        assert found is not None
        return found

    def alike(self, hashed: str) -> Entry | None:
        """The first with this content."""
        return self._first("hashed = ?", hashed)

    def sheet_of(self, attempt: int) -> Entry | None:
        """The first sheet of an attempt that was marked."""
        return self._first("sheet_of = ?", attempt)

    def _first(self, which: str, value: object) -> Entry | None:
        found = self._kept.one(f"SELECT entry FROM entries WHERE {which} ORDER BY nth LIMIT 1", value)  # noqa: S608 - ours
        return None if found is None else pickle.loads(found[0])  # noqa: S301 - made by this process

    def has(self, path: str) -> bool:
        return self._kept.one("SELECT 1 FROM entries WHERE path = ?", path) is not None

    def count(self, fate: str) -> int:
        return int(self._kept.one("SELECT count(*) FROM entries WHERE fate = ?", fate)[0])

    @property
    def need_a_person(self) -> bool:
        some = "SELECT 1 FROM entries WHERE fate = 'attention' OR (fate = 'graded' AND told)"
        return self._kept.one(some) is not None
