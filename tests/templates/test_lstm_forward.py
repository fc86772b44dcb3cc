from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers import LSTM, mistaken, solution, values

from grader.chance import Stream
from grader.template import GivensError
from grader.templates.lstm_forward import TEMPLATE, LstmParameters

Matrix = list[list[float]]


def sigma(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def product(matrix: Matrix, vector: list[float]) -> list[float]:
    return [sum(m * v for m, v in zip(row, vector, strict=True)) for row in matrix]


def cell_by_cell(raw: dict[str, Any]) -> dict[str, list[float]]:
    """The cell written out with plain loops over hidden units."""
    out: dict[str, list[float]] = {}
    h, c = raw["h_0"], raw["c_0"]
    for t, x in enumerate(raw["x"], start=1):
        for name, k in (("f", "f"), ("i", "i"), ("g", "c"), ("o", "o")):
            wx, uh = product(raw[f"W_{k}"], x), product(raw[f"U_{k}"], h)
            squash: Callable[[float], float] = math.tanh if name == "g" else sigma
            out[f"{name}_{t}"] = [squash(wx[n] + uh[n] + raw[f"b_{k}"][n]) for n in range(len(h))]
        f, i, g, o = (out[f"{name}_{t}"] for name in "figo")
        c = [f[n] * c[n] + i[n] * g[n] for n in range(len(c))]
        h = [o[n] * math.tanh(c[n]) for n in range(len(h))]
        out[f"c_{t}"], out[f"h_{t}"] = c, h
    return out


def test_the_worked_example_of_the_catalogue() -> None:
    expected = dict(
        f_1=0.8520, i_1=0.9608, g_1=0.8178, o_1=0.8176, c_1=0.7857, h_1=0.5363,
        f_2=0.8703, i_2=0.9812, g_2=0.8498, o_2=0.8499, c_2=1.5176, h_2=0.7720,
    )  # fmt: skip
    assert values(solution("lstm_forward", LSTM)) == pytest.approx(expected, abs=5e-5)


@given(st.integers(1, 4), st.integers(1, 3), st.integers(1, 4), st.integers(0, 999))
def test_every_step_is_what_plain_loops_give(H: int, D: int, T: int, seed: int) -> None:
    p = LstmParameters(inputs=D, hidden=H, steps=T, initial="drawn")
    raw = TEMPLATE.draw(p, Stream("loops", str(seed)))
    steps = solution("lstm_forward", raw, p.model_dump())
    loops = cell_by_cell(raw)
    assert list(steps) == list(loops)
    for name, expected in loops.items():
        assert steps[name].value.tolist() == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.fixture
def drawn() -> dict[str, Any]:
    """One hidden unit, one input, three steps, all values far from each other."""
    return dict(
        W_f=0.5, W_i=-0.4, W_c=0.7, W_o=0.3, U_f=0.2, U_i=0.6, U_c=-0.5, U_o=0.9,
        b_f=0.1, b_i=0.25, b_c=-0.3, b_o=-0.15, x=[[1.2], [-0.7], [0.4]], h_0=0.35, c_0=-0.8,
    )  # fmt: skip


def states(raw: dict[str, Any]) -> tuple[list[float], list[float], dict[str, float]]:
    """h_0 … h_T, c_0 … c_T, and every step, in plain floats."""
    listed = {k: [v] if k[0] in "bhc" else [[v]] if k[0] in "WU" else v for k, v in raw.items()}
    steps = {name: value[0] for name, value in cell_by_cell(listed).items()}
    T = len(raw["x"])
    h = [raw["h_0"], *(steps[f"h_{t}"] for t in range(1, T + 1))]
    c = [raw["c_0"], *(steps[f"c_{t}"] for t in range(1, T + 1))]
    return h, c, steps


@pytest.mark.parametrize("mistake", ["bias_left_out", "recurrent_left_out", "stale_hidden_state"])
def test_a_term_left_out_or_stale_changes_every_pre_activation(mistake: str, drawn: dict[str, Any]) -> None:
    h, _, _ = states(drawn)
    expected = {}
    for t in (1, 2, 3):
        for name, k, squash in (("f", "f", sigma), ("i", "i", sigma), ("g", "c", math.tanh), ("o", "o", sigma)):
            bias = 0 if mistake == "bias_left_out" else drawn[f"b_{k}"]
            before = {"recurrent_left_out": 0.0, "stale_hidden_state": h[0]}.get(mistake, h[t - 1])
            z = drawn[f"W_{k}"] * drawn["x"][t - 1][0] + drawn[f"U_{k}"] * before + bias
            expected[f"{name}_{t}"] = squash(z)
    steps = solution("lstm_forward", drawn, {"initial": "drawn"})
    assert mistaken(steps, mistake) == pytest.approx(expected, rel=1e-12)


def test_the_other_function_at_gates_and_candidate(drawn: dict[str, Any]) -> None:
    h, _, _ = states(drawn)
    steps = solution("lstm_forward", drawn, {"initial": "drawn"})
    z = {
        (k, t): drawn[f"W_{k}"] * drawn["x"][t - 1][0] + drawn[f"U_{k}"] * h[t - 1] + drawn[f"b_{k}"]
        for t in (1, 2, 3)
        for k in "fico"
    }
    gates = {f"{k}_{t}": math.tanh(z[k, t]) for t in (1, 2, 3) for k in "fio"}
    candidates = {f"g_{t}": sigma(z["c", t]) for t in (1, 2, 3)}
    assert mistaken(steps, "tanh_for_gate") == pytest.approx(gates, rel=1e-12)
    assert mistaken(steps, "sigmoid_for_candidate") == pytest.approx(candidates, rel=1e-12)


def test_mistakes_in_the_cell_update(drawn: dict[str, Any]) -> None:
    _, c, s = states(drawn)
    steps = solution("lstm_forward", drawn, {"initial": "drawn"})
    swapped = {f"c_{t}": s[f"i_{t}"] * c[t - 1] + s[f"f_{t}"] * s[f"g_{t}"] for t in (1, 2, 3)}
    forgotten = {f"c_{t}": s[f"i_{t}"] * s[f"g_{t}"] for t in (1, 2, 3)}
    assert mistaken(steps, "gates_swapped") == pytest.approx(swapped, rel=1e-12)
    assert mistaken(steps, "previous_cell_left_out") == pytest.approx(forgotten, rel=1e-12)


def test_mistakes_in_the_hidden_state(drawn: dict[str, Any]) -> None:
    _, c, s = states(drawn)
    steps = solution("lstm_forward", drawn, {"initial": "drawn"})
    expected = {
        "tanh_left_out": {t: s[f"o_{t}"] * c[t] for t in (1, 2, 3)},
        "tanh_of_product": {t: math.tanh(s[f"o_{t}"] * c[t]) for t in (1, 2, 3)},
        "candidate_for_cell": {t: s[f"o_{t}"] * math.tanh(s[f"g_{t}"]) for t in (1, 2, 3)},
    }
    for mistake, at in expected.items():
        assert mistaken(steps, mistake) == pytest.approx({f"h_{t}": v for t, v in at.items()}, rel=1e-12)


def exists(mistake: str, raw: dict[str, Any], **parameters: Any) -> bool:
    p, q = TEMPLATE.read(LstmParameters(**parameters), raw)
    return TEMPLATE.mistakes[mistake].exists(p, q)


def test_what_needs_an_earlier_state_exists_only_where_there_is_one() -> None:
    once = {**LSTM, "x": [[1, 2]]}
    for mistake in ("recurrent_left_out", "stale_hidden_state", "previous_cell_left_out"):
        assert exists(mistake, LSTM)
        assert not exists(mistake, once)
    assert exists("recurrent_left_out", {**once, "h_0": 0.5})
    assert not exists("stale_hidden_state", {**once, "h_0": 0.5})
    assert exists("previous_cell_left_out", {**once, "c_0": 0.5})
    assert exists("bias_left_out", once)


def test_sizes_are_inferred_from_the_givens() -> None:
    p, q = TEMPLATE.read(LstmParameters(inputs=5, hidden=3, steps=9), LSTM)
    assert (p.inputs, p.hidden, p.steps) == (2, 1, 2)
    assert q.W["f"].tolist() == [[0.7, 0.45]]
    assert q.U["o"].tolist() == [[0.25]]
    assert q.h_0.tolist() == [0.0]


def test_a_flat_list_of_inputs_is_a_list_of_steps_where_the_weights_are_single_numbers() -> None:
    scalars = {f"{letter}_{k}": 0.1 for letter in "WUb" for k in "fico"}
    p, q = TEMPLATE.read(LstmParameters(), {**scalars, "x": [1, 2, 3]})
    assert (p.inputs, p.hidden, p.steps) == (1, 1, 3)
    assert q.x.tolist() == [[1], [2], [3]]


def test_flat_lists_are_columns_where_the_hidden_size_says_so() -> None:
    H2 = {
        **{f"W_{k}": [0.1, 0.2] for k in "fico"},
        **{f"U_{k}": [[0.1, 0.2], [0.3, 0.4]] for k in "fico"},
        **{f"b_{k}": [0.0, 0.1] for k in "fico"},
        "x": [1, 2, 3],
    }
    p, q = TEMPLATE.read(LstmParameters(), H2)
    assert (p.inputs, p.hidden, p.steps) == (1, 2, 3)
    assert q.W["f"].tolist() == [[0.1], [0.2]]
    assert q.x.tolist() == [[1], [2], [3]]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"W_f": [[0.7, 0.45, 0.1]]}, "D = 3 is expected"),
        ({"U_f": [[0.1, 0.2], [0.3, 0.4]]}, "is expected"),
        ({"x": [[1, 2], [3]]}, r"x is not a number or a rectangular list of numbers: \[\[1, 2\], \[3\]\]"),
        ({"x": []}, "x is empty"),
        ({"b_f": "a"}, "b_f is not a number or a rectangular list of numbers: 'a'"),
        ({"b_f": float("nan")}, "b_f holds something that is not a finite number: nan"),
        ({"b_f": [[[0.1]]]}, "b_f is 1 × 1 × 1, but H is expected"),
        ({"W_g": [0.1, 0.2]}, r"unknown given 'W_g'\. Did you mean 'W_"),
    ],
)
def test_givens_that_cannot_be_read_say_why(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GivensError, match=sentence):
        TEMPLATE.read(LstmParameters(), {**LSTM, **change})


