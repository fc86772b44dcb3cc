"""Wording, plain text and display formulas → pieces of a PDF page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from grader.drawing import BLUE
from grader.pages.blocks import Formulas, Plain, Text
from grader.pages.markdown import DisplayFormula, Paragraph, parse
from grader.pages.maths.formula import Formula, formula
from grader.pages.paper.pen import Pen
from grader.pages.paper.pieces import Piece, line_pieces
from grader.pages.paper.text import BODY, MATH_SCALE, PLAIN, paragraph_lines, plain_lines

DISPLAY_SIZE = BODY.size * MATH_SCALE
BULLET = 12.0
APART, SMALLER = 26.0, 0.84
"""Room between formulas, and the least size, as a share, that formulas shrink to for the sake of a line."""


def text_pieces(block: Text, width: float) -> Iterator[Piece]:
    for parsed in parse(block.markdown):
        if isinstance(parsed, DisplayFormula):
            yield from formula_pieces(Formulas(parsed.separate), width)
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


def plain_pieces(block: Plain, width: float) -> Iterator[Piece]:
    yield from line_pieces(plain_lines(block.text, PLAIN[block.style], width), before=4)


def formula_pieces(block: Formulas, width: float) -> Iterator[Piece]:
    """Side by side, a little smaller if that spares a line; a formula that is wider than the line shrinks to it."""
    whole = [formula(latex, DISPLAY_SIZE, display=True) for latex in block.latex]
    wanted = sum(each.width for each in whole) + APART * (len(whole) - 1)
    scale = 0.99 * width / wanted if SMALLER * wanted < width < wanted else 1.0
    rows: list[list[Formula]] = [[]]
    for each in whole:
        drawn = _resized(each, min(scale, 0.99 * width / each.width))
        if rows[-1] and sum(f.width + APART * scale for f in rows[-1]) + drawn.width > width:
            rows.append([])
        rows[-1].append(drawn)
    for nth, row in enumerate(rows):
        yield _formula_row(row, width, APART * scale, before=4 if nth else 6)


def _resized(drawn: Formula, scale: float) -> Formula:
    return drawn if scale >= 1 else formula(drawn.latex, drawn.size * scale, display=True)


def _formula_row(row: list[Formula], width: float, gap: float, before: float) -> Piece:
    height = max((f.height for f in row), default=0.0)
    depth = max((f.depth for f in row), default=0.0)
    whole = sum(f.width for f in row) + gap * (len(row) - 1)

    def draw(pen: Pen, x: float, top: float) -> None:
        left = x + (width - whole) / 2
        for each in row:
            pen.formula(each, left, top - height)
            left += each.width + gap

    return Piece(height + depth, draw, before)
