"""Hebb's rule with a bias on bipolar patterns: one pass, then what the net answers (Fausett 1994, section 2.2)."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from pydantic import Field, model_validator

from grader.chance import Stream
from grader.numerics.perceptron import net, sign
from grader.part import Part
from grader.template import (
    Array,
    GivensError,
    Mistake,
    Parameters,
    Picture,
    Raw,
    Shown,
    Slot,
    Template,
    fit,
    missing,
    resized,
    shown_array,
    text,
    unknown,
)
from grader.work import Step, Work

SHAPES: dict[str, tuple[str, ...]] = {"x": ("N", "D"), "t": ("N",), "rate": (), "w_0": ("D",), "b_0": ()}
RATES = (0.1, 0.2, 0.25, 0.4, 0.5, 0.75)
START = 1.5
UNDECIDED = 1e-9
LONGEST = 5
"""Patterns up to this size have one table for all."""


class HebbParameters(Parameters):
    inputs: int = Field(3, ge=1, le=8, description="D, the size of a pattern")
    patterns: int = Field(4, ge=2, le=12, description="N, the number of patterns")
    initial: Literal["zero", "drawn"] = Field("drawn", description="where w_0 and b_0 come from")

    @model_validator(mode="after")
    def _patterns_differ(self) -> HebbParameters:
        if self.patterns > 2**self.inputs:
            raise ValueError(f"there are only {2**self.inputs} different patterns of {self.inputs} entries")
        return self


@dataclass(frozen=True)
class Givens:
    x: Array
    t: Array
    rate: float
    w_0: Array
    b_0: float


def settle(p: HebbParameters, raw: Raw) -> HebbParameters:
    return fitted(p, raw)[0]


def fitted(p: HebbParameters, raw: Raw) -> tuple[HebbParameters, dict[str, Array]]:
    unknown(raw, SHAPES)
    arrays, sizes = fit(raw, SHAPES, {"D": p.inputs, "N": p.patterns})
    for name in ("x", "t"):
        if name in arrays and not np.isin(arrays[name], (-1, 1)).all():
            raise GivensError(f"{name} may hold only 1 and -1")
    if "rate" in arrays and arrays["rate"] <= 0:
        raise GivensError(f"rate must be above zero, not {raw['rate']!r}")
    initial = "drawn" if any(arrays[s].any() for s in ("w_0", "b_0") if s in arrays) else p.initial
    if {"w_0", "b_0"} <= set(arrays) and not (arrays["w_0"].any() or arrays["b_0"].any()):
        initial = "zero"
    return resized(p, inputs=sizes["D"], patterns=sizes["N"], initial=initial), arrays


def read(p: HebbParameters, raw: Raw) -> tuple[HebbParameters, Givens]:
    p, a = fitted(p, raw)
    if p.initial == "zero":
        a = {"w_0": np.zeros(p.inputs), "b_0": np.zeros(()), **a}
    missing(a, SHAPES)
    return p, Givens(a["x"], a["t"], float(a["rate"]), a["w_0"], float(a["b_0"]))


def draw(p: HebbParameters, chance: Stream) -> dict[str, Any]:
    patterns = list(itertools.product((-1, 1), repeat=p.inputs))
    drawn = p.initial == "drawn"
    return {
        "x": [list(x) for x in chance.sample(patterns, p.patterns)],
        "t": [chance.pick((-1, 1)) for _ in range(p.patterns)],
        "rate": chance.pick(RATES),
        "w_0": chance.decimals(-START, START, 1, p.inputs).tolist() if drawn else [0.0] * p.inputs,
        "b_0": chance.decimal(-START, START, 1) if drawn else 0.0,
    }


def ask(p: HebbParameters) -> list[Part]:
    parts = []
    for i in range(1, p.patterns + 1):
        parts += [
            Part(f"w_{i}", f"weights after pattern {i}", f"w_{{{i}}}", shape=(p.inputs,), zero=True),
            Part(f"b_{i}", f"bias after pattern {i}", f"b_{{{i}}}", zero=True),
        ]
    meaning = "what the final net answers to each pattern, 1 or -1"
    return [*parts, Part("prediction", meaning, "p", "integer", (p.patterns,))]


def solve(_p: HebbParameters, q: Givens, work: Work) -> None:
    w, b = q.w_0, q.b_0
    for i, (x, t) in enumerate(zip(q.x, q.t.tolist(), strict=True), start=1):
        before, bias = w, b
        # the perceptron's rule learns only from a pattern that the net gets wrong
        wrong = float(sign(net(x, before, bias)) != t)
        w = work.step(
            f"w_{i}",
            before + q.rate * t * x,
            rf"w_{{{i - 1}}} + \eta\, t_{{{i}}}\, x_{{{i}}}",
            target_left_out=lambda: before + q.rate * x,
            only_when_wrong=lambda: before + wrong * q.rate * t * x,
            rate_left_out=lambda: before + t * x,
        )
        b = work.step(
            f"b_{i}",
            bias + q.rate * t,
            rf"b_{{{i - 1}}} + \eta\, t_{{{i}}}",
            target_left_out=lambda: bias + q.rate,
            bias_not_updated=bias,
            only_when_wrong=lambda: bias + wrong * q.rate * t,
            rate_left_out=lambda: bias + t,
        )
    work.step("prediction", sign(net(q.x, w, b)), rf"\mathrm{{sign}}(w_{{{len(q.x)}}}' x_i + b_{{{len(q.x)}}})")


def ever_right(_p: HebbParameters, q: Givens) -> bool:
    """Is some pattern already answered rightly when its turn comes, so that the perceptron's rule would not learn?"""
    w, b = q.w_0, q.b_0
    for x, t in zip(q.x, q.t.tolist(), strict=True):
        if sign(net(x, w, b)) == t:
            return True
        w, b = w + q.rate * t * x, b + q.rate * t
    return False


