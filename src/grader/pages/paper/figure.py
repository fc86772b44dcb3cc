"""Drawings on a PDF page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import hypot
from typing import Any

from grader.drawing import INK, Dot, Drawing, Label, Line, Math, Rect
from grader.pages.letters.cleaning import LONGEST_NAME, clean
from grader.pages.letters.fonts import width as text_width
from grader.pages.maths.formula import formula
from grader.pages.paper.pen import Pen
from grader.pages.paper.pieces import Piece, line_pieces
from grader.pages.paper.text import Style, plain_lines

TITLE = Style("sans", 10.0, 13.0, INK, bold=True)
HATCH, HATCH_GAP = "#6fa98a", 4.2
HEAD = 4.5
"""Length of an arrow's head."""


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


def control(shape: Line) -> tuple[float, float]:
    """The control point of a bent line as a quadratic curve, which gets half as far; the start of a straight one."""
    if not shape.bend:
        return shape.x1, shape.y1
    dx, dy = shape.x2 - shape.x1, shape.y2 - shape.y1
    out = 2 * shape.bend / (hypot(dx, dy) or 1.0)
    return (shape.x1 + shape.x2) / 2 + out * dy, (shape.y1 + shape.y2) / 2 - out * dx


def arrow_head(x1: float, y1: float, x2: float, y2: float) -> tuple[tuple[float, float], ...]:
    """The triangle at the end of a line; none for a line without length."""
    length = hypot(x2 - x1, y2 - y1)
    if not length:
        return ()
    dx, dy = (x2 - x1) / length, (y2 - y1) / length
    back_x, back_y = x2 - HEAD * dx, y2 - HEAD * dy
    side_x, side_y = -dy * HEAD * 0.4, dx * HEAD * 0.4
    return (x2 + dx, y2 + dy), (back_x + side_x, back_y + side_y), (back_x - side_x, back_y - side_y)


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


def hatching(width: float, height: float) -> Iterator[tuple[float, float, float, float]]:
    """Rising lines across a rectangle, from its lower left corner."""
    start = HATCH_GAP - height
    while start < width:
        begin, end = max(0.0, start), min(width, start + height)
        yield begin, begin - start, end, end - start
        start += HATCH_GAP


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
