"""What a question template is: how it draws, words, asks for and solves a question, and the mistakes it knows.

A template's file defines `TEMPLATE = Template(...)`. It never sees a tolerance, a point or a student.
"""

from __future__ import annotations

import inspect
import io
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from grader.chance import Stream, digest
from grader.drawing import Drawing
from grader.part import Part
from grader.work import Step, Work

Array = NDArray[np.float64]
CONTENT = "__content__"
"""Under this name a module that was loaded from a course's own file holds what was in it."""
Raw = Mapping[str, Any]
"""Givens as files hold them: numbers, strings, nested lists and mappings."""


class Parameters(BaseModel):
    """Base of every template's parameters: unknown keys are errors, values cannot change."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)


def _rising(value: tuple[float, float]) -> tuple[float, float]:
    if value[0] > value[1]:
        raise ValueError(f"a range goes from the smaller to the larger number, not {list(value)}")
    return value


Range = Annotated[tuple[float, float], AfterValidator(_rising)]
"""A range of numbers, both ends included."""
WholeRange = Annotated[tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]], AfterValidator(_rising)]
"""A range of sizes: whole numbers from 0 on, both ends included."""


class GivensError(ValueError):
    """Givens (or parameters) that no variant can be made from: what is wrong and what is expected."""


P = TypeVar("P", bound=Parameters)
G = TypeVar("G")


def always(_p: object, _q: object) -> bool:
    return True


WHAT_ONE_GETS = "what one gets "


@dataclass(frozen=True)
class Mistake:
    """A named error: `sentence` completes "0.62 is …" for the student, and begins with "what one gets"; it says when
    a value arises, not what the student did. One that begins otherwise is a sentence of its own (an instructor's).
    `exists(parameters, givens)`: whether it can be made at all.
    """

    sentence: str
    exists: Callable[[Any, Any], bool] = always

    @property
    def what(self) -> str:
        """The sentence without its beginning, for a list: "with the bias left out"."""
        return self.sentence.removeprefix(WHAT_ONE_GETS)

    @property
    def completes(self) -> bool:
        """Does the sentence complete "0.62 is …"?"""
        return self.sentence.startswith(WHAT_ONE_GETS)


@dataclass(frozen=True)
class Shown:
    """A given as a page shows it: its symbol in LaTeX, its value as text, vector or matrix of texts."""

    symbol: str
    value: str | tuple[str, ...] | tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Slot:
    """A place in a table to be filled in: an entry of a part, by its name on the sheet, `precision[3]`."""

    cell: str


@dataclass(frozen=True)
class Picture:
    """A table that belongs to the givens (a ranking, two boxes): a header and rows of texts and places to fill in.

    The header and the first column are wording: constant Markdown; with `wording` all texts are. A row or a column of
    places for parts that are not asked is left out. `widths`: shares of the line, where cells do not show them.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str | Slot, ...], ...]
    wording: bool = False
    widths: tuple[float, ...] | None = None


@dataclass(frozen=True)
class Template(Generic[P, G]):
    """One kind of question. Everything a template's author writes is one of these functions.

    `read(p, raw)` checks givens as written and returns the parameters with what the givens determine, and the
    givens for the solver; GivensError says what is wrong. `draw(p, chance)` makes complete raw givens.
    `ask(p)` lists the parts in the order they are asked. `solve(p, q, work)` makes the steps. `guard(p, q, steps)` is
    "" or names what makes an instance unfit. `own_mistakes(p)` are those that come with the parameters. `symbols` has
    the LaTeX of steps between the parts. `show`, `tables`, `drawings`, `wording` are for pages: the wording and all
    formulas hold no student's numbers. `stem` comes before the wording, where what is asked is itself drawn from a few
    constant texts.
    """

    name: str
    title: str
    topic: str
    parameters: type[P]
    read: Callable[[P, Raw], tuple[P, G]]
    draw: Callable[[P, Stream], dict[str, Any]]
    ask: Callable[[P], list[Part]]
    solve: Callable[[P, G, Work], None]
    wording: Callable[[P], str]
    stem: Callable[[P, G], str] = lambda _p, _q: ""
    mistakes: Mapping[str, Mistake] = field(default_factory=dict)
    own_mistakes: Callable[[P], Mapping[str, Mistake]] = lambda _p: {}
    guard: Callable[[P, G, Mapping[str, Step]], str] = lambda _p, _q, _steps: ""
    show: Callable[[P, G], Sequence[Shown]] = lambda _p, _q: ()
    tables: Callable[[P, G], Sequence[Picture]] = lambda _p, _q: ()
    drawings: Callable[[P, G], Sequence[Drawing]] = lambda _p, _q: ()
    symbols: Callable[[P], Mapping[str, str]] = lambda _p: {}
    settle: Callable[[P, Raw], P] = lambda p, _raw: p

    @cached_property
    def source(self) -> str:
        """A short hash of the template's file, kept with everything issued from it."""
        text = io.TextIOWrapper(io.BytesIO(self.written), encoding="utf-8").read()
        return digest(text)[:6].hex()

    @property
    def written(self) -> bytes:
        """What the template's file holds, as it was when it was loaded."""
        loaded: bytes | None = getattr(self.solve, "__globals__", {}).get(CONTENT)
        return self.path.read_bytes() if loaded is None else loaded

    @property
    def path(self) -> Path:
        return Path(inspect.getfile(self.solve))

    def run(self, p: P, q: G, work: Work) -> Work:
        """Drive the solver. Floating-point warnings are the caller's to find in the values."""
        with np.errstate(all="ignore"):
            self.solve(p, q, work)
        return work


