"""A CSV file of which single cells are rewritten, while every other byte stays as it was."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from grader.errors import CourseError

DELIMITERS = ",;\t"
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_COMMA, _POINT = re.compile(r"-?\d+,\d{1,2}"), re.compile(r"-?\d+\.\d+")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: what it says, and from where to where it stands in the file's text, quotes and all."""

    text: str
    start: int
    end: int
    quoted: bool


class Cells:
    """A file's cells, row by row; `put` fills one in. CourseError: a quote is not closed, or it is no text at all."""

    def __init__(self, data: bytes, file: Path) -> None:
        self.file = file
        self.mark, self.encoding = _encoding(data)
        try:
            self.text = data[len(self.mark) :].decode(self.encoding)
        except UnicodeDecodeError:
            self.encoding = "latin-1"  # any byte there is comes back as it was
            self.text = data.decode(self.encoding)
        if "\0" in self.text:
            raise CourseError("this is no CSV file; export it from the course system again", file=file)
        first = re.split(r"[\r\n]", self.text, maxsplit=1)[0]
        self.delimiter = max(DELIMITERS, key=first.count)
        self.rows = self._parsed()
        self._new: dict[tuple[int, int], str] = {}

    def _parsed(self) -> list[list[Cell]]:
        d = re.escape(self.delimiter)
        cell = re.compile(rf'"((?:[^"]|"")*)"(?=[{d}\r\n]|\Z)|([^{d}\r\n]*)')
        rows, row, at, text = [], list[Cell](), 0, self.text
        while at < len(text) or row:
            found = cell.match(text, at)
            assert found is not None, "an empty cell is one too"
            inner = found[1]
            if inner is None and found[2].startswith('"'):
                line = len(re.findall(r"\r\n|\r|\n", text[:at])) + 1
                raise CourseError("a cell begins with a quote that is not closed", file=self.file, line=line)
            written = found[2] if inner is None else inner.replace('""', '"')
            row.append(Cell(written, at, found.end(), inner is not None))
            at = found.end()
            if text.startswith(self.delimiter, at):
                at += 1
                continue
            rows.append(row)
            row = []
            at += 2 if text.startswith("\r\n", at) else 1
        return rows

    @property
    def header(self) -> list[str]:
        """The first row, without spaces around."""
        return [cell.text.strip() for cell in self.rows[0]] if self.rows else []

    def at(self, row: int, column: int | None) -> str:
        """What a cell says, without spaces around; "" where there is none."""
        cells = self.rows[row]
        return cells[column].text.strip() if column is not None and column < len(cells) else ""

    def put(self, row: int, column: int, text: str) -> None:
        """Fill a cell in; with quotes if it had them, if all of its row has, or if it must."""
        cells = self.rows[row]
        around = [cell.quoted for cell in cells if cell.text]
        quoted = cells[column].quoted or (bool(around) and all(around)) or self.delimiter in text
        self._new[row, column] = f'"{text}"' if quoted else text

    @property
    def decimal_mark(self) -> str:
        """The mark that numbers are written with here; a point where none tells."""
        texts = [cell.text.strip() for row in self.rows for cell in row]
        comma, point = (any(map(mark.fullmatch, texts)) for mark in (_COMMA, _POINT))
        return "," if comma and not point else "."

    def encoded(self) -> bytes:
        """The file with what was put into it."""
        pieces, at = [], 0
        for (row, column), text in sorted(self._new.items()):
            cell = self.rows[row][column]
            pieces += [self.text[at : cell.start], text]
            at = cell.end
        return self.mark + "".join([*pieces, self.text[at:]]).encode(self.encoding)


def _encoding(data: bytes) -> tuple[bytes, str]:
    return next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", "utf-8"))
