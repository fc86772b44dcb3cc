"""Activation functions, elementwise on arrays of any shape."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def sigmoid(z: Array) -> Array:
    """The logistic function 1 / (1 + e^-z), elementwise; any shape, values in (0, 1).

    Written with tanh, which neither overflows nor loses digits for large |z|: σ(z) = (1 + tanh(z/2)) / 2
    (Goodfellow, Bengio, Courville: Deep Learning, 2016, section 3.10).

    >>> sigmoid(np.array([0.0, 800.0, -800.0])).tolist()
    [0.5, 1.0, 0.0]
    """
    out: Array = 0.5 * np.tanh(0.5 * z) + 0.5
    return out


def softmax(z: Array) -> Array:
    """e^z / Σ e^z over the last axis; shape kept, each row sums to one.

    The largest entry is subtracted first, which changes nothing but avoids overflow
    (Goodfellow, Bengio, Courville: Deep Learning, 2016, section 4.1).

    >>> softmax(np.array([1000.0, 1000.0])).tolist()
    [0.5, 0.5]
    """
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    out: Array = e / e.sum(axis=-1, keepdims=True)
    return out


def relu(z: Array) -> Array:
    """The rectifier max(0, z), elementwise; any shape.

    >>> relu(np.array([-2.0, 3.0])).tolist()
    [0.0, 3.0]
    """
    out: Array = np.maximum(z, 0.0)
    return out


LEAK = 0.01
"""The slope of the leaky rectifier below zero."""


def leaky_relu(z: Array, leak: float = LEAK) -> Array:
    """Return z where it is above 0, else leak · z, elementwise; any shape
    (Maas, Hannun, Ng: Rectifier Nonlinearities Improve Neural Network Acoustic Models, 2013, equation 3).

    >>> leaky_relu(np.array([-2.0, 3.0])).tolist()
    [-0.02, 3.0]
    """
    out: Array = np.where(z > 0, z, leak * z)
    return out


def rectifier_slope(z: Array, below: float = 0.0) -> Array:
    """1 where z is above 0, else `below`: the derivative of the rectifiers, at 0 the one from the left.

    >>> rectifier_slope(np.array([-2.0, 0.0, 3.0])).tolist()
    [0.0, 0.0, 1.0]
    """
    out: Array = np.where(z > 0, 1.0, below)
    return out


def softplus(z: Array) -> Array:
    """log(1 + e^z), elementwise; any shape. Its derivative is the logistic function.

    >>> softplus(np.array([0.0, 800.0, -800.0])).round(4).tolist()
    [0.6931, 800.0, 0.0]
    """
    out: Array = np.logaddexp(0.0, z)
    return out


def sigmoid_slope(value: Array) -> Array:
    """The derivative of the logistic function from its value: S(1 - S), elementwise; any shape."""
    out: Array = value * (1 - value)
    return out


def tanh_slope(value: Array) -> Array:
    """The derivative of tanh from its value: 1 - S², elementwise; any shape."""
    out: Array = 1 - value**2
    return out
