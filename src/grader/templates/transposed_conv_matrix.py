"""A transposed convolution as a matrix: what every input cell adds to the output, and the output itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from pydantic import Field, model_validator

from grader.chance import Stream
from grader.drawing import Drawing
from grader.expression import Formula, Space, number
from grader.expression.tree import Symbol
from grader.figures import stamps
from grader.numerics.convolution import transposed_matrix, transposed_size
from grader.part import Part
from grader.template import (
    Array,
    GivensError,
    Mistake,
    Parameters,
    Range,
    Raw,
    Shown,
    Template,
    fit,
    missing,
    resized,
    shown_array,
    unknown,
)
from grader.templates.checked import whole
from grader.work import Step, Work

SHAPES = {"kernel": ("k", "k"), "input": ("n", "n")}
NAMES = (*SHAPES, "stride", "padding")


class MatrixParameters(Parameters):
    kernel: int = Field(2, ge=1, le=4, description="k, the kernel's side")
    input: int = Field(2, ge=1, le=3, description="n, the input's side")
    stride: int = Field(1, ge=1, le=3, description="S, how far apart neighbouring cells' stamps are")
    padding: int = Field(0, ge=0, le=3, description="P, how many lines are cut off at every side")
    symbolic: bool = Field(
        False, description="entries as formulas in the kernel's k_1, k_2 … and the input's x_1, x_2 …"
    )
    values: Range = Field((-5, 5), description="range of the kernel's and the input's entries, whole numbers but 0")

    @model_validator(mode="after")
    def _something_is_left(self) -> MatrixParameters:
        if self.stride > self.kernel:
            raise ValueError(f"a stride ({self.stride}) above the kernel's side ({self.kernel}) leaves gaps")
        if side(self) < 1:
            raise ValueError(f"with a padding of {self.padding} nothing is left of the output")
        if max(abs(v) for v in self.values) < 1:
            raise ValueError(f"there is no whole number but 0 in {list(self.values)}")
        return self


@dataclass(frozen=True)
class Givens:
    kernel: Array
    input: Array


def side(p: MatrixParameters) -> int:
    """The output's side."""
    return transposed_size(p.input, p.kernel, p.stride, p.padding)


def settle(p: MatrixParameters, raw: Raw) -> MatrixParameters:
    return fitted(p, raw)[0]


def fitted(p: MatrixParameters, raw: Raw) -> tuple[MatrixParameters, dict[str, Array]]:
    unknown(raw, NAMES)
    arrays, sizes = fit(raw, SHAPES, {"k": p.kernel, "n": p.input})
    stride = whole(raw.get("stride", p.stride), "stride")
    padding = whole(raw.get("padding", p.padding), "padding", 0)
    p = resized(p, kernel=sizes["k"], input=sizes["n"], stride=stride, padding=padding)
    if side(p) < 1:
        raise GivensError(f"with a padding of {padding} nothing is left of the output")
    return p, arrays


def read(p: MatrixParameters, raw: Raw) -> tuple[MatrixParameters, Givens]:
    p, arrays = fitted(p, raw)
    if p.symbolic:
        return p, Givens(lettered("k", p.kernel), lettered("x", p.input))
    missing(arrays, SHAPES)
    return p, Givens(arrays["kernel"], arrays["input"])


def lettered(letter: str, size: int) -> Array:
    """A square of symbols, numbered row by row."""
    return np.array([Symbol(f"{letter}_{i}") for i in range(1, size * size + 1)]).reshape(size, size)


@lru_cache(64)
def space(kernel: int, size: int) -> Space:
    names = [symbol.name for symbol in (*lettered("k", kernel).ravel(), *lettered("x", size).ravel())]
    return Space(dict.fromkeys(names, (-2.0, 2.0)))


def draw(p: MatrixParameters, chance: Stream) -> dict[str, Any]:
    shape = {"stride": p.stride, "padding": p.padding}
    if p.symbolic:
        return shape
    low, high = (int(v) for v in p.values)
    options = [v for v in range(low, high + 1) if v]

    def square(size: int) -> list[list[int]]:
        return [[chance.pick(options) for _ in range(size)] for _ in range(size)]

    return {"kernel": square(p.kernel), "input": square(p.input), **shape}


def ask(p: MatrixParameters) -> list[Part]:
    out = side(p)
    parts = [
        Part(
            "matrix",
            "matrix of the transposed convolution",
            "M",
            shape=(out * out, p.input * p.input),
            zero=True,
        ),
        Part("output", "output", "O", shape=(out, out)),
    ]
    if not p.symbolic:
        return parts
    return [replace(part, kind="expression", space=space(p.kernel, p.input)) for part in parts]


