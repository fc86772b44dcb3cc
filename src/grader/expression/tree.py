"""A formula as a tree: made with Python's operators, evaluated at many points at once, printed as text and LaTeX."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isfinite

import numpy as np

from grader.expression.vocabulary import CONSTANTS, FUNCTIONS, GREEK, LATEX_FUNCTIONS, Values

Points = Mapping[str, Values]
"""For each symbol its values, one a point."""

SUM, PRODUCT, POWER, ATOM = range(4)
"""How tightly a formula holds together: what is looser than its place needs brackets."""


class Formula:
    """A formula in symbols. Operators and numbers combine as in Python: `2 * (y - t) * h**2`."""

    holds = ATOM

    def at(self, points: Points) -> Values:
        """Its values at the points; not finite where it has none. Floating-point warnings are the caller's."""
        raise NotImplementedError  # abstract

    def latex(self) -> str:
        raise NotImplementedError  # abstract

    def parts(self) -> tuple[Formula, ...]:
        """The formulas that this one is made of."""
        return ()

    @cached_property
    def symbols(self) -> frozenset[str]:
        return frozenset(name for part in self.parts() for name in part.symbols)

    def put(self, meanings: Mapping[str, Formula]) -> Formula:  # noqa: ARG002 - a leaf has nothing to put
        """The formula with symbols replaced."""
        return self

    def __add__(self, other: Formula | float) -> Formula:
        return Sum((*_terms(self), *_terms(formula(other))))

    def __radd__(self, other: float) -> Formula:
        return self if other == 0 else formula(other) + self  # so that sum() works

    def __sub__(self, other: Formula | float) -> Formula:
        return Sum((*_terms(self), *((not negative, term) for negative, term in _terms(formula(other)))))

    def __rsub__(self, other: float) -> Formula:
        return formula(other) - self

    def __neg__(self) -> Formula:
        (negative, first), *others = _terms(self)
        if negative and not others:
            return first
        return Sum(tuple((not negative, term) for negative, term in _terms(self)))

    def __mul__(self, other: Formula | float) -> Formula:
        return Product((*_factors(self), *_factors(formula(other))))

    def __rmul__(self, other: float) -> Formula:
        return formula(other) * self

    def __truediv__(self, other: Formula | float) -> Formula:
        return Product((*_factors(self), *((not below, factor) for below, factor in _factors(formula(other)))))

    def __rtruediv__(self, other: float) -> Formula:
        return formula(other) / self

    def __pow__(self, exponent: Formula | float) -> Formula:
        return Power(self, formula(exponent))


@dataclass(frozen=True)
class Number(Formula):
    value: float

    def at(self, points: Points) -> Values:  # noqa: ARG002
        return np.float64(self.value)  # type: ignore[return-value]  # numpy spreads it over the points

    def __str__(self) -> str:
        whole = self.value.is_integer() and abs(self.value) < 1e15
        return str(int(self.value)) if whole else repr(self.value)

    latex = __str__


@dataclass(frozen=True)
class Constant(Formula):
    """Euler's number or π, by name."""

    name: str

    def at(self, points: Points) -> Values:  # noqa: ARG002
        return np.float64(CONSTANTS[self.name])  # type: ignore[return-value]

    def __str__(self) -> str:
        return self.name

    def latex(self) -> str:
        return rf"\{self.name}" if self.name in GREEK else self.name


@dataclass(frozen=True)
class Symbol(Formula):
    name: str

    def at(self, points: Points) -> Values:
        return points[self.name]

    @cached_property
    def symbols(self) -> frozenset[str]:
        return frozenset((self.name,))

    def put(self, meanings: Mapping[str, Formula]) -> Formula:
        return meanings.get(self.name, self)

    def __str__(self) -> str:
        return self.name

    def latex(self) -> str:
        base, _, index = self.name.partition("_")
        letter = rf"\{base}" if base in GREEK else base
        return f"{letter}_{{{index}}}" if index else letter


@dataclass(frozen=True)
class Sum(Formula):
    """`terms`: each with whether it is taken away."""

    terms: tuple[tuple[bool, Formula], ...]
    holds = SUM

    def at(self, points: Points) -> Values:
        negative, first = self.terms[0]
        total = -first.at(points) if negative else first.at(points)
        for negative, term in self.terms[1:]:
            total = total - term.at(points) if negative else total + term.at(points)
        return total

    def parts(self) -> tuple[Formula, ...]:
        return tuple(term for _, term in self.terms)

    def put(self, meanings: Mapping[str, Formula]) -> Formula:
        return Sum(tuple((negative, term.put(meanings)) for negative, term in self.terms))

    def __str__(self) -> str:
        return "".join(self._signed(k, f"{_held(term, PRODUCT)}") for k, (_, term) in enumerate(self.terms))

    def latex(self) -> str:
        return "".join(self._signed(k, _held_latex(term, PRODUCT)) for k, (_, term) in enumerate(self.terms))

    def _signed(self, place: int, text: str) -> str:
        if place == 0:
            return f"-{text}" if self.terms[0][0] else text
        return f" - {text}" if self.terms[place][0] else f" + {text}"


