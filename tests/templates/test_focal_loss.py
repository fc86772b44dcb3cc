from __future__ import annotations

import math
from typing import Any

import pytest
from tests.helpers import marked, mistaken, rules_of, solution, values, verdicts

from grader.chance import Stream
from grader.template import GivensError
from grader.templates.focal_loss import TEMPLATE, FocalParameters

NAME = "focal_loss"
RAW = dict(p=[0.9, 0.5, 0.1], gamma=2)
WEIGHTED = dict(p=[0.8, 0.25], gamma=3, alpha=0.4)


def test_an_example_by_hand() -> None:
    """At p = 0.9 and γ = 2 the loss is a hundredth of the cross-entropy."""
    found = values(solution(NAME, RAW))
    assert found["ce"] == pytest.approx([0.1054, 0.6931, 2.3026], abs=5e-5)
    assert found["fl"] == pytest.approx([0.001054, 0.1733, 1.8651], abs=5e-5)
    assert found["ratio"] == pytest.approx([0.01, 0.25, 0.81], rel=1e-12)
    choices = {name: found[name] for name in ("gamma_zero", "near_one", "near_zero")}
    assert choices == dict(gamma_zero="cross_entropy", near_one="negligible", near_zero="dominant")


@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("n", [2, 3, 6])
def test_every_step_is_what_plain_floats_give(n: int, alpha: bool) -> None:
    for seed in range(20):
        parameters = dict(n=n, alpha=alpha)
        raw = TEMPLATE.draw(FocalParameters(**parameters), Stream("plain", str(seed)))
        steps = solution(NAME, raw, parameters)
        ce = [-math.log(v) for v in raw["p"]]
        fl = [-raw.get("alpha", 1) * (1 - v) ** raw["gamma"] * math.log(v) for v in raw["p"]]
        assert steps["ce"].value.tolist() == pytest.approx(ce, rel=1e-12)
        assert steps["fl"].value.tolist() == pytest.approx(fl, rel=1e-12)
        assert steps["ratio"].value.tolist() == pytest.approx([f / c for f, c in zip(fl, ce, strict=True)], rel=1e-12)


def test_what_the_choices_say_is_so() -> None:
    zero = values(solution(NAME, {**RAW, "gamma": 0}))
    assert zero["fl"] == zero["ce"]
    fl = values(solution(NAME, dict(p=[0.999, 0.5, 0.001], gamma=2)))["fl"]
    assert fl[0] / sum(fl) < 1e-6
    assert fl[2] / sum(fl) > 0.97


def test_every_mistake_is_its_formula() -> None:
    steps = solution(NAME, WEIGHTED)
    points = WEIGHTED["p"]
    assert isinstance(points, list)
    expected: dict[str, dict[str, Any]] = {
        "log_base_ten": {
            "ce": [-math.log10(v) for v in points],
            "fl": [-0.4 * (1 - v) ** 3 * math.log10(v) for v in points],
        },
        "minus_left_out": {
            "ce": [math.log(v) for v in points],
            "fl": [0.4 * (1 - v) ** 3 * math.log(v) for v in points],
        },
        "p_to_the_gamma": {"fl": [-0.4 * v**3 * math.log(v) for v in points]},
        "gamma_as_factor": {"fl": [-0.4 * 3 * (1 - v) * math.log(v) for v in points]},
        "alpha_left_out": {"fl": [-((1 - v) ** 3) * math.log(v) for v in points]},
    }
    for name, at in expected.items():
        found = mistaken(steps, name)
        assert set(found) == set(at)
        for step, value in at.items():
            assert found[step] == pytest.approx(value, rel=1e-12)
    assert set(expected) == set(TEMPLATE.mistakes)


def exists(mistake: str, raw: dict[str, Any]) -> bool:
    return TEMPLATE.mistakes[mistake].exists(*TEMPLATE.read(FocalParameters(), raw))


def test_mistakes_exist_where_they_change_something() -> None:
    assert not exists("alpha_left_out", RAW)
    assert exists("alpha_left_out", WEIGHTED)
    assert not exists("alpha_left_out", {**WEIGHTED, "alpha": 1})
    assert exists("gamma_as_factor", RAW)
    assert not exists("gamma_as_factor", {**RAW, "gamma": 1})
    assert exists("p_to_the_gamma", RAW)
    assert not exists("p_to_the_gamma", {**RAW, "gamma": 0})
    assert not exists("p_to_the_gamma", {**RAW, "p": [0.5, 0.5]})


def test_a_logarithm_to_base_ten_everywhere_leaves_the_ratio_right() -> None:
    rules = rules_of(NAME)
    tens = [-math.log10(v) for v in (0.8, 0.5, 0.1)]
    focal = [w * v for w, v in zip((0.04, 0.25, 0.81), tens, strict=True)]
    written = {"ce": [f"{v:.5f}" for v in tens], "fl": [f"{v:.6f}" for v in focal], "ratio": ["0.04", "0.25", "0.81"]}
    marks = marked(rules, dict(p=[0.8, 0.5, 0.1], gamma=2), written)
    assert {marks[f"ce[{k}]"].mistakes for k in (1, 2, 3)} == {("log_base_ten",)}
    assert {marks[f"fl[{k}]"].verdict for k in (1, 2, 3)} <= {"mistake", "follows"}
    assert {marks[f"ratio[{k}]"].verdict for k in (1, 2, 3)} == {"right"}


def test_a_slip_in_the_cross_entropy_is_carried_into_focal_loss_and_ratio() -> None:
    written = {"ce[2]": "0.4", "fl[2]": "0.1", "ratio[2]": "0.25"}
    found = verdicts(marked(rules_of(NAME), RAW, written))
    assert (found["ce[2]"], found["fl[2]"], found["ratio[2]"]) == ("wrong", "follows", "right")


def test_choices_are_marked_by_their_labels() -> None:
    written = {"gamma_zero": "one", "near_one": "negligible", "near_zero": "Dominant"}
    found = verdicts(marked(rules_of(NAME), RAW, written))
    assert (found["gamma_zero"], found["near_one"], found["near_zero"]) == ("wrong", "right", "right")


def test_points_and_alpha_are_inferred_from_the_givens() -> None:
    p, q = TEMPLATE.read(FocalParameters(n=7), WEIGHTED)
    assert (p.n, p.alpha, q.alpha) == (2, True, 0.4)
    p, q = TEMPLATE.read(FocalParameters(), dict(p=0.3, gamma=2))
    assert (p.n, p.alpha, q.alpha) == (1, False, 1)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"p": [0.5, 1]}, r"p holds probabilities between 0 and 1, not \[0.5, 1\]"),
        ({"p": [0, 0.5]}, "p holds probabilities between 0 and 1"),
        ({"gamma": -1}, "gamma must be at least 0, not -1"),
        ({"gamma": [1, 2]}, "gamma is 2, but one number is expected"),
        ({"alpha": 0}, "alpha must be above 0, not 0"),
        ({"beta": 1}, "unknown given 'beta'"),
    ],
)
def test_givens_that_cannot_be_read_say_why(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GivensError, match=sentence):
        TEMPLATE.read(FocalParameters(), {**RAW, **change})


def test_what_is_missing_is_named() -> None:
    with pytest.raises(GivensError, match="gamma is missing; these givens are needed: p, gamma"):
        TEMPLATE.read(FocalParameters(), {"p": [0.5]})
    with pytest.raises(GivensError, match="alpha is missing"):
        TEMPLATE.read(FocalParameters(alpha=True), RAW)
