"""A part: one thing that is asked for, with its kind, shape and domain."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import inf, prod
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from grader.expression import Space

Kind = Literal["number", "integer", "choice", "expression", "text"]
Same = Callable[[float, float], bool]


@dataclass(frozen=True)
class Domain:
    """The interval a step's value lies in whatever the givens; `open` when its ends are never reached."""

    low: float = -inf
    high: float = inf
    open: bool = False

    def holds(self, value: float) -> bool:
        if self.open:
            return self.low < value < self.high
        return self.low <= value <= self.high


ANYWHERE = Domain()
GATE = Domain(0.0, 1.0, open=True)
TANH = Domain(-1.0, 1.0, open=True)
SHARE = Domain(0.0, 1.0)
POSITIVE = Domain(0.0)


@dataclass(frozen=True)
class Criterion:
    """One thing that a person gives points for, up to `points`; `meaning` says what earns them."""

    name: str
    points: float
    meaning: str = ""


@dataclass(frozen=True)
class Part:
    """One thing asked for: `name` on the sheet, `meaning` beside it, `symbol` in LaTeX on pages.

    `zero`: zero may be the right answer (marked 0 in the catalogue). `rests_on`: the parts whose numbers decide
    a choice; `counted`: the number of an option's place may be written for it. `judge(givens, value, same)` marks a
    part by a property instead of a key: "" when it holds, else a sentence that says what is missing; `same` tells
    whether two numbers agree within tolerance. `space`: the symbols of a formula (kind expression), and the points at
    which it is compared.
    `criteria`: what a person marks a text by. `lines`: how much room the page leaves for it.
    """

    name: str
    meaning: str
    symbol: str = ""
    kind: Kind = "number"
    shape: tuple[int, ...] = ()
    domain: Domain = ANYWHERE
    zero: bool = False
    labels: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()
    counted: bool = True
    asked: bool = True
    judge: Callable[[object, NDArray[np.float64], Same], str] | None = None
    space: Space | None = None
    criteria: tuple[Criterion, ...] = ()
    lines: int = 0

    @cached_property
    def size(self) -> int:
        return prod(self.shape)

    @cached_property
    def indices(self) -> tuple[tuple[int, ...], ...]:
        """The entries' 1-based indices, row by row; a single () where all sizes are one."""
        if self.size == 1:
            return ((),)
        return tuple(itertools.product(*(range(1, n + 1) for n in self.shape)))

    @cached_property
    def meanings(self) -> tuple[str, ...]:
        """What each entry means, with the place in its array."""
        return tuple(self.meaning + self._place(index) for index in self.indices)

    def _place(self, index: tuple[int, ...]) -> str:
        if not index:
            return f" ({' or '.join(self.labels)})" if self.labels else ""
        if len(index) == 1:
            return f", entry {index[0]}"
        return f", row {index[0]}, column {index[1]}"

    @cached_property
    def cells(self) -> tuple[str, ...]:
        """The entries' names as on the sheet, row by row.

        >>> Part("dW", "", shape=(1, 2)).cells, Part("f_1", "", shape=(1,)).cells
        (('dW[1,1]', 'dW[1,2]'), ('f_1',))
        """
        return tuple(self.name + (f"[{','.join(map(str, index))}]" if index else "") for index in self.indices)