MISTAKES = {
    "target_left_out": Mistake(
        "what one gets with the target left out, with every pattern added", lambda _p, q: bool((q.t < 0).any())
    ),
    "bias_not_updated": Mistake("what one gets with the bias left as it was"),
    "only_when_wrong": Mistake(
        "what one gets by learning only from patterns that the net gets wrong, which is the perceptron's rule",
        ever_right,
    ),
    "rate_left_out": Mistake("what one gets with the learning rate left out", lambda _p, q: q.rate != 1),
}


def guard(p: HebbParameters, q: Givens, steps: Mapping[str, Step]) -> str:
    if len(set(q.t)) < 2:
        return "targets that are all the same"
    w, b = q.w_0, q.b_0
    for i, x in enumerate(q.x, start=1):
        # from zero on the first net input is zero for everybody, and the page says what the sign of zero is
        if abs(net(x, w, b)) < UNDECIDED and (i > 1 or p.initial == "drawn"):
            return f"a net input of zero before pattern {i}"
        w, b = steps[f"w_{i}"].value, steps[f"b_{i}"].value
    if np.abs(net(q.x, w, b)).min() < UNDECIDED:
        return "a final net input of zero"
    if len(set(steps["prediction"].value)) < 2:
        return "predictions that are all the same"
    return ""


def wording(p: HebbParameters) -> str:
    start = r"starts from $w_0 = 0$ and $b_0 = 0$" if p.initial == "zero" else r"starts from the given $w_0$ and $b_0$"
    return (
        f"A net with {p.inputs} input{'s' if p.inputs > 1 else ''} and a bias learns {p.patterns} bipolar patterns "
        rf"$x_i$ with targets $t_i$ by Hebb's rule. It {start} and sees each pattern once, in this order, with the "
        r"learning rate $\eta$; every pattern changes the weights and the bias. Then give what the final net answers "
        "to each pattern; the sign of 0 is 1."
        "\n\n"
        r"$$w_i = w_{i-1} + \eta\, t_i\, x_i \qquad b_i = b_{i-1} + \eta\, t_i \qquad"
        rf" p_i = \mathrm{{sign}}(w_{{{p.patterns}}}' x_i + b_{{{p.patterns}}})$$"
    )


def show(p: HebbParameters, q: Givens) -> Sequence[Shown]:
    rows = [Shown(r"\eta", text(q.rate))]
    if p.initial == "drawn":
        rows += [shown_array("w_0", q.w_0, 1), Shown("b_0", text(q.b_0, 1))]
    return rows


def tables(p: HebbParameters, q: Givens) -> Sequence[Picture]:
    """A row a pattern: its entries, its target, and places for what is learned from it and answered to it.

    Long patterns have these places in a table of their own.
    """
    cells = {part.name: part.cells for part in ask(p)}
    entries = range(1, p.inputs + 1)
    inputs = (*(f"$x_{{i,{d}}}$" for d in entries), "$t_i$")
    outputs = (*(f"$w_{{i,{d}}}$" if p.inputs > 1 else "$w_i$" for d in entries), "$b_i$", "$p_i$")
    given: list[tuple[str | Slot, ...]] = [
        (*(text(v) for v in x), text(t)) for x, t in zip(q.x, q.t.tolist(), strict=True)
    ]
    asked: list[tuple[str | Slot, ...]] = [
        tuple(map(Slot, (*cells[f"w_{i}"], *cells[f"b_{i}"], cells["prediction"][i - 1])))
        for i in range(1, p.patterns + 1)
    ]
    if p.inputs > LONGEST:
        return [_by_pattern(inputs, given), _by_pattern(outputs, asked)]
    return [_by_pattern((*inputs, *outputs), [(*left, *right) for left, right in zip(given, asked, strict=True)])]


def _by_pattern(header: tuple[str, ...], rows: Sequence[tuple[str | Slot, ...]]) -> Picture:
    return Picture(("pattern", *header), tuple((str(i), *row) for i, row in enumerate(rows, start=1)))


TEMPLATE = Template(
    name="hebbian_learning",
    title="Hebbian learning",
    topic="classical",
    parameters=HebbParameters,
    read=read,
    draw=draw,
    ask=ask,
    solve=solve,
    mistakes=MISTAKES,
    guard=guard,
    wording=wording,
    show=show,
    tables=tables,
    settle=settle,
)