@dataclass(frozen=True)
class Product(Formula):
    """`factors`: each with whether it is divided by."""

    factors: tuple[tuple[bool, Formula], ...]
    holds = PRODUCT

    def at(self, points: Points) -> Values:
        below, first = self.factors[0]
        value = 1 / first.at(points) if below else first.at(points)
        for below, factor in self.factors[1:]:
            value = value / factor.at(points) if below else value * factor.at(points)
        return value

    def parts(self) -> tuple[Formula, ...]:
        return tuple(factor for _, factor in self.factors)

    def put(self, meanings: Mapping[str, Formula]) -> Formula:
        return Product(tuple((below, factor.put(meanings)) for below, factor in self.factors))

    def __str__(self) -> str:
        below, first = self.factors[0]
        text = f"1/{_held(first, POWER)}" if below else _held(first, POWER)
        return text + "".join(f"{'/' if below else '*'}{_held(factor, POWER)}" for below, factor in self.factors[1:])

    def latex(self) -> str:
        above = [factor for below, factor in self.factors if not below]
        below = [factor for below, factor in self.factors if below]
        if not below:
            return _row(above)
        over = _row(above) if len(above) > 1 else above[0].latex() if above else "1"
        under = _row(below) if len(below) > 1 else below[0].latex()
        return rf"\frac{{{over}}}{{{under}}}"


@dataclass(frozen=True)
class Power(Formula):
    base: Formula
    exponent: Formula
    holds = POWER

    def at(self, points: Points) -> Values:
        exponent = self.exponent.at(points)
        if isinstance(self.base, Constant) and self.base.name == "e":
            return np.exp(exponent)
        return np.float_power(self.base.at(points), exponent)

    def parts(self) -> tuple[Formula, ...]:
        return self.base, self.exponent

    def put(self, meanings: Mapping[str, Formula]) -> Formula:
        return Power(self.base.put(meanings), self.exponent.put(meanings))

    def __str__(self) -> str:
        return f"{_held(self.base, ATOM)}^{_held(self.exponent, ATOM)}"

    def latex(self) -> str:
        return f"{_held_latex(self.base, ATOM)}^{{{self.exponent.latex()}}}"


@dataclass(frozen=True)
class Call(Formula):
    function: str
    argument: Formula

    def at(self, points: Points) -> Values:
        return FUNCTIONS[self.function](self.argument.at(points))

    def parts(self) -> tuple[Formula, ...]:
        return (self.argument,)

    def put(self, meanings: Mapping[str, Formula]) -> Formula:
        return Call(self.function, self.argument.put(meanings))

    def __str__(self) -> str:
        return f"{self.function}({self.argument})"

    def latex(self) -> str:
        name = LATEX_FUNCTIONS.get(self.function, rf"\{self.function}")
        if self.function == "sqrt":
            return rf"\sqrt{{{self.argument.latex()}}}"
        return rf"{name}({self.argument.latex()})"


def symbols(names: str) -> tuple[Symbol, ...]:
    """Symbols by their names, which stand in one text with spaces between."""
    return tuple(map(Symbol, names.split()))


def number(value: float) -> Formula:
    """A number; ValueError if it is not finite."""
    if not isfinite(value):
        raise ValueError(f"{value} is no number of a formula")
    return -Number(-float(value)) if value < 0 else Number(float(value))


def formula(value: Formula | float) -> Formula:
    return value if isinstance(value, Formula) else number(value)


def call(function: str, argument: Formula | float) -> Formula:
    """A function of FUNCTIONS, applied. KeyError: there is no such function."""
    FUNCTIONS[function]
    return Call(function, formula(argument))


def _terms(part: Formula) -> tuple[tuple[bool, Formula], ...]:
    return part.terms if isinstance(part, Sum) else ((False, part),)


def _factors(part: Formula) -> tuple[tuple[bool, Formula], ...]:
    return part.factors if isinstance(part, Product) else ((False, part),)


def _held(part: Formula, place: int) -> str:
    return str(part) if part.holds >= place else f"({part})"


def _held_latex(part: Formula, place: int) -> str:
    return part.latex() if part.holds >= place else rf"\left({part.latex()}\right)"


def _row(factors: list[Formula]) -> str:
    """Factors side by side, with a dot before what begins with a digit."""
    texts: Iterator[str] = (_held_latex(factor, POWER) for factor in factors)
    row = next(texts)
    for text in texts:
        row += rf" \cdot {text}" if text[0].isdigit() else rf"\, {text}"
    return row
