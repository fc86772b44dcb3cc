from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers import mistaken, solution, values

from grader.chance import Stream
from grader.template import GivensError
from grader.templates.box_iou_l2 import TEMPLATE, BoxParameters

NAME = "box_iou_l2"
PAIR = dict(truth=[2, 1, 8, 5], prediction=[4, 2, 9, 8])
APART = dict(truth=[0, 0, 2, 2], prediction=[5, 3, 9, 6])
ends = st.lists(st.integers(0, 9), min_size=2, max_size=2, unique=True).map(sorted)
whole_boxes = st.tuples(ends, ends).map(lambda e: [e[0][0], e[1][0], e[0][1], e[1][1]])


def cells(box: list[int]) -> set[tuple[int, int]]:
    return set(itertools.product(range(box[0], box[2]), range(box[1], box[3])))


@given(whole_boxes, whole_boxes)
def test_areas_are_counted_in_unit_cells(truth: list[int], prediction: list[int]) -> None:
    found = values(solution(NAME, {"cases": [dict(truth=truth, prediction=prediction)]}))
    shared, all_cells = cells(truth) & cells(prediction), cells(truth) | cells(prediction)
    assert found["intersection_1"] == len(shared)
    assert found["union_1"] == len(all_cells)
    assert found["iou_1"] == float(Fraction(len(shared), len(all_cells)))
    assert found["l2_1"] == pytest.approx(math.dist(truth, prediction), rel=1e-15)


def test_center_boxes_have_their_own_distance_and_the_same_areas() -> None:
    center = dict(truth=[5, 3, 6, 4], prediction=[6.5, 5, 5, 6])  # the boxes of PAIR
    corners, other = (
        values(solution(NAME, {"cases": [PAIR]})),
        values(solution(NAME, {"cases": [center]}, {"format": "center"})),
    )
    for name in ("intersection_1", "union_1", "iou_1"):
        assert other[name] == corners[name]
    assert corners["l2_1"] == pytest.approx(math.sqrt(4 + 1 + 1 + 9))
    assert other["l2_1"] == pytest.approx(math.sqrt(1.5**2 + 2**2 + 1 + 4))


def test_every_mistake_is_its_formula() -> None:
    # A = 6·4 = 24, B = 5·6 = 30, they share 4·3 = 12
    steps = solution(NAME, {"cases": [PAIR]})
    assert values(steps) == pytest.approx(dict(l2_1=math.sqrt(15), intersection_1=12, union_1=42, iou_1=12 / 42))
    expected = {
        "square_root_left_out": {"l2_1": 15},
        "l1_distance": {"l2_1": 2 + 1 + 1 + 3},
        "other_format": {"l2_1": math.sqrt(1.5**2 + 2**2 + 1 + 4)},
        "intersection_counted_twice": {"union_1": 54},
        "inclusive_pixels": {"intersection_1": 5 * 4, "union_1": 7 * 5 + 6 * 7 - 12},
        "overlap_not_clamped": {"intersection_1": 12},
        "over_truth_area": {"iou_1": 12 / 24},
        "over_larger_area": {"iou_1": 12 / 30},
    }
    for name, value in expected.items():
        assert mistaken(steps, name) == pytest.approx(value)
    assert set(expected) == set(TEMPLATE.mistakes)


def test_counted_in_pixels_the_union_goes_on_with_the_pixels_shared() -> None:
    """Who counts pixels everywhere has 7·5 + 6·7 - 5·4 of them in the union."""
    from grader.work import Mistaken  # noqa: PLC0415 - only here

    p, q = TEMPLATE.read(BoxParameters(), {"cases": [PAIR]})
    steps = TEMPLATE.run(p, q, Mistaken("inclusive_pixels")).steps
    assert steps["union_1"].value == 57
    assert steps["iou_1"].value == pytest.approx(20 / 57)


def test_gaps_in_both_directions_make_a_product_above_zero() -> None:
    steps = solution(NAME, {"cases": [APART]})
    assert values(steps)["intersection_1"] == 0
    assert mistaken(steps, "overlap_not_clamped") == {"intersection_1": 3 * 1}


def exists(mistake: str, *cases: Any, **parameters: Any) -> bool:
    p, q = TEMPLATE.read(BoxParameters(**parameters), {"cases": list(cases)})
    return TEMPLATE.mistakes[mistake].exists(p, q)


def test_mistakes_exist_where_they_can_be_made() -> None:
    beside = dict(truth=[0, 0, 2, 2], prediction=[5, 1, 9, 6])
    assert exists("overlap_not_clamped", PAIR, APART)
    assert not exists("overlap_not_clamped", PAIR, beside)
    assert exists("square_root_left_out", PAIR)
    assert not exists("square_root_left_out", PAIR, distance="squared")


def test_the_squared_distance_has_no_root() -> None:
    steps = solution(NAME, {"cases": [PAIR]}, {"distance": "squared"})
    assert values(steps)["l2_1"] == 15
    assert mistaken(steps, "other_format") == {"l2_1": 1.5**2 + 2**2 + 1 + 4}


