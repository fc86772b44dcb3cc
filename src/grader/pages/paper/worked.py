"""The steps of a solution on a PDF page: the part, its symbol, formula and value side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from grader.pages.blocks import Value, Worked, Working
from grader.pages.letters.cleaning import clean
from grader.pages.letters.fonts import width as text_width
from grader.pages.markdown import Run
from grader.pages.maths.formula import Formula, formula
from grader.pages.paper.givens import BRACKET, Laid, grid
from grader.pages.paper.pen import Pen
from grader.pages.paper.pieces import Piece
from grader.pages.paper.table import HEADER_FILL, RULE, SMALLER
from grader.pages.paper.text import Line, lines, plain_lines

SIZE, PADDING = 7.8, 3.0
SMALLEST = 5.6
"""Numbers are not set smaller than this to stay beside their formula: they go below it."""
PLAIN_SHARES = (0.13, 0.12, 0.39, 0.36)
KEY_SHARES = (0.125, 0.105, 0.27, 0.18, 0.32)


def worked_pieces(block: Worked, width: float) -> Iterator[Piece]:
    """A row for each step, ruled like a table's, under a header that every page repeats."""
    columns = [share * width for share in (KEY_SHARES if block.beside else PLAIN_SHARES)]
    header = _header(block, columns, width)
    yield replace(header, before=4, with_next=True)
    for step in block.steps:
        yield replace(_row(step, columns, width), head=header)


def _header(block: Worked, columns: Sequence[float], width: float) -> Piece:
    height = SMALLER.head.leading + 2 * PADDING

    def draw(pen: Pen, x: float, top: float) -> None:
        pen.rect(x, top - height, width, height, fill=HEADER_FILL)
        for head, column in zip(block.heads, columns, strict=True):
            pen.text("sans-bold", SMALLER.head.size, x + PADDING, top - height + PADDING + 2.4, clean(head))
            x += column

    return Piece(height, draw)


@dataclass(frozen=True)
class Shape:
    """A step at its size: bracketed numbers or lines of text; `below` its formula where it is too wide for beside.

    `wide`: a text without a formula beside it, which has the room of both.
    """

    name: tuple[Line, ...]
    symbol: Formula
    how: Formula
    numbers: Laid | None
    value: tuple[Line, ...]
    others: tuple[Line, ...]
    below: bool
    wide: bool = False

    @property
    def value_height(self) -> float:
        return self.numbers.height if self.numbers else sum(line.height for line in self.value)

    @property
    def line(self) -> float:
        """The height of the row's first line of cells."""
        tall = max(f.height + f.depth for f in (self.symbol, self.how))
        others = max(sum(line.height for line in cell) for cell in (self.name, self.others))
        return max(tall + 2, others, SMALLER.body.leading, 0 if self.below else self.value_height)

    @property
    def height(self) -> float:
        return self.line + 2 * PADDING + (self.value_height + PADDING if self.below else 0)


def _row(step: Working, columns: Sequence[float], width: float) -> Piece:
    shape = _shape(step, columns, width)
    edges = [sum(columns[:k]) + PADDING for k in range(len(columns))]

    def draw(pen: Pen, x: float, top: float) -> None:
        pen.line(x, top - shape.height, x + width, top - shape.height, color=RULE, width=0.5)
        middle = top - PADDING - shape.line / 2
        _stand(pen, shape.name, x + edges[0], middle)
        for each, edge in zip((shape.symbol, shape.how), edges[1:], strict=False):
            pen.formula(each, x + edge, middle - (each.height - each.depth) / 2)
        _stand(pen, shape.others, x + edges[-1], middle)
        at = edges[2] if shape.below or shape.wide else edges[3]
        if shape.below:
            middle = top - shape.height + PADDING + shape.value_height / 2
        if shape.numbers:
            shape.numbers.draw(pen, x + at - 4, middle)
        else:
            _stand(pen, shape.value, x + at, middle)

    return Piece(shape.height, draw)


def _stand(pen: Pen, cell: Sequence[Line], x: float, middle: float) -> None:
    top = middle + sum(line.height for line in cell) / 2
    for line in cell:
        line.draw(pen, x, top)
        top -= line.height


def _shape(step: Working, columns: Sequence[float], width: float) -> Shape:
    name = plain_lines(step.name, SMALLER.first, columns[0] - 2 * PADDING) if step.name else ()
    room = columns[2] if step.value != "" else columns[2] + columns[3]
    symbol, how = _fitting(step.symbol, columns[1]), _fitting(step.how, room)
    others = _others(step, columns[-1]) if step.others else ()
    if isinstance(step.value, str):
        room = columns[3] if step.how else columns[2] + columns[3]
        value = plain_lines(step.value, SMALLER.body, room - 2 * PADDING)
        return Shape(name, symbol, how, None, value, others, below=False, wide=not step.how)
    numbers = _numbers(step.value, columns[3] - 2 * PADDING)
    below = numbers.size < SMALLEST
    if below:
        numbers = _numbers(step.value, width - columns[0] - columns[1] - 2 * PADDING)
    return Shape(name, symbol, how, numbers, (), others, below)


def _fitting(latex: str, column: float) -> Formula:
    whole = formula(latex or r"\;", SIZE * 1.08)
    room = column - 4 * PADDING
    return whole if whole.width <= room else formula(latex, whole.size * room / whole.width)


def _others(step: Working, column: float) -> tuple[Line, ...]:
    style = replace(SMALLER.body, size=7.0, leading=9.0)
    runs = []
    for name, value in step.others:
        runs += [Run(f"{clean(name)} "), Run(clean(value), bold=True), Run("; ")]
    return lines(runs[:-1], style, column - 2 * PADDING)


def _numbers(value: Value, room: float, size: float = SIZE) -> Laid:
    """The numbers in brackets, smaller where they would not fit."""
    rows = grid(value)
    columns = tuple(max(text_width("serif", n, size) for n in column) for column in zip(*rows, strict=True))
    laid = Laid(formula(r"\;", size), rows, columns, size, bracketed=True)
    if laid.width > room + BRACKET and size > 4:
        return _numbers(value, room, max(size * room / laid.width * 0.97, 4))
    return laid
