"""Every derivative of rnn_bptt against central differences of the loss."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from tests.helpers import solution

from grader.chance import Stream
from grader.templates.rnn_bptt import TEMPLATE, BpttParameters

NAME = "rnn_bptt"
Matrix = list[list[float]]
H = 1e-6
"""A central difference with this step is right to about ten digits."""


def product(matrix: Matrix, vector: Sequence[float]) -> list[float]:
    return [sum(m * v for m, v in zip(row, vector, strict=True)) for row in matrix]


class Untied:
    """The network with weights of its own at every step, so that one step's share is a derivative by itself."""

    def __init__(self, raw: dict[str, Any]) -> None:
        T = len(raw["x"])
        self.x, self.H_0, self.V = raw["x"], raw["H_0"], copy.deepcopy(raw["V"])
        self.W = [copy.deepcopy(raw["W"]) for _ in range(T)]
        self.U = [copy.deepcopy(raw["U"]) for _ in range(T)]

    def states(self) -> list[list[float]]:
        out = [list(self.H_0)]
        for U, W, x in zip(self.U, self.W, self.x, strict=True):
            z = [a + b for a, b in zip(product(U, x), product(W, out[-1]), strict=True)]
            out.append([math.tanh(v) for v in z])
        return out

    def output(self, n: int, nudge: Sequence[float] | None = None) -> list[float]:
        z = product(self.V, self.states()[n])
        z = [a + b for a, b in zip(z, nudge or [0.0] * len(z), strict=True)]
        return [math.exp(v) / sum(math.exp(u) for u in z) for v in z]

    def loss(self, n: int, y: Sequence[float], nudge: Sequence[float] | None = None) -> float:
        return -sum(t * math.log(o) for t, o in zip(y, self.output(n, nudge), strict=True))

    def derivative(self, n: int, y: Sequence[float], *matrices: Matrix) -> Matrix:
        """Central differences of the loss, all the matrices moved together."""

        def at(i: int, j: int) -> float:
            before = matrices[0][i][j]
            found = []
            for step in (H, -H):
                for matrix in matrices:
                    matrix[i][j] = before + step
                found.append(self.loss(n, y))
            for matrix in matrices:
                matrix[i][j] = before
            return (found[0] - found[1]) / (2 * H)

        rows, columns = len(matrices[0]), len(matrices[0][0])
        return [[at(i, j) for j in range(columns)] for i in range(rows)]

    def by_output(self, n: int, y: Sequence[float]) -> list[float]:
        """Central differences of the loss by V H_n."""
        out = []
        for k in range(len(y)):
            up, down = ([sign * H * (j == k) for j in range(len(y))] for sign in (1, -1))
            out.append((self.loss(n, y, up) - self.loss(n, y, down)) / (2 * H))
        return out


SIZES = [
    dict(),
    dict(hidden=3, inputs=2, outputs=4, steps=4),
    dict(hidden=3, inputs=2, outputs=4, steps=4, losses=[2, 4]),
    dict(hidden=2, outputs=3, steps=3, losses=[1, 2, 3]),
    dict(hidden=2, outputs=2, steps=4, losses=[3]),
    dict(hidden=2, inputs=3, steps=1, initial="zero"),
]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_derivative_is_what_finite_differences_give(size: dict[str, Any]) -> None:
    p = BpttParameters.model_validate(size)
    for seed in range(3):
        raw = TEMPLATE.draw(p, Stream("differences", str(seed)))
        steps, net = solution(NAME, raw, size), Untied(raw)
        for t, state in list(enumerate(net.states()))[1 : max(p.loss_steps) + 1]:
            assert steps[f"H_{t}"].value == pytest.approx(state, rel=1e-12)
        for n, y in zip(p.loss_steps, raw["y"], strict=True):
            expected: dict[str, Any] = {
                f"O_{n}": net.output(n),
                p.named(n, "dO"): net.by_output(n, y),
                p.named(n, "dV"): net.derivative(n, y, net.V),
                p.named(n, "dW"): net.derivative(n, y, *net.W),
                p.named(n, "dU"): net.derivative(n, y, *net.U),
            }
            for t in range(1, n + 1):
                expected[p.named(n, f"dW_{t}")] = net.derivative(n, y, net.W[t - 1])
                expected[p.named(n, f"dU_{t}")] = net.derivative(n, y, net.U[t - 1])
            for name, value in expected.items():
                assert steps[name].value == pytest.approx(np.array(value), rel=1e-6, abs=1e-9), name
