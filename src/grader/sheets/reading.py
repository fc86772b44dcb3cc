"""What was entered for a part -> its cells, each a number, a label, or a sentence that says what to write."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from grader.answers import BLANK, Cell, Entry
from grader.expression import FormulaError, Space
from grader.keyboard import keyboard
from grader.part import Part
from grader.sheets import limits
from grader.sheets.numbers import Unreadable, comma_evidence, read_number

SPREADSHEET_ERROR = re.compile(r"#(NAME|REF|VALUE|NUM|DIV/0|N/A|NULL|ERROR|SPILL)[!?]?", re.IGNORECASE)


def decimal_comma(texts: Sequence[str]) -> bool | None:
    """True where some number's comma can only be a decimal comma and none contradicts it; else None."""
    found = {comma_evidence(text) for text in texts if "," in text or not text.isascii()}
    return True if True in found and False not in found else None


def read_cells(part: Part, entries: Sequence[Entry | None], comma: bool | None) -> tuple[Cell, ...]:
    if part.space is not None:
        read: Callable[[str, int], Cell] = _formula_reader(part.space)
    elif part.kind == "choice":
        read = _chooser(part.labels)
    elif part.kind in ("number", "integer"):

        def read(text: str, line: int) -> Cell:
            return Cell(text, read_number(text, decimal_comma=comma), None, "", line)
    else:

        def read(text: str, line: int) -> Cell:
            return Cell(text, None, text, "", line)

    return tuple([BLANK if entry is None else _cell(entry, read) for entry in entries])


def _cell(entry: Entry, read: Callable[[str, int], Cell]) -> Cell:
    text = entry.text
    assert isinstance(text, str)
    if not entry.problem:
        try:
            return read(text, entry.line)
        except Unreadable as error:
            problem = str(error)
        if len(text) <= limits.SHOWN_CHARACTERS and not keyboard(text):
            return BLANK  # zero-width characters are all that is in it
    else:
        problem = entry.problem
    return Cell(text[: limits.SHOWN_CHARACTERS], None, None, problem, entry.line)


def _formula_reader(space: Space) -> Callable[[str, int], Cell]:
    def read(text: str, line: int) -> Cell:
        if SPREADSHEET_ERROR.fullmatch(text):
            raise Unreadable(f"the spreadsheet has put {text} here: write the formula with an apostrophe before it")
        try:
            return Cell(text, None, None, "", line, space.read(text.removeprefix("'")))
        except FormulaError as error:
            raise Unreadable(error.in_a_sentence()) from None

    return read


def _chooser(labels: Sequence[str]) -> Callable[[str, int], Cell]:
    words = {_word(label): label for label in labels}
    numbers = {value: label for label in labels if (value := _value(label)) is not None}
    positions: dict[str, str] = {}
    # Where labels are numbers or letters themselves, a position could be meant for one of them.
    if not numbers:
        positions |= {str(place): label for place, label in enumerate(labels, start=1)}
    if not any(len(word) == 1 and word.isalpha() for word in words):
        positions |= dict(zip("abcdefghijklmnopqrstuvwxyz", labels, strict=False))

    def choose(text: str, line: int) -> Cell:
        word = _word(text)
        label = words.get(word) or positions.get(word)
        if label is None and (value := _value(text)) is not None:
            label = numbers.get(value) or positions.get(f"{value:g}")
        if label is None:
            shown = f"'{text[:40]}' is none of the choices" if word else "nothing is chosen"
            raise Unreadable(f"{shown}: write one of {', '.join(labels)}")
        return Cell(text, None, label, "", line)

    return choose


def _word(text: str) -> str:
    return keyboard(text[: limits.SHOWN_CHARACTERS]).removeprefix("'").removeprefix("=").strip('" ').casefold()


def _value(text: str) -> float | None:
    try:
        return read_number(text).value
    except Unreadable:
        return None