def test_the_best_case_is_the_one_with_the_larger_iou() -> None:
    far = dict(truth=[2, 1, 8, 5], prediction=[7, 4, 9, 8])
    assert values(solution(NAME, {"cases": [far, PAIR]}))["best"] == 2
    assert values(solution(NAME, {"cases": [PAIR, far, far]}))["best"] == 1
    assert "best" not in solution(NAME, {"cases": [PAIR]})


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({}, "cases is missing"),
        ({"cases": []}, "cases must be a list of"),
        ({"cases": "x"}, "cases must be a list of"),
        ({"cases": [[1, 2]]}, "case 1 must be {truth: "),
        ({"cases": [PAIR, {"truth": [0, 0, 1, 1]}]}, "prediction is missing"),
        ({"cases": [{**PAIR, "score": 1}]}, "unknown given 'score'"),
        ({"cases": [{**PAIR, "truth": [0, 0, 1]}]}, r"truth of case 1 must be four numbers, not \[0, 0, 1\]"),
        ({"cases": [{**PAIR, "truth": [0, 0, 1, "1"]}]}, "truth of case 1 must be four numbers"),
        ({"cases": [{**PAIR, "truth": [0, 0, 1, True]}]}, "truth of case 1 must be four numbers"),
        ({"cases": [{**PAIR, "truth": [3, 0, 3, 2]}]}, r"truth of case 1 has no area: \[3, 0, 3, 2\] \(corners\)"),
        ({"cases": [PAIR], "n": 1}, "unknown given 'n'"),
    ],
)
def test_givens_that_cannot_be_read_say_why(raw: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GivensError, match=sentence):
        TEMPLATE.read(BoxParameters(), raw)


@pytest.mark.parametrize("format_", ["corners", "center"])
@pytest.mark.parametrize("shape", ["any", "square"])
def test_drawn_pairs_have_equal_distance_and_overlap(format_: str, shape: str) -> None:
    p = BoxParameters.model_validate(dict(cases=3, format=format_, shape=shape))
    accepted = 0
    for seed in range(40):
        raw = TEMPLATE.draw(p, Stream(str(seed)))
        steps = solution(NAME, raw, p.model_dump())
        if TEMPLATE.guard(*TEMPLATE.read(p, raw), steps):
            continue
        accepted += 1
        distances = {sum((a - b) ** 2 for a, b in zip(c["truth"], c["prediction"], strict=True)) for c in raw["cases"]}
        assert len(distances) == 1
        ious = sorted(steps[f"iou_{k}"].value for k in (1, 2, 3))
        assert ious[0] > 0
        assert min(ious[1] - ious[0], ious[2] - ious[1]) >= 0.05
        if shape == "square":
            for box in (box for case in raw["cases"] for box in case.values()):
                width, height = (box[2], box[3]) if format_ == "center" else (box[2] - box[0], box[3] - box[1])
                assert width == height
    assert accepted > 10


def test_mixed_overlap_has_one_pair_apart() -> None:
    p = BoxParameters(overlap="mixed", equal_l2=False, cases=3)
    for seed in range(20):
        raw = TEMPLATE.draw(p, Stream(str(seed)))
        steps = solution(NAME, raw, p.model_dump())
        if not TEMPLATE.guard(*TEMPLATE.read(p, raw), steps):
            assert sum(steps[f"intersection_{k}"].value == 0 for k in (1, 2, 3)) == 1


def judged(rows: Sequence[Sequence[float]], format_: str = "corners") -> str:
    p = BoxParameters.model_validate(dict(construct=True, format=format_))
    part = next(part for part in TEMPLATE.ask(p) if part.name == "boxes")
    assert part.judge is not None
    return part.judge(None, np.array(rows, dtype=float), lambda a, b: abs(a - b) < 1e-6)


def test_boxes_of_ones_own_are_judged_by_the_property() -> None:
    moved = [[0, 0, 4, 4], [1, 1, 5, 5]]
    grown = [[0, 0, 4, 4], [-1, -1, 5, 5]]
    assert judged(moved + grown) == ""
    assert judged([*moved, [10, 10, 14, 14], [11, 11, 15, 15]]).startswith("the IoU of the two pairs is the same: ")
    assert judged([*moved, [0, 0, 4, 4], [0, 0, 4, 5]]) == "the L2 distances of the two pairs differ: 2 and 1"
    assert judged([*moved, [0, 0, 4, 4], [0, 0, 0, 5]]) == "every box needs a width and a height above zero"


def test_in_center_format_the_distance_is_over_center_and_size() -> None:
    rows = [[4, 4, 4, 4], [5, 5, 4, 4], [4, 4, 4, 4], [4, 4, 5, 5]]
    assert judged(rows, "center") == ""
    assert judged(rows).startswith("every box needs")


def test_the_example_given_as_key_passes_its_own_judge() -> None:
    for format_ in ("corners", "center"):
        steps = solution(
            NAME, {"cases": [dict(truth=[5, 3, 6, 4], prediction=[6, 5, 7, 6])]}, {"construct": True, "format": format_}
        )
        assert judged(steps["boxes"].value.tolist(), format_) == ""
