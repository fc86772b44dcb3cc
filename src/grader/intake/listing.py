"""All files that were found, in their order, and what was handed in together; none of it is in memory."""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, overload

from grader.intake.found import Found, Member
from grader.scratch import Scratch

SOME = 500
_NUMBER = re.compile(r"\d+")
NOTHING = pickle.dumps(None)


class Files(Sequence[Member]):
    """Every file, oldest first, then by name; and, once it is told, what belongs together."""

    def __init__(self, members: Iterable[Member]) -> None:
        self._sources: list[Callable[[Member, int], Found]] = []
        self._numbers: dict[Callable[[Member, int], Found], int] = {}
        self._kept = Scratch(
            "listed (shown TEXT, modified REAL, name TEXT, source INTEGER, what BLOB)",
            "files (nth INTEGER PRIMARY KEY, shown TEXT, modified REAL, name TEXT, source INTEGER, what BLOB,"
            " rank INTEGER, key TEXT)",
            "told (key TEXT PRIMARY KEY, time REAL, what BLOB) WITHOUT ROWID",
        )
        rows = ((each.shown, each.modified, natural(each.shown), *self._row(each)) for each in members)
        self._kept.add("INSERT INTO listed VALUES (?, ?, ?, ?, ?)", rows)
        self._kept.ask("INSERT INTO files SELECT NULL, *, 0, NULL FROM listed ORDER BY modified, name, rowid")
        self._kept.ask("DROP TABLE listed")
        (self._count,) = self._kept.one("SELECT count(*) FROM files")

    def _row(self, member: Member) -> tuple[int, bytes]:
        number = self._numbers.setdefault(member.source, len(self._sources))
        if number == len(self._sources):
            self._sources.append(member.source)
        return number, pickle.dumps(member.what)

    def _member(self, shown: str, modified: float, source: int, what: bytes) -> Member:
        return Member(shown, modified, self._sources[source], pickle.loads(what))  # noqa: S301 - made by this process

    def __len__(self) -> int:
        return int(self._count)

    @overload
    def __getitem__(self, place: int) -> Member: ...
    @overload
    def __getitem__(self, place: slice) -> list[Member]: ...
    def __getitem__(self, place: int | slice) -> Member | list[Member]:
        if isinstance(place, slice):
            return [self[nth] for nth in range(len(self))[place]]
        nth = range(1, len(self) + 1)[place]
        row = self._kept.one("SELECT shown, modified, source, what FROM files WHERE nth = ?", nth)
        return self._member(*row)

    def paths(self) -> Iterator[str]:
        """Of all members in their order, as reports show them."""
        every, last = "SELECT nth, shown FROM files WHERE nth > ? ORDER BY nth LIMIT ?", 0
        while some := self._kept.ask(every, last, SOME).fetchall():
            last = some[-1][0]
            yield from (shown for _, shown in some)

    def put(self, nth: int, member: Member) -> None:
        """In place of what is there, under the same path."""
        row = (member.modified, *self._row(member), nth + 1)
        self._kept.ask("UPDATE files SET modified = ?, source = ?, what = ? WHERE nth = ?", *row)

    def join(self, nth: int, rank: int, key: str | None = None) -> None:
        """All of one `key` belong together, without one a file is by itself; what came at the same time under the same
        name is in the order of `rank`.
        """
        self._kept.ask("UPDATE files SET rank = ?, key = ? WHERE nth = ?", rank, key, nth + 1)

    def tell(self, key: str, what: object, time: float | None = None) -> None:
        """What is to be known of those of this key, and when they were handed in."""
        self._kept.ask("INSERT INTO told VALUES (?, ?, ?)", key, time, pickle.dumps(what))

    def is_told(self, key: str) -> bool:
        return self._kept.one("SELECT 1 FROM told WHERE key = ?", key) is not None

    def part(self, rank: int) -> None:
        """Of this rank let only those be together of which something was told."""
        self._kept.ask("UPDATE files SET key = NULL WHERE rank = ? AND key NOT IN (SELECT key FROM told)", rank)

    def together(self) -> Iterator[tuple[Any, list[Member]]]:
        """What was told, and the files that belong together: those first whose last file is the oldest."""
        self._kept.ask("CREATE INDEX IF NOT EXISTS files_by_key ON files (key, modified DESC, nth) WHERE key NOTNULL")
        rows = self._kept.ask(
            "SELECT first, told.what, f.shown, f.modified, f.source, f.what FROM (SELECT *,"
            " ifnull((SELECT nth FROM files WHERE key = f.key ORDER BY modified DESC, nth LIMIT 1), nth) AS last,"
            " ifnull((SELECT min(nth) FROM files WHERE key = f.key), nth) AS first FROM files f) f"
            " JOIN files l ON l.nth = last LEFT JOIN told ON told.key = f.key"
            " ORDER BY ifnull(time, l.modified), l.name, f.rank, first, f.nth"
        )
        for _, group in groupby(rows, itemgetter(0)):
            whole = list(group)
            yield pickle.loads(whole[0][1] or NOTHING), [self._member(*row[2:]) for row in whole]  # noqa: S301 - as above


def natural(path: str) -> str:
    """A key to sort by, in which each number is told by how many digits it has first: sheet-2 comes before sheet-10.

    >>> sorted(["sheet-10", "sheet-2", "sheet", "sheet-2b", "sheet-٣"], key=natural)
    ['sheet', 'sheet-2', 'sheet-2b', 'sheet-٣', 'sheet-10']
    """
    return _NUMBER.sub(lambda found: f"\0{chr(len(number := str(int(found[0]))))}{number}", path)
