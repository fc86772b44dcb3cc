"""The open file: all or nothing, and rows only ever added."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from grader.errors import CourseError
from grader.gradebook.schema import SCHEMA_VERSION, copied, create, known_as


class Store:
    """An open gradebook. CourseError: the file is no gradebook, is damaged or newer than this program, or cannot be
    written.

    `backup`: the copy that was kept of a file of an earlier version, if this one was. `sound`: the whole file was
    looked through before, which takes seconds for a large one.
    """

    def __init__(self, path: Path, *, must_exist: bool = False, sound: bool = False) -> None:
        self.path, self.sound = path, sound
        self.backup: Path | None = None
        if must_exist and not path.exists():
            raise CourseError("nothing was issued here yet: run `grader generate` first")
        try:
            self.db = sqlite3.connect(path, isolation_level=None)
        except sqlite3.Error as error:
            raise CourseError(f"this gradebook cannot be opened: {error}", file=path) from error
        try:
            self._prepare()
        except (sqlite3.Error, OSError) as error:
            self.db.close()
            hint = "" if isinstance(error, OSError | sqlite3.OperationalError) else ". Bring back a copy of it"
            raise CourseError(f"this gradebook cannot be used: {error}{hint}", file=path) from error
        except CourseError:
            self.db.close()
            raise

    def _prepare(self) -> None:
        if not self.sound and self.db.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
            raise CourseError("this gradebook is damaged. Bring back a copy of it", file=self.path)
        version = self._version()
        if version > SCHEMA_VERSION:
            raise CourseError("this gradebook was made by a later version of grader", file=self.path)
        if not known_as(self.db, version):
            raise CourseError("this is another program's file, no gradebook. Move it away, or bring back a copy of the "
                              "gradebook", file=self.path)  # fmt: skip
        if version == SCHEMA_VERSION:
            return
        with self.transaction():
            version = self._version()  # another process may have been first
            if 0 < version < SCHEMA_VERSION:
                self.backup = copied(self.path, version)
            if version < SCHEMA_VERSION:
                create(self.db, version)

    def _version(self) -> int:
        return int(self.db.execute("PRAGMA user_version").fetchone()[0])

    def close(self) -> None:
        self.db.close()

    @contextmanager
    def transaction(self, *, keep: bool = True) -> Iterator[None]:
        """All or nothing; nothing in the end, too, unless `keep`."""
        try:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self.db.in_transaction:  # a full disk has undone it already
                    self.db.execute("ROLLBACK")
                raise
            self.db.execute("COMMIT" if keep else "ROLLBACK")
        except sqlite3.Error as error:
            raise CourseError(f"the gradebook could not be written: {error}", file=self.path) from error

    def insert(self, statement: str, row: tuple[Any, ...]) -> int:
        number = self.db.execute(statement, row).lastrowid
        assert number is not None
        return number


def as_json(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def listed(numbers: Iterable[int]) -> str:
    return json.dumps(list(numbers))


def now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
