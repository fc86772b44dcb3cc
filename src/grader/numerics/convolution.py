"""Sizes of convolutions along one axis, in whole numbers, and the matrix of a transposed convolution.

Formulas as in Dumoulin and Visin, A guide to convolution arithmetic for deep learning (2016, arXiv 1603.07285),
relationships 6 and 14, and as the parameters of PyTorch's ConvTranspose2d are documented.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def convolution_size(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """⌊(I + 2P - D(K - 1) - 1) / S⌋ + 1.

    >>> convolution_size(9, 7)
    3
    """
    return (size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1


def transposed_size(
    size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1, output_padding: int = 0
) -> int:
    """(I - 1) S - 2P + D(K - 1) + output_padding + 1.

    >>> transposed_size(3, kernel=7)
    9
    """
    return (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1


def transposed_matrix(kernel: Array, size: int, stride: int = 1, padding: int = 0) -> Array:
    """The matrix of a transposed convolution, (out² × n²): kernel (k × k), square input of side n = `size`.

    flatten(output) = matrix · flatten(input), both row by row. Column (i, j) is what the input cell (i, j) stamps into
    the output: kernel[a, b] at row i S + a - P, column j S + b - P, where that is inside. The kernel is not turned, as
    in the guide's section 4.1 and PyTorch's ConvTranspose2d.

    >>> transposed_matrix(np.array([[1.0, 2.0], [3.0, 4.0]]), 1).ravel().tolist()
    [1.0, 2.0, 3.0, 4.0]
    """
    side = transposed_size(size, len(kernel), stride, padding)
    matrix = np.zeros((side, side, size, size))
    for i, j in np.ndindex(size, size):
        for a, b in np.ndindex(kernel.shape):
            row, column = i * stride + a - padding, j * stride + b - padding
            if 0 <= row < side and 0 <= column < side:
                matrix[row, column, i, j] = kernel[a, b]
    return matrix.reshape(side * side, size * size)
