"""Reading a formula and holding it against the key, beside Python's own compiler with numpy at the same points."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.expression import Formula, Space
from grader.templates.derivative_expression import TEMPLATE, DerivativeParameters
from grader.work import Reference

FORMULAS = 400
ANSWER = "2(y-t) y(1-y) W_hy (1 - h_1²) h_0 + 0·{}"
"""Right, in a form of its own, and never the same text twice."""
PYTHON = "2*(y-t)*y*(1-y)*W_hy*(1-h_1**2)*h_0 + 0*{}"


class Formulas:
    """The same answers as students write them, and as Python would have them."""

    def __init__(self) -> None:
        p, q = TEMPLATE.read(DerivativeParameters(), {})
        self.key: Formula = TEMPLATE.run(p, q, Reference()).steps["dW_hh"].value
        space = TEMPLATE.ask(p)[0].space
        assert space is not None
        self.space: Space = space
        self.points: dict[str, Any] = {name: space.points[name][:16] for name in space.points}
        self.expected = self.key.at(self.points)

    def ours(self) -> None:
        for k in range(FORMULAS):
            (reading,) = self.space.read(ANSWER.format(k))
            assert self.space.compare(reading.formula, self.key).verdict == "equal"

    def bare(self) -> None:
        for k in range(FORMULAS):
            found = eval(compile(PYTHON.format(k), "answer", "eval"), {}, self.points)
            assert np.allclose(found, self.expected, rtol=1e-9, atol=0)
