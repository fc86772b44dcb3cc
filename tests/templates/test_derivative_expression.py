from __future__ import annotations

from collections.abc import Callable, Mapping
from math import exp, log, tanh
from typing import Any

import numpy as np
import pytest
from tests.helpers import marked, rules_of, solution, values, verdicts

from grader.expression import Formula, Space
from grader.template import GivensError
from grader.templates.derivative_expression import TEMPLATE, DerivativeParameters

NAME = "derivative_expression"
Point = dict[str, float]
SYSTEMS: tuple[dict[str, Any], ...] = (
    {"system": "rnn_sse"},
    {"system": "rnn_sse", "samples": 2},
    {"system": "rnn_bptt"},
    {"system": "rnn_bptt", "initial": "zero"},
    {"system": "elman_bptt"},
    {"system": "elman_bptt", "initial": "zero"},
    {"system": "sigmoid"},
    {"system": "focal_loss"},
)


def logistic(z: float) -> float:
    return 1 / (1 + exp(-z))


def space_of(parameters: Mapping[str, Any]) -> Space:
    space = TEMPLATE.ask(DerivativeParameters.model_validate(parameters))[0].space
    assert space is not None
    return space


def points_of(parameters: Mapping[str, Any]) -> list[Point]:
    space = space_of(parameters)
    return [
        {name: float(np.ravel(column)[k % column.size]) for name, column in points(space).items()} for k in range(5)
    ]


def points(space: Space) -> dict[str, np.ndarray[Any, Any]]:
    return {name: np.atleast_1d(column) for name, column in space.points.items()}


def slope(f: Callable[[Point], float], point: Point, name: str) -> float:
    """∂f/∂name by central differences."""
    step = 1e-5
    high, low = {**point, name: point[name] + step}, {**point, name: point[name] - step}
    return (f(high) - f(low)) / (2 * step)


def at(formula: Formula, point: Point) -> float:
    return float(formula.at({name: np.array([value]) for name, value in point.items()})[0])


def sse(samples: int) -> Callable[[Point], float]:
    def loss(p: Point) -> float:
        total = 0.0
        for end in [""] if samples == 1 else ["_1", "_2"]:
            x = p[f"x{end}"]
            h = tanh(p["W_hh"] * x + p["W_hx"] * x)
            total += (logistic(p["W_hy"] * h) - p[f"t{end}"]) ** 2
        return total

    return loss


def states(p: Point, s_0: str, to_state: str, from_input: str) -> list[float]:
    found = [p[s_0]]
    for t in (1, 2, 3):
        found.append(tanh(p[from_input] * p[f"x_{t}"] + p[to_state] * found[-1]))
    return found


