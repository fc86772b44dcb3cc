from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers import mistaken, solution, values

from grader.chance import Stream
from grader.template import GivensError
from grader.templates.transposed_conv_size import TEMPLATE, SizeParameters

layers = st.fixed_dictionaries(
    dict(
        kernel=st.integers(1, 7),
        stride=st.integers(1, 4),
        padding=st.integers(0, 3),
        output_padding=st.integers(0, 3),
        dilation=st.integers(1, 3),
    )
)
ONE = dict(kernel=4, stride=3, padding=2, output_padding=1, dilation=2)
NAME = "transposed_conv_size"


def stamped(size: int, kernel: int, stride: int, padding: int, output_padding: int, dilation: int) -> int:
    """The side of a row on which every input stamps the kernel, less the padding on both sides."""
    return max(i * stride + k * dilation for i in range(size) for k in range(kernel)) + 1 - 2 * padding + output_padding


def test_the_worked_example_of_the_catalogue() -> None:
    assert values(solution(NAME, {"input": 3, "layers": [{"kernel": 7}]})) == {"size_1": 9}


@given(st.integers(1, 8), st.lists(layers, min_size=1, max_size=4))
def test_each_layer_takes_the_size_before_it(size: int, chain: list[dict[str, int]]) -> None:
    found = values(solution(NAME, {"input": size, "layers": chain}))
    for k, layer in enumerate(chain, start=1):
        if size < 1:
            break
        size = stamped(size, **layer)
        assert found[f"size_{k}"] == size


def test_height_and_width_go_their_own_ways() -> None:
    chain = [dict(kernel=[3, 5], stride=[2, 1], padding=1), dict(kernel=2, stride=[1, 2])]
    steps = values(solution(NAME, {"input": [4, 6], "layers": chain}))
    assert steps == {"size_1": [7, 8], "size_2": [8, 16]}


def test_every_mistake_is_its_formula() -> None:
    steps = solution(NAME, {"input": 5, "layers": [ONE]})
    # (5 - 1)·3 - 2·2 + 2·(4 - 1) + 1 + 1 = 16
    assert values(steps) == {"size_1": 16}
    expected = dict(
        convolution_formula=(5 + 2 * 2 - 2 * 3 - 1) // 3 + 1,
        padding_left_out=(5 - 1) * 3 + 2 * 3 + 1 + 1,
        padding_added=(5 - 1) * 3 + 2 * 2 + 2 * 3 + 1 + 1,
        padding_once=(5 - 1) * 3 - 2 + 2 * 3 + 1 + 1,
        size_times_stride=5 * 3 - 2 * 2 + 2 * 3 + 1 + 1,
        dilation_left_out=(5 - 1) * 3 - 2 * 2 + 3 + 1 + 1,
        output_padding_left_out=(5 - 1) * 3 - 2 * 2 + 2 * 3 + 1,
        output_padding_twice=(5 - 1) * 3 - 2 * 2 + 2 * 3 + 2 + 1,
    )
    assert {name: mistaken(steps, name)["size_1"] for name in expected} == expected
    assert set(steps["size_1"].mistakes) == set(expected)


@pytest.mark.parametrize(
    ("mistake", "neutral"),
    [
        ("padding_left_out", {"padding": 0}),
        ("padding_added", {"padding": 0}),
        ("padding_once", {"padding": 0}),
        ("dilation_left_out", {"dilation": 1}),
        ("output_padding_left_out", {"output_padding": 0}),
        ("output_padding_twice", {"output_padding": 0}),
    ],
)
def test_a_mistake_exists_only_where_a_layer_has_what_it_is_about(mistake: str, neutral: dict[str, int]) -> None:
    def exists(*chain: dict[str, int]) -> bool:
        p, q = TEMPLATE.read(SizeParameters(), {"input": 5, "layers": list(chain)})
        return TEMPLATE.mistakes[mistake].exists(p, q)

    assert exists(ONE)
    assert exists({**ONE, **neutral}, ONE)
    assert not exists({**ONE, **neutral})


