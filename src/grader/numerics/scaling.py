"""Scaling of a table X (N × D), a row for each sample and a column for each feature.

Standardised columns have mean 0 and (population) standard deviation 1; normalised rows have length 1
(Hastie, Tibshirani, Friedman: The Elements of Statistical Learning, 2009, section 14.3; scikit-learn's StandardScaler
and Normalizer).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def standardized(X: Array, axis: int = 0) -> Array:
    """(X - mean) / population standard deviation, along columns (axis 0) or rows (axis 1); shape kept.

    >>> standardized(np.array([[1.0, 5.0], [3.0, 9.0]])).tolist()
    [[-1.0, -1.0], [1.0, 1.0]]
    """
    out: Array = (X - X.mean(axis=axis, keepdims=True)) / X.std(axis=axis, keepdims=True)
    return out


def of_length_one(X: Array, order: int = 2, axis: int = 1) -> Array:
    """Each row (axis 1) or column (axis 0) divided by its norm of this order; shape kept.

    >>> of_length_one(np.array([[3.0, 4.0]])).tolist()
    [[0.6, 0.8]]
    """
    out: Array = X / np.linalg.norm(X, ord=order, axis=axis, keepdims=True)
    return out
