"""Sizes of convolutions along one axis; all arguments and results are whole numbers.

Formulas as in Dumoulin and Visin, A guide to convolution arithmetic for deep learning (2016, arXiv 1603.07285),
relationships 6 and 14, and as the parameters of PyTorch's ConvTranspose2d are documented.
"""

from __future__ import annotations


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
