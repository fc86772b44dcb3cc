"""A transposed convolution as stamps: every input cell puts the kernel's K × K taps into the output.

The stamps of neighbouring cells are S cells apart and add up where they overlap; P lines are then cut off at every
side (Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016, chapter 4). Only the output's
upper left corner is drawn: its size is what is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grader.drawing import BLUE, GREY, INK, ORANGE, RED, Drawing, Label, Line, Math, Rect, Shape

Pair = tuple[int, int]
Cell = tuple[int, int]
"""Row and column, from 0; for sizes, strides and so on: along the height and along the width."""

WIDTH, HEIGHT, INPUT, ARROW = 170.0, 112.0, 46.0, 20.0
TITLE, DIMENSION, LARGEST, LEAST = 9.0, 11.0, 10.0, 2.4
"""Room for a caption and for a measure; a cell's side at most, and at least for cells to be drawn one by one."""
MANY = 8
FIRST, SECOND, BOTH, LINES = "#c9daf1", "#fbe0c8", "#d5e6dc", "#c3cedb"


@dataclass(frozen=True)
class Layer:
    """The input's size and the layer's numbers, each along the height and along the width."""

    input: Pair
    kernel: Pair
    stride: Pair
    padding: Pair
    dilation: Pair

    def span(self, axis: int) -> int:
        """The cells from a stamp's first tap to its last."""
        return self.dilation[axis] * (self.kernel[axis] - 1) + 1

    @property
    def second(self) -> Cell | None:
        """The first input cell's neighbour: to its right, or below where there is none."""
        return (0, 1) if self.input[1] > 1 else (1, 0) if self.input[0] > 1 else None

    def corner(self, cell: Cell) -> Cell:
        """Where in the uncut output the stamp of an input cell begins."""
        return cell[0] * self.stride[0], cell[1] * self.stride[1]

    def taps(self, cell: Cell) -> set[Cell]:
        """The cells of the uncut output that an input cell adds to."""
        row, column = self.corner(cell)
        return {
            (row + self.dilation[0] * i, column + self.dilation[1] * j)
            for i in range(self.kernel[0])
            for j in range(self.kernel[1])
        }

    @property
    def extent(self) -> Pair:
        """Height and width of the corner that is drawn: both stamps, what is cut off, and one cell more."""
        row, column = self.corner(self.second or (0, 0))
        return max(row + self.span(0), self.padding[0] + 1) + 1, max(column + self.span(1), self.padding[1] + 1) + 1


def stamps(layer: Layer) -> Drawing:
    """The input, and the stamps of its first two cells in the output's corner, in scale."""
    left = INPUT + ARROW + DIMENSION
    high, wide = layer.extent
    unit = min(LARGEST, (WIDTH - left - DIMENSION) / wide, (HEIGHT - TITLE - DIMENSION) / high)
    top = TITLE + DIMENSION
    shapes = [
        *_input(layer, top),
        Line(INPUT + 2, top + 14, INPUT + ARROW - 3, top + 14, GREY, 0.9, arrow=True),
        *_corner(layer, left, top, unit),
        *_measures(layer, left, top, unit),
    ]
    height = max(top + high * unit, top + INPUT) + 2
    return Drawing(WIDTH, height, tuple(shapes), _words(layer))


def _input(layer: Layer, top: float) -> Iterator[Shape]:
    """The input's cells, the first two in the colours of their stamps; a larger one goes on beyond the picture."""
    high, wide = (min(size, MANY) for size in layer.input)
    unit = min(LARGEST, INPUT / max(high, wide))
    yield Label(0, TITLE + DIMENSION - 4, "input", 7, INK, "start", bold=True)
    for row in range(high):
        for column in range(wide):
            fill = FIRST if (row, column) == (0, 0) else SECOND if (row, column) == layer.second else ""
            yield Rect(column * unit, top + row * unit, unit, unit, fill=fill, stroke=LINES, line_width=0.5)
    for cell, color in _stamped(layer):
        yield Rect(cell[1] * unit, top + cell[0] * unit, unit, unit, stroke=color, dashed=color == ORANGE)
    if max(layer.input) > MANY:
        yield Label(wide * unit / 2, top + high * unit + 7, "…", 8, GREY)


def _stamped(layer: Layer) -> list[tuple[Cell, str]]:
    return [((0, 0), BLUE), *([(layer.second, ORANGE)] if layer.second else [])]


