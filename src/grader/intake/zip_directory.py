"""A zip's own list of its members, read as it stands.

`zipfile` gives up on the whole archive when one name is not what its flag says, reads lists of any length, and has let
members share their bytes (CVE-2024-0450). An archive from strangers is refused member by member, so that the others
are marked.

Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.
"""

from __future__ import annotations

import calendar
import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from grader.errors import SheetProblem
from grader.sheets import limits

_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_MEMBER = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_LONGEST_COMMENT = 0xFFFF
_UTF8, _ENCRYPTED = 0x800, 0x2041
_ADVICE = "download it again, or unpack it yourself and grade the folder"


class Packed(NamedTuple):
    """A member: `size` bytes in all, `packed` of them in the archive from `offset` on, where its own header stands.

    `mode` is the file's type and rights on Unix, 0 if the archive does not say; `modified` seconds since 1970, in the
    time of whoever packed it.
    """

    name: str
    proper: bool
    """The name is text in the encoding that it is said to be in."""
    encrypted: bool
    method: int
    modified: float
    crc: int
    packed: int
    size: int
    mode: int
    offset: int
    header: int
    """Bytes that the header takes at the least."""

    @property
    def end(self) -> int:
        return self.offset + self.header + self.packed


def members(file: BinaryIO) -> tuple[Iterator[Packed], int]:
    """The members in the list's order, and where in the file the list begins. SheetProblem: it is broken, or too long.

    What stands before the archive in its file is skipped, as `zipfile` does.
    """
    start, size, shift = _directory(file)
    if size > limits.ARCHIVE_DIRECTORY:
        raise SheetProblem("an archive with too many members", advice=_ADVICE)
    file.seek(start)
    return _members(file, size, shift), start


def data_start(header: bytes) -> int | None:
    """How many bytes after `offset` a member's data begin; None if no header stands there."""
    if len(header) < _LOCAL.size or not header.startswith(b"PK\3\4"):
        return None
    name, extra = _LOCAL.unpack_from(header)[-2:]
    return _LOCAL.size + int(name) + int(extra)


LOCAL_BYTES = _LOCAL.size


def _directory(file: BinaryIO) -> tuple[int, int, int]:
    """Where the list begins, its length, and how far all of the archive's own offsets are off."""
    length = file.seek(0, 2)
    first = max(0, length - _END.size - _LONGEST_COMMENT)
    file.seek(first)
    tail = file.read(length - first)
    at = tail.rfind(b"PK\5\6", 0, max(0, len(tail) - _END.size) + 4)
    if at < 0:
        raise SheetProblem("this is no zip archive, or it was cut short", advice=_ADVICE)
    count, size, offset = _END.unpack_from(tail, at)[4:7]
    end = first + at
    # so many members as a short count can tell may be just so many
    if 0xFFFFFFFF in (size, offset) or (count == 0xFFFF and _has_large(file, end)):
        end, size, offset = _large(file, end)
    start = end - size
    if start < 0 or start < offset:
        raise SheetProblem("the archive is broken: its list of files lies outside of it", advice=_ADVICE)
    return start, size, start - offset


def _has_large(file: BinaryIO, end: int) -> bool:
    """Does a list for more than 4 GiB, or more than 65 535 members, stand before the end?"""
    file.seek(max(0, end - _LOCATOR.size))
    return file.read(_LOCATOR.size).startswith(b"PK\6\7")


def _large(file: BinaryIO, end: int) -> tuple[int, int, int]:
    """The same of such an archive."""
    file.seek(max(0, end - _LOCATOR.size - _END_64.size))
    tail = file.read(_END_64.size + _LOCATOR.size)
    at = tail.find(b"PK\6\6")
    if at != 0 or len(tail) < _END_64.size + _LOCATOR.size:
        raise SheetProblem("the archive is broken: it has no list of its files", advice=_ADVICE)
    size, offset = _END_64.unpack_from(tail)[8:10]
    return end - _LOCATOR.size - _END_64.size, int(size), int(offset)


def _members(file: BinaryIO, size: int, shift: int) -> Iterator[Packed]:
    """The list's members, one by one; `size` is the list's."""
    left, count = size, 0
    while left > 0:
        if count == limits.ARCHIVE_MEMBERS:
            message = f"an archive of more than {limits.ARCHIVE_MEMBERS} files"
            raise SheetProblem(message, advice="unpack it, and grade it in parts")
        header = file.read(min(left, _MEMBER.size))
        if len(header) < _MEMBER.size or not header.startswith(b"PK\1\2"):
            raise SheetProblem("the archive is broken: its list of files ends too early", advice=_ADVICE)
        fields = _MEMBER.unpack(header)
        flags, method, time, date, crc = fields[3:8]
        length, extra, comment = fields[10:13]
        rest = file.read(min(left - _MEMBER.size, length + extra + comment))
        left, count = left - _MEMBER.size - len(rest), count + 1
        if len(rest) < length + extra + comment:
            raise SheetProblem("the archive is broken: its list of files ends too early", advice=_ADVICE)
        raw = rest[:length]
        whole, packed, offset = _sizes(fields[9], fields[8], fields[16], rest[length : length + extra])
        name, proper = _name(raw, flags)
        yield Packed(
            name, proper, bool(flags & _ENCRYPTED), method, _seconds(date, time), crc, packed, whole,
            fields[15] >> 16, offset + shift, _LOCAL.size + len(raw),
        )  # fmt: skip


def _name(raw: bytes, flags: int) -> tuple[str, bool]:
    """Names are UTF-8 if their flag says so; old programs write it, or the letters of DOS, without."""
    try:
        return raw.decode("utf-8"), True
    except UnicodeDecodeError:
        return (raw.decode("utf-8", "backslashreplace"), False) if flags & _UTF8 else (raw.decode("cp437"), True)


def _sizes(size: int, packed: int, offset: int, extra: bytes) -> tuple[int, int, int]:
    """The three numbers; where one does not fit into 32 bits, it stands in the extra field 1."""
    wide = [size == 0xFFFFFFFF, packed == 0xFFFFFFFF, offset == 0xFFFFFFFF]
    at = 0
    while any(wide) and at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == 1:
            field = extra[at + 4 : at + 4 + length]
            numbers = iter(struct.unpack_from(f"<{len(field) // 8}Q", field))
            values = [next(numbers, 0) if is_wide else value for is_wide, value in
                      zip(wide, (size, packed, offset), strict=True)]  # fmt: skip
            return values[0], values[1], values[2]
        at += 4 + length
    return size, packed, offset


def _seconds(date: int, time: int) -> float:
    day = 1980 + (date >> 9), date >> 5 & 15, date & 31
    try:
        return float(calendar.timegm((*day, time >> 11, time >> 5 & 63, (time & 31) * 2)))
    except ValueError:
        return 0.0  # a month that there is not
