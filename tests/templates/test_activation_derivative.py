from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tests.helpers import marked, mistaken, rules_of, solution, values, verdicts

from grader.chance import Stream
from grader.numerics.activations import softplus
from grader.template import GivensError
from grader.templates.activation_derivative import TEMPLATE, ActivationParameters

NAME = "activation_derivative"
PLAIN: dict[str, Callable[[float], float]] = {
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "tanh": lambda z: (math.exp(2 * z) - 1) / (math.exp(2 * z) + 1),
    "relu": lambda z: max(0.0, z),
    "leaky_relu": lambda z: z if z > 0 else z / 100,
    "softplus": lambda z: math.log(1 + math.exp(z)),
}


def raw_of(function: str, *z: float) -> dict[str, Any]:
    return dict(function=function, z=list(z))


@pytest.mark.parametrize("function", PLAIN)
@pytest.mark.parametrize("n", [2, 4, 12])
def test_values_and_slopes_are_those_of_the_plain_function(function: str, n: int) -> None:
    """Slopes by central differences."""
    for seed in range(10):
        p = ActivationParameters.model_validate(dict(function=function, n=n, places=2))
        raw = TEMPLATE.draw(p, Stream("plain", str(seed)))
        assert len(raw["z"]) == n
        steps = solution(NAME, raw)
        f = PLAIN[function]
        assert steps["value"].value.tolist() == pytest.approx([f(z) for z in raw["z"]], rel=1e-12)
        slopes = [(f(z + 1e-5) - f(z - 1e-5)) / 2e-5 for z in raw["z"]]
        assert steps["derivative"].value.tolist() == pytest.approx(slopes, rel=1e-6, abs=1e-9)


def test_an_example_by_hand() -> None:
    found = values(solution(NAME, raw_of("sigmoid", 0, math.log(3))))
    numbers = dict(value=pytest.approx([0.5, 0.75]), derivative=pytest.approx([0.25, 0.1875]))
    assert found == {**numbers, "formula": "S*(1 - S)"}
    assert values(solution(NAME, raw_of("tanh", 0)))["formula"] == "1 - S^2"
    assert values(solution(NAME, raw_of("relu", -2, 3))) == dict(value=[0, 3], derivative=[0, 1])
    assert values(solution(NAME, raw_of("leaky_relu", -2, 3))) == dict(value=[-0.02, 3], derivative=[0.01, 1])


def test_the_derivative_of_a_rectifier_at_zero_is_the_one_from_the_left() -> None:
    assert values(solution(NAME, raw_of("relu", 0)))["derivative"] == 0
    assert values(solution(NAME, raw_of("leaky_relu", 0)))["derivative"] == 0.01
    for function in PLAIN:
        told = "from the left" in TEMPLATE.wording(ActivationParameters.model_validate(dict(function=function)))
        assert told == (function in ("relu", "leaky_relu"))


def test_softplus_neither_overflows_nor_loses_small_values() -> None:
    assert softplus(np.array([1000.0, -40.0])).tolist() == pytest.approx([1000, math.exp(-40)], rel=1e-12)


def test_every_mistake_is_its_formula() -> None:
    steps = solution(NAME, raw_of("sigmoid", math.log(3), -math.log(3)))
    by_mistake = {
        "function_for_its_derivative": ([0.75, 0.25], "S"),
        "one_plus": ([0.75 * 1.75, 0.25 * 1.25], "S*(1 + S)"),
        "one_minus_only": ([0.25, 0.75], "1 - S"),
    }
    for mistake, (numbers, formula) in by_mistake.items():
        assert mistaken(steps, mistake) == {"derivative": pytest.approx(numbers), "formula": formula}
    S = math.tanh(0.7)
    hyperbolic = solution(NAME, raw_of("tanh", 0.7))
    assert mistaken(hyperbolic, "one_plus")["derivative"] == pytest.approx(S * (1 + S))
    assert mistaken(hyperbolic, "one_minus_only")["derivative"] == pytest.approx(1 - S)
    softened = solution(NAME, raw_of("softplus", 0.7))
    assert mistaken(softened, "function_for_its_derivative") == {"derivative": pytest.approx(PLAIN["softplus"](0.7))}


