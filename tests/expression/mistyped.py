"""Texts that are no formula in the symbols a b c d x y W h_1 h_2, with what is said of each."""

from __future__ import annotations

KNOWN = "; the symbols are a, b, c, d, x, y, W, h_1, h_2"


def _at(column: int, text: str, sentence: str) -> tuple[str, str]:
    return text, f"{sentence} (column {column})\n{text}\n{' ' * (column - 1)}^"


MISTYPED: list[tuple[str, str]] = [
    _at(1, "", "no formula is written here"),
    _at(3, "y=", "no formula is written here"),
    _at(1, "z", f"there is no symbol 'z' here{KNOWN}"),
    _at(3, "a*zeta", f"there is no symbol 'zeta' here{KNOWN}"),
    _at(3, "2 h_12", f"there is no symbol 'h_12' here{KNOWN}"),
    _at(1, "x2", f"there is no symbol 'x2' here{KNOWN}"),
    _at(1, "h_{3}", f"there is no symbol 'h_{{3}}' here{KNOWN}"),
    _at(1, "h", f"there is no symbol 'h' here{KNOWN}"),
    _at(2, r"a\zeta", f"there is no symbol 'zeta' here{KNOWN}"),
    _at(2, r"a\varepsilon", f"there is no symbol 'varepsilon' here{KNOWN}"),
    _at(1, "max(a,b)", f"there is no symbol 'max' here{KNOWN}"),
    _at(1, "__import__('os')", "'_' is not read in a formula"),
    _at(2, "a%", "'%' is not read in a formula"),
    _at(3, "(a,b)", "',' is not read in a formula"),
    _at(2, "a!", "'!' is not read in a formula"),
    _at(2, r"a\sum b", r"'\sum' is not read in a formula"),
    _at(1, r"\\b", r"'\\' is not read in a formula"),
    _at(2, "a\\", "'\\' is not read in a formula"),
    _at(2, "σ'(x)", "a prime is not read: write derivatives out, and leave transposes out"),
    _at(4, "h_1′", "a prime is not read: write derivatives out, and leave transposes out"),
    _at(1, "|x|", "bars are not read: write abs(…)"),
    _at(3, "2 3", "two numbers stand side by side"),
    _at(2, "1½", "two numbers stand side by side"),
    _at(4, "1.2.3", "write 0.3 for a number, and * for times"),
    _at(2, "a.5", "write 0.5 for a number, and * for times"),
    _at(1, "(a", "the bracket ( is never closed"),
    _at(2, "a)", "this bracket was never opened"),
    _at(3, "(a]", ") is expected here"),
    _at(3, "a+", "something is missing after '+'"),
    _at(4, "a**", "something is missing after '**'"),
    _at(3, "a//b", "something is missing after '/'"),
    _at(8, r"a\cdot ", "something is missing after 'cdot'"),
    _at(6, "tanh()", "something is missing after '('"),
    _at(1, "*a", "a formula does not begin like this"),
    _at(1, "²", "a formula does not begin like this"),
    _at(5, "tanh", "'tanh' needs something that it is taken of, in brackets"),
    _at(9, r"\sigma^2", "'sigma' needs something that it is taken of, in brackets"),
    _at(6, "tanh^-1(x)", "write the power outside: (tanh(…))^…"),
    _at(6, "tanh^{-1} x", "write the power outside: (tanh(…))^…"),
    _at(5, "exp^(-x)", "write exp(…) or e^(…)"),
    _at(1, r"\sqrt[3]{x}", "write this root as a power: x^(1/3)"),
    _at(6, r"\frac+", r"write the fraction as \frac{a}{b}"),
    _at(3, "x*1e999", "this number is too large"),
    _at(4, "x*y, y=σ(a)", "write the formula alone, and not what its symbols stand for"),
    _at(5, "x*y where y=a", "write the formula alone, and not what its symbols stand for"),
    ("x" * 2001, "the formula has 2001 characters; at most 2000 are read"),
    ("x" * 1000, "the formula has more than 500 numbers, names and signs"),
]
