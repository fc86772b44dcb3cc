from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.figures.measures import labels, outside, overlapping

from grader.drawing import BLUE, ORANGE, Drawing, Math, Rect
from grader.figures.boxes import boxes_on_grids

Corners = tuple[int, int, int, int]


@st.composite
def corners(draw: st.DrawFn) -> Corners:
    x, y = draw(st.integers(-30, 30)), draw(st.integers(-30, 30))
    return x, y, x + draw(st.integers(1, 12)), y + draw(st.integers(1, 12))


cases = st.lists(st.tuples(corners(), corners()), min_size=1, max_size=4)


def cells(box: Corners) -> set[tuple[int, int]]:
    return {(x, y) for x in range(box[0], box[2]) for y in range(box[1], box[3])}


def rects(drawing: Drawing, color: str) -> list[Rect]:
    return [s for s in drawing.shapes if isinstance(s, Rect) and s.stroke == color]


def hatched(drawing: Drawing) -> list[Rect]:
    return [s for s in drawing.shapes if isinstance(s, Rect) and s.hatched]


@given(corners(), corners())
def test_the_hatched_area_is_as_many_cells_as_both_boxes_cover(a: Corners, b: Corners) -> None:
    drawing = boxes_on_grids([(a, b)])
    (true,), found = rects(drawing, BLUE), hatched(drawing)
    cell = true.width * true.height / len(cells(a))
    assert sum(r.width * r.height for r in found) / cell == pytest.approx(len(cells(a) & cells(b)), abs=1e-6)


@given(corners(), corners())
def test_the_boxes_stand_to_each_other_as_their_coordinates_do(a: Corners, b: Corners) -> None:
    (true,), (predicted,) = (rects(boxes_on_grids([(a, b)]), color) for color in (BLUE, ORANGE))
    unit = true.width / (a[2] - a[0])
    assert true.height / unit == pytest.approx(a[3] - a[1])
    assert (predicted.x - true.x) / unit == pytest.approx(b[0] - a[0])
    assert (predicted.y - true.y) / unit == pytest.approx(b[1] - a[1])  # y points down, as on the page


@given(cases, st.booleans())
def test_any_boxes_are_drawn_without_a_label_on_another(pairs: list[tuple[Corners, Corners]], center: bool) -> None:
    if center:
        pairs = [tuple((*box[:2], box[2] - box[0], box[3] - box[1]) for box in pair) for pair in pairs]  # type: ignore[misc]
    drawing = boxes_on_grids(pairs, center=center)
    assert outside(drawing) == []
    assert list(overlapping(drawing)) == []


@given(cases)
def test_coordinates_beside_the_boxes_are_given_ones(pairs: list[tuple[Corners, Corners]]) -> None:
    given_points = {(box[k], box[k + 1]) for pair in pairs for box in pair for k in (0, 2)}
    texts = [label.text for label in labels(boxes_on_grids(pairs)) if isinstance(label.text, str)]
    points = [re.findall(r"-?\d+", text.replace("−", "-")) for text in texts if text.startswith("(")]
    assert {(int(x), int(y)) for x, y in points} <= given_points


@given(cases)
def test_words_hold_every_coordinate_and_no_other_number(pairs: list[tuple[Corners, Corners]]) -> None:
    """What is asked for, such as the overlap's area, is not told."""
    said = [int(n) for n in re.findall(r"-?\d+", boxes_on_grids(pairs).alt.replace("−", "-"))]
    expected: list[int] = []
    for k, pair in enumerate(pairs, start=1):
        expected += [k] if len(pairs) > 1 else []
        expected += [v for box in pair for v in box]
    assert said == expected


@given(cases)
def test_each_box_has_its_letter(pairs: list[tuple[Corners, Corners]]) -> None:
    letters = [label.text for label in labels(boxes_on_grids(pairs)) if label.color in (BLUE, ORANGE)]
    for name in "AB":
        assert letters.count(Math(name)) == len(pairs)


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        ((0, 0, 2, 2), (5, 5, 6, 6), "they do not overlap"),
        ((0, 0, 2, 2), (2, 0, 4, 2), "they do not overlap"),
        ((0, 0, 9, 9), (2, 2, 3, 3), "their overlap is hatched"),
        ((1, 1, 5, 5), (1, 1, 5, 5), "their overlap is hatched"),
        ((-2.5, -1.25, 0.5, 1), (-1, -1, 3.125, 2), "their overlap is hatched"),
    ],
)
def test_boxes_apart_touching_nested_equal_and_with_decimals(a: Corners, b: Corners, said: str) -> None:
    drawing = boxes_on_grids([(a, b)])
    assert said in drawing.alt
    assert bool(hatched(drawing)) == (said == "their overlap is hatched")
    assert list(overlapping(drawing)) == []
    assert outside(drawing) == []


def test_a_dashed_line_and_a_letter_tell_the_boxes_apart_without_colour() -> None:
    drawing = boxes_on_grids([((0, 0, 4, 4), (1, 1, 5, 5))])
    assert [r.dashed for color in (BLUE, ORANGE) for r in rects(drawing, color)] == [False, True]


@pytest.mark.parametrize("size", [1e-3, 1.0, 4e5])
def test_numbers_on_the_axes_are_round_at_any_scale(size: float) -> None:
    drawing = boxes_on_grids([((0, 0, 3 * size, 2 * size), (size, size, 4 * size, 3 * size))])
    numbers = [s.text for s in labels(drawing) if isinstance(s.text, str) and not s.text.startswith("(")]
    assert len(numbers) >= 6
    assert {text.strip("−0.")[:1] for text in numbers} <= set("123456789") | {""}
    assert all(len(text.replace(".", "").strip("−0")) <= 2 for text in numbers)
