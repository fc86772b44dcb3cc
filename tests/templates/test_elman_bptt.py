from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from tests.helpers import marked, mistaken, rules_of, solution, values, verdicts

from grader.chance import Stream
from grader.template import GivensError
from grader.templates.elman_bptt import TEMPLATE, ElmanParameters

NAME = "elman_bptt"
Matrix = list[list[float]]
STEP = 1e-5
"""A central difference with this step is right to about ten digits."""
SCALAR = dict(W_x=0.8, W_s=-0.6, W_y=0.9, s_0=0.3, x=[0.5, -0.9, 0.7], d=0.4)


def product(row: Sequence[float], matrix: Matrix) -> list[float]:
    return [sum(v * matrix[i][j] for i, v in enumerate(row)) for j in range(len(matrix[0]))]


def sigma(z: float) -> float:
    return 1 / (1 + math.exp(-z))


class Untied:
    """The network with weights of its own at every step, so that one step's share is a derivative by itself."""

    def __init__(self, raw: dict[str, Any], output: str) -> None:
        T = len(raw["x"])
        self.x, self.s_0, self.W_y, self.output = raw["x"], raw["s_0"], copy.deepcopy(raw["W_y"]), output
        self.W_s = [copy.deepcopy(raw["W_s"]) for _ in range(T)]
        self.W_x = [copy.deepcopy(raw["W_x"]) for _ in range(T)]

    def states(self) -> list[list[float]]:
        out = [list(self.s_0)]
        for W_x, W_s, x in zip(self.W_x, self.W_s, self.x, strict=True):
            z = [a + b for a, b in zip(product(x, W_x), product(out[-1], W_s), strict=True)]
            out.append([math.tanh(v) for v in z])
        return out

    def y(self, n: int) -> list[float]:
        z = product(self.states()[n], self.W_y)
        return [sigma(v) for v in z] if self.output == "sigmoid" else z

    def error(self, n: int, d: Sequence[float]) -> float:
        return sum(float((t - o) ** 2) for t, o in zip(d, self.y(n), strict=True))

    def derivative(self, n: int, d: Sequence[float], *matrices: Matrix) -> Matrix:
        """Central differences of the error, all the matrices moved together."""

        def at(i: int, j: int) -> float:
            before, found = matrices[0][i][j], []
            for step in (STEP, -STEP):
                for matrix in matrices:
                    matrix[i][j] = before + step
                found.append(self.error(n, d))
            for matrix in matrices:
                matrix[i][j] = before
            return (found[0] - found[1]) / (2 * STEP)

        return [[at(i, j) for j in range(len(matrices[0][0]))] for i in range(len(matrices[0]))]


SIZES = [
    dict(),
    dict(output="sigmoid"),
    dict(hidden=3, inputs=2, outputs=4, steps=4),
    dict(hidden=3, inputs=4, outputs=3, steps=4, losses=[2, 4], output="sigmoid"),
    dict(hidden=2, outputs=1, steps=3, losses=[1, 2, 3]),
    dict(hidden=2, inputs=3, steps=1, initial="zero"),
]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_derivative_is_what_finite_differences_give(size: dict[str, Any]) -> None:
    p = ElmanParameters.model_validate(size)
    for seed in range(3):
        raw = TEMPLATE.draw(p, Stream("differences", str(seed)))
        steps, net = solution(NAME, raw, size), Untied(raw, p.output)
        for t, state in list(enumerate(net.states()))[1:]:
            assert steps[f"s_{t}"].value == pytest.approx(state, rel=1e-12)
        for n, d in zip(p.loss_steps, raw["d"], strict=True):
            expected: dict[str, Any] = {
                f"y_{n}": net.y(n),
                "E" if p.one_loss else f"E{n}": net.error(n, d),
                p.named(n, "dW_y"): net.derivative(n, d, net.W_y),
                p.named(n, "dW_s"): net.derivative(n, d, *net.W_s),
                p.named(n, "dW_x"): net.derivative(n, d, *net.W_x),
            }
            for t in range(1, n + 1):
                expected[p.named(n, f"dW_s_{t}")] = net.derivative(n, d, net.W_s[t - 1])
                expected[p.named(n, f"dW_x_{t}")] = net.derivative(n, d, net.W_x[t - 1])
            for name, value in expected.items():
                assert steps[name].value == pytest.approx(np.array(value), rel=1e-6, abs=5e-9), name