Shape = tuple[str, ...]


def fit(raw: Raw, shapes: Mapping[str, Shape], sizes: Mapping[str, int]) -> tuple[dict[str, Array], dict[str, int]]:
    """Read named arrays whose shapes share symbols, and infer the symbols' sizes from them.

    `shapes`: {"W": ("H", "D")}; `sizes`: what a symbol is where the arrays leave it open. An axis of size one may be
    left out: [.7, .45] is a (1, 2) matrix where H is 1. Returns the arrays present in `raw` and all sizes.

    >>> arrays, sizes = fit({"W": [0.7, 0.45], "b": 0.1}, {"W": ("H", "D"), "b": ("H",)}, {"H": 2, "D": 3})
    >>> arrays["W"].shape, sizes
    ((1, 2), {'H': 1, 'D': 2})
    """
    arrays = {name: _array(name, raw[name]) for name in shapes if name in raw}
    if arrays and not np.isfinite(np.concatenate([array.ravel() for array in arrays.values()])).all():
        name = next(name for name, array in arrays.items() if not np.isfinite(array).all())
        raise GivensError(f"{name} holds something that is not a finite number: {raw[name]!r}")
    found: dict[str, int] = {}
    undecided = []
    for name, array in arrays.items():
        if array.ndim != len(shapes[name]):
            undecided.append(name)
            continue
        for symbol, size in zip(shapes[name], array.shape, strict=True):
            if found.setdefault(symbol, size) != size:
                _placements(name, array, shapes[name], found)  # says what is expected
    while undecided:
        # whatever fits in one way only comes first; given sizes decide when nothing else does
        options = {name: _placements(name, arrays[name], shapes[name], found) for name in undecided}
        name = min(undecided, key=lambda n: len(options[n]))
        known = [option for option in options[name] if _agrees(option, shapes[name], {**sizes, **found})]
        arrays[name] = arrays[name].reshape((known or options[name])[0])
        found.update(zip(shapes[name], arrays[name].shape, strict=True))
        undecided.remove(name)
    return arrays, {**sizes, **found}


def resized(p: P, **sizes: Any) -> P:
    """The parameters with what the givens determine; the same object where nothing differs."""
    differing = {name: size for name, size in sizes.items() if getattr(p, name) != size}
    return p.model_copy(update=differing) if differing else p


def _array(name: str, value: object) -> Array:
    try:
        array = np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise GivensError(f"{name} is not a number or a rectangular list of numbers: {value!r}") from None
    if array.size == 0:
        raise GivensError(f"{name} is empty")
    return array


def _placements(name: str, array: Array, shape: Shape, found: Mapping[str, int]) -> list[tuple[int, ...]]:
    """The shapes an array may have: as written, with axes of size one where some are left out. GivensError: none."""
    candidates = [c for c in dict.fromkeys(_stretched(array.shape, len(shape))) if _agrees(c, shape, found)]
    if not candidates:
        expected = " × ".join(f"{s} = {found[s]}" if s in found else s for s in shape) or "one number"
        raise GivensError(f"{name} is {' × '.join(map(str, array.shape)) or 'one number'}, but {expected} is expected")
    return candidates


def _stretched(actual: tuple[int, ...], length: int) -> list[tuple[int, ...]]:
    if len(actual) > length:
        return []
    if len(actual) == length:
        return [actual]
    first = [(1, *rest) for rest in _stretched(actual, length - 1)]
    return first + ([(actual[0], *rest) for rest in _stretched(actual[1:], length - 1)] if actual else [])


def _agrees(actual: tuple[int, ...], shape: Shape, sizes: Mapping[str, int]) -> bool:
    bound: dict[str, int] = dict(sizes)
    return all(bound.setdefault(s, n) == n for s, n in zip(shape, actual, strict=True))


def missing(raw: Raw, names: Collection[str]) -> None:
    """GivensError for the first of `names` that is not there."""
    for name in names:
        if name not in raw:
            raise GivensError(f"{name} is missing; these givens are needed: {', '.join(names)}")


def unknown(raw: Raw, names: Collection[str]) -> None:
    """GivensError for a key that is not one of `names`."""
    from grader.errors import did_you_mean  # noqa: PLC0415 - only on the way out

    for name in raw:
        if name not in names:
            raise GivensError(f"unknown given '{name}'. {did_you_mean(str(name), names)}")


def text(value: float, places: int = 0) -> str:
    """A given as it is printed: all its digits, at least `places` decimals, reading back as the same double.

    >>> text(0.5, 2), text(-3.0), text(0.125, 2)
    ('0.50', '-3', '0.125')
    """
    padded = f"{value:.{places}f}"
    if float(padded) == value:
        return padded
    shortest = repr(float(value))
    return shortest if "e" not in shortest else f"{value:.17f}".rstrip("0") if abs(value) < 1 else f"{value:.0f}"


def shown_array(symbol: str, array: Array, places: int) -> Shown:
    """An array of givens as pages show it: a scalar, a column, or a matrix."""
    if array.size == 1:
        return Shown(symbol, text(float(array.reshape(())), places))
    if array.ndim == 1:
        return Shown(symbol, tuple(text(float(v), places) for v in array))
    return Shown(symbol, tuple(tuple(text(float(v), places) for v in row) for row in array))
