from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from grader.numerics.convolution import convolution_size, transposed_size

sides, kernels, strides, paddings, dilations = (
    st.integers(1, 12),
    st.integers(1, 7),
    st.integers(1, 4),
    st.integers(0, 3),
    st.integers(1, 3),
)


def places(size: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    """How many places a kernel has on a padded row, found by moving it along."""
    count, start = 0, 0
    while start + dilation * (kernel - 1) < size + 2 * padding:
        count, start = count + 1, start + stride
    return count


def stamped(size: int, kernel: int, stride: int, dilation: int) -> int:
    """How many places a row needs when every input stamps the kernel, each a stride after the one before."""
    touched = {i * stride + k * dilation for i in range(size) for k in range(kernel)}
    return max(touched) + 1


@given(sides, kernels, strides, paddings, dilations)
def test_a_convolution_has_an_output_for_each_place_of_its_kernel(
    size: int, kernel: int, stride: int, padding: int, dilation: int
) -> None:
    assume(dilation * (kernel - 1) < size + 2 * padding)
    expected = places(size, kernel, stride, padding, dilation)
    assert convolution_size(size, kernel, stride, padding, dilation) == expected


@given(sides, kernels, strides, paddings, dilations, st.integers(0, 2))
def test_a_transposed_convolution_stamps_its_kernel_and_cuts_the_padding_off_both_ends(
    size: int, kernel: int, stride: int, padding: int, dilation: int, extra: int
) -> None:
    expected = stamped(size, kernel, stride, dilation) - 2 * padding + extra
    assert transposed_size(size, kernel, stride, padding, dilation, extra) == expected


@given(sides, kernels, strides, paddings, dilations, st.integers(0, 3))
def test_the_convolution_that_is_transposed_leads_back(
    size: int, kernel: int, stride: int, padding: int, dilation: int, extra: int
) -> None:
    assume(extra < stride)
    out = transposed_size(size, kernel, stride, padding, dilation, extra)
    assume(out >= 1)
    assert places(out, kernel, stride, padding, dilation) == size
