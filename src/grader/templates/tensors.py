"""Givens of any shape: single numbers, vectors, matrices."""

from __future__ import annotations

from math import prod
from typing import Annotated

from pydantic import AfterValidator, Field

from grader.template import Array, GivensError, fit

AXES = ("a", "b", "c")


def _several(shape: tuple[int, ...]) -> tuple[int, ...]:
    if prod(shape) == 1:
        raise ValueError("a shape to draw has two entries or more, such as [3] or [2, 2]")
    return shape


Sizes = Annotated[
    tuple[Annotated[int, Field(ge=1, le=6)], ...], Field(min_length=1, max_length=2), AfterValidator(_several)
]
"""The shape of a vector or a matrix to draw: of a single number too much is right by chance."""


def tensor(name: str, value: object, most: int = 2) -> Array:
    """An array as it is written, of at most `most` axes. GivensError: not one, or something else than numbers."""
    depth, inner = 0, value
    while isinstance(inner, list | tuple) and len(inner) > 0:
        depth, inner = depth + 1, inner[0]
    if depth > most:
        raise GivensError(f"{name} has {depth} axes, but at most {most} are expected")
    return fit({name: value}, {name: AXES[:depth]}, {})[0][name]
