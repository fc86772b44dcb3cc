"""A scatter plot with names that keep out of each other's way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import ceil, floor
from typing import Literal, NamedTuple

from grader.drawing import BLUE, GREY, RED, Dot, Drawing, Label, Line, Rect, Shape
from grader.pages.blocks import Scatter
from grader.pages.letters.cleaning import LONGEST_NAME, clean, fitted
from grader.pages.letters.fonts import width as text_width

GRID, ZONE, REVIEW, NAMED = "#dde5ee", "#f0f6f3", "#fcf0f2", "#3b4a5a"
SIZE, RADIUS, STEP = 6.6, 2.1, 0.2
CROWDED = 24
"""With more dots only those that stand out have their names drawn."""
LONGEST = 70.0


class Box(NamedTuple):
    """A rectangle on the drawing: y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, other: Box) -> bool:
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )


class Spot(NamedTuple):
    name: str
    x: float
    y: float
    stressed: bool


def scatter(chart: Scatter, width: float, height: float = 150.0) -> Drawing:
    """Dots with x in 0..1 as per cent; y from 0, or a step below the least dot, to a step above the best."""
    values = [y for _, _, y in chart.dots]
    low = min(0.0, floor(min(values, default=0.0) / STEP) * STEP)
    high = max(3 * STEP, ceil(max(values, default=0.0) / STEP - 1e-9) * STEP)
    frame = Box(30.0, 16.0, width - 8, height - 30.0)

    def across(x: float) -> float:
        return frame.left + min(max(x, 0.0), 1.0) * (frame.right - frame.left)

    def up(y: float) -> float:
        return frame.bottom - (y - low) / (high - low) * (frame.bottom - frame.top)

    first, last = chart.healthy
    shapes: list[Shape] = [
        Rect(across(first), frame.top, across(last) - across(first), up(chart.low) - frame.top, fill=ZONE, stroke=""),
        Rect(frame.left, up(chart.low), frame.right - frame.left, frame.bottom - up(chart.low), fill=REVIEW, stroke=""),
        *_axes(chart, frame, across, up, (low, high)),
    ]
    spots = [
        Spot(clean(name, LONGEST_NAME), across(x), up(y), y < chart.low or not first <= x <= last)
        for name, x, y in chart.dots
    ]
    dots = [
        Dot(spot.x, spot.y, RADIUS, RED if y < chart.low else BLUE)
        for spot, (_, _, y) in zip(spots, chart.dots, strict=True)
    ]
    words = [
        Label(across(last) - 3, frame.top + 8, "as it should be", 6.4, "#4f7a64", "end"),
        Label(frame.left + 3, frame.bottom - 3, "does not separate", 6.4, "#a04456", "start"),
    ]
    shapes += [*words, *dots, *_named(spots, frame, [_box(label) for label in words])]
    return Drawing(width, height, tuple(shapes), _said(chart), chart.title)


def _axes(
    chart: Scatter,
    frame: Box,
    across: Callable[[float], float],
    up: Callable[[float], float],
    ends: tuple[float, float],
) -> Iterator[Shape]:
    low, high = ends
    for nth in range(round((high - low) / STEP) + 1):
        y = low + nth * STEP
        yield Line(frame.left, up(y), frame.right, up(y), GREY if abs(y) < STEP / 2 else GRID, 0.5)
        yield Label(frame.left - 4, up(y) + 2.6, f"{y:.1f}".replace("-", "−"), 7, GREY, "end")
    for x in (0.0, 0.25, 0.5, 0.75, 1.0):
        yield Line(across(x), frame.top, across(x), frame.bottom, GRID, 0.5)
        yield Label(across(x), frame.bottom + 10, f"{x:.0%}", 7, GREY)
    yield Label((frame.left + frame.right) / 2, frame.bottom + 24, chart.x_label, 8, GREY)
    yield Label(0, 7, chart.y_label, 7, GREY, "start")


def _named(spots: Sequence[Spot], frame: Box, words: Sequence[Box]) -> Iterator[Shape]:
    """Names where there is room; those that stand out choose first."""
    taken = [*words, *(Box(s.x - RADIUS, s.y - RADIUS, s.x + RADIUS, s.y + RADIUS) for s in spots)]
    wanted = [spot for spot in spots if spot.stressed or len(spots) <= CROWDED]
    room = Box(frame.left, frame.top - 4, frame.right + 8, frame.bottom)
    for spot in sorted(wanted, key=lambda s: (not s.stressed, s.x, s.y, s.name)):
        text = fitted(spot.name, LONGEST, SIZE)
        for x, y, anchor in _places(spot):
            label = Label(x, y, text, SIZE, NAMED, anchor)
            box = _box(label)
            if room.holds(box) and not any(box.meets(other) for other in taken):
                taken.append(box)
                yield label
                break


def _box(label: Label) -> Box:
    """The room that a name's letters take."""
    wide = text_width("sans", str(label.text), label.size)
    left = label.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[label.anchor] * wide
    return Box(left, label.y - label.size * 0.75, left + wide, label.y + label.size * 0.2)


def _places(spot: Spot) -> Iterator[tuple[float, float, Literal["start", "middle", "end"]]]:
    """Where a name may stand: beside its dot, above, below, then askew."""
    gap = RADIUS + 1.8
    yield spot.x + gap, spot.y + SIZE * 0.3, "start"
    yield spot.x - gap, spot.y + SIZE * 0.3, "end"
    yield spot.x, spot.y - gap, "middle"
    yield spot.x, spot.y + gap + SIZE * 0.7, "middle"
    for down in (-SIZE * 0.45, SIZE):
        yield spot.x + gap * 0.8, spot.y + down, "start"
        yield spot.x - gap * 0.8, spot.y + down, "end"


def _said(chart: Scatter) -> str:
    dots = "; ".join(f"{clean(name, LONGEST_NAME)}: {x:.0%}, {y:.2f}" for name, x, y in chart.dots)
    return f"Scatter plot of {chart.x_label or 'x'} and {chart.y_label or 'y'}. {dots}."
