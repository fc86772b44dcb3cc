from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.numerics import boxes

Box = tuple[int, int, int, int]
ends = st.lists(st.integers(0, 9), min_size=2, max_size=2, unique=True).map(sorted)
whole_boxes = st.tuples(ends, ends).map(lambda e: (e[0][0], e[1][0], e[0][1], e[1][1]))
decimals = st.decimals(-9, 9, places=2).map(float)


def unit_cells(box: Box) -> set[tuple[int, int]]:
    return set(itertools.product(range(box[0], box[2]), range(box[1], box[3])))


def pixels(box: Box) -> set[tuple[int, int]]:
    """What a counter of pixels sees: both ends belong to the box."""
    return set(itertools.product(range(box[0], box[2] + 1), range(box[1], box[3] + 1)))


@given(whole_boxes)
def test_area_is_the_number_of_unit_cells(box: Box) -> None:
    assert boxes.area(box) == len(unit_cells(box))
    assert boxes.area(box, 1) == len(pixels(box))


@given(whole_boxes, whole_boxes)
def test_intersection_is_the_number_of_shared_unit_cells(a: Box, b: Box) -> None:
    assert boxes.intersection(a, b) == len(unit_cells(a) & unit_cells(b))
    assert boxes.intersection(a, b, 1) == len(pixels(a) & pixels(b))


@given(whole_boxes, whole_boxes)
def test_iou_is_shared_cells_over_all_cells(a: Box, b: Box) -> None:
    share = Fraction(len(unit_cells(a) & unit_cells(b)), len(unit_cells(a) | unit_cells(b)))
    assert boxes.iou(a, b) == float(share)


@given(whole_boxes, whole_boxes)
def test_iou_knows_no_order_and_is_one_only_for_equal_boxes(a: Box, b: Box) -> None:
    assert boxes.iou(a, b) == boxes.iou(b, a)
    assert (boxes.iou(a, b) == 1) == (a == b)


@given(whole_boxes, whole_boxes)
def test_a_gap_is_a_negative_overlap(a: Box, b: Box) -> None:
    columns = {x for x, _ in unit_cells(a)} & {x for x, _ in unit_cells(b)}
    across, _ = boxes.overlaps(a, b)
    assert max(across, 0) == len(columns)
    assert (across < 0) == (a[2] < b[0] or b[2] < a[0])


@given(st.tuples(decimals, decimals, decimals, decimals))
def test_corners_and_center_are_two_names_for_a_box(box: tuple[float, float, float, float]) -> None:
    assert boxes.corners_to_center(boxes.center_to_corners(box)) == pytest.approx(box, abs=1e-12)


def test_center_width_and_height_become_corners() -> None:
    assert boxes.center_to_corners((5, 4, 4, 2)) == (3, 3, 7, 5)
    assert boxes.corners_to_center((3, 3, 7, 5)) == (5, 4, 4, 2)


@given(whole_boxes, whole_boxes)
def test_the_squared_distance_is_over_the_four_numbers(p: Box, q: Box) -> None:
    total = 0
    for k in range(4):
        total += (p[k] - q[k]) * (p[k] - q[k])
    assert boxes.squared_distance(p, q) == total
