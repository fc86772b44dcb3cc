"""Sizes behind a chain of transposed convolutions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import Field

from grader.chance import Stream
from grader.drawing import Drawing
from grader.figures import stamps
from grader.numerics.convolution import convolution_size, transposed_size
from grader.part import Domain, Part
from grader.template import (
    GivensError,
    Mistake,
    Parameters,
    Picture,
    Raw,
    Slot,
    Template,
    WholeRange,
    missing,
    resized,
    unknown,
)
from grader.work import Step, Work

KEYS = ("kernel", "stride", "padding", "output_padding", "dilation")
DEFAULTS = dict(stride=1, padding=0, output_padding=0, dilation=1)
HEADERS = ("kernel $K$", "stride $S$", "padding $P$", "output padding", "dilation $D$")
Pair = tuple[int, int]


class SizeParameters(Parameters):
    layers: int = Field(1, ge=1, le=4, description="how many transposed convolutions in a row")
    square: bool = Field(True, description="height and width are the same; else they are asked for both")
    dilation: bool = Field(False, description="layers may have a dilation above 1")
    output_padding: bool = Field(False, description="layers may have an output padding")
    input_size: WholeRange = Field((2, 8), description="range of the input's side")
    kernel: WholeRange = Field((2, 7), description="range of the kernel's side")
    stride: WholeRange = Field((1, 4), description="range of the stride; above 1 where outputs are padded")
    padding: WholeRange = Field((0, 3), description="range of the padding")


@dataclass(frozen=True)
class Layer:
    kernel: Pair
    stride: Pair
    padding: Pair
    output_padding: Pair
    dilation: Pair


@dataclass(frozen=True)
class Givens:
    input: Pair
    layers: tuple[Layer, ...]


def settle(p: SizeParameters, raw: Raw) -> SizeParameters:
    unknown(raw, ["input", "layers"])
    update: dict[str, Any] = {}
    if "layers" in raw:
        if not isinstance(raw["layers"], list | tuple) or not raw["layers"]:
            raise GivensError("layers must be a list of {kernel, stride, padding, output_padding, dilation}")
        update["layers"] = len(raw["layers"])
        for layer in raw["layers"]:
            if not isinstance(layer, Mapping):
                raise GivensError(f"a layer must be {{kernel: …, stride: …}}, not {layer!r}")
            unknown(layer, KEYS)
            missing(layer, ["kernel"])
    written = [raw.get("input", 1)] + [v for layer in raw.get("layers", ()) for v in layer.values()]
    if any(isinstance(v, list | tuple) and len(v) == 2 and v[0] != v[1] for v in written):
        update["square"] = False
    elif {"input", "layers"} <= set(raw):
        update["square"] = True
    return resized(p, **update)


def read(p: SizeParameters, raw: Raw) -> tuple[SizeParameters, Givens]:
    p = settle(p, raw)
    missing(raw, ["input", "layers"])
    layers = tuple(Layer(**{key: _pair(key, {**DEFAULTS, **layer}[key]) for key in KEYS}) for layer in raw["layers"])
    return p, Givens(_pair("input", raw["input"]), layers)


def _pair(name: str, value: object) -> Pair:
    both = value if isinstance(value, list | tuple) else (value, value)
    least = 0 if name.endswith("padding") else 1
    if len(both) != 2 or not all(isinstance(v, int) and not isinstance(v, bool) and v >= least for v in both):
        kind = f"a whole number of at least {least}, or a pair of them (height, width)"
        raise GivensError(f"{name} must be {kind}, not {value!r}")
    return both[0], both[1]


def draw(p: SizeParameters, chance: Stream) -> dict[str, Any]:
    """Layers in which every slip that the parameters allow for can be made somewhere."""
    first = chance.integer(*p.input_size)
    size = [first, first if p.square else chance.integer(*p.input_size)]
    while True:
        layers = [_layer(p, chance) for _ in range(p.layers)]
        used = {key for layer in layers for key in KEYS if np.max(layer[key]) > (key == "dilation")}
        wanted = {"padding": p.padding[1] > 0, "dilation": p.dilation, "output_padding": p.output_padding}
        if all(key in used for key, want in wanted.items() if want):
            return {"input": size, "layers": layers}


def _layer(p: SizeParameters, chance: Stream) -> dict[str, Any]:
    def size(low: int, high: int) -> Any:
        return chance.integer(low, high) if p.square else [chance.integer(low, high), chance.integer(low, high)]

    layer = dict(kernel=size(*p.kernel), stride=size(*p.stride), padding=size(*p.padding))
    layer["dilation"] = size(1, 3) if p.dilation else 1
    layer["output_padding"] = size(0, 2) if p.output_padding else 0
    return layer


def ask(p: SizeParameters) -> list[Part]:
    shape = () if p.square else (2,)
    what = "height and width" if p.square else "height [1] and width [2]"
    return [
        Part(f"size_{k}", f"{what} behind layer {k}", f"O_{{{k}}}", "integer", shape, Domain(1))
        for k in range(1, p.layers + 1)
    ]


def solve(p: SizeParameters, q: Givens, work: Work) -> None:
    axes = (0,) if p.square else (0, 1)
    size: Any = [q.input[axis] for axis in axes]
    for k, layer in enumerate(q.layers, start=1):
        before = [int(v) for v in np.atleast_1d(size)]
        terms = [
            Axis(
                i,
                layer.kernel[a],
                layer.stride[a],
                layer.padding[a],
                layer.dilation[a],
                layer.output_padding[a],
            )
            for i, a in zip(before, axes, strict=True)
        ]

        def each(formula: Callable[[Axis], int]) -> Any:
            sizes = [formula(t) for t in terms]
            return sizes[0] if p.square else np.array(sizes, dtype=float)

        size = work.step(
            f"size_{k}",
            each(Axis.right),
            r"(I - 1) S - 2P + D (K - 1) + \mathrm{output\ padding} + 1",
            convolution_formula=lambda: each(lambda t: convolution_size(t.i, t.k, t.s, t.p, t.d)),
            padding_left_out=lambda: each(lambda t: t.right() + 2 * t.p),
            padding_added=lambda: each(lambda t: t.right() + 4 * t.p),
            padding_once=lambda: each(lambda t: t.right() + t.p),
            size_times_stride=lambda: each(lambda t: t.right() + t.s),
            dilation_left_out=lambda: each(lambda t: t.right() - (t.d - 1) * (t.k - 1)),
            output_padding_left_out=lambda: each(lambda t: t.right() - t.o),
            output_padding_twice=lambda: each(lambda t: t.right() + t.o),
        )


@dataclass(frozen=True)
class Axis:
    """One axis of one layer: input i, kernel k, stride s, padding p, dilation d, output padding o."""

    i: int
    k: int
    s: int
    p: int
    d: int
    o: int

    def right(self) -> int:
        return transposed_size(self.i, self.k, self.s, self.p, self.d, self.o)


def some(field: str, least: int) -> Any:
    """The mistake can be made where a layer has this field above its neutral value."""
    return lambda _p, q: any(max(getattr(layer, field)) >= least for layer in q.layers)


MISTAKES = {
    "convolution_formula": Mistake("what one gets with the formula of the ordinary convolution"),
    "padding_left_out": Mistake("what one gets with the padding left out", some("padding", 1)),
    "padding_added": Mistake("what one gets with the padding added instead of subtracted", some("padding", 1)),
    "padding_once": Mistake("what one gets with the padding subtracted on one side only", some("padding", 1)),
    "size_times_stride": Mistake("what one gets with I·S in place of (I - 1)·S"),
    "dilation_left_out": Mistake("what one gets with the dilation left out", some("dilation", 2)),
    "output_padding_left_out": Mistake("what one gets with the output padding left out", some("output_padding", 1)),
    "output_padding_twice": Mistake("what one gets with the output padding added twice", some("output_padding", 1)),
}


def guard(_p: SizeParameters, q: Givens, steps: Mapping[str, Step]) -> str:
    for k, layer in enumerate(q.layers, start=1):
        if np.min(steps[f"size_{k}"].value) < 1:
            return f"size_{k} below 1"
        if any(
            o and o >= max(s, d) for o, s, d in zip(layer.output_padding, layer.stride, layer.dilation, strict=True)
        ):
            return f"an output padding of layer {k} that is not smaller than stride or dilation"
    return ""


def wording(p: SizeParameters) -> str:
    chain = "a transposed convolution" if p.layers == 1 else f"{p.layers} transposed convolutions, one after the other"
    side = "the side of the square output" if p.square else "height and width of the output"
    each = "" if p.layers == 1 else " behind each"
    return (
        f"A feature map of the given size goes through {chain}. Give {side}{each}, as whole numbers. "
        "The padding is that of the ordinary convolution which this one transposes: it makes the output smaller."
    )


def _size(pair: Pair) -> str:
    return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]} × {pair[1]}"


def tables(p: SizeParameters, q: Givens) -> Sequence[Picture]:
    """One row a layer; output padding and dilation only where a layer has them."""
    columns = [
        (key, header)
        for key, header in zip(KEYS, HEADERS, strict=True)
        if key in KEYS[:3] or any(max(getattr(layer, key)) != DEFAULTS[key] for layer in q.layers)
    ]
    outputs = ("output $O$",) if p.square else ("output height", "output width")
    header = ("layer", "input $I$", *(header for _, header in columns), *outputs)
    rows: list[tuple[str | Slot, ...]] = [
        (
            str(k),
            _size(q.input) if k == 1 else f"O{chr(ord('₀') + k - 1)}",
            *(_size(getattr(layer, key)) for key, _ in columns),
            *(Slot(f"size_{k}" if p.square else f"size_{k}[{axis}]") for axis in range(1, len(outputs) + 1)),
        )
        for k, layer in enumerate(q.layers, start=1)
    ]
    return [Picture(header, tuple(rows))]


def drawings(p: SizeParameters, q: Givens) -> Sequence[Drawing]:
    layer = q.layers[0]
    first = stamps.Layer(q.input, layer.kernel, layer.stride, layer.padding, layer.dilation)
    return [stamps.drawing(first, one_of_several=p.layers > 1)]


TEMPLATE = Template(
    name="transposed_conv_size",
    title="Size of a transposed convolution",
    topic="convolution",
    parameters=SizeParameters,
    read=read,
    draw=draw,
    ask=ask,
    solve=solve,
    mistakes=MISTAKES,
    guard=guard,
    wording=wording,
    tables=tables,
    drawings=drawings,
    settle=settle,
)
