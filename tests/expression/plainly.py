"""Formulas evaluated by Python itself: an evaluator that shares nothing with the one that is tried."""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping

MATH = {
    name: getattr(math, name)
    for name in ["exp", "log", "log10", "log2", "sqrt", "tanh", "sinh", "cosh", "sin", "cos", "tan"]
} | {
    "e": math.e,
    "pi": math.pi,
    "abs": abs,
    "sigma": lambda z: 1 / (1 + math.exp(-z)),
    "sech": lambda z: 1 / math.cosh(z),
    "artanh": math.atanh,
}


def plainly(text: str, point: Mapping[str, float]) -> float | None:
    """The value of a printed formula at a point; None where it has none that is real and finite."""
    tree = ast.parse(text.replace("^", "**"), mode="eval")
    try:
        value = eval(compile(tree, "formula", "eval"), {"__builtins__": {}}, {**MATH, **point})
    except (ArithmeticError, ValueError):
        return None
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None
