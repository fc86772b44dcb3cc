"""Where formulas live: a question's symbols, and the real points at which two formulas are held against each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from grader.chance import Stream
from grader.expression.names import Names
from grader.expression.read import Reading, read_formula
from grader.expression.tokens import FormulaError
from grader.expression.tree import Formula, Points, Symbol
from grader.expression.vocabulary import Values

DRAWN, LEAST = 48, 12
"""Points that are drawn, and the fewest at which a key must be finite and equal formulas equal. The first TRIED finite
ones are tried.
"""
TRIED = 16
PLACES = 6
"""Decimals of a point's coordinates."""
EQUAL, DIFFERENT = 1e-9, 1e-6
"""Relative differences: up to the first formulas are equal at a point, above the second they are different there; what
lies between may be rounding, as in y^2 - 2 y t + t^2 for (y - t)^2 where y is near t, and decides nothing.
"""
Bounds = tuple[float, float]


class Comparison(NamedTuple):
    """What comparing with a key said; for `different` the point that decides it (from 0 on) and the two values."""

    verdict: Literal["equal", "different", "unclear"]
    point: int | None = None
    value: float = 0.0
    key: float = 0.0


@dataclass(frozen=True)
class Space:
    """The symbols a formula may use. `free`: each with the range it is drawn from; `defined`: each with its formula in
    those before it, so that y and σ(W_hy h_1) are equal. `listed`: those for answers, in the page's order; all of them
    if left out. `also`: further spellings (an assignment's own symbols), each with the symbol it stands for.
    """

    free: Mapping[str, Bounds]
    defined: Mapping[str, Formula] = field(default_factory=dict)
    listed: tuple[str, ...] = ()
    also: Mapping[str, str] = field(default_factory=dict)

    @property
    def symbols(self) -> tuple[str, ...]:
        """The names that answers may use, as the template knows them."""
        return self.listed or (*self.free, *self.defined)

    @cached_property
    def names(self) -> Names:
        """How the symbols are written: by the assignment's spelling, and by the template's where that is free."""
        own = [(name, name) for name in self.symbols if name not in self.also]
        return Names((*self.also.items(), *own), {name: of for name, f in self.defined.items() for of in _only(f)})

    def spelled(self, also: Mapping[str, str]) -> Space:
        """The same with further spellings."""
        return replace(self, also=dict(also))

    @cached_property
    def _identity(self) -> str:
        free = {name: (float(low), float(high)) for name, (low, high) in self.free.items()}
        return repr((free, {name: str(formula) for name, formula in self.defined.items()}))

    @cached_property
    def points(self) -> Points:
        """The points, the same ones whenever the symbols are: drawn on a decimal grid, a stream for each."""
        points: dict[str, Values] = {}
        for name, (low, high) in self.free.items():
            points[name] = Stream("points", self._identity, name).decimals(low, high, PLACES, DRAWN)
        with np.errstate(all="ignore"):
            for name, formula in self.defined.items():
                points[name] = np.broadcast_to(formula.at(points), (DRAWN,))
        return points

    def at(self, formula: Formula) -> Values:
        """The formula's values at all points that are drawn."""
        with np.errstate(all="ignore"):
            return np.broadcast_to(formula.at(self.points), (DRAWN,))

    def read(self, text: str) -> tuple[Reading, ...]:
        """What a text can be read as. FormulaError: it is no formula in these symbols."""
        return read_formula(text, self.names)

    def formula(self, text: str) -> Formula:
        """The one formula that a text is. FormulaError: none, or it can be read in more than one way."""
        readings = self.read(text)
        if len(readings) > 1:
            raise FormulaError(readings[0].note)
        return readings[0].formula

    def compare(self, formula: Formula, key: Formula) -> Comparison:
        """Is it equal to the key, by their values at the points where the key is finite?"""
        if formula == key:
            return Comparison("equal")
        tried, expected = _key_values(self, key)
        if len(tried) < LEAST:
            return Comparison("unclear")
        values = self.at(formula)[tried]
        finite = np.isfinite(values)
        with np.errstate(all="ignore"):
            apart = np.abs(values - expected) / np.maximum(np.abs(values), np.abs(expected))
        apart = np.where(finite, np.nan_to_num(apart, nan=0.0), np.inf)  # 0 and 0 are equal
        if apart.max() <= DIFFERENT:
            return Comparison("equal" if np.count_nonzero(apart <= EQUAL) >= LEAST else "unclear")
        with np.errstate(all="ignore"):
            by = np.where(finite, np.where(apart > DIFFERENT, np.abs(values - expected), 0.0), np.inf)
        plainest = int(np.argmax(by))
        return Comparison("different", int(tried[plainest]), float(values[plainest]), float(expected[plainest]))

    def constant(self, formula: Formula) -> bool:
        """Has it the same value at every point (or none at any)?"""
        values = self.at(formula)
        return not np.isfinite(values).any() or bool(np.ptp(values[np.isfinite(values)]) == 0)

    def written(self, formula: Formula) -> str:
        """The formula in the symbols of the page."""
        own = {name: Symbol(spelled) for spelled, name in reversed(list(self.also.items()))}
        return str(formula.put(own))

    def point(self, place: int, formula: Formula) -> str:
        """A point in words, with the symbols that the formula is about (all, if about none): "x = 0.52, t = 1"."""
        listed = [name for name in self.symbols if name in formula.symbols or not formula.symbols]
        return ", ".join(f"{self.written(Symbol(name))} = {self.points[name][place]:.6g}" for name in listed)

    def __hash__(self) -> int:
        return hash((self._identity, tuple(self.also.items())))


def _only(formula: Formula) -> Iterable[str]:
    """The one symbol that it is a function of, if there is such a one; h_0 = x is x and no function."""
    return formula.symbols if len(formula.symbols) == 1 and not isinstance(formula, Symbol) else ()


@lru_cache(4096)
def _key_values(space: Space, key: Formula) -> tuple[NDArray[np.intp], Values]:
    """The first points at which the key is finite, and its values there."""
    values = space.at(key)
    tried = np.flatnonzero(np.isfinite(values))[:TRIED]
    return tried, values[tried]
