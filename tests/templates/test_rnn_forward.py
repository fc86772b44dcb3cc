from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers import marked, mistaken, rules_of, solution, values, verdicts

from grader.chance import Stream
from grader.template import GivensError
from grader.templates.rnn_forward import TEMPLATE, RnnParameters

NAME = "rnn_forward"
Vector = list[float]
Matrix = list[Vector]

SCALAR = dict(u=0.6, v=-0.5, w=0.8, b_h=0.1, b_o=-0.2, h_0=0.35, x=[1.2, -0.7, 0.4])
"""One of everything, three steps."""


def sigma(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def identity(z: float) -> float:
    return z


def product(matrix: Matrix, vector: Vector) -> Vector:
    return [sum(m * v for m, v in zip(row, vector, strict=True)) for row in matrix]


def network(raw: dict[str, Any], squash: Callable[[float], float]) -> dict[str, Any]:
    """The network written out with plain loops."""
    out: dict[str, Any] = {}
    h = raw["h_0"]
    for t, x in enumerate(raw["x"], start=1):
        terms = zip(product(raw["u"], x), product(raw["v"], h), raw["b_h"], strict=True)
        h = [squash(ux + vh + b) for ux, vh, b in terms]
        o = [sigma(wh + b) for wh, b in zip(product(raw["w"], h), raw["b_o"], strict=True)]
        out |= {f"h_{t}": h, f"o_{t}": o}
        if "label" in raw:
            out[f"loss_{t}"] = -math.log(o[0] if raw["label"][t - 1] else 1 - o[0])
    return out


@given(
    st.integers(1, 4),
    st.integers(1, 3),
    st.integers(1, 3),
    st.integers(1, 4),
    st.sampled_from(["linear", "tanh"]),
    st.booleans(),
    st.integers(0, 999),
)
def test_every_step_is_what_plain_loops_give(
    H: int, D: int, K: int, T: int, activation: Any, labels: bool, seed: int
) -> None:
    p = RnnParameters(
        inputs=D, hidden=H, outputs=1 if labels else K, steps=T, initial="drawn", hidden_activation=activation,
        labels=labels,
    )  # fmt: skip
    raw = TEMPLATE.draw(p, Stream("loops", str(seed)))
    steps = solution(NAME, raw, p.model_dump())
    loops = network(raw, math.tanh if activation == "tanh" else identity)
    assert list(steps) == list(loops)
    for name, expected in loops.items():
        assert steps[name].value == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_steps_worked_by_hand() -> None:
    """h_1 = .5·2 + .1 = 1.1, o_1 = σ(2·1.1 - .2) = σ(2); h_2 = .5·(-1) + 1·1.1 + .1 = .7, o_2 = σ(1.2)."""
    raw = dict(u=0.5, v=1, w=2, b_h=0.1, b_o=-0.2, x=[2, -1], label=[1, 0])
    expected = dict(
        h_1=1.1, o_1=0.880797, loss_1=0.126928,
        h_2=0.7, o_2=0.768525, loss_2=1.463282,
    )  # fmt: skip
    assert values(solution(NAME, raw)) == pytest.approx(expected, abs=1e-6)


def states(activation: str) -> tuple[Callable[[float], float], list[float]]:
    """The hidden layer's function, and h_0 … h_3 of SCALAR."""
    squash: Callable[[float], float] = math.tanh if activation == "tanh" else identity
    h = [0.35]
    for x in (1.2, -0.7, 0.4):
        h.append(squash(0.6 * x - 0.5 * h[-1] + 0.1))
    return squash, h


@pytest.mark.parametrize("activation", ["linear", "tanh"])
def test_mistakes_in_the_hidden_state(activation: str) -> None:
    squash, h = states(activation)
    steps = solution(NAME, SCALAR, {"hidden_activation": activation})
    entering = [0.6 * x for x in (1.2, -0.7, 0.4)]
    before = [-0.5 * value for value in h[:3]]
    for t in (1, 2, 3):
        ux, vh = entering[t - 1], before[t - 1]
        other = ux + vh + 0.1 if activation == "tanh" else math.tanh(ux + vh + 0.1)
        expected = {
            "bias_left_out": squash(ux + vh),
            "recurrent_left_out": squash(ux + 0.1),
            "stale_hidden_state": squash(ux - 0.5 * 0.35 + 0.1),
            "tanh_left_out" if activation == "tanh" else "tanh_added": other,
        }
        for mistake, value in expected.items():
            assert mistaken(steps, mistake)[f"h_{t}"] == pytest.approx(value, rel=1e-12)


def test_mistakes_at_the_output_and_in_the_loss() -> None:
    _, h = states("linear")
    steps = solution(NAME, {**SCALAR, "label": [1, 0, 1]})
    z = {t: 0.8 * h[t] for t in (1, 2, 3)}
    without_bias = {f"o_{t}": sigma(v) for t, v in z.items()}
    assert {n: v for n, v in mistaken(steps, "bias_left_out").items() if n[0] == "o"} == pytest.approx(without_bias)
    assert mistaken(steps, "sigmoid_left_out") == pytest.approx({f"o_{t}": v - 0.2 for t, v in z.items()})
    o = [sigma(v - 0.2) for v in z.values()]
    base_ten = dict(loss_1=-math.log10(o[0]), loss_2=-math.log10(1 - o[1]), loss_3=-math.log10(o[2]))
    assert mistaken(steps, "log_base_ten") == pytest.approx(base_ten, rel=1e-12)


def exists(mistake: str, raw: dict[str, Any], **parameters: Any) -> bool:
    p, q = TEMPLATE.read(RnnParameters(**parameters), raw)
    return TEMPLATE.mistakes[mistake].exists(p, q)


def test_mistakes_exist_where_they_can_be_made() -> None:
    once = {**SCALAR, "x": [1.2]}
    at_rest = {**once, "h_0": 0}
    assert exists("recurrent_left_out", once)
    assert not exists("recurrent_left_out", at_rest)
    assert exists("stale_hidden_state", SCALAR)
    assert not exists("stale_hidden_state", once)
    assert exists("bias_left_out", at_rest)
    assert not exists("bias_left_out", {**SCALAR, "b_h": 0, "b_o": 0})
    for activation, mistake, other in (
        ("tanh", "tanh_left_out", "tanh_added"),
        ("linear", "tanh_added", "tanh_left_out"),
    ):
        assert exists(mistake, SCALAR, hidden_activation=activation)
        assert not exists(other, SCALAR, hidden_activation=activation)
    assert exists("log_base_ten", {**SCALAR, "label": [1, 0, 1]})
    assert not exists("log_base_ten", SCALAR)


def test_a_loss_follows_from_the_student_s_own_output() -> None:
    raw = {**SCALAR, "label": [1, 0, 1]}
    rules = rules_of(NAME, parameters={"steps": 3, "inputs": 1, "labels": True})
    key = values(solution(NAME, raw))
    written = {**key, "o_1": 0.45, "loss_1": -math.log(0.45)}
    found = verdicts(marked(rules, raw, {name: round(value, 6) for name, value in written.items()}))
    assert (found["o_1"], found["loss_1"]) == ("wrong", "follows")
    assert {verdict for name, verdict in found.items() if not name.endswith("_1")} == {"right"}


def test_an_output_without_its_sigmoid_has_no_loss_and_harms_no_other_step() -> None:
    """Its logarithm may not exist: the mistake is named, and the loss is right where it is the key's."""
    raw = {**SCALAR, "label": [1, 0, 1]}
    rules = rules_of(NAME, parameters={"steps": 3, "inputs": 1, "labels": True})
    steps = solution(NAME, raw)
    written = {**values(steps), **mistaken(steps, "sigmoid_left_out")}
    assert min(written[f"o_{t}"] for t in (1, 2, 3)) < 0
    found = verdicts(marked(rules, raw, {name: round(value, 6) for name, value in written.items()}))
    assert {name: verdict for name, verdict in found.items() if verdict != "right"} == dict.fromkeys(
        ["o_1", "o_2", "o_3"], "mistake"
    )


def test_labels_among_the_givens_ask_for_losses() -> None:
    def names(raw: dict[str, Any]) -> list[str]:
        return [part.name for part in TEMPLATE.ask(TEMPLATE.settle(RnnParameters(), raw))]

    assert names(SCALAR) == ["h_1", "o_1", "h_2", "o_2", "h_3", "o_3"]
    assert names({"label": [1, 0]}) == ["h_1", "o_1", "loss_1", "h_2", "o_2", "loss_2"]


def test_sizes_are_inferred_from_the_givens() -> None:
    raw = dict(
        u=[[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], v=[[0.1, 0.2], [0.3, 0.4]], w=[0.5, -0.5], b_h=[0, 0.1], b_o=0.2,
        x=[[1, 2, 3]],
    )  # fmt: skip
    p, q = TEMPLATE.read(RnnParameters(outputs=3, steps=7), raw)
    assert (p.inputs, p.hidden, p.outputs, p.steps) == (3, 2, 1, 1)
    assert (q.w.tolist(), q.b_o.tolist(), q.h_0.tolist()) == ([[0.5, -0.5]], [0.2], [0, 0])
    p, q = TEMPLATE.read(RnnParameters(), {**SCALAR, "w": [[0.5], [0.6]], "b_o": [0, 0.1]})
    assert (p.inputs, p.hidden, p.outputs, p.steps, q.x.tolist()) == (1, 1, 2, 3, [[1.2], [-0.7], [0.4]])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"label": [1, 0, 0.5]}, "label must be 0 or 1 at each step"),
        ({"label": [1, 0]}, "is expected"),
        ({"label": [1, 0, 1], "w": [[0.5], [0.6]], "b_o": [0, 0.1]}, "labels need a network with one output"),
        ({"W": 0.1}, "unknown given 'W'"),
        ({"b_o": [0.1, 0.2]}, "is expected"),
    ],
)
def test_givens_that_cannot_be_read_say_why(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GivensError, match=sentence):
        TEMPLATE.read(RnnParameters(), {**SCALAR, **change})


