"""A filled review file, as spreadsheets save it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import CourseError, SheetProblem, did_you_mean
from grader.jobs.tables import guarded, unguarded, visible
from grader.sheets.encoding import decoded

COLUMNS = (
    "student", "question", "part", "criterion", "text", "points", "max", "read_as", "comment", "now",
    "attachments", "ref", "meaning",
)  # fmt: skip
NEEDED = tuple(column for column in COLUMNS if column not in ("max", "now", "attachments", "meaning"))
MARKER = "marker"
FILE_BYTES = 256 << 20
LEAST_COMPARED = 20
"""No date that a spreadsheet knows is written in so many characters."""
LONGEST = 32_000
"""Characters of an answer in a file: a spreadsheet's cell holds 32 767."""


@dataclass(frozen=True)
class Filled:
    """A row as it came back. `place` names the file and the line."""

    file: str
    line: int
    cells: Mapping[str, str]
    decimal_comma: bool | None

    @property
    def place(self) -> str:
        return f"{self.file}, line {self.line}"

    def __getitem__(self, column: str) -> str:
        return unguarded(self.cells.get(column, "").strip())

    def is_about(self, text: str) -> bool:
        """Does the row hold this text, but for spaces, line ends and the guard against formulas?

        What a spreadsheet might have taken for a number, a date or a truth value, and saved as it likes, may differ.
        """
        held = _plain(self.cells["text"])
        wordy = any(character.isalpha() and character not in "eE" for character in text)
        return not wordy or len(text) < LEAST_COMPARED or held in (_plain(shown(text)), _plain(guarded(shown(text))))


def shown(text: str) -> str:
    """An answer as review files show it: all of it, or as much as a spreadsheet can hold."""
    text = visible(text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} […]"


def _plain(text: str) -> str:
    return " ".join(text.split())


def read_filled(path: Path) -> list[Filled]:
    """The rows that are not empty. CourseError: the file cannot be read, or lacks a column."""
    try:
        text, _ = decoded(path.read_bytes(), FILE_BYTES)
    except OSError as error:
        raise CourseError(f"this cannot be read: {error.strerror}", file=path) from error
    except SheetProblem as problem:
        raise CourseError(f"{problem.message}; save it as CSV UTF-8", file=path, line=problem.line) from problem
    delimiter, lines = _dialect(text)
    reader = csv.reader(io.StringIO(lines, newline=""), delimiter=delimiter, strict=True)
    skipped = text[: len(text) - len(lines)].count("\n")
    line = 1
    try:
        names = [name.strip("\ufeff \t").casefold() for name in next(reader, [])]
        _check(names, path, skipped + 1)
        return list(_rows(reader, names, path, skipped, delimiter))
    except csv.Error as error:
        line = skipped + reader.line_num
        raise CourseError(
            f"the quotes in this row do not close where they should ({error})", file=path, line=line
        ) from (error)


def _dialect(text: str) -> tuple[str, str]:
    """The delimiter by the first line, and the text from the header on."""
    first, newline, rest = text.partition("\n")
    if first.strip().casefold().startswith("sep="):
        return first.strip()[4:5] or ",", rest
    best = max(",;\t", key=lambda delimiter: sum(name.strip(' "\r') in COLUMNS for name in first.split(delimiter)))
    return best, first + newline + rest


def _check(names: Sequence[str], path: Path, line: int) -> None:
    for name in NEEDED:
        if names.count(name) > 1:
            raise CourseError(f"there are {names.count(name)} columns '{name}'", file=path, line=line)
    missing = [name for name in NEEDED if name not in names]
    if missing:
        strange = [name for name in names if name and name not in COLUMNS]
        hint = f" {did_you_mean(missing[0], strange)}" if strange else ""
        raise CourseError(f"there is no column '{missing[0]}'.{hint}", file=path, line=line)


def _rows(
    reader: Iterator[list[str]], names: Sequence[str], path: Path, skipped: int, delimiter: str
) -> Iterator[Filled]:
    comma = True if delimiter == ";" else None
    before = reader.line_num  # type: ignore[attr-defined]
    for row in reader:
        if any(field.strip() for field in row):
            cells = dict(zip(names, row, strict=False))
            yield Filled(path.name, skipped + before + 1, dict.fromkeys(names, "") | cells, comma)
        before = reader.line_num  # type: ignore[attr-defined]
