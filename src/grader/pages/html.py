"""Documents → HTML: one file, no scripts, structure for screen readers, formulas as MathML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from html import escape
from importlib import resources
from itertools import groupby
from typing import Any

from grader.drawing import Drawing, Math
from grader.pages.blocks import (
    AnswerBox,
    AnswerBoxes,
    Bars,
    Beside,
    Block,
    Cell,
    Document,
    Facts,
    Formulas,
    Given,
    Givens,
    Heading,
    Histogram,
    Keep,
    Marked,
    PageBreak,
    Plain,
    Stats,
    Table,
    Text,
)
from grader.pages.charts import bars, histogram
from grader.pages.markdown import Break, DisplayFormula, InlineFormula, Paragraph, Part, parse
from grader.pages.mathml import mathml
from grader.pages.svg import svg
from grader.pages.table import one_paragraph, shape
from grader.pages.text import LONGEST_NAME, clean

CHART_WIDTH = 360.0
ALIGNED = {"l": "left", "r": "right", "c": "center"}


def html_text(document: Document) -> str:
    """The whole file; ValueError if a formula, wording or table of it cannot be shown."""
    title, subtitle = _short(document.title), _short(document.subtitle)
    draft = '<p class="draft">DRAFT</p>' if document.draft else ""
    kicker = f'<p class="kicker">{_short(document.kicker)}</p>' if document.kicker else ""
    second = f' <span class="subtitle">{subtitle}</span>' if subtitle else ""
    footer = f"<footer><p>{_safe(document.footer)}</p></footer>" if document.footer else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{_short(document.language)}">\n<head><meta charset="utf-8"/>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>'
        f"<title>{' · '.join(filter(None, (title, subtitle)))}</title>\n<style>{_css()}</style></head>\n"
        f"<body>\n<header>{draft}{kicker}<h1>{title}{second}</h1></header>\n"
        f"<main>\n{_Body().blocks(document.blocks)}\n</main>\n{footer}\n</body>\n</html>\n"
    )


@lru_cache(maxsize=1)
def _css() -> str:
    return (resources.files("grader.pages") / "page.css").read_text("utf-8")


def _safe(text: str) -> str:
    return escape(clean(text))


def _short(text: str) -> str:
    return escape(clean(text, LONGEST_NAME))


class _Body:
    """The blocks of one document; headings never skip a level, whatever their blocks say."""

    def __init__(self) -> None:
        self.level = 1

    def blocks(self, blocks: Iterable[Block]) -> str:
        return "\n".join(self.block(block) for block in blocks)

    def block(self, block: Block) -> str:
        match block:
            case Heading():
                return self.heading(block)
            case Keep():
                return f'<div class="keep">{self.blocks(block.blocks)}</div>'
            case Beside():
                left, right = self.blocks(block.left), self.blocks(block.right)
                return (
                    f'<div class="beside"><div style="flex:{block.share:.2f}">{left}</div>'
                    f'<div style="flex:{1 - block.share:.2f}">{right}</div></div>'
                )
            case _:
                return _MAKERS[type(block)](block)

    def heading(self, block: Heading) -> str:
        self.level = min(max(2, block.level), self.level + 1)
        number = f'<span class="number">{_short(block.number)}</span> ' if block.number else ""
        note = f' <span class="note">{_short(block.note)}</span>' if block.note else ""
        return f"<h{self.level}>{number}{_short(block.text)}{note}</h{self.level}>"


def _parts(parts: Iterable[Part]) -> str:
    return "".join(_part(part) for part in parts)


def _part(part: Part) -> str:
    if isinstance(part, InlineFormula):
        return mathml(part.latex)
    if isinstance(part, Break):
        return "<br/>"
    text = escape(part.text)
    for tag, wanted in (("code", part.code), ("em", part.italic), ("strong", part.bold)):
        text = f"<{tag}>{text}</{tag}>" if wanted else text
    return text


@lru_cache(maxsize=2048)
def _text(block: Text) -> str:
    out = []
    for bullet, group in groupby(parse(block.markdown), lambda p: isinstance(p, Paragraph) and p.bullet):
        items = [_paragraph(parsed) for parsed in group]
        out.append("<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>" if bullet else "".join(items))
    return "\n".join(out)


def _paragraph(parsed: Paragraph | DisplayFormula) -> str:
    if isinstance(parsed, DisplayFormula):
        return _formulas(Formulas((parsed.latex,)))
    return _parts(parsed.parts) if parsed.bullet else f"<p>{_parts(parsed.parts)}</p>"


def _formulas(block: Formulas) -> str:
    return f'<div class="display">{" ".join(mathml(latex, display=True) for latex in block.latex)}</div>'


def _given(given: Given) -> str:
    """One formula: the symbol, and its value as a number or a bracketed table."""
    if isinstance(given.value, str):
        inside = f"<mn>{_short(given.value)}</mn>"
    else:
        rows = ((row,) if isinstance(row, str) else row for row in given.value)
        cells = ("".join(f"<mtd><mn>{_short(number)}</mn></mtd>" for number in row) for row in rows)
        table = "".join(f"<mtr>{row}</mtr>" for row in cells)
        opening, closing = '<mo fence="true">[</mo>', '<mo fence="true">]</mo>'
        inside = f'<mrow>{opening}<mtable class="given">{table}</mtable>{closing}</mrow>'
    return mathml(f"{given.symbol} =").replace("</math>", f"{inside}</math>")


def _givens(block: Givens) -> str:
    return f'<div class="givens">{" ".join(f"<span>{_given(given)}</span>" for given in block.items)}</div>'


def _answers(block: AnswerBoxes) -> str:
    return f'<ul class="answers">{"".join(f"<li>{_answer(item)}</li>" for item in block.items)}</ul>'


def _answer(item: AnswerBox) -> str:
    hint = f"<small>{_short(item.hint)}</small>" if item.hint else ""
    symbol = mathml(f"{item.symbol} =")
    return f"<strong>{_short(item.name)}</strong> {symbol} {_empty()}{hint}"


def _empty() -> str:
    return '<span class="box" role="img" aria-label="empty box"></span>'


def _cell(cell: Cell) -> str:
    match cell:
        case Math():
            return mathml(cell.latex)
        case Text():
            return _parts(one_paragraph(cell.markdown).parts)
        case Marked():
            return f'<span class="{cell.tone}">{_safe(cell.text)}</span>'
        case AnswerBox():
            return f"<small>{_short(cell.name)}</small> {_empty()}"
        case _:
            return _safe(cell)


def _row(cells: Sequence[Cell], align: str, first: str) -> Iterator[str]:
    for nth, (cell, side) in enumerate(zip(cells, align, strict=True)):
        tag, scope = ("th", f' scope="{first}"') if first == "col" or (first and nth == 0) else ("td", "")
        yield f'<{tag}{scope} style="text-align:{ALIGNED[side]}">{_cell(cell)}</{tag}>'


def _table(table: Table) -> str:
    _, align = shape(table)
    caption = f"<caption>{_safe(table.caption)}</caption>" if table.caption else ""
    head = f"<thead><tr>{''.join(_row(table.header, align, 'col'))}</tr></thead>" if table.header else ""
    first = "row" if table.row_headers else ""
    body = "\n".join(f"<tr>{''.join(_row(row, align, first))}</tr>" for row in table.rows)
    small = ' class="small"' if table.small else ""
    return f'<div class="wide"><table{small}>{caption}{head}<tbody>{body}</tbody></table></div>'


def _drawing(drawing: Drawing) -> str:
    title = f"<figcaption>{_short(drawing.title)}</figcaption>" if drawing.title else ""
    return f"<figure>{title}{svg(drawing)}</figure>"


def _pairs(items: Iterable[Sequence[str]], kind: str) -> str:
    rows = (
        f"<div><dt>{_short(label)}</dt><dd>{_short(value)}</dd>"
        + "".join(f'<dd class="note">{_short(note)}</dd>' for note in notes if note)
        + "</div>"
        for label, value, *notes in items
    )
    return f'<dl class="{kind}">{"".join(rows)}</dl>'


_MAKERS: dict[type, Callable[[Any], str]] = {
    Text: _text,
    Plain: lambda block: f'<p class="{block.style}">{_safe(block.text)}</p>',
    Formulas: _formulas,
    Givens: _givens,
    Table: _table,
    AnswerBoxes: _answers,
    Bars: lambda block: _drawing(bars(block, CHART_WIDTH)),
    Histogram: lambda block: _drawing(histogram(block, CHART_WIDTH)),
    Drawing: _drawing,
    Stats: lambda block: _pairs(block.items, "stats"),
    Facts: lambda block: _pairs(block.items, "facts"),
    PageBreak: lambda _block: '<div class="break"></div>',
}
