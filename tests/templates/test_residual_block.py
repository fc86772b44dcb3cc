from __future__ import annotations

from typing import Any

import pytest
from tests.helpers import marked, mistaken, rules_of, solution, values, verdicts

from grader.chance import Stream
from grader.template import GivensError
from grader.templates.residual_block import TEMPLATE, ResidualParameters

NAME = "residual_block"
Vector = list[float]
BY_HAND: dict[str, Any] = dict(
    x=[1, -2, 3],
    W_1=[[1, 1, 0], [0, 1, 1]],
    b_1=[0.5, 1],
    W_2=[[1, 2], [3, -1], [-1, -3]],
    b_2=[0, 0.5, 1],
)
# W_1 x + b_1 = (-0.5, 2), of which the ReLU leaves (0, 2)
SIZES = [(3, 3), (2, 4), (8, 8), (3, 1)]


class Loops:
    """The block with loops; `inner` and `outer` say whether the ReLUs are taken."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw

    @staticmethod
    def relu(z: Vector) -> Vector:
        return [v if v > 0 else 0.0 for v in z]

    @staticmethod
    def layer(W: list[Vector], b: Vector, x: Vector) -> Vector:
        return [sum(w * v for w, v in zip(row, x, strict=True)) + c for row, c in zip(W, b, strict=True)]

    def F(self, *, inner: bool = True) -> Vector:
        z = self.layer(self.raw["W_1"], self.raw["b_1"], self.raw["x"])
        return self.layer(self.raw["W_2"], self.raw["b_2"], self.relu(z) if inner else z)

    def plus_x(self, F: Vector) -> Vector:
        return [f + v for f, v in zip(F, self.raw["x"], strict=True)]


def drawn(inputs: int, hidden: int) -> list[dict[str, Any]]:
    p = ResidualParameters(inputs=inputs, hidden=max(hidden, 2)).model_copy(update={"hidden": hidden})
    return [TEMPLATE.draw(p, Stream(str(seed), NAME)) for seed in range(10)]


def close(numbers: Vector) -> Any:
    return pytest.approx(numbers, rel=1e-11, abs=1e-12)


def test_three_inputs_by_hand() -> None:
    assert values(solution(NAME, BY_HAND)) == {"F": [4, -1.5, -5], "out": [5, 0, 0]}


@pytest.mark.parametrize(("inputs", "hidden"), SIZES)
def test_the_block_is_what_loops_give(inputs: int, hidden: int) -> None:
    for raw in drawn(inputs, hidden):
        loops = Loops(raw)
        F = loops.F()
        assert values(solution(NAME, raw)) == {"F": close(F), "out": close(loops.relu(loops.plus_x(F)))}


@pytest.mark.parametrize(("inputs", "hidden"), SIZES)
def test_every_mistake_is_its_formula(inputs: int, hidden: int) -> None:
    for raw in drawn(inputs, hidden):
        steps, loops = solution(NAME, raw), Loops(raw)
        F = loops.F()
        assert mistaken(steps, "inner_relu_left_out") == {"F": close(loops.F(inner=False))}
        assert mistaken(steps, "skip_left_out") == {"out": close(loops.relu(F))}
        assert mistaken(steps, "relu_before_sum") == {"out": close(loops.plus_x(loops.relu(F)))}
        assert mistaken(steps, "outer_relu_left_out") == {"out": close(loops.plus_x(F))}


def test_the_output_follows_from_a_wrong_inner_value() -> None:
    # without the inner ReLU: W_2 (-0.5, 2) + b_2 = (3.5, -3, -4.5)
    marks = marked(rules_of(NAME, parameters=dict(hidden=2)), BY_HAND, dict(F=[3.5, -3, -4.5], out=[4.5, 0, 0]))
    found = verdicts(marks)
    assert [found[f"F[{k}]"] for k in (1, 2, 3)] == ["mistake"] * 3
    assert {mark.mistakes for cell, mark in marks.items() if cell.startswith("F")} == {("inner_relu_left_out",)}
    assert [found[f"out[{k}]"] for k in (1, 2, 3)] == ["follows", "right", "right"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, ""),
        ({"b_1": [1, 0.9]}, "a value within 0.05 of zero going into the inner ReLU"),
        ({"b_1": [1.5, 1]}, "only values of one sign going into the inner ReLU"),
        ({"b_2": [0, 4, 1]}, "a value within 0.05 of zero going into the last ReLU"),
        ({"b_2": [0, 5, 5]}, "only values of one sign going into the last ReLU"),
        ({"b_2": [-9, 0, 1]}, "only values of one sign going into the last ReLU"),
    ],
)
def test_both_rectifiers_pass_something_and_stop_something(change: dict[str, Any], reason: str) -> None:
    raw = {**BY_HAND, **change}
    p, q = TEMPLATE.read(ResidualParameters(), raw)
    assert TEMPLATE.guard(p, q, solution(NAME, raw)) == reason


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"b_1": [1, 2, 3]}, "b_1 is 3, but H = 2 is expected"),
        ({"x": ["a"]}, "x is not a number or a rectangular list"),
        ({"b": 1}, "unknown given 'b'"),
    ],
)
def test_givens_that_cannot_be_read_say_why(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GivensError, match=sentence):
        TEMPLATE.read(ResidualParameters(), {**BY_HAND, **change})


def test_what_is_missing_is_named() -> None:
    with pytest.raises(GivensError, match="b_2 is missing"):
        TEMPLATE.read(ResidualParameters(), {k: v for k, v in BY_HAND.items() if k != "b_2"})


def test_axes_of_size_one_may_be_left_out() -> None:
    raw = dict(x=[1, 2], W_1=[3, 4], b_1=-1, W_2=[1, -1], b_2=[0.5, 0.5])
    # W_1 x + b_1 = 10
    assert values(solution(NAME, raw)) == {"F": [10.5, -9.5], "out": [11.5, 0]}
