"""Histograms as drawings, so that both forms of a page draw them alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import ceil, floor, log10
from typing import Literal

from grader.drawing import GREY, INK, RED, Drawing, Label, Line, Rect, Shape
from grader.pages.blocks import Histogram
from grader.pages.numbers import decimal

GRID, TRACK, BAR = "#dde5ee", "#e9eef4", "#4f86bd"
ROW, THICK = 15.0, 8.0


def ticks(high: float, most: int = 6) -> list[float]:
    """Round numbers from 0 up to `high` or a little beyond, at most `most` steps apart.

    >>> ticks(23)
    [0.0, 5.0, 10.0, 15.0, 20.0, 25.0]
    """
    if high <= 0:
        return [0.0, 1.0]
    power = 10.0 ** floor(log10(high / most))
    step = next(m * power for m in (1, 2, 5, 10, 20) if m * power * most >= high)
    return [round(step * nth, 10) for nth in range(ceil(round(high / step, 9)) + 1)]


def histogram(chart: Histogram, width: float, height: float = 150.0) -> Drawing:
    if len(chart.edges) != len(chart.counts) + 1:
        raise ValueError("A histogram of n counts needs n + 1 edges")
    low, high = chart.edges[0], chart.edges[-1]
    steps = [tick for tick in ticks(max(chart.counts, default=0), 5) if tick == int(tick)]
    left, top, bottom = 30.0, 25.0, height - 30.0

    def across(value: float) -> float:
        return left + (value - low) / ((high - low) or 1.0) * (width - left - 6)

    def up(count: float) -> float:
        return bottom - count / steps[-1] * (bottom - top)

    shapes: list[Shape] = []
    for tick in steps:
        shapes += [
            Line(left, up(tick), width - 6, up(tick), GRID, 0.5),
            Label(left - 5, up(tick) + 2.6, f"{tick:g}", 7, GREY, "end"),
        ]
    for start, end, count in zip(chart.edges, chart.edges[1:], chart.counts, strict=False):
        x, y = across(start), up(count)
        shapes.append(Rect(x + 0.7, y, max(across(end) - x - 1.4, 0.5), bottom - y, fill=BAR, stroke=""))
    shapes.append(Line(left, bottom, width - 6, bottom, GREY, 0.7))
    shapes += [Label(across(v), bottom + 10, f"{v:g}", 7, GREY) for v in _few(chart.edges)]
    shapes += _labels(chart, left, width, height)
    shapes += _middles(chart, across, width, top, bottom)
    return Drawing(width, height, tuple(shapes), _said(chart), chart.title)


def _few(edges: tuple[float, ...]) -> tuple[float, ...]:
    return edges[:: ceil(len(edges) / 11)]


def _labels(chart: Histogram, left: float, width: float, height: float) -> Iterator[Shape]:
    if chart.x_label:
        yield Label((left + width) / 2, height - 6, chart.x_label, 8, GREY)
    if chart.y_label:
        yield Label(0, 7, chart.y_label, 7, GREY, "start")


def _middles(
    chart: Histogram, across: Callable[[float], float], width: float, top: float, bottom: float
) -> Iterator[Shape]:
    """Mean and median as dashed lines, their names on the two sides that keep them apart, or one above the other."""
    marked = [
        (v, name, color)
        for v, name, color in ((chart.mean, "mean", RED), (chart.median, "median", INK))
        if v is not None
    ]
    marked.sort(key=lambda mark: mark[0])
    for nth, (value, name, color) in enumerate(marked):
        x = across(value)
        yield Line(x, top - 6, x, bottom, color, 1.0, dashed=True)
        fits = x + 70 < width
        anchor: Literal["start", "end"] = "start" if nth and fits else "end"
        raised = 9 if nth and not fits else 0
        words = f"{name} {decimal(value, 1)}"
        yield Label(x + (3 if anchor == "start" else -3), top - 7 - raised, words, 7.5, color, anchor, bold=True)


def _said(chart: Histogram) -> str:
    bins = "; ".join(
        f"{start:g} to {end:g}: {count}"
        for start, end, count in zip(chart.edges, chart.edges[1:], chart.counts, strict=False)
    )
    middles = "".join(
        f" {n} {decimal(v, 1)}." for n, v in (("Mean", chart.mean), ("Median", chart.median)) if v is not None
    )
    return f"Histogram of {chart.x_label or 'values'}. {bins}.{middles}"
