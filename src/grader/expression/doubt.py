"""What can be read in two ways."""

from __future__ import annotations

from enum import IntEnum, auto


class Doubt(IntEnum):
    """Each with the likelier way first; the doubts most often meant the other way come first."""

    SLASH = auto()
    """What stands side by side after a slash is below it (x/2y), or not."""
    FRACTION = auto()
    """What stands side by side after a fraction of numbers is not below it (1/2x), or is."""
    ARGUMENT = auto()
    """What stands side by side after a function without brackets is its argument (tanh W x), or is not."""
    EXPONENT = auto()
    """What stands side by side after an exponent without brackets is not part of it (x^2 y), or is (e^-W x)."""
    SIGN = auto()
    """A function without brackets ends at * and / (tanh x/2), or does not."""
    TIMES = auto()
    """An x with spaces around it is the symbol, or stands for times (2 x y)."""
    OF = auto()
    """S(x) is S, where S depends on x alone, or is S times x."""
