"""A square grid with round numbers on its axes, y downwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from grader.drawing import GREY, PALE, Label, Line, Math, Rect, Shape
from grader.figures.places import Area
from grader.figures.writing import number, width

GRID = "#dce3eb"
TICK, TICKS_APART, SYMBOL = 6.0, 11.0, 8.0
MARGIN = 9.5
"""Free room around what is drawn, so that a label fits beside everything."""
ABOVE, RIGHT, BELOW = 9.0, 5.0, 6.0
"""Room for the numbers of the x axis, and for the arrows."""


@dataclass(frozen=True)
class Axes:
    """`plot` in points holds the grid; its upper left corner is (x, y); a unit is `scale` points in both directions."""

    plot: Area
    x: float
    y: float
    scale: float
    step: tuple[int, int]
    """1, 2 or 5, and a power of ten."""

    def place(self, box: Sequence[float]) -> Area:
        """A box in corners, in points."""
        across = [self.plot.left + (v - self.x) * self.scale for v in (box[0], box[2])]
        down = [self.plot.top + (v - self.y) * self.scale for v in (box[1], box[3])]
        return Area(across[0], down[0], across[1], down[1])

    def ticks(self, low: float, room: float) -> list[tuple[int, float, float]]:
        """Along an axis that starts at `low`: each tick's count of steps, its value, and its distance in points."""
        digits, power = self.step
        step = digits * 10.0**power
        counts = range(ceil(low / step), floor((low + room / self.scale) / step) + 1)
        values = [(k, round(k * step, max(0, -power))) for k in counts]
        return [(k, value, (value - low) * self.scale) for k, value in values]

    def shapes(self) -> Iterator[Shape]:
        yield Rect(self.plot.left, self.plot.top, self.plot.width, self.plot.height, fill=PALE, stroke="")
        across, down = self.ticks(self.x, self.plot.width), self.ticks(self.y, self.plot.height)
        for _, _, x in across:
            yield Line(self.plot.left + x, self.plot.top, self.plot.left + x, self.plot.bottom, GRID, 0.4)
        for _, _, y in down:
            yield Line(self.plot.left, self.plot.top + y, self.plot.right, self.plot.top + y, GRID, 0.4)
        yield from self._arrows()
        yield from self._numbers_across(across)
        for _, value, y in down:
            if y < self.plot.height - SYMBOL:
                yield Label(self.plot.left - 3, self.plot.top + y + 2.1, number(value), TICK, GREY, "end")

    def _arrows(self) -> Iterator[Shape]:
        left, top, end = self.plot.left, self.plot.top, self.plot.right + RIGHT - 1
        yield Line(left, top, end, top, GREY, 0.6, arrow=True)
        yield Line(left, top, left, self.plot.bottom + BELOW - 1, GREY, 0.6, arrow=True)
        yield Label(end, top - 4, Math("x"), SYMBOL, GREY, "end")
        yield Label(left - 4, self.plot.bottom + 2, Math("y"), SYMBOL, GREY, "end")

    def _numbers_across(self, ticks: Sequence[tuple[int, float, float]]) -> Iterator[Label]:
        widest = max((width(number(value), TICK) for _, value, _ in ticks), default=0.0)
        apart = self.step[0] * 10.0 ** self.step[1] * self.scale
        every = next(n for n in (m * 10**k for k in range(20) for m in (1, 2, 5)) if n * apart >= widest + 4)
        for k, value, x in ticks:
            if k % every == 0 and x + widest / 2 < self.plot.width - SYMBOL + 2:
                yield Label(self.plot.left + x, self.plot.top - 3, number(value), TICK, GREY)


def axes(room: Area, points: Sequence[tuple[float, float]]) -> Axes:
    """Axes inside `room` that hold all points in their middle."""
    left = 14.0
    for _ in range(3):
        made = _axes(Area(room.left + left, room.top + ABOVE, room.right - RIGHT, room.bottom - BELOW), points)
        widest = max((width(number(v), TICK) for _, v, _ in made.ticks(made.y, made.plot.height)), default=0.0)
        if widest + 3.5 <= left:
            break
        left = widest + 3.5
    return made


def _axes(plot: Area, points: Sequence[tuple[float, float]]) -> Axes:
    xs, ys = zip(*points, strict=True)
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    scale = min((plot.width - 2 * MARGIN) / wide, (plot.height - 2 * MARGIN) / high)
    x, y = min(xs) - (plot.width / scale - wide) / 2, min(ys) - (plot.height / scale - high) / 2
    whole = all(float(v).is_integer() for v in (*xs, *ys))
    return Axes(plot, x, y, scale, _step(TICKS_APART / scale, whole))


def _step(least: float, whole: bool) -> tuple[int, int]:
    """The least of …, 0.5, 1, 2, 5, 10, … that is at least so much, and 1 where all coordinates are whole."""
    power = floor(log10(least))
    digits, power = next((m, k) for k in (power, power + 1) for m in (1, 2, 5) if m * 10.0**k >= least)
    return (1, 0) if whole and power < 0 else (digits, power)
