"""Tables: cells broken into lines, columns as wide as they need, the header again on every page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from grader.drawing import BLUE, GREEN, GREY, INK, ORANGE, RED, Math
from grader.pages.blocks import AnswerBox, Bar, Cell, Marked, Table, Text
from grader.pages.letters.cleaning import LONGEST_NAME, clean, minus
from grader.pages.markdown import InlineFormula, Part, Run, one_paragraph
from grader.pages.paper.pen import Pen
from grader.pages.paper.pieces import Piece, line_pieces
from grader.pages.paper.text import BODY, NOTE, Line, Style, lines, plain_lines, words

TONES = {"good": GREEN, "bad": RED, "warn": ORANGE, "muted": GREY}
HEADER_FILL, RULE = "#e9eff6", "#c9d3df"
ABOVE = 2.5
MOST_LINES = 40
"""A cell is cut after these lines: a row must fit on a page."""
WIDEST_WORD, WIDEST_TEXT = 90.0, 240.0
"""A column asks for no more than this to keep a word, or a text, on one line."""
LEAST_BOX, BOX_HEIGHT = 24.0, 17.0
BOX_EDGE, BOX_FILL, BOX_NAME = "#9fb3c8", "#fbfdff", Style("sans", 5.0, 5.8, BLUE)
LEAST_TRACK, MOST_TRACK, BAR_TEXT = 40.0, 110.0, 42.0
TRACK, FILLED = "#e9eef4", "#4f86bd"


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
class Content:
    """What stands in a cell; a `box` is drawn around an answer's name, a `bar` filled to a share before its text."""

    parts: tuple[Part, ...]
    style: Style
    box: bool = False
    bar: float | None = None


def _content(cell: Cell, style: Style) -> Content:
    match cell:
        case Math(latex):
            return Content((InlineFormula(latex),), style)
        case Text(markdown):
            return Content(one_paragraph(markdown).parts, style)
        case Marked(text, tone):
            return Content((Run(clean(text)),), replace(style, color=TONES[tone], bold=True))
        case AnswerBox(name, short=short):
            return Content((Run(clean(short or name, LONGEST_NAME)),), BOX_NAME, box=True)
        case Bar(share, text):
            return Content((Run(clean(text, 40)),), replace(style, bold=True), bar=min(max(share, 0.0), 1.0))
        case _:
            return Content((Run(minus(clean(cell))),), style)


def least_width(table: Table) -> float:
    """What a table needs so that no word breaks."""
    looks = SMALLER if table.small else NORMAL
    return sum(_needs(_rows(table), table.shape[0], looks.padding)[0])


def _rows(table: Table) -> list[list[Content]]:
    """The header and the rows."""
    looks = SMALLER if table.small else NORMAL
    first = looks.first if table.row_headers else looks.body
    return [_row(table.header, looks.head, looks.head), *(_row(cells, first, looks.body) for cells in table.rows)]


def table_pieces(table: Table, width: float) -> Iterator[Piece]:
    columns, align = table.shape
    looks = SMALLER if table.small else NORMAL
    head, *rows = _rows(table)
    if table.widths:
        widths = [width * share / sum(table.widths) for share in table.widths]
    else:
        widths = _widths([head, *rows], columns, looks.padding, width)
    if table.caption:
        yield from line_pieces(plain_lines(table.caption, NOTE, width), before=6, with_next=True)
    header = _row_piece(head, widths, align, looks.padding, fill=HEADER_FILL) if table.header else None
    if header:
        yield replace(header, before=3 if table.caption else 5, with_next=True)
    for row in rows:
        yield replace(_row_piece(row, widths, align, looks.padding), head=header)


def _row(cells: Sequence[Cell], first: Style, rest: Style) -> list[Content]:
    return [_content(cell, rest if nth else first) for nth, cell in enumerate(cells)]