def matrix_of(p: MatrixParameters, kernel: Array) -> Array:
    if not p.symbolic:
        return transposed_matrix(kernel, p.input, p.stride, p.padding)
    places = transposed_matrix(np.arange(1.0, kernel.size + 1).reshape(kernel.shape), p.input, p.stride, p.padding)
    matrix: Array = np.array([number(0), *kernel.ravel()])[places.astype(int)]
    return matrix


def dotted(row: Array, entering: Array) -> Formula:
    """The sum of products of formulas, without those with a zero."""
    terms = [a * x for a, x in zip(row, entering, strict=True) if a != number(0)]
    return sum(terms[1:], terms[0]) if terms else number(0)


def flipped(p: MatrixParameters, q: Givens) -> Array:
    return matrix_of(p, q.kernel[::-1, ::-1])


def solve(p: MatrixParameters, q: Givens, work: Work) -> None:
    out = side(p)

    def applied(matrix: Array) -> Array:
        entering = q.input.ravel()
        rows = [dotted(row, entering) for row in matrix] if p.symbolic else matrix @ entering
        return np.array(rows).reshape(out, out)

    right = matrix_of(p, q.kernel)
    transposed = {"matrix_transposed": lambda: right.T} if out == p.input else {}
    matrix = work.step(
        "matrix",
        right,
        r"M_{(r,c),(i,j)} = K_{r - (i-1)S + P,\; c - (j-1)S + P}",
        kernel_flipped=lambda: flipped(p, q),
        **transposed,
    )
    work.step(
        "output",
        applied(matrix),
        r"\mathrm{reshape}(M \cdot \mathrm{flatten}(X))",
        plain_convolution=lambda: applied(flipped(p, q)),
    )


def turning_shows(p: MatrixParameters, q: Givens) -> bool:
    return not np.array_equal(matrix_of(p, q.kernel), flipped(p, q))


def transposing_shows(p: MatrixParameters, q: Givens) -> bool:
    matrix = matrix_of(p, q.kernel)
    return side(p) == p.input and not np.array_equal(matrix, matrix.T)


MISTAKES = {
    "kernel_flipped": Mistake("what one gets with the kernel turned by half a turn", turning_shows),
    "matrix_transposed": Mistake(
        "what one gets with rows and columns of the matrix swapped, which is the ordinary convolution's matrix",
        transposing_shows,
    ),
    "plain_convolution": Mistake(
        "what one gets by sliding the kernel over the widened input, as the ordinary convolution does",
        turning_shows,
    ),
}


def guard(p: MatrixParameters, q: Givens, _steps: Mapping[str, Step]) -> str:
    same = np.array_equal(q.kernel, q.kernel[::-1, ::-1])
    return "a kernel that is the same after half a turn" if p.kernel > 1 and same else ""


def wording(p: MatrixParameters) -> str:
    letters = " Kernel and input are symbols: write formulas in them, and 0 where nothing is." if p.symbolic else ""
    cut = "" if p.padding == 0 else " Then $P$ lines are cut off at every side."
    return (
        "A square input $X$ goes through a transposed convolution with a square kernel $K$ and without a bias: every "
        "entry of $X$ puts a copy of the kernel, times that entry, into the output, $S$ cells after its neighbour's, "
        f"and what overlaps adds up.{cut} The kernel is not turned. Write the convolution as one matrix $M$ "
        "and give the output $O$. Input and output are flattened row by row: row 1 from left to right, then row 2."
        f"{letters}"
        "\n\n"
        r"$$\mathrm{flatten}(O) = M \cdot \mathrm{flatten}(X)$$"
    )


def show(p: MatrixParameters, q: Givens) -> Sequence[Shown]:
    sizes = [Shown("S", str(p.stride)), Shown("P", str(p.padding))]
    if p.symbolic:
        squares = (("K", q.kernel), ("X", q.input))
        return [*(Shown(name, tuple(tuple(map(str, row)) for row in square)) for name, square in squares), *sizes]
    return [
        shown_array("K", q.kernel, 0),
        shown_array("X", q.input, 0),
        *sizes,
    ]


def drawings(p: MatrixParameters, _q: Givens) -> Sequence[Drawing]:
    n, k, s, cut = ((v, v) for v in (p.input, p.kernel, p.stride, p.padding))
    return [stamps.drawing(stamps.Layer(n, k, s, cut, (1, 1)))]


TEMPLATE = Template(
    name="transposed_conv_matrix",
    title="Matrix of a transposed convolution",
    topic="convolution",
    parameters=MatrixParameters,
    read=read,
    draw=draw,
    ask=ask,
    solve=solve,
    mistakes=MISTAKES,
    guard=guard,
    wording=wording,
    show=show,
    drawings=drawings,
    settle=settle,
)
