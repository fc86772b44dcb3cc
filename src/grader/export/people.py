"""Who is meant by a row of another system's file."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

Key = tuple[str, tuple[str, ...]]
"""What a row says, and which of our columns it may stand in."""
WEAK = (("name",), ("moodle_id",))
"""These count only where nothing else does: two people have one name, and Moodle numbers each assignment's anew."""


class Directory:
    """Students by everything that they are known under: {column: what it says}, with `student` as our own id."""

    def __init__(self, people: Iterable[Mapping[str, str]]) -> None:
        self._known: dict[tuple[str, str], set[str]] = {}
        for person in people:
            for column, text in person.items():
                for form in _forms(column, text):
                    self._known.setdefault((column, form), set()).add(person["student"])

    def find(self, keys: Sequence[Key]) -> tuple[str, str]:
        """Our id, or "" and why not. Ids come before names; what is said of two people is nobody's."""
        named: list[str] = []
        for written, columns in keys:
            hits = self._hits(written, columns)
            if columns in WEAK and named:
                continue
            if len(hits) > 1:
                return "", f"'{written}' stands for {len(hits)} students here"
            named += hits
        if len(set(named)) > 1:
            return "", f"this row names two students here: {named[0]} and {next(n for n in named if n != named[0])}"
        return (named[0], "") if named else ("", "nobody here is known by this row's ids or name")

    def _hits(self, written: str, columns: Sequence[str]) -> set[str]:
        for column in columns:
            for form in _forms(column, written):
                hits = self._known.get((column, form))
                if hits:
                    return hits
        return set()


def _forms(column: str, text: str) -> list[str]:
    """As it is, in small letters; a name without order or comma; an id also without the zeros that spreadsheets eat."""
    plain = unicodedata.normalize("NFC", text).casefold().strip()
    if not plain:
        return []
    if column == "name":
        return [" ".join(sorted(plain.replace(",", " ").split()))]
    bare = plain.lstrip("0") if plain.isdecimal() else ""
    return [plain, f"0*{bare}"] if bare else [plain]
