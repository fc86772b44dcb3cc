from __future__ import annotations

from statistics import fmean, pstdev, pvariance, stdev
from typing import Any

import pytest
from tests.helpers import marked, mistaken, rules_of, solution, values, verdicts

from grader.chance import Stream
from grader.template import GivensError
from grader.templates.feature_normalization import TEMPLATE, FeatureParameters

NAME = "feature_normalization"
Table = list[list[float]]
BY_HAND = {"X": [[3, 4], [0, 1], [-3, 4], [8, -6]]}
SIZES = [(4, 2), (3, 3), (6, 4), (10, 8)]


def drawn(samples: int, features: int) -> list[Table]:
    p = FeatureParameters(samples=samples, features=features)
    return [TEMPLATE.draw(p, Stream(str(seed), NAME))["X"] for seed in range(10)]


def columns(X: Table) -> Table:
    return [list(column) for column in zip(*X, strict=True)]


def scores(rows: Table) -> Table:
    return [[(v - fmean(row)) / pstdev(row) for v in row] for row in rows]


def shares(rows: Table, power: int) -> Table:
    return [[v / sum(abs(u) ** power for u in row) ** (1 / power) for v in row] for row in rows]


def close(numbers: Any) -> Any:
    if isinstance(numbers[0], list):
        return [pytest.approx(row, rel=1e-11, abs=1e-12) for row in numbers]
    return pytest.approx(numbers, rel=1e-11, abs=1e-12)


def test_four_samples_by_hand() -> None:
    found = values(solution(NAME, BY_HAND))
    assert found["mean"] == [2, 0.75]
    # (1 + 4 + 25 + 36)/4 = 16.5 and (10.5625 + 0.0625 + 10.5625 + 45.5625)/4 = 16.6875
    assert found["std"] == close([16.5**0.5, 16.6875**0.5])
    assert found["z"][0] == close([1 / 16.5**0.5, 3.25 / 16.6875**0.5])
    assert found["l2"] == close([[0.6, 0.8], [0.0, 1.0], [-0.6, 0.8], [0.8, -0.6]])


@pytest.mark.parametrize(("samples", "features"), SIZES)
def test_all_values_are_those_of_the_statistics_module(samples: int, features: int) -> None:
    for X in drawn(samples, features):
        found = values(solution(NAME, {"X": X}))
        assert found["mean"] == close([fmean(c) for c in columns(X)])
        assert found["std"] == close([pstdev(c) for c in columns(X)])
        assert found["z"] == close(columns(scores(columns(X))))
        assert found["l2"] == close(shares(X, 2))


@pytest.mark.parametrize(("samples", "features"), SIZES)
def test_every_mistake_is_its_formula(samples: int, features: int) -> None:
    for X in drawn(samples, features):
        steps = solution(NAME, {"X": X})
        assert mistaken(steps, "sample_std") == {"std": close([stdev(c) for c in columns(X)])}
        assert mistaken(steps, "variance_for_std") == {"std": close([pvariance(c) for c in columns(X)])}
        assert mistaken(steps, "l1_norm") == {"l2": close(shares(X, 1))}
        by_rows = {"l2": close(columns(shares(columns(X), 2)))}
        if features > 2:  # a row of two becomes -1 and 1 whatever it holds
            by_rows["z"] = close(scores(X))
        if samples == features:
            by_rows |= {"mean": close([fmean(row) for row in X]), "std": close([pstdev(row) for row in X])}
        assert mistaken(steps, "rows_for_columns") == by_rows


def test_scores_follow_from_a_wrong_deviation() -> None:
    rules = rules_of(NAME, parameters=dict(features=2))
    # the deviations of a sample: sqrt(66/3) and sqrt(66.75/3)
    written = dict(mean=[2, 0.75], std=["4.6904", "4.7170"], z=[["0.2132", "0.6890"], [""] * 2, [""] * 2, [""] * 2])
    found = verdicts(marked(rules, BY_HAND, written))
    assert [found[cell] for cell in ("std[1]", "std[2]", "z[1,1]", "z[1,2]")] == ["mistake"] * 2 + ["follows"] * 2


def test_nothing_is_carried_on_from_a_deviation_of_zero() -> None:
    X = [[3, 4], [0, 1], [-3, 4], [8, -6]]
    written = dict(mean=[3, 0.75], std=[0, 0], z=[[1.5, 2.5], [0.5, 1.5], [2.5, 3.5], [4.5, 5.5]])
    marks = marked(rules_of(NAME, parameters=dict(features=2)), {"X": X}, written)
    # 0/0 and 3.25/0
    assert (marks["z[1,1]"].verdict, marks["z[1,1]"].carried) == ("wrong", None)
    assert (marks["z[1,2]"].verdict, marks["z[1,2]"].carried) == ("wrong", None)


def test_a_constant_column_and_an_empty_row_are_not_issued() -> None:
    def guard(X: Table) -> str:
        p, q = TEMPLATE.read(FeatureParameters(), {"X": X})
        return TEMPLATE.guard(p, q, {})

    assert guard([[1, 2], [5, -5], [-6, 4]]) == ""
    assert guard([[1, 2], [1, -5], [1.5, 4]]) == "a column whose entries are nearly equal"
    assert guard([[0.5, 0.5], [5, -5], [-6, 4]]) == "a row of nearly no length"


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({}, "X is missing"),
        ({"X": [[1, 2], [3]]}, "X is not a number or a rectangular list"),
        ({"X": [[1, 2]], "x": 1}, "unknown given 'x'"),
    ],
)
def test_givens_that_cannot_be_read_say_why(raw: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GivensError, match=sentence):
        TEMPLATE.read(FeatureParameters(), raw)


def test_sizes_come_from_the_givens_and_parameters_bound_what_is_drawn() -> None:
    p, _ = TEMPLATE.read(FeatureParameters(), {"X": [[1, 2, 3]] * 5})
    assert (p.samples, p.features) == (5, 3)
    X = TEMPLATE.draw(FeatureParameters(samples=3, places=0, values=(2, 4)), Stream("1"))["X"]
    assert {v for row in X for v in row} <= {2, 3, 4}
