"""Fonts of the machine, for the scripts that our own faces lack: found only when a character asks for them.

`GRADER_FONTS` names the folders to look in, separated as in PATH, instead of the system's; set to nothing it turns
the search off. A course whose pages shall be the same bytes on every machine keeps its fonts in a folder of its own.

A font is used if it has TrueType outlines, is installed for one weight and style that `OS/2` tells, and its licence
(`fsType` in the same table) lets documents embed parts of it; files that are damaged are passed over. Formats as in
the OpenType specification: https://learn.microsoft.com/typography/opentype/spec/
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from struct import error as TooShort
from struct import unpack_from
from typing import BinaryIO

VARIABLE = "GRADER_FONTS"
FOUND = "found-"
MOST_FILES, LARGEST, LARGEST_TABLE = 4000, 64_000_000, 4_000_000
"""Files that are looked into; bytes of a file, and of one of its tables."""
MOST_CHARACTERS = 0x40000
"""In one font, which has 65,535 glyphs at most: damaged ones claim millions, which would take seconds to read."""
COLLECTION, OUTLINES = b"ttcf", (b"\0\1\0\0", b"true")
RESTRICTED, NOT_IN_PARTS, PICTURES_ONLY = 0x0002, 0x0100, 0x0200
"""What `fsType` forbids: embedding, embedding a part, embedding outlines."""
DARK, PLAIN = 600, 400
ITALIC, BOLD = 1, 32
ODD = re.compile("mono|display|kufi|nastaliq|rashi")
"""Styles that are for other things than text in a line."""
ONLY_BOXES = ("lastresort", "adobeblank")
"""Fonts that have every character and show none."""


@dataclass(frozen=True, eq=False)
class MachineFont:
    """A font of a file, its looks, and the ranges of characters in its `cmap`."""

    path: Path
    index: int
    weight: int
    width: int
    bold: bool
    italic: bool
    firsts: array[int] = field(repr=False)
    lasts: array[int] = field(repr=False)

    @property
    def name(self) -> str:
        """Its short name in PDF files, the same wherever its file lies."""
        digest = hashlib.sha256(f"{self.path.name} {self.index}".encode("utf-8", "surrogateescape")).digest()
        return FOUND + "".join(chr(97 + byte % 26) for byte in digest[:10])

    def has(self, character: str) -> bool:
        code = ord(character)
        nth = bisect_right(self.firsts, code)
        return nth > 0 and code <= self.lasts[nth - 1]

    def distance(self, *, bold: bool, italic: bool, serif: bool) -> tuple[object, ...]:
        """How far it is from a look; fonts that are as far stand in the order of their files' names."""
        name = self.path.name.casefold()
        return (
            self.italic != italic,
            self.bold != bold,
            self.width != 5 or ODD.search(name) is not None,
            abs(self.weight - (700 if bold else PLAIN)),
            ("serif" in name and "sans" not in name) != serif,
            name,
            self.index,
        )


def machine_fonts() -> tuple[MachineFont, ...]:
    return _fonts(tuple(_folders()))


def _folders() -> list[str]:
    wanted = os.environ.get(VARIABLE)
    if wanted is not None:
        return [folder for folder in wanted.split(os.pathsep) if folder]
    home = os.path.expanduser("~")  # noqa: PTH111 - Path.home() raises where there is none
    if sys.platform == "win32":
        return [
            os.path.join(os.environ.get("WINDIR", r"C:\Windows"), "Fonts"),  # noqa: PTH118
            os.path.join(os.environ.get("LOCALAPPDATA", home), "Microsoft", "Windows", "Fonts"),  # noqa: PTH118
        ]
    if sys.platform == "darwin":
        return ["/System/Library/Fonts", "/Library/Fonts", f"{home}/Library/Fonts"]
    data = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    own = os.environ.get("XDG_DATA_HOME") or f"{home}/.local/share"
    return [f"{own}/fonts", f"{home}/.fonts", *(f"{folder}/fonts" for folder in data.split(":") if folder)]


@lru_cache(maxsize=4)
def _fonts(folders: tuple[str, ...]) -> tuple[MachineFont, ...]:
    return tuple(font for path in _files(folders) for font in _in_file(path))


