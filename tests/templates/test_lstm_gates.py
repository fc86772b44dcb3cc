from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers import marked, mistaken, rules_of, solution, values, verdicts

from grader.chance import Stream
from grader.template import GivensError
from grader.templates.lstm_gates import TEMPLATE, GatesParameters

NAME = "lstm_gates"
Vector = list[float]
Matrix = list[Vector]
PARTS = ["N", "i", "learned", "f", "kept", "ltm_new", "U", "V", "stm_new"]

SCALAR = dict(
    W_n=[0.5, -0.3, 0.8], W_i=[-0.4, 0.6, 0.2], W_f=[0.7, 0.1, -0.5], W_v=[0.3, 0.9, -0.2], W_u=1.1,
    b_n=0.1, b_i=0.25, b_f=-0.3, b_v=-0.15, b_u=0.05, stm=0.35, ltm=-0.8, event=[1.2, -0.7],
)  # fmt: skip
"""One unit, two inputs."""


def sigma(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def product(matrix: Matrix, vector: Vector) -> Vector:
    return [sum(m * v for m, v in zip(row, vector, strict=True)) for row in matrix]


def step(raw: dict[str, Any]) -> dict[str, Vector]:
    """The step written out unit by unit: the columns of W for stm first, those for the event behind them."""
    H = len(raw["stm"])

    def z(k: str) -> Vector:
        stm = product([row[:H] for row in raw[f"W_{k}"]], raw["stm"])
        event = product([row[H:] for row in raw[f"W_{k}"]], raw["event"])
        return [a + b + c for a, b, c in zip(stm, event, raw[f"b_{k}"], strict=True)]

    N, i, f, V = [math.tanh(v) for v in z("n")], *([sigma(v) for v in z(k)] for k in "ifv")
    learned = [a * b for a, b in zip(N, i, strict=True)]
    kept = [a * b for a, b in zip(raw["ltm"], f, strict=True)]
    U = [math.tanh(v + b) for v, b in zip(product(raw["W_u"], kept), raw["b_u"], strict=True)]
    return dict(
        N=N, i=i, learned=learned, f=f, kept=kept, ltm_new=[a + b for a, b in zip(kept, learned, strict=True)],
        U=U, V=V, stm_new=[a * b for a, b in zip(U, V, strict=True)],
    )  # fmt: skip


@given(st.integers(1, 4), st.integers(1, 4), st.sampled_from(["zero", "drawn"]), st.integers(0, 999))
def test_every_step_is_what_plain_loops_give(H: int, D: int, initial: Any, seed: int) -> None:
    p = GatesParameters(inputs=D, hidden=H, initial=initial)
    raw = TEMPLATE.draw(p, Stream("loops", str(seed)))
    steps, loops = solution(NAME, raw, p.model_dump()), step(raw)
    assert list(steps) == list(loops) == [part.name for part in TEMPLATE.ask(p)] == PARTS
    for name, expected in loops.items():
        assert steps[name].value.tolist() == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_a_step_worked_by_hand() -> None:
    """N = tanh(1·½ + 2·¼) = tanh 1, i = f = V = σ(0) = ½, kept = .4·½, U = tanh(2·.2 + .1) = tanh ½."""
    nothing = [0, 0]
    raw = dict(
        W_n=[1, 2], W_i=nothing, W_f=nothing, W_v=nothing, W_u=2, b_n=0, b_i=0, b_f=0, b_v=0, b_u=0.1,
        stm=0.5, ltm=0.4, event=0.25,
    )  # fmt: skip
    expected = dict(
        N=0.761594, i=0.5, learned=0.380797, f=0.5, kept=0.2, ltm_new=0.580797, U=0.462117, V=0.5, stm_new=0.231059
    )
    assert values(solution(NAME, raw)) == pytest.approx(expected, abs=1e-6)


Z = dict(
    N=(0.5 * 0.35 - 0.3 * 1.2 - 0.8 * 0.7, 0.1, 0.5 * 1.2 + 0.3 * 0.7 + 0.8 * 0.35),
    i=(-0.4 * 0.35 + 0.6 * 1.2 - 0.2 * 0.7, 0.25, -0.4 * 1.2 - 0.6 * 0.7 + 0.2 * 0.35),
    f=(0.7 * 0.35 + 0.1 * 1.2 + 0.5 * 0.7, -0.3, 0.7 * 1.2 - 0.1 * 0.7 - 0.5 * 0.35),
    V=(0.3 * 0.35 + 0.9 * 1.2 + 0.2 * 0.7, -0.15, 0.3 * 1.2 - 0.9 * 0.7 - 0.2 * 0.35),
)
"""Of SCALAR: W [stm; event], the bias, and W [event; stm]."""


def squashed(name: str, z: float) -> float:
    return math.tanh(z) if name == "N" else sigma(z)


def test_mistakes_at_the_units_that_see_both() -> None:
    steps = solution(NAME, SCALAR)
    kept = -0.8 * sigma(sum(Z["f"][:2]))
    assert mistaken(steps, "bias_left_out") == pytest.approx(
        {name: squashed(name, z) for name, (z, _, _) in Z.items()} | {"U": math.tanh(1.1 * kept)}
    )
    assert mistaken(steps, "event_before_stm") == pytest.approx(
        {name: squashed(name, z + b) for name, (_, b, z) in Z.items()}
    )
    assert mistaken(steps, "tanh_for_gate") == pytest.approx({k: math.tanh(sum(Z[k][:2])) for k in "ifV"})
    assert mistaken(steps, "sigmoid_for_candidate") == pytest.approx(
        {"N": sigma(sum(Z["N"][:2])), "U": sigma(1.1 * kept + 0.05)}
    )


def test_mistakes_with_the_memories() -> None:
    steps = solution(NAME, SCALAR)
    N, i, f = (squashed(name, sum(Z[name][:2])) for name in "Nif")
    learned, kept = N * i, -0.8 * f
    assert mistaken(steps, "ignore_left_out") == pytest.approx({"learned": N})
    assert mistaken(steps, "use_of_old_ltm") == pytest.approx({"U": math.tanh(1.1 * -0.8 + 0.05)})
    assert mistaken(steps, "use_of_new_ltm") == pytest.approx({"U": math.tanh(1.1 * (kept + learned) + 0.05)})
    assert mistaken(steps, "learned_for_kept") == pytest.approx({"kept": learned, "U": math.tanh(1.1 * learned + 0.05)})


def test_the_wrong_order_goes_by_position_where_sizes_differ() -> None:
    """Two units, one input: [event; stm] meets the first column of W with the event."""
    raw = TEMPLATE.draw(GatesParameters(hidden=2, inputs=1), Stream("order"))
    (e,), (s1, s2) = raw["event"], raw["stm"]
    z = [v + b for v, b in zip(product(raw["W_f"], [e, s1, s2]), raw["b_f"], strict=True)]
    found = mistaken(solution(NAME, raw, {"hidden": 2, "inputs": 1}), "event_before_stm")
    assert found["f"] == pytest.approx([sigma(v) for v in z])


def exists(mistake: str, raw: dict[str, Any], **parameters: Any) -> bool:
    p, q = TEMPLATE.read(GatesParameters(**parameters), raw)
    return TEMPLATE.mistakes[mistake].exists(p, q)


def test_mistakes_exist_where_they_can_be_made() -> None:
    assert exists("use_of_old_ltm", SCALAR)
    assert not exists("use_of_old_ltm", {**SCALAR, "ltm": 0})
    assert exists("bias_left_out", SCALAR)
    assert not exists("bias_left_out", {**SCALAR, **{f"b_{k}": 0 for k in "nifuv"}})


def test_what_is_kept_of_nothing_is_not_asked() -> None:
    asked = [part.name for part in TEMPLATE.ask(GatesParameters(initial="zero")) if part.asked]
    assert asked == [name for name in PARTS if name != "kept"]
    shown = [item.symbol for item in TEMPLATE.show(*TEMPLATE.read(GatesParameters(initial="zero"), at_rest()))]
    assert not [symbol for symbol in shown if "tm" in symbol]


def at_rest() -> dict[str, Any]:
    return {name: value for name, value in SCALAR.items() if name not in ("stm", "ltm")}


def test_follow_through_goes_by_the_student_s_own_share() -> None:
    rules = rules_of(NAME)
    key = values(solution(NAME, SCALAR))
    kept = -0.8 * 0.4
    U = math.tanh(1.1 * kept + 0.05)
    written = {**key, "f": 0.4, "kept": kept, "ltm_new": kept + key["learned"], "U": U, "stm_new": U * key["V"]}
    found = verdicts(marked(rules, SCALAR, {name: round(value, 6) for name, value in written.items()}))
    follow = dict.fromkeys(("kept", "ltm_new", "U", "stm_new"), "follows")
    assert found == dict.fromkeys(PARTS, "right") | {"f": "wrong"} | follow


def test_sizes_are_inferred_from_the_givens() -> None:
    p, q = TEMPLATE.read(GatesParameters(inputs=5, hidden=3), SCALAR)
    assert (p.inputs, p.hidden) == (2, 1)
    assert (q.W["n"].tolist(), q.W["u"].tolist()) == ([[0.5, -0.3, 0.8]], [[1.1]])
    wide = {"W_n": [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]], "b_n": [0, 1]}
    assert TEMPLATE.settle(GatesParameters(), wide).model_dump(include={"inputs", "hidden"}) == dict(inputs=3, hidden=2)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"event": [1.2, -0.7, 0.1]}, r"W_n has 3 columns, but it acts on \[stm; event\]: 1 of stm and 3 of the event"),
        ({"W_i": [0.1, 0.2]}, "is expected"),
        ({"W_u": [0.1, 0.2]}, "is expected"),
        ({"W_o": 0.1}, "unknown given 'W_o'"),
        ({"ltm": "a"}, "ltm is not a number or a rectangular list of numbers: 'a'"),
    ],
)
def test_givens_that_cannot_be_read_say_why(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GivensError, match=sentence):
        TEMPLATE.read(GatesParameters(), {**SCALAR, **change})


def test_weights_without_a_column_for_the_event_say_why() -> None:
    with pytest.raises(GivensError, match="W_n has 2 columns"):
        TEMPLATE.settle(GatesParameters(), {"W_n": [[1, 2], [3, 4]]})


def test_a_missing_given_is_named_but_memories_from_zero_need_none() -> None:
    with pytest.raises(GivensError, match="stm is missing"):
        TEMPLATE.read(GatesParameters(), at_rest())
    q = TEMPLATE.read(GatesParameters(initial="zero"), at_rest())[1]
    assert (q.stm.tolist(), q.ltm.tolist()) == ([0], [0])


def test_a_shut_gate_is_not_issued() -> None:
    def guard(**change: Any) -> str:
        raw = {**SCALAR, **change}
        p, q = TEMPLATE.read(GatesParameters(), raw)
        return TEMPLATE.guard(p, q, solution(NAME, raw))

    assert guard() == ""
    assert guard(b_f=5) == "a pre-activation of f beyond 4"
    assert guard(b_u=-5) == "a pre-activation of U beyond 4"
    assert guard(W_u=0.01) == "U hardly moved by what is kept"
