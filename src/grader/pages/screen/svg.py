"""Drawings as SVG inside HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby

from grader.drawing import Dot, Drawing, Label, Line, Math, Rect, Shape
from grader.pages.letters.cleaning import LONGEST_NAME, clean
from grader.pages.letters.fonts import face, width
from grader.pages.maths.formula import formula
from grader.pages.strokes import HATCH, arrow_head, control, hatching

MATH_FONT = "'STIX Two Math','Cambria Math',math"
Ends = tuple[float, float, float, float]
"""Of a line: x1, y1, x2, y2."""


def svg(drawing: Drawing) -> str:
    shapes = "".join(mark for style, group in groupby(drawing.shapes, _style) for mark in _marks(group, style))
    return (
        f'<svg role="img" width="{drawing.width * 4 / 3:.0f}" '
        f'viewBox="0 0 {drawing.width:.2f} {drawing.height:.2f}">'
        f"<title>{escape(clean(drawing.alt))}</title>{shapes}</svg>"
    )


def _style(shape: Shape) -> tuple[str, float] | None:
    """The colour and the width of a plain straight line: neighbours that agree are one path."""
    if isinstance(shape, Line) and not (shape.dashed or shape.arrow or shape.bend):
        return shape.color, shape.width
    return None


def _marks(shapes: Iterable[Shape], style: tuple[str, float] | None) -> Iterator[str]:
    if style:
        yield _strokes(((s.x1, s.y1, s.x2, s.y2) for s in shapes if isinstance(s, Line)), *style)
    else:
        yield from (mark for shape in shapes for mark in _shape(shape))


def _strokes(lines: Iterable[Ends], stroke: str, width: float) -> str:
    path = "".join(f"M{x1:.2f} {y1:.2f}L{x2:.2f} {y2:.2f}" for x1, y1, x2, y2 in lines)
    return f'<path d="{path}" stroke="{stroke}" stroke-width="{width:.2f}"/>'


def _shape(shape: Shape) -> Iterator[str]:
    match shape:
        case Line():
            yield from _line(shape)
        case Rect():
            yield from _rect(shape)
        case Dot():
            yield (
                f'<circle cx="{shape.x:.2f}" cy="{shape.y:.2f}" r="{shape.radius:.2f}" '
                f'fill="{shape.fill or "none"}" stroke="{shape.stroke or "none"}" stroke-width="0.9"/>'
            )
        case Label(text=Math(latex)):
            yield from _formula(shape, latex)
        case Label():
            yield _label(shape, str(shape.text))


def _line(shape: Line) -> Iterator[str]:
    dash = ' stroke-dasharray="3 2"' if shape.dashed else ""
    over, down = control(shape)
    way = f"Q{over:.2f} {down:.2f} " if shape.bend else "L"
    yield (
        f'<path d="M{shape.x1:.2f} {shape.y1:.2f}{way}{shape.x2:.2f} {shape.y2:.2f}" fill="none" '
        f'stroke="{shape.color}" stroke-width="{shape.width:.2f}"{dash}/>'
    )
    if shape.arrow and (tips := arrow_head(over, down, shape.x2, shape.y2)):
        points = " ".join(f"{x:.2f},{y:.2f}" for x, y in tips)
        yield f'<polygon points="{points}" fill="{shape.color}"/>'


def _rect(shape: Rect) -> Iterator[str]:
    place = (
        f'x="{shape.x:.2f}" y="{shape.y:.2f}" width="{shape.width:.2f}" height="{shape.height:.2f}" '
        f'rx="{shape.radius:.2f}"'
    )
    if shape.fill:
        yield f'<rect {place} fill="{shape.fill}"/>'
    if shape.hatched:
        low = shape.y + shape.height
        lines = [
            (shape.x + x1, low - y1, shape.x + x2, low - y2) for x1, y1, x2, y2 in hatching(shape.width, shape.height)
        ]
        yield _strokes(lines, HATCH, 0.5)
    if shape.stroke:
        dash = ' stroke-dasharray="4 2.2"' if shape.dashed else ""
        line = f'stroke="{shape.stroke}" stroke-width="{shape.line_width:.2f}"{dash}'
        yield f'<rect {place} fill="none" {line}/>'


def _fitted(points: float) -> str:
    """A text keeps the width that its place was planned with, whatever font the browser has."""
    return f' textLength="{points:.2f}" lengthAdjust="spacingAndGlyphs"' if points > 0 else ""


def _label(shape: Label, text: str) -> str:
    weight, shown = ' font-weight="700"' if shape.bold else "", clean(text, LONGEST_NAME)
    fitted = _fitted(width("sans-bold" if shape.bold else "sans", shown, shape.size))
    return (
        f'<text x="{shape.x:.2f}" y="{shape.y:.2f}" font-size="{shape.size:.2f}" fill="{shape.color}" '
        f'text-anchor="{shape.anchor}"{weight}{fitted}>{escape(shown)}</text>'
    )


def _formula(shape: Label, latex: str) -> Iterator[str]:
    """The formula's own characters, each where the PDF has its glyph."""
    drawn = formula(latex, shape.size)
    left = shape.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[shape.anchor] * drawn.width
    math = face("math")
    for glyph in drawn.glyphs:
        advance = math.advance[glyph.number] * math.scale * glyph.size * shape.size
        yield (
            f'<text x="{left + glyph.x * shape.size:.2f}" y="{shape.y - glyph.y * shape.size:.2f}" '
            f'font-size="{glyph.size * shape.size:.2f}" font-family="{MATH_FONT}" '
            f'fill="{shape.color}"{_fitted(advance)}>{escape(glyph.meaning)}</text>'
        )
    for rule in drawn.rules:
        yield (
            f'<rect x="{left + rule.x * shape.size:.2f}" '
            f'y="{shape.y - (rule.y + rule.height) * shape.size:.2f}" width="{rule.width * shape.size:.2f}" '
            f'height="{rule.height * shape.size:.2f}" fill="{shape.color}"/>'
        )
