from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.numerics.activations import sigmoid, softmax

moderate = st.floats(-30, 30)


@given(moderate)
def test_sigmoid_is_one_over_one_plus_e_to_the_minus_z(z: float) -> None:
    assert sigmoid(np.array(z)) == pytest.approx(1 / (1 + math.exp(-z)), rel=1e-12, abs=1e-16)


@given(moderate)
def test_sigmoid_of_z_and_of_minus_z_sum_to_one(z: float) -> None:
    assert float(sigmoid(np.array(z)) + sigmoid(np.array(-z))) == pytest.approx(1, abs=1e-15)


@given(st.lists(moderate, min_size=1, max_size=6))
def test_softmax_divides_each_exponential_by_their_sum(z: list[float]) -> None:
    total = math.fsum(math.exp(v) for v in z)
    assert softmax(np.array(z)).tolist() == pytest.approx([math.exp(v) / total for v in z], rel=1e-10)


def test_softmax_works_on_each_row_alone() -> None:
    both = softmax(np.array([[0.0, 0.0], [0.0, math.log(3)]]))
    assert both.tolist() == [pytest.approx([0.5, 0.5]), pytest.approx([0.25, 0.75])]


def test_huge_inputs_neither_overflow_nor_warn() -> None:
    assert sigmoid(np.array([1e4, -1e4])).tolist() == [1.0, 0.0]
    assert softmax(np.array([1e4, 0.0])).tolist() == [1.0, 0.0]
