"""A formula as it was typed -> its tokens: numbers, names of the question's symbols, functions, signs."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from grader.expression.names import Names
from grader.expression.typed import on_a_keyboard
from grader.expression.vocabulary import GREEK

LONGEST = 2_000
"""Characters; the longest derivative of the built-in questions, in LaTeX, has some 300."""
MOST_TOKENS = 500
AROUND = 24
"""Characters shown on either side of the place that an error is about."""
COMMANDS = {
    **dict.fromkeys(("cdot", "times", "odot", "circ", "ast", "bullet"), "*"),
    **dict.fromkeys(("div", "slash"), "/"),
    **dict.fromkeys(("lbrace", "{"), "{"),
    **dict.fromkeys(("rbrace", "}"), "}"),
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac"), "frac"),
}
"""LaTeX commands that are signs; functions and Greek letters go by their names."""
UNREAD = {
    "'": "a prime is not read: write derivatives out, and leave transposes out",
    "|": "bars are not read: write abs(…)",
}
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]*|,[0-9]+)?|\.[0-9]+")
_EXPONENT = re.compile(r"[eE][+-]?[0-9]+")
_SILENT = re.compile(r"\s+|\.(?=[*/^])|[.,;]\s*$")  # .* of Matlab, a full stop
_SIGN = re.compile(r"\*\*|[-+*/^()\[\]{}.]")
_SIGNS = {"**": "^", ".": "*"}
_COMMAND = re.compile(r"\\([A-Za-z]+|.|$)", re.DOTALL)
_T = r"\s*(?:T|\\top|\\intercal|[⊤⊺])\s*"
_TRANSPOSED = re.compile(rf"\^(?:\s*\{{{_T}\}}|\s*\({_T}\)|{_T}(?![\d_]))|\.T(?![\w(])|[⊤⊺]")
_LONE = re.compile(r"\sx\s")
_NAMED = re.compile(r"\s*[d∂][\w∂/(){}^ ]*:")
_ENDS_A_FACTOR = re.compile(r"[\w)\]}]")
_ASIDE = re.compile(r"[,;](?![^{(]*[})])|\b(?:where|with|for|if)\b")
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

    def in_a_sentence(self) -> str:
        """The same in one line, with what stands before the place."""
        if self.column is None:
            return self.sentence
        start = max(0, self.column - 1 - AROUND)
        before = "".join(c if c.isprintable() else " " for c in self.text[start : self.column - 1])
        after = f", after “{'…' if start else ''}{before}”" if before.strip() else ""
        return f"{self.sentence} (column {self.column}{after})"


class Token(NamedTuple):
    """`kind`: number, symbol, constant, function, or a sign itself (+ - * / ^ ( ) frac times end).

    `lone`: an x with spaces around it.
    """

    kind: str
    text: str
    column: int
    lone: bool = False


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
        place = self._after_the_name()
        while place < len(self.typed):
            place = self._next(place)
            if len(self.found) > MOST_TOKENS:
                raise FormulaError(f"the formula has more than {MOST_TOKENS} numbers, names and signs")
        end = self.columns[-1] + 1 if self.columns else 1
        return [*self.found, Token("end", "", end)]

    def _after_the_name(self) -> int:
        """Where the formula begins in dE/dW = …, and in a chain a = b = …, of which the last is read."""
        named = _NAMED.match(self.typed)  # dE_dW: …
        start = max(self.typed.rfind("=") + 1, named.end() if named else 0)
        if aside := _ASIDE.search(self.typed, 0, start):
            raise self._error("write the formula alone, and not what its symbols stand for", aside.start())
        return start

    def _next(self, place: int) -> int:
        if silent := _SILENT.match(self.typed, place):
            return silent.end()
        if number := _NUMBER.match(self.typed, place):
            return self._number(number, place)
        if self.typed[place] == "\\":
            return self._command(place)
        transposed = _TRANSPOSED.match(self.typed, place)
        if transposed and "T" not in dict(self.names.written):
            return transposed.end()  # all symbols are single numbers
        if sign := _SIGN.match(self.typed, place):
            self._take(_SIGNS.get(sign[0], sign[0]), sign[0], place)
            return sign.end()
        return self._name(place)

    def _number(self, number: re.Match[str], place: int) -> int:
        """2e-3 is a number, but 2e_1 where e_1 is a symbol, and so is 2e1."""
        if number[0].startswith(".") and place and _ENDS_A_FACTOR.match(self.typed, place - 1):
            raise self._error(f"write 0{number[0]} for a number, and * for times", place)
        exponent = _EXPONENT.match(self.typed, number.end())
        name = self.names.match(self.typed, number.end())
        found = number if exponent is None or (name and name[0] == "symbol") else exponent
        self._take("number", self.typed[place : found.end()].replace(",", "."), place)
        return found.end()

    def _command(self, place: int) -> int:
        found = _COMMAND.match(self.typed, place)
        assert found is not None
        word = found[1]
        if word in COMMANDS:
            self._take(COMMANDS[word], word, place)
            return found.end()
        if word == "sqrt" and self.typed.startswith("[", found.end()):
            raise self._error("write this root as a power: x^(1/3)", place)
        plain = word.removeprefix("var")  # \varepsilon
        name = self.names.match(self.typed, place + 1 + len(word) - len(plain) if plain in GREEK else place + 1)
        if name is not None and name[2] >= found.end():
            return self._known(name, place)
        if plain in GREEK:
            raise self._error(f"there is no symbol '{word}' here", place)
        raise self._error(f"'\\{_shown(word[:20])}' is not read in a formula", place)

    def _name(self, place: int) -> int:
        name = self.names.match(self.typed, place)
        if name is not None:
            return self._known(name, place)
        if self._lone(place):
            self._take("times", "x", place, lone=True)
            return place + 1
        char, word = self.typed[place], _WORD.match(self.typed, place)
        if word is None:
            raise self._error(UNREAD.get(char, f"'{_shown(char)}' is not read in a formula"), place)
        raise self._error(f"there is no symbol '{word[0][:20]}' here", place)

    def _known(self, name: tuple[str, str, int], place: int) -> int:
        """A name that is known; h0 is never h times 0."""
        kind, what, end = name
        follows = self.typed[end : end + 1]
        braced = self.typed[end - 1] in ")}"
        if follows == "_" or (follows.isdigit() and kind != "function" and not braced):
            word = _WORD.match(self.typed, place)
            raise self._error(f"there is no symbol '{word[0][:20] if word else what}' here", place)
        self._take(kind, what, place, lone=self._lone(place))
        return end

    def _lone(self, place: int) -> bool:
        """An x between spaces as they were typed; LaTeX's own spaces do not count."""
        column = self.columns[place]
        return column > 1 and _LONE.match(self.text, column - 2) is not None

    def _take(self, kind: str, text: str, place: int, *, lone: bool = False) -> None:
        self.found.append(Token(kind, text, self.columns[place], lone))

    def _error(self, sentence: str, place: int) -> FormulaError:
        listed = self.names.listed
        known = f"; the symbols are {listed}" if "no symbol" in sentence and listed else ""
        return FormulaError(sentence + known, self.text, self.columns[place])


def _shown(char: str) -> str:
    """A character that can be printed by itself, or its number."""
    alone = all(c.isprintable() and not unicodedata.combining(c) for c in char)
    return char if alone else " ".join(f"U+{ord(c):04X}" for c in char)


def _width(char: str) -> int:
    """Columns of a terminal."""
    if unicodedata.category(char) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
