from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from tests.helpers import mistaken, solution, values

from grader.chance import Stream
from grader.template import GivensError
from grader.templates.rnn_bptt import TEMPLATE, BpttParameters

NAME = "rnn_bptt"
Matrix = list[list[float]]


def product(matrix: Matrix, vector: Sequence[float]) -> list[float]:
    return [sum(m * v for m, v in zip(row, vector, strict=True)) for row in matrix]


def test_parts_of_the_one_loss_at_the_end_have_plain_names() -> None:
    def names(**size: Any) -> list[str]:
        return [part.name for part in TEMPLATE.ask(BpttParameters.model_validate(size)) if part.asked]

    assert names(steps=2) == ["H_1", "H_2", "O_2", "dO", "dV", "dW_1", "dW_2", "dW", "dU_1", "dU_2", "dU"]
    assert names(steps=2, losses=[2]) == names(steps=2)
    assert names(steps=2, losses=[1]) == [
        "H_1",
        "H_2",
        "O_1",
        "dE1_dO",
        "dE1_dV",
        "dE1_dW_1",
        "dE1_dW",
        "dE1_dU_1",
        "dE1_dU",
    ]
    assert names(steps=2, losses=[1, 2])[:4] == ["H_1", "H_2", "O_1", "dE1_dO"]
    assert names(steps=2, wrt=["U"]) == ["H_1", "H_2", "O_2", "dO", "dU_1", "dU_2", "dU"]


def test_from_a_zero_state_the_first_share_of_w_is_zero_and_not_asked() -> None:
    parts = {part.name: part for part in TEMPLATE.ask(BpttParameters(initial="zero"))}
    assert not parts["dW_1"].asked
    assert parts["dU_1"].asked
    raw = TEMPLATE.draw(BpttParameters(initial="zero"), Stream("zero"))
    assert raw["H_0"] == [0]
    assert solution(NAME, raw)["dW_1"].value.tolist() == [[0]]


def test_of_a_single_step_from_a_zero_state_no_derivative_by_w_is_asked() -> None:
    parts = TEMPLATE.ask(BpttParameters(steps=1, initial="zero"))
    assert [part.name for part in parts if part.asked] == ["H_1", "O_1", "dO", "dV", "dU_1", "dU"]
    assert not exists("own_state", steps=1, initial="zero")


SCALAR = dict(U=0.8, W=-0.6, V=[0.9, -1.1], H_0=0.3, x=[0.5, -0.9, 0.7], y=[0, 1])


@pytest.fixture
def chain() -> dict[str, Any]:
    """H, O, dO, δ and the key's derivatives of SCALAR in plain floats; H is the only hidden unit."""
    h = [0.3]
    for x in SCALAR["x"]:  # type: ignore[attr-defined]
        h.append(math.tanh(0.8 * x - 0.6 * h[-1]))
    e = [math.exp(0.9 * h[3]), math.exp(-1.1 * h[3])]
    O = [v / sum(e) for v in e]
    dO = [O[0], O[1] - 1]
    return dict(h=h, O=O, dO=dO, back=0.9 * dO[0] - 1.1 * dO[1])


def deltas(chain: dict[str, Any], slope: Callable[[float], float]) -> list[float]:
    """δ_3, δ_2, δ_1, each made with this slope on the right δ behind it."""
    right = [chain["back"] * (1 - chain["h"][3] ** 2)]
    made = [chain["back"] * slope(chain["h"][3])]
    for t in (2, 1):
        made.append(-0.6 * right[-1] * slope(chain["h"][t]))
        right.append(-0.6 * right[-1] * (1 - chain["h"][t] ** 2))
    return made


def shares(chain: dict[str, Any], made: dict[int, float]) -> dict[str, float]:
    """What these δ make of dW_t and dU_t."""
    h, x = chain["h"], [None, 0.5, -0.9, 0.7]
    out: dict[str, float] = {}
    for t, d in made.items():
        out |= {f"delta_{t}": d, f"dW_{t}": d * h[t - 1], f"dU_{t}": d * x[t]}  # type: ignore[operator]
    return out


def test_the_scalar_chain_by_hand(chain: dict[str, Any]) -> None:
    d3, d2, d1 = deltas(chain, lambda h: 1 - h * h)
    found = values(solution(NAME, SCALAR))
    expected = shares(chain, {3: d3, 2: d2, 1: d1})
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=1e-12)
    assert found["dW"] == pytest.approx(expected["dW_1"] + expected["dW_2"] + expected["dW_3"])


