"""In which order a line is written whose words run from left to right and from right to left.

Unicode's bidirectional algorithm (UAX 9) for one line: without the rules for explicit controls, which texts lose
before they are set, and with the brackets ( ), [ ] and { }. Types are named as there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import TypeVar
from unicodedata import bidirectional

RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff\U0001e800-\U0001efff]")
BRACKETS = {"(": ")", "[": "]", "{": "}"}
MIRRORED = {**BRACKETS, **{v: k for k, v in BRACKETS.items()}, "<": ">", ">": "<", "«": "»", "»": "«"}
STRONG = {"L": "L", "R": "R", "EN": "R", "AN": "R"}
"""The direction that a type has for the neutral characters beside it."""

T = TypeVar("T")


def levels(text: str) -> list[int]:
    """The embedding level of each character: even from left to right, odd from right to left.

    The line's own direction is that of its first letter.

    >>> levels("ab אב 12")
    [0, 0, 0, 1, 1, 1, 2, 2]
    """
    if not RIGHT_TO_LEFT.search(text):
        return [0] * len(text)
    types = [bidirectional(character) or "L" for character in text]
    base = next((int(kind != "L") for kind in types if kind in ("L", "R", "AL")), 0)
    own = "LR"[base]
    _weak(types, own)
    _brackets(text, types, own)
    _neutral(types, own)
    out = [base + (kind != own if base else {"L": 0, "R": 1}.get(kind, 2)) for kind in types]
    for place in range(len(text.rstrip()), len(text)):
        out[place] = base
    return out


def _weak(types: list[str], own: str) -> None:
    """Marks, numbers and their signs: rules W1 to W7."""
    before, strong = own, own
    for place, kind in enumerate(types):
        now = before if kind in ("NSM", "BN") else kind  # W1
        strong = now if now in ("L", "R", "AL") else strong
        types[place] = before = "AN" if now == "EN" and strong == "AL" else now  # W2
    types[:] = ["R" if kind == "AL" else kind for kind in types]  # W3
    for place in range(1, len(types) - 1):  # W4
        left, kind, right = types[place - 1 : place + 2]
        if left == right and ((kind in ("ES", "CS") and left == "EN") or (kind == "CS" and left == "AN")):
            types[place] = left
    strong, start = own, 0
    for kind, group in [(kind, len(list(each))) for kind, each in groupby(types)]:
        stop = start + group
        if kind == "ET":  # W5
            beside = "EN" in (types[start - 1] if start else "", types[stop] if stop < len(types) else "")
            types[start:stop] = ["EN" if beside else "ON"] * group
        elif kind in ("ES", "CS"):  # W6
            types[start:stop] = ["ON"] * group
        start = stop
    for place, kind in enumerate(types):  # W7
        strong = kind if kind in ("L", "R") else strong
        types[place] = strong if kind == "EN" and strong == "L" else kind


def _brackets(text: str, types: list[str], own: str) -> None:
    """A pair of brackets goes the way of what it holds: rule N0."""
    for start, stop in _pairs(text, types):
        inside = {STRONG[kind] for kind in types[start + 1 : stop] if kind in STRONG}
        before = next((STRONG[kind] for kind in reversed(types[:start]) if kind in STRONG), own)
        if inside:
            types[start] = types[stop] = own if own in inside else before if before in inside else own


def _pairs(text: str, types: Sequence[str]) -> list[tuple[int, int]]:
    waiting: list[tuple[str, int]] = []
    pairs = []
    for place, character in enumerate(text):
        if types[place] != "ON":
            continue
        if character in BRACKETS and len(waiting) < 63:
            waiting.append((BRACKETS[character], place))
        elif any(character == closing for closing, _ in waiting):
            while (top := waiting.pop())[0] != character:
                pass
            pairs.append((top[1], place))
    return sorted(pairs)


def _neutral(types: list[str], own: str) -> None:
    """Spaces and signs go the way of both their neighbours, or the line's: rules N1 and N2."""
    ways = [STRONG.get(kind, "") for kind in types]
    before, start = own, 0
    for way, group in groupby(ways):
        stop = start + len(list(group))
        if not way:
            after = ways[stop] if stop < len(ways) else own
            types[start:stop] = [before if before == after else own] * (stop - start)
        before, start = way, stop


def visual(items: Sequence[T], depth: Sequence[int]) -> list[T]:
    """Items of the given levels from left to right: rule L2."""
    order = list(range(len(items)))
    for level in range(max(depth, default=0), 0, -1):
        turned: list[int] = []
        for high, group in groupby([(depth[place] >= level, place) for place in order], itemgetter(0)):
            stretch = [place for _, place in group]
            turned += reversed(stretch) if high else stretch
        order = turned
    return [items[place] for place in order]
