from __future__ import annotations

from fractions import Fraction
from math import sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.helpers import marked, mistaken, rules_of, solution, values, verdicts

from grader.chance import Stream
from grader.jobs.solve import solve
from grader.pages.solution import drawn
from grader.template import GivensError, Slot
from grader.templates.svm_margin import TEMPLATE, MarginParameters

NAME = "svm_margin"
BY_HAND: dict[str, Any] = dict(w=[3, -4], b=0.5, x=[[1, 0.5], [0.5, 0.5], [1, 1.125], [-1, 1]], y=[1, -1, -1, 1])
halves = st.integers(-6, 6).map(lambda k: k / 2)


@st.composite
def machines(draw: st.DrawFn) -> dict[str, Any]:
    d = draw(st.integers(1, 4))
    vector = st.lists(halves, min_size=d, max_size=d)
    points = draw(st.lists(st.tuples(vector, st.sampled_from((-1, 1))), min_size=2, max_size=6))
    return dict(w=draw(vector.filter(any)), b=draw(halves), x=[x for x, _ in points], y=[y for _, y in points])


class Exact:
    """Scores and losses in rational numbers; `labels` False leaves the labels out."""

    def __init__(self, raw: dict[str, Any], *, bias: bool = True, labels: bool = True) -> None:
        w, b = [Fraction(v) for v in raw["w"]], Fraction(raw["b"] if bias else 0)
        self.score = [sum((u * Fraction(v) for u, v in zip(w, x, strict=True)), b) for x in raw["x"]]
        self.ys = [s * (y if labels else 1) for s, y in zip(self.score, raw["y"], strict=True)]
        self.hinge = [max(Fraction(0), 1 - v) for v in self.ys]
        self.support = ["outside" if v > 1 else "inside" if v < 1 else "on" for v in self.ys]
        self.square = sum((v * v for v in w), Fraction(0))


def floats(numbers: list[Fraction]) -> Any:
    return pytest.approx([float(v) for v in numbers], rel=1e-12, abs=1e-12)


def test_four_points_by_hand() -> None:
    assert values(solution(NAME, BY_HAND)) == {
        "score": [1.5, 0, -1, -6.5],
        "hinge": [0, 1, 0, 7.5],
        "margin": 0.4,
        "support": ["outside", "inside", "on", "inside"],
    }


def test_places_are_words_in_solutions_and_on_pages() -> None:
    places = ["outside", "inside", "on", "inside"]
    assert solve(TEMPLATE, MarginParameters(), BY_HAND)["support"] == places
    assert drawn(solution(NAME, BY_HAND)["support"].value) == "outside, inside, on, inside"


@given(machines())
def test_all_values_are_what_rational_numbers_give(raw: dict[str, Any]) -> None:
    found, exact = values(solution(NAME, raw)), Exact(raw)
    assert found["score"] == floats(exact.score)
    assert found["hinge"] == floats(exact.hinge)
    assert found["margin"] == pytest.approx(2 / sqrt(exact.square))
    assert found["support"] == exact.support


@given(machines())
def test_every_mistake_is_its_formula(raw: dict[str, Any]) -> None:
    steps, exact = solution(NAME, raw), Exact(raw)
    assert mistaken(steps, "bias_left_out") == {"score": floats(Exact(raw, bias=False).score)}
    assert mistaken(steps, "label_left_out") == {"hinge": floats(Exact(raw, labels=False).hinge)}
    assert mistaken(steps, "maximum_left_out") == {"hinge": floats([1 - v for v in exact.ys])}
    assert mistaken(steps, "half_margin") == {"margin": pytest.approx(sqrt(1 / exact.square))}
    assert mistaken(steps, "squared_norm") == {"margin": pytest.approx(float(2 / exact.square))}


def test_decimals_that_are_not_exact_in_binary_do_not_move_a_point_off_the_edge() -> None:
    # 0.1 · 3 + 0.7 = 1, but not in doubles
    found = values(solution(NAME, dict(w=0.1, b=0.7, x=[[3.0], [3.1], [2.9]], y=[1, 1, 1])))
    assert found["support"] == ["on", "outside", "inside"]
    assert found["hinge"] == pytest.approx([0, 0, 0.01], abs=1e-12)
    assert found["hinge"][0] == 0


