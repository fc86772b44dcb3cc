"""Rows that a stray separator has split: which fields belong to the answer, and what to tell the student."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

_HEAD = re.compile(r"['=]?[+\-−–]?[0-9]*")
_TAIL = re.compile(r"[0-9]+(?:[eE][+-]?[0-9]+)?")
_WHOLE_NUMBER = re.compile(r"[+\-−–]?[0-9.]+(?:[eE][+-]?[0-9]+)?")
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab"}


@dataclass(frozen=True)
class Columns:
    """Where the columns stand in a row, and what separates them."""

    question: int
    part: int
    answer: int
    width: int
    delimiter: str
    meaning: int = 0
    """The column of meanings, if it is the last and comes after the answer (else 0)."""

    @cached_property
    def beside(self) -> int:
        """The column after the answer, if it only comments (else 0): a number there is half an answer.

        `lstm,f_1,0,5` has as many fields as the header, and would be read as 0.
        """
        after = self.answer + 1
        return after if after < self.width and after not in (self.question, self.part) else 0


def mended(row: list[str], columns: Columns) -> tuple[str, str, str, str, str]:
    """Question, part, answer of a row that may be split, a sentence where the answer was split, and its rest."""
    row = _part_joined(row, columns)
    row += [""] * (columns.width - len(row))
    taken = _fields_of_the_answer(row, columns)
    shift = taken - 1 if len(row) > columns.width else 0
    question = row[columns.question + (shift if columns.question > columns.answer else 0)]
    part = row[columns.part + (shift if columns.part > columns.answer else 0)]
    fields = [field.strip() for field in row[columns.answer : columns.answer + taken]]
    answer = columns.delimiter.join(fields)
    problem = split(answer, columns.delimiter) if taken > 1 else ""
    return question.strip(), part.strip(), answer, problem, rest(row, columns, taken)


def rest(row: list[str], columns: Columns, taken: int = 1) -> str:
    """What the row holds behind the fields of the answer, from the delimiter on; "" without a column of meanings."""
    if not columns.meaning:
        return ""
    behind = columns.delimiter.join(row[columns.answer + taken :]).rstrip(f" {columns.delimiter}")
    return columns.delimiter + behind if behind else ""


def _part_joined(row: list[str], columns: Columns) -> list[str]:
    """`rnn,dW[1,2],0.5` without quotes: the brackets tell where the name ends."""
    start = columns.part
    if len(row) <= columns.width or "[" not in row[start] or "]" in row[start]:
        return list(row)
    for end in range(start + 1, len(row) - columns.width + start + 1):
        if "]" in row[end]:
            return [*row[:start], columns.delimiter.join(row[start : end + 1]), *row[end + 1 :]]
    return list(row)


def _fields_of_the_answer(row: list[str], columns: Columns) -> int:
    spare = len(row) - columns.width
    first, *others = (field.strip() for field in row[columns.answer :])
    most = max(spare, 1 if columns.beside else 0)
    if _HEAD.fullmatch(first) and (first or spare > 0):
        count = 0
        while count < most and _TAIL.fullmatch(others[count]):
            count += 1
        if count or first:
            return 1 + count
    if spare <= 0 or not any(field.strip() for field in row[columns.width :]):
        return 1
    if first.startswith(("[", "(")):
        return _fields_to_closing_bracket([first, *others[:spare]])
    return 1 if _WHOLE_NUMBER.fullmatch(first) else 1 + spare


def _fields_to_closing_bracket(fields: list[str]) -> int:
    depth = 0
    for count, field in enumerate(fields, start=1):
        depth += field.count("[") + field.count("(") - field.count("]") - field.count(")")
        if depth <= 0:
            return count
    return len(fields)


def split(answer: str, delimiter: str) -> str:
    """What to tell of an answer that the delimiter has split."""
    mark = _NAMES.get(delimiter, f"'{delimiter}'")
    number = re.fullmatch(r"[^,]*[0-9],[0-9]+(?:[eE][+-]?[0-9]+)?", answer)
    advice = f"write {answer.replace(',', '.')}, or put quotes around it" if number else "put quotes around the answer"
    return f"the {mark} in {answer[:40]} split this row: {advice}"