@pytest.mark.parametrize("function", PLAIN)
def test_formulas_in_s_are_mistaken_only_where_the_derivative_is_one(function: str) -> None:
    p, q = TEMPLATE.read(ActivationParameters(), raw_of(function, -1, 2))
    found = {name for name, mistake in TEMPLATE.mistakes.items() if mistake.exists(p, q)}
    in_s = {"one_plus", "one_minus_only"} if function in ("sigmoid", "tanh") else set()
    assert found == {"function_for_its_derivative"} | in_s


def test_a_rectifier_below_zero_is_its_own_derivative() -> None:
    mistake = TEMPLATE.mistakes["function_for_its_derivative"]
    assert not mistake.exists(*TEMPLATE.read(ActivationParameters(), raw_of("relu", -1, -2)))


def test_a_slip_in_the_value_is_carried_into_the_derivative() -> None:
    rules = rules_of(NAME, parameters={"n": 2})
    raw = raw_of("sigmoid", 1.2, -0.4)
    found = verdicts(marked(rules, raw, {"value": ["0.7", "0.40131"], "derivative": ["0.21", "0.24026"]}))
    assert found == {
        "value[1]": "wrong",
        "value[2]": "right",
        "derivative[1]": "follows",
        "derivative[2]": "right",
        "formula": "blank",
    }


def test_one_factor_of_the_derivative_is_named() -> None:
    rules = rules_of(NAME, parameters={"n": 2})
    marks = marked(rules, raw_of("sigmoid", 1.2, -0.4), {"derivative": ["0.23148", "0.59869"]})
    assert [marks[f"derivative[{k}]"].mistakes for k in (1, 2)] == [("one_minus_only",)] * 2


def test_points_and_function_are_inferred_from_the_givens() -> None:
    p, q = TEMPLATE.read(ActivationParameters(), raw_of("relu", 1, -2))
    assert (p.function, p.n, q.function) == ("relu", 2, "relu")
    assert values(solution(NAME, {"z": -3}, {"function": "relu"})) == dict(value=0, derivative=0)


@pytest.mark.parametrize("function", PLAIN)
def test_several_points_lie_on_both_sides_of_zero(function: str) -> None:
    for seed in range(20):
        p = ActivationParameters.model_validate(dict(function=function, n=3))
        z = TEMPLATE.draw(p, Stream("sides", str(seed)))["z"]
        assert min(z) < 0 < max(z)
        assert len({abs(v) for v in z}) == 3


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"function": "elu"}, "function must be one of sigmoid, tanh, relu, leaky_relu, softplus, not 'elu'"),
        ({"z": [[1, 2]]}, "z is 1 × 2, but n is expected"),
        ({"x": 1}, "unknown given 'x'"),
    ],
)
def test_givens_that_cannot_be_read_say_why(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GivensError, match=sentence):
        TEMPLATE.read(ActivationParameters(), {**raw_of("tanh", 1), **change})
    with pytest.raises(GivensError, match="z is missing"):
        TEMPLATE.read(ActivationParameters(), {"function": "tanh"})


@pytest.mark.parametrize(
    ("function", "text", "verdict"),
    [
        ("sigmoid", "S - S²", "right"),
        ("sigmoid", "e^(-z)/(1+e^{-z})^2", "right"),
        ("sigmoid", "σ(z)(1-σ(z))", "right"),
        ("tanh", "1-tanh^2 z", "right"),
        ("tanh", "sech(z)^2", "right"),
        ("tanh", "(1-S)(1+S)", "right"),
        ("sigmoid", "1/(1+e^-z)", "mistake"),
        ("tanh", "1-tanh(z)", "mistake"),
        ("tanh", "S(1-S)", "wrong"),
    ],
)
def test_the_derivative_may_be_written_in_any_form(function: str, text: str, verdict: str) -> None:
    rules = rules_of(NAME, parameters={"function": function})
    raw = TEMPLATE.draw(ActivationParameters.model_validate({"function": function}), Stream("formula"))
    assert marked(rules, raw, {"formula": text})["formula"].verdict == verdict
