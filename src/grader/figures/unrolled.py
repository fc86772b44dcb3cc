"""Recurrent networks unrolled over their steps: the state goes from left to right, inputs come from below.

Symbols are formulas with the step's number in them; a network that is too long is drawn with its middle left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from grader.drawing import BLUE, GREY, INK, PALE, RED, Dot, Drawing, Label, Line, Math, Rect, Shape

WIDEST, WIDEST_GAP = 250.0, 46.0
FULL = 6
"""A network of so many steps is drawn in full."""
NODE, SYMBOL, WEIGHT, GRADIENT = 10.0, 8.5, 7.5, 7.0
"""The radius of a state; the sizes of formulas."""


def shown_steps(steps: int, needed: Collection[int] = ()) -> list[int | None]:
    """The steps that are drawn, from 0; None where some are left out. One of `needed`, the last, is never left out.

    >>> shown_steps(3), shown_steps(9)
    ([0, 1, 2, 3], [0, 1, 2, None, 8, 9])
    """
    kept = range(1, steps + 1) if steps <= FULL else sorted({1, 2, steps - 1, steps, *sorted(needed)[-1:]})
    found: list[int | None] = [0]
    for before, step in pairwise((0, *kept)):
        found += [step] if step == before + 1 else [None, step]
    return found


def backpropagation(steps: int, losses: Sequence[int], outputs: Sequence[str], errors: Sequence[str]) -> Drawing:
    """H_0 → H_1 → …, an output and an error (LaTeX) above each step of `losses`, the gradient's way back in red."""
    shown = shown_steps(steps, losses)
    gap = min(WIDEST_GAP, (WIDEST - 2 * NODE - 12) / (len(shown) - 1))
    at = [NODE + 1 + gap * k for k in range(len(shown))]
    shapes: list[Shape] = []
    for (before, x1), (step, x2) in pairwise(zip(shown, at, strict=True)):
        shapes += _forwards(x1 + (NODE if before is not None else 6), x2 - (NODE if step is not None else 6))
    for step, x in zip(shown, at, strict=True):
        shapes += _state(step, x)
    for step, output, error in zip(losses, outputs, errors, strict=True):
        if step in shown:
            shapes += _loss(at[shown.index(step)], output, error)
    back = shown.index(max(losses))
    for k in range(back, 1, -1):
        shapes += _backwards(shown[k - 1], shown[k], at[k - 1], at[k])
    return Drawing(at[-1] + NODE + 11, 98.0, tuple(shapes), _words(steps, losses))


MIDDLE, BOTTOM, OUTPUT, ERROR = 53.0, 95.0, 28.0, 8.0
"""The states' middle; the baselines of inputs, outputs and errors."""


def _state(step: int | None, x: float) -> Iterator[Shape]:
    if step is None:
        yield Label(x, MIDDLE + 1, "…", 9, GREY)
        return
    edge, fill = (BLUE, "#e6eef8") if step else (GREY, PALE)
    yield Dot(x, MIDDLE, NODE, fill, edge)
    yield Label(x, MIDDLE + 2.6, Math(f"H_{{{step}}}"), SYMBOL)
    if step:
        yield Line(x, BOTTOM - 8, x, MIDDLE + NODE + 1, INK, 0.7, arrow=True)
        yield Label(x + 2.5, BOTTOM - 13, Math("U"), WEIGHT, BLUE, "start")
        yield Label(x, BOTTOM, Math(f"x_{{{step}}}"), SYMBOL)


def _forwards(start: float, end: float) -> Iterator[Shape]:
    yield Line(start, MIDDLE, end - 1, MIDDLE, INK, 0.7, arrow=True)
    yield Label((start + end) / 2 - 1, MIDDLE - 3.5, Math("W"), WEIGHT, BLUE)


def _loss(x: float, output: str, error: str) -> Iterator[Shape]:
    """From the state through V to the output and its error, and the gradient back."""
    top = MIDDLE - NODE
    yield Line(x, top, x, OUTPUT + 3.5, INK, 0.7, arrow=True)
    yield Label(x - 2.5, top - 3.5, Math("V"), WEIGHT, BLUE, "end")
    yield Label(x, OUTPUT, Math(output), SYMBOL)
    yield Line(x, OUTPUT - 8, x, ERROR + 3.5, INK, 0.7, arrow=True)
    yield Label(x, ERROR, Math(error), SYMBOL)
    yield Line(x + 4.5, OUTPUT + 4, x + 4.5, top + 1, RED, 0.7, dashed=True, arrow=True, bend=3)