def test_a_second_layer_takes_the_states_of_the_first() -> None:
    p = ElmanParameters(layers=2, hidden=2, inputs=3, outputs=2)
    raw = TEMPLATE.draw(p, Stream("layers"))
    r, s = raw["r_0"], raw["s_0"]
    found = values(solution(NAME, raw))
    for t, x in enumerate(raw["x"], start=1):
        z = zip(product(x, raw["W_x"]), product(s, raw["W_s"]), strict=True)
        s = [math.tanh(a + b) for a, b in z]
        r = [math.tanh(a + b) for a, b in zip(product(s, raw["W_x2"]), product(r, raw["W_s2"]), strict=True)]
        assert found[f"s_{t}"] == pytest.approx(s)
        assert found[f"r_{t}"] == pytest.approx(r)
    assert found["y_3"] == pytest.approx(product(r, raw["W_y"]))
    assert found["E"] == pytest.approx(sum((a - b) ** 2 for a, b in zip(raw["d"][0], found["y_3"], strict=True)))


def test_parts_have_the_loss_in_their_names_where_there_are_several() -> None:
    def names(**size: Any) -> list[str]:
        return [part.name for part in TEMPLATE.ask(ElmanParameters.model_validate(size)) if part.asked]

    shares = ["dW_s_1", "dW_s_2", "dW_s", "dW_x_1", "dW_x_2", "dW_x"]
    assert names(steps=2) == ["s_1", "s_2", "y_2", "E", "dW_y", *shares]
    assert names(steps=2, losses=[1]) == [
        "s_1", "s_2", "y_1", "E1", "dE1_dW_y", "dE1_dW_s_1", "dE1_dW_s", "dE1_dW_x_1", "dE1_dW_x",
    ]  # fmt: skip
    assert names(steps=2, wrt=["W_x"]) == ["s_1", "s_2", "y_2", "E", "dW_x_1", "dW_x_2", "dW_x"]
    assert names(steps=2, layers=2) == ["s_1", "r_1", "s_2", "r_2", "y_2", "E"]
    assert names(steps=2, initial="zero")[4:] == ["dW_y", "dW_s_2", "dW_s", "dW_x_1", "dW_x_2", "dW_x"]
    assert names(steps=1, initial="zero") == ["s_1", "y_1", "E", "dW_y", "dW_x_1", "dW_x"]


@pytest.fixture
def chain() -> dict[str, Any]:
    """s, y, ∂E/∂y and the right δ of SCALAR in plain floats."""
    s = [0.3]
    for x in (0.5, -0.9, 0.7):
        s.append(math.tanh(0.8 * x - 0.6 * s[-1]))
    y = 0.9 * s[3]
    d3 = 2 * (y - 0.4) * 0.9 * (1 - s[3] ** 2)
    d2 = d3 * -0.6 * (1 - s[2] ** 2)
    return dict(s=s, y=y, delta={3: d3, 2: d2, 1: d2 * -0.6 * (1 - s[1] ** 2)})


def shares(chain: dict[str, Any], made: dict[int, float]) -> dict[str, float]:
    """What these δ make of dW_s_t and dW_x_t."""
    out: dict[str, float] = {}
    for t, delta in made.items():
        out |= {f"delta_{t}": delta, f"dW_s_{t}": delta * chain["s"][t - 1], f"dW_x_{t}": delta * SCALAR["x"][t - 1]}  # type: ignore[index]
    return out


def test_the_scalar_chain_by_hand(chain: dict[str, Any]) -> None:
    found = values(solution(NAME, SCALAR))
    expected = shares(chain, chain["delta"]) | {"y_3": chain["y"], "E": (0.4 - chain["y"]) ** 2}
    expected["dW_y"] = 2 * (chain["y"] - 0.4) * chain["s"][3]
    expected["dW_s"] = sum(expected[f"dW_s_{t}"] for t in (1, 2, 3))
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("mistake", "factor"), [("factor_two_left_out", 0.5), ("sign_flipped", -1)])
def test_mistakes_in_the_error_are_seen_at_the_output_and_in_the_last_share(
    mistake: str, factor: float, chain: dict[str, Any]
) -> None:
    by_output = factor * 2 * (chain["y"] - 0.4)
    expected = shares(chain, {3: factor * chain["delta"][3]}) | {"dy": by_output, "dW_y": by_output * chain["s"][3]}
    assert mistaken(solution(NAME, SCALAR), mistake) == pytest.approx(expected)


