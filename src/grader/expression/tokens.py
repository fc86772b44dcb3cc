"""A formula as it was typed -> its tokens: numbers, names of the question's symbols, functions, signs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from grader.expression.typed import on_a_keyboard
from grader.expression.vocabulary import FUNCTIONS, GREEK

LONGEST = 2_000
"""Characters; the longest derivative of the built-in questions, in LaTeX, has some 300."""
MOST_TOKENS = 800
AROUND = 24
"""Characters shown on either side of the place that an error is about."""
SPELLINGS: Mapping[str, str] = {
    **{name: name for name in FUNCTIONS},
    **dict.fromkeys(("ln", "Log", "Ln"), "log"),
    **dict.fromkeys(("sigmoid", "logistic", "expit", "σ"), "sigma"),
    **dict.fromkeys(("atanh", "arctanh"), "artanh"),
    **dict.fromkeys(("√", "Sqrt"), "sqrt"),
    **{name.capitalize(): name for name in ("exp", "tanh", "sigma")},
}
"""How functions are written."""
COMMANDS = {
    **dict.fromkeys(("cdot", "times", "odot", "circ", "ast", "bullet"), "*"),
    **dict.fromkeys(("div", "slash"), "/"),
    **dict.fromkeys(("lbrace", "{"), "{"),
    **dict.fromkeys(("rbrace", "}"), "}"),
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac"), "frac"),
}
"""LaTeX commands that are signs; functions and Greek letters go by their names."""
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*|,[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_COMMAND = re.compile(r"\\([A-Za-z]+|[{}]|.|$)")
_TRANSPOSED = re.compile(r"\^\s*\{?\s*(?:T|\\top|\\intercal|⊤)\s*\}?(?![\w({])")
_WORD = re.compile(r"[^\W\d_]+(?:_?\{?\w+\}?)?")


class FormulaError(ValueError):
    """A text that is no formula: a sentence for its writer, and the place (from 1 on) that it is about."""

    def __init__(self, sentence: str, text: str = "", column: int | None = None) -> None:
        self.sentence, self.text, self.column = sentence, text, column
        super().__init__(self.pointed())

    def pointed(self) -> str:
        """The sentence, and where there is a place the line with a caret below it."""
        if self.column is None:
            return self.sentence
        start = max(0, self.column - 1 - AROUND)
        line = "".join(c if c.isprintable() else " " for c in self.text[start : self.column - 1 + AROUND])
        caret = "".join(" " * _width(c) for c in line[: self.column - 1 - start])
        return f"{self.sentence} (column {self.column})\n{line}\n{caret}^"


class Token(NamedTuple):
    """`kind`: number, symbol, constant, function, or a sign itself (+ - * / ^ ( ) frac end)."""

    kind: str
    text: str
    column: int


@dataclass(frozen=True)
class Names:
    """A question's symbols: each way of writing one with the name it stands for."""

    written: tuple[tuple[str, str], ...]

    @cached_property
    def known(self) -> tuple[re.Pattern[str], Mapping[str, tuple[str, str]]]:
        """A pattern for the longest name at a place, and for each of its groups what it is.

        Symbols come before functions and constants of the same spelling: what is listed on the page is meant.
        """
        known: dict[str, tuple[str, str]] = {spelled: ("function", name) for spelled, name in SPELLINGS.items()}
        known |= {"e": ("constant", "e"), "pi": ("constant", "pi"), "π": ("constant", "pi")}
        known |= {spelled: ("symbol", name) for spelled, name in self.written}
        known = {spelled: ("symbol", name) for spelled, name in self._in_other_case()} | known
        longest = sorted(known, key=lambda spelled: -len(spelled.replace("_", "")))
        pattern = "|".join(f"(?P<n{k}>{_spelled(spelled)})" for k, spelled in enumerate(longest))
        return re.compile(pattern), {f"n{k}": known[spelled] for k, spelled in enumerate(longest)}

    def _in_other_case(self) -> Iterable[tuple[str, str]]:
        """h_1 for H_1, where no two symbols differ in nothing but their case."""
        folded: dict[str, set[str]] = {}
        for spelled, name in self.written:
            folded.setdefault(spelled.casefold(), set()).add(name)
        for spelled, name in self.written:
            other = spelled.swapcase()
            if len(folded[spelled.casefold()]) == 1 and len(spelled.partition("_")[0]) == 1:
                yield other[0] + spelled[1:], name

    def match(self, text: str, place: int) -> tuple[str, str, int] | None:
        """What stands there (kind, name, end), or None."""
        pattern, groups = self.known
        found = pattern.match(text, place)
        if found is None or found.lastgroup is None:
            return None
        return (*groups[found.lastgroup], found.end())


