"""Gradients on their way to an update, and how long training takes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def norm(g: Array) -> float:
    """The Euclidean norm over all entries; any shape.

    >>> norm(np.array([[3.0], [4.0]]))
    5.0
    """
    return float(np.sqrt((g**2).sum()))


def scaled_to(g: Array, length: float, threshold: float) -> Array:
    """Return g · min(1, c / length): clipped by its norm where `length` is the norm; any shape kept
    (Pascanu, Mikolov, Bengio: On the difficulty of training recurrent neural networks, ICML 2013, algorithm 1).

    >>> scaled_to(np.array([3.0, 4.0]), 5.0, 1.0).tolist()
    [0.6000000000000001, 0.8]
    """
    return g if length <= threshold else g * (threshold / length)


def clipped_by_value(g: Array, threshold: float) -> Array:
    """Each entry cut to [-c, c]; any shape kept.

    >>> clipped_by_value(np.array([-3.0, 0.5]), 1.0).tolist()
    [-1.0, 0.5]
    """
    return g.clip(-threshold, threshold)


def steps_per_epoch(samples: int, batch: int) -> int:
    """⌈N / B⌉: the last batch counts though it may not be full.

    >>> steps_per_epoch(10, 4), steps_per_epoch(8, 4)
    (3, 2)
    """
    return -(-samples // batch)
