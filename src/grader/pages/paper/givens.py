"""Givens on a PDF page: the symbol is a formula, the numbers are text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.drawing import BLUE, INK, PALE
from grader.pages.blocks import Given, Givens, Value
from grader.pages.letters.cleaning import LONGEST_NAME, clean, minus
from grader.pages.letters.fonts import width as text_width
from grader.pages.maths.formula import Formula, formula
from grader.pages.paper.pen import Pen
from grader.pages.paper.pieces import Piece

SIZE, LEADING = 8.8, 11.4
GAP_ITEMS, GAP_ROWS, GAP_COLUMNS = 18.0, 7.0, 8.0
INSET, SLIM_INSET, BRACKET = 7.5, 4.5, 3.6
"""A box of a single line of numbers is slim."""
TALLEST = 500.0
EDGE = "#dce5ee"


def grid(value: Value) -> tuple[tuple[str, ...], ...]:
    """A value as rows of cleaned numbers: a column vector has one number a row."""
    rows = ((value,),) if isinstance(value, str) else tuple((v,) if isinstance(v, str) else v for v in value)
    if len({len(row) for row in rows}) > 1:
        raise ValueError("A matrix has rows of different lengths; give every row the same number of entries")
    return tuple(tuple(minus(clean(number, LONGEST_NAME)) for number in row) for row in rows)


@dataclass(frozen=True)
class Laid:
    """A given at a size: its symbol, its numbers and the widths of their columns."""

    symbol: Formula
    rows: tuple[tuple[str, ...], ...]
    columns: tuple[float, ...]
    size: float
    bracketed: bool

    @property
    def side(self) -> float:
        return BRACKET + 2.0 if self.bracketed else 0.0

    @property
    def width(self) -> float:
        inside = sum(self.columns) + GAP_COLUMNS * (len(self.columns) - 1)
        return self.symbol.width + 4 + inside + 2 * self.side

    @property
    def height(self) -> float:
        return max(len(self.rows) * self.leading + 2, self.symbol.height + self.symbol.depth)

    @property
    def leading(self) -> float:
        return LEADING * self.size / SIZE

    def draw(self, pen: Pen, x: float, middle: float) -> None:
        pen.formula(self.symbol, x, middle - 0.26 * self.size)
        left, half = x + self.symbol.width + 4, len(self.rows) * self.leading / 2
        if self.bracketed:
            bracket(pen, left, middle, half, 1)
            bracket(pen, x + self.width, middle, half, -1)
        for nth, row in enumerate(self.rows):
            right, baseline = left + self.side, middle + half - (nth + 0.5) * self.leading - 0.33 * self.size
            for number, column in zip(row, self.columns, strict=True):
                right += column
                pen.text_right("serif", self.size, right, baseline, number)
                right += GAP_COLUMNS


def bracket(pen: Pen, x: float, middle: float, half: float, inwards: int) -> None:
    """A square bracket's side, `half` high above and below the middle."""
    for y in (middle + half, middle - half):
        pen.line(x, y, x + inwards * BRACKET, y, color=INK, width=0.7)
    pen.line(x, middle + half + 0.35, x, middle - half - 0.35, color=INK, width=0.9)


def _lay(given: Given, room: float, size: float = SIZE) -> Laid:
    rows = grid(given.value)
    columns = tuple(max(text_width("serif", n, size) for n in column) for column in zip(*rows, strict=True))
    symbol = formula(f"{given.symbol} =", size * 1.1)
    laid = Laid(symbol, rows, columns, size, bracketed=not isinstance(given.value, str))
    if laid.width > room and size > 4.5:
        return _lay(given, room, max(size * room / laid.width * 0.97, 4.5))
    return laid


def givens_pieces(block: Givens, width: float) -> Iterator[Piece]:
    """A tinted box; a second one where the givens are too many for one."""
    room = width - 2 * INSET - 4
    rows: list[list[Laid]] = [[]]
    for given in block.items:
        laid = _lay(given, room)
        if rows[-1] and sum(item.width + GAP_ITEMS for item in rows[-1]) + laid.width > room:
            rows.append([])
        rows[-1].append(laid)
    box: list[list[Laid]] = []
    for row in rows:
        if box and _tall([*box, row]) > TALLEST:
            yield _box(box, width)
            box = []
        box.append(row)
    yield _box(box, width)


def _inset(rows: Sequence[Sequence[Laid]]) -> float:
    flat = len(rows) == 1 and all(len(item.rows) == 1 for item in rows[0])
    return SLIM_INSET if flat else INSET


def _tall(rows: Sequence[Sequence[Laid]]) -> float:
    heights = [max((item.height for item in row), default=0.0) for row in rows]
    return sum(heights) + GAP_ROWS * (len(rows) - 1) + 2 * _inset(rows)


def _box(rows: Sequence[Sequence[Laid]], width: float) -> Piece:
    height = _tall(rows)

    def draw(pen: Pen, x: float, top: float) -> None:
        pen.rect(x, top - height, width, height, fill=PALE, stroke=EDGE, radius=4)
        pen.rect(x, top - height, 3, height, fill=BLUE, radius=1.5)
        down = top - _inset(rows)
        for row in rows:
            tall = max((item.height for item in row), default=0.0)
            left = x + INSET + 4
            for item in row:
                item.draw(pen, left, down - tall / 2)
                left += item.width + GAP_ITEMS
            down -= tall + GAP_ROWS

    return Piece(height, draw, before=6)
