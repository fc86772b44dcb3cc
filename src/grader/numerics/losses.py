"""Losses of classifiers, elementwise on arrays of probabilities strictly between 0 and 1; logarithms are natural."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def cross_entropy(p: Array) -> Array:
    """-log p, with p the probability of the true class; any shape.

    >>> cross_entropy(np.array([1.0])).tolist()
    [0.0]
    """
    out: Array = 0.0 - np.log(p)
    return out


def focal_weight(p: Array, gamma: float, alpha: float = 1.0) -> Array:
    """α (1 - p)^γ, what the focal loss multiplies the cross-entropy by; any shape
    (Lin et al., Focal Loss for Dense Object Detection, ICCV 2017, equations 4 and 5).

    >>> focal_weight(np.array([0.5, 0.75]), 2.0).tolist()
    [0.25, 0.0625]
    """
    out: Array = alpha * (1 - p) ** gamma
    return out


def binary_cross_entropy(y: Array, y_hat: Array) -> Array:
    """-y log ŷ - (1 - y) log(1 - ŷ), elementwise; y is 0 or 1, both of one shape.

    >>> binary_cross_entropy(np.array([1.0, 0.0]), np.array([0.5, 0.5])).round(4).tolist()
    [0.6931, 0.6931]
    """
    out: Array = -y * np.log(y_hat) - (1 - y) * np.log(1 - y_hat)
    return out
