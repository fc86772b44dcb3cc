"""The worked solution of a question: every step's formula and value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from grader.assignment import Question, renamed
from grader.drawing import Math
from grader.pages.blocks import Block, Cell, Table
from grader.work import Step

LONGEST = 12


def shown(value: Any) -> str:
    """A value with six significant digits; arrays row by row.

    >>> shown(np.array([[0.5, 1.0], [2.0, -3.25]])), shown(2)
    ('[[0.5, 1], [2, -3.25]]', '2')
    """
    if isinstance(value, np.ndarray):
        if value.size == 1:
            return shown(value.item())
        rows = [shown(row) if row.ndim == 0 or row.size > 1 else f"[{shown(row)}]" for row in value]
        return f"[{', '.join(rows)}]"
    if isinstance(value, float | np.floating):
        return f"{value + 0.0:.6g}"
    return str(value)


def solution(question: Question, steps: Mapping[str, Step], *, mistakes: bool = False) -> list[Block]:
    """A table of the steps; with `mistakes` the values of the common ones beside them (for the instructor)."""
    symbols = {part.name: part.symbol for part in question.parts}
    rows: list[tuple[Cell, ...]] = []
    for step in steps.values():
        how = renamed(step.how, question.aliases)
        name: Cell = Math(symbols[step.name]) if symbols.get(step.name) else step.name
        row: tuple[Cell, ...] = (name, Math(how) if how else "", shown(step.value))
        if mistakes:
            row = (*row, _mistaken(step))
        rows.append(row)
    header: tuple[Cell, ...] = ("step", "formula", "value")
    if mistakes:
        return [Table((*header, "common mistakes"), tuple(rows), "llll", widths=(0.12, 0.33, 0.2, 0.35), small=True)]
    return [Table(header, tuple(rows), "lll", widths=(0.15, 0.45, 0.4), small=True)]


def _mistaken(step: Step) -> str:
    differing = [
        f"{name} {shown(value)}"
        for name, value in step.mistakes.items()
        if np.size(value) <= LONGEST and shown(value) != shown(step.value)
    ]
    return "; ".join(differing)
