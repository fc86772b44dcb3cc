from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers import marked, mistaken, rules_of, solution, values, verdicts

from grader.chance import Stream
from grader.template import GivensError
from grader.templates.gru_forward import TEMPLATE, GruParameters

NAME = "gru_forward"
Vector = list[float]
Matrix = list[Vector]

SCALAR = dict(
    W_z=0.5, W_r=-0.4, W_n=0.7, U_z=0.2, U_r=0.6, U_n=-0.5, b_z=0.1, b_r=0.25, b_n=-0.3,
    x=[1.2, -0.7, 0.4], h_0=0.35,
)  # fmt: skip
"""One hidden unit, one input, three steps."""
PAIR = dict(
    W_z=[[0.5], [-0.3]], W_r=[[-0.4], [0.8]], W_n=[[0.7], [0.2]],
    U_z=[[0.2, -0.6], [0.3, 0.1]], U_r=[[0.6, 0.4], [-0.2, 0.5]], U_n=[[-0.5, 0.9], [0.8, 0.3]],
    b_z=[0.1, -0.2], b_r=[0.25, 0.15], b_n=[-0.3, 0.05], x=[1.2, -0.7], h_0=[0.35, -0.6],
)  # fmt: skip
"""Two hidden units, one input, two steps."""


def sigma(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def product(matrix: Matrix, vector: Vector) -> Vector:
    return [sum(m * v for m, v in zip(row, vector, strict=True)) for row in matrix]


def cell_by_cell(raw: dict[str, Any], convention: str) -> dict[str, Vector]:
    """The cell written out with plain loops over hidden units."""
    out: dict[str, Vector] = {}
    h = raw["h_0"]
    for t, x in enumerate(raw["x"], start=1):

        def z(k: str, entering: Vector, x: Vector = x) -> Vector:
            terms = zip(product(raw[f"W_{k}"], x), product(raw[f"U_{k}"], entering), raw[f"b_{k}"], strict=True)
            return [wx + uh + b for wx, uh, b in terms]

        update = [sigma(v) for v in z("z", h)]
        reset = [sigma(v) for v in z("r", h)]
        new = [math.tanh(v) for v in z("n", [r * v for r, v in zip(reset, h, strict=True)])]
        share = update if convention == "update_new" else [1 - v for v in update]
        h = [v + s * (n - v) for v, s, n in zip(h, share, new, strict=True)]
        out |= {f"z_{t}": update, f"r_{t}": reset, f"n_{t}": new, f"h_{t}": h}
    return out


@given(
    st.integers(1, 4),
    st.integers(1, 3),
    st.integers(1, 4),
    st.sampled_from(["update_new", "update_keep"]),
    st.integers(0, 999),
)
def test_every_step_is_what_plain_loops_give(H: int, D: int, T: int, convention: Any, seed: int) -> None:
    p = GruParameters(inputs=D, hidden=H, steps=T, convention=convention)
    raw = TEMPLATE.draw(p, Stream("loops", str(seed)))
    steps = solution(NAME, raw, p.model_dump())
    loops = cell_by_cell(raw, convention)
    assert list(steps) == list(loops)
    for name, expected in loops.items():
        assert steps[name].value.tolist() == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_a_step_worked_by_hand() -> None:
    """z = σ(.5·1 + 0 + 0) = σ(.5), r = σ(0) = 1/2, n = tanh(1 + .8·(½·.5) - .2) = tanh 1."""
    raw = dict(W_z=0.5, W_r=0, W_n=1, U_z=0, U_r=0, U_n=0.8, b_z=0, b_r=0, b_n=-0.2, x=1, h_0=0.5)
    expected = dict(z_1=0.622459, r_1=0.5, n_1=0.761594, h_1=0.377541 * 0.5 + 0.622459 * 0.761594)
    assert values(solution(NAME, raw)) == pytest.approx(expected, abs=1e-6)
    kept = values(solution(NAME, raw, {"convention": "update_keep"}))
    assert kept["h_1"] == pytest.approx(0.622459 * 0.5 + 0.377541 * 0.761594, abs=1e-6)


def pre_activations(name: str) -> dict[str, tuple[float, float, float]]:
    """W x, U h (for n with the reset) and b at each gate or candidate of SCALAR."""
    s = values(solution(NAME, SCALAR))
    out = {}
    for t, x in enumerate((1.2, -0.7, 0.4), start=1):
        h = s[f"h_{t - 1}"] if t > 1 else 0.35
        for k in name:
            u = {"z": 0.2, "r": 0.6, "n": -0.5}[k] * h * (s[f"r_{t}"] if k == "n" else 1)
            w, b = {"z": (0.5, 0.1), "r": (-0.4, 0.25), "n": (0.7, -0.3)}[k]
            out[f"{k}_{t}"] = (w * x, u, b)
    return out


def squashed(name: str, z: float) -> float:
    return math.tanh(z) if name.startswith("n") else sigma(z)


def test_a_term_left_out_changes_every_pre_activation() -> None:
    steps, terms = solution(NAME, SCALAR), pre_activations("zrn")
    without_bias = {name: squashed(name, wx + uh) for name, (wx, uh, _) in terms.items()}
    without_state = {name: squashed(name, wx + b) for name, (wx, _, b) in terms.items()}
    assert mistaken(steps, "bias_left_out") == pytest.approx(without_bias, rel=1e-12)
    assert mistaken(steps, "recurrent_left_out") == pytest.approx(without_state, rel=1e-12)


def test_the_other_function_at_gates_and_candidate() -> None:
    steps = solution(NAME, SCALAR)
    gates = {name: math.tanh(sum(terms)) for name, terms in pre_activations("zr").items()}
    candidates = {name: sigma(sum(terms)) for name, terms in pre_activations("n").items()}
    assert mistaken(steps, "tanh_for_gate") == pytest.approx(gates, rel=1e-12)
    assert mistaken(steps, "sigmoid_for_candidate") == pytest.approx(candidates, rel=1e-12)


@pytest.mark.parametrize(("convention", "other"), [("update_new", "update_keep"), ("update_keep", "update_new")])
def test_the_other_convention_at_a_step_is_the_step_of_the_other_convention(convention: str, other: str) -> None:
    steps = solution(NAME, {**SCALAR, "x": [1.2]}, {"convention": convention})
    swapped = values(solution(NAME, {**SCALAR, "x": [1.2]}, {"convention": other}))
    assert mistaken(steps, "other_convention") == pytest.approx({"h_1": swapped["h_1"]}, rel=1e-12)


def test_mistakes_with_the_reset_gate() -> None:
    steps = solution(NAME, PAIR)
    for t, x in ((1, 1.2), (2, -0.7)):
        before: Vector = [0.35, -0.6] if t == 1 else steps["h_1"].value.tolist()
        r = steps[f"r_{t}"].value.tolist()
        full = product([[-0.5, 0.9], [0.8, 0.3]], before)
        fixed = [0.7 * x - 0.3, 0.2 * x + 0.05]
        left_out = [math.tanh(z + u) for z, u in zip(fixed, full, strict=True)]
        after = [math.tanh(z + g * u) for z, g, u in zip(fixed, r, full, strict=True)]
        assert mistaken(steps, "reset_left_out")[f"n_{t}"] == pytest.approx(left_out, rel=1e-12)
        assert mistaken(steps, "reset_after_product")[f"n_{t}"] == pytest.approx(after, rel=1e-12)


def test_with_one_unit_the_reset_gate_commutes_with_the_product() -> None:
    steps = solution(NAME, SCALAR)
    assert mistaken(steps, "reset_after_product")["n_2"] == pytest.approx(values(steps)["n_2"], rel=1e-12)


def exists(mistake: str, raw: dict[str, Any], **parameters: Any) -> bool:
    p, q = TEMPLATE.read(GruParameters(**parameters), raw)
    return TEMPLATE.mistakes[mistake].exists(p, q)


def test_mistakes_exist_where_they_can_be_made() -> None:
    at_rest = {**PAIR, "x": [1.2], "h_0": [0, 0]}
    for mistake in ("reset_left_out", "reset_after_product", "recurrent_left_out"):
        assert exists(mistake, PAIR)
        assert exists(mistake, {**at_rest, "x": [1.2, -0.7]})
        assert not exists(mistake, at_rest)
    assert not exists("reset_after_product", SCALAR)
    assert exists("bias_left_out", at_rest)
    assert not exists("bias_left_out", {**SCALAR, "b_z": 0, "b_r": 0, "b_n": 0})


def test_follow_through_goes_by_the_student_s_own_gate() -> None:
    """z_1 off by a slip: h_1 and all of step 2 are right for it; r_1 and n_1 do not depend on it."""
    rules = rules_of(NAME, parameters={"steps": 2, "inputs": 1})
    raw = {**SCALAR, "x": [1.2, -0.7]}
    key = values(solution(NAME, raw))
    z = 0.5
    h = (1 - z) * 0.35 + z * key["n_1"]
    z2, r2 = sigma(0.5 * -0.7 + 0.2 * h + 0.1), sigma(-0.4 * -0.7 + 0.6 * h + 0.25)
    n2 = math.tanh(0.7 * -0.7 - 0.5 * r2 * h - 0.3)
    written = dict(
        z_1=z, r_1=key["r_1"], n_1=key["n_1"], h_1=h, z_2=z2, r_2=r2, n_2=n2, h_2=(1 - z2) * h + z2 * n2
    )  # fmt: skip
    found = verdicts(marked(rules, raw, {name: round(value, 6) for name, value in written.items()}))
    assert found["z_1"] == "wrong"
    assert found["h_1"] == "follows"
    assert set(found.values()) <= {"wrong", "follows", "right"}
    assert [name for name, verdict in found.items() if verdict == "wrong"] == ["z_1"]


def test_the_page_states_the_convention() -> None:
    new, keep = (TEMPLATE.wording(GruParameters(convention=c)) for c in ("update_new", "update_keep"))
    assert "$z_t$ is the weight of the candidate $n_t$" in new
    assert r"h_t = (1 - z_{t}) \odot h_{t-1} + z_{t} \odot n_{t}" in new
    assert "$z_t$ is the weight of the state before, $h_{t-1}$" in keep
    assert r"h_t = z_{t} \odot h_{t-1} + (1 - z_{t}) \odot n_{t}" in keep


def test_sizes_are_inferred_from_the_givens() -> None:
    p, q = TEMPLATE.read(GruParameters(inputs=5, hidden=3, steps=9), PAIR)
    assert (p.inputs, p.hidden, p.steps) == (1, 2, 2)
    assert q.W["z"].tolist() == [[0.5], [-0.3]]
    p, q = TEMPLATE.read(GruParameters(), SCALAR)
    assert (p.inputs, p.hidden, p.steps, q.x.tolist()) == (1, 1, 3, [[1.2], [-0.7], [0.4]])
    p, q = TEMPLATE.read(GruParameters(), {**SCALAR, "W_z": [0.5, 1], "W_r": [-0.4, 2], "W_n": [0.7, 3], "x": [1, 2]})
    assert (p.inputs, p.hidden, p.steps, q.W["n"].tolist(), q.x.tolist()) == (2, 1, 1, [[0.7, 3]], [[1, 2]])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"W_r": [[-0.4, 0.1, 0.2]]}, "is expected"),
        ({"h_0": "a"}, "h_0 is not a number or a rectangular list of numbers: 'a'"),
        ({"W_h": 0.1}, r"unknown given 'W_h'\. Did you mean 'W_"),
    ],
)
def test_givens_that_cannot_be_read_say_why(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GivensError, match=sentence):
        TEMPLATE.read(GruParameters(), {**SCALAR, **change})


def test_a_missing_given_is_named_but_a_zero_state_needs_none() -> None:
    partial = {name: value for name, value in SCALAR.items() if name != "h_0"}
    with pytest.raises(GivensError, match="h_0 is missing"):
        TEMPLATE.read(GruParameters(), partial)
    assert TEMPLATE.read(GruParameters(initial="zero"), partial)[1].h_0.tolist() == [0]


def test_a_shut_gate_is_not_issued() -> None:
    def guard(**change: Any) -> str:
        raw = {**SCALAR, **change}
        p, q = TEMPLATE.read(GruParameters(), raw)
        return TEMPLATE.guard(p, q, solution(NAME, raw))

    assert guard() == ""
    assert guard(b_r=5) == "a pre-activation of r_1 beyond 4"
    assert guard(b_n=-5) == "a pre-activation of n_1 beyond 4"