def _corner(layer: Layer, left: float, top: float, unit: float) -> Iterator[Shape]:
    """The output's upper left corner: open at the right and below, grey where it is cut off."""
    high, wide = layer.extent
    yield Label(left, TITLE - 2, "output, its corner", 7, INK, "start", bold=True)
    if unit >= LEAST:
        yield from _cells(layer, left, top, unit)
    elif layer.second:
        yield from _overlap(layer, left, top, unit)
    yield Line(left, top, left + wide * unit, top, GREY, 0.7)
    yield Line(left, top, left, top + high * unit, GREY, 0.7)
    for cell, color in _stamped(layer):
        row, column = layer.corner(cell)
        size = (layer.span(1) * unit, layer.span(0) * unit)
        place = (left + column * unit, top + row * unit)
        yield Rect(*place, *size, stroke=color, line_width=1.3, dashed=color == ORANGE)
    down, across = (size * unit for size in layer.padding)
    if down:
        yield Line(left, top + down, left + wide * unit, top + down, RED, 0.9, dashed=True)
    if across:
        yield Line(left + across, top, left + across, top + high * unit, RED, 0.9, dashed=True)


def _cells(layer: Layer, left: float, top: float, unit: float) -> Iterator[Shape]:
    first, second = layer.taps((0, 0)), layer.taps(layer.second) if layer.second else set()
    high, wide = layer.extent
    for row, column in sorted(first | second):
        both = (row, column) in first & second
        fill = BOTH if both else FIRST if (row, column) in first else SECOND
        yield Rect(left + column * unit, top + row * unit, unit, unit, fill=fill, stroke="", hatched=both)
    for column in range(1, wide):
        yield Line(left + column * unit, top, left + column * unit, top + high * unit, LINES, 0.4)
    for row in range(1, high):
        yield Line(left, top + row * unit, left + wide * unit, top + row * unit, LINES, 0.4)


def _overlap(layer: Layer, left: float, top: float, unit: float) -> Iterator[Shape]:
    """What the two stamps' outlines share, where the cells are too small to be drawn."""
    row, column = layer.corner(layer.second or (0, 0))
    wide, high = layer.span(1) - column, layer.span(0) - row
    if min(wide, high) > 0 and max(layer.dilation) == 1:
        place = (left + column * unit, top + row * unit, wide * unit, high * unit)
        yield Rect(*place, fill=BOTH, stroke="", hatched=True)


def _measures(layer: Layer, left: float, top: float, unit: float) -> Iterator[Shape]:
    """S between the stamps, K along the first one (D between its taps), P at the side where it is cut off."""
    if layer.second == (0, 1):
        yield from _across(left, left + layer.stride[1] * unit, top - 3.5, "S")
    if layer.dilation[0] == 1:
        yield from _down(left - 3.5, top, top + layer.kernel[0] * unit, "K", "end")
    elif layer.kernel[0] > 1:
        yield from _down(left - 3.5, top, top + layer.dilation[0] * unit, "D", "end")
    if layer.padding[0]:
        side = left + layer.extent[1] * unit + 3.5
        yield from _down(side, top, top + layer.padding[0] * unit, "P", "start")


def _across(start: float, end: float, y: float, name: str) -> Iterator[Shape]:
    yield Line(start, y, end, y, INK, 0.5)
    for x in (start, end):
        yield Line(x, y - 1.6, x, y + 1.6, INK, 0.5)
    yield Label((start + end) / 2, y - 2.2, Math(name), 7.5)


def _down(x: float, start: float, end: float, name: str, anchor: str) -> Iterator[Shape]:
    yield Line(x, start, x, end, INK, 0.5)
    for y in (start, end):
        yield Line(x - 1.6, y, x + 1.6, y, INK, 0.5)
    before = anchor == "end"
    yield Label(
        x - 2.5 if before else x + 2.5, (start + end) / 2 + 2.5, Math(name), 7.5, INK, "end" if before else "start"
    )


def _words(layer: Layer) -> str:
    def size(pair: Pair) -> str:
        return f"{pair[0]} × {pair[1]}"

    second = {(0, 1): "the cell beside it", (1, 0): "the cell below it", None: ""}[layer.second]
    apart = layer.stride[1 if layer.second == (0, 1) else 0]
    two = f", {second} one that starts {apart} further; where both fall, they add up" if second else ""
    taps = "" if max(layer.dilation) == 1 else f", with {size(layer.dilation)} cells from tap to tap"
    cut = (
        f" Dashed red lines cut off {size(layer.padding)} rows and columns at every side." if any(layer.padding) else ""
    )
    return (
        f"The first layer as stamps: the first of the {size(layer.input)} input cells adds a kernel of "
        f"{size(layer.kernel)} taps{taps} to the output's corner{two}.{cut}"
    )
