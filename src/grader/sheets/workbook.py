"""Is a workbook safe to open? It is a zip of XML, from a stranger, and its reader makes room for every cell at once.

One cell in the last row and column of a worksheet, or one long text shared by many cells, takes all memory there is.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from xml.parsers import expat

from grader.errors import SheetProblem
from grader.sheets import limits

_PLACE = re.compile(r"([A-Za-z]{1,8})([0-9]{1,9})")
_SHEET = re.compile(r"/?xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_ERROR = re.compile(rb"""(<(?:[A-Za-z0-9]+:)?c\s[^>]*?\bt=)(?:"e"|'e')""")
_ADVICE = "Fill in the answer sheet that was handed out, save it, and hand that in."
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    RuntimeError,
    ValueError,
    NotImplementedError,
)
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".emf", ".wmf", ".bin")


def check(data: bytes) -> None:
    """SheetProblem: not a workbook, or one that would take more memory than any answer sheet."""
    measured = _Measure()
    for name, part in _parts(data):
        if name.lower().endswith(_PICTURES) and not _may_hold_cells(part):
            continue
        try:
            measured.read(part)
        except expat.ExpatError as error:
            raise SheetProblem(f"the workbook is broken ({expat.ErrorString(error.code)})", advice=_ADVICE) from None


def errors_as_text(data: bytes) -> bytes:
    """The workbook, checked before, with #DIV/0! and the like as texts: calamine takes them for empty cells."""
    parts = dict(_parts(data))
    mended = {name: _ERROR.sub(rb'\1"str"', part) for name, part in parts.items() if _SHEET.fullmatch(name)}
    if all(part == parts[name] for name, part in mended.items()):
        return data
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in (parts | mended).items():
            archive.writestr(name, part)
    return out.getvalue()


def _parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > limits.WORKBOOK_BYTES:
                raise _too_large()
            for member in members:
                if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise NotImplementedError
                yield member.filename, archive.read(member)
    except _BROKEN:
        raise SheetProblem("this is no Excel workbook, or it was cut short", advice=_ADVICE) from None


def _may_hold_cells(part: bytes) -> bool:
    return any(tag in part.replace(b"\0", b"") for tag in (b"<row", b":row", b"<c", b":c"))


def _too_large() -> SheetProblem:
    return SheetProblem("the workbook is larger than any answer sheet", advice=_ADVICE)


class _Measure:
    """Counts the cells of all worksheets, and the longest of the texts that they share."""

    def __init__(self) -> None:
        self.cells = self.longest = self.text = 0

    def read(self, part: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.CharacterDataHandler = self._characters
        if part.strip():
            parser.Parse(part, True)

    def _refuse(self, *_: object) -> None:
        raise SheetProblem("the workbook declares a document type, which none needs", advice=_ADVICE)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(":")[2]
        if kind in ("si", "c"):  # what is shared by cells, and what a cell has alone
            self.text = 0
        if kind in ("c", "row"):
            self.cells += 1
            place = attributes.get("r", "")
            match = _PLACE.fullmatch(place) if kind == "c" else None
            row = match[2] if match else place if place.isascii() and place.isdigit() else "0"
            column = _number(match[1]) if match else 0
            if int(row[:9]) > limits.ROWS or column > limits.WORKBOOK_COLUMNS or (kind == "c" and place and not match):
                raise _too_large()
        if self.cells > limits.WORKBOOK_CELLS or self.cells * self.longest > limits.WORKBOOK_TEXT:
            raise _too_large()

    def _characters(self, text: str) -> None:
        self.text += len(text)
        self.longest = max(self.longest, self.text)
        if self.cells * self.longest > limits.WORKBOOK_TEXT:
            raise _too_large()


def _number(letters: str) -> int:
    """A column's place: A is 1, AA is 27."""
    place = 0
    for letter in letters.upper():
        place = place * 26 + ord(letter) - ord("A") + 1
    return place
