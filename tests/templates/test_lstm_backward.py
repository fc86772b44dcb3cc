from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import pytest
from tests.helpers import marked, mistaken, plain, rules_of, solution, values, verdicts

from grader.chance import Stream
from grader.template import GivensError
from grader.templates.lstm_backward import TEMPLATE, BackwardParameters

NAME = "lstm_backward"
GATES = "fico"
STEP = 1e-5
"""A central difference with this step is right to about ten digits."""
Nudge = tuple[str, int, int]
"""A quantity, its step and its entry that is moved by a little."""
SCALAR = dict(
    W_f=0.5, W_i=-0.4, W_c=0.7, W_o=0.3, U_f=0.6, U_i=0.8, U_c=-0.9, U_o=1.1,
    b_f=0.3, b_i=0.25, b_c=-0.3, b_o=-0.25, x=[[1.2], [-0.7], [0.9]], h_0=0.35, c_0=-0.8, label=1.5,
)  # fmt: skip
"""One hidden unit, one input, three steps."""
SIZE = dict(inputs=1, steps=3)


def sigma(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def error(raw: dict[str, Any], half: bool = True, nudge: Nudge = ("", 0, 0), by: float = 0.0) -> float:
    """The cell written out with plain loops; one entry of z, c or h may be moved at one step."""

    def moved(name: str, t: int, row: list[float]) -> list[float]:
        return [v + by * (nudge == (name, t, n)) for n, v in enumerate(row)]

    h, c, units = raw["h_0"], raw["c_0"], range(len(raw["h_0"]))
    for t, x in enumerate(raw["x"], start=1):
        z = {}
        for k in GATES:
            W, U, b = (raw[f"{letter}_{k}"] for letter in "WUb")
            sums = [sum(w * v for w, v in zip(W[n], x, strict=True)) for n in units]
            sums = [s + sum(u * v for u, v in zip(U[n], h, strict=True)) + b[n] for n, s in enumerate(sums)]
            z[k] = moved(f"z_{k}", t, sums)
        c = [sigma(z["f"][n]) * c[n] + sigma(z["i"][n]) * math.tanh(z["c"][n]) for n in units]
        c = moved("c", t, c)
        h = moved("h", t, [sigma(z["o"][n]) * math.tanh(c[n]) for n in units])
    return (0.5 if half else 1.0) * sum(float((a - b) ** 2) for a, b in zip(h, raw["label"], strict=True))


def by_entry(raw: dict[str, Any], half: bool, name: str) -> Any:
    """Central differences of the error by every entry of a weight."""
    shape = np.shape(raw[name])
    out = np.empty(shape)
    for index in np.ndindex(shape):
        found = []
        for step in (STEP, -STEP):
            other = copy.deepcopy(raw)
            row = other[name]
            for k in index[:-1]:
                row = row[k]
            row[index[-1]] += step
            found.append(error(other, half))
        out[index] = (found[0] - found[1]) / (2 * STEP)
    return out


SIZES = [
    dict(),
    dict(hidden=3, inputs=4, steps=4),
    dict(hidden=2, steps=3, half=False),
    dict(hidden=2, inputs=3, steps=1, initial="zero"),
]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_derivative_is_what_finite_differences_give(size: dict[str, Any]) -> None:
    p = BackwardParameters.model_validate(size)
    for seed in range(2):
        raw = TEMPLATE.draw(p, Stream("differences", str(seed)))
        steps = solution(NAME, raw, size)
        for letter in "WUb":
            for k in GATES:
                expected = by_entry(raw, p.half, f"{letter}_{k}")
                assert steps[f"d{letter}_{k}"].value == pytest.approx(expected, rel=1e-6, abs=5e-10)
        for t in range(1, p.steps + 1):
            for name in ("h", "c", *(f"z_{k}" for k in GATES)):
                moves = [[error(raw, p.half, (name, t, n), by) for by in (STEP, -STEP)] for n in range(p.hidden)]
                expected = [(up - down) / (2 * STEP) for up, down in moves]
                assert steps[f"d{name}_{t}"].value == pytest.approx(expected, rel=1e-6, abs=5e-10), name


def test_the_forward_parts_are_those_of_the_forward_template() -> None:
    forward = {name: value for name, value in SCALAR.items() if name != "label"}
    expected, found = values(solution("lstm_forward", forward)), values(solution(NAME, SCALAR))
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=1e-12)


