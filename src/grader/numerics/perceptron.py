"""One linear unit with bipolar answers (Fausett, Fundamentals of Neural Networks, 1994, chapter 2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
DIGITS = 12
"""A net input is rounded to so many decimals: 0.1 + 0.2 - 0.3 is zero, though not in binary."""


def net(x: Array, w: Array, b: float) -> Array:
    """The net input w'x + b of one pattern, (D) → (), or of each row of a table, (N × D) → (N).

    >>> float(net(np.array([1.0, 1.0, -1.0]), np.array([0.1, 0.2, 0.3]), 0.0))
    0.0
    """
    out: Array = np.round(x @ w + b, DIGITS)
    return out


def sign(z: Array) -> Array:
    """1 where z ≥ 0, else -1; shape kept.

    >>> sign(np.array([-0.5, 0.0, 2.0])).tolist()
    [-1.0, 1.0, 1.0]
    """
    out: Array = np.where(z >= 0, 1.0, -1.0)
    return out
