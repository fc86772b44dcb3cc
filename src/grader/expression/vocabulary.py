"""The functions, constants and Greek letters that formulas know."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

FUNCTIONS: Mapping[str, Callable[[Values], Values]] = {
    "exp": np.exp,
    "log": np.log,
    "log10": np.log10,
    "log2": np.log2,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "sigma": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "sech": lambda z: 1 / np.cosh(z),
    "artanh": np.arctanh,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
}
"""All functions that a formula may use; `log` is natural, `sigma` the logistic function."""
CONSTANTS = {"e": float(np.e), "pi": float(np.pi)}
LATEX_FUNCTIONS = {"sigma": r"\sigma", "log10": r"\log_{10}", "log2": r"\log_2", "abs": r"\operatorname{abs}"}
LATEX_FUNCTIONS |= {name: rf"\operatorname{{{name}}}" for name in ("sech", "artanh")}
GREEK: Mapping[str, str] = {
    unicodedata.name(letter).rpartition(" ")[2].lower().replace("lamda", "lambda"): letter
    for letter in "αβγδεζηθικλμνξοπρστυφχψω"
}
"""The small letters by their English names, as LaTeX has them too."""
