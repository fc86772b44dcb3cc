"""A formula in the characters of a keyboard: what phones, formula editors and LaTeX make of it, undone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby

from grader.keyboard import typed_char

SIGNS = {
    **dict.fromkeys("⊙∘⊗⨀\u2062", "*"),  # U+2062 and U+2064: the invisible signs of formula editors
    **dict.fromkeys("ˆ↑", "^"),
    "\u2064": "+",
    "〖": "(",
    "〗": ")",
    "≈": "=",
}
HAT = "\u0302"
RUNS = {"<super>": ("^(", ")"), "<sub>": ("_{", "}")}
"""What raised and lowered characters come to."""
_DRESS = r"\\(?:mathrm|mathit|mathbf|mathsf|text|textrm|operatorname|boldsymbol|bm|hat|widehat)(?![A-Za-z])\s*"
_DRESSED = re.compile(_DRESS + r"\{((?:[^{}]|\{[^{}]*\})*+)\}")
_UNSEEN = re.compile(
    r"\\(?:[,;:! ()\[\]]|(?:left|right|quad|qquad|displaystyle|textstyle|limits|[bB]igg?[lr]?)(?![A-Za-z]))"
    rf"|[$~]|{_DRESS}|\b(?:np|numpy|math|torch)\.(?=[a-z])"
)
_SHORT_FRACTION = re.compile(r"(\\[dtc]?frac)\s*([0-9])\s*([0-9])")
_INDEX_LAST = re.compile(r"(\^(?:[0-9]|\{[0-9]\}|\([0-9]\)))(_(?:\w|\{[^{}]*\}))")
_RAISED_ON = re.compile(r"\^(\w)\^\(([-+][^()]*)\)")
_STEPS: tuple[tuple[re.Pattern[str], tuple[int | str, ...]], ...] = (
    (_DRESSED, (1,)),
    (_DRESSED, (1,)),  # dressed inside the dressed: \mathbf{W_{\text{hy}}}
    (_UNSEEN, (" ",)),
    (_SHORT_FRACTION, (1, " ", 2, " ", 3, " ")),  # \frac12
    (_INDEX_LAST, (2, 1)),  # h^2_1
    (_RAISED_ON, ("^", "(", 1, 2, ")")),  # ^γ⁻¹
)
"""What is replaced, and by what: its groups, and spaces."""


def on_a_keyboard(text: str) -> tuple[str, list[int]]:
    """The formula in the characters of a keyboard, and for each the column (from 1 on) that it comes from."""
    if text.isascii():
        line, columns = text, list(range(1, len(text) + 1))
    else:
        placed = list(_runs(text))
        line, columns = "".join(char for char, _ in placed), [column for _, column in placed]
    for pattern, pieces in _STEPS:
        line, columns = _replaced(pattern, pieces, line, columns)
    return line, columns


def _runs(text: str) -> Iterator[tuple[str, int]]:
    """Each character as it is typed; raised and lowered ones that stand together in brackets of their own."""
    for height, run in groupby(enumerate(text, start=1), key=lambda placed: _height(placed[1])):
        placed = [(plain, column) for column, char in run for plain in _plain(char)]
        if height in RUNS and placed:
            opened, closed = RUNS[height]
            placed = [*((sign, placed[0][1]) for sign in opened), *placed, (closed, placed[-1][1])]
        yield from placed


@lru_cache(4096)
def _height(char: str) -> str:
    return "" if char.isascii() else unicodedata.decomposition(char).partition(" ")[0]


@lru_cache(4096)
def _plain(char: str) -> str:
    """A character as it is typed.

    >>> _plain("𝜎"), _plain("−"), _plain("½"), _plain("ᵧ")
    ('σ', '-', ' 0.5 ', 'y')
    """
    if char.isascii() or char in SIGNS:
        return SIGNS.get(char, char)
    if char == "ᵧ":
        return "y"  # there is no lowered y
    apart = unicodedata.normalize("NFD", char)
    if apart.endswith(HAT):
        return apart.removesuffix(HAT)  # ŷ
    letters = unicodedata.normalize("NFKC", char)
    match _height(char):
        case "<fraction>" if not letters.endswith("⁄"):
            return f" {unicodedata.numeric(char)!r} "  # spaces, so that 1½ is not 10.5
        case "<super>" | "<sub>":
            return "".join(map(typed_char, letters))
    typed = typed_char(char)
    return SIGNS.get(typed, typed) if typed != char else letters


def _replaced(
    pattern: re.Pattern[str],
    pieces: Iterable[int | str],
    line: str,
    columns: list[int],
) -> tuple[str, list[int]]:
    """The line with each match replaced by the pieces; columns go along."""
    out: list[str] = []
    kept: list[int] = []
    start = 0
    for match in pattern.finditer(line):
        out.append(line[start : match.start()])
        kept += columns[start : match.start()]
        for piece in pieces:
            if isinstance(piece, str):
                out.append(piece)
                kept.append(columns[match.start()])
            else:
                out.append(match[piece])
                kept += columns[match.start(piece) : match.end(piece)]
        start = match.end()
    return "".join(out) + line[start:], kept + columns[start:]