@pytest.fixture
def key() -> dict[str, float]:
    return values(solution(NAME, SCALAR))


def test_a_function_in_place_of_its_derivative(key: dict[str, float]) -> None:
    """The factor of each derivative, y(1 - y) or 1 - y², is exchanged for y."""
    steps = solution(NAME, SCALAR)
    by_sigma = {f"dz_{k}_{t}": key[f"dz_{k}_{t}"] / (1 - key[f"{k}_{t}"]) for k in ("f", "i", "o") for t in (1, 2, 3)}
    assert mistaken(steps, "sigmoid_for_its_derivative") == pytest.approx(by_sigma)
    by_tanh = {f"dz_c_{t}": key[f"dz_c_{t}"] * key[f"g_{t}"] / (1 - key[f"g_{t}"] ** 2) for t in (1, 2, 3)}
    for t in (1, 2, 3):
        later = key[f"f_{t + 1}"] * key[f"dc_{t + 1}"] if t < 3 else 0
        by_tanh[f"dc_{t}"] = key[f"dh_{t}"] * key[f"h_{t}"] + later  # h is o tanh(c)
    assert mistaken(steps, "tanh_for_its_derivative") == pytest.approx(by_tanh)


def test_one_of_the_two_ways_back_left_out(key: dict[str, float]) -> None:
    steps = solution(NAME, SCALAR)
    later = {f"dc_{t}": key[f"f_{t + 1}"] * key[f"dc_{t + 1}"] for t in (1, 2)}
    assert mistaken(steps, "hidden_path_left_out") == pytest.approx({"dh_1": 0, "dh_2": 0, **later})
    own = {name: key[name] - value for name, value in later.items()}
    assert mistaken(steps, "cell_path_left_out") == pytest.approx(own)


def test_the_state_of_the_same_step_and_the_last_step_alone(key: dict[str, float]) -> None:
    steps = solution(NAME, SCALAR)
    expected = {f"dU_{k}": sum(key[f"dz_{k}_{t}"] * key[f"h_{t}"] for t in (1, 2, 3)) for k in GATES}
    for t, before in ((1, -0.8), (2, key["c_1"]), (3, key["c_2"])):
        expected[f"dz_f_{t}"] = key[f"dz_f_{t}"] / before * key[f"c_{t}"]
    assert mistaken(steps, "own_state") == pytest.approx(expected)
    last = {
        f"d{letter}_{k}": key[f"dz_{k}_3"] * v
        for letter, v in zip("WUb", (0.9, key["h_2"], 1), strict=True)
        for k in GATES
    }
    assert mistaken(steps, "last_step_only") == pytest.approx(last)


@pytest.mark.parametrize(("half", "right", "wrong"), [(True, 1, 2), (False, 2, 1)])
def test_the_factor_of_the_loss(half: bool, right: int, wrong: int, key: dict[str, float]) -> None:
    steps = solution(NAME, SCALAR, {"half": half})
    assert plain(steps["dh_3"].value) == pytest.approx(right * (key["h_3"] - 1.5))
    assert mistaken(steps, "factor_of_loss") == {"dh_3": pytest.approx(wrong * (key["h_3"] - 1.5))}


def test_a_belief_is_seen_in_what_is_asked_and_charged_once() -> None:
    """Without the way through the next cell state every weight's derivative is wrong, but for one reason."""
    rules = rules_of(NAME, parameters=SIZE, ask=["dW_*", "db_*"])
    raw = {name: [[v]] if name[0] in "WU" else v if name == "x" else [v] for name, v in SCALAR.items()}
    cells = without_cell_path(raw)
    marks = marked(rules, SCALAR, cells)
    found = [mark for mark in marks.values() if mark.verdict == "mistake"]
    assert {mark.verdict for mark in marks.values()} <= {"mistake", "right", "wrong"}
    assert len(found) >= 5
    assert all("cell_path_left_out" in mark.mistakes for mark in found)
    assert sum(mark.points < mark.max for mark in found) == 1


