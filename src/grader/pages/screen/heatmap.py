"""Heat maps as HTML tables."""

from __future__ import annotations

from collections.abc import Sequence

from grader.pages.blocks import HeatMap
from grader.pages.charts.heatmap import Band, Column, bands, color, ink_on, per_cent
from grader.pages.screen.markup import SCROLLS, short


def html_tables(chart: HeatMap, room: float) -> str:
    """A table for each band: colours, and the numbers that they stress."""
    title = f"<figcaption>{short(chart.title)}{_note(chart)}</figcaption>" if chart.title else ""
    tables = "\n".join(_table(chart, band) for band in bands(chart, room))
    return f'<figure class="heat">{title}{tables}</figure>'


def _note(chart: HeatMap) -> str:
    return f' <span class="note">({short(chart.note)})</span>' if chart.note else ""


def _table(chart: HeatMap, band: Band) -> str:
    columns = [column for _, group in band.groups for column in group]
    groups = "".join(
        f'<th scope="colgroup" colspan="{len(group)}" style="text-align:center">{short(name)}</th>'
        for name, group in band.groups
    )
    spans = "".join(f'<colgroup span="{len(group)}"></colgroup>' for _, group in band.groups)
    names = "".join(f'<th scope="col" style="text-align:center">{short(column.name)}</th>' for column in columns)
    rows = "\n".join(
        f'<tr><th scope="row" style="text-align:left">{short(name)}</th>{_cells(columns, shares)}</tr>'
        for name, shares in chart.rows
    )
    head = f'<thead><tr><td rowspan="2"></td>{groups}</tr><tr>{names}</tr></thead>'
    return (
        f'<div class="wide" {SCROLLS} aria-label="Heat map"><table class="small"><colgroup></colgroup>{spans}'
        f"{head}<tbody>{rows}</tbody></table></div>"
    )


def _cells(columns: Sequence[Column], shares: Sequence[float | None]) -> str:
    cells = []
    for column in columns:
        fill = color(shares[column.place])
        style = f"text-align:center;background:{fill};color:{ink_on(fill)}"
        cells.append(f'<td style="{style}">{per_cent(shares[column.place])}</td>')
    return "".join(cells)