@pytest.mark.parametrize(
    ("mistake", "slope"),
    [("tanh_for_its_derivative", lambda h: h), ("one_minus_h", lambda h: 1 - h)],
)
def test_a_wrong_slope_is_seen_in_every_share(
    mistake: str, slope: Callable[[float], float], chain: dict[str, Any]
) -> None:
    d3, d2, d1 = deltas(chain, slope)
    assert mistaken(solution(NAME, SCALAR), mistake) == pytest.approx(shares(chain, {3: d3, 2: d2, 1: d1}))


def test_w_left_out_of_the_chain(chain: dict[str, Any]) -> None:
    d3, d2, _ = deltas(chain, lambda h: 1 - h * h)
    expected = shares(chain, {2: d3 * (1 - chain["h"][2] ** 2), 1: d2 * (1 - chain["h"][1] ** 2)})
    assert mistaken(solution(NAME, SCALAR), "w_left_out_of_chain") == pytest.approx(expected)


def test_the_state_of_the_same_step_in_the_share_of_w(chain: dict[str, Any]) -> None:
    made = deltas(chain, lambda h: 1 - h * h)
    expected = {f"dW_{t}": d * chain["h"][t] for t, d in zip((3, 2, 1), made, strict=True)}
    assert mistaken(solution(NAME, SCALAR), "own_state") == pytest.approx(expected)


def test_the_last_share_alone(chain: dict[str, Any]) -> None:
    d3 = deltas(chain, lambda h: 1 - h * h)[0]
    expected = {"dW": d3 * chain["h"][2], "dU": d3 * 0.7}
    assert mistaken(solution(NAME, SCALAR), "last_step_only") == pytest.approx(expected)


def test_mistakes_at_the_output(chain: dict[str, Any]) -> None:
    steps, O, dO = solution(NAME, SCALAR), chain["O"], chain["dO"]
    assert mistaken(steps, "sign_flipped")["dO"] == pytest.approx([-dO[0], -dO[1]])
    twice = [dO[k] * O[k] * (1 - O[k]) for k in (0, 1)]
    assert mistaken(steps, "softmax_derivative_twice")["dO"] == pytest.approx(twice)


def test_matrices_left_untransposed_on_the_way_back() -> None:
    raw = dict(
        U=[[0.4], [-0.7]], W=[[0.3, -0.8], [0.6, 0.2]], V=[[0.9, -0.4], [0.5, 1.2]],
        H_0=[0.1, -0.2], x=[0.6, -0.5], y=[1, 0],
    )  # fmt: skip
    steps = solution(NAME, raw)
    dO, d2 = steps["dO"].value.tolist(), steps["delta_2"].value.tolist()
    h1, h2 = steps["H_1"].value.tolist(), steps["H_2"].value.tolist()
    by_v = [v * (1 - h * h) for v, h in zip(product(raw["V"], dO), h2, strict=True)]  # type: ignore[arg-type]
    by_w = [v * (1 - h * h) for v, h in zip(product(raw["W"], d2), h1, strict=True)]  # type: ignore[arg-type]
    assert mistaken(steps, "v_not_transposed")["delta_2"] == pytest.approx(by_v)
    assert mistaken(steps, "w_not_transposed")["delta_1"] == pytest.approx(by_w)
    assert mistaken(steps, "w_not_transposed")["dU_1"] == [[pytest.approx(0.6 * v)] for v in by_w]


def exists(mistake: str, **size: Any) -> bool:
    p = BpttParameters.model_validate(size)
    return TEMPLATE.mistakes[mistake].exists(p, TEMPLATE.read(p, TEMPLATE.draw(p, Stream("e")))[1])


@pytest.mark.parametrize(
    ("mistake", "where", "not_where"),
    [
        ("last_step_only", {}, {"steps": 1}),
        ("last_step_only", {"losses": [1, 2]}, {"losses": [1]}),
        ("last_step_only", {"wrt": ["U"]}, {"wrt": ["V"]}),
        ("w_left_out_of_chain", {}, {"steps": 1}),
        ("w_not_transposed", {"hidden": 2}, {}),
        ("v_not_transposed", {"hidden": 2}, {"hidden": 3}),
        ("own_state", {"wrt": ["W"]}, {"wrt": ["U", "V"]}),
        ("tanh_for_its_derivative", {"wrt": ["U"]}, {"wrt": ["V"]}),
    ],
)
def test_mistakes_exist_where_they_can_be_made(mistake: str, where: Any, not_where: Any) -> None:
    assert exists(mistake, **where)
    assert not exists(mistake, **not_where)


