"""What grows with the class and is not held in memory."""

from __future__ import annotations

import pickle
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar, overload

from grader.errors import CourseError

T = TypeVar("T")


class Asked(Mapping[str, T]):
    """What is found out for one student at a time, when it is asked for."""

    def __init__(self, names: Callable[[], Iterator[str]], ask: Callable[[str], T | None]) -> None:
        """`names`: everybody of whom there is something; `ask`: what there is, nothing where there is none."""
        self._names, self._ask = names, ask

    def __getitem__(self, name: str) -> T:
        if found := self._ask(name):
            return found
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return self._names()

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Scratch:
    """Tables of this process alone, gone when it ends: for what is known in one run only.

    SQLite keeps them in two megabytes of memory, and what is more in a file without a name. CourseError: there is no
    room for that.
    """

    def __init__(self, *tables: str) -> None:
        """`tables`: their names and columns."""
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("PRAGMA journal_mode = OFF")
        for table in tables:
            self._db.execute(f"CREATE TABLE {table}")
        self._db.execute("BEGIN")  # never ended: nothing is to be kept

    def __del__(self) -> None:
        self._db.close()

    def ask(self, statement: str, *values: object) -> sqlite3.Cursor:
        try:
            return self._db.execute(statement, values)
        except sqlite3.OperationalError as error:
            _tell(error)
            raise

    def one(self, statement: str, *values: object) -> Any:
        """The first row, None if there is none."""
        return self.ask(statement, *values).fetchone()

    def add(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        try:
            self._db.executemany(statement, rows)
        except sqlite3.OperationalError as error:
            _tell(error)
            raise


class Seen:
    """Names that came before."""

    def __init__(self) -> None:
        self._scratch = Scratch("names (name BLOB PRIMARY KEY) WITHOUT ROWID")

    def before(self, name: str) -> bool:
        """Whether this one did; from now on it has."""
        raw = name.encode("utf-8", "surrogateescape")  # a path may hold bytes that are no text
        return not self._scratch.ask("INSERT OR IGNORE INTO names VALUES (?)", raw).rowcount


class Kept(Sequence[T]):
    """A list out of memory."""

    def __init__(self, items: Iterable[T] = ()) -> None:
        self.scratch = Scratch("items (nth INTEGER PRIMARY KEY, item BLOB)")
        self._count = 0
        for item in items:
            self.append(item)

    def append(self, item: T) -> None:
        self._count += 1
        self.put(self._count - 1, item)

    def put(self, nth: int, item: T) -> None:
        """In place of what is there."""
        self.scratch.ask("REPLACE INTO items VALUES (?, ?)", nth, pickle.dumps(item))

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> list[T]: ...
    def __getitem__(self, place: int | slice) -> T | list[T]:
        if isinstance(place, slice):
            return [self[nth] for nth in range(self._count)[place]]
        (item,) = self.scratch.one("SELECT item FROM items WHERE nth = ?", range(self._count)[place])
        found: T = pickle.loads(item)  # noqa: S301 - made by this very process
        return found


def _tell(error: sqlite3.Error) -> None:
    """CourseError: the disk is what is at fault."""
    if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
        told = (
            f"there is no room for what is kept while this runs ({error}). Make room, or let TMPDIR name another folder"
        )
        raise CourseError(told, file=tempfile.gettempdir()) from error
