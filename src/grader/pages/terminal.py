"""The blocks of a question and of its solution as lines of text, for the terminal."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterator, Sequence

from grader.drawing import Math
from grader.pages.blocks import Around, Block, Cell, Givens, Keep, Marked, Plain, Table, Text, Value, Worked, Working
from grader.pages.markdown import DisplayFormula, InlineFormula, Paragraph, Run, parse
from grader.pages.maths.plain import plain

WIDTH = 100
GAP = "   "
NARROWEST = 30
"""A last column with less room than this begins below its row."""
TIED = 30
"""A formula of so many letters is not broken over two lines."""


def lines(block: Block) -> Iterator[str]:
    """A block's lines, at most WIDTH letters wide where words allow it. Drawings are left out."""
    match block:
        case Text():
            yield from _wording(block.markdown)
        case Plain():
            yield from textwrap.wrap(block.text, WIDTH)
        case Givens():
            yield from _givens(block)
        case Table():
            rows = [[_cell(cell) for cell in row] for row in (block.header, *block.rows)]
            yield from columns(rows)
        case Worked():
            yield from _worked(block)
        case Keep() | Around():
            yield from stacked(block.blocks)


def stacked(blocks: Sequence[Block]) -> Iterator[str]:
    """Blocks one below the other, with an empty line between them."""
    written = [text for text in (list(lines(block)) for block in blocks) if text]
    for k, text in enumerate(written):
        yield from ["", *text] if k else text


def columns(rows: Sequence[Sequence[str]], indent: str = "  ") -> Iterator[str]:
    """Rows with their cells below each other; the last cell is broken into lines that fit, below if need be."""
    widths = [max(map(_width, cells)) for cells in zip(*rows, strict=True)]
    kept = [n for n, width in enumerate(widths) if width]
    for row in rows:
        start = indent + "".join(row[n] + " " * (widths[n] + 2 - _width(row[n])) for n in kept[:-1])
        last = row[kept[-1]] if kept else ""
        if len(start) + min(_width(last), NARROWEST) > WIDTH:
            yield start.rstrip()
            start = indent * 2
        yield from wrapped(last, start, " " * len(start))


def _width(text: str) -> int:
    """Letters as they are seen: an accent stands above its letter."""
    return sum(not unicodedata.combining(letter) for letter in text)


def wrapped(text: str, first: str = "", rest: str = "") -> list[str]:
    """Text broken into lines, of which the first begins with `first` and the others with `rest`."""
    broken = textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )
    return [line.replace("\u00a0", " ") for line in broken] or [first.rstrip()]


def _wording(markdown: str) -> Iterator[str]:
    for k, piece in enumerate(parse(markdown)):
        if k:
            yield ""
        if isinstance(piece, DisplayFormula):
            yield from flowing([plain(part) for part in piece.separate], "    ")
        else:
            yield from wrapped(_sentence(piece), "- " if piece.bullet else "", "  " if piece.bullet else "")


def _sentence(paragraph: Paragraph) -> str:
    return "".join(_part(part) for part in paragraph.parts)


def _part(part: object) -> str:
    if isinstance(part, InlineFormula):
        text = plain(part.latex)
        return text.replace(" ", "\u00a0") if len(text) <= TIED else text
    return part.text if isinstance(part, Run) else " "


def flowing(pieces: Sequence[str], indent: str = "  ") -> Iterator[str]:
    """Short pieces, as many on a line as fit."""
    line = ""
    for piece in pieces:
        if line and len(indent) + len(line) + len(GAP) + len(piece) > WIDTH:
            yield indent + line
            line = ""
        line += (GAP if line else "") + piece
        if len(indent) + len(line) > WIDTH:
            yield from wrapped(line, indent, indent + "    ")
            line = ""
    if line:
        yield indent + line


def _givens(block: Givens) -> Iterator[str]:
    short: list[str] = []
    for item in block.items:
        whole = list(_equation(f"{plain(item.symbol)} = ", item.value))
        if len(whole) == 1:
            short.append(whole[0])
        else:
            yield from flowing(short)
            short = []
            yield from (f"  {line}" for line in whole)
    yield from flowing(short)


def _equation(start: str, value: Value) -> Iterator[str]:
    """`start` and a value: a number, a vector in one line, a matrix row by row."""
    rest = " " * len(start)
    for k, row in enumerate(_rows(value)):
        yield from wrapped(row, rest if k else start, rest)


def _rows(value: Value) -> list[str]:
    if isinstance(value, str):
        return [_signed(value)]
    flat = [_signed(item) for item in value if isinstance(item, str)]
    if flat:
        return [f"({', '.join(flat)})"]
    rows = [tuple(map(_signed, row)) for row in value if not isinstance(row, str)]
    widest = max((len(entry) for row in rows for entry in row), default=0)
    return [f"[ {'  '.join(entry.rjust(widest) for entry in row)} ]" for row in rows]


def _signed(number: str) -> str:
    """With the minus sign that formulas have."""
    return re.sub(r"^-(?=[\d.])", "−", number)


def _worked(block: Worked) -> Iterator[str]:
    width = max((len(step.name) for step in block.steps), default=0)
    for step in block.steps:
        yield from _step(step, f"  {step.name:<{width}}  ")


def _step(step: Working, margin: str) -> Iterator[str]:
    """A step in one line where it has room, else its value below its formula."""
    left, formula = plain(step.symbol), plain(step.how)
    formula = "" if formula == left else formula
    value = _rows(step.value)
    if step.choice:
        reason = f", from {formula}" if formula else ""
        yield from wrapped(" ".join(value) + reason, f"{margin}{left}: ", " " * len(margin))
        return
    whole = f"{margin}{left} = {formula}"
    if len(value) == 1 and _bare(value[0]) in {"", _bare(formula)}:
        yield from wrapped(f"= {formula}", f"{margin}{left} ", " " * (len(margin) + len(left) + 3))
    elif not formula:
        yield from _equation(f"{margin}{left} = ", step.value)
    elif len(value) == 1 and len(whole) + 3 + len(value[0]) <= WIDTH:
        yield f"{whole} = {value[0]}"
    else:
        inside = " " * (len(margin) + len(left) + 1)
        yield from wrapped(f"= {formula}", f"{margin}{left} ", f"{inside}  ")
        yield from _equation(f"{inside}= ", step.value)


def _bare(formula: str) -> str:
    """A formula without what may be written or left out: the value of a step can be its formula itself."""
    return re.sub(r"[\s*·^]", "", unicodedata.normalize("NFKC", formula).replace("−", "-"))


def _cell(cell: Cell) -> str:
    match cell:
        case str():
            return cell
        case Math():
            return plain(cell.latex)
        case Text():
            return " ".join(_wording(cell.markdown))
        case Marked():
            return cell.text
    return "____"
