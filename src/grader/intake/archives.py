"""Zips, read in place: nothing is unpacked to disk, and what cannot be trusted is refused member by member."""

from __future__ import annotations

import pickle
import re
import stat
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import BinaryIO

from grader.errors import SheetProblem
from grader.intake.files import ARCHIVES, JUNK, LEFT_BEHIND, ending, not_a_sheet, shown_text, too_large
from grader.intake.found import Found, Member, ignored, settled, unfit
from grader.intake.zip_directory import LOCAL_BYTES, Packed, data_start, members
from grader.scratch import Scratch
from grader.sheets import limits

STORED, DEFLATED = 0, 8
_BEYOND = 1 << 62
"""No file is so long, and SQLite's numbers end soon after."""
_DRIVE = re.compile(r"[A-Za-z]:")
_ALONE = "ask for the sheet itself"
Opened = Callable[[], AbstractContextManager[BinaryIO]]
"""Opens the archive to seek in. SheetProblem: it cannot be read."""


def archive_members(opened: Opened, shown: str) -> Iterator[Member]:
    """Every file in a zip, in the zip's order. One that cannot be read as a whole is listed itself."""
    try:
        with opened() as file:
            listing = _Listing(*members(file))
    except SheetProblem as problem:
        yield settled(unfit(shown, problem.message, problem.advice))
        return
    listed = _Archive(opened, shown).listed(listing)
    yield next(listed, settled(unfit(shown, "an empty archive", _ALONE)))
    yield from listed


class _Archive:
    """An archive that is being read, and how much may still be unpacked from it."""

    def __init__(self, opened: Opened, shown: str) -> None:
        self.opened, self.shown = opened, shown
        self.left = limits.ARCHIVE_OUTPUT

    def listed(self, listing: _Listing) -> Iterator[Member]:
        overlapping, keys, names = listing.overlapping(), listing.several("key"), listing.several("shown")
        told: Counter[str] = Counter()
        for nth, member, key, name in listing:
            if name in names:
                told[name] += 1
            shown = f"{self.shown}/{name}" + (f" ({told[name]})" if told[name] > 1 else "")
            if member.name.endswith("/") and member.size == 0:
                continue
            if any(JUNK.fullmatch(part) for part in member.name.split("/")):
                yield settled(ignored(shown, LEFT_BEHIND))
                continue
            refusal = _refusal(member)
            if not refusal and nth in overlapping:
                refusal = "shares its bytes with another file of the archive", _ALONE
            if not refusal and key in keys:
                refusal = "another file of the archive has the same name", "ask which of them counts"
            if refusal:
                yield settled(unfit(shown, *refusal))
            else:
                yield Member(shown, member.modified, self.read, member)

    def read(self, member: Member, cap: int) -> Found:
        """A sheet's content. What has no sheet's name is not unpacked."""
        if refused := not_a_sheet(member.shown):
            return refused
        try:
            return Found(member.shown, self.content(member.what, cap), member.modified)
        except SheetProblem as problem:
            return unfit(member.shown, problem.message, problem.advice)

    def content(self, member: Packed, cap: int) -> bytes:
        """A member's bytes, at most `cap`. SheetProblem: there are more, or they are not what the archive says."""
        if member.size > cap or member.packed > cap + LOCAL_BYTES:
            raise too_large(cap)
        if member.size > limits.ARCHIVE_SMALL and member.size > limits.ARCHIVE_RATIO * member.packed:
            raise SheetProblem("packed too densely for anything that a person wrote", advice=_ALONE)
        if member.size > self.left:
            raise SheetProblem("the archive holds more than can be read from one", advice="unpack it, grade the folder")
        with self.opened() as file:
            file.seek(member.offset)
            start = data_start(file.read(LOCAL_BYTES))
            file.seek(member.offset + (start or 0))
            data = file.read(member.packed)
        unpacked = data if member.method == STORED else _inflated(data, member.size + 1)
        if start is None or len(unpacked) != member.size or zlib.crc32(unpacked) != member.crc:
            raise SheetProblem("damaged in the archive", advice="download the archive again, or ask for the sheet")
        self.left -= member.size
        return unpacked


def _inflated(data: bytes, cap: int) -> bytes:
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, cap)
    except zlib.error:
        return b""


def _refusal(member: Packed) -> tuple[str, str] | None:
    """Why a member is not read at all, and what to do."""
    name = member.name
    leads_out = "\\" in name or "\0" in name or name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/")
    reasons = (
        (not member.proper, "its name is not text in the encoding that the archive names", _ALONE),
        (leads_out, "its name leads out of the archive", "ask who made this archive, and for the sheet itself"),
        (len(name) > limits.ARCHIVE_NAME, "its name is longer than any file's", _ALONE),
        (name.count("/") > limits.FOLDERS, "too many folders inside each other", _ALONE),
        (stat.S_IFMT(member.mode) not in (0, stat.S_IFREG), "a link or a device, which is not followed", _ALONE),
        (member.encrypted, "protected by a password", "ask for it without one"),
        (ending(name) in ARCHIVES, "an archive within the archive", "unpack it and grade the folder"),
        (member.method not in (STORED, DEFLATED), "packed in an unusual way", "unpack it and grade the folder"),
    )
    return next(((message, advice) for holds, message, advice in reasons if holds), None)


class _Listing:
    """An archive's list of members, out of memory: with each the name that it is compared by, and that which is shown.
    SheetProblem: the list is broken.
    """

    def __init__(self, packed: Iterable[Packed], start: int) -> None:
        self._start = start
        self._kept = Scratch("members (nth INTEGER PRIMARY KEY, key TEXT, shown TEXT, first INTEGER, last INTEGER,"
                             " packed BLOB)")  # fmt: skip
        self._kept.add("INSERT INTO members VALUES (NULL, ?, ?, ?, ?, ?)", map(_row, packed))

    def __iter__(self) -> Iterator[tuple[int, Packed, str, str]]:
        for nth, packed, key, shown in self._kept.ask("SELECT nth, packed, key, shown FROM members ORDER BY nth"):
            yield nth, pickle.loads(packed), key, shown  # noqa: S301 - made by this very process

    def several(self, column: str) -> set[str]:
        """The names that come more than once."""
        rows = self._kept.ask(f"SELECT {column} FROM members GROUP BY 1 HAVING count(*) > 1")  # noqa: S608 - our own
        return {name for (name,) in rows}

    def overlapping(self) -> set[int]:
        """The places of members that share bytes with others, or with the list itself."""
        found: set[int] = set()
        furthest, before = 0, -1
        for nth, first, last in self._kept.ask("SELECT nth, first, last FROM members ORDER BY first, nth"):
            if last > self._start or first < 0:
                found.add(nth)
            if first < furthest:
                found |= {nth, before}
            if last > furthest:
                furthest, before = last, nth
        return found


def _row(member: Packed) -> tuple[str, str, int, int, bytes]:
    shown = shown_text(member.name[: limits.ARCHIVE_NAME])
    first, last = min(member.offset, _BEYOND), min(member.end, _BEYOND)
    return unicodedata.normalize("NFC", member.name), shown, first, last, pickle.dumps(member)
