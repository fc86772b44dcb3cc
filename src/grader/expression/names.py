"""How symbols, functions and constants are written, and which of them stands at a place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from grader.expression.typed import on_a_keyboard
from grader.expression.vocabulary import FUNCTIONS, GREEK

_WORDS: Mapping[str, str] = {
    **{re.sub("([0-9]+)", r"_\1", name): name for name in FUNCTIONS},
    "ln": "log",
    "log_e": "log",
    **dict.fromkeys(("sigmoid", "sig", "logistic", "expit"), "sigma"),
    **dict.fromkeys(("atanh", "arctanh"), "artanh"),
}
SPELLINGS: Mapping[str, str] = {
    **{case(word): name for word, name in _WORDS.items() for case in (str.upper, str.capitalize, str.lower)},
    "√": "sqrt",
}
"""How functions are written: phones begin with a capital, spreadsheets have no small letters."""
_ENGLISH = {letter: name for name, letter in GREEK.items()}


@dataclass(frozen=True)
class Names:
    """A question's symbols: each way of writing one with the name it stands for.

    `of`: symbols that may be written with what they depend on, as S(x), each with that symbol.
    """

    written: tuple[tuple[str, str], ...]
    of: Mapping[str, str] = field(default_factory=dict)

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
        patterns = (_spelled(spelled, r"(?!\w)" if known[spelled][0] == "function" else "") for spelled in longest)
        pattern = "|".join(f"(?P<n{k}>{each})" for k, each in enumerate(patterns))
        return re.compile(pattern), {f"n{k}": known[spelled] for k, spelled in enumerate(longest)}

    @cached_property
    def listed(self) -> str:
        """The symbols as the page spells them."""
        first = {name: spelled for spelled, name in reversed(self.written)}
        return ", ".join(reversed(first.values()))

    def _in_other_case(self) -> Iterable[tuple[str, str]]:
        """h_1 for H_1, Gamma for gamma, where no two symbols differ in nothing but their case."""
        folded: dict[str, set[str]] = {}
        for spelled, name in self.written:
            folded.setdefault(spelled.casefold(), set()).add(name)
        for spelled, name in self.written:
            base = spelled.partition("_")[0]
            if len(folded[spelled.casefold()]) == 1 and (len(base) == 1 or base in GREEK):
                yield spelled[0].swapcase() + spelled[1:], name

    def match(self, text: str, place: int) -> tuple[str, str, int] | None:
        """What stands there (kind, name, end), or None."""
        pattern, groups = self.known
        found = pattern.match(text, place)
        if found is None or found.lastgroup is None:
            return None
        return (*groups[found.lastgroup], found.end())


def _spelled(name: str, after: str = "") -> str:
    """A pattern for a name: h_1 is h_1, h1, h_{1} and h_(1); gamma is γ too. `after`: what may not follow a bare index,
    so that log2x is log(2x).
    """
    base, _, index = re.sub("[{}]", "", on_a_keyboard(name)[0]).partition("_")
    base = _ENGLISH.get(base, base)
    bases = f"(?:{base}|{GREEK[base]})" if base in GREEK else re.escape(base)
    if not index:
        return bases
    inside = r"[\s,]*".join(map(re.escape, index))
    return rf"{bases}(?:{re.escape(index)}{after}|_{re.escape(index)}(?![0-9])|\s?_\s?[{{(]\s*{inside}\s*[)}}])"
