"""Is this close enough: the rule in numbers, in words, and the digits that it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cached_property
from math import floor, isfinite, log10

from grader.answers import Number

WIDE = Context(prec=20_000)
"""Room for every double and for every exponent that the readers let through."""
KEY_DIGITS = 12
"""Bounds are taken from the key rounded to so many significant digits, so that 0.1 + 0.2 bounds like 0.3."""


@dataclass(frozen=True)
class Digits:
    """How precisely to write: a number of decimals, or of significant digits, or neither."""

    decimals: int | None = None
    significant: int | None = None

    def words(self) -> str:
        if self.decimals is not None:
            return f"at least {self.decimals} decimal{'s' * (self.decimals != 1)}"
        if self.significant is not None:
            return f"at least {self.significant} significant digit{'s' * (self.significant != 1)}"
        return "exactly"

    def enough(self, number: Number) -> bool:
        if self.decimals is not None:
            return number.decimals is None or number.decimals >= self.decimals
        if self.significant is not None:
            return number.significant is None or number.significant >= self.significant
        return True


@dataclass(frozen=True)
class Tolerance:
    """|x - a| ≤ absolute + relative·|a|; or one unit of the d-th decimal, or of the n-th significant digit of a;
    or no difference at all. Each entry of an array for itself.
    """

    absolute: float = 0.0
    relative: float = 0.0
    decimals: int | None = None
    significant: int | None = None
    exact: bool = False

    @cached_property
    def floor(self) -> float:
        """The part of the tolerance that does not shrink with the value: what is below ten times this is trivial."""
        return 10.0**-self.decimals if self.decimals is not None else self.absolute

    def radius(self, a: float) -> float:
        """How far from a an answer may lie."""
        if self.significant is not None:
            return 10.0 ** (floor(log10(abs(a))) - self.significant + 1) if a and isfinite(a) else 0.0
        if self.decimals is not None:
            return self.floor
        return self.absolute + self.relative * abs(a)

    def accepts(self, number: Number, a: float) -> bool:
        """Is the written number within tolerance of a? Inclusive, and decided in decimal on the bound itself."""
        try:
            distance = abs(number.value - a)
        except OverflowError:  # a whole number beyond all doubles
            return False
        size = abs(a)
        radius = self.absolute + self.relative * size if self._by_distance else self.radius(a)
        doubt = 1e-9 * (size + radius + distance)
        if distance < radius - doubt:
            return True
        return distance <= radius + doubt and self._on_the_bound(number, a)

    @cached_property
    def _by_distance(self) -> bool:
        """No digits are counted: the usual tolerance, of which a class's sheets ask millions of times."""
        return self.decimals is None and self.significant is None

    def close(self, x: float, a: float, times: float = 1.0) -> bool:
        """The same for a computed number, where the last bit does not matter."""
        return abs(x - a) <= times * self.radius(a) + 1e-12 * abs(a)

    def _on_the_bound(self, number: Number, a: float) -> bool:
        if not isfinite(a):
            return False
        if self.exact:
            return number.value == a and (number.exact == Fraction(a) or not float(a).is_integer())
        key = _rounded(a)
        radius = self._exact_radius(key)
        if radius < abs(key) / 10**KEY_DIGITS:  # finer than the rounding of the key
            return abs(number.exact - Fraction(a)) <= radius + abs(key) / 2**52
        return abs(number.exact - key) <= radius

    def _exact_radius(self, key: Fraction) -> Fraction:
        if self.significant is not None:
            if not key:
                return Fraction(0)
            return Fraction(10) ** (Decimal(f"{float(key):.{KEY_DIGITS - 1}e}").adjusted() - self.significant + 1)
        if self.decimals is not None:
            return Fraction(1, 10**self.decimals)
        return Fraction(str(self.absolute)) + Fraction(str(self.relative)) * abs(key)

    @cached_property
    def digits(self) -> Digits:
        """The digits to ask for: rounding to them stays within half of what the tolerance leaves."""
        if self.exact:
            return Digits()
        if self.significant is not None:
            return Digits(significant=self.significant)
        if self.floor:
            smallest = Fraction(str(self.floor)) * 10
            radius = self._exact_radius(smallest)
            return Digits(decimals=next(d for d in range(400) if Fraction(1, 2 * 10**d) <= radius))
        if not self.relative:
            return Digits(significant=KEY_DIGITS)
        share = Fraction(str(self.relative))
        return Digits(significant=next(n for n in range(1, 400) if Fraction(10, 2 * 10**n) <= share))

    def words(self) -> str:
        """The rule as pages print it."""
        if self.exact:
            return "must be exact"
        if self.decimals is not None:
            return f"may differ by one unit of decimal {self.decimals} ({_plain(self.floor)})"
        if self.significant is not None:
            return f"may differ by one unit of significant digit {self.significant}"
        terms = []
        if self.relative:
            terms.append(f"{_plain(self.relative * 100)} % of the exact value")
        if self.absolute:
            terms.append(_plain(self.absolute))
        return f"may differ by {' plus '.join(terms)}" if terms else "must be exact"

    def interval(self, a: float) -> tuple[float, float]:
        """The bounds that `accepts` holds an answer to."""
        key = float(_rounded(a)) if isfinite(a) else a
        radius = self.radius(key)
        return key - radius, key + radius


EXACT = Tolerance(exact=True)


def shortened(number: Number, a: float, asked: Digits, least: int = 2) -> bool:
    """Is this a, rounded or cut to the digits written: fewer than asked, and at least so many significant ones?

    >>> shortened(Number(0.85, "0.85"), 0.8519528, Digits(decimals=3))
    True
    """
    if asked.enough(number) or number.decimals is None or (number.significant or 0) < least or not isfinite(a):
        return False
    unit = Decimal(1).scaleb(-number.decimals)
    key = Decimal(f"{a:.{KEY_DIGITS - 1}e}")
    written = Decimal(number.canonical)
    return any(written == key.quantize(unit, rounding, WIDE) for rounding in (ROUND_HALF_UP, ROUND_DOWN))


def _rounded(a: float) -> Fraction:
    return Fraction(f"{a:.{KEY_DIGITS - 1}e}")


def _plain(value: float) -> str:
    """A short decimal without an exponent."""
    return f"{Decimal(f'{value:.10g}'):f}"