def test_the_derivative_of_the_output_left_out() -> None:
    steps = solution(NAME, SCALAR, {"output": "sigmoid"})
    s, y = values(steps)["s_3"], values(steps)["y_3"]
    found = mistaken(steps, "sigmoid_derivative_left_out")
    assert found["dW_y"] == pytest.approx(2 * (y - 0.4) * s)
    assert found["dW_x_3"] == pytest.approx(2 * (y - 0.4) * 0.9 * (1 - s**2) * 0.7)


def test_the_state_in_place_of_its_slope(chain: dict[str, Any]) -> None:
    s, d = chain["s"], chain["delta"]
    back = {3: 2 * (chain["y"] - 0.4) * 0.9, 2: d[3] * -0.6, 1: d[2] * -0.6}
    expected = shares(chain, {t: value * s[t] for t, value in back.items()})
    assert mistaken(solution(NAME, SCALAR), "tanh_for_its_derivative") == pytest.approx(expected)


def test_w_left_out_of_the_chain(chain: dict[str, Any]) -> None:
    s, d = chain["s"], chain["delta"]
    expected = shares(chain, {t: d[t + 1] * (1 - s[t] ** 2) for t in (2, 1)})
    assert mistaken(solution(NAME, SCALAR), "w_left_out_of_chain") == pytest.approx(expected)


def test_the_state_of_the_same_step_and_the_last_share_alone(chain: dict[str, Any]) -> None:
    s, d, steps = chain["s"], chain["delta"], solution(NAME, SCALAR)
    assert mistaken(steps, "own_state") == pytest.approx({f"dW_s_{t}": d[t] * s[t] for t in (1, 2, 3)})
    assert mistaken(steps, "last_step_only") == pytest.approx({"dW_s": d[3] * s[2], "dW_x": d[3] * 0.7})


def test_matrices_left_untransposed_on_the_way_back() -> None:
    raw = dict(
        W_x=[[0.4, -0.7]], W_s=[[0.3, -0.8], [0.6, 0.2]], W_y=[[0.9, -0.4], [0.5, 1.2]],
        s_0=[0.1, -0.2], x=[0.6, -0.5], d=[0.7, -0.3],
    )  # fmt: skip
    steps = solution(NAME, raw)
    dy, d2 = steps["dy"].value.tolist(), steps["delta_2"].value.tolist()
    s1, s2 = steps["s_1"].value.tolist(), steps["s_2"].value.tolist()
    by_y = [v * (1 - s * s) for v, s in zip(product(dy, raw["W_y"]), s2, strict=True)]  # type: ignore[arg-type]
    by_s = [v * (1 - s * s) for v, s in zip(product(d2, raw["W_s"]), s1, strict=True)]  # type: ignore[arg-type]
    found = mistaken(steps, "not_transposed")
    assert found["delta_2"] == pytest.approx(by_y)
    assert found["delta_1"] == pytest.approx(by_s)
    assert found["dW_x_1"] == [pytest.approx([0.6 * v for v in by_s])]


def test_a_belief_is_charged_once_and_what_follows_is_right_for_it(chain: dict[str, Any]) -> None:
    """The factor 2 left out halves every derivative, whichever of them are asked for."""
    half = {t: delta / 2 for t, delta in chain["delta"].items()}
    written: dict[str, Any] = {"s_1": chain["s"][1], "E": (0.4 - chain["y"]) ** 2}
    written |= {name: value for name, value in shares(chain, half).items() if name.startswith("dW")}
    marks = marked(rules_of(NAME, ask=["s_1", "E", "dW_s_*", "dW_x_*"]), SCALAR, written)
    found = verdicts(marks)
    assert (found["s_1"], found["E"]) == ("right", "right")
    derivatives = [mark for name, mark in marks.items() if name.startswith("dW")]
    assert {mark.verdict for mark in derivatives} == {"mistake"}
    assert all("factor_two_left_out" in mark.mistakes for mark in derivatives)
    assert sum(mark.points < mark.max for mark in derivatives) == 1


def exists(mistake: str, **size: Any) -> bool:
    p = ElmanParameters.model_validate(size)
    return TEMPLATE.mistakes[mistake].exists(p, TEMPLATE.read(p, TEMPLATE.draw(p, Stream("e")))[1])