def _backwards(before: int | None, step: int | None, x1: float, x2: float) -> Iterator[Shape]:
    """The gradient by the pre-activation of a step, on its way to the step before."""
    number = step if step is not None else (before or 0) + 1
    low = MIDDLE + NODE * 0.8
    yield Line(x2 - 6.5, low, x1 + 6.5, low, RED, 0.7, dashed=True, arrow=True, bend=5)
    yield Label((x1 + x2) / 2 + 2, low + 14, Math(rf"\delta_{{{number}}}"), GRADIENT, RED)


def _words(steps: int, losses: Sequence[int]) -> str:
    at = ", ".join(map(str, losses))
    return (
        f"The network unrolled over {_count(steps)}: each state H gets the state before it through W and its input x "
        f"through U. Through V it gives an output with a loss at step {at}; dashed red arrows lead the gradient δ back."
    )


def _count(steps: int) -> str:
    return f"{steps} step{'' if steps == 1 else 's'}"


CELL, CELL_HEIGHT, ABOVE = 27.0, 34.0, 10.0
"""A cell's sides, and the further room above it where it has an output."""
UPPER, MIDWAY, LOWER = 8.0, 17.0, 26.0
"""How far below a cell's top its states' lines run."""


@dataclass(frozen=True)
class State:
    """A line between cells: the state's symbol, how far below the cells' top it runs, where its symbol stands."""

    symbol: str
    depth: float
    down: float
    color: str = INK


def lstm(steps: int) -> Drawing:
    """Cells in a row, between them the line of the cell state c and that of the hidden state h."""
    words = (
        f"The LSTM unrolled over {_count(steps)}: each cell gets the cell state c and the hidden state h "
        "of the step before and its input x, and hands on its own c and h."
    )
    return _row(steps, "LSTM", (State("c", UPPER, -4.0, BLUE), State("h", LOWER, 8.5)), words)


def gru(steps: int) -> Drawing:
    """Cells in a row, between them the line of the hidden state h."""
    words = (
        f"The GRU unrolled over {_count(steps)}: each cell gets the hidden state h of the step before "
        "and its input x, and hands on its own h."
    )
    return _row(steps, "GRU", (State("h", MIDWAY, -4.0),), words)


def outputs(steps: int) -> Drawing:
    """Cells in a row, between them the line of the hidden state h, above each its output o."""
    words = (
        f"The network unrolled over {_count(steps)}: each cell gets the hidden state h of the step before "
        "and its input x, gives an output o and hands on its own h."
    )
    return _row(steps, "RNN", (State("h", MIDWAY, -4.0),), words, output="o")


def _row(steps: int, name: str, states: Sequence[State], words: str, output: str = "") -> Drawing:
    shown = [step for step in shown_steps(steps) if step != 0]
    gap = min(26.0, (WIDEST - CELL * len(shown)) / (len(shown) + 1))
    top = 15.0 + (ABOVE if output else 0.0)
    shapes: list[Shape] = []
    x, before = 0.0, 0
    for step in shown:
        shapes += _between(states, before, x, x + gap, top)
        x += gap
        shapes += _cell(step, name, x, top, output)
        x, before = x + CELL, step or (steps - 2)
    shapes += _between(states, steps, x, x + gap, top)
    return Drawing(x + gap, top + CELL_HEIGHT + 26.0, tuple(shapes), words)


def _between(states: Sequence[State], step: int, start: float, end: float, top: float) -> Iterator[Shape]:
    for state in states:
        y = top + state.depth
        yield Line(start, y, end - 1, y, INK, 0.7, arrow=True)
        yield Label((start + end) / 2 - 1, y + state.down, Math(f"{state.symbol}_{{{step}}}"), SYMBOL, state.color)


def _cell(step: int | None, name: str, x: float, top: float, output: str) -> Iterator[Shape]:
    middle, bottom = x + CELL / 2, top + CELL_HEIGHT
    if step is None:
        yield Label(middle, top + MIDWAY + 1, "…", 9, GREY)
        return
    yield Rect(x, top, CELL, CELL_HEIGHT, fill="#e6eef8", stroke=BLUE, radius=4)
    yield Label(middle, top + MIDWAY + 2.5, name, 7, BLUE, bold=True)
    yield Line(middle, bottom + 15, middle, bottom + 1, INK, 0.7, arrow=True)
    yield Label(middle, bottom + 23, Math(f"x_{{{step}}}"), SYMBOL)
    if output:
        yield Line(middle, top, middle, top - 11, INK, 0.7, arrow=True)
        yield Label(middle, top - 14, Math(f"{output}_{{{step}}}"), SYMBOL)