def test_a_target_for_every_input_means_a_loss_at_every_step() -> None:
    p, _ = TEMPLATE.read(BpttParameters(), {**SCALAR, "y": [[0, 1], [1, 0], [0, 1]]})
    assert p.loss_steps == (1, 2, 3)


@pytest.mark.parametrize(
    "change",
    [
        {"V": [[0.9], [-1.1], [0.2]], "x": [[0.5], [-0.9], [0.7], [0.1]], "y": [0, 0, 1]},
        {"V": [0.9, -1.1, 0.2], "x": [0.5, -0.9, 0.7, 0.1], "y": [0, 0, 1]},
    ],
)
def test_sizes_are_inferred_from_the_givens(change: Any) -> None:
    p, q = TEMPLATE.read(BpttParameters(hidden=4, inputs=4, outputs=4, steps=9), {**SCALAR, **change})
    assert (p.hidden, p.inputs, p.outputs, p.steps) == (1, 1, 3, 4)
    assert (q.V.shape, q.x.shape, q.y.shape) == ((3, 1), (4, 1), (1, 3))


@pytest.mark.parametrize(
    ("change", "parameters", "sentence"),
    [
        ({"y": [[0, 1], [1, 0]]}, {}, "y has 2 targets, but there is a loss at 1 step"),
        (
            {"x": [[0.5], [-0.9], [0.7]]},
            {"losses": [4], "steps": 4},
            "there is a loss at step 4, but there are only 3 steps",
        ),
        ({"V": [[0.9, 1], [1, 2]]}, {}, "is expected"),
        ({"W": [[0.1, 0.2]]}, {}, "is expected"),
        ({"y": [1, 1]}, {}, "y must hold a single 1 and zeros otherwise"),
        ({"y": [0.3, 0.7]}, {}, "y must hold a single 1 and zeros otherwise"),
        ({"Z": 1}, {}, "unknown given 'Z'"),
        ({"x": "a"}, {}, "x is not a number or a rectangular list of numbers: 'a'"),
    ],
)
def test_givens_that_cannot_be_read_say_why(change: Any, parameters: Any, sentence: str) -> None:
    with pytest.raises(GivensError, match=sentence):
        TEMPLATE.read(BpttParameters.model_validate(parameters), {**SCALAR, **change})


def test_a_missing_given_is_named_but_a_zero_state_needs_none() -> None:
    partial = {name: value for name, value in SCALAR.items() if name != "H_0"}
    with pytest.raises(GivensError, match="H_0 is missing"):
        TEMPLATE.read(BpttParameters(), partial)
    _, q = TEMPLATE.read(BpttParameters(initial="zero"), partial)
    assert q.H_0.tolist() == [0]


@pytest.mark.parametrize(
    ("losses", "sentence"),
    [([], "must be a list of different steps"), ([2, 2], "must be a list of different steps"),
     ([0], "must be steps from 1 on")],
)  # fmt: skip
def test_losses_are_different_steps_that_there_are(losses: list[int], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        BpttParameters.model_validate({"losses": losses})


def test_saturated_states_and_vanished_shares_are_not_issued() -> None:
    def guard(raw: dict[str, Any], **parameters: Any) -> str:
        p, q = TEMPLATE.read(BpttParameters.model_validate(parameters), raw)
        return TEMPLATE.guard(p, q, solution(NAME, raw, parameters))

    assert guard(SCALAR) == ""
    assert guard({**SCALAR, "U": 5.0}) == "an entry of H_1 outside 0.05 … 0.97 in size"
    assert guard({**SCALAR, "x": [0.5, 0.17, 0.7]}) == "an entry of H_2 outside 0.05 … 0.97 in size"
    faint = {**SCALAR, "W": 0.001}
    assert guard(faint) == "step 1 contributes next to nothing to dW"
    assert guard(faint, vanishing=True) == ""
