"""Numbers as figures write them, and how much room they take."""

from __future__ import annotations

from functools import lru_cache

DIGIT, NARROW, SIGN = 0.572, 0.32, 0.72
"""Widths in ems of the face that labels are drawn in; NARROW is an upper bound for brackets, commas and points."""


def number(value: float) -> str:
    """A coordinate as it is written on a grid, with a minus sign; all digits of a given.

    >>> number(3.0), number(-0.25), number(1e12)
    ('3', '−0.25', '1000000000000')
    """
    whole = round(value)
    shown = str(whole) if whole == value else f"{value:.15f}".rstrip("0") if abs(value) < 1e-4 else repr(float(value))
    return shown.replace("-", "−")


def pair(x: float, y: float) -> str:
    """A point: (x, y)."""
    return f"({number(x)}, {number(y)})"


@lru_cache(4096)
def width(text: str, size: float) -> float:
    """At least the width of a number or a point at a size."""
    return size * sum(DIGIT if c.isdigit() else SIGN if c == "−" else NARROW for c in text)
