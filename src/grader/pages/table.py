"""Tables: cells broken into lines, columns as wide as they need, the header again on every page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from grader.pages.blocks import GREEN, GREY, INK, ORANGE, RED, Cell, Marked, Math, Table, Text
from grader.pages.markdown import InlineFormula, Paragraph, Part, Run, parse
from grader.pages.pen import Pen
from grader.pages.pieces import Piece, line_pieces
from grader.pages.text import BODY, NOTE, Line, Style, clean, lines, plain_lines, words

TONES = {"good": GREEN, "bad": RED, "warn": ORANGE, "muted": GREY}
HEADER_FILL, RULE = "#e9eff6", "#c9d3df"
ABOVE = 3.0
MOST_LINES = 40
"""A cell is cut after these lines: a row must fit on a page."""
WIDEST_WORD = 90.0
"""A column asks for no more than this to keep a word whole."""
NEGATIVE = re.compile(r"-[\d.,]+(?:e[-+]?\d+)?")


@dataclass(frozen=True)
class Looks:
    head: Style
    first: Style
    body: Style
    padding: float


NORMAL = Looks(
    head=Style("sans", 8.2, 11.0, "#3b4a5a", bold=True),
    first=Style("sans", 8.6, 12.0, INK, bold=True),
    body=replace(BODY, size=9, leading=12.2),
    padding=5.0,
)
SMALLER = Looks(
    head=Style("sans", 7.0, 9.2, "#3b4a5a", bold=True),
    first=Style("sans", 7.4, 10.0, INK, bold=True),
    body=replace(BODY, size=7.6, leading=10.2),
    padding=3.0,
)


@dataclass(frozen=True)
class Row:
    """A row's cells as parts of a line, each with its style."""

    cells: tuple[tuple[tuple[Part, ...], Style], ...]


def minus(text: str) -> str:
    """A negative number with a minus sign, which is copied as a hyphen."""
    return text.replace("-", "−") if NEGATIVE.fullmatch(text) else text


def cell_parts(cell: Cell) -> tuple[Part, ...]:
    if isinstance(cell, Math):
        return (InlineFormula(cell.latex),)
    if isinstance(cell, Text):
        return _one_paragraph(cell.markdown).parts
    return (Run(minus(clean(cell.text if isinstance(cell, Marked) else cell))),)


def _one_paragraph(markdown: str) -> Paragraph:
    parsed = parse(markdown)
    if len(parsed) != 1 or not isinstance(parsed[0], Paragraph):
        raise ValueError(f"A table's cell holds one paragraph; make it one: {markdown[:80]}")
    return parsed[0]


def shape(table: Table) -> tuple[int, str]:
    """The number of columns, and the alignment of each: the first left, the others centred where nothing is said."""
    columns = max([len(table.header), *map(len, table.rows)], default=0)
    align = table.align or "l" + "c" * (columns - 1)
    ragged = [row for row in table.rows if len(row) != columns]
    if ragged or len(align) != columns or (table.header and len(table.header) != columns):
        raise ValueError(
            f"A table of {columns} columns has rows or an alignment of another length; give all the same"
        )
    return columns, align


def table_pieces(table: Table, width: float) -> Iterator[Piece]:
    columns, align = shape(table)
    looks = SMALLER if table.small else NORMAL
    head = _row(table.header, looks.head, looks.head)
    first = looks.first if table.row_headers else looks.body
    rows = [_row(cells, first, looks.body) for cells in table.rows]
    widths = _widths([head, *rows], columns, table.widths, looks.padding, width)
    if table.caption:
        yield from line_pieces(plain_lines(table.caption, NOTE, width), before=6, with_next=True)
    header = _row_piece(head, widths, align, looks.padding, fill=HEADER_FILL) if table.header else None
    if header:
        yield replace(header, before=3 if table.caption else 5, with_next=True)
    for row in rows:
        yield replace(_row_piece(row, widths, align, looks.padding), head=header)


def _row(cells: Sequence[Cell], first: Style, rest: Style) -> Row:
    styles = (first if nth == 0 else rest for nth in range(len(cells)))
    return Row(tuple(
        (cell_parts(cell), replace(style, color=TONES[cell.tone], bold=True) if isinstance(cell, Marked) else style)
        for cell, style in zip(cells, styles, strict=True)
    ))  # fmt: skip


def _widths(
    rows: Sequence[Row], columns: int, shares: tuple[float, ...] | None, padding: float, width: float
) -> list[float]:
    if shares:
        return [width * share / sum(shares) for share in shares]
    least, most = [2 * padding] * columns, [2 * padding] * columns
    for row in rows:
        for column, (parts, style) in enumerate(row.cells):
            longest, whole = _measure(parts, style)
            least[column] = max(least[column], min(longest, WIDEST_WORD) + 2 * padding + 0.1)
            most[column] = max(most[column], whole + 2 * padding + 0.1)
    if sum(most) <= width:
        return [each + (width - sum(most)) / columns for each in most]
    if sum(least) >= width:
        return [each * width / sum(least) for each in least]
    slack = (width - sum(least)) / (sum(most) - sum(least))
    return [low + (high - low) * slack for low, high in zip(least, most, strict=True)]


def _measure(parts: tuple[Part, ...], style: Style) -> tuple[float, float]:
    """The width of the longest word, and of all on one line."""
    each = [word.width for word in words(parts, style)]
    return max(each, default=0.0), sum(each) + 0.28 * style.size * max(len(each) - 1, 0)


def _row_piece(row: Row, widths: Sequence[float], align: str, padding: float, fill: str = "") -> Piece:
    cells = [
        _cut(lines(parts, style, max(width - 2 * padding, 1.0)), style)
        for (parts, style), width in zip(row.cells, widths, strict=True)
    ]
    heights = [sum(line.height for line in cell) for cell in cells]
    height = max(heights, default=0.0) + 2 * ABOVE
    total = sum(widths)

    def draw(pen: Pen, x: float, top: float) -> None:
        if fill:
            pen.rect(x, top - height, total, height, fill=fill)
        pen.line(x, top - height, x + total, top - height, color=RULE, width=0.5)
        left = x
        for cell, tall, side, width in zip(cells, heights, align, widths, strict=True):
            down = top - (height - tall) / 2
            for line in cell:
                spare = width - 2 * padding - line.width
                shift = spare if side == "r" else spare / 2 if side == "c" else 0.0
                line.draw(pen, left + padding + shift, down)
                down -= line.height
            left += width

    return Piece(height, draw)


def _cut(cell: tuple[Line, ...], style: Style) -> tuple[Line, ...]:
    return cell if len(cell) <= MOST_LINES else cell[: MOST_LINES - 1] + lines([Run("…")], style, 100)
