"""Numbers as pages write them: with a minus sign, and never a negative zero."""

from __future__ import annotations


def decimal(value: float, places: int) -> str:
    """So many decimals.

    >>> decimal(-0.254, 2), decimal(-1e-9, 2), decimal(3, 1)
    ('−0.25', '0.00', '3.0')
    """
    return f"{value:z.{places}f}".replace("-", "−")


def points(value: float) -> str:
    """Points without needless digits: at most two decimals.

    >>> points(2.0), points(0.8333333), points(1234.5), points(-1e-9)
    ('2', '0.83', '1234.5', '0')
    """
    return decimal(value, 2).rstrip("0").rstrip(".")
