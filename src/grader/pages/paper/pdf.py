"""Documents → PDF."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO

from grader.drawing import BLUE, GREY, RED
from grader.pages.blocks import Document
from grader.pages.letters.cleaning import LONGEST_NAME, clean, fitted
from grader.pages.letters.fonts import width as text_width
from grader.pages.markdown import Run
from grader.pages.paper.cards import RULE
from grader.pages.paper.flow import pieces
from grader.pages.paper.pdf_file import Bookmark, PdfFile, Typeset
from grader.pages.paper.pen import Pen
from grader.pages.paper.pieces import Piece, Placed, line_pieces, paginate
from grader.pages.paper.text import Style, plain_lines, set_words, words

WIDTH, HEIGHT = 595.28, 841.89
"""A4."""
MARGIN, TOP, BOTTOM = 54.0, 42.0, 46.0
ABOVE_BOOKMARK = 8.0
COMPRESSION = 4
"""zlib's usual 6 takes twice as long and saves a fourteenth of a page."""
LINE = WIDTH - 2 * MARGIN
KICKER = Style("sans", 8.4, 12.0, BLUE, bold=True)
SLATE = "#4a5866"
TITLE = Style("sans", 21.0, 26.0)
LONG_TITLE = Style("sans", 15.0, 19.0)


def pdf_bytes(document: Document) -> bytes:
    """One document as a PDF of its own: the same bytes for the same document, wherever it is made."""
    return one_file(typeset(document))


def one_file(document: Typeset) -> bytes:
    stream = BytesIO()
    file = PdfFile(stream)
    file.add(document)
    file.close()
    return stream.getvalue()


def typeset(document: Document) -> Typeset:
    """Lay a document out, to be written into a file of its own and into collections; it counts its own pages."""
    return _Typesetter(document).typeset()


class _Typesetter:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.pen = Pen()
        self.bookmarks: list[Bookmark] = []

    def typeset(self) -> Typeset:
        document = self.document
        pages = paginate([*_title(document), *pieces(document.blocks, LINE)], HEIGHT - TOP - BOTTOM)
        return Typeset(
            title=" · ".join(filter(None, (clean(document.title), clean(document.subtitle)))),
            language=document.language,
            width=WIDTH,
            height=HEIGHT,
            pages=tuple(self.page(number, page, len(pages)) for number, page in enumerate(pages, start=1)),
            glyphs=dict(self.pen.used),
            bookmarks=tuple(self.bookmarks),
        )

    def page(self, number: int, placed: Sequence[Placed], count: int) -> bytes:
        """A page's operators, compressed."""
        self.frame(self.document, number, count)
        top = HEIGHT - TOP
        for down, piece in placed:
            if piece.bookmark:
                level, text = piece.bookmark
                self.bookmarks.append(Bookmark(number - 1, level, text, top - down + ABOVE_BOOKMARK))
            piece.draw(self.pen, MARGIN, top - down)
        return zlib.compress(self.pen.end_page(), COMPRESSION)

    def frame(self, document: Document, number: int, count: int) -> None:
        """What every page has: the band, the running head, the foot."""
        pen = self.pen
        pen.rect(0, HEIGHT - 7, WIDTH, 7, fill=BLUE)
        if number > 1:
            running = fitted(clean(document.running, LONGEST_NAME), LINE / 2 - 38)
            title = fitted(clean(document.title, LONGEST_NAME), LINE / 2 - 38, 8, "sans-bold")
            pen.text("sans-bold", 8, MARGIN, HEIGHT - 29, title, color=BLUE)
            pen.text_right("sans", 8, WIDTH - MARGIN, HEIGHT - 29, running, color=GREY)
        if document.draft:
            x = WIDTH / 2 - 30
            pen.rect(x, HEIGHT - 34, 60, 17, stroke=RED, line_width=1.2, radius=3)
            pen.text_centred("sans-bold", 11, WIDTH / 2, HEIGHT - 29.5, "DRAFT", color=RED)
        pen.line(MARGIN, 40, WIDTH - MARGIN, 40, color=RULE, width=0.6)
        pages = f"Page {number} of {count}"
        footer = fitted(clean(document.footer), LINE - text_width("sans-bold", pages, 7.4) - 14, 7.4)
        pen.text("sans", 7.4, MARGIN, 29, footer, color=GREY)
        pen.text_right("sans-bold", 7.4, WIDTH - MARGIN, 29, pages, color=GREY)


def _title(document: Document) -> Iterator[Piece]:
    """The title, in bold, and the subtitle, in one line if they fit."""
    if document.kicker:
        yield from line_pieces(plain_lines(document.kicker, KICKER, LINE), before=0)
    title, subtitle = clean(document.title, LONGEST_NAME), clean(document.subtitle, LONGEST_NAME)
    whole = text_width("sans-bold", title, TITLE.size) + text_width("sans", " " + subtitle, TITLE.size)
    style = TITLE if whole < LINE * 1.5 else LONG_TITLE
    both = (*words([Run(title, bold=True)], style), *words([Run(subtitle)], replace(style, color=SLATE)))
    yield from line_pieces(set_words(both, style, LINE), before=2)