def test_where_a_point_lies_follows_from_a_wrong_score_of_its_own() -> None:
    written: dict[str, Any] = dict(
        score=[0.5, 0, -1, -6.5], hinge=[0.5, 1, 0, 7.5], margin=0.4, support=["inside", "inside", "on", "outside"]
    )
    marks = marked(rules_of(NAME), BY_HAND, written)
    found = verdicts(marks)
    assert [found[f"support[{k}]"] for k in (1, 2, 3, 4)] == ["follows", "right", "right", "wrong"]
    assert found["hinge[1]"] == "follows"
    assert marks["support[1]"].came_from == ("score",)
    assert marks["support[1]"].points == marks["support[2]"].points == marks["support[1]"].max


def test_a_place_that_no_score_leads_to_is_right_only_by_the_key() -> None:
    written: dict[str, Any] = dict(score=[0.5, 0, -1, ""], support=["inside", "inside", "ON", "in"])
    found = verdicts(marked(rules_of(NAME), BY_HAND, written))
    assert [found[f"support[{k}]"] for k in (1, 2, 3, 4)] == ["wrong", "right", "right", "unreadable"]


def test_a_score_rounded_within_tolerance_still_lies_on_the_edge() -> None:
    written: dict[str, Any] = dict(score=[1.5, 0, -0.995, -6.5], support=["outside", "inside", "on", "inside"])
    assert set(verdicts(marked(rules_of(NAME), BY_HAND, written)).values()) == {"right", "blank"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, ""),
        ({"b": 0}, "a weight or a bias of zero"),
        ({"w": [3, 0]}, "a weight or a bias of zero"),
        ({"x": [[1, 0.5], [1, 0.5], [1, 1.125], [-1, 1]]}, "the same point twice"),
        ({"y": [1, 1, 1, 1]}, "points of one class only"),
        ({"b": 0.75}, "no point outside the margin, on its edge, or inside"),
    ],
)
def test_all_three_places_are_taken_by_different_points_of_both_classes(change: dict[str, Any], reason: str) -> None:
    raw = {**BY_HAND, **change}
    p, q = TEMPLATE.read(MarginParameters(), raw)
    assert TEMPLATE.guard(p, q, solution(NAME, raw)) == reason


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"y": [1, -1, 0, 1]}, "y may hold only 1 and -1"),
        ({"w": [0, 0]}, "w must not be zero: there is no margin then"),
        ({"b": [1, 2]}, "b is 2, but one number is expected"),
        ({"y": [1, -1]}, "y is 2, but N = 4 is expected"),
        ({"bias": 1}, "unknown given 'bias'"),
    ],
)
def test_givens_that_cannot_be_read_say_why(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GivensError, match=sentence):
        TEMPLATE.read(MarginParameters(), {**BY_HAND, **change})


def test_mistakes_exist_where_there_is_something_to_leave_out() -> None:
    def exist(**change: Any) -> set[str]:
        p, q = TEMPLATE.read(MarginParameters(), {**BY_HAND, **change})
        return {name for name, mistake in TEMPLATE.mistakes.items() if mistake.exists(p, q)}

    assert exist() == set(TEMPLATE.mistakes)
    assert exist(b=0) == set(TEMPLATE.mistakes) - {"bias_left_out"}
    assert exist(y=[1, 1, 1, 1]) == set(TEMPLATE.mistakes) - {"label_left_out"}
    assert exist(x=[[0, 0]] * 4) == set(TEMPLATE.mistakes) - {"maximum_left_out"}


@pytest.mark.parametrize("samples", [3, 5, 12])
def test_most_drawn_points_lie_where_they_are_wanted(samples: int) -> None:
    p = MarginParameters(samples=samples)
    taken = [set(Exact(TEMPLATE.draw(p, Stream(str(seed)))).support) for seed in range(50)]
    assert sum(len(places) == 3 for places in taken) > 20


def test_weights_are_never_drawn_as_zero() -> None:
    p = MarginParameters(inputs=1, weights=(-0.5, 0.5))
    assert {abs(TEMPLATE.draw(p, Stream(str(seed)))["w"][0]) for seed in range(20)} == {0.5}
    with pytest.raises(ValidationError, match=r"there is no multiple of 0.5 but 0 in \[-0.25, 0.25\]"):
        MarginParameters(weights=(-0.25, 0.25))


def test_each_point_has_its_row_with_places_to_fill_in() -> None:
    (table,) = TEMPLATE.tables(*TEMPLATE.read(MarginParameters(), BY_HAND))
    assert table.rows[2] == ("3", "1", "1.125", "-1", Slot("score[3]"), Slot("hinge[3]"), Slot("support[3]"))
