"""Shapes of drawings, on a PDF page and as SVG."""

from __future__ import annotations

import re
import zlib
from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.drawing import Drawing, Label, Line, Math, Rect
from grader.pages.blocks import Document
from grader.pages.paper.pdf import pdf_bytes
from grader.pages.screen.svg import svg
from grader.pages.strokes import control

numbers = st.floats(-100, 100).filter(lambda v: abs(v) > 1e-3)


def bent(x1: float, y1: float, x2: float, y2: float, bend: float) -> Line:
    return Line(x1, y1, x2, y2, bend=bend)


def middle(line: Line) -> tuple[float, float]:
    """The curve at half its way."""
    x, y = control(line)
    return (line.x1 + 2 * x + line.x2) / 4, (line.y1 + 2 * y + line.y2) / 4


@given(numbers, numbers, numbers, numbers, st.floats(-20, 20).filter(lambda v: abs(v) > 1e-3))
def test_a_bent_line_is_as_far_from_the_straight_one_as_it_says(
    x1: float, y1: float, dx: float, dy: float, bend: float
) -> None:
    line = Line(x1, y1, x1 + dx, y1 + dy, bend=bend)
    x, y = middle(line)
    assert hypot(x - (x1 + dx / 2), y - (y1 + dy / 2)) == pytest.approx(abs(bend), rel=1e-6)


@pytest.mark.parametrize(
    ("ends", "expected"),
    [((0, 0, 10, 0), (5, -3)), ((10, 0, 0, 0), (5, 3)), ((0, 0, 0, 10), (3, 5)), ((0, 10, 0, 0), (-3, 5))],
)
def test_a_bend_goes_to_the_left_of_the_way(
    ends: tuple[float, float, float, float], expected: tuple[float, float]
) -> None:
    """To the right on the page goes up, and y points down."""
    assert middle(bent(*ends, 3)) == pytest.approx(expected)
    x, y = expected
    other = middle(bent(*ends, -3))
    assert (other[0] + x, other[1] + y) == pytest.approx((ends[0] + ends[2], ends[1] + ends[3]))


def operators(drawing: Drawing) -> str:
    """What a page with this drawing is drawn with."""
    found = []
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", pdf_bytes(Document("T", (drawing,))), re.DOTALL):
        try:
            found.append(zlib.decompress(packed).decode("latin-1"))
        except zlib.error:
            continue
    return "\n".join(text for text in found if " Tf" in text)


BENT = Line(40, 10, 0, 10, "#b3263c", 0.7, dashed=True, arrow=True, bend=5)


def test_a_bent_arrow_ends_along_its_curve() -> None:
    """The curve comes from below left: the head at (0, 10) points up there, and not along the straight line."""
    marks = svg(Drawing(50, 30, (BENT,), "An arrow."))
    path = re.search(r'<path d="M40.00 10.00Q20.00 20.00 0.00 10.00"', marks)
    head = re.search(r'<polygon points="([-\d.]+),([-\d.]+) ', marks)
    assert path
    assert head
    x, y = float(head[1]), float(head[2])
    assert x < 0
    assert (10 - y) / (0 - x) == pytest.approx(10 / 20, rel=0.03)


def test_both_pages_bend_the_line_the_same_way() -> None:
    found = re.search(r"([-\d.]+) ([-\d.]+) m ([-\d. ]+) c S", operators(Drawing(50, 30, (BENT,), "An arrow.")))
    assert found
    x1, y1 = float(found[1]), float(found[2])
    cubic = [float(v) for v in found[3].split()]
    moved = [(x - x1, y1 - y) for x, y in zip(cubic[::2], cubic[1::2], strict=True)]
    quadratic = [(2 * -20 / 3, 2 * 10 / 3), (-40 + 2 * 20 / 3, 2 * 10 / 3), (-40, 0)]
    assert [v for point in moved for v in point] == pytest.approx([v for point in quadratic for v in point], abs=0.011)


def moves(operators: str, mark: str) -> int:
    """How many lines end in this mark."""
    return len(re.findall(rf" {mark} S", operators))


def test_both_pages_draw_the_same_lines() -> None:
    """Two plain lines, a bent one, and the hatching of a rectangle of 20 × 10."""
    shapes = (Line(0, 0, 30, 5), Line(0, 9, 30, 9), BENT, Rect(3, 4, 20, 10, hatched=True, dashed=True))
    drawn, plain = (operators(Drawing(60, 40, each, "Shapes.")) for each in (shapes, ()))
    marks = svg(Drawing(60, 40, shapes, "Shapes."))
    assert moves(drawn, "l") - moves(plain, "l") == len(re.findall(r"[ \d]L[\d]", marks)) == 2 + 7
    assert moves(drawn, "c") - moves(plain, "c") == marks.count("Q") == 1


def test_neighbouring_lines_of_one_style_are_one_path() -> None:
    """A grid has dozens of them, and a page should be small."""
    grid = tuple(Line(k, 0, k, 9, "#dce3eb", 0.4) for k in range(10))
    marks = svg(Drawing(60, 40, (*grid, Line(0, 0, 9, 0), *grid), "A grid."))
    assert marks.count("<path") == 3


def test_texts_are_as_wide_in_any_browser_as_on_the_page() -> None:
    """A browser without our fonts would let the labels run into each other."""
    marks = svg(Drawing(60, 40, (Label(10, 20, "12"), Label(10, 28, Math("H_{2}"))), "Labels."))
    widths = [float(width) for width in re.findall(r'textLength="([\d.]+)"', marks)]
    assert len(widths) == marks.count("<text") == 3
    assert widths[0] == pytest.approx(2 * 0.572 * 8, abs=0.01)  # two digits of Noto Sans, 572 of 1000 each
