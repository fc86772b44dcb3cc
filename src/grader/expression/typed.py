"""A formula in the characters of a keyboard: what phones, formula editors and LaTeX make of it, undone."""

from __future__ import annotations

import re
import unicodedata

from grader.keyboard import RAISED, typed_char

SIGNS = {"⊙": "*", "∘": "*", "⊗": "*", "⨀": "*", "ˆ": "^", "↑": "^", "≈": "="}
_UNSEEN = re.compile(
    r"\\(?:[,;:! ()\[\]]|(?:left|right|quad|qquad|displaystyle|textstyle|limits|[bB]igg?[lr]?)(?![A-Za-z]))|\$"
)
_DRESSED = re.compile(r"\\(?:mathrm|mathit|mathbf|mathsf|text|textrm|operatorname|boldsymbol|bm)\s*\{([^{}]*)\}")
_SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"
_LOWERED = str.maketrans(_SUBSCRIPTS, "0123456789aehijklmnoprstuvx")
_LOW = re.compile(f"[{_SUBSCRIPTS}]+")
_HIGH = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+")


def on_a_keyboard(text: str) -> tuple[str, list[int]]:
    """The formula in the characters of a keyboard, and for each the column (from 1 on) that it comes from."""
    typed: list[str] = []
    columns: list[int] = []
    if text.isascii():
        typed, columns = list(text), list(range(1, len(text) + 1))
    else:
        for column, char in enumerate(text, start=1):
            for plain in _plain(char):
                typed.append(plain)
                columns.append(column)
    line = "".join(typed)
    for pattern, left in ((_DRESSED, r"\1"), (_UNSEEN, " ")):
        line, columns = _replaced(pattern, left, line, columns)
    for pattern, opened, table in ((_HIGH, "^(", RAISED), (_LOW, "_{", _LOWERED)):
        closed = ")" if opened == "^(" else "}"
        line, columns = _bracketed(pattern, (opened, closed), table, line, columns)
    return line, columns


def _plain(char: str) -> str:
    if char in SIGNS:
        return SIGNS[char]
    if _HIGH.match(char) or _LOW.match(char):
        return char
    typed = typed_char(char)
    if "/" in typed and len(typed) > 1:
        return f"({typed.strip()})"  # ½
    if typed == char and not char.isascii():
        return unicodedata.normalize("NFKC", char)  # 𝑥, 𝜎, the letters of formula editors
    return typed


def _replaced(pattern: re.Pattern[str], left: str, line: str, columns: list[int]) -> tuple[str, list[int]]:
    """The line with each match replaced by its group, or by a space; columns go along."""
    if "\\" not in line and "$" not in line:
        return line, columns
    out, kept, start = [], [], 0
    for match in pattern.finditer(line):
        out.append(line[start : match.start()])
        kept += columns[start : match.start()]
        if left == " ":
            out.append(" ")
            kept.append(columns[match.start()])
        else:
            out.append(match[1])
            kept += columns[match.start(1) : match.end(1)]
        start = match.end()
    return "".join(out) + line[start:], kept + columns[start:]


def _bracketed(
    pattern: re.Pattern[str],
    brackets: tuple[str, str],
    table: dict[int, int],
    line: str,
    columns: list[int],
) -> tuple[str, list[int]]:
    """Raised and lowered characters as exponents and indices."""
    if line.isascii():
        return line, columns
    out, kept, start = [], [], 0
    for match in pattern.finditer(line):
        inside = brackets[0] + match[0].translate(table) + brackets[1]
        out += [line[start : match.start()], inside]
        kept += columns[start : match.start()] + [columns[match.start()]] * len(inside)
        start = match.end()
    return "".join(out) + line[start:], kept + columns[start:]
