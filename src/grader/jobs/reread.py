"""Answers read again as a person read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from grader.answers import Cell, Entry, Number
from grader.marking import Review, fingerprint
from grader.part import Part
from grader.sheets.collecting import Collected
from grader.sheets.names import Blank
from grader.sheets.reading import read_cells


def reread(answers: Collected, asked: Blank, reviews: Iterable[Review]) -> Collected:
    """The answers, with those that a person read as something else read as that."""
    readings = {(review.question, review.cell, review.text): review.read_as for review in reviews if review.read_as}
    if not readings:
        return answers
    return {
        question: {
            part.name: tuple(
                _as_told(part, cell, readings.get((question, name, fingerprint(cell.text)), ""))
                for name, cell in zip(part.cells, parts[part.name], strict=True)
            )
            for part in asked[question].parts
            if part.name in parts
        }
        for question, parts in answers.items()
    }


def _as_told(part: Part, cell: Cell, text: str) -> Cell:
    if not text:
        return cell
    told, note = read_alone(part, text), f"read as {text} by a person"
    number = told.number and Number(told.number.value, told.number.canonical, note)
    return replace(told, text=cell.text, number=number, line=cell.line)


def read_alone(part: Part, text: str, *, decimal_comma: bool | None = None) -> Cell:
    """What one text reads as, as an entry of the part."""
    return read_cells(part, [Entry("", part.name, text, 0)], decimal_comma)[0]
