"""Pairs of boxes on grids: the true box solid, the predicted one dashed, what they share hatched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter

from grader.drawing import BLUE, INK, ORANGE, Dot, Drawing, Label, Math, Rect, Shape
from grader.figures.axes import Axes, axes
from grader.figures.places import ASCENT, DESCENT, Area, around, free
from grader.figures.writing import number, pair, width
from grader.numerics.boxes import Box, center_to_corners, overlaps

ALONE, PANEL = (170.0, 130.0), (118.0, 108.0)
GAP, TITLE = 14.0, 10.0
LETTER, COORDINATE, DOT = 9.5, 6.0, 1.5
SHARED = "#d5e6dc"


def boxes_on_grids(cases: Sequence[tuple[Box, Box]], *, center: bool = False) -> Drawing:
    """A grid for each (true, predicted) pair, two in a row; boxes are corners, or with `center` (xc, yc, w, h)."""
    columns = min(len(cases), 2)
    wide, high = ALONE if columns == 1 else PANEL
    across, down = wide + GAP, high + (TITLE + 4 if columns > 1 else 0)
    shapes: list[Shape] = []
    for k, case in enumerate(cases):
        left, top = k % columns * across, k // columns * down
        if columns > 1:
            shapes.append(Label(left, top + 7, f"case {k + 1}", 7, INK, "start", bold=True))
            top += TITLE
        shapes += _panel(Area(left, top, left + wide, top + high), case, center)
    rows = -(-len(cases) // columns)
    height = rows * down - (4 if columns > 1 else 0)
    return Drawing(columns * across - GAP, height, tuple(shapes), _words(cases, center))


def _panel(room: Area, case: tuple[Box, Box], center: bool) -> Iterator[Shape]:
    a, b = (center_to_corners(box) if center else box for box in case)
    grid = axes(room, [(x, y) for box in (a, b) for x in (box[0], box[2]) for y in (box[1], box[3])])
    true, predicted = grid.place(a), grid.place(b)
    yield from grid.shapes()
    hatched = []
    if min(overlaps(a, b)) > 0:
        shared = grid.place((max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])))
        yield Rect(shared.left, shared.top, shared.width, shared.height, fill=SHARED, stroke="", hatched=True)
        hatched.append(shared)
    yield Rect(true.left, true.top, true.width, true.height, stroke=BLUE, line_width=1.3)
    yield Rect(
        predicted.left, predicted.top, predicted.width, predicted.height, stroke=ORANGE, line_width=1.3, dashed=True
    )
    yield from _labels(grid, (true, predicted), [_points(box, center) for box in case], hatched)


def _points(box: Box, center: bool) -> list[tuple[float, float]]:
    """The points of a box that are given."""
    return [(box[0], box[1])] if center else [(box[0], box[1]), (box[2], box[3])]


def _labels(
    grid: Axes, areas: tuple[Area, Area], given: Sequence[Sequence[tuple[float, float]]], hatched: Sequence[Area]
) -> Iterator[Shape]:
    """Dots at the given points, the letters, and each point's coordinates where they meet nothing."""
    colors = (BLUE, ORANGE)
    dots = [(grid.place((*point, *point)), point, color) for points, color in zip(given, colors, strict=True)
            for point in points]  # fmt: skip
    taken = [Area(at.left - 2, at.top - 2, at.left + 2, at.top + 2) for at, _, _ in dots]
    yield from (Dot(at.left, at.top, DOT, color) for at, _, color in dots)
    lines = [edge for area in areas for edge in area.edges()]
    for name, area, other, color in zip("AB", areas, areas[::-1], colors, strict=True):
        place = _letter_place(area, other, _letter_places(area, right=name == "B"), grid.plot, taken, lines)
        taken.append(place)
        yield Label((place.left + place.right) / 2, place.bottom - 1.2, Math(name), LETTER, color)
    taken += [*lines, *hatched]
    for point, (at, color) in {point: (at, color) for at, point, color in reversed(dots)}.items():
        text = pair(*point)
        places = around(at.left, at.top, width(text, COORDINATE), COORDINATE * (ASCENT + DESCENT))
        found = next((p for p in places if grid.plot.holds(p) and free(p, taken)), None)
        if found:
            taken.append(found)
            yield Label(found.left, found.top + ASCENT * COORDINATE, text, COORDINATE, color, "start")


def _letter_place(
    area: Area, other: Area, places: Iterable[Area], plot: Area, taken: Sequence[Area], lines: Sequence[Area]
) -> Area:
    """The best place for a box's letter: in it and not in the other, meeting no line and no label."""

    def cost(place: Area) -> float:
        inside = area.holds(place)
        misplaced = place.meets(other) if inside else 2 + 2 * place.meets(other)
        crossed = sum(map(place.meets, lines))
        return misplaced + 10 * crossed + 100 * (not free(place, taken)) + 1000 * (not plot.holds(place))

    found: list[tuple[float, Area]] = []
    for place in places:
        found.append((cost(place), place))
        if not found[-1][0]:
            break
    return min(found, key=itemgetter(0))[1]


def _letter_places(area: Area, *, right: bool) -> Iterator[Area]:
    """Inside at the corners, the sides and the middle; then outside; the right side first or the left one."""
    size = LETTER * 0.88
    middle = ((area.left + area.right - size) / 2, (area.top + area.bottom - size) / 2)
    for inset in (2.2, -size - 2.2):
        sides = (area.left + inset, area.right - inset - size)
        xs = (*(sides[::-1] if right else sides), middle[0])
        ys = (area.bottom - inset - size, area.top + inset, middle[1])
        yield from (Area(x, y, x + size, y + size) for y in ys for x in xs)
    for inset in (2.2, -size - 2.2):
        for shift in (0.75, 0.25) if right else (0.25, 0.75):
            x, y = area.left + shift * area.width - size / 2, area.top + shift * area.height - size / 2
            for down in (area.bottom - inset - size, area.top + inset):
                yield Area(x, down, x + size, down + size)
            for side in (area.left + inset, area.right - inset - size):
                yield Area(side, y, side + size, y + size)


def _words(cases: Sequence[tuple[Box, Box]], center: bool) -> str:
    said = []
    for k, case in enumerate(cases, start=1):
        corners = [center_to_corners(box) if center else box for box in case]
        shared = "their overlap is hatched" if min(overlaps(*corners)) > 0 else "they do not overlap"
        start = f"Case {k}: " if len(cases) > 1 else ""
        a, b = (_box_words(box, center) for box in case)
        said.append(f"{start}the true box A (solid) {a}, the predicted box B (dashed) {b}; {shared}.")
    return f"Boxes on a grid, y pointing down. {' '.join(said)}"


def _box_words(box: Box, center: bool) -> str:
    if center:
        return f"around {pair(box[0], box[1])}, {number(box[2])} wide and {number(box[3])} high"
    return f"from {pair(box[0], box[1])} to {pair(box[2], box[3])}"
