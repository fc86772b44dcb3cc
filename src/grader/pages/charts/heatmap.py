"""Heat maps: shares as coloured cells with their per cent, in as many bands of columns as the line needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from grader.drawing import GREY, INK, Drawing, Label, Line, Rect, Shape
from grader.pages.blocks import HeatMap
from grader.pages.letters.cleaning import LONGEST_NAME, clean, fitted
from grader.pages.letters.fonts import width as text_width

SCALE = ((0.0, "#b3263c"), (0.25, "#e0805f"), (0.5, "#f3e3bd"), (0.75, "#7db8ad"), (1.0, "#136a72"))
NOBODY = "#eef1f4"
LEAST_CELL, WIDEST_CELL, CELL_HEIGHT = 19.0, 52.0, 17.0
MOST_STRETCHED = 1.4
HEAD, LEGEND, GAP = 26.0, 14.0, 5.0
NAME_SIZE, COLUMN_SIZE = 8.0, 6.4


@dataclass(frozen=True)
class Column:
    """`place`: which of a row's shares it shows."""

    name: str
    place: int
    width: float


@dataclass(frozen=True)
class Band:
    """Groups of columns that fit on one line."""

    groups: tuple[tuple[str, tuple[Column, ...]], ...]


def color(share: float | None) -> str:
    """From red over sand to green-blue; grey for nobody.

    >>> color(0.0), color(1.0), color(None)
    ('#b3263c', '#136a72', '#eef1f4')
    """
    if share is None:
        return NOBODY
    share = min(max(share, 0.0), 1.0)
    for (low, start), (high, end) in pairwise(SCALE):
        if share <= high:
            part = (share - low) / (high - low)
            pairs = zip(_rgb(start), _rgb(end), strict=True)
            return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in pairs)
    raise AssertionError("the scale ends at one")


def _rgb(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def luminance(color: str) -> float:
    """Relative luminance of a colour, in 0..1 (WCAG 2.2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _rgb(color))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ink_on(color: str) -> str:
    """Black or white, whichever stands out more: its contrast is then at least 4.5."""
    light = luminance(color)
    return "#000000" if (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) else "#ffffff"


def per_cent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f}"


def bands(chart: HeatMap, room: float) -> list[Band]:
    """The groups' columns on lines of `room`; a group too long for one goes on in the next."""
    out: list[list[tuple[str, list[Column]]]] = [[]]
    used, place = 0.0, 0
    for name, names in chart.groups:
        columns = [Column(each, place + nth, _column_width(each)) for nth, each in enumerate(names)]
        place += len(columns)
        if out[-1] and used + GAP + sum(column.width for column in columns) > room:
            out.append([])
        for column in columns:
            used = _used(out[-1])
            if out[-1] and used + column.width + (0 if out[-1][-1][0] == name else GAP) > room:
                out.append([])
            if not out[-1] or out[-1][-1][0] != name:
                out[-1].append((name, []))
            out[-1][-1][1].append(column)
        used = _used(out[-1])
    return [_stretched(groups, room) for groups in out if groups]


def _stretched(groups: Sequence[tuple[str, Sequence[Column]]], room: float) -> Band:
    """Wider columns where there is room: bands end alike."""
    gaps = GAP * (len(groups) - 1)
    factor = min(max((room - gaps) / max(_used(groups) - gaps, 1.0), 1.0), MOST_STRETCHED)
    return Band(
        tuple(
            (name, tuple(replace(column, width=column.width * factor) for column in columns))
            for name, columns in groups
        )
    )


def _used(groups: Sequence[tuple[str, Sequence[Column]]]) -> float:
    return sum(column.width for _, columns in groups for column in columns) + GAP * max(len(groups) - 1, 0)


def _column_width(name: str) -> float:
    return min(max(LEAST_CELL, text_width("sans", clean(name, 40), COLUMN_SIZE) + 4), WIDEST_CELL)


def heat_maps(chart: HeatMap, width: float) -> list[Drawing]:
    """A drawing for each band, so that a page can end between them; the first has the title and the scale."""
    names = [clean(name, LONGEST_NAME) for name, _ in chart.rows]
    left = min(max((text_width("sans", name, NAME_SIZE) for name in names), default=0.0) + 8, width * 0.25)
    out = []
    for nth, band in enumerate(bands(chart, width - left)):
        top = LEGEND if chart.note and not nth else 0.0
        legend = list(_legend(chart, width)) if top else []
        shapes = (*legend, *_band(chart, band, left, top))
        height = top + HEAD + CELL_HEIGHT * len(chart.rows) + 2
        out.append(Drawing(width, height, shapes, said(chart, band), "" if nth else chart.title))
    return out


def _legend(chart: HeatMap, width: float) -> Iterator[Shape]:
    steps, each = 20, 6.0
    start = width - 22 - steps * each
    yield Label(start - 12, 7, clean(chart.note, LONGEST_NAME), 7, GREY, "end")
    yield Label(start - 3, 7, "0", 7, GREY, "end")
    for nth in range(steps):
        yield Rect(start + nth * each, 0.5, each, 7.5, fill=color((nth + 0.5) / steps), stroke="")
    yield Label(width, 7, "100", 7, GREY, "end")


def _band(chart: HeatMap, band: Band, left: float, top: float) -> Iterator[Shape]:
    for nth, (name, _) in enumerate(chart.rows):
        y = top + HEAD + nth * CELL_HEIGHT + CELL_HEIGHT * 0.62
        yield Label(left - 6, y, fitted(clean(name, LONGEST_NAME), left - 6, NAME_SIZE), NAME_SIZE, INK, "end")
    x = left
    for group, columns in band.groups:
        whole = sum(column.width for column in columns)
        title = fitted(clean(group, LONGEST_NAME), whole, NAME_SIZE, "sans-bold")
        yield Label(x + whole / 2, top + 9, title, NAME_SIZE, INK, bold=True)
        yield Line(x, top + 13, x + whole - 1, top + 13, "#c9d3df", 0.6)
        for column in columns:
            yield from _column(chart, column, x, top)
            x += column.width
        x += GAP


def _column(chart: HeatMap, column: Column, x: float, top: float) -> Iterator[Shape]:
    name = fitted(clean(column.name, LONGEST_NAME), column.width - 2, COLUMN_SIZE)
    yield Label(x + column.width / 2, top + 22, name, COLUMN_SIZE, GREY)
    for nth, (_, shares) in enumerate(chart.rows):
        share, y = shares[column.place], top + HEAD + nth * CELL_HEIGHT
        fill = color(share)
        yield Rect(x, y, column.width - 1, CELL_HEIGHT - 1, fill=fill, stroke="")
        yield Label(x + (column.width - 1) / 2, y + CELL_HEIGHT * 0.62, per_cent(share), 7.2, ink_on(fill), bold=True)


def said(chart: HeatMap, band: Band) -> str:
    """In words: a sentence a row."""
    columns = [(f"{group} {column.name}", column.place) for group, columns in band.groups for column in columns]
    rows = (
        f"{name}: {', '.join(f'{column} {per_cent(shares[place])}' for column, place in columns)}."
        for name, shares in chart.rows
    )
    return f"Heat map, per cent. {' '.join(rows)}"
