"""Blocks → pieces of a PDF page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from math import inf
from typing import Any

from grader.drawing import BLUE, INK, Drawing
from grader.pages.blocks import (
    AnswerBoxes,
    Around,
    Beside,
    Block,
    Facts,
    Formulas,
    Givens,
    Heading,
    HeatMap,
    Histogram,
    Keep,
    Panel,
    Plain,
    Scatter,
    Stats,
    Table,
    Text,
    Worked,
)
from grader.pages.charts.heatmap import heat_maps
from grader.pages.charts.histogram import histogram
from grader.pages.charts.scatter import scatter
from grader.pages.letters.cleaning import LONGEST_NAME, clean
from grader.pages.letters.fonts import width as text_width
from grader.pages.paper.answers import answer_pieces
from grader.pages.paper.cards import RULE, fact_pieces, panel_pieces, stat_pieces
from grader.pages.paper.figure import drawing_pieces
from grader.pages.paper.givens import givens_pieces
from grader.pages.paper.pen import Pen
from grader.pages.paper.pieces import Piece, stack, together
from grader.pages.paper.prose import formula_pieces, plain_pieces, text_pieces
from grader.pages.paper.table import least_width, table_pieces
from grader.pages.paper.text import Style, plain_lines
from grader.pages.paper.worked import worked_pieces

HEADINGS = {
    1: Style("sans", 12.4, 16.0, INK, bold=True),
    2: Style("sans", 10.4, 14.0, INK, bold=True),
    3: Style("sans", 9.0, 12.4, "#3b4a5a", bold=True),
}
ABOVE_HEADING = {1: 13.0, 2: 9.0, 3: 7.0}
GAP_BESIDE = 18.0
LEAST_BESIDE, STEP_ASIDE = 180.0, 10.0
"""Room that text needs beside a drawing; what reaches this close to its lower end stands beside all of it."""


def pieces(blocks: Iterable[Block], width: float) -> list[Piece]:
    """ValueError if a formula, wording or table of theirs cannot be drawn."""
    return [piece for block in blocks for piece in _MAKERS[type(block)](block, width)]


def _heading(block: Heading, width: float) -> Iterator[Piece]:
    style, text = HEADINGS[block.level], clean(block.text, LONGEST_NAME)
    indent = 27.0 if block.number else 0.0
    note = clean(block.note, 60)
    note_width = text_width("sans-bold", note, 8) + 24 if note else 0.0
    lines = plain_lines(text, style, width - indent - note_width)
    height = sum(line.height for line in lines) + (5 if block.level == 1 else 2)

    def draw(pen: Pen, x: float, top: float) -> None:
        if block.number:
            pen.rect(x, top - 17.5, 19, 18, fill=BLUE, radius=4)
            pen.text_centred("sans-bold", 11, x + 9.5, top - 12.4, clean(block.number, 4), color="#ffffff")
        down = top
        for line in lines:
            line.draw(pen, x + indent, down)
            down -= line.height
        if note:
            _pill(pen, note, x + width, top)
        if block.level == 1:
            pen.line(x + indent, top - height, x + width, top - height, color=RULE, width=0.7)

    yield Piece(height, draw, ABOVE_HEADING[block.level], with_next=True, bookmark=(block.level, text))


def _pill(pen: Pen, note: str, right: float, top: float) -> None:
    wide = text_width("sans-bold", note, 8)
    pen.rect(right - wide - 13, top - 15, wide + 13, 14, fill="#eff5fb", stroke="#c3d2e3", radius=7)
    pen.text("sans-bold", 8, right - wide - 6.5, top - 11, note, color=BLUE)


def _beside(block: Beside, width: float) -> Iterator[Piece]:
    left_width = (width - GAP_BESIDE) * block.share
    left = stack(pieces(block.left, left_width))
    right = stack(pieces(block.right, width - GAP_BESIDE - left_width))

    def draw(pen: Pen, x: float, top: float) -> None:
        left.draw(pen, x, top)
        right.draw(pen, x + left_width + GAP_BESIDE, top)

    yield Piece(max(left.height, right.height), draw, max(left.before, right.before))


def _around(block: Around, width: float) -> Iterator[Piece]:
    """The drawing stands beside those of the blocks that make the whole the least high."""
    figure = stack([*drawing_pieces(block.drawing, block.drawing.width)])
    narrow = width - block.drawing.width - GAP_BESIDE
    units = list(_units(block.blocks))
    wide = [pieces([unit], width) for unit in units]
    if narrow < LEAST_BESIDE or not units:
        yield from (piece for each in wide for piece in each)
        yield figure
        return
    slim = [pieces([unit], narrow) for unit in units]
    depths = [inf if _too_wide(unit, narrow) else _depth(each) for unit, each in zip(units, slim, strict=True)]
    first, after = _best_place([*map(_depth, wide)], depths, figure.height)
    yield from (piece for each in wide[:first] for piece in each)
    yield _side_by_side([piece for each in slim[first:after] for piece in each], figure, narrow + GAP_BESIDE)
    yield from (piece for each in wide[after:] for piece in each)


def _too_wide(unit: Block, width: float) -> bool:
    """A table whose words would break."""
    tables = unit.blocks if isinstance(unit, Keep) else (unit,)
    return any(isinstance(each, Table) and least_width(each) > width for each in tables)


def _best_place(wide: Sequence[float], slim: Sequence[float], figure: float) -> tuple[int, int]:
    """The first unit beside the figure, and the first one after it, by the units' heights on both widths."""
    places = []
    for first in range(len(wide)):
        after = first + 1
        while after < len(wide) and slim[after] < inf and sum(slim[first:after]) < figure - STEP_ASIDE:
            after += 1
        height = sum(wide[:first]) + max(figure, sum(slim[first:after])) + sum(wide[after:])
        places.append((height, -first, after))
    _, first, after = min(places)
    return -first, after


def _side_by_side(beside: Sequence[Piece], figure: Piece, start: float) -> Piece:
    """The figure from `start` on, level with the text's upper edge."""
    text = stack(beside)

    def draw(pen: Pen, x: float, top: float) -> None:
        text.draw(pen, x, top)
        figure.draw(pen, x + start, top)

    return Piece(max(text.height, figure.height), draw, before=text.before)


def _units(blocks: Iterable[Block]) -> Iterator[Block]:
    """Blocks with wording in single paragraphs, so that only as many as needed stand beside a drawing."""
    for block in blocks:
        if isinstance(block, Text):
            yield from (Text(paragraph) for paragraph in block.markdown.split("\n\n"))
        else:
            yield block


def _depth(above: Sequence[Piece]) -> float:
    return sum(piece.before + piece.height for piece in above)


_MAKERS: dict[type, Callable[[Any, float], Iterable[Piece]]] = {
    Heading: _heading,
    Text: text_pieces,
    Plain: plain_pieces,
    Formulas: formula_pieces,
    Givens: givens_pieces,
    Table: table_pieces,
    AnswerBoxes: answer_pieces,
    Histogram: lambda block, width: drawing_pieces(histogram(block, width), width),
    Scatter: lambda block, width: drawing_pieces(scatter(block, width), width),
    HeatMap: lambda block, width: chain.from_iterable(drawing_pieces(d, width) for d in heat_maps(block, width)),
    Drawing: drawing_pieces,
    Stats: stat_pieces,
    Facts: fact_pieces,
    Keep: lambda block, width: together(pieces(block.blocks, width)),
    Beside: _beside,
    Worked: worked_pieces,
    Around: _around,
    Panel: panel_pieces,
}
