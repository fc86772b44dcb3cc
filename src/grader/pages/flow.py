"""Blocks → pieces of a PDF page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from grader.drawing import BLUE, GREY, INK, PALE, Drawing
from grader.pages.blocks import (
    AnswerBoxes,
    Bars,
    Beside,
    Block,
    Facts,
    Formulas,
    Givens,
    Heading,
    Histogram,
    Keep,
    PageBreak,
    Plain,
    Stats,
    Table,
    Text,
)
from grader.pages.charts import bars, histogram
from grader.pages.figure import drawing_pieces
from grader.pages.fonts import width as text_width
from grader.pages.formula import Formula, formula
from grader.pages.givens import EDGE, answer_pieces, givens_pieces
from grader.pages.markdown import DisplayFormula, Paragraph, parse
from grader.pages.pen import Pen
from grader.pages.pieces import Piece, line_pieces, stack, together
from grader.pages.table import table_pieces
from grader.pages.text import (
    BODY,
    LONGEST_NAME,
    MATH_SCALE,
    PLAIN,
    Style,
    clean,
    fitted,
    paragraph_lines,
    plain_lines,
)  # fmt: skip

HEADINGS = {
    1: Style("sans", 12.4, 16.0, INK, bold=True),
    2: Style("sans", 10.4, 14.0, INK, bold=True),
    3: Style("sans", 9.0, 12.4, "#3b4a5a", bold=True),
}
ABOVE_HEADING = {1: 13.0, 2: 10.0, 3: 7.0}
RULE = "#d5dee8"
DISPLAY_SIZE = BODY.size * MATH_SCALE
BULLET = 12.0
GAP_BESIDE = 18.0


def pieces(blocks: Iterable[Block], width: float) -> list[Piece]:
    """ValueError if a formula, wording or table of theirs cannot be drawn."""
    out: list[Piece] = []
    breaks = False
    for block in blocks:
        if isinstance(block, PageBreak):
            breaks = True
        elif made := list(_MAKERS[type(block)](block, width)):
            out += [replace(made[0], breaks=breaks), *made[1:]]
            breaks = False
    return out


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


def _text(block: Text, width: float) -> Iterator[Piece]:
    for parsed in parse(block.markdown):
        if isinstance(parsed, DisplayFormula):
            yield from _formulas(Formulas((parsed.latex,)), width)
        else:
            yield from _paragraph(parsed, width)


def _paragraph(paragraph: Paragraph, width: float) -> Iterator[Piece]:
    if not paragraph.bullet:
        yield from line_pieces(paragraph_lines(paragraph, BODY, width), before=5)
        return
    first, *rest = line_pieces(paragraph_lines(paragraph, BODY, width - BULLET), before=3, indent=BULLET)

    def draw(pen: Pen, x: float, top: float) -> None:
        pen.disc(x + 5, top - BODY.leading * 0.52, 1.5, fill=BLUE)
        first.draw(pen, x, top)

    yield replace(first, draw=draw)
    yield from rest


def _plain(block: Plain, width: float) -> Iterator[Piece]:
    yield from line_pieces(plain_lines(block.text, PLAIN[block.style], width), before=5)


def _formulas(block: Formulas, width: float) -> Iterator[Piece]:
    rows: list[list[Formula]] = [[]]
    for latex in block.latex:
        drawn = _fitting(latex, width)
        if rows[-1] and sum(f.width + 26 for f in rows[-1]) + drawn.width > width:
            rows.append([])
        rows[-1].append(drawn)
    for nth, row in enumerate(rows):
        yield _formula_row(row, width, before=4 if nth else 6)


def _fitting(latex: str, width: float) -> Formula:
    drawn = formula(latex, DISPLAY_SIZE, display=True)
    if drawn.width <= width:
        return drawn
    return formula(latex, DISPLAY_SIZE * width / drawn.width * 0.99, display=True)


def _formula_row(row: list[Formula], width: float, before: float) -> Piece:
    height = max((f.height for f in row), default=0.0)
    depth = max((f.depth for f in row), default=0.0)
    gap = 26.0
    whole = sum(f.width for f in row) + gap * (len(row) - 1)

    def draw(pen: Pen, x: float, top: float) -> None:
        left = x + (width - whole) / 2
        for each in row:
            pen.formula(each, left, top - height)
            left += each.width + gap

    return Piece(height + depth, draw, before)


def _facts(block: Facts, width: float) -> Iterator[Piece]:
    items = [(clean(label, 40), clean(value, LONGEST_NAME)) for label, value in block.items]
    wants = [
        max(text_width("sans", label.upper(), 7), text_width("sans-bold", value, 9.4)) + 22 for label, value in items
    ]
    rooms = shared(wants, width)

    def draw(pen: Pen, x: float, top: float) -> None:
        pen.line(x, top, x + width, top, color=RULE, width=0.7)
        left = x
        for (label, value), room in zip(items, rooms, strict=True):
            pen.text("sans", 7, left, top - 11, fitted(label.upper(), room - 4, 7), color=GREY)
            pen.text("sans-bold", 9.4, left, top - 23, fitted(value, room - 4, 9.4, "sans-bold"))
            left += room

    yield Piece(28, draw, before=6)


def shared(wants: Sequence[float], width: float) -> list[float]:
    """Room for each: the longest give way first.

    >>> shared([300, 60, 40], 200)
    [100.0, 60, 40]
    """
    rooms, left = [0.0] * len(wants), width
    for nth, place in enumerate(sorted(range(len(wants)), key=wants.__getitem__)):
        rooms[place] = min(wants[place], left / (len(wants) - nth))
        left -= rooms[place]
    return rooms


def _stats(block: Stats, width: float) -> Iterator[Piece]:
    per_row = min(len(block.items), 6) or 1
    each = (width - 10 * (per_row - 1)) / per_row
    for start in range(0, len(block.items), per_row):
        yield _cards(block.items[start : start + per_row], each)


def _cards(items: tuple[tuple[str, str, str], ...], each: float) -> Piece:
    def draw(pen: Pen, x: float, top: float) -> None:
        for nth, (label, value, note) in enumerate(items):
            left = x + nth * (each + 10)
            pen.rect(left, top - 50, each, 50, fill=PALE, stroke=EDGE, radius=4)
            room = each - 14
            pen.text("sans", 8, left + 8, top - 13, fitted(clean(label, 60), room), color="#3b4a5a")
            pen.text("sans-bold", 16, left + 8, top - 31, fitted(clean(value, 60), room, 16, "sans-bold"))
            pen.text("sans", 7, left + 8, top - 43, fitted(clean(note, 60), room, 7), color=GREY)

    return Piece(50, draw, before=8)


def _beside(block: Beside, width: float) -> Iterator[Piece]:
    left_width = (width - GAP_BESIDE) * block.share
    left = stack(pieces(block.left, left_width))
    right = stack(pieces(block.right, width - GAP_BESIDE - left_width))

    def draw(pen: Pen, x: float, top: float) -> None:
        left.draw(pen, x, top)
        right.draw(pen, x + left_width + GAP_BESIDE, top)

    yield Piece(max(left.height, right.height), draw, max(left.before, right.before))


_MAKERS: dict[type, Callable[[Any, float], Iterable[Piece]]] = {
    Heading: _heading,
    Text: _text,
    Plain: _plain,
    Formulas: _formulas,
    Givens: givens_pieces,
    Table: table_pieces,
    AnswerBoxes: answer_pieces,
    Bars: lambda block, width: drawing_pieces(bars(block, width), width),
    Histogram: lambda block, width: drawing_pieces(histogram(block, width), width),
    Drawing: drawing_pieces,
    Stats: _stats,
    Facts: _facts,
    Keep: lambda block, width: together(pieces(block.blocks, width)),
    Beside: _beside,
}
