"""From the names that a student wrote to the parts that were asked for, however they were spelled."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from grader.errors import did_you_mean
from grader.part import Part

WHOLE = -1
"""The position of an array that is answered as a whole."""

_INDEXED = re.compile(r"(?P<name>.+)\[(?P<index>-?[0-9]+(?:,-?[0-9]+)*)\]")


def folded(name: str) -> str:
    """The name without what hands and keyboards vary: case, spaces, accents, `[1][2]` for `[1,2]`."""
    return "".join(unicodedata.normalize("NFC", name).split()).casefold().replace("][", ",")


def by_fold(names: Iterable[str]) -> dict[str, str]:
    """Folded name -> name, for those that folding does not confuse."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(folded(name), []).append(name)
    return {fold: same[0] for fold, same in found.items() if len(same) == 1}


Blank = Mapping[str, "Places"]
"""An assignment's empty form: the places of each question."""


def blank(questions: Mapping[str, Sequence[Part]]) -> Blank:
    return {question: Places(question, parts) for question, parts in questions.items()}


class Places:
    """Where the names of one question lead: to a part, and to the position among its cells."""

    def __init__(self, question: str, parts: Sequence[Part]) -> None:
        self.question = question
        self.parts = parts
        self.exact: dict[str, tuple[Part, int]] = {}
        for part in parts:
            if part.size > 1:
                self.exact[part.name] = part, WHOLE
            for position, cell in enumerate(part.cells):
                self.exact[cell] = part, position
        self._by_fold: dict[str, str] | None = None

    def find(self, name: str) -> tuple[Part, int] | None:
        """The part and position that the name is for, if it is for any."""
        if (place := self._alike(name)) is not None:
            return place
        match = _INDEXED.fullmatch(folded(name))
        base = self._alike(match["name"]) if match else None
        if match and base and base[0].size == 1 and set(match["index"].split(",")) == {"1"}:
            return base[0], 0
        return None

    def unknown(self, name: str) -> str:
        """A sentence about a name that was not found."""
        match = _INDEXED.fullmatch(folded(name))
        base = self._alike(match["name"]) if match else None
        if base is None:
            known = did_you_mean(name[:60], [part.name for part in self.parts])
            return f"'{name[:60]}' is not a part of {self.question}. {known}"
        part, _ = base
        entries = f"{' × '.join(map(str, part.shape))} entries, counted from 1" if part.size > 1 else "one entry"
        return f"'{name[:60]}' is outside {part.name}, which has {entries}."

    def _alike(self, name: str) -> tuple[Part, int] | None:
        if name in self.exact:
            return self.exact[name]
        if self._by_fold is None:
            self._by_fold = by_fold(self.exact)
        alike = self._by_fold.get(folded(name))
        return None if alike is None else self.exact[alike]
