from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers import marked, mistaken, rules_of, solution, values, verdicts

from grader.chance import Stream
from grader.template import GivensError
from grader.templates.multilabel_bce import TEMPLATE, LabelParameters

NAME = "multilabel_bce"
RAW: dict[str, Any] = dict(y=[[1, 0], [0, 1], [1, 0]], y_hat=[[0.5, 0.25], [0.2, 0.8], [0.1, 0.6]])


def term(y: float, y_hat: float) -> float:
    """-log of the probability that the network gives to what is the case."""
    return -math.log(y_hat if y else 1 - y_hat)


def terms(raw: dict[str, Any]) -> list[list[float]]:
    return [[term(a, b) for a, b in zip(*rows, strict=True)] for rows in zip(raw["y"], raw["y_hat"], strict=True)]


def test_an_example_by_hand() -> None:
    """-log of .5, .75; .8, .8; .1, .4."""
    found = values(solution(NAME, RAW))
    assert found["term"] == [
        pytest.approx(row, abs=5e-5) for row in ([0.6931, 0.2877], [0.2231, 0.2231], [2.3026, 0.9163])
    ]
    assert found["per_image"] == pytest.approx([0.9808, 0.4463, 3.2189], abs=5e-5)
    assert found["loss"] == pytest.approx(1.5487, abs=5e-5)


@given(st.integers(1, 5), st.integers(2, 5), st.integers(0, 999))
def test_every_step_is_what_plain_loops_give(m: int, n: int, seed: int) -> None:
    parameters = dict(images=m, labels=n)
    raw = TEMPLATE.draw(LabelParameters(**parameters), Stream("loops", str(seed)))
    steps = solution(NAME, raw, parameters)
    expected = terms(raw)
    assert steps["term"].value.tolist() == [pytest.approx(row, rel=1e-12) for row in expected]
    assert steps["per_image"].value.tolist() == pytest.approx([math.fsum(row) for row in expected], rel=1e-12)
    assert steps["loss"].value == pytest.approx(math.fsum(map(math.fsum, expected)) / m, rel=1e-12)


@given(st.integers(1, 5), st.integers(2, 5), st.integers(0, 999))
def test_labels_of_both_kinds_are_drawn_for_every_image(m: int, n: int, seed: int) -> None:
    y = TEMPLATE.draw(LabelParameters(images=m, labels=n), Stream("kinds", str(seed)))["y"]
    assert {frozenset(row) for row in y} == {frozenset({0, 1})}


def test_every_mistake_is_its_formula() -> None:
    steps = solution(NAME, RAW)
    right = terms(RAW)
    total = sum(map(sum, right))
    pairs = [list(zip(*rows, strict=True)) for rows in zip(RAW["y"], RAW["y_hat"], strict=True)]
    expected: dict[str, Any] = {
        "negatives_left_out": [[-math.log(b) if a else 0.0 for a, b in row] for row in pairs],
        "log_base_ten": [[-math.log10(b if a else 1 - b) for a, b in row] for row in pairs],
        "log_base_two": [[-math.log2(b if a else 1 - b) for a, b in row] for row in pairs],
        "minus_left_out": [[math.log(b if a else 1 - b) for a, b in row] for row in pairs],
    }
    for name, value in expected.items():
        assert mistaken(steps, name) == {"term": [pytest.approx(row, rel=1e-12) for row in value]}
    assert mistaken(steps, "divided_by_all") == {"loss": pytest.approx(total / 6, rel=1e-12)}
    assert mistaken(steps, "not_divided") == {"loss": pytest.approx(total, rel=1e-12)}
    assert {*expected, "divided_by_all", "not_divided"} == set(TEMPLATE.mistakes)


def exists(mistake: str, raw: dict[str, Any]) -> bool:
    return TEMPLATE.mistakes[mistake].exists(*TEMPLATE.read(LabelParameters(), raw))


def test_mistakes_exist_where_they_change_something() -> None:
    one_image = dict(y=[[1, 1]], y_hat=[[0.3, 0.4]])
    one_label = dict(y=[[1], [0]], y_hat=[[0.3], [0.4]])
    assert all(exists(name, RAW) for name in TEMPLATE.mistakes)
    assert not exists("not_divided", one_image)
    assert exists("divided_by_all", one_image)
    assert not exists("negatives_left_out", one_image)
    assert exists("not_divided", one_label)
    assert not exists("divided_by_all", one_label)


def test_negatives_left_out_are_named_in_the_sums() -> None:
    """The zeros of the left-out terms earn nothing; the sums show what was done."""
    written = {"per_image": ["0.69315", "0.22314", "2.30259"], "loss": "1.07296"}
    marks = marked(rules_of(NAME, parameters={"labels": 2}), RAW, written)
    assert [marks[f"per_image[{k}]"].mistakes for k in (1, 2, 3)] == [("negatives_left_out",)] * 3
    assert marks["loss"].verdict == "follows"


def test_a_slip_in_one_term_is_carried_into_its_sum_and_the_loss() -> None:
    right = values(solution(NAME, RAW))
    written = {"term[2,1]": "0.5", "per_image[2]": f"{0.5 + right['term'][1][1]:.5f}"}
    written["loss"] = f"{(sum(right['per_image']) - right['term'][1][0] + 0.5) / 3:.5f}"
    found = verdicts(marked(rules_of(NAME, parameters={"labels": 2}), RAW, written))
    assert (found["term[2,1]"], found["per_image[2]"], found["loss"]) == ("wrong", "follows", "follows")


def test_sizes_are_inferred_from_the_givens() -> None:
    p, _ = TEMPLATE.read(LabelParameters(), dict(y=[[1, 0]], y_hat=[0.3, 0.4]))
    assert (p.images, p.labels) == (1, 2)
    p, q = TEMPLATE.read(LabelParameters(images=1), dict(y=1, y_hat=0.3))
    assert (p.images, p.labels, q.y.tolist()) == (1, 1, [[1]])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"y": [[1, 2], [0, 1], [1, 0]]}, "y may hold only 0 and 1"),
        ({"y_hat": [[1, 0.5]] * 3}, "y_hat holds probabilities between 0 and 1"),
        ({"y_hat": [[0.5, 0.5]] * 2}, "y_hat is 2 × 2, but m = 3 × n = 2 is expected"),
        ({"z": 1}, "unknown given 'z'"),
    ],
)
def test_givens_that_cannot_be_read_say_why(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GivensError, match=sentence):
        TEMPLATE.read(LabelParameters(), {**RAW, **change})
    with pytest.raises(GivensError, match="y_hat is missing"):
        TEMPLATE.read(LabelParameters(), {"y": RAW["y"]})
