"""An assignment's empty form, and a sheet's entries put into it: one place for every cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from grader.answers import Entry, Problem
from grader.errors import did_you_mean
from grader.part import Part
from grader.sheets import limits
from grader.sheets.arrays import fitted, split_array
from grader.sheets.behind import whole
from grader.sheets.names import WHOLE, Blank, Places, by_fold, folded
from grader.sheets.numbers import Unreadable

_NUMERIC = frozenset({"number", "integer"})
_SEPARATED = re.compile(r"[;\s]")
_MISNAMED = "Correct the name if an answer was meant, and hand the sheet in again."


class Form:
    """What has been entered so far: by question and part the part, and each cell's entry or None."""

    def __init__(self, questions: Blank) -> None:
        self.problems: list[Problem] = []
        self.filled: dict[str, dict[str, tuple[Part, list[Entry | None]]]] = {}
        self._questions = questions
        self._places: dict[str, Places | None] = {**questions}
        self._spread_cells = 0

    def take(self, entry: Entry) -> None:
        text = entry.text
        if not entry.problem and not (text.strip() if isinstance(text, str) else text):
            return
        places = self._places.get(entry.question) or self._question(entry)
        if places is None:
            return
        place = places.exact.get(entry.part) or places.find(entry.part)
        if place is None:
            if self._may_tell():
                self.problems.append(Problem(places.unknown(entry.part), entry.line, _MISNAMED))
            return
        part, position = place
        if part.kind == "text" and not isinstance(text, str):
            entry = replace(entry, text=_lines(text))
            text = entry.text
        if entry.rest and position != WHOLE:
            entry = whole(entry, part, position)
            text = entry.text
        if position == WHOLE or not isinstance(text, str) or (text[:1] == "[" and part.kind in _NUMERIC):
            self._spread(places.question, part, position, entry)
        else:
            self._put(places.question, part, position, entry)

    def numeric_texts(self) -> list[str]:
        """All that was entered as numbers and may have a decimal comma."""
        return [
            entry.text[: limits.SHOWN_CHARACTERS]
            for parts in self.filled.values()
            for part, entries in parts.values()
            if part.kind in _NUMERIC
            for entry in entries
            if entry is not None and isinstance(entry.text, str) and ("," in entry.text or not entry.text.isascii())
        ]

    def _question(self, entry: Entry) -> Places | None:
        """The question's places; None, with a problem the first time, if there is no such question."""
        written = entry.question
        if written in self._places:
            return self._places[written]
        name = written if written in self._questions else by_fold(self._questions).get(folded(written))
        if name is None:
            self._places[written] = None
            if self._may_tell():
                hint = did_you_mean(written[:60], self._questions)
                message = f"'{written[:60]}' is not a question here. {hint}"
                self.problems.append(Problem(message, entry.line, _MISNAMED))
            return None
        self._places[written] = self._questions[name]
        return self._questions[name]

    def _put(self, question: str, part: Part, position: int, entry: Entry) -> None:
        parts = self.filled.setdefault(question, {})
        if part.name not in parts:
            parts[part.name] = part, [None] * part.size
        entries = parts[part.name][1]
        earlier = entries[position]
        if earlier is None:
            entries[position] = entry
            return
        twice = f"answered twice, in lines {earlier.line} and {entry.line}"
        if earlier.text != entry.text:
            problem = f"{twice}: {earlier.text} and {entry.text}"
            entries[position] = replace(earlier, problem=problem[: limits.SHOWN_CHARACTERS])
        elif self._may_tell():
            message = f"{part.cells[position]} is {twice}, with the same text."
            self.problems.append(Problem(message, entry.line, "Leave one of them out."))

    def _spread(self, question: str, part: Part, position: int, entry: Entry) -> None:
        """Put a list: an array's cells one by one, or a list's only entry where one value is asked for."""
        shape = part.shape if position == WHOLE else ()
        formulas = part.kind == "expression"
        self._spread_cells += part.size
        if self._spread_cells > limits.SPREAD_CELLS:
            if self._may_tell():
                message = "The sheet answers whole arrays too many times; this one was not read."
                self.problems.append(Problem(message, entry.line, "Answer each part once."))
            return
        for offset, each in _cells(entry, shape, part.size if position == WHOLE else 1, formulas=formulas):
            self._put(question, part, max(position, 0) + offset, each)

    def _may_tell(self) -> bool:
        return len(self.problems) < limits.PROBLEMS


def _lines(texts: Sequence[object]) -> str:
    """A text that was written as a list, an item a line."""
    return "\n".join(_lines(text) if isinstance(text, list) else str(text) for text in texts)


def _cells(entry: Entry, shape: tuple[int, ...], size: int, *, formulas: bool) -> Iterator[tuple[int, Entry]]:
    """The entries of a list by position; if it does not fit, its text and the problem in all of them."""
    problem = entry.problem
    if not problem:
        try:
            texts = fitted(_listed(entry.text, formulas=formulas), shape)
        except Unreadable as error:
            problem = str(error)
    if problem:
        texts = [_shown(entry.text)[: limits.SHOWN_CHARACTERS]] * size
    for position, text in enumerate(texts):
        if text:
            yield position, Entry(entry.question, entry.part, text, entry.line, problem)


def _listed(text: str | list[object], *, formulas: bool) -> list[object]:
    if isinstance(text, list):
        return text
    text = text.strip()
    if formulas:
        return split_array(text, formulas=True) if text.startswith("[") else [text]
    if text.startswith(("[", "(")):
        return split_array(text)
    # Without brackets `1,5` may be one number: only spaces and semicolons tell that it is a list.
    return split_array(f"[{text}]") if _SEPARATED.search(text) else [text]


def _shown(text: object) -> str:
    return f"[{', '.join(map(_shown, text))}]" if isinstance(text, list) else str(text)
