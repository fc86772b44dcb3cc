"""The CSV files of the reports: names and columns are stable, other programs read them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?[0-9]*[.,]?[0-9]+(?:[eE][+-]?[0-9]+)?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
RESULTS = (
    "student", "question", "part", "answer", "value", "expected", "carried",
    "verdict", "mistake", "points", "max", "note",
)  # fmt: skip
ATTENTION = ("path", "student", "problem", "line", "what to do")


class Table:
    """A CSV file being written, row by row; text that a spreadsheet would take for a formula is guarded."""

    def __init__(self, file: TextIO, header: Sequence[str]) -> None:
        self._writer = csv.writer(file, lineterminator="\n")
        self._quoting = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        self._writer.writerow(header)

    def add(self, row: Iterable[str]) -> None:
        texts = [guarded(text) for text in row]
        # a lone carriage return ends a row for readers, but older Pythons leave it without quotes
        (self._quoting if any("\r" in text for text in texts) else self._writer).writerow(texts)


def result(student: str, mark: Sequence[Any]) -> list[str]:
    """A stored mark as a row of results.csv."""
    question, cell, _part, answer, value, expected, carried, verdict, mistake, points, most, note, _line = mark
    numbers = (number(points), number(most))
    return [student, question, cell, answer, value, expected, carried, verdict, mistake, *numbers, note]


def gradebook_header(questions: Iterable[str]) -> list[str]:
    """`points` is what counts: `raw`, which is the sum of the questions, less the `deduction` for lateness."""
    return ["student", "name", "points", "max", "percent", *questions, "status", "raw", "deduction"]


def guarded(text: str) -> str:
    """Text that a spreadsheet will not take for a formula; numbers stay as they are.

    A leading = + - @ (also full-width, also behind spaces) gets an apostrophe before it, as OWASP advises. Characters
    that would steer a terminal are spelled out.

    >>> guarded("=1/3"), guarded("-0.5"), guarded("-0,5"), guarded("-2+3"), guarded("0.5")
    ("'=1/3", '-0.5', '-0,5', "'-2+3", '0.5')
    >>> guarded(""), guarded(" +cmd"), guarded("＝1")
    ('', "' +cmd", "'＝1")
    """
    text = visible(text)
    if not text.lstrip().startswith(_FORMULA) and not text.startswith(("\t", "\r")):
        return text
    return text if _NUMBER.fullmatch(text) else f"'{text}"


def visible(text: str) -> str:
    r"""Control characters spelled out, but for tabs and line ends, and those that turn the direction of writing.

    >>> visible("\x1b[31m\u202e"), visible("two\nlines")
    ('\\x1b[31m\\u202e', 'two\nlines')
    """
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def unguarded(text: str) -> str:
    """What `guarded` guarded, as it came back from a spreadsheet.

    >>> unguarded("'=1/3"), unguarded("=1/3"), unguarded("'tis"), unguarded("'0.5")
    ('=1/3', '=1/3', "'tis", "'0.5")
    """
    return text[1:] if text[:1] == "'" and guarded(text[1:]) == text else text


def number(value: float) -> str:
    """Points in files: at most six decimals, none that are needless.

    >>> number(12.0), number(0.8333333333), number(-1e-9)
    ('12', '0.833333', '0')
    """
    return f"{value:z.6f}".rstrip("0").rstrip(".")
