"""Documents → HTML: one file that needs no other, structure for screen readers, formulas as MathML."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib import resources
from typing import Any

from grader.drawing import Drawing
from grader.pages.blocks import (
    AnswerBoxes,
    Around,
    Beside,
    Block,
    Document,
    Facts,
    Form,
    Formulas,
    Givens,
    Heading,
    HeatMap,
    Histogram,
    Keep,
    Panel,
    Plain,
    Scatter,
    Stats,
    Table,
    Text,
    Worked,
)
from grader.pages.charts.histogram import histogram
from grader.pages.charts.scatter import scatter
from grader.pages.screen.fields import Fields
from grader.pages.screen.form import SKIP, form_parts
from grader.pages.screen.heatmap import html_tables
from grader.pages.screen.markup import attribute, figure, formulas, givens, pairs, safe, short, wording
from grader.pages.screen.worked import solution

CHART_WIDTH = 360.0
LINE_WIDTH = 480.0
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""A page asks nothing of any network, whatever its texts say."""


def html_text(document: Document) -> str:
    """The whole file; ValueError if a formula, wording or table of it cannot be shown.

    A document with a `form` is one that can be filled in, by scripts of its own and without any server.
    """
    title, subtitle = short(document.title), short(document.subtitle)
    draft = '<p class="draft">DRAFT</p>' if document.draft else ""
    kicker = f'<p class="kicker">{short(document.kicker)}</p>' if document.kicker else ""
    second = f' <span class="subtitle">{subtitle}</span>' if subtitle else ""
    footer = f"<footer><p>{safe(document.footer)}</p></footer>" if document.footer else ""
    form, scripts = form_parts(document.form) if document.form else ("", "script-src 'none'")
    window_title = " · ".join(filter(None, map(attribute, (document.title, document.subtitle))))
    return (
        f'<!DOCTYPE html>\n<html lang="{attribute(document.language)}">\n<head><meta charset="utf-8"/>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}; {scripts}"/>'
        f"<title>{window_title}</title>\n<style>{_css()}</style></head>\n"
        f"<body>\n{SKIP if document.form else ''}<header>{draft}{kicker}<h1>{title}{second}</h1></header>\n"
        f"<main>\n{_Body(document.form).blocks(document.blocks)}\n{form}</main>\n{footer}\n</body>\n</html>\n"
    )


@lru_cache(maxsize=1)
def _css() -> str:
    return (resources.files("grader.pages.screen") / "page.css").read_text("utf-8")


class _Body:
    """The blocks of one document; headings never skip a level, whatever their blocks say."""

    def __init__(self, form: Form | None) -> None:
        self.level = 1
        fields = Fields(form)
        self.makers: dict[type, Callable[[Any], str]] = {
            **_MAKERS,
            Heading: lambda block: self.heading(block.text, block.level, block.note, block.number),
            Keep: lambda block: f'<div class="keep">{self.blocks(block.blocks)}</div>',
            Beside: self.beside,
            Around: lambda block: f'<div class="around">{figure(block.drawing)}{self.blocks(block.blocks)}</div>',
            Panel: self.panel,
            AnswerBoxes: fields.boxes,
            Table: fields.table,
        }

    def blocks(self, blocks: Iterable[Block]) -> str:
        return "\n".join(self.makers[type(block)](block) for block in blocks)

    def heading(self, text: str, level: int, note: str = "", number: str = "") -> str:
        self.level = min(max(2, level), self.level + 1)
        before = f'<span class="number">{short(number)}</span> ' if number else ""
        after = f' <span class="note">{short(note)}</span>' if note else ""
        return f"<h{self.level}>{before}{short(text)}{after}</h{self.level}>"

    def beside(self, block: Beside) -> str:
        left, right = self.blocks(block.left), self.blocks(block.right)
        return (
            f'<div class="beside"><div style="flex:{block.share:.2f}">{left}</div>'
            f'<div style="flex:{1 - block.share:.2f}">{right}</div></div>'
        )

    def panel(self, block: Panel) -> str:
        title = self.heading(block.title, 2)
        words = f"<div>{title}{wording(Text(block.markdown))}</div>"
        if not block.lines:
            return f'<div class="panel">{words}</div>'
        lines = "\n".join(map(safe, block.lines))
        caption = f"<figcaption>{short(block.file)}</figcaption>" if block.file else ""
        return f'<div class="panel">{words}<figure>{caption}<pre>{lines}</pre></figure></div>'


_MAKERS: dict[type, Callable[[Any], str]] = {
    Text: wording,
    Plain: lambda block: f'<p class="{block.style}">{safe(block.text)}</p>',
    Formulas: formulas,
    Givens: givens,
    Histogram: lambda block: figure(histogram(block, CHART_WIDTH)),
    Scatter: lambda block: figure(scatter(block, CHART_WIDTH)),
    HeatMap: lambda block: html_tables(block, LINE_WIDTH),
    Drawing: figure,
    Stats: lambda block: pairs(block.items, "stats"),
    Facts: lambda block: pairs(block.items, "facts"),
    Worked: solution,
}
