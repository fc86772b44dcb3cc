"""A linear classifier with a margin: s = w'x + b, labels y = ±1 (Cortes and Vapnik, Support-vector networks, 1995)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
EXACT = 1e-9
"""y s and 1 are equal where they differ by less: decimals are not exact in binary."""


def hinge(ys: Array) -> Array:
    """The loss max(0, 1 - y s) of each point, elementwise.

    >>> hinge(np.array([-1.0, 0.5, 3.0])).tolist()
    [2.0, 0.5, 0.0]
    """
    out: Array = np.where(1 - ys < EXACT, 0.0, 1 - ys)
    return out


def places(ys: Array) -> NDArray[np.str_]:
    """Where each point lies: "outside" the margin (y s > 1), "on" its edge (= 1), "inside" or beyond (< 1).

    >>> places(np.array([2.0, 1.0, -3.0])).tolist()
    ['outside', 'on', 'inside']
    """
    out: NDArray[np.str_] = np.where(np.abs(ys - 1) < EXACT, "on", np.where(ys > 1, "outside", "inside"))
    return out
