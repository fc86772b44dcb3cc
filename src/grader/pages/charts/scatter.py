"""A scatter plot with names that keep out of each other's way."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, cos, floor, hypot, pi, sin

from grader.drawing import BLUE, GREY, RED, Dot, Drawing, Label, Line, Rect, Shape
from grader.figures.places import Area, free
from grader.pages.blocks import Scatter
from grader.pages.letters.cleaning import LONGEST_NAME, clean, fitted
from grader.pages.letters.fonts import width as text_width
from grader.pages.numbers import decimal

ASCENT, DESCENT = 0.75, 0.2
"""What the letters of a name reach above and below the baseline, in ems."""
GRID, ZONE, REVIEW, NAMED, LEADER = "#dde5ee", "#f0f6f3", "#fcf0f2", "#3b4a5a", "#9aa7b5"
SIZE, RADIUS, STEP = 6.6, 2.1, 0.2
CROWDED = 24
"""With more dots only those that stand out have their names drawn."""
LONGEST = 70.0
NARROW, WIDE = 234.0, 360.0
"""A plot is as wide as one of these, and names what finds room in both: all forms of a page name the same dots."""
REACHES = (8.0, 14.0, 20.0, 28.0, 38.0, 50.0, 64.0, 80.0)
AROUND = 24


@dataclass(frozen=True)
class Spot:
    name: str
    x: float
    y: float

    @property
    def area(self) -> Area:
        return Area(self.x - RADIUS, self.y - RADIUS, self.x + RADIUS, self.y + RADIUS)


@dataclass(frozen=True)
class Plane:
    """`frame`: where the dots are; `start` is the least x, 1 the greatest; y is from `low` to `high`."""

    frame: Area
    start: float
    step: float
    low: float
    high: float

    def across(self, x: float) -> float:
        return self.frame.left + (min(max(x, self.start), 1.0) - self.start) / (1 - self.start) * self.frame.width

    def up(self, y: float) -> float:
        return self.frame.bottom - (y - self.low) / (self.high - self.low) * self.frame.height


def plane(chart: Scatter, width: float, height: float) -> Plane:
    """Axes: x from a round per cent before the least dot; y from 0, or a step below the least, to above the best."""
    start, step = x_axis(min((x for _, x, _ in chart.dots), default=0.0))
    values = [y for _, _, y in chart.dots]
    low = min(0.0, floor(min(values, default=0.0) / STEP) * STEP)
    high = max(3 * STEP, ceil(max(values, default=0.0) / STEP - 1e-9) * STEP)
    return Plane(Area(30.0, 16.0, width - 11, height - 30.0), start, step, low, high)


def x_axis(least: float) -> tuple[float, float]:
    """Where it starts, and the steps up to 1.

    >>> x_axis(0.07), x_axis(0.3), x_axis(0.62), x_axis(0.93)
    ((0.0, 0.25), (0.25, 0.25), (0.6, 0.1), (0.8, 0.05))
    """
    room = min(max(1 - least, 0.2), 1.0)
    step = 0.25 if room > 0.5 else 0.1 if room > 0.2 else 0.05
    return round(1 - ceil(room / step - 1e-9) * step, 9), step


def scatter(chart: Scatter, width: float, height: float = 150.0) -> Drawing:
    """Dots at (x, y), x as per cent; those that stand out in red, and first to have their names drawn."""
    wide = max((w for w in (NARROW, WIDE) if w <= width), default=width)
    laid = _agreed(chart, wide, height)
    at, stressed = laid.plane, _stressed(chart)
    dots = [Dot(spot.x, spot.y, RADIUS, RED if spot.name in stressed else BLUE) for spot in laid.spots]
    lines = [line for _, line in laid.names.values() if line]
    labels = [label for label, _ in laid.names.values()]
    shapes = (*_zones(chart, at), *_axes(chart, at), *laid.words, *lines, *dots, *labels)
    return Drawing(wide, height, shapes, _said(chart), chart.title)


@dataclass(frozen=True)
class Layout:
    """`names`: by the place of the dot, its name and the line that leads there from a name that stands away."""

    plane: Plane
    spots: Sequence[Spot]
    words: Sequence[Label]
    names: Mapping[int, tuple[Label, Line | None]]


def _agreed(chart: Scatter, width: float, height: float) -> Layout:
    """The layout at this width of names that find room at every width."""
    among = None
    while True:
        laid = {wide: layout(chart, plane(chart, wide, height), among) for wide in {NARROW, WIDE, width}}
        common = set.intersection(*(set(each.names) for each in laid.values()))
        if among == common or all(set(each.names) == common for each in laid.values()):
            return laid[width]
        among = common


def layout(chart: Scatter, at: Plane, among: Container[int] | None = None) -> Layout:
    """Names where there is room, of the dots `among` (or all that should have one)."""
    first, last = chart.healthy
    stressed = _stressed(chart)
    spots = [Spot(clean(name, LONGEST_NAME), at.across(x), at.up(y)) for name, x, y in chart.dots]
    outer = [not first <= x <= last for _, x, _ in chart.dots]
    if among is None:
        some = len(spots) > CROWDED
        among = [nth for nth, spot in enumerate(spots) if not some or outer[nth] or spot.name in stressed]
    words = list(_words(chart, at, [spot.area for spot in spots]))
    taken = [*map(area_of, words), *(spot.area for spot in spots)]
    names = {}
    order = sorted(enumerate(spots), key=lambda s: (s[1].name not in stressed, not outer[s[0]], s[1].x, s[1].y))
    for nth, spot in order:
        if nth in among and (found := _named(spot, at.frame, taken)):
            names[nth] = found
    return Layout(at, spots, words, names)


def _stressed(chart: Scatter) -> set[str]:
    return {clean(name, LONGEST_NAME) for name in chart.stressed}


def _named(spot: Spot, frame: Area, taken: list[Area]) -> tuple[Label, Line | None] | None:
    """The name at the first free place, which is `taken` then."""
    text = fitted(spot.name, LONGEST, SIZE)
    room = Area(frame.left, frame.top - 4, frame.right + 11, frame.bottom)
    for area, away in _places(spot, text_width("sans", text, SIZE)):
        steps = list(_steps(spot, area)) if away else []
        if room.holds(area) and free(area, taken) and all(free(step, taken) for step in steps):
            taken += [area, *steps]
            label = Label(area.left, area.top + ASCENT * SIZE, text, SIZE, NAMED, "start")
            return label, Line(spot.x, spot.y, *_end(spot, area), LEADER, 0.4) if away else None
    return None


def area_of(label: Label) -> Area:
    """The room that a label's letters take."""
    wide = text_width("sans", str(label.text), label.size)
    left = label.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[label.anchor] * wide
    return Area(left, label.y - ASCENT * label.size, left + wide, label.y + DESCENT * label.size)


