from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers import mistaken, solution, values

from grader.chance import Stream
from grader.template import GivensError
from grader.templates.average_precision import TEMPLATE, RankingParameters

NAME = "average_precision"
INTERPOLATIONS = ("eleven_point", "all_point", "none", "coco")
rankings = st.tuples(st.lists(st.integers(0, 1), min_size=2, max_size=12).filter(any), st.integers(0, 4)).map(
    lambda drawn: dict(hits=drawn[0], relevant=sum(drawn[0]) + drawn[1])
)
WORKED = dict(hits=[1, 1, 0, 0, 0, 1, 1, 0, 0, 1], relevant=5)
MISSED = dict(hits=[0, 1, 0, 1, 1, 0], relevant=4)


class Exact:
    """A ranking in rational numbers. `denominator`: what the recall is taken over."""

    def __init__(self, hits: list[int], relevant: int, denominator: int | None = None) -> None:
        self.P, self.R, true = [], [], 0
        for k, hit in enumerate(hits, start=1):
            true += hit
            self.P.append(Fraction(true, k))
            self.R.append(Fraction(true, denominator or relevant))

    def p(self, r: Fraction) -> Fraction:
        return max((P for P, R in zip(self.P, self.R, strict=True) if r <= R), default=Fraction(0))

    def p_first(self, r: Fraction) -> Fraction:
        return next((P for P, R in zip(self.P, self.R, strict=True) if r <= R), Fraction(0))

    def p_left(self, r: Fraction) -> Fraction:
        return max((P for P, R in zip(self.P, self.R, strict=True) if r >= R), default=Fraction(0))

    def mean(self, points: int, p: Any = None) -> Fraction:
        return sum(((p or self.p)(Fraction(j, points - 1)) for j in range(points)), Fraction(0)) / points

    def area(self, p: Any = None) -> Fraction:
        before, total = Fraction(0), Fraction(0)
        for P, R in zip(self.P, self.R, strict=True):
            total += (R - before) * (p(R) if p else P)
            before = R
        return total

    def ap(self, interpolation: str) -> Fraction:
        if interpolation in ("eleven_point", "coco"):
            return self.mean(11 if interpolation == "eleven_point" else 101)
        return self.area(self.p if interpolation == "all_point" else None)


def floats(numbers: list[Fraction]) -> Any:
    return pytest.approx([float(v) for v in numbers], abs=1e-12)


def test_the_worked_example_of_the_catalogue() -> None:
    found = values(solution(NAME, WORKED))
    assert found["interpolated"] == pytest.approx([1] * 5 + [4 / 7] * 4 + [0.5] * 2)
    assert found["ap"] == pytest.approx(0.7532, abs=5e-5)


@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
@given(raw=rankings)
def test_ap_is_what_rational_numbers_give(interpolation: str, raw: dict[str, Any]) -> None:
    found = values(solution(NAME, raw, {"interpolation": interpolation}))
    exact = Exact(**raw)
    assert found["precision"] == floats(exact.P)
    assert found["recall"] == floats(exact.R)
    assert found["ap"] == pytest.approx(float(exact.ap(interpolation)), abs=1e-12)
    assert ("interpolated" in found) == (interpolation == "eleven_point")
    if interpolation == "eleven_point":
        assert found["interpolated"] == floats([exact.p(Fraction(j, 10)) for j in range(11)])


@given(raw=rankings)
def test_every_mistake_with_eleven_points_is_its_formula(raw: dict[str, Any]) -> None:
    steps, exact = solution(NAME, raw), Exact(**raw)
    hits, n = raw["hits"], len(raw["hits"])
    points = [exact.p(Fraction(j, 10)) for j in range(11)]
    reached = sum(Fraction(j, 10) <= exact.R[-1] for j in range(11))
    assert mistaken(steps, "recall_over_found") == {"recall": floats(Exact(hits, 1, sum(hits)).R)}
    assert mistaken(steps, "recall_over_ranks") == {"recall": floats(Exact(hits, 1, n).R)}
    left = [exact.p_left(Fraction(j, 10)) for j in range(11)]
    assert mistaken(steps, "interpolated_to_the_left") == {"interpolated": floats(left)}
    first = [exact.p_first(Fraction(j, 10)) for j in range(11)]
    assert mistaken(steps, "not_interpolated") == {"interpolated": floats(first)}
    for mistake, expected in {
        "divided_by_ten": sum(points) / 10,
        "divided_by_points_reached": sum(points) / reached,
        "zero_recall_left_out": sum(points[1:]) / 10,
        "all_point_for_eleven": exact.area(exact.p),
        "mean_over_all_ranks": sum(exact.P) / n,
    }.items():
        assert mistaken(steps, mistake) == {"ap": pytest.approx(float(expected), abs=1e-12)}


