"""Drawings as lists of shapes, and the colours of pages: what templates, figures and charts are made of.

Lengths are in points (1/72 inch), the origin is the upper left corner, y grows downwards. Colours are `#rrggbb`.
A formula (`Math`) is constant, the same for every student; numbers are text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

INK, BLUE, ORANGE, GREEN, RED, GREY, PALE = (
    "#1b2733", "#1f5aa8", "#a9520a", "#1c7a45", "#b3263c", "#667380", "#f3f7fb",
)  # fmt: skip


@dataclass(frozen=True)
class Math:
    """A formula, in LaTeX."""

    latex: str


@dataclass(frozen=True)
class Line:
    """An `arrow` has its head at (x2, y2); a `bend` bows the line out to its left by that much (negative: right)."""

    x1: float
    y1: float
    x2: float
    y2: float
    color: str = INK
    width: float = 0.8
    dashed: bool = False
    arrow: bool = False
    bend: float = 0.0


@dataclass(frozen=True)
class Rect:
    """(x, y) is the upper left corner; no `fill` or no `stroke` when empty."""

    x: float
    y: float
    width: float
    height: float
    fill: str = ""
    stroke: str = INK
    line_width: float = 0.8
    dashed: bool = False
    hatched: bool = False
    radius: float = 0.0


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    radius: float = 2.0
    fill: str = INK
    stroke: str = ""


@dataclass(frozen=True)
class Label:
    """(x, y) is the point of the baseline that `anchor` says."""

    x: float
    y: float
    text: str | Math
    size: float = 8.0
    color: str = INK
    anchor: Literal["start", "middle", "end"] = "middle"
    bold: bool = False


Shape = Line | Rect | Dot | Label


@dataclass(frozen=True)
class Drawing:
    """Shapes; the origin is the upper left corner, y grows downwards. `alt` says in words what they show."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    alt: str
    title: str = ""
