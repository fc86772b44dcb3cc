"""One secret seed, and from it an independent stream of draws for each name.

The raw 64-bit output of Philox, keyed by SHA-256 of the names, with rejection: the same seed gives the same draws
on every platform and with every later numpy, because only the bit generator's documented raw output is used.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
_WORDS = 2**64


def strong_seed() -> str:
    """A seed that cannot be found out by trying."""
    return secrets.token_hex(16)


def digest(*names: str) -> bytes:
    """SHA-256 of the names; no two different lists of names run together."""
    return hashlib.sha256(json.dumps(names, ensure_ascii=True).encode()).digest()


class Stream:
    """Draws for one purpose: `Stream(seed, assignment, student, question)`."""

    def __init__(self, *names: str) -> None:
        self._bits = np.random.Philox(key=int.from_bytes(digest(*names)[:16], "big"))
        self._buffer: list[int] = []

    def below(self, n: int) -> int:
        """A whole number in 0..n-1, each equally likely (what would favour the small ones is drawn again)."""
        fair = _WORDS - _WORDS % n
        while True:
            if not self._buffer:
                self._buffer = self._bits.random_raw(64).tolist()
            word = self._buffer.pop()
            if word < fair:
                return word % n

    def integer(self, low: int, high: int) -> int:
        """A whole number in low..high, both ends included."""
        return low + self.below(high - low + 1)

    def decimal(self, low: float, high: float, places: int) -> float:
        """A number on the grid of 10^-places in [low, high]: the double nearest to the decimal that is printed."""
        unit: int = 10**places
        return self.integer(round(low * unit), round(high * unit)) / unit

    def decimals(self, low: float, high: float, places: int, *shape: int) -> NDArray[np.float64]:
        """An array of such numbers, drawn row by row."""
        flat = [self.decimal(low, high, places) for _ in range(int(np.prod(shape)))]
        return np.array(flat, dtype=np.float64).reshape(shape)

    def pick(self, options: Sequence[T]) -> T:
        return options[self.below(len(options))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in a random order (Fisher and Yates)."""
        out = list(items)
        for i in range(len(out) - 1, 0, -1):
            j = self.below(i + 1)
            out[i], out[j] = out[j], out[i]
        return out

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        """`count` different items, in random order."""
        return self.shuffled(items)[:count]
