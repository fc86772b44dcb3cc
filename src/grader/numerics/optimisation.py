"""Gradients on their way to an update, and how long training takes."""

from __future__ import annotations

from math import floor, log

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


def mean_factor(product: float, count: int) -> float:
    """The geometric mean of the sizes of `count` factors with this product.

    >>> round(mean_factor(-8.0, 3), 12)
    2.0
    """
    return float(abs(product) ** (1 / count))


def fewest_factors(factor: float, limit: float) -> int:
    """The least n with factor^n below the limit; 0 where there is none. The factor is at least 0, the limit below 1.

    >>> fewest_factors(0.5, 1e-6), fewest_factors(1.0, 1e-6)
    (20, 0)
    """
    if not 0 < factor < 1:
        return int(factor == 0)
    n = floor(log(limit) / log(factor)) + 1
    # the logarithms may round to either side where a power meets the limit; the power itself decides
    return n + 1 if factor**n >= limit else n - 1 if factor ** (n - 1) < limit else n
