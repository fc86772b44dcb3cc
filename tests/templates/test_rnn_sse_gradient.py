from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import pytest
from tests.helpers import marked, mistaken, rules_of, solution, values, verdicts

from grader.chance import Stream
from grader.template import GivensError
from grader.templates.rnn_sse_gradient import TEMPLATE, SseParameters

NAME = "rnn_sse_gradient"
STEP = 1e-6
"""A central difference with this step is right to about ten digits."""
TWO = dict(
    W_hh=[0.5, -0.3], W_hx=[0.2, 0.6], W_hy=1.2, x=[[0.8, -0.4], [-0.5, -0.9]], t=[1, 0],
)  # fmt: skip
"""Two samples of two features, one hidden unit."""


def sigma(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def network(raw: dict[str, Any], i: int) -> tuple[list[float], float]:
    """The state and W_hy h of a sample, with plain loops."""
    x = raw["x"][i]
    pairs = zip(raw["W_hh"], raw["W_hx"], strict=True)
    h = [math.tanh(sum((a + b) * v for a, b, v in zip(hh, hx, x, strict=True))) for hh, hx in pairs]
    return h, sum(w * v for w, v in zip(raw["W_hy"][0], h, strict=True))


def loss(raw: dict[str, Any]) -> float:
    return sum(float((sigma(network(raw, i)[1]) - t) ** 2) for i, t in enumerate(raw["t"]))


def by_differences(raw: dict[str, Any], weight: str) -> list[list[float]]:
    out: list[list[float]] = []
    for a, row in enumerate(raw[weight]):
        out.append([])
        for b in range(len(row)):
            up, down = copy.deepcopy(raw), copy.deepcopy(raw)
            up[weight][a][b] += STEP
            down[weight][a][b] -= STEP
            out[-1].append((loss(up) - loss(down)) / (2 * STEP))
    return out


SIZES = [dict(), dict(hidden=3, features=4, samples=4), dict(samples=1, hidden=2), dict(features=1, samples=3)]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_derivative_is_what_finite_differences_give(size: dict[str, int]) -> None:
    for seed in range(4):
        raw = TEMPLATE.draw(SseParameters.model_validate(size), Stream("differences", str(seed)))
        steps = solution(NAME, raw, size)
        assert steps["L"].value == pytest.approx(loss(raw), rel=1e-12)
        for weight in ("W_hy", "W_hh", "W_hx"):
            expected = np.array(by_differences(raw, weight))
            assert steps[f"d{weight}"].value == pytest.approx(expected, rel=1e-6, abs=1e-9), weight
        for i, t in enumerate(raw["t"]):
            h, z = network(raw, i)
            assert steps[f"h_{i + 1}"].value == pytest.approx(h, rel=1e-12)
            assert steps[f"y_{i + 1}"].value == pytest.approx(sigma(z), rel=1e-12)
            slope = ((sigma(z + STEP) - t) ** 2 - (sigma(z - STEP) - t) ** 2) / (2 * STEP)
            assert steps[f"dy_{i + 1}"].value == pytest.approx(slope, rel=1e-6)


@pytest.fixture
def by_hand() -> list[dict[str, Any]]:
    """Each sample of TWO in plain floats."""
    found = []
    for x, t in (((0.8, -0.4), 1), ((-0.5, -0.9), 0)):
        h = math.tanh(0.5 * x[0] - 0.3 * x[1] + 0.2 * x[0] + 0.6 * x[1])
        y = sigma(1.2 * h)
        found.append(dict(x=x, t=t, h=h, y=y, dy=2 * (y - t) * y * (1 - y)))
    return found


def test_two_samples_by_hand(by_hand: list[dict[str, Any]]) -> None:
    a, b = by_hand
    found = values(solution(NAME, TWO))
    assert found["L"] == pytest.approx((a["y"] - 1) ** 2 + b["y"] ** 2)
    assert found["dW_hy"] == pytest.approx(a["dy"] * a["h"] + b["dy"] * b["h"])
    expected = [sum(s["dy"] * 1.2 * (1 - s["h"] ** 2) * s["x"][j] for s in by_hand) for j in (0, 1)]
    assert found["dW_hh"] == [pytest.approx(expected)]


def test_h_0_is_the_sample_so_both_hidden_weights_have_the_same_derivative() -> None:
    found = values(solution(NAME, TWO))
    assert found["dW_hh"] == found["dW_hx"]


def test_mistakes_at_the_output(by_hand: list[dict[str, Any]]) -> None:
    steps = solution(NAME, TWO)
    for i, s in enumerate(by_hand, start=1):
        y, t = s["y"], s["t"]
        expected = dict(
            sigmoid_for_its_derivative=2 * (y - t) * y,
            functions_for_their_derivatives=2 * (y - t) * y,
            factor_two_left_out=(y - t) * y * (1 - y),
            sign_flipped=-2 * (y - t) * y * (1 - y),
        )
        assert steps[f"dy_{i}"].mistakes == pytest.approx(expected)


@pytest.mark.parametrize("mistake", ["tanh_for_its_derivative", "functions_for_their_derivatives"])
def test_tanh_in_place_of_its_derivative(mistake: str, by_hand: list[dict[str, Any]]) -> None:
    found = mistaken(solution(NAME, TWO), mistake)
    expected = [sum(s["dy"] * 1.2 * s["h"] * s["x"][j] for s in by_hand) for j in (0, 1)]
    assert found["dW_hh"] == found["dW_hx"] == [pytest.approx(expected)]


def test_the_weight_in_place_of_what_it_multiplies(by_hand: list[dict[str, Any]]) -> None:
    found = mistaken(solution(NAME, TWO), "weight_for_input")
    back = sum(s["dy"] * 1.2 * (1 - s["h"] ** 2) for s in by_hand)
    assert found == {
        "dW_hh": [pytest.approx([0.5 * back, -0.3 * back])],
        "dW_hx": [pytest.approx([0.2 * back, 0.6 * back])],
    }


def test_a_mean_or_one_sample_in_place_of_the_sum(by_hand: list[dict[str, Any]]) -> None:
    a, b = by_hand
    terms = {"L": [(s["y"] - s["t"]) ** 2 for s in (a, b)], "dW_hy": [s["dy"] * s["h"] for s in (a, b)]}
    steps = solution(NAME, TWO)
    for name, (first, last) in terms.items():
        assert mistaken(steps, "mean_for_sum")[name] == pytest.approx((first + last) / 2)
        assert mistaken(steps, "one_sample_only")[name] == pytest.approx(first)
        assert mistaken(steps, "last_sample_only")[name] == pytest.approx(last)
    first_hh = [a["dy"] * 1.2 * (1 - a["h"] ** 2) * v for v in a["x"]]
    assert mistaken(steps, "one_sample_only")["dW_hh"] == [pytest.approx(first_hh)]


def test_both_functions_for_their_derivatives_is_one_belief_charged_once(by_hand: list[dict[str, Any]]) -> None:
    """Nothing but a derivative is asked, so that both slips are on the way to it."""
    wrong = [[f"{sum(2 * (s['y'] - s['t']) * s['y'] * 1.2 * s['h'] * s['x'][j] for s in by_hand):.6f}" for j in (0, 1)]]
    marks = marked(rules_of(NAME, ask=["dW_hh", "dW_hx"]), TWO, {"dW_hh": wrong, "dW_hx": wrong})
    assert set(verdicts(marks).values()) == {"mistake"}
    assert {mark.mistakes for mark in marks.values()} == {("functions_for_their_derivatives",)}


def test_what_follows_a_slip_is_right_for_it(by_hand: list[dict[str, Any]]) -> None:
    a, b = by_hand
    y = 0.5  # in place of y_1
    dy = 2 * (y - 1) * y * (1 - y)
    written = {"h_1": a["h"], "y_1": y, "dy_1": dy, "h_2": b["h"], "y_2": b["y"], "dy_2": b["dy"]}
    written |= {"L": (y - 1) ** 2 + b["y"] ** 2, "dW_hy": dy * a["h"] + b["dy"] * b["h"]}
    found = verdicts(marked(rules_of(NAME), TWO, written))
    assert {name: found[name] for name in written} == dict(
        h_1="right", y_1="wrong", dy_1="follows", h_2="right", y_2="right", dy_2="right", L="follows", dW_hy="follows"
    )


def test_a_single_sample_has_no_mistakes_of_sums() -> None:
    p = SseParameters(samples=1)
    q = TEMPLATE.read(p, TEMPLATE.draw(p, Stream("one")))[1]
    absent = {name for name, mistake in TEMPLATE.mistakes.items() if not mistake.exists(p, q)}
    assert absent == {"mean_for_sum", "one_sample_only", "last_sample_only"}


def test_sizes_are_inferred_from_the_givens() -> None:
    raw = dict(W_hh=[[0.1, 0.2, 0.3]] * 2, W_hx=[[0.1, 0.2, 0.3]] * 2, W_hy=[0.4, 0.5], x=[1, 2, 3], t=1)
    p, q = TEMPLATE.read(SseParameters(), raw)
    assert (p.features, p.hidden, p.samples) == (3, 2, 1)
    assert (q.W_hy.shape, q.x.shape, q.t.shape) == ((1, 2), (1, 3), (1,))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"t": [1, 0.5]}, "t must hold a target of 0 or 1"),
        ({"t": [1, 0, 1]}, "is expected"),
        ({"W_hy": [[1.2], [0.3]]}, "W_hy is 2 × 1, but there is one output"),
        ({"W_hz": 1}, "unknown given 'W_hz'"),
        ({"x": "a"}, "x is not a number"),
    ],
)
def test_givens_that_cannot_be_read_say_why(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GivensError, match=sentence):
        TEMPLATE.read(SseParameters(), {**TWO, **change})


def test_a_missing_given_is_named() -> None:
    with pytest.raises(GivensError, match="W_hy is missing"):
        TEMPLATE.read(SseParameters(), {name: value for name, value in TWO.items() if name != "W_hy"})


def test_saturated_units_are_not_issued() -> None:
    def guard(**change: Any) -> str:
        raw = {**TWO, **change}
        return TEMPLATE.guard(SseParameters(), TEMPLATE.read(SseParameters(), raw)[1], solution(NAME, raw))

    assert guard() == ""
    assert guard(W_hh=[4.0, 0.0]) == "an entry of h_1 outside 0.05 … 0.97 in size"
    assert guard(W_hy=9.0) == "an entry of y_1 outside 0.05 … 0.95 in size"


def test_samples_that_cancel_each_other_are_not_issued() -> None:
    """The derivative by the state would be next to zero, and with it what the weight in place of the input gives."""
    raw = {**TWO, "x": [[0.8, -0.4], [-0.8, 0.4]], "t": [1, 0]}
    q = TEMPLATE.read(SseParameters(), raw)[1]
    assert TEMPLATE.guard(SseParameters(), q, solution(NAME, raw)).startswith("samples that cancel each other")
