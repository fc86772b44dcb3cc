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

WIDTH, HEIGHT, INPUT, ARROW = 170.0, 96.0, 46.0, 20.0
TITLE, DIMENSION, SIDE, LARGEST, LEAST = 9.0, 11.0, 13.0, 10.0, 2.4
"""Room for a caption and for measures above and at the sides; a cell's side, below the least cells are left out."""
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
    def adds_up(self) -> bool:
        """Do the first two stamps have taps in common?"""
        if self.second is None:
            return False
        axis = self.second.index(1)
        return self.stride[axis] % self.dilation[axis] == 0 and self.stride[axis] < self.span(axis)

    @property
    def extent(self) -> Pair:
        """Height and width of the corner that is drawn: both stamps, what is cut off, and one cell more."""
        row, column = self.corner(self.second or (0, 0))
        return max(row + self.span(0), self.padding[0] + 1) + 1, max(column + self.span(1), self.padding[1] + 1) + 1


def drawing(layer: Layer, *, one_of_several: bool = False) -> Drawing:
    """The input, and the stamps of its first two cells in the output's corner, in scale."""
    left = INPUT + ARROW + DIMENSION
    high, wide = layer.extent
    unit = min(LARGEST, (WIDTH - left - SIDE) / wide, (HEIGHT - TITLE - DIMENSION) / high)
    top = TITLE + DIMENSION
    shapes = [
        Label(0, TITLE - 2, "input of layer 1" if one_of_several else "input", 7, INK, "start", bold=True),
        Label(left, TITLE - 2, "corner of its output", 7, INK, "start", bold=True),
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
    unit = min(LARGEST, INPUT / (max(high, wide) + (max(layer.input) > MANY)))
    for cell, _, fill in _stamped(layer):
        yield Rect(cell[1] * unit, top + cell[0] * unit, unit, unit, fill=fill, stroke="")
    yield from _lines(high, wide, 0.0, top, unit)
    yield Rect(0.0, top, wide * unit, high * unit, stroke=LINES, line_width=0.6)
    for cell, color, _ in _stamped(layer):
        yield Rect(cell[1] * unit, top + cell[0] * unit, unit, unit, stroke=color, dashed=color == ORANGE)
    if layer.input[1] > MANY:
        yield Label(wide * unit + 1, top + unit * 0.75, "…", 6, GREY, "start")
    if layer.input[0] > MANY:
        yield Label(unit, top + high * unit + 4, "…", 6, GREY)


def _stamped(layer: Layer) -> list[tuple[Cell, str, str]]:
    """The cells whose stamps are drawn, each with the colours of its edge and of its inside."""
    return [((0, 0), BLUE, FIRST), *([(layer.second, ORANGE, SECOND)] if layer.second else [])]


def _corner(layer: Layer, left: float, top: float, unit: float) -> Iterator[Shape]:
    """The output's upper left corner: open at the right and below, grey where it is cut off."""
    high, wide = layer.extent
    if max(layer.dilation) == 1:
        yield from _whole(layer, left, top, unit)
    elif unit >= LEAST:
        yield from _taps(layer, left, top, unit)
    if unit >= LEAST:
        yield from _lines(high, wide, left, top, unit)
    yield Line(left, top, left + wide * unit, top, GREY, 0.7)
    yield Line(left, top, left, top + high * unit, GREY, 0.7)
    for cell, color, _ in _stamped(layer):
        row, column = layer.corner(cell)
        size = (layer.span(1) * unit, layer.span(0) * unit)
        place = (left + column * unit, top + row * unit)
        yield Rect(*place, *size, stroke=color, line_width=1.3, dashed=color == ORANGE)
    down, across = (size * unit for size in layer.padding)
    if down:
        yield Line(left, top + down, left + wide * unit, top + down, RED, 0.9, dashed=True)
    if across:
        yield Line(left + across, top, left + across, top + high * unit, RED, 0.9, dashed=True)


def _whole(layer: Layer, left: float, top: float, unit: float) -> Iterator[Shape]:
    """Stamps without gaps, as rectangles."""
    wide, high = layer.kernel[1] * unit, layer.kernel[0] * unit
    yield Rect(left, top, wide, high, fill=FIRST, stroke="")
    if layer.second:
        down, across = (cells * unit for cells in layer.corner(layer.second))
        yield Rect(left + across, top + down, wide, high, fill=SECOND, stroke="")
        if layer.adds_up:
            place = (left + across, top + down, wide - across, high - down)
            yield Rect(*place, fill=BOTH, stroke="", hatched=True)


def _taps(layer: Layer, left: float, top: float, unit: float) -> Iterator[Shape]:
    """Dilated stamps, tap by tap."""
    first, second = layer.taps((0, 0)), layer.taps(layer.second) if layer.second else set()
    both = first & second
    for row, column in sorted(first | second):
        shared = (row, column) in both
        fill = BOTH if shared else FIRST if (row, column) in first else SECOND
        yield Rect(left + column * unit, top + row * unit, unit, unit, fill=fill, stroke="", hatched=shared)


def _lines(high: int, wide: int, left: float, top: float, unit: float) -> Iterator[Shape]:
    for column in range(1, wide):
        yield Line(left + column * unit, top, left + column * unit, top + high * unit, LINES, 0.4)
    for row in range(1, high):
        yield Line(left, top + row * unit, left + wide * unit, top + row * unit, LINES, 0.4)


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
    def both(pair: Pair) -> str:
        return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]} × {pair[1]}"

    rows, columns = layer.input
    kernel = f"{layer.kernel[0]} × {layer.kernel[1]}"
    apart = f", {both(layer.dilation)} cells from tap to tap," if max(layer.dilation) > 1 else ""
    said = (
        f"Of the {rows} × {columns} input cells the first puts a stamp of {kernel} taps{apart} into the output's corner"
    )
    if layer.second:
        beside = layer.second == (0, 1)
        said += f"; its neighbour {'to the right' if beside else 'below'} puts one {layer.stride[beside]} further"
        said += ", and where both fall they add up" if layer.adds_up else ""
    cut = f" Dashed red lines: the padding, {both(layer.padding)}, is cut off at every side."
    return f"{said}.{cut if any(layer.padding) else ''}"
