"""Givens of any shape: single numbers, vectors, matrices."""

from __future__ import annotations

from grader.template import Array, GivensError, fit

AXES = ("a", "b", "c")


def tensor(name: str, value: object, most: int = 2) -> Array:
    """An array as it is written, of at most `most` axes. GivensError: not one, or something else than numbers."""
    depth, inner = 0, value
    while isinstance(inner, list | tuple) and len(inner) > 0:
        depth, inner = depth + 1, inner[0]
    if depth > most:
        raise GivensError(f"{name} has {depth} axes, but at most {most} are expected")
    return fit({name: value}, {name: AXES[:depth]}, {})[0][name]