@pytest.mark.parametrize("samples", [1, 2])
def test_derivatives_of_the_squared_error_are_its_differences(samples: int) -> None:
    """One sample's state before the step is the sample, but W_hh and W_hx are separate weights."""
    parameters = {"system": "rnn_sse", "samples": samples}
    steps, loss = solution(NAME, {}, parameters), sse(samples)
    for point in points_of(parameters):
        assert at(steps["L"].value, point) == pytest.approx(loss(point), rel=1e-12)
        for weight in ("W_hy", "W_hh", "W_hx"):
            assert at(steps[f"d{weight}"].value, point) == pytest.approx(slope(loss, point, weight), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("initial", ["drawn", "zero"])
def test_derivatives_through_time_are_differences_of_the_states(initial: str) -> None:
    """∂E_n/∂(V H_n) is O_n - y_n, and the rest of the chain is how V H_n moves."""
    parameters = {"system": "rnn_bptt", "initial": initial}
    steps = solution(NAME, {}, parameters)
    for point in points_of(parameters):
        for n in (2, 3):
            by_output = point[f"O_{n}"] - point[f"y_{n}"]

            def score(p: Point, n: int = n) -> float:
                return p["V"] * states(p, "H_0", "W", "U")[n]

            for weight in "VWU":
                expected = by_output * slope(score, point, weight)
                assert at(steps[f"dE{n}_d{weight}"].value, point) == pytest.approx(expected, rel=1e-6, abs=1e-9)
            before = {"U": point["U"], "W": point["W"], "x": point[f"x_{n}"], "H": point[f"H_{n - 1}"]}
            moved = slope(lambda p: tanh(p["U"] * p["x"] + p["W"] * p["H"]), before, "H")
            assert at(steps[f"dH{n}_dH"].value, point) == pytest.approx(moved, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("initial", ["drawn", "zero"])
def test_derivatives_of_an_elman_network_are_differences_of_its_error(initial: str) -> None:
    parameters = {"system": "elman_bptt", "initial": initial}
    steps = solution(NAME, {}, parameters)

    def error(p: Point) -> float:
        return (p["d_3"] - p["W_y"] * states(p, "s_0", "W_s", "W_x")[3]) ** 2

    for point in points_of(parameters):
        for weight in ("W_y", "W_s", "W_x"):
            expected = slope(error, point, weight)
            assert at(steps[f"dE3_d{weight}"].value, point) == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_derivatives_of_functions_are_their_differences() -> None:
    for point in points_of({"system": "sigmoid"}):
        expected = slope(lambda p: logistic(p["x"]), point, "x")
        assert at(solution(NAME, {}, {"system": "sigmoid"})["dS_dx"].value, point) == pytest.approx(expected, rel=1e-6)
    for point in points_of({"system": "focal_loss"}):
        expected = slope(lambda p: -((1 - p["p"]) ** p["gamma"]) * log(p["p"]), point, "p")
        found = at(solution(NAME, {}, {"system": "focal_loss"})["dFL_dp"].value, point)
        assert found == pytest.approx(expected, rel=1e-6)


def test_symbols_that_depend_on_others_take_their_values_from_them() -> None:
    for point in points_of({"system": "rnn_sse"}):
        assert point["h_0"] == point["x"]
        assert point["h_1"] == pytest.approx(tanh((point["W_hh"] + point["W_hx"]) * point["x"]), rel=1e-12)
        assert point["y"] == pytest.approx(logistic(point["W_hy"] * point["h_1"]), rel=1e-12)
    for point in points_of({"system": "rnn_bptt", "initial": "zero"}):
        assert point["H_0"] == 0


@pytest.mark.parametrize(
    ("parameters", "listed"),
    [
        ({"system": "rnn_sse"}, "W_hh W_hx W_hy h_0 x h_1 y t"),
        ({"system": "rnn_sse", "samples": 2}, "W_hh W_hx W_hy x_1 x_2 h_1 h_2 y_1 y_2 t_1 t_2"),
        ({"system": "rnn_bptt"}, "U V W x_1 x_2 x_3 H_0 H_1 H_2 H_3 O_2 O_3 y_2 y_3"),
        ({"system": "elman_bptt"}, "W_x W_s W_y x_1 x_2 x_3 s_0 s_1 s_2 s_3 y_3 d_3"),
        ({"system": "sigmoid"}, "S x"),
        ({"system": "focal_loss"}, "p gamma"),
    ],
)
def test_the_symbols_are_those_of_the_catalogue(parameters: dict[str, Any], listed: str) -> None:
    assert space_of(parameters).symbols == tuple(listed.split())


@pytest.mark.parametrize("parameters", SYSTEMS)
def test_every_mistake_differs_from_the_key_somewhere(parameters: dict[str, Any]) -> None:
    """Where the first state is zero the first term is too, and leaving it out is no mistake at dE2_dW."""
    space = space_of(parameters)
    seen: dict[str, set[str]] = {}
    for step in solution(NAME, {}, parameters).values():
        for mistake, wrong in step.mistakes.items():
            seen.setdefault(mistake, set()).add(space.compare(wrong, step.value).verdict)
    assert {mistake for mistake, verdicts in seen.items() if "different" not in verdicts} == set()


def test_answers_are_read_back_as_they_are_solved() -> None:
    for parameters in SYSTEMS:
        space = space_of(parameters)
        for name, text in values(solution(NAME, {}, parameters)).items():
            assert str(space.formula(text)) == text, name


def test_nothing_is_given() -> None:
    with pytest.raises(GivensError, match="unknown given 'x'"):
        TEMPLATE.read(DerivativeParameters(), {"x": 1})


@pytest.mark.parametrize(
    ("part", "text", "verdict", "mistakes"),
    [
        ("dW_hh", "2*(y-t)*y*(1-y)*W_hy*(1-h_1^2)*h0", "right", ()),
        ("dW_hh", "2(y-t) y(1-y) W_hy (1-h_1²) h_0", "right", ()),
        ("dW_hh", "2(y-t) y(1-y) W_hy (1-tanh²(W_hh h_0 + W_hx x)) x", "right", ()),
        ("dW_hh", r"2\left(y-t\right)\cdot y\,(1-y)W_{hy}(1-h_{1}^{2})h_{0}", "right", ()),
        ("dW_hh", "-2(t-y) e^(-W_hy h_1)/(1+e^{-W_hy h_1})^2 W_hy (1-h_1)(1+h_1) x", "right", ()),
        ("dW_hh", "2(y-t) y W_hy (1-h_1²) h_0", "mistake", ("sigmoid_for_its_derivative",)),
        ("dW_hh", "2(y-t) y W_hy h_1 h_0", "mistake", ("functions_for_their_derivatives",)),
        ("dW_hh", "2(y-t) y(1-y) W_hy (1-h_1) h_0", "wrong", ()),
        ("dW_hh", "2(y-t) y(1-y) W_hy h_1 h_0", "mistake", ("tanh_for_its_derivative",)),
        ("dW_hh", "2(y-t) y(1-y) W_hy (1-h_1²) W_hh", "mistake", ("weight_for_input",)),
        ("dW_hh", "2(t-y) y(1-y) W_hy (1-h_1²) x", "mistake", ("sign_flipped",)),
        ("dW_hh", "(y-t) σ(W_hy h_1)(1-σ(W_hy h_1)) W_hy (1-h_1²) x", "mistake", ("factor_two_left_out",)),
        ("dW_hy", "2(y-t) y h_1", "mistake", ("functions_for_their_derivatives", "sigmoid_for_its_derivative")),
        ("dW_hy", "0", "wrong", ()),
        ("L", "(y-t)^2*1.00000001", "pending", ()),
        ("L", "(y-t", "unreadable", ()),
    ],
)
def test_a_formula_is_marked_in_whatever_form_it_is_written(
    part: str, text: str, verdict: str, mistakes: tuple[str, ...]
) -> None:
    rules = rules_of(NAME, ask=[part]) if part == "L" else rules_of(NAME)
    mark = marked(rules, {}, {part: text})[part]
    assert (mark.verdict, tuple(sorted(mark.mistakes))) == (verdict, mistakes)


def test_a_slip_in_a_link_of_the_chain_is_carried_on() -> None:
    written = {
        "dH3_dH": "W(1 - H3)^2",
        "dE3_dW": "(O3-y3)V((1-H3²)H2 + W(1-H3)²((1-H2²)H1 + W(1-H2²)(1-H1²)H0))",
        "dE3_dU": "(O3-y3)V((1-H3²)x3 + W(1-H3²)((1-H2²)x2 + W(1-H2²)(1-H1²)x1))",
    }
    marks = marked(rules_of(NAME, parameters={"system": "rnn_bptt"}), {}, written)
    found = {name: verdict for name, verdict in verdicts(marks).items() if name in written}
    assert found == {"dH3_dH": "wrong", "dE3_dW": "follows", "dE3_dU": "right"}
    assert marks["dE3_dW"].came_from == ("dH3_dH",)


def test_one_belief_is_charged_once() -> None:
    written = {
        "dW_hy": "(y-t)y(1-y)h_1",
        "dW_hh": "(y-t)y(1-y)W_hy(1-h_1²)x",
        "dW_hx": "(y-t)y(1-y)W_hy(1-h_1²)x",
    }
    marks = marked(rules_of(NAME), {}, written)
    assert [marks[name].verdict for name in written] == ["mistake"] * 3
    assert [marks[name].points / marks[name].max for name in written] == [0.5, 1, 1]


def test_the_assignments_own_symbols_are_read_and_shown() -> None:
    rules = rules_of(NAME, parameters={"system": "rnn_bptt", "initial": "zero"}, aliases={"x": "I"})
    own = "(O3-y3)V(1-H3²)(I_3 + W(1-H2²)(I2 + W(1-H1²)I1))"
    mark = marked(rules, {}, {"dE3_dU": own})["dE3_dU"]
    assert mark.verdict == "right"
    assert "I_3" in mark.expected
    assert "x" not in mark.expected


def test_an_answer_that_can_be_read_in_two_ways_is_right_in_either() -> None:
    rules = rules_of(NAME, parameters={"system": "sigmoid"})
    note = "it can be read in more than one way; read as "
    for text, read in (("1/2S(2-2S)", "1/2*S*(2 - 2*S)"), ("S^2/S - S^2", None)):
        mark = marked(rules, {}, {"dS_dx": text})["dS_dx"]
        assert (mark.verdict, mark.note) == ("right", f"{note}{read}" if read else "")


def test_a_wrong_formula_is_told_with_a_point_that_shows_it() -> None:
    rules = rules_of(NAME, parameters={"system": "sigmoid"})
    mark = marked(rules, {}, {"dS_dx": "1/(S-S)"})["dS_dx"]
    assert mark.verdict == "wrong"
    assert "this has no finite value" in mark.note
    assert "at S = " in mark.note


def test_a_rubric_may_accept_a_further_formula() -> None:
    rules = rules_of(NAME, {"parts": {"dS_dx": {"accept": ["S - S"]}}}, {"system": "sigmoid"})
    assert marked(rules, {}, {"dS_dx": "0"})["dS_dx"].verdict == "right"


def test_the_point_that_shows_a_wrong_formula_may_have_a_symbol_that_is_always_zero() -> None:
    rules = rules_of(NAME, parameters={"system": "rnn_bptt", "initial": "zero"})
    assert "H_0 = 0" in marked(rules, {}, {"dE2_dV": "H_0"})["dE2_dV"].note
