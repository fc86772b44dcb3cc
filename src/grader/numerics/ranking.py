"""Precision and recall along a ranking, and average precision.

`hits` (n) is 0 or 1 in rank order. P_k = TP_k / k, R_k = TP_k / m with m relevant items. Interpolated precision is
p(r) = max of P_k over the k with R_k ≥ r, 0 where there is none (Everingham et al., The PASCAL VOC Challenge, IJCV
2010, section 4.2: eleven recall levels; from 2010 on all points; COCO: 101 levels).

Whether R_k ≥ r must be decided as for the fractions. It is, as long as both sides are one correctly rounded
division each: rounding is monotone, so TP/m ≥ j/10 cannot become "less", and two different such fractions are at
least 1/(10 m) apart, far more than rounding moves them. (0.1·3 or linspace would break this: 3/10 < 0.1·3.)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def levels(count: int) -> Array:
    """`count` equally spaced recall levels 0 … 1, each correctly rounded: 11 for eleven points, 101 for COCO."""
    return np.arange(count) / (count - 1)


def interpolated(precision: Array, recall: Array, at: Array) -> Array:
    """p(r) at each level: the largest precision where the recall is at least r. Shapes (n), (n), (l) → (l).

    >>> interpolated(np.array([1, 0.5]), np.array([0.5, 0.5]), levels(3)).tolist()
    [1.0, 1.0, 0.0]
    """
    return _largest(precision, recall >= at[:, None])


def interpolated_to_the_left(precision: Array, recall: Array, at: Array) -> Array:
    """The same looking the wrong way: the largest precision where the recall is at most r."""
    return _largest(precision, recall <= at[:, None])


def at_first_reach(precision: Array, recall: Array, at: Array) -> Array:
    """Precision at the first rank whose recall reaches r, with no maximum taken; 0 where none does."""
    reached = recall >= at[:, None]
    out: Array = np.where(reached.any(axis=1), precision[reached.argmax(axis=1)], 0.0)
    return out


def area(precision: Array, recall: Array) -> float:
    """Σ (R_k - R_{k-1}) P_k with R_0 = 0: the area under the steps of the curve.

    >>> area(np.array([1.0, 0.5]), np.array([0.5, 1.0]))
    0.75
    """
    return float((recall - np.concatenate(([0.0], recall[:-1]))) @ precision)


def _largest(precision: Array, mask: NDArray[np.bool_]) -> Array:
    out: Array = np.where(mask, precision, -np.inf).max(axis=1)
    return np.where(mask.any(axis=1), out, 0.0)
