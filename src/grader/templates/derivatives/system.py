"""What a system of formulas is, and the ranges its symbols are drawn from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from grader.expression import Formula, Space
from grader.expression.space import Bounds
from grader.work import Reference, Work

WEIGHT: Bounds = (-1.5, 1.5)
TARGET: Bounds = (-0.5, 1.5)
SHARE: Bounds = (0.05, 0.95)


@dataclass(frozen=True)
class System:
    """`asks`: each part's name, meaning and symbol (LaTeX), and whether it is asked unless told otherwise.

    `solve` makes the steps. `wording` is constant.
    """

    space: Space
    asks: Sequence[tuple[str, str, str, bool]]
    solve: Callable[[Work], None]
    wording: str

    @cached_property
    def mistakes(self) -> frozenset[str]:
        """Those that somebody can make here."""
        work = Reference()
        self.solve(work)
        return frozenset(name for step in work.steps.values() for name in step.knows)


def step(work: Work, name: str, value: Formula, **mistakes: Formula) -> Formula:
    return work.step(name, value, value.latex(), **mistakes)


def total(formulas: Sequence[Formula]) -> Formula:
    first, *others = formulas
    return sum(others, first)


def derivative(of: str, by: str, *, asked: bool = True) -> tuple[str, str, str, bool]:
    """A part that asks for ∂of/∂by, as `dE3_dW`."""
    base, index = by.partition("_")[::2]
    symbol = rf"{base}_{{{index}}}" if index else base
    over = rf"{of[0]}_{{{of[1:]}}}" if of[1:] else of
    return (
        f"d{of}_d{by}",
        f"∂{of[0]}{of[1:] and '_'}{of[1:]}/∂{by}, a formula",
        rf"\partial {over} / \partial {symbol}",
        asked,
    )
