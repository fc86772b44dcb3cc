"""Pieces that never break, and their flow over pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from grader.pages.paper.pen import Pen
from grader.pages.paper.text import Line

Draw = Callable[[Pen, float, float], None]
"""Draws at (x, top): the left end and the upper edge, in the page's coordinates."""


@dataclass(frozen=True)
class Piece:
    """`before`: space above, except at the head of a page. `with_next`: no page ends after it.

    `head`: a piece to be repeated above this one where it opens a page (a table's header). `bookmark`: level
    and title.
    """

    height: float
    draw: Draw
    before: float = 0.0
    with_next: bool = False
    head: Piece | None = None
    bookmark: tuple[int, str] | None = None


def line_pieces(
    lines: Sequence[Line], *, before: float, indent: float = 0.0, with_next: bool = False
) -> Iterator[Piece]:
    """The lines of a paragraph; neither its first nor its last line stands alone on a page."""
    last = len(lines) - 1
    for nth, line in enumerate(lines):
        yield Piece(
            line.height,
            lambda pen, x, top, line=line: line.draw(pen, x + indent, top),  # type: ignore[misc]
            before=0.0 if nth else before,
            with_next=(nth in (0, last - 1) and last > 0) or with_next,
        )


def together(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The same pieces, kept on one page if one page can hold them."""
    for piece in pieces[:-1]:
        yield replace(piece, with_next=True)
    yield from pieces[-1:]


def stack(pieces: Sequence[Piece]) -> Piece:
    """Pieces one below the other as one that cannot break."""
    placed: list[tuple[float, Piece]] = []
    depth = 0.0
    for nth, piece in enumerate(pieces):
        depth += piece.before if nth else 0.0
        placed.append((depth, piece))
        depth += piece.height

    def draw(pen: Pen, x: float, top: float) -> None:
        for down, piece in placed:
            piece.draw(pen, x, top - down)

    return Piece(depth, draw, before=pieces[0].before if pieces else 0.0)


Placed = tuple[float, Piece]
"""How far below the page's upper edge of text a piece starts, and the piece."""


def paginate(pieces: Iterable[Piece], room: float) -> list[list[Placed]]:
    """Pieces on pages whose text is `room` high; there is always a page."""
    pages: list[list[Placed]] = [[]]
    down = 0.0
    for chain in _chains(pieces):
        whole = sum(piece.height + piece.before for piece in chain)
        if pages[-1] and down + whole > room and whole <= room:
            pages.append([])
            down = 0.0
        for piece in chain:
            if pages[-1] and down + piece.before + piece.height > room:
                pages.append([])
                down = 0.0
            if not pages[-1] and piece.head:
                pages[-1].append((0.0, piece.head))
                down = piece.head.height
            down += piece.before if pages[-1] else 0.0
            pages[-1].append((down, piece))
            down += piece.height
    return pages


def _chains(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Runs of pieces that want to stay together."""
    chain: list[Piece] = []
    for piece in pieces:
        chain.append(piece)
        if not piece.with_next:
            yield chain
            chain = []
    if chain:
        yield chain
