"""Givens that are not arrays of numbers, checked as they are read."""

from __future__ import annotations

from grader.template import GivensError


def whole(value: object, name: str, least: int = 1) -> int:
    """A whole number of at least `least`, written as 3 or 3.0. GivensError: anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value % 1 != 0 or value < least:
        raise GivensError(f"{name} must be a whole number of at least {least}, not {value!r}")
    return int(value)
