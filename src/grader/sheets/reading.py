"""What was entered for a part -> its cells, each a number, a label, or a sentence that says what to write."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from string import ascii_lowercase

from grader.answers import BLANK, Cell, Entry
from grader.expression import FormulaError, Space
from grader.keyboard import keyboard
from grader.part import Part
from grader.sheets import limits
from grader.sheets.numbers import Unreadable, comma_evidence, plain, read_number

SHORT = {"y": "yes", "true": "yes", "n": "no", "false": "no"}
"""What is written for these labels."""
_QUOTES = " \"'`«»‹›„‚"
_AROUND = _QUOTES + "()[]{}.,;:!*_"
_LEAD = re.compile(r"^((option|choice|case|answer|letter|number)(?![a-z])|#)")
_BETWEEN = re.compile(r"(?<=\w)[\s_-]+(?=\w)")
_WHOLE = re.compile(r"\.0*$")
SPREADSHEET_ERROR = re.compile(r"#(NAME|REF|VALUE|NUM|DIV/0|N/A|NULL|ERROR|SPILL)[!?]?", re.IGNORECASE)


def decimal_comma(texts: Sequence[str]) -> bool | None:
    """True where some number's comma can only be a decimal comma and none contradicts it; else None."""
    found = {comma_evidence(text) for text in texts}
    return True if True in found and False not in found else None


def read_cells(part: Part, entries: Sequence[Entry | None], comma: bool | None) -> tuple[Cell, ...]:
    make = _cell
    if part.space is not None:
        read: Callable[[str, int], Cell] = _formula_reader(part.space)
    elif part.kind == "choice":
        read = _chooser(part.labels, part.counted)
    elif part.kind in ("number", "integer"):
        make = _number

        def read(text: str, line: int) -> Cell:
            return Cell(text, read_number(text, decimal_comma=comma), None, "", line)
    else:
        make = _text

        def read(text: str, line: int) -> Cell:
            return Cell(text, None, text, "", line)

    return tuple([BLANK if entry is None else make(entry, read) for entry in entries])


def _number(entry: Entry, read: Callable[[str, int], Cell]) -> Cell:
    text = entry.text
    assert isinstance(text, str)
    number = None if entry.problem else plain(text)
    return _cell(entry, read) if number is None else Cell(text, number, None, "", entry.line)


def _text(entry: Entry, read: Callable[[str, int], Cell]) -> Cell:
    """A text as it was written: a person reads it, and is told what the file's own syntax may have done to it."""
    assert isinstance(entry.text, str)
    return replace(read(entry.text, entry.line), problem=entry.problem)


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


@lru_cache(256)
def _chooser(labels: Sequence[str], counted: bool) -> Callable[[str, int], Cell]:
    """Reads a label, or the number or letter of its place.

    The beginning of a label is not enough: `neg` may begin negligible or negative, and a person sees which at once.
    """
    words = {_word(label): label for label in labels}
    words.update((short, label) for short, label in SHORT.items() if label in labels and short not in words)
    numbers = {value: label for label in labels if (value := _value(label)) is not None}
    places: dict[str, str] = {}
    # Where labels are numbers or letters themselves, a place could be meant for one of them.
    if counted and not numbers:
        places |= {str(place): label for place, label in enumerate(labels, start=1)}
    if not any(len(word) == 1 and word.isalpha() for word in words if word not in SHORT):
        places |= dict(zip(ascii_lowercase, labels, strict=False))

    def known(word: str) -> str | None:
        label = words.get(word) or places.get(word)
        if label is None and (value := _value(word)) is not None:
            label = numbers.get(value) or places.get(_WHOLE.sub("", word))
        return label

    def choose(text: str, line: int) -> Cell:
        word = _word(text)
        label = known(word) or known(_bare(word))
        if label is None:
            shown = f"'{text[:40]}' is none of the choices" if word else "nothing is chosen"
            raise Unreadable(f"{shown}: write one of {', '.join(labels)}")
        return Cell(text, None, label, "", line)

    return choose


def _word(text: str) -> str:
    """A label as it may be typed: in any case, quoted, with _, a hyphen or spaces between its words."""
    typed = keyboard(text[: limits.SHOWN_CHARACTERS]).removeprefix("'").removeprefix("=").strip(_QUOTES)
    return _BETWEEN.sub(" ", typed.casefold())


def _bare(word: str) -> str:
    """Without brackets, a stop or a word before it: `(b)`, `2)`, `B.`, `option b`, `case: 1`."""
    return _LEAD.sub("", word.strip(_AROUND)).strip(_AROUND)


def _value(text: str) -> float | None:
    try:
        return read_number(text).value
    except Unreadable:
        return None