@given(raw=rankings)
def test_mistakes_of_the_other_interpolations_are_their_formulas(raw: dict[str, Any]) -> None:
    exact = Exact(**raw)
    by_interpolation: dict[str, dict[str, Fraction]] = {
        "all_point": {
            "not_interpolated": exact.area(),
            "eleven_for_all_point": exact.mean(11),
            "interpolated_to_the_left": exact.area(exact.p_left),
        },
        "coco": {
            "not_interpolated": exact.mean(101, exact.p_first),
            "interpolated_to_the_left": exact.mean(101, exact.p_left),
        },
        "none": {},
    }
    for interpolation, expected in by_interpolation.items():
        step = solution(NAME, raw, {"interpolation": interpolation})["ap"]
        expected["mean_over_all_ranks"] = sum(exact.P, Fraction(0)) / len(exact.P)
        assert step.mistakes == pytest.approx({name: float(v) for name, v in expected.items()}, abs=1e-12)


def test_rows_out_of_order_are_sorted_by_confidence_first() -> None:
    raw = dict(scores=[0.3, 0.9, 0.5, 0.7], labels=[1, 1, 0, 1], relevant=4)
    steps = solution(NAME, raw)
    assert values(steps)["precision"] == floats(Exact([1, 1, 0, 1], 4).P)
    unsorted = Exact([1, 1, 0, 1], 4)
    assert values(steps)["recall"] == floats(unsorted.R)
    other = dict(scores=[0.3, 0.9, 0.5, 0.7], labels=[0, 1, 0, 1], relevant=4)
    steps = solution(NAME, other)
    assert values(steps)["precision"] == floats(Exact([1, 1, 0, 0], 4).P)
    wrong = Exact([0, 1, 0, 1], 4)
    assert mistaken(steps, "not_sorted") == {"precision": floats(wrong.P), "recall": floats(wrong.R)}


def exists(mistake: str, raw: dict[str, Any], **parameters: Any) -> bool:
    p, q = TEMPLATE.read(RankingParameters(**parameters), raw)
    return TEMPLATE.mistakes[mistake].exists(p, q)


def test_mistakes_exist_where_they_can_be_made() -> None:
    for mistake in ("recall_over_found", "divided_by_points_reached"):
        assert exists(mistake, MISSED)
        assert not exists(mistake, WORKED)
    assert not exists("recall_over_ranks", dict(hits=[1, 1, 0], relevant=3))
    assert exists("recall_over_ranks", WORKED)
    assert not exists("not_sorted", WORKED)
    assert exists("not_sorted", dict(scores=[0.1, 0.2], labels=[1, 0], relevant=1))
    assert exists("eleven_for_all_point", WORKED, interpolation="all_point")
    for mistake in ("divided_by_ten", "zero_recall_left_out", "all_point_for_eleven"):
        assert exists(mistake, WORKED)
        assert not exists(mistake, WORKED, interpolation="all_point")
    assert not exists("not_interpolated", WORKED, interpolation="none")


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({"hits": [1, 0, 2], "relevant": 3}, "hits may hold only 0 and 1"),
        ({"hits": [1, 1], "relevant": 1}, "2 hits among the ranks, but only 1 relevant"),
        ({"hits": [1, 1], "relevant": 2.5}, "relevant must be a whole number of at least 1, not 2.5"),
        ({"hits": [1, 1], "relevant": float("nan")}, "relevant must be a whole number of at least 1, not nan"),
        ({"hits": [1, 1], "relevant": float("inf")}, "relevant must be a whole number of at least 1, not inf"),
        ({"hits": [1, 1], "relevant": True}, "relevant must be a whole number of at least 1, not True"),
        ({"scores": [0.1, 0.1], "labels": [1, 0], "relevant": 1}, "scores must differ from each other"),
        ({"scores": [0.1, 0.2, 0.3], "labels": [1, 0], "relevant": 1}, "(labels is 2|scores is 3), but n = "),
        ({"labels": [1, 0], "relevant": 1}, "scores is missing"),
        ({"relevant": 1}, "hits is missing"),
        ({"hits": [1, 0]}, "relevant is missing"),
        ({"hit": [1, 0]}, r"unknown given 'hit'\. Did you mean 'hits'\?"),
        ({"hits": [[1, 0]], "relevant": 1}, "hits is 1 × 2, but n is expected"),
    ],
)
def test_givens_that_cannot_be_read_say_why(raw: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GivensError, match=sentence):
        TEMPLATE.read(RankingParameters(), raw)


def test_what_givens_determine_is_taken_from_them() -> None:
    p, _ = TEMPLATE.read(RankingParameters(ranks=99, positives=50), MISSED)
    assert (p.ranks, p.positives, p.found, p.shuffled) == (6, 4, 3, False)


def test_parameters_bound_what_is_drawn() -> None:
    for seed in range(20):
        raw = TEMPLATE.draw(RankingParameters(ranks=8, positives=6, found=3), Stream(str(seed)))
        assert (len(raw["hits"]), sum(raw["hits"]), raw["relevant"]) == (8, 3, 6)
        raw = TEMPLATE.draw(RankingParameters(ranks=4, positives=6), Stream(str(seed)))
        assert sum(raw["hits"]) == 4
        raw = TEMPLATE.draw(RankingParameters(ranks=70, shuffled=True), Stream(str(seed)))
        assert len(set(raw["scores"])) == 70
        assert "hits" not in raw


def test_more_found_than_there_are_is_refused() -> None:
    with pytest.raises(ValueError, match=r"found \(6\) cannot exceed ranks \(10\) or positives \(5\)"):
        RankingParameters(found=6)