def without_cell_path(raw: dict[str, Any]) -> dict[str, float]:
    """∂E/∂W and ∂E/∂b of one unit, in plain floats, where c_t is taken to reach E through h_t alone."""
    key = values(solution(NAME, SCALAR))
    out = dict.fromkeys([f"d{letter}_{k}" for letter in "Wb" for k in GATES], 0.0)
    dh = key["h_3"] - 1.5
    for t in (3, 2, 1):
        f, i, g, o, c = (key[f"{name}_{t}"] for name in "figoc")
        before = key[f"c_{t - 1}"] if t > 1 else raw["c_0"][0]
        dc = dh * o * (1 - math.tanh(c) ** 2)
        dz = {"f": dc * before * f * (1 - f), "i": dc * g * i * (1 - i), "c": dc * i * (1 - g * g)}
        dz["o"] = dh * math.tanh(c) * o * (1 - o)
        for k in GATES:
            out[f"dW_{k}"] += dz[k] * raw["x"][t - 1][0]
            out[f"db_{k}"] += dz[k]
        dh = sum(raw[f"U_{k}"][0][0] * dz[k] for k in GATES)
    return out


def test_what_follows_a_slip_is_right_for_it(key: dict[str, float]) -> None:
    dc = 1.3 * key["dc_3"]
    written = {name: value for name, value in key.items() if name[0] != "d"} | {"dh_3": key["dh_3"], "dc_3": dc}
    written["dz_i_3"] = dc * key["g_3"] * key["i_3"] * (1 - key["i_3"])
    found = verdicts(marked(rules_of(NAME, parameters=SIZE), SCALAR, written))
    assert (found["dh_3"], found["dc_3"], found["dz_i_3"]) == ("right", "wrong", "follows")


def test_what_is_zero_from_a_zero_state_is_not_asked() -> None:
    def unasked(**size: Any) -> list[str]:
        return [part.name for part in TEMPLATE.ask(BackwardParameters.model_validate(size)) if not part.asked]

    assert unasked() == []
    assert unasked(initial="zero") == ["dz_f_1"]
    one = unasked(initial="zero", steps=1)
    assert one == ["dz_f_1", "dW_f", "dU_f", "dU_i", "dU_c", "dU_o", "db_f"]
    p = BackwardParameters(initial="zero", steps=1, hidden=2)
    steps = solution(NAME, TEMPLATE.draw(p, Stream("zero")))
    assert not any(steps[name].value.any() for name in one)


@pytest.mark.parametrize(
    ("mistake", "where", "not_where"),
    [
        ("last_step_only", {}, {"steps": 1}),
        ("cell_path_left_out", {}, {"steps": 1}),
        ("hidden_path_left_out", {}, {"steps": 1}),
        ("own_state", {"steps": 1}, {"steps": 1, "initial": "zero"}),
    ],
)
def test_mistakes_exist_where_they_can_be_made(mistake: str, where: Any, not_where: Any) -> None:
    def exists(size: Any) -> bool:
        p = BackwardParameters.model_validate(size)
        return TEMPLATE.mistakes[mistake].exists(p, TEMPLATE.read(p, TEMPLATE.draw(p, Stream("e")))[1])

    assert exists(where)
    assert not exists(not_where)


def test_numbers_are_drawn_away_from_zero_and_inside_their_ranges() -> None:
    p = BackwardParameters(hidden=3, inputs=3, steps=4, weights=(-1, 0.5), places=1)
    raw = TEMPLATE.draw(p, Stream("ranges"))
    W, x = np.array(raw["W_f"]), np.array(raw["x"])
    assert -1 <= W.min() <= W.max() <= 0.5
    assert np.abs(x).min() >= 0.4
    assert np.abs(x).max() <= 1.6


def test_a_range_of_zeros_can_be_drawn_from() -> None:
    assert TEMPLATE.draw(BackwardParameters(weights=(0, 0)), Stream("zeros"))["b_f"] == [0]


def test_givens_that_cannot_be_read_say_why() -> None:
    with pytest.raises(GivensError, match="label is missing"):
        TEMPLATE.read(BackwardParameters(), {name: value for name, value in SCALAR.items() if name != "label"})
    with pytest.raises(GivensError, match="is expected"):
        TEMPLATE.read(BackwardParameters(), {**SCALAR, "label": [1, 2]})
    with pytest.raises(GivensError, match="unknown given 'y'"):
        TEMPLATE.read(BackwardParameters(), {**SCALAR, "y": 1})


def test_no_draw_has_a_gate_nearly_shut_or_open_where_inputs_can_help_it() -> None:
    p = BackwardParameters(inputs=4, steps=4)
    for seed in range(20):
        found = values(solution(NAME, TEMPLATE.draw(p, Stream("lively", str(seed)))))
        gates = [found[f"{k}_{t}"] for k in "fio" for t in (1, 2, 3, 4)]
        assert 0.1 < min(gates) < max(gates) < 0.9
