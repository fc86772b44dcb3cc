"""Counts and scores of a classifier's decisions.

`matrix` (C × C) counts samples: rows are true classes, columns predicted ones. Of class c, precision is the share of
its column that lies on the diagonal, recall that of its row; F1 is their harmonic mean. A share of nothing is 0, as
scikit-learn's zero_division=0 has it (Sokolova and Lapalme, A systematic analysis of performance measures for
classification tasks, 2009, table 3, with macro averages over classes).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def confusion(truth: Sequence[int], predicted: Sequence[int], classes: int) -> Array:
    """The matrix of counts, from class numbers 0 … classes - 1.

    >>> confusion([0, 0, 1], [0, 1, 1], 2).tolist()
    [[1.0, 1.0], [0.0, 1.0]]
    """
    matrix = np.zeros((classes, classes))
    np.add.at(matrix, (np.asarray(truth), np.asarray(predicted)), 1)
    return matrix


def share(part: Array, whole: Array) -> Array:
    """The quotient, elementwise; 0 where the whole is 0.

    >>> share(np.array([1.0, 0.0]), np.array([4.0, 0.0])).tolist()
    [0.25, 0.0]
    """
    out: Array = np.divide(part, whole, out=np.zeros_like(part), where=whole != 0)
    return out


def precision(matrix: Array) -> Array:
    """TP / (TP + FP) of each class, (C)."""
    return share(np.diag(matrix), matrix.sum(axis=0))


def recall(matrix: Array) -> Array:
    """TP / (TP + FN) of each class, (C)."""
    return share(np.diag(matrix), matrix.sum(axis=1))
