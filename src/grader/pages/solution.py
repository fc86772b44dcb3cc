"""The worked solution of a question: every step's symbol, formula and value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from math import floor, log10
from typing import Any

import numpy as np

from grader.assignment import Question, renamed
from grader.expression import Formula
from grader.pages.blocks import Value, Worked, Working
from grader.work import Step, labelled

TALLEST_COLUMN = 4
"""A vector of more entries is written as a list, from left to right."""
WIDEST_RATIO = 1e4
"""Where the entries of an array differ by more, each has its own six digits."""
LONGEST_SET = 75
"""A formula of more characters is not set as one: it would have to be too small to read."""
LISTED = 4
"""So many entries of a mistake's array are enough to know it by."""
GREEK = frozenset(
    (
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "lambda", "mu", "nu", "xi", "pi",
        "rho", "sigma", "tau", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Sigma", "Omega",
    )
)  # fmt: skip


def latex_of(name: str) -> str:
    r"""A step's name as a symbol: Greek letters, what follows an underscore as an index.

    >>> print(latex_of("delta_3"), latex_of("H_1"), latex_of("dE2_delta_1"))
    \delta_{3} H_{1} \mathrm{dE2}_{\delta,1}
    """
    base, *indices = [f"\\{word}" if word in GREEK else word for word in name.split("_") if word]
    upright = base if len(base) == 1 or base.startswith("\\") else rf"\mathrm{{{base}}}"
    return f"{upright}_{{{','.join(indices)}}}" if indices else upright


def shown(value: Any) -> str:
    """A value with six significant digits; an array as a list, row by row.

    >>> shown(np.array([[0.5, 1.0], [2.0, -3.25]])), shown(2), shown(np.array([[-1e-7]]))
    ('(0.5, 1), (2, −3.25)', '2', '−1e-07')
    """
    if isinstance(value, np.ndarray):
        if value.size == 1:
            return shown(value.item())
        return ", ".join(f"({shown(row)})" if isinstance(row, np.ndarray) else shown(row) for row in value)
    if isinstance(value, float | np.floating):
        return re.sub(r"^-", "−", f"{value + 0.0:.6g}")
    return str(value)


def drawn(value: Any) -> Value:
    """A value as it is set: a number, a short column, a matrix, or a list of numbers from left to right."""
    if not isinstance(value, np.ndarray) or value.size == 1 or value.ndim > 2 or (value.ndim == 1 and labelled(value)):
        return shown(value)
    if labelled(value):
        return tuple(tuple(map(shown, row)) for row in value)
    if value.ndim == 2:
        return tuple(_aligned(value.ravel())[k : k + value.shape[1]] for k in range(0, value.size, value.shape[1]))
    return _aligned(value) if value.size <= TALLEST_COLUMN else shown(value)


def _aligned(values: np.ndarray[Any, Any]) -> tuple[str, ...]:
    """Numbers with their points below each other, the largest with six digits; as they are where they differ too much.

    >>> _aligned(np.array([0.5, -0.0123456789])), _aligned(np.array([3.0, 12.0]))
    (('0.500000', '−0.012346'), ('3', '12'))
    """
    sizes = np.abs(values[values != 0])
    if not sizes.size or (values == np.round(values)).all() or sizes.max() > WIDEST_RATIO * sizes.min():
        return tuple(shown(number) for number in values.tolist())
    decimals = max(0, 5 - floor(log10(sizes.max())))
    return tuple(re.sub(r"^-", "−", f"{number + 0.0:.{decimals}f}") for number in values.tolist())


def solution(question: Question, steps: Mapping[str, Step], *, mistakes: bool = False) -> Worked:
    """The steps; with `mistakes` the values of the common ones beside them (for the instructor).

    What a person marks has no step to show.
    """
    between = question.template.symbols(question.parameters)
    symbols = {name: renamed(latex, question.aliases) for name, latex in between.items()}
    symbols |= {part.name: part.symbol for part in question.parts}
    asked = {part.name for part in question.asked}
    kinds = {part.name: part.kind for part in question.parts}
    return Worked(
        tuple(
            Working(
                step.name if step.name in asked else "",
                symbols.get(step.name) or latex_of(step.name),
                renamed(step.how, question.aliases),
                drawn(step.value),
                tuple(_mistaken(step)) if mistakes else (),
                choice=kinds.get(step.name) == "choice",
            )
            for step in map(partial(_in_symbols, question.aliases), steps.values())
            if kinds.get(step.name) != "text"
        ),
        beside="common mistakes" if mistakes else "",
    )


def _in_symbols(aliases: Mapping[str, str], step: Step) -> Step:
    """The step with its formulas in the assignment's own symbols: set, or as texts where they are too long for that."""
    if isinstance(np.ravel(step.value)[0], Formula):
        text = np.vectorize(lambda formula: renamed(str(formula), aliases))
        mistakes = {name: text(value) for name, value in step.mistakes.items()}
        value = text(step.value)
        if value.size > 1:
            return replace(step, value=value, mistakes=mistakes)
        short = len(value.item()) <= LONGEST_SET
        return replace(step, value="" if short else value, how=step.how if short else "", mistakes=mistakes)
    return step


def _mistaken(step: Step) -> Iterator[tuple[str, str]]:
    """What mistakes give where it can be told from the right value: by their names, those of one value together."""
    names: dict[str, list[str]] = {}
    for name, value in step.mistakes.items():
        if shown(value) == shown(step.value):
            continue
        flat = value.ravel() if isinstance(value, np.ndarray) else np.array([value])
        found = shown(flat[:LISTED]) + (", …" if flat.size > LISTED else "")
        names.setdefault(found, []).append(name.replace("_", " "))
    for found, several in names.items():
        yield " or ".join(several), found
