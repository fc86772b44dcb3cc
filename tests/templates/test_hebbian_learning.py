from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.helpers import marked, mistaken, rules_of, solution, values, verdicts

from grader.chance import Stream
from grader.template import GivensError, Slot
from grader.templates.hebbian_learning import TEMPLATE, HebbParameters

NAME = "hebbian_learning"
AND: dict[str, Any] = dict(
    x=[[1, 1], [1, -1], [-1, 1], [-1, -1]], t=[1, -1, -1, -1], rate=1, w_0=[0, 0], b_0=0
)  # the worked example of every textbook: the logical and of two inputs
signs = st.sampled_from((-1, 1))


@st.composite
def lessons(draw: st.DrawFn) -> dict[str, Any]:
    d, n = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    tenths = st.integers(-15, 15).map(lambda k: k / 10)
    return dict(
        x=draw(st.lists(st.lists(signs, min_size=d, max_size=d), min_size=n, max_size=n)),
        t=draw(st.lists(signs, min_size=n, max_size=n)),
        rate=draw(st.sampled_from((0.1, 0.25, 0.5, 1.0))),
        w_0=draw(st.lists(tenths, min_size=d, max_size=d)),
        b_0=draw(tenths),
    )


class Exact:
    """The rule in rational numbers. `states` are weights and bias before each pattern and at the end."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.x, self.t = raw["x"], raw["t"]
        self.rate = self.fraction(raw["rate"])
        w, b = [self.fraction(v) for v in raw["w_0"]], self.fraction(raw["b_0"])
        self.states = [(w, b)]
        for x, t in zip(self.x, self.t, strict=True):
            w, b = self.learned((w, b), x, self.rate * t)
            self.states.append((w, b))

    @staticmethod
    def fraction(value: float) -> Fraction:
        return Fraction(str(value))

    @staticmethod
    def learned(state: tuple[list[Fraction], Fraction], x: list[int], by: Fraction) -> tuple[list[Fraction], Fraction]:
        w, b = state
        return [u + by * v for u, v in zip(w, x, strict=True)], b + by

    @staticmethod
    def answer(state: tuple[list[Fraction], Fraction], x: list[int]) -> int:
        w, b = state
        return 1 if sum((u * v for u, v in zip(w, x, strict=True)), b) >= 0 else -1


def steps_of(raw: dict[str, Any], mistake: str = "") -> dict[str, Any]:
    steps = solution(NAME, raw)
    found = mistaken(steps, mistake) if mistake else values(steps)
    return {name: value if isinstance(value, list) else [value] for name, value in found.items()}


def expected(states: list[tuple[list[Fraction], Fraction]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for i, (w, b) in enumerate(states, start=1):
        found[f"w_{i}"] = pytest.approx([float(v) for v in w], abs=1e-12)
        found[f"b_{i}"] = pytest.approx([float(b)], abs=1e-12)
    return found


def test_the_logical_and_is_learned_in_one_pass() -> None:
    found = values(solution(NAME, AND))
    assert [found[f"w_{i}"] for i in (1, 2, 3, 4)] == [[1, 1], [0, 2], [1, 1], [2, 2]]
    assert [found[f"b_{i}"] for i in (1, 2, 3, 4)] == [1, 0, -1, -2]
    assert found["prediction"] == AND["t"]


@given(lessons())
def test_all_steps_are_what_rational_numbers_give(raw: dict[str, Any]) -> None:
    found, exact = steps_of(raw), Exact(raw)
    assert found.pop("prediction") == [Exact.answer(exact.states[-1], x) for x in raw["x"]]
    assert found == expected(exact.states[1:])


@given(lessons())
def test_every_mistake_is_its_formula(raw: dict[str, Any]) -> None:
    exact = Exact(raw)
    before = list(zip(exact.states, exact.x, exact.t, strict=False))
    rate = exact.rate
    assert steps_of(raw, "target_left_out") == expected([Exact.learned(s, x, rate) for s, x, _ in before])
    assert steps_of(raw, "rate_left_out") == expected([Exact.learned(s, x, Fraction(t)) for s, x, t in before])
    perceptron = [s if Exact.answer(s, x) == t else Exact.learned(s, x, rate * t) for s, x, t in before]
    assert steps_of(raw, "only_when_wrong") == expected(perceptron)
    unchanged = {name: value for name, value in expected([s for s, _, _ in before]).items() if name[0] == "b"}
    assert steps_of(raw, "bias_not_updated") == unchanged


def test_predictions_follow_from_wrong_final_weights() -> None:
    raw = {**AND, "w_0": [0.5, -0.4], "b_0": 0.3}
    written: dict[str, Any] = dict(w_4=[-2, -2], b_4=-1, prediction=[-1, 1, -1, 1])
    # w = (2.5, 1.6), b = -1.7 is right; with the student's own, the nets are -5, -1, -1, 3
    marks = marked(rules_of(NAME, parameters=dict(inputs=2)), raw, written)
    found = verdicts(marks)
    assert [found[f"prediction[{k}]"] for k in (1, 2, 3, 4)] == ["follows", "wrong", "right", "follows"]


@pytest.mark.parametrize(
    ("change", "existing"),
    [
        ({}, {"target_left_out", "bias_not_updated", "only_when_wrong"}),
        ({"rate": 0.5}, {"target_left_out", "bias_not_updated", "only_when_wrong", "rate_left_out"}),
        ({"t": [1, 1, 1, 1]}, {"bias_not_updated", "only_when_wrong"}),
        # a first answer of 1 from zero on is wrong, and so is every other one here
        ({"x": [[1, 1], [-1, -1]], "t": [-1, 1]}, {"target_left_out", "bias_not_updated", "only_when_wrong"}),
        ({"x": [[1, 1]], "t": [-1]}, {"target_left_out", "bias_not_updated"}),
    ],
)
def test_mistakes_exist_where_they_would_change_something(change: dict[str, Any], existing: set[str]) -> None:
    p, q = TEMPLATE.read(HebbParameters(), {**AND, **change})
    assert {name for name, mistake in TEMPLATE.mistakes.items() if mistake.exists(p, q)} == existing


def test_undecided_and_monotonous_instances_are_not_issued() -> None:
    def guard(**change: Any) -> str:
        raw = {**AND, "w_0": [0.5, -0.4], "b_0": 0.3, **change}
        p, q = TEMPLATE.read(HebbParameters(), raw)
        return TEMPLATE.guard(p, q, solution(NAME, raw))

    assert guard() == ""
    assert guard(t=[1, 1, 1, 1]) == "targets that are all the same"
    assert guard(b_0=-0.1) == "a net input of zero before pattern 1"
    # from zero on the first net input is zero for everybody; w = (1, 1, 1) and b = 1 then give 1 - 1 - 1 + 1
    three = dict(x=[[1, 1, 1], [1, -1, -1]], t=[1, -1], w_0=[0, 0, 0], b_0=0)
    assert guard(**three) == "a net input of zero before pattern 2"
    assert guard(w_0=[0.5, -0.4], b_0=9) == "predictions that are all the same"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"x": [[1, 0], [1, 1], [1, 1], [1, 1]]}, "x may hold only 1 and -1"),
        ({"t": [1, 2, 1, 1]}, "t may hold only 1 and -1"),
        ({"rate": 0}, "rate must be above zero, not 0"),
        ({"t": [1, -1]}, "t is 2, but N = 4 is expected"),
        ({"bias": 1}, "unknown given 'bias'"),
    ],
)
def test_givens_that_cannot_be_read_say_why(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GivensError, match=sentence):
        TEMPLATE.read(HebbParameters(), {**AND, **change})


def test_a_start_that_is_left_out_is_zero_only_where_it_is_said_to_be() -> None:
    raw = {name: value for name, value in AND.items() if name not in ("w_0", "b_0")}
    assert solution(NAME, raw, {"initial": "zero"})["w_4"].value.tolist() == [2, 2]
    with pytest.raises(GivensError, match="w_0 is missing"):
        TEMPLATE.read(HebbParameters(), raw)
    assert TEMPLATE.read(HebbParameters(), AND)[0].initial == "zero"
    assert TEMPLATE.read(HebbParameters(initial="zero"), {**AND, "b_0": 0.5})[0].initial == "drawn"


def test_patterns_differ_and_there_are_only_so_many() -> None:
    for seed in range(20):
        x = TEMPLATE.draw(HebbParameters(inputs=2), Stream(str(seed)))["x"]
        assert sorted(x) == [[-1, -1], [-1, 1], [1, -1], [1, 1]]
    with pytest.raises(ValidationError, match="there are only 2 different patterns of 1 entries"):
        HebbParameters(inputs=1)


def test_each_pattern_has_its_row_with_places_to_fill_in() -> None:
    (table,) = TEMPLATE.tables(*TEMPLATE.read(HebbParameters(), AND))
    places = tuple(map(Slot, ("w_2[1]", "w_2[2]", "b_2", "prediction[2]")))
    assert table.rows[1] == ("2", "1", "-1", "-1", *places)
    one = {**AND, "x": [[1]], "t": [1], "w_0": [0.5]}
    (table,) = TEMPLATE.tables(*TEMPLATE.read(HebbParameters(), one))
    assert table.rows == (("1", "1", "1", Slot("w_1"), Slot("b_1"), Slot("prediction")),)