def _files(folders: Iterable[str]) -> list[Path]:
    """Font files in the order of their names, one for each name: the first folder's."""
    found: dict[str, Path] = {}
    for folder in folders:
        for root, inner, names in os.walk(folder):
            inner.sort()
            for name in sorted(names):
                if name.lower().endswith((".ttf", ".ttc")) and not name.lower().startswith(ONLY_BOXES):
                    found.setdefault(name, Path(root, name))
            if len(found) > MOST_FILES:
                break
    return [found[name] for name in sorted(found)][:MOST_FILES]


def _in_file(path: Path) -> list[MachineFont]:
    try:
        if path.stat().st_size > LARGEST:
            return []
        with path.open("rb") as file:
            starts = _starts(file)
            read = [_read(file, path, index, start) for index, start in enumerate(starts)]
    except (OSError, ValueError, TooShort, OverflowError):
        return []
    return [font for font in read if font]


def _starts(file: BinaryIO) -> list[int]:
    """Where the tables of tables begin: one, or those of a collection."""
    head = file.read(12)
    if head[:4] != COLLECTION:
        return [0]
    count = min(unpack_from(">L", head, 8)[0], 64)
    return list(unpack_from(f">{count}L", file.read(4 * count)))


def _read(file: BinaryIO, path: Path, index: int, start: int) -> MachineFont | None:
    """The font, or None where it cannot be embedded."""
    file.seek(start)
    version, count = unpack_from(">4sH", file.read(12))
    records = file.read(16 * count)
    tables = {records[at : at + 4]: unpack_from(">LL", records, at + 8) for at in range(0, len(records) - 15, 16)}
    if version not in OUTLINES or not tables.keys() >= {b"glyf", b"loca", b"cmap", b"OS/2"}:
        return None
    weight, width, licence = unpack_from(">HHH", _table(file, tables[b"OS/2"]), 4)
    style = unpack_from(">H", _table(file, tables[b"OS/2"]), 62)[0]
    if licence & (NOT_IN_PARTS | PICTURES_ONLY) or licence & 0x000F == RESTRICTED:
        return None
    ranges = sorted(_ranges(_table(file, tables[b"cmap"])))
    if any(last < first for first, last in ranges) or sum(last - first for first, last in ranges) > MOST_CHARACTERS:
        return None
    firsts, lasts = array("L", (first for first, _ in ranges)), array("L", (last for _, last in ranges))
    return MachineFont(
        path, index, weight, width, weight >= DARK or bool(style & BOLD), bool(style & ITALIC), firsts, lasts
    )


def _table(file: BinaryIO, place: tuple[int, int]) -> bytes:
    offset, length = place
    if length > LARGEST_TABLE:
        raise ValueError("A table of this length is damaged")
    file.seek(offset)
    return file.read(length)


def _ranges(cmap: bytes) -> Iterator[tuple[int, int]]:
    """Ranges of characters (first, last) in the best Unicode subtable: that of all planes, else that of the first."""
    count = unpack_from(">H", cmap, 2)[0]
    places = {(unpack_from(">H", cmap, at)[0]): at for at in sorted(_unicode(cmap, count))}
    if 12 in places:
        at = places[12]
        for nth in range(min(unpack_from(">L", cmap, at + 12)[0], LARGEST_TABLE // 12)):
            first, last = unpack_from(">LL", cmap, at + 16 + 12 * nth)
            yield first, last
    elif 4 in places:
        at = places[4]
        segments = unpack_from(">H", cmap, at + 6)[0] // 2
        lasts = unpack_from(f">{segments}H", cmap, at + 14)
        firsts = unpack_from(f">{segments}H", cmap, at + 16 + 2 * segments)
        yield from ((first, last) for first, last in zip(firsts, lasts, strict=True) if first < 0xFFFF)


def _unicode(cmap: bytes, count: int) -> Iterator[int]:
    """Where the subtables for Unicode begin: platform 0, or platform 3 in the encodings 1 and 10."""
    for at in range(4, 4 + 8 * count, 8):
        platform, encoding, offset = unpack_from(">HHL", cmap, at)
        if platform == 0 or (platform == 3 and encoding in (1, 10)):
            yield offset
