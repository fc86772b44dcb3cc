from __future__ import annotations

import itertools
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers import marked, mistaken, rules_of, solution, values, verdicts

from grader.chance import Stream
from grader.numerics.optimisation import fewest_factors
from grader.template import GivensError
from grader.templates.vanishing_gradient import FATES, TEMPLATE, VanishingParameters
from grader.variant import draw_variant

NAME = "vanishing_gradient"
RAW: dict[str, Any] = dict(w=0.8, h=[0.5, -0.4, 0.2], activation="tanh")
LOGISTIC: dict[str, Any] = dict(w=5, h=[0.5, 0.4], activation="sigmoid")


def sigma(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def test_an_example_by_hand() -> None:
    """0.8·0.75, 0.8·0.84 and 0.8·0.96; their product's cube root is 0.677, and 0.677^36 is the first below 10⁻⁶."""
    found = values(solution(NAME, RAW))
    assert found == dict(
        factor=pytest.approx([0.6, 0.672, 0.768]), product=pytest.approx(0.3096576), fate="vanishes", steps=36
    )


def test_an_example_with_the_logistic_function() -> None:
    found = values(solution(NAME, LOGISTIC))
    assert found == dict(factor=pytest.approx([1.25, 1.2]), product=pytest.approx(1.5), fate="explodes")


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
@pytest.mark.parametrize("wanted", [*FATES, "mixed"])
@pytest.mark.parametrize("steps", [3, 5, 12])
def test_the_product_is_the_slope_of_the_last_state_by_the_first(activation: str, wanted: str, steps: int) -> None:
    """Central differences on the network itself, whose inputs are such that it takes these values."""
    parameters = dict(steps=steps, activation=activation, fate=wanted)
    function, inverse = (math.tanh, math.atanh) if activation == "tanh" else (sigma, lambda h: math.log(h / (1 - h)))
    for seed in range(5):
        raw = TEMPLATE.draw(VanishingParameters.model_validate(parameters), Stream("network", str(seed)))
        w, states = raw["w"], [0.3, *raw["h"]]
        inputs = [inverse(after) - w * before for before, after in itertools.pairwise(states)]

        def run(h: float, inputs: list[float], w: float = w) -> float:
            for u in inputs:
                h = function(w * h + u)
            return h

        found = values(solution(NAME, raw, parameters))
        step = 1e-5 / max(1.0, abs(found["product"]))  # small where the network is sensitive
        slope = (run(0.3 + step, inputs) - run(0.3 - step, inputs)) / (2 * step)
        assert slope == pytest.approx(found["product"], rel=1e-6)
        for t, factor in enumerate(found["factor"]):
            ahead, behind = (run(states[t] + d, inputs[t : t + 1]) for d in (step, -step))
            assert (ahead - behind) / (2 * step) == pytest.approx(factor, rel=1e-6)


@given(st.floats(0.2, 0.9))
def test_the_steps_are_counted_one_by_one(w: float) -> None:
    """With h = 0 every factor is w."""
    left, n = w, 1
    while left >= 1e-6:
        left, n = left * w, n + 1
    assert abs(values(solution(NAME, dict(w=w, h=[0, 0, 0])))["steps"] - n) <= (abs(left / w - 1e-6) < 1e-15)


def test_the_fewest_factors_are_the_first_power_below_the_limit() -> None:
    """Also at 0.1, whose sixth power is the limit but for the last digit."""
    for factor in (k / 1000 for k in range(1, 1000)):
        n = fewest_factors(factor, 1e-6)
        assert factor**n < 1e-6
        assert n == 1 or factor ** (n - 1) >= 1e-6


@pytest.mark.parametrize("wanted", FATES)
def test_everyone_gets_the_fate_that_is_wanted(wanted: str) -> None:
    rules = rules_of(NAME, parameters={"fate": wanted})
    for seed in range(20):
        raw = draw_variant(rules, str(seed), "fates").givens
        found = values(solution(NAME, raw))
        assert found["fate"] == wanted
        assert ("steps" in found) == (wanted == "vanishes")


def test_mixed_fates_are_all_there_and_steps_are_not_asked() -> None:
    rules = rules_of(NAME, parameters={"fate": "mixed"})
    drawn = [draw_variant(rules, str(seed), "fates").givens for seed in range(30)]
    assert {values(solution(NAME, raw))["fate"] for raw in drawn} == set(FATES)
    assert "steps" not in rules.parts


def test_every_mistake_is_its_formula() -> None:
    steps = solution(NAME, RAW)
    factor = [0.6, 0.672, 0.768]
    assert mistaken(steps, "weight_left_out") == {"factor": pytest.approx([0.75, 0.84, 0.96])}
    assert mistaken(steps, "tanh_for_its_derivative") == {"factor": pytest.approx([0.4, -0.32, 0.16])}
    assert mistaken(steps, "one_minus_h") == {"factor": pytest.approx([0.4, 1.12, 0.64])}
    assert mistaken(steps, "sum_for_product") == {"product": pytest.approx(sum(factor))}
    assert mistaken(steps, "weight_once") == {"product": pytest.approx(0.8 * 0.75 * 0.84 * 0.96)}
    logistic = solution(NAME, LOGISTIC)
    assert mistaken(logistic, "weight_left_out") == {"factor": pytest.approx([0.25, 0.24])}
    assert mistaken(logistic, "one_minus_h") == {"factor": pytest.approx([2.5, 3])}
    assert mistaken(logistic, "weight_once") == {"product": pytest.approx(5 * 0.25 * 0.24)}


def existing(raw: dict[str, Any]) -> set[str]:
    p, q = TEMPLATE.read(VanishingParameters(), raw)
    return {name for name, mistake in TEMPLATE.mistakes.items() if mistake.exists(p, q)}


def test_mistakes_exist_where_they_change_something() -> None:
    assert existing(RAW) == set(TEMPLATE.mistakes)
    assert existing(LOGISTIC) == set(TEMPLATE.mistakes) - {"tanh_for_its_derivative"}
    assert existing({**RAW, "w": 1}) == set(TEMPLATE.mistakes) - {"weight_left_out", "weight_once"}
    assert existing({**RAW, "h": [0.5]}) == {"weight_left_out", "tanh_for_its_derivative", "one_minus_h"}


def test_a_wrong_product_is_carried_into_fate_and_steps() -> None:
    """Added factors make 2.04: that explodes, and never comes below the limit."""
    rules = rules_of(NAME, parameters={"steps": 3})
    right = {"factor": ["0.6", "0.672", "0.768"]}
    found = marked(rules, RAW, {**right, "product": "2.04", "fate": "explodes", "steps": "36"})
    assert found["product"].mistakes == ("sum_for_product",)
    assert (found["fate"].verdict, found["steps"].verdict) == ("follows", "right")
    # 0.6048^(1/3) = 0.8456, and its 83rd power is the first below the limit
    once = marked(rules, RAW, {**right, "product": "0.48384", "fate": "vanishes", "steps": "58"})
    assert once["product"].mistakes == ("weight_once",)
    assert verdicts(once) | {"product": "mistake", "fate": "right", "steps": "follows"} == verdicts(once)


def test_steps_fate_and_activation_are_inferred_from_the_givens() -> None:
    p, _ = TEMPLATE.read(VanishingParameters(), LOGISTIC)
    assert (p.steps, p.activation, p.fate) == (2, "sigmoid", "explodes")
    p = TEMPLATE.settle(VanishingParameters(), {"h": [0.1, 0.2]})
    assert (p.steps, p.fate) == (2, "vanishes")
    assert values(solution(NAME, {"w": 2, "h": [0.5]}, {"activation": "sigmoid"}))["factor"] == 0.5


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"w": 0}, "w must not be 0"),
        ({"h": [0.5, 1]}, "h holds values of tanh, between -1 and 1"),
        ({"h": [-0.5], "activation": "sigmoid"}, "h holds values of sigmoid, between 0 and 1"),
        ({"activation": "relu"}, "activation must be tanh or sigmoid, not 'relu'"),
        ({"u": 1}, "unknown given 'u'"),
    ],
)
def test_givens_that_cannot_be_read_say_why(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GivensError, match=sentence):
        TEMPLATE.read(VanishingParameters(), {**RAW, **change})
    with pytest.raises(GivensError, match="h is missing"):
        TEMPLATE.read(VanishingParameters(), {"w": 1})
