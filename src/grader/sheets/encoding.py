"""Bytes -> text: what editors and spreadsheets save, told from files that are no text at all."""

from __future__ import annotations

import codecs

from grader.answers import Problem
from grader.errors import SheetProblem
from grader.sheets import limits

_EXPORT = "Export the answer sheet as CSV (in a spreadsheet: Save as, CSV UTF-8) and hand that in."
_UTF8 = "Save the file as UTF-8 (in a spreadsheet: CSV UTF-8) and hand it in again."
_AGAIN = "If letters in it came out wrong, save it as UTF-8 (in a spreadsheet: CSV UTF-8) and hand it in again."

_OTHER_FILES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a workbook or an archive (.xlsx, .ods, .zip)"),
    (b"\xd0\xcf\x11\xe0", "a workbook of an old Excel (.xls)"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"{\\rtf", "a word processor's document (RTF)"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"7z\xbc\xaf", "a compressed file (7z)"),
)

_CONTROL = bytes([*range(0x09), *range(0x0E, 0x20)])

# UTF-32's little-endian mark begins with UTF-16's, so it is looked for first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decoded(data: bytes, most: int = limits.FILE_BYTES) -> tuple[str, list[Problem]]:
    """The file's text without a byte order mark, and what was assumed; SheetProblem if it is no text.

    `most`: of how many bytes a file may be.
    """
    if len(data) > most:
        size = f"the file is larger than {most // 1024} KiB"
        raise SheetProblem(f"{size}, which no answer sheet is", advice="Hand in the filled answer sheet alone.")
    _refuse_other_files(data)
    text, problems = _by_mark(data) or _by_content(data)
    if not text.strip("\ufeff\0 \t\r\n"):
        raise SheetProblem("the file is empty", advice="Fill in the answer sheet, save it, and hand it in again.")
    if _controls(text) * 20 > len(text):
        raise SheetProblem("the file is not text", advice=_EXPORT)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        message = f"There are NUL characters, the first in line {line}, which text never holds."
        problems = [*problems, Problem(message, line, "Look at what is written there, and save the file anew.")]
    # what stood in its place is never closed up: 0.8\x0052 is no number
    return text.removeprefix("\ufeff").replace("\0", "\ufffd"), problems


def _controls(text: str) -> int:
    """How many control characters there are. As bytes they are counted several times faster."""
    written = text.encode("utf-8", "replace")
    return len(written) - len(written.translate(None, _CONTROL))


def _refuse_other_files(data: bytes) -> None:
    for magic, what in _OTHER_FILES:
        if data.startswith(magic):
            raise SheetProblem(f"the file is {what}, whatever its name says", advice=_EXPORT)
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        raise SheetProblem("the file is a web page, perhaps the one that asks for a password", advice=_EXPORT)


def _by_mark(data: bytes) -> tuple[str, list[Problem]] | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding, len(mark)), []
    return None


def _by_content(data: bytes) -> tuple[str, list[Problem]]:
    if encoding := _utf16_without_mark(data):
        return _strictly(data, encoding), [Problem(f"The file was read as {encoding.upper()}.", advice=_AGAIN)]
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        if _mostly_utf8(data):
            return _strictly(data, "utf-8"), []
    message = "The file is not UTF-8 and was read as Windows-1252: accented letters may be wrong, numbers are not."
    return data.decode("cp1252", "replace"), [Problem(message, advice=_AGAIN)]


def _mostly_utf8(data: bytes) -> bool:
    """UTF-8 that was damaged: other encodings hold hardly a sequence that is valid in it."""
    text = data.decode("utf-8", "replace")
    return sum(not char.isascii() for char in text) > 2 * text.count("\ufffd")


def _strictly(data: bytes, encoding: str, start: int = 0) -> str:
    try:
        return data[start:].decode(encoding)
    except UnicodeDecodeError as error:
        place = start + error.start
        line = data.count(b"\n", 0, place) + 1
        message = f"byte {place + 1} of the file is not text in {encoding.upper()}"
        raise SheetProblem(message, line=line, advice=_UTF8) from None


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16 of western text has a NUL in every other place, and is valid UTF-8 all the same."""
    start = data[:4096]
    even, odd, most = start[::2].count(0), start[1::2].count(0), len(start) * 0.3
    if odd > most and even == 0:
        return "utf-16-le"
    if even > most and odd == 0:
        return "utf-16-be"
    return None
