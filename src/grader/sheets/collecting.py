"""A sheet's entries put where they belong: every question's parts, every part's cells."""

from __future__ import annotations

from grader.answers import Cell, Problem, Sheet
from grader.sheets.form import Form
from grader.sheets.names import Blank
from grader.sheets.reading import decimal_comma, read_cells

Collected = dict[str, dict[str, tuple[Cell, ...]]]


def collect(sheet: Sheet, questions: Blank) -> tuple[Collected, list[Problem]]:
    """The cells of every part that something was entered for, as many as the part has, and what to tell.

    Whether a comma is a decimal comma is decided once, for the whole sheet.
    """
    form = Form(questions)
    for entry in sheet.entries:
        form.take(entry)
    comma = True if sheet.decimal_comma else decimal_comma(form.numeric_texts())
    answers: Collected = {}
    for question, parts in form.filled.items():
        answers[question] = {name: read_cells(part, entries, comma) for name, (part, entries) in parts.items()}
    return answers, form.problems