def _places(spot: Spot, wide: float) -> Iterator[tuple[Area, bool]]:
    """Where a name may stand: beside its dot, above, below, askew; then away from it, at the end of a line."""
    gap, high = RADIUS + 1.8, (ASCENT + DESCENT) * SIZE
    level, above, below = spot.y - high / 2, spot.y - gap - high + 1, spot.y + gap - 1
    after, before = spot.x + gap, spot.x - gap - wide
    near = [(after, level), (before, level), (spot.x - wide / 2, above), (spot.x - wide / 2, below)]
    near += [(x, y) for y in (above + 1, below - 1) for x in (after - 1, before + 1)]
    for left, top in near:
        yield Area(left, top, left + wide, top + high), False
    for reach in REACHES:
        for nth in range(AROUND):
            angle = 2 * pi * nth / AROUND
            left = spot.x + cos(angle) * (reach + wide / 2) - wide / 2
            top = spot.y - sin(angle) * (reach + high / 2) - high / 2
            yield Area(left, top, left + wide, top + high), True


def _end(spot: Spot, area: Area) -> tuple[float, float]:
    """The point of the area next to the dot."""
    return min(max(spot.x, area.left), area.right), min(max(spot.y, area.top), area.bottom)


def _steps(spot: Spot, area: Area) -> Iterator[Area]:
    """Small areas along the line from the dot to its name, outside of both."""
    x, y = _end(spot, area)
    count = int(hypot(x - spot.x, y - spot.y) / 2)
    for nth in range(1, count):
        across, down = spot.x + (x - spot.x) * nth / count, spot.y + (y - spot.y) * nth / count
        step = Area(across - 0.5, down - 0.5, across + 0.5, down + 0.5)
        if not step.meets(spot.area):
            yield step


def _zones(chart: Scatter, at: Plane) -> Iterator[Shape]:
    """What is easy is in none: it cannot separate."""
    first, last = map(at.across, chart.healthy)
    frame, low = at.frame, at.up(chart.low)
    yield Rect(first, frame.top, last - first, low - frame.top, fill=ZONE, stroke="")
    yield Rect(frame.left, low, last - frame.left, frame.bottom - low, fill=REVIEW, stroke="")


def _words(chart: Scatter, at: Plane, dots: Sequence[Area]) -> Iterator[Label]:
    """What the zones mean, in a corner of each that has no dots; where there is none it is left out."""
    first, last = map(at.across, chart.healthy)
    low, frame = at.up(chart.low), at.frame
    for text, color, zone in (
        ("as it should be", "#4f7a64", Area(first, frame.top, last, low)),
        ("does not separate", "#a04456", Area(frame.left, low, last, frame.bottom)),
    ):
        for y in (zone.top + 7, zone.bottom - 2.5):
            corners = [
                Label(zone.right - 3, y, text, 6.4, color, "end"),
                Label(zone.left + 3, y, text, 6.4, color, "start"),
            ]
            fits = [c for c in corners if zone.holds(area_of(c)) and free(area_of(c), dots)]
            if fits:
                yield fits[0]
                break


def _axes(chart: Scatter, at: Plane) -> Iterator[Shape]:
    frame = at.frame
    for nth in range(round((at.high - at.low) / STEP) + 1):
        y = at.low + nth * STEP
        yield Line(frame.left, at.up(y), frame.right, at.up(y), GREY if abs(y) < STEP / 2 else GRID, 0.5)
        yield Label(frame.left - 4, at.up(y) + 2.6, decimal(y, 1), 7, GREY, "end")
    for nth in range(round((1 - at.start) / at.step) + 1):
        x = at.start + nth * at.step
        yield Line(at.across(x), frame.top, at.across(x), frame.bottom, GRID, 0.5)
        yield Label(at.across(x), frame.bottom + 10, f"{x:.0%}", 7, GREY)
    yield Label((frame.left + frame.right) / 2, frame.bottom + 24, chart.x_label, 8, GREY)
    yield Label(0, 7, chart.y_label, 7, GREY, "start")


def _said(chart: Scatter) -> str:
    dots = "; ".join(f"{clean(name, LONGEST_NAME)}: {x:.0%}, {decimal(y, 2)}" for name, x, y in chart.dots)
    return f"Scatter plot of {chart.x_label or 'x'} and {chart.y_label or 'y'}. {dots}."
