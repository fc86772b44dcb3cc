"""Texts, formulas and numbers as HTML: what the blocks of a page are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape
from itertools import groupby
from unicodedata import bidirectional

from grader.drawing import Drawing
from grader.pages.blocks import Formulas, Given, Givens, Text
from grader.pages.letters.cleaning import LONGEST_NAME, clean
from grader.pages.markdown import Break, DisplayFormula, InlineFormula, Paragraph, Part, parse
from grader.pages.maths.mathml import mathml
from grader.pages.screen.svg import svg

SCROLLS = 'tabindex="0" data-scrolls="" role="group"'
"""What may be wider than a small screen scrolls by itself, and is reached with the keyboard."""
FORMULA, TAGS = re.compile("<math.*?</math>"), re.compile("<[^>]*>")


def safe(text: str) -> str:
    return _sided(clean(text))


def short(text: str) -> str:
    return _sided(clean(text, LONGEST_NAME))


def attribute(text: str) -> str:
    """A text inside an attribute's quotes."""
    return escape(clean(text, LONGEST_NAME))


def _sided(text: str) -> str:
    """Text from right to left keeps its neighbours' order: `Student: name, 7 points`."""
    if not text.isascii() and any(bidirectional(character) in ("R", "AL") for character in text):
        return f"<bdi>{escape(text)}</bdi>"
    return escape(text)


def inline(parts: Iterable[Part]) -> str:
    return "".join(map(_part, parts))


def _part(part: Part) -> str:
    if isinstance(part, InlineFormula):
        return mathml(part.latex)
    if isinstance(part, Break):
        return "<br/>"
    text = escape(part.text)
    for tag, wanted in (("code", part.code), ("em", part.italic), ("strong", part.bold)):
        text = f"<{tag}>{text}</{tag}>" if wanted else text
    return text


def head_cell(inside: str) -> str:
    """A header cell's content; a formula alone gets its characters as its name, for readers that skip formulas."""
    if "<math" not in inside or TAGS.sub("", FORMULA.sub("", inside)).strip():
        return inside
    name = TAGS.sub("", inside).strip().replace('"', "&quot;")
    return inside.replace("<math", f'<math aria-label="{name}"', 1)


@lru_cache(maxsize=2048)
def wording(block: Text) -> str:
    out = []
    for bullet, group in groupby(parse(block.markdown), lambda p: isinstance(p, Paragraph) and p.bullet):
        items = [_paragraph(parsed) for parsed in group]
        out.append("<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>" if bullet else "".join(items))
    return "\n".join(out)


def _paragraph(parsed: Paragraph | DisplayFormula) -> str:
    if isinstance(parsed, DisplayFormula):
        return formulas(Formulas(parsed.separate))
    return inline(parsed.parts) if parsed.bullet else f"<p>{inline(parsed.parts)}</p>"


def formulas(block: Formulas) -> str:
    inside = " ".join(mathml(latex, display=True) for latex in block.latex)
    return f'<div class="display" {SCROLLS} aria-label="Formulas">{inside}</div>'


def givens(block: Givens) -> str:
    inside = " ".join(f"<span>{_given(given)}</span>" for given in block.items)
    return f'<div class="givens" {SCROLLS} aria-label="Given numbers">{inside}</div>'


def _given(given: Given) -> str:
    """One formula: the symbol, and its value as a number or a bracketed table."""
    inside = f"<mn>{short(given.value)}</mn>" if isinstance(given.value, str) else matrix(given.value)
    return mathml(f"{given.symbol} =").replace("</math>", f'<mspace width=".28em"/>{inside}</math>')


def matrix(value: Iterable[str | Sequence[str]]) -> str:
    """Numbers in rows, as MathML; the brackets are borders, because few machines have a font with tall ones."""
    rows = ((row,) if isinstance(row, str) else row for row in value)
    cells = ("".join(f"<mtd><mn>{short(number)}</mn></mtd>" for number in row) for row in rows)
    return f'<mtable class="given">{"".join(f"<mtr>{row}</mtr>" for row in cells)}</mtable>'


def figure(drawing: Drawing) -> str:
    title = f"<figcaption>{short(drawing.title)}</figcaption>" if drawing.title else ""
    return f"<figure>{title}{svg(drawing)}</figure>"


def pairs(items: Iterable[Sequence[str]], kind: str) -> str:
    rows = (
        f"<div><dt>{short(label)}</dt><dd>{short(value)}</dd>"
        + "".join(f'<dd class="note">{short(note)}</dd>' for note in notes if note)
        + "</div>"
        for label, value, *notes in items
    )
    return f'<dl class="{kind}">{"".join(rows)}</dl>'
