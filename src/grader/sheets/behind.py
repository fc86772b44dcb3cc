"""What stands behind an answer on its line: its meaning, a note, or the rest of the answer itself."""

from __future__ import annotations

import re
from dataclasses import replace

from grader.answers import Entry
from grader.part import Part
from grader.sheets.csv_rows import split

_NO_LETTERS = re.compile(r"[^a-z0-9]+")
_DECIMAL_COMMA = re.compile(r".*[0-9].[0-9].*", re.DOTALL)


def whole(entry: Entry, part: Part, position: int) -> Entry:
    """The entry, with what a separator has cut off put back, and a sentence about it.

    Behind a number may stand a note, unless the two could be one number with a decimal comma.
    """
    assert isinstance(entry.text, str)
    known = part.meanings[position]
    if entry.rest[1:] == known or _alike(entry.rest, known):
        return entry
    behind = entry.rest.removesuffix(known).rstrip(" ,;\t") if known else entry.rest
    comment = entry.rest.lstrip().startswith("#")
    number_cut = part.kind in ("number", "integer") and _joins_digits(entry)
    if part.kind == "text" or (not comment and (number_cut or part.kind == "expression")):
        text = entry.text + behind
        problem = _COMMENT if comment else split(text, entry.rest[0])
        return replace(entry, text=text, problem=problem, rest="")
    return entry


_COMMENT = "YAML takes what comes after # for a comment: write the answer below a |, as on the sheet handed out"


def _joins_digits(entry: Entry) -> bool:
    assert isinstance(entry.text, str)
    return bool(_DECIMAL_COMMA.fullmatch(entry.text[-1:] + entry.rest[:2]))


def _alike(text: str, known: str) -> bool:
    """The same words? Encodings that spreadsheets save in lose or twist signs like ∂."""
    letters = _NO_LETTERS.sub("", known.casefold())
    return _NO_LETTERS.sub("", text.casefold()) == letters if letters else text.lstrip(" \t,;#") == known