def test_labels_are_of_one_output() -> None:
    with pytest.raises(ValueError, match="labels need a network with one output"):
        RnnParameters(labels=True, outputs=2)


def test_a_missing_given_is_named() -> None:
    partial = {name: value for name, value in SCALAR.items() if name != "h_0"}
    with pytest.raises(GivensError, match="h_0 is missing"):
        TEMPLATE.read(RnnParameters(initial="drawn"), partial)
    with pytest.raises(GivensError, match="label is missing"):
        TEMPLATE.read(RnnParameters(labels=True), SCALAR)


def test_saturated_outputs_and_states_are_not_issued() -> None:
    def guard(activation: str, **change: Any) -> str:
        raw = {**SCALAR, **change}
        p, q = TEMPLATE.read(RnnParameters(hidden_activation=activation), raw)
        return TEMPLATE.guard(p, q, solution(NAME, raw, p.model_dump()))

    assert guard("tanh") == guard("linear") == ""
    assert guard("tanh", b_o=5) == "a pre-activation of o_1 beyond 4"
    assert guard("tanh", b_h=5) == "a pre-activation of h_1 beyond 4"
    assert guard("linear", b_h=5, w=0.1) == ""
    assert guard("linear", w=0.05) == "o_1 hardly moved by the hidden state"


def test_the_page_says_which_function_the_hidden_layer_has() -> None:
    linear, tanh = (TEMPLATE.wording(RnnParameters(hidden_activation=a)) for a in ("linear", "tanh"))
    assert "h_t = u x_{t} + v h_{t-1} + b_h" in linear
    assert "it has no activation function" in linear
    assert r"h_t = \tanh(u x_{t} + v h_{t-1} + b_h)" in tanh
    assert "L_t" not in linear
    assert r"L_t = -y_{t} \log o_{t}" in TEMPLATE.wording(RnnParameters(labels=True))