def test_a_given_that_is_missing_is_named() -> None:
    partial = {name: value for name, value in LSTM.items() if name != "b_o"}
    with pytest.raises(GivensError, match="b_o is missing; these givens are needed: W_f, W_i"):
        TEMPLATE.read(LstmParameters(), partial)
    with pytest.raises(GivensError, match="h_0 is missing"):
        TEMPLATE.read(LstmParameters(initial="drawn"), LSTM)


def test_parts_come_in_the_order_of_the_computation() -> None:
    names = [part.name for part in TEMPLATE.ask(LstmParameters(steps=2))]
    assert names == ["f_1", "i_1", "g_1", "o_1", "c_1", "h_1", "f_2", "i_2", "g_2", "o_2", "c_2", "h_2"]


def test_initial_states_are_zero_unless_they_are_drawn() -> None:
    zero = TEMPLATE.draw(LstmParameters(hidden=2), Stream("z"))
    drawn = TEMPLATE.draw(LstmParameters(hidden=2, initial="drawn"), Stream("z"))
    assert (zero["h_0"], zero["c_0"]) == ([0, 0], [0, 0])
    assert all(v != 0 for v in drawn["h_0"] + drawn["c_0"])
    shown = [item.symbol for item in TEMPLATE.show(*TEMPLATE.read(LstmParameters(hidden=2), zero))]
    assert not {"h_0", "c_0"} & set(shown)


def test_drawn_numbers_lie_on_the_decimal_grid_within_their_range() -> None:
    p = LstmParameters(places=1, weights=(-0.5, 0.5), signal=(2, 4))
    raw = TEMPLATE.draw(p, Stream("grid"))
    for name, value in raw.items():
        for v in [v for row in value for v in (row if isinstance(row, list) else [row])]:
            low, high = (2, 4) if name == "x" else (-0.5, 0.5)
            assert low <= v <= high
            assert v == round(v, 1)