def test_one_number_a_pair_of_equal_numbers_and_no_square_are_told_apart() -> None:
    def shape(size: Any, kernel: Any) -> tuple[bool, tuple[int, ...]]:
        p, _ = TEMPLATE.read(SizeParameters(square=False), {"input": size, "layers": [{"kernel": kernel}]})
        return p.square, TEMPLATE.ask(p)[0].shape

    assert shape(3, 2) == (True, ())
    assert shape([3, 3], [2, 2]) == (True, ())
    assert shape([3, 4], 2) == (False, (2,))
    assert shape(3, [2, 5]) == (False, (2,))


def test_what_a_layer_leaves_out_is_neutral() -> None:
    _, q = TEMPLATE.read(SizeParameters(), {"input": 3, "layers": [{"kernel": 2}]})
    layer = q.layers[0]
    assert (layer.stride, layer.padding, layer.output_padding, layer.dilation) == ((1, 1), (0, 0), (0, 0), (1, 1))


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({"input": 3}, "layers is missing"),
        ({"layers": [{"kernel": 2}]}, "input is missing"),
        ({"input": 3, "layers": []}, "layers must be a list of"),
        ({"input": 3, "layers": [7]}, "a layer must be {kernel: …, stride: …}, not 7"),
        ({"input": 3, "layers": [{"stride": 2}]}, "kernel is missing"),
        ({"input": 3, "layers": [{"kernel": 2, "strides": 1}]}, r"unknown given 'strides'\. Did you mean 'stride'"),
        ({"input": 3.5, "layers": [{"kernel": 2}]}, "must be a whole number of at least 1, or a pair"),
        ({"input": [3, 3, 3], "layers": [{"kernel": 2}]}, "must be a whole number of at least 1, or a pair"),
        ({"input": True, "layers": [{"kernel": 2}]}, "must be a whole number of at least 1, or a pair"),
        ({"input": 3, "layers": [{"kernel": 2, "stride": 0}]}, "stride must be a whole number of at least 1"),
        ({"input": 3, "layers": [{"kernel": 2, "padding": -1}]}, "padding must be a whole number of at least 0"),
        ({"input": -1, "layers": [{"kernel": 2}]}, "must be a whole number of at least 1, or a pair"),
    ],
)
def test_givens_that_cannot_be_read_say_why(raw: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GivensError, match=sentence):
        TEMPLATE.read(SizeParameters(), raw)


def guard(size: int, **layer: int) -> str:
    p, q = TEMPLATE.read(SizeParameters(), {"input": size, "layers": [layer]})
    return TEMPLATE.guard(p, q, solution(NAME, {"input": size, "layers": [layer]}))


def test_no_size_below_one_and_no_output_padding_too_large_is_issued() -> None:
    assert guard(2, kernel=2, padding=1) == ""
    assert guard(2, kernel=2, padding=2) == "size_1 below 1"
    assert guard(2, kernel=2, stride=2, output_padding=1) == ""
    assert guard(2, kernel=2, dilation=3, output_padding=2) == ""
    assert "not smaller than stride or dilation" in guard(2, kernel=2, stride=2, output_padding=2)


@pytest.mark.parametrize("square", [True, False])
def test_parameters_bound_what_is_drawn(square: bool) -> None:
    p = SizeParameters(layers=3, square=square, input_size=(4, 5), kernel=(3, 3), stride=(2, 3), padding=(1, 1))
    for seed in range(20):
        raw = TEMPLATE.draw(p, Stream(str(seed)))
        read, q = TEMPLATE.read(p, raw)
        assert read.layers == 3
        assert set(q.input) <= {4, 5}
        for layer in q.layers:
            assert set(layer.kernel) | set(layer.padding) == {3, 1}
            assert set(layer.stride) <= {2, 3}
            assert (layer.dilation, layer.output_padding) == ((1, 1), (0, 0))
