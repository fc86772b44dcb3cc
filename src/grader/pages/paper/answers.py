"""Boxes to write answers in, on a PDF page: single ones in columns, arrays as rows or bracketed matrices of boxes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import groupby

from grader.drawing import BLUE, GREY
from grader.pages.blocks import AnswerBox, AnswerBoxes, AnswerGrid
from grader.pages.letters.cleaning import LONGEST_NAME, clean
from grader.pages.letters.fonts import width as text_width
from grader.pages.maths.formula import Formula, formula
from grader.pages.paper.givens import BRACKET, bracket
from grader.pages.paper.pen import Pen
from grader.pages.paper.pieces import Piece
from grader.pages.paper.table import BOX_EDGE, BOX_FILL

NAME_SIZE, SYMBOL_SIZE = 8.2, 9.6
HEIGHT, GAP = 18.5, 14.0
LINE, CAPTION = 15.0, 12.0
"""The height of a line written by hand, and of the name above the room for several."""
LEAST_BOX, WIDEST_BOX, MOST_COLUMNS = 46.0, 120.0, 4
CELL, LEAST_CELL, CELL_HEIGHT, CELL_GAP = 42.0, 25.0, 17.0, 3.0
SHORT_SIZE, HINT_SIZE = 5.2, 6.0


@dataclass(frozen=True)
class Caption:
    """What stands before a box or a grid: its name on the sheet, and its symbol."""

    item: AnswerBox | AnswerGrid

    @cached_property
    def name(self) -> str:
        return clean(self.item.name, LONGEST_NAME)

    @cached_property
    def symbol(self) -> Formula | None:
        return formula(self.item.caption, SYMBOL_SIZE) if self.item.symbol else None

    @property
    def hint(self) -> str:
        return clean(self.item.hint, 40) if isinstance(self.item, AnswerBox) else ""

    @cached_property
    def width(self) -> float:
        symbol = self.symbol.width + 7 if self.symbol else 0.0
        return text_width("sans-bold", self.name, NAME_SIZE) + symbol + 5

    @cached_property
    def least_box(self) -> float:
        """Room to write, and for the hint in the box."""
        return max(LEAST_BOX, text_width("sans", self.hint, HINT_SIZE) + 8 if self.hint else 0.0)

    def draw(self, pen: Pen, x: float, baseline: float) -> None:
        pen.text("sans-bold", NAME_SIZE, x, baseline, self.name, color=BLUE)
        if self.symbol:
            pen.formula(self.symbol, x + self.width - 5 - self.symbol.width, baseline)


def answer_pieces(block: AnswerBoxes, width: float) -> Iterator[Piece]:
    """Boxes and grids in their order; neighbours of one kind share rows, room to write in has its own."""
    for kind, group in groupby(block.items, _kind):
        if kind is AnswerGrid:
            yield from _grids([item for item in group if isinstance(item, AnswerGrid)], width)
            continue
        boxes = [item for item in group if isinstance(item, AnswerBox)]
        yield from map(partial(_room, width=width), boxes) if kind == "room" else _boxes(boxes, width)


def _kind(item: AnswerBox | AnswerGrid) -> object:
    return "room" if isinstance(item, AnswerBox) and item.lines else type(item)


def _room(item: AnswerBox, width: float) -> Piece:
    """A box as wide as the page below its name, and so many lines high; one line goes on after the name."""
    caption, height = Caption(item), item.lines * LINE
    if item.lines == 1:
        return _row([caption], [caption.width], width - caption.width, before=4)

    def draw(pen: Pen, x: float, top: float) -> None:
        caption.draw(pen, x, top - NAME_SIZE)
        _box(pen, x, top - CAPTION, width, height)

    return Piece(CAPTION + height, draw, before=5)


def _boxes(items: Sequence[AnswerBox], width: float) -> Iterator[Piece]:
    """As many columns as leave room to write; captions of a column end at one line."""
    captions = [Caption(item) for item in items]
    columns = next(n for n in range(min(MOST_COLUMNS, len(items)), 0, -1) if n == 1 or _fits(captions, n, width))
    labels = [max(caption.width for caption in captions[nth::columns]) for nth in range(columns)]
    room = (width - sum(labels) - GAP * (columns - 1)) / columns
    for start in range(0, len(captions), columns):
        yield _row(
            captions[start : start + columns],
            labels,
            min(max(room, LEAST_BOX / 2), WIDEST_BOX),
            before=4 if start else 5,
        )


def _fits(captions: Sequence[Caption], columns: int, width: float) -> bool:
    labels = sum(max(caption.width for caption in captions[nth::columns]) for nth in range(columns))
    boxes = columns * max(caption.least_box for caption in captions)
    return labels + boxes + GAP * (columns - 1) <= width


def _row(captions: Sequence[Caption], labels: Sequence[float], room: float, before: float) -> Piece:
    def draw(pen: Pen, x: float, top: float) -> None:
        for caption, label in zip(captions, labels, strict=False):
            caption.draw(pen, x + label - caption.width, top - HEIGHT / 2 - 3)
            _box(pen, x + label, top, room, HEIGHT)
            pen.text_right("sans", HINT_SIZE, x + label + room - 4, top - HEIGHT + 3, caption.hint, color=GREY)
            x += label + room + GAP

    return Piece(HEIGHT, draw, before=before)


def _box(pen: Pen, x: float, top: float, width: float, height: float) -> None:
    pen.rect(x, top - height, width, height, fill=BOX_FILL, stroke=BOX_EDGE, line_width=0.7, radius=2.5)


@dataclass(frozen=True)
class Grid:
    """An array of boxes behind its caption, each of `cell` width."""

    item: AnswerGrid
    caption: Caption
    cell: float

    @property
    def side(self) -> float:
        return BRACKET + 2.0 if len(self.item.rows) > 1 else 0.0

    @property
    def width(self) -> float:
        columns = len(self.item.rows[0])
        return self.caption.width + columns * self.cell + (columns - 1) * CELL_GAP + 2 * self.side

    @property
    def height(self) -> float:
        return len(self.item.rows) * (CELL_HEIGHT + CELL_GAP) - CELL_GAP

    def draw(self, pen: Pen, x: float, top: float) -> None:
        middle = top - self.height / 2
        self.caption.draw(pen, x, middle - 3)
        left = x + self.caption.width
        if self.side:
            bracket(pen, left, middle, self.height / 2 + 1.5, 1)
            bracket(pen, x + self.width, middle, self.height / 2 + 1.5, -1)
        for down, row in enumerate(self.item.rows):
            for across, box in enumerate(row):
                start = left + self.side + across * (self.cell + CELL_GAP)
                upper = top - down * (CELL_HEIGHT + CELL_GAP)
                _box(pen, start, upper, self.cell, CELL_HEIGHT)
                pen.text("sans", SHORT_SIZE, start + 2.5, upper - 6.2, clean(box.short or box.name, 40), color=GREY)


def _laid(item: AnswerGrid, width: float) -> Grid:
    """The grid with its boxes as narrow as the line makes them."""
    grid, columns = Grid(item, Caption(item), CELL), len(item.rows[0])
    over = grid.width - width
    return grid if over <= 0 else Grid(item, grid.caption, max(CELL - over / columns, LEAST_CELL))


def _grids(items: Sequence[AnswerGrid], width: float) -> Iterator[Piece]:
    rows: list[list[Grid]] = [[]]
    for item in items:
        grid = _laid(item, width)
        if rows[-1] and sum(each.width + GAP for each in rows[-1]) + grid.width > width:
            rows.append([])
        rows[-1].append(grid)
    yield from (_grid_row(row, before=8 if row[0].side else 4) for row in rows)


def _grid_row(row: Sequence[Grid], before: float) -> Piece:
    height = max(grid.height for grid in row)

    def draw(pen: Pen, x: float, top: float) -> None:
        for grid in row:
            grid.draw(pen, x, top - (height - grid.height) / 2)
            x += grid.width + GAP

    return Piece(height, draw, before=before)