def tokens(text: str, names: Names) -> list[Token]:
    """The tokens of a formula, of what follows its last `=`. FormulaError: what cannot be read, and where."""
    if len(text) > LONGEST:
        raise FormulaError(f"the formula has {len(text)} characters; at most {LONGEST} are read")
    return _Scanner(text, names).run()


class _Scanner:
    def __init__(self, text: str, names: Names) -> None:
        self.text, self.names = text, names
        self.typed, self.columns = on_a_keyboard(text)
        self.found: list[Token] = []

    def run(self) -> list[Token]:
        place = self.typed.rfind("=") + 1
        while place < len(self.typed):
            place = self._next(place)
            if len(self.found) > MOST_TOKENS:
                raise FormulaError(f"the formula has more than {MOST_TOKENS} numbers, names and signs")
        end = self.columns[-1] + 1 if self.columns else 1
        return [*self.found, Token("end", "", end)]

    def _next(self, place: int) -> int:
        char = self.typed[place]
        if char.isspace():
            return place + 1
        if number := _NUMBER.match(self.typed, place):
            self._take("number", number[0].replace(",", "."), place)
            return number.end()
        if char == "\\":
            return self._command(place)
        if _TRANSPOSED.match(self.typed, place) and "T" not in dict(self.names.written):
            raise self._error("leave out the transpose: all symbols are single numbers", place)
        if self.typed.startswith("**", place):
            self._take("^", "^", place)
            return place + 2
        if char in "+-*/^()[]{}":
            self._take(char, char, place)
            return place + 1
        return self._name(place)

    def _command(self, place: int) -> int:
        found = _COMMAND.match(self.typed, place)
        assert found is not None
        word = found[1]
        if word in COMMANDS:
            self._take(COMMANDS[word], word, place)
            return found.end()
        name = self.names.match(self.typed, place + 1)
        if name is not None and name[2] >= found.end():
            return self._known(name, place)
        if word in GREEK or word.removeprefix("var") in GREEK:
            raise self._error(f"there is no symbol '{word}' here", place)
        raise self._error(f"'\\{word[:20]}' is not read in a formula", place)

    def _name(self, place: int) -> int:
        name = self.names.match(self.typed, place)
        if name is not None:
            return self._known(name, place)
        char, word = self.typed[place], _WORD.match(self.typed, place)
        if char == "'":
            raise self._error("a prime is not read: write derivatives out, and leave transposes out", place)
        if word is None:
            raise self._error(f"'{char}' is not read in a formula", place)
        raise self._error(f"there is no symbol '{word[0][:20]}' here", place)

    def _known(self, name: tuple[str, str, int], place: int) -> int:
        """A name that is known; h0 is never h times 0."""
        kind, what, end = name
        follows = self.typed[end : end + 1]
        if follows == "_" or (follows.isdigit() and kind != "function"):
            word = _WORD.match(self.typed, place)
            raise self._error(f"there is no symbol '{word[0][:20] if word else what}' here", place)
        self._take(kind, what, place)
        return end

    def _take(self, kind: str, text: str, place: int) -> None:
        self.found.append(Token(kind, text, self.columns[place]))

    def _error(self, sentence: str, place: int) -> FormulaError:
        listed = list(dict.fromkeys(name for name, _ in self.names.written))
        known = f"; the symbols are {', '.join(listed)}" if "no symbol" in sentence and listed else ""
        return FormulaError(sentence + known, self.text, self.columns[place])


def _spelled(name: str) -> str:
    """A pattern for a name: h_1 is h_1, h1 and h_{1}; gamma is γ too."""
    base, _, index = name.partition("_")
    bases = f"(?:{base}|{GREEK[base]})" if base in GREEK else re.escape(base)
    if not index:
        return bases
    inside = r"\s*".join(map(re.escape, index))
    return rf"{bases}(?:_?{re.escape(index)}|\s?_\s?\{{\s*{inside}\s*\}})"


def _width(char: str) -> int:
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
