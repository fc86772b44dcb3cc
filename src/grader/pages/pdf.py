"""Documents → PDF."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from io import BytesIO

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from grader.drawing import BLUE, GREY, RED
from grader.pages.blocks import Document
from grader.pages.cards import RULE
from grader.pages.flow import pieces
from grader.pages.fonts import face
from grader.pages.fonts import width as text_width
from grader.pages.markdown import Run
from grader.pages.pen import Pen
from grader.pages.pieces import Piece, line_pieces, paginate
from grader.pages.text import LONGEST_NAME, Style, clean, fitted, plain_lines, set_words, words

WIDTH, HEIGHT = 595.28, 841.89
"""A4."""
MARGIN, TOP, BOTTOM = 54.0, 43.0, 48.0
LINE = WIDTH - 2 * MARGIN
KICKER = Style("sans", 8.4, 12.0, BLUE, bold=True)
SLATE = "#4a5866"
TITLE = Style("sans", 21.0, 26.0)
LONG_TITLE = Style("sans", 15.0, 19.0)


def pdf_bytes(document: Document) -> bytes:
    """One document as a PDF of its own: the same bytes for the same document, wherever it is made."""
    return _write([document], [])


def pdf_merged(documents: Iterable[Document], outline: Sequence[str]) -> bytes:
    """Documents in one file, named in its bookmarks by `outline`; each counts its own pages."""
    return _write(documents, outline)


def _write(documents: Iterable[Document], outline: Sequence[str]) -> bytes:
    file, writer = BytesIO(), None
    for nth, document in enumerate(documents):
        writer = writer or _Writer(file, document)
        writer.add(document, outline[nth] if nth < len(outline) else "")
    if writer is None:
        raise ValueError("A file of pages needs at least one document")
    writer.close()
    return file.getvalue()


class _Writer:
    """One PDF file; its title and language are the first document's."""

    def __init__(self, file: BytesIO, document: Document) -> None:
        face("sans")  # reportlab looks its first font up by name, and would embed a Helvetica otherwise
        rl_config.useA85 = rl_config.pdfComments = rl_config.pdfMultiLine = 0  # a person's settings change no byte
        self.canvas = Canvas(
            file, pagesize=(WIDTH, HEIGHT), bottomup=1, pageCompression=1, invariant=1, verbosity=0,
            initialFontName="sans", lang=document.language, enforceColorSpace="rgb",
        )  # fmt: skip
        self.canvas.setTitle(" · ".join(filter(None, (clean(document.title), clean(document.subtitle)))))
        self.canvas.setCreator("grader")
        self.canvas.setProducer("grader")
        self.pen = Pen(self.canvas)
        self.bookmarks = 0

    def add(self, document: Document, outline: str) -> None:
        self.level = 0 if outline else -1
        if outline:
            self.bookmark(clean(outline, LONGEST_NAME), 0, HEIGHT)
        pages = paginate([*_title(document), *pieces(document.blocks, LINE)], HEIGHT - TOP - BOTTOM)
        for number, page in enumerate(pages, start=1):
            self.frame(document, number, len(pages))
            top = HEIGHT - TOP
            for down, piece in page:
                if piece.bookmark:
                    level, text = piece.bookmark
                    self.bookmark(text, min(level - (0 if outline else 1), self.level + 1), top - down)
                piece.draw(self.pen, MARGIN, top - down)
            self.canvas.showPage()

    def bookmark(self, text: str, level: int, top: float) -> None:
        """The outline's levels may go down by one at a time only."""
        key = f"b{self.bookmarks}"
        self.bookmarks += 1
        self.level = level
        self.canvas.bookmarkHorizontal(key, 0, top + 8)
        self.canvas.addOutlineEntry(text or "…", key, level)

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

    def close(self) -> None:
        self.pen.embed_fonts()
        if self.bookmarks:
            self.canvas.showOutline()
        self.canvas.save()


def _title(document: Document) -> Iterator[Piece]:
    """The title, in bold, and the subtitle, in one line if they fit."""
    if document.kicker:
        yield from line_pieces(plain_lines(document.kicker, KICKER, LINE), before=0)
    title, subtitle = clean(document.title, LONGEST_NAME), clean(document.subtitle, LONGEST_NAME)
    whole = text_width("sans-bold", title, TITLE.size) + text_width("sans", " " + subtitle, TITLE.size)
    style = TITLE if whole < LINE * 1.5 else LONG_TITLE
    both = (*words([Run(title, bold=True)], style), *words([Run(subtitle)], replace(style, color=SLATE)))
    yield from line_pieces(set_words(both, style, LINE), before=2)
