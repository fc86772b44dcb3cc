"""Drawings on a PDF page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from grader.drawing import INK, Dot, Drawing, Label, Line, Math, Rect
from grader.pages.letters.cleaning import LONGEST_NAME, clean
from grader.pages.letters.fonts import width as text_width
from grader.pages.maths.formula import formula
from grader.pages.paper.pen import Pen
from grader.pages.paper.pieces import Piece, line_pieces
from grader.pages.paper.text import Style, plain_lines
from grader.pages.strokes import HATCH, arrow_head, control, hatching

TITLE = Style("sans", 10.0, 13.0, INK, bold=True)


def drawing_pieces(drawing: Drawing, width: float) -> Iterator[Piece]:
    if drawing.title:
        title = plain_lines(drawing.title, TITLE, width, LONGEST_NAME)
        yield from line_pieces(title, before=8, with_next=True)
    shift = 0.0 if drawing.title else max(width - drawing.width, 0.0) / 2

    def draw(pen: Pen, x: float, top: float) -> None:
        for shape in drawing.shapes:
            _SHAPES[type(shape)](pen, shape, x + shift, top)

    yield Piece(drawing.height, draw, before=5)


def _draw_line(pen: Pen, shape: Line, x: float, top: float) -> None:
    x1, y1, x2, y2 = x + shape.x1, top - shape.y1, x + shape.x2, top - shape.y2
    over, down = control(shape)
    if shape.arrow and (tips := arrow_head(x + over, top - down, x2, y2)):
        pen.polygon(tips, fill=shape.color)
    if shape.bend:
        ends = (x1, y1, x2, y2)
        pen.curve(ends, (x + over, top - down), color=shape.color, width=shape.width, dashed=shape.dashed)
    else:
        pen.line(x1, y1, x2, y2, color=shape.color, width=shape.width, dashed=shape.dashed)


def _draw_rect(pen: Pen, shape: Rect, x: float, top: float) -> None:
    left, low = x + shape.x, top - shape.y - shape.height
    pen.rect(left, low, shape.width, shape.height, fill=shape.fill, radius=shape.radius)
    if shape.hatched:
        for x1, y1, x2, y2 in hatching(shape.width, shape.height):
            pen.line(left + x1, low + y1, left + x2, low + y2, color=HATCH, width=0.5)
    pen.rect(
        left, low, shape.width, shape.height,
        stroke=shape.stroke, line_width=shape.line_width, dashed=shape.dashed, radius=shape.radius,
    )  # fmt: skip


def _draw_dot(pen: Pen, shape: Dot, x: float, top: float) -> None:
    pen.disc(x + shape.x, top - shape.y, shape.radius, fill=shape.fill, stroke=shape.stroke)


def _draw_label(pen: Pen, shape: Label, x: float, top: float) -> None:
    part = {"start": 0.0, "middle": 0.5, "end": 1.0}[shape.anchor]
    if isinstance(shape.text, Math):
        drawn = formula(shape.text.latex, shape.size)
        pen.formula(drawn, x + shape.x - part * drawn.width, top - shape.y, shape.color)
        return
    face, text = "sans-bold" if shape.bold else "sans", clean(shape.text, LONGEST_NAME)
    left = x + shape.x - part * text_width(face, text, shape.size)
    pen.text(face, shape.size, left, top - shape.y, text, color=shape.color)


_SHAPES: dict[type, Callable[[Pen, Any, float, float], None]] = {
    Line: _draw_line,
    Rect: _draw_rect,
    Dot: _draw_dot,
    Label: _draw_label,
}