@pytest.mark.parametrize(
    ("mistake", "where", "not_where"),
    [
        ("factor_two_left_out", {"wrt": ["W_y"]}, {"layers": 2}),
        ("last_step_only", {}, {"steps": 1}),
        ("last_step_only", {"wrt": ["W_x"]}, {"wrt": ["W_y"]}),
        ("w_left_out_of_chain", {}, {"steps": 1}),
        ("not_transposed", {"hidden": 2, "outputs": 3}, {}),
        ("not_transposed", {"hidden": 2, "steps": 1}, {"hidden": 3, "steps": 1}),
        ("sigmoid_derivative_left_out", {"output": "sigmoid"}, {}),
        ("own_state", {"wrt": ["W_s"]}, {"wrt": ["W_x"]}),
        ("own_state", {}, {"steps": 1, "initial": "zero"}),
    ],
)
def test_mistakes_exist_where_they_can_be_made(mistake: str, where: Any, not_where: Any) -> None:
    assert exists(mistake, **where)
    assert not exists(mistake, **not_where)


def test_sizes_layers_and_losses_are_inferred_from_the_givens() -> None:
    p, q = TEMPLATE.read(ElmanParameters(hidden=4, outputs=4, steps=9), {**SCALAR, "W_y": [0.9, 1], "d": [0.4, 0.1]})
    assert (p.hidden, p.inputs, p.outputs, p.steps, p.layers) == (1, 1, 2, 3, 1)
    assert q.W_y.shape == (1, 2)
    assert [row.tolist() for row in q.targets] == [[0.4, 0.1]]
    assert TEMPLATE.read(ElmanParameters(), {**SCALAR, "W_x2": 1, "W_s2": 1, "r_0": 0})[0].layers == 2
    p, _ = TEMPLATE.read(ElmanParameters(), {**SCALAR, "d": [[0.4], [0.1], [0.2]]})
    assert p.loss_steps == (1, 2, 3)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"d": [[0.4], [0.1]]}, "d has 2 targets, but there is a loss at 1 step"),
        ({"W_s": [[0.1, 0.2]]}, "is expected"),
        ({"W": 1}, "unknown given 'W'"),
        ({"W_x2": 1}, "W_s2 is missing"),
        ({"x": "a"}, "x is not a number"),
    ],
)
def test_givens_that_cannot_be_read_say_why(change: Any, sentence: str) -> None:
    with pytest.raises(GivensError, match=sentence):
        TEMPLATE.read(ElmanParameters(), {**SCALAR, **change})


def test_a_zero_state_needs_no_given() -> None:
    partial = {name: value for name, value in SCALAR.items() if name != "s_0"}
    with pytest.raises(GivensError, match="s_0 is missing"):
        TEMPLATE.read(ElmanParameters(), partial)
    assert TEMPLATE.read(ElmanParameters(initial="zero"), partial)[1].layers[0].start.tolist() == [0]


def test_saturated_units_and_vanished_shares_are_not_issued() -> None:
    def guard(change: dict[str, Any], **parameters: Any) -> str:
        raw = {**SCALAR, **change}
        p, q = TEMPLATE.read(ElmanParameters.model_validate(parameters), raw)
        return TEMPLATE.guard(p, q, solution(NAME, raw, parameters))

    assert guard({}) == ""
    assert guard({"W_x": 5.0}) == "an entry of s_1 outside 0.05 … 0.97 in size"
    assert guard({"W_y": 9.0}, output="sigmoid") == "an entry of y_3 outside 0.05 … 0.95"
    assert guard({"W_s": 0.001}) == "step 1 contributes next to nothing to dW_s"
    assert guard({"W_s": 0.001}, vanishing=True) == ""
    assert guard({"W_x2": 30.0, "W_s2": 1, "r_0": 0}) == "an entry of r_1 outside 0.05 … 0.97 in size"


def test_of_two_layers_the_forward_pass_needs_neither_a_target_nor_a_state() -> None:
    """The second state starts from zero where none is given, and without a target there is no error."""
    raw = {name: value for name, value in {**SCALAR, "W_x2": 0.5, "W_s2": -0.3}.items() if name != "d"}
    bare, whole = solution(NAME, raw), solution(NAME, {**raw, "d": 0.4, "r_0": 0})
    assert set(whole) - set(bare) == {"E"}
    assert values(bare) == {name: value for name, value in values(whole).items() if name != "E"}
