from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.helpers import marked, mistaken, rules_of, solution, values, verdicts

from grader.chance import Stream
from grader.template import GivensError
from grader.templates.transposed_conv_matrix import TEMPLATE, MatrixParameters

NAME = "transposed_conv_matrix"
Matrix = list[list[float]]
SMALL = dict(kernel=[[1, 2], [3, 4]], input=[[5, 6], [7, 8]])
# every entry of the input stamps the kernel: 5·[1 2; 3 4] at the upper left, 6·[1 2; 3 4] one to the right, …
SMALL_MATRIX = [
    [1, 0, 0, 0], [2, 1, 0, 0], [0, 2, 0, 0],
    [3, 0, 1, 0], [4, 3, 2, 1], [0, 4, 0, 2],
    [0, 0, 3, 0], [0, 0, 4, 3], [0, 0, 0, 4],
]  # fmt: skip
SMALL_OUTPUT = [[5, 16, 12], [22, 60, 40], [21, 52, 32]]


def square(size: int) -> st.SearchStrategy[Matrix]:
    row = st.lists(st.integers(-5, 5).filter(bool).map(float), min_size=size, max_size=size)
    return st.lists(row, min_size=size, max_size=size)


@st.composite
def variants(draw: st.DrawFn) -> dict[str, Any]:
    """Givens whose output has a cell at least: (n - 1)S - 2P + k ≥ 1."""
    k, n, stride = draw(st.integers(1, 4)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    padding = draw(st.integers(0, ((n - 1) * stride + k - 1) // 2))
    return dict(kernel=draw(square(k)), input=draw(square(n)), stride=stride, padding=padding)


def stamped(kernel: Matrix, image: Matrix, stride: int = 1, padding: int = 0) -> Matrix:
    """The output by stamping on a canvas, whose margin is then cut off."""
    k, n = len(kernel), len(image)
    side = (n - 1) * stride + k
    canvas = [[0.0] * side for _ in range(side)]
    for i in range(n):
        for j in range(n):
            for a in range(k):
                for b in range(k):
                    canvas[i * stride + a][j * stride + b] += image[i][j] * kernel[a][b]
    inside = slice(padding, side - padding)
    return [row[inside] for row in canvas[inside]]


def slid(kernel: Matrix, image: Matrix, stride: int = 1, padding: int = 0) -> Matrix:
    """The ordinary convolution of the input with zeros between its entries and around it."""
    k, n = len(kernel), len(image)
    inner = (n - 1) * stride + 1
    wide = [[0.0] * (inner + 2 * k - 2) for _ in range(inner + 2 * k - 2)]
    for i in range(n):
        for j in range(n):
            wide[i * stride + k - 1][j * stride + k - 1] = image[i][j]
    places = range(padding, inner + k - 1 - padding)
    return [
        [sum(kernel[a][b] * wide[r + a][c + b] for a in range(k) for b in range(k)) for c in places] for r in places
    ]


def matrix_of(kernel: Matrix, n: int, stride: int, padding: int) -> Matrix:
    """Column by column: the flattened output of an input that is one at one place and zero elsewhere."""
    columns = []
    for place in range(n * n):
        unit = [[float(i * n + j == place) for j in range(n)] for i in range(n)]
        columns.append([v for row in stamped(kernel, unit, stride, padding) for v in row])
    return [list(row) for row in zip(*columns, strict=True)]


def turned(kernel: Matrix) -> Matrix:
    return [row[::-1] for row in kernel[::-1]]


def nested(value: Any) -> Any:
    return value if isinstance(value, list) else [[value]]


def test_two_by_two_by_hand_makes_a_matrix_of_nine_by_four() -> None:
    assert values(solution(NAME, SMALL)) == {"matrix": SMALL_MATRIX, "output": SMALL_OUTPUT}


@given(variants())
def test_columns_are_the_outputs_of_single_ones(raw: dict[str, Any]) -> None:
    found = values(solution(NAME, raw))
    n, stride, padding = len(raw["input"]), raw["stride"], raw["padding"]
    assert nested(found["output"]) == stamped(raw["kernel"], raw["input"], stride, padding)
    assert nested(found["matrix"]) == matrix_of(raw["kernel"], n, stride, padding)


@given(variants())
def test_every_mistake_is_its_formula(raw: dict[str, Any]) -> None:
    steps = solution(NAME, raw)
    n, stride, padding = len(raw["input"]), raw["stride"], raw["padding"]
    flipped = matrix_of(turned(raw["kernel"]), n, stride, padding)
    assert nested(mistaken(steps, "kernel_flipped")["matrix"]) == flipped
    plain = nested(mistaken(steps, "plain_convolution")["output"])
    assert plain == slid(raw["kernel"], raw["input"], stride, padding)


def test_the_matrix_can_be_transposed_by_mistake_where_it_is_square() -> None:
    kernel = [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16]]
    raw = dict(kernel=kernel, input=[[1, 2], [3, 4]], stride=2, padding=2)
    steps = solution(NAME, raw)
    # of every stamp only the quarter at the output's own corner is left
    assert values(steps)["matrix"] == [[11, 9, 3, 1], [12, 10, 4, 2], [15, 13, 7, 5], [16, 14, 8, 6]]
    assert mistaken(steps, "matrix_transposed") == {
        "matrix": [[11, 12, 15, 16], [9, 10, 13, 14], [3, 4, 7, 8], [1, 2, 5, 6]]
    }
    exists = TEMPLATE.mistakes["matrix_transposed"].exists
    assert exists(*TEMPLATE.read(MatrixParameters(), raw))
    assert not exists(*TEMPLATE.read(MatrixParameters(), SMALL))
    assert not exists(*TEMPLATE.read(MatrixParameters(), {**SMALL, "kernel": [[3]]}))  # three times the identity
    assert "matrix_transposed" not in solution(NAME, SMALL)["matrix"].mistakes


def test_turning_the_kernel_does_not_show_where_only_its_center_is_left() -> None:
    raw = dict(kernel=[[1, 2, 3], [4, 5, 6], [7, 8, 9]], input=[[2]], padding=1)
    p, q = TEMPLATE.read(MatrixParameters(), raw)
    assert values(solution(NAME, raw)) == {"matrix": 5, "output": 10}
    assert not TEMPLATE.mistakes["kernel_flipped"].exists(p, q)


def test_a_symmetric_kernel_hides_that_it_is_turned_and_is_not_issued() -> None:
    def facts(kernel: Matrix) -> tuple[str, bool]:
        p, q = TEMPLATE.read(MatrixParameters(), {**SMALL, "kernel": kernel})
        return TEMPLATE.guard(p, q, {}), TEMPLATE.mistakes["kernel_flipped"].exists(p, q)

    assert facts([[1, 2], [3, 4]]) == ("", True)
    assert facts([[1, 2], [2, 1]]) == ("a kernel that is the same after half a turn", False)


def test_an_output_right_for_a_wrong_matrix_follows_and_zeros_alone_earn_nothing() -> None:
    rules = rules_of(NAME, {"points": 45})
    wrong = [[row[0] * 2, *row[1:]] for row in SMALL_MATRIX]
    # the first column counts for the input's 5, so doubling it adds the stamp of 5 once more
    output = [[10, 26, 12], [37, 80, 40], [21, 52, 32]]
    given_ = {**SMALL, "stride": 1, "padding": 0}
    marks = marked(rules, given_, {"matrix": wrong, "output": output})
    assert {verdict for cell, verdict in verdicts(marks).items() if cell.startswith("output")} == {"follows", "right"}
    zeros = marked(rules, given_, {"matrix": [[0] * 4] * 9})
    assert sum(mark.points for mark in zeros.values()) == 0


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({"kernel": [[1, 2]], "input": [[1]]}, "kernel is 1 × 2, but k"),
        ({"kernel": [[1]]}, "input is missing"),
        ({**SMALL, "stride": 0}, "stride must be a whole number of at least 1, not 0"),
        ({**SMALL, "padding": -1}, "padding must be a whole number of at least 0, not -1"),
        ({**SMALL, "padding": True}, "padding must be a whole number of at least 0, not True"),
        ({**SMALL, "padding": 2}, "with a padding of 2 nothing is left of the output"),
        ({**SMALL, "strides": 1}, "unknown given 'strides'"),
    ],
)
def test_givens_that_cannot_be_read_say_why(raw: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GivensError, match=sentence):
        TEMPLATE.read(MatrixParameters(), raw)


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        (dict(stride=3), r"a stride \(3\) above the kernel's side \(2\) leaves gaps"),
        (dict(padding=2), "with a padding of 2 nothing is left"),
        (dict(values=(0, 0)), "no whole number but 0"),
    ],
)
def test_parameters_that_leave_nothing_to_ask_are_refused(parameters: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        MatrixParameters(**parameters)


def test_sizes_come_from_the_givens_and_entries_are_never_zero() -> None:
    p = MatrixParameters(kernel=3, input=3, stride=2, padding=1, values=(-1, 1))
    for seed in range(20):
        raw = TEMPLATE.draw(p, Stream(str(seed)))
        assert {abs(v) for name in ("kernel", "input") for row in raw[name] for v in row} == {1}
        read, _ = TEMPLATE.read(MatrixParameters(), raw)
        assert (read.kernel, read.input, read.stride, read.padding) == (3, 3, 2, 1)
        assert [part.shape for part in TEMPLATE.ask(read)] == [(25, 9), (5, 5)]


SYMBOLIC = dict(parameters={"symbolic": True})


def test_entries_are_the_kernels_symbols_where_the_parameters_say_so() -> None:
    found = values(solution(NAME, {}, {"symbolic": True}))
    names = {1: "k_1", 2: "k_2", 3: "k_3", 4: "k_4", 0: "0"}
    assert found["matrix"] == [[names[entry] for entry in row] for row in SMALL_MATRIX]
    assert found["output"][0] == ["k_1*x_1", "k_2*x_1 + k_1*x_2", "k_2*x_2"]


@given(variants())
def test_formulas_are_the_numbers_when_the_symbols_are_given_theirs(raw: dict[str, Any]) -> None:
    kernel, image = raw["kernel"], raw["input"]
    shape = dict(kernel=len(kernel), input=len(image), stride=raw["stride"], padding=raw["padding"])
    if raw["stride"] > len(kernel):
        return
    point = {f"k_{i}": np.array([v]) for i, v in enumerate((v for row in kernel for v in row), start=1)}
    point |= {f"x_{i}": np.array([v]) for i, v in enumerate((v for row in image for v in row), start=1)}
    written = solution(NAME, {}, {"symbolic": True, **shape})["output"].value
    numbers = [[np.ravel(cell.at(point)).item() for cell in row] for row in written]
    assert np.array(numbers) == pytest.approx(np.array(stamped(kernel, image, raw["stride"], raw["padding"])))


def test_a_slip_in_a_symbol_is_carried_into_the_output() -> None:
    rules = rules_of(NAME, **SYMBOLIC)
    key = values(solution(NAME, {}, {"symbolic": True}))
    matrix = [list(row) for row in key["matrix"]]
    matrix[1][0] = "2 k_2"
    output = [list(row) for row in key["output"]]
    output[0][1] = "x2 k1 + 2k₂·x1"
    found = verdicts(marked(rules, {"stride": 1, "padding": 0}, {"matrix": matrix, "output": output}))
    assert {name for name, verdict in found.items() if verdict != "right"} == {"matrix[2,1]", "output[1,2]"}
    assert (found["matrix[2,1]"], found["output[1,2]"]) == ("wrong", "follows")


def test_zeros_alone_earn_nothing_in_a_matrix_of_symbols() -> None:
    marks = marked(rules_of(NAME, **SYMBOLIC), {"stride": 1, "padding": 0}, {"matrix": [["0"] * 4] * 9})
    assert sum(mark.points for mark in marks.values()) == 0


def test_a_kernel_of_symbols_turned_by_half_a_turn_is_named() -> None:
    key = solution(NAME, {}, {"symbolic": True})
    turned = mistaken(key, "kernel_flipped")["matrix"]
    marks = marked(rules_of(NAME, **SYMBOLIC), {"stride": 1, "padding": 0}, {"matrix": turned})
    assert {mark.mistakes for mark in marks.values() if mark.verdict == "mistake"} == {("kernel_flipped",)}
