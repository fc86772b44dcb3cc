"""Where a document's words and formulas stand on its pages, to find what overlaps or leaves the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grader.drawing import INK
from grader.pages.blocks import Document
from grader.pages.letters.fonts import width
from grader.pages.maths.formula import Formula
from grader.pages.paper.flow import pieces
from grader.pages.paper.pdf import BOTTOM, HEIGHT, LINE, MARGIN, TOP, WIDTH
from grader.pages.paper.pen import Pen
from grader.pages.paper.pieces import paginate


@dataclass(frozen=True)
class Mark:
    """A piece of text or a formula and the rectangle of its ink, in the page's coordinates."""

    page: int
    what: str
    left: float
    low: float
    right: float
    high: float

    def meets(self, other: Mark) -> bool:
        """By more than what letters may lean over."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.high, other.high) - max(self.low, other.low)
        return self.page == other.page and across > 0.6 and down > 0.6


class Recorder(Pen):
    """A pen that also remembers where it wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.page = 0
        self.marks: list[Mark] = []

    def text(self, name: str, size: float, x: float, y: float, text: str, *, color: str = INK) -> None:
        super().text(name, size, x, y, text, color=color)
        if text.strip():
            right = x + width(name, text, size)
            self.marks.append(Mark(self.page, text, x, y - 0.1 * size, right, y + 0.6 * size))

    def formula(self, formula: Formula, x: float, y: float, color: str = INK) -> None:
        super().formula(formula, x, y, color)
        self.marks.append(Mark(self.page, "a formula", x, y - formula.depth, x + formula.width, y + formula.height))


def marks(document: Document) -> list[Mark]:
    """Everything written in the document's blocks."""
    pen = Recorder()
    for number, page in enumerate(paginate(pieces(document.blocks, LINE), HEIGHT - TOP - BOTTOM), start=1):
        pen.page = number
        for down, piece in page:
            piece.draw(pen, MARGIN, HEIGHT - TOP - down)
    return pen.marks


def outside(found: list[Mark]) -> list[Mark]:
    """What reaches over the margins."""
    return [
        mark
        for mark in found
        if mark.left < MARGIN - 0.6
        or mark.right > WIDTH - MARGIN + 0.6
        or mark.low < BOTTOM - 2
        or mark.high > HEIGHT - TOP + 3
    ]


def overlaps(found: list[Mark]) -> list[tuple[str, str]]:
    """Pairs of neighbours that are written over each other."""
    pages: dict[int, list[Any]] = {}
    for mark in found:
        pages.setdefault(mark.page, []).append(mark)
    return [
        (mark.what, other.what)
        for each in pages.values()
        for nth, mark in enumerate(each)
        for other in each[nth + 1 :]
        if mark.meets(other)
    ]
