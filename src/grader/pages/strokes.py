"""Bent lines, arrow heads and hatching, for both forms of a drawing."""

from __future__ import annotations

from collections.abc import Iterator
from math import hypot

from grader.drawing import Line

HATCH, HATCH_GAP = "#6fa98a", 4.2
HEAD = 4.5
"""Length of an arrow's head."""


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


def hatching(width: float, height: float) -> Iterator[tuple[float, float, float, float]]:
    """Rising lines across a rectangle, from its lower left corner."""
    start = HATCH_GAP - height
    while start < width:
        begin, end = max(0.0, start), min(width, start + height)
        yield begin, begin - start, end, end - start
        start += HATCH_GAP