def _widths(rows: Sequence[Sequence[Content]], columns: int, padding: float, width: float) -> list[float]:
    """Each column at least as wide as its longest word, and the rest as their texts are long."""
    least, most = _needs(rows, columns, padding)
    if sum(most) <= width:
        return [each + (width - sum(most)) / columns for each in most]
    if sum(least) >= width:
        return [each * width / sum(least) for each in least]
    slack = (width - sum(least)) / (sum(most) - sum(least))
    return [low + (high - low) * slack for low, high in zip(least, most, strict=True)]


def _needs(rows: Sequence[Sequence[Content]], columns: int, padding: float) -> tuple[list[float], list[float]]:
    """For each column what its longest word needs, and what its texts need on one line."""
    least, most = [2 * padding] * columns, [2 * padding] * columns
    boxes = any(content.box for row in rows for content in row)
    for row in rows:
        for column, content in enumerate(row):
            longest, whole = _measure(content)
            if column == 0 and boxes:  # labels of boxes stay on one line: a row of boxes is low
                longest = whole
            least[column] = max(least[column], min(longest, WIDEST_WORD) + 2 * padding + 0.1)
            most[column] = max(most[column], min(whole, WIDEST_TEXT) + 2 * padding + 0.1)
    return least, most


@lru_cache(maxsize=4096)
def _measure(content: Content) -> tuple[float, float]:
    """The width of the longest word, and of all on one line."""
    each = [word.width for word in words(content.parts, content.style)]
    if content.box:
        return LEAST_BOX, 2 * LEAST_BOX
    if content.bar is not None:
        return LEAST_TRACK + BAR_TEXT, MOST_TRACK + BAR_TEXT
    return max(each, default=0.0), sum(each) + 0.28 * content.style.size * max(len(each) - 1, 0)


def _row_piece(row: Sequence[Content], widths: Sequence[float], align: str, padding: float, fill: str = "") -> Piece:
    cells = [
        _cell_lines(content, width - (9 if content.box else 2 * padding))
        for content, width in zip(row, widths, strict=True)
    ]
    heights = [sum(line.height for line in cell) for cell in cells]
    height = max(BOX_HEIGHT if any(content.box for content in row) else 0.0, *heights, 0.0) + 2 * ABOVE
    total = sum(widths)

    def draw(pen: Pen, x: float, top: float) -> None:
        if fill:
            pen.rect(x, top - height, total, height, fill=fill)
        pen.line(x, top - height, x + total, top - height, color=RULE, width=0.5)
        left = x
        for content, cell, side, width in zip(row, cells, align, widths, strict=True):
            if content.box:
                pen.rect(left + 2, top - height + 2, width - 4, height - 4, fill=BOX_FILL, stroke=BOX_EDGE, radius=2)
                _stand(pen, cell, left + 4.5, top - 3, width=width)
            else:
                spare = height - sum(line.height for line in cell)
                inside = width - 2 * padding
                if content.bar is not None:
                    _bar(pen, content.bar, left + padding, top - height / 2, inside - BAR_TEXT)
                _stand(
                    pen, cell, left + padding, top - spare / 2, width=inside, side=side if content.bar is None else "r"
                )
            left += width

    return Piece(height, draw)


def _bar(pen: Pen, share: float, x: float, middle: float, width: float) -> None:
    pen.rect(x, middle - 3.5, width, 7, fill=TRACK)
    pen.rect(x, middle - 3.5, width * share, 7, fill=FILLED)


def _stand(pen: Pen, cell: Sequence[Line], x: float, top: float, *, width: float, side: str = "l") -> None:
    for line in cell:
        spare = width - line.width
        line.draw(pen, x + (spare if side == "r" else spare / 2 if side == "c" else 0.0), top)
        top -= line.height


@lru_cache(maxsize=4096)
def _cell_lines(content: Content, width: float) -> tuple[Line, ...]:
    return _cut(lines(content.parts, content.style, max(width, 1.0)))


def _cut(cell: tuple[Line, ...]) -> tuple[Line, ...]:
    return cell if len(cell) <= MOST_LINES else cell[: MOST_LINES - 1] + lines([Run("…")], BODY, LEAST_BOX)
