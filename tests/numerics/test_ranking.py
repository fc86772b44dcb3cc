from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.numerics import ranking

shares = st.fractions(0, 1, max_denominator=12)
curves = st.lists(st.tuples(shares, shares), min_size=1, max_size=12)
Curve = list[tuple[Fraction, Fraction]]


def arrays(curve: Curve) -> tuple[ranking.Array, ranking.Array]:
    precision, recall = zip(*curve, strict=True)
    return np.array([float(p) for p in precision]), np.array([float(r) for r in recall])


def test_levels_are_the_doubles_nearest_to_the_tenths() -> None:
    assert ranking.levels(11).tolist() == [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]


def test_levels_of_coco_are_the_doubles_nearest_to_the_hundredths() -> None:
    assert ranking.levels(101).tolist() == [float(Fraction(j, 100)) for j in range(101)]


@given(st.integers(1, 100), st.data())
def test_a_recall_equal_to_a_level_reaches_it_and_a_smaller_one_does_not(m: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, m))
    reached = hits / m >= ranking.levels(11)
    assert reached.tolist() == [10 * hits >= j * m for j in range(11)]


@given(curves)
def test_interpolated_precision_is_the_largest_where_the_recall_is_at_least_r(curve: Curve) -> None:
    precision, recall = arrays(curve)
    for j in range(11):
        reached = [p for p, r in curve if r >= Fraction(j, 10)]
        found = ranking.interpolated(precision, recall, np.array([j / 10]))[0]
        assert found == float(max(reached, default=Fraction(0)))


@given(curves)
def test_the_wrong_way_round_takes_the_largest_where_the_recall_is_at_most_r(curve: Curve) -> None:
    precision, recall = arrays(curve)
    for j in range(11):
        before = [p for p, r in curve if r <= Fraction(j, 10)]
        found = ranking.interpolated_to_the_left(precision, recall, np.array([j / 10]))[0]
        assert found == float(max(before, default=Fraction(0)))


@given(curves)
def test_without_a_maximum_the_first_rank_that_reaches_r_counts(curve: Curve) -> None:
    precision, recall = arrays(curve)
    for j in range(11):
        reached = [p for p, r in curve if r >= Fraction(j, 10)]
        found = ranking.at_first_reach(precision, recall, np.array([j / 10]))[0]
        assert found == float(reached[0] if reached else 0)


@given(curves)
def test_the_area_is_the_sum_of_the_steps(curve: Curve) -> None:
    total, before = Fraction(0), Fraction(0)
    for p, r in curve:
        total, before = total + (r - before) * p, r
    precision, recall = arrays(curve)
    assert ranking.area(precision, recall) == pytest.approx(float(total), abs=1e-12)
