"""Array literals: `[[1, 2], [3, 4]]`, `[1; 0,5]`, `(1, 2)`, numpy's `[1 2 3]` -> the entries' texts."""

from __future__ import annotations

import re
from math import prod

from grader.sheets import limits
from grader.sheets.numbers import Unreadable

_BRACKET, _SQUARE = re.compile(r"[\[\]()]"), re.compile(r"[\[\]]")
_SEPARATORS = re.compile(r"[\s,;]*")
_SPACE = re.compile(r"(?<![/*×±])\s+(?![/*×±])")
_BLANK = {"null", "none"}


def split_array(text: str, *, formulas: bool = False) -> list[object]:
    """The literal as nested lists of texts, blank for null; Unreadable if its brackets make no sense.

    A list of formulas has square brackets, and commas or semicolons between them: the rest belongs to the formulas.
    """
    root: list[object] = []
    stack, start = [root], 0
    for match in (_SQUARE if formulas else _BRACKET).finditer(text):
        between, start = text[start : match.start()], match.end()
        if match[0] in "[(":
            _only_separators(between)
            child: list[object] = []
            stack[-1].append(child)
            stack.append(child)
        else:
            closed = stack.pop()
            if closed:
                _only_separators(between)
            else:
                closed.extend(_entries(between, formulas=formulas))
        if not 1 <= len(stack) <= limits.NESTING:
            break
    if len(stack) != 1 or len(root) != 1 or text[start:].strip():
        raise Unreadable("the brackets of this list do not match: write it like [[1, 2], [3, 4]]")
    (array,) = root
    assert isinstance(array, list)
    return array


def measured(array: list[object]) -> tuple[tuple[int, ...] | None, list[str]]:
    """The array's shape, None if its rows differ in length, and its entries row by row."""
    shape: list[int] = []
    regular = True
    entries: list[object] = [array]
    while any(isinstance(entry, list) for entry in entries):
        sizes = {len(entry) if isinstance(entry, list) else -1 for entry in entries}
        regular = regular and len(sizes) == 1
        shape.append(max(sizes))
        entries = [inner for entry in entries for inner in (entry if isinstance(entry, list) else [entry])]
        if len(entries) > limits.ARRAY_ENTRIES:
            raise Unreadable(f"the list has more than {limits.ARRAY_ENTRIES} entries: write only what is asked for")
    return tuple(shape) if regular else None, [str(entry) for entry in entries]


def fitted(array: list[object], shape: tuple[int, ...]) -> list[str]:
    """The entries of an array of that shape, sizes of one aside; else Unreadable, with the right shape."""
    found, entries = measured(array)
    if found is not None and _squeezed(found) == _squeezed(shape):
        return entries
    raise Unreadable(f"{_asked(shape)}; this has {len(entries)} {_arranged(entries, found, shape)}")


def _asked(shape: tuple[int, ...]) -> str:
    if not _squeezed(shape):
        return "one value is asked for"
    rows = ", row by row" if len(_squeezed(shape)) > 1 else ""
    return f"{' × '.join(map(str, shape))} numbers are asked for{rows}"


def _arranged(entries: list[str], found: tuple[int, ...] | None, shape: tuple[int, ...]) -> str:
    noun = "entry" if len(entries) == 1 else "entries"
    if len(entries) != prod(shape):
        return noun
    if found is None:
        return f"{noun} in rows of unequal length"
    return f"{noun} as {' × '.join(map(str, found))}" if len(found) > 1 else f"{noun} in one row"


def _squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(size for size in shape if size != 1)


def _only_separators(text: str) -> None:
    if not _SEPARATORS.fullmatch(text):
        raise Unreadable("numbers and lists stand side by side in this list: write it like [[1, 2], [3, 4]]")


def _entries(text: str, *, formulas: bool) -> list[str]:
    text = text.strip()
    if not text:
        return []
    mark = next((mark for mark in ";," if mark in text), None)  # beside a semicolon a comma is a decimal comma
    entries = text.split(mark) if mark else [text] if formulas else _SPACE.split(text)
    return ["" if entry.strip().casefold() in _BLANK else entry.strip() for entry in entries]
