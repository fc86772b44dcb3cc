"""What the shapes of a drawing cover, measured with the faces that the pages draw them in."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from grader.drawing import Dot, Drawing, Label, Line, Math, Rect, Shape
from grader.figures.places import Area
from grader.pages.letters.fonts import width
from grader.pages.maths.formula import formula
from grader.pages.strokes import control

STROKE = 0.8
"""Half the width of the widest line."""


def area(shape: Shape) -> Area:
    match shape:
        case Label():
            return label_area(shape)
        case Rect():
            return Area(shape.x, shape.y, shape.x + shape.width, shape.y + shape.height)
        case Dot():
            r = shape.radius
            return Area(shape.x - r, shape.y - r, shape.x + r, shape.y + r)
        case Line():
            x, y = control(shape)
            top = ((shape.x1 + shape.x2) / 2 + x) / 2, ((shape.y1 + shape.y2) / 2 + y) / 2
            xs, ys = (shape.x1, shape.x2, top[0]), (shape.y1, shape.y2, top[1])
            return Area(min(xs), min(ys), max(xs), max(ys))


def label_area(label: Label) -> Area:
    if isinstance(label.text, Math):
        drawn = formula(label.text.latex, label.size)
        wide, above, below = drawn.width, drawn.height, drawn.depth
    else:
        wide = width("sans-bold" if label.bold else "sans", label.text, label.size)
        above, below = 0.74 * label.size, (0.2 if "(" in label.text else 0.0) * label.size
    left = label.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[label.anchor] * wide
    return Area(left, label.y - above, left + wide, label.y + below)


def labels(drawing: Drawing) -> list[Label]:
    return [shape for shape in drawing.shapes if isinstance(shape, Label)]


def outside(drawing: Drawing) -> list[Shape]:
    """The shapes that do not stay within the drawing."""
    room = Area(-STROKE, -STROKE, drawing.width + STROKE, drawing.height + STROKE)
    return [shape for shape in drawing.shapes if not room.holds(area(shape))]


def overlapping(drawing: Drawing) -> Iterator[tuple[Label, Label]]:
    """Labels that lie on one another."""
    for one, other in combinations(labels(drawing), 2):
        if label_area(one).meets(label_area(other)):
            yield one, other
