"""Facts in a line, numbers on cards, and tinted panels → pieces of a PDF page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.drawing import GREY, PALE
from grader.pages.blocks import Facts, Panel, Stats
from grader.pages.letters.cleaning import LONGEST_NAME, clean, fitted
from grader.pages.letters.fonts import width as text_width
from grader.pages.markdown import Paragraph, Run, parse
from grader.pages.paper.givens import EDGE
from grader.pages.paper.pen import Pen
from grader.pages.paper.pieces import Piece, line_pieces, stack
from grader.pages.paper.text import SMALL, Line, Style, paragraph_lines, plain_lines, set_words, words

RULE = "#d5dee8"
CARD_GAP, NOTE, LEAST_NOTE = 7.0, 7.0, 5.6


def fact_pieces(block: Facts, width: float) -> Iterator[Piece]:
    items = [(clean(label, 40), clean(value, LONGEST_NAME)) for label, value in block.items]
    wants = [
        max(text_width("sans", label.upper(), 7), text_width("sans-bold", value, 9.4)) + 22 for label, value in items
    ]
    rooms = shared(wants, width)

    def draw(pen: Pen, x: float, top: float) -> None:
        pen.line(x, top, x + width, top, color=RULE, width=0.7)
        left = x
        for (label, value), room in zip(items, rooms, strict=True):
            pen.text("sans", 7, left, top - 11, fitted(label.upper(), room - 4, 7), color=GREY)
            pen.text("sans-bold", 9.4, left, top - 23, fitted(value, room - 4, 9.4, "sans-bold"))
            left += room

    yield Piece(28, draw, before=6)


def shared(wants: Sequence[float], width: float) -> list[float]:
    """Room for each: the longest give way first.

    >>> shared([300, 60, 40], 200)
    [100.0, 60, 40]
    """
    rooms, left = [0.0] * len(wants), width
    for nth, place in enumerate(sorted(range(len(wants)), key=wants.__getitem__)):
        rooms[place] = min(wants[place], left / (len(wants) - nth))
        left -= rooms[place]
    return rooms


def stat_pieces(block: Stats, width: float) -> Iterator[Piece]:
    per_row = min(len(block.items), 6) or 1
    each = (width - CARD_GAP * (per_row - 1)) / per_row
    for start in range(0, len(block.items), per_row):
        yield _cards(block.items[start : start + per_row], each)


def _cards(items: tuple[tuple[str, str, str], ...], each: float) -> Piece:
    def draw(pen: Pen, x: float, top: float) -> None:
        for nth, (label, value, note) in enumerate(items):
            left = x + nth * (each + CARD_GAP)
            pen.rect(left, top - 50, each, 50, fill=PALE, stroke=EDGE, radius=4)
            room = each - 12
            pen.text("sans", 8, left + 7, top - 13, fitted(clean(label, 60), room), color="#3b4a5a")
            pen.text("sans-bold", 16, left + 7, top - 31, fitted(clean(value, 60), room, 16, "sans-bold"))
            size = _whole(clean(note, 60), room)
            pen.text("sans", size, left + 7, top - 43, fitted(clean(note, 60), room, size), color=GREY)

    return Piece(50, draw, before=8)


def _whole(text: str, room: float) -> float:
    """A size at which all of the text has room, as long as it can be read."""
    return max(LEAST_NOTE, min(NOTE, 0.999 * NOTE * room / (text_width("sans", text, NOTE) or room)))


PAD, FRAME_GAP = 9.0, 12.0
PANEL_TITLE = Style("sans", 9.4, 13.0, bold=True)
FILE_LINE = Style("sans", 7.6, 10.0)


def panel_pieces(block: Panel, width: float) -> Iterator[Piece]:
    """One box that does not break: the title and the wording, the file's lines in a frame at the right."""
    lines = [set_words(words([Run(clean(line), code=True)], FILE_LINE), FILE_LINE, width) for line in block.lines]
    listing = [line for each in lines for line in each]
    framed = max((line.width for line in listing), default=-FRAME_GAP - 2 * PAD) + 2 * PAD
    room = width - 2 * PAD - (framed + FRAME_GAP if listing else 0.0)
    prose = [*line_pieces(plain_lines(block.title, PANEL_TITLE, room), before=0)]
    for parsed in parse(block.markdown):
        if isinstance(parsed, Paragraph):
            prose += line_pieces(paragraph_lines(parsed, SMALL, room), before=2.5)
    text = stack(prose)
    height = max(text.height, sum(line.height for line in listing) + 8 + (10 if block.file else 0)) + 2 * PAD - 4

    def draw(pen: Pen, x: float, top: float) -> None:
        pen.rect(x, top - height, width, height, fill=PALE, stroke=EDGE, radius=4)
        text.draw(pen, x + PAD, top - PAD + 2)
        if listing:
            _listing(
                pen, listing, block.file, (x + width - framed - PAD + 2, top - PAD + 3, framed, height - 2 * PAD + 6)
            )

    yield Piece(height, draw, before=7)


def _listing(pen: Pen, listing: Sequence[Line], file: str, frame: tuple[float, float, float, float]) -> None:
    x, top, width, height = frame
    pen.rect(x, top - height, width, height, fill="#ffffff", stroke=EDGE, radius=3)
    down = top - 4
    if file:
        pen.text_right("sans", 6.4, x + width - 5, top - 9, fitted(clean(file), width - 10, 6.4), color=GREY)
        down -= 8
    for line in listing:
        line.draw(pen, x + PAD, down)
        down -= line.height
