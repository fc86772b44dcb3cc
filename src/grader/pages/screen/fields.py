"""Answer boxes as HTML: empty, or fields of a form; alone, in grids, and in tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.drawing import Math
from grader.pages.blocks import AnswerBox, AnswerBoxes, AnswerGrid, Bar, Cell, Form, FormPart, Marked, Table, Text
from grader.pages.markdown import one_paragraph
from grader.pages.maths.mathml import mathml
from grader.pages.screen.markup import SCROLLS, attribute, head_cell, inline, safe, short

ALIGNED = {"l": "", "r": ' class="right"', "c": ' class="center"'}
LEAST_LINES = 3
EMPTY = '<span class="box" role="img" aria-label="empty box"></span>'


class Fields:
    """Every answer box of a page; with a form, the first box of each of its cells is a field.

    A field's id is `cell-n`, where n counts the form's cells in the sheet's order.
    """

    def __init__(self, form: Form | None) -> None:
        self._open: dict[tuple[str, str], tuple[int, FormPart, str]] = {}
        number = 0
        for question, parts in form.questions if form else ():
            for part in parts:
                for cell, meaning in zip(part.cells, part.meanings, strict=True):
                    self._open[question, cell] = number, part, meaning
                    number += 1

    def boxes(self, block: AnswerBoxes) -> str:
        items = (self.grid(item) if isinstance(item, AnswerGrid) else self.box(item) for item in block.items)
        kinds = (' class="whole"' if isinstance(item, AnswerGrid) or item.lines else "" for item in block.items)
        return f'<ul class="answers">{"".join(f"<li{k}>{i}</li>" for k, i in zip(kinds, items, strict=True))}</ul>'

    def box(self, box: AnswerBox) -> str:
        """A box with its name and symbol before it."""
        symbol = mathml(box.caption) if box.symbol else ""
        name = f"<strong>{short(box.name)}</strong>"
        if (box.question, box.name) not in self._open:
            return f"{name} {symbol} {EMPTY}{_hint(box, '')}"
        number, _, meaning = self._open[box.question, box.name]
        spoken = f'<span class="unseen">, {safe(meaning)}</span>' if meaning else ""
        described = f' aria-describedby="hint-{number}"' if box.hint else ""
        field = self._field(box, described)
        return f'<label for="cell-{number}">{name}{spoken}</label> {symbol} {field}{_hint(box, f"hint-{number}")}'

    def grid(self, grid: AnswerGrid) -> str:
        rows = (f'<div class="row">{"".join(map(self._indexed, row))}</div>' for row in grid.rows)
        kind = "matrix" if len(grid.rows) > 1 else "matrix flat"
        name, symbol = f"<strong>{short(grid.name)}</strong>", mathml(grid.caption) if grid.symbol else ""
        label = f'{SCROLLS} aria-label="{attribute(grid.name)}"'
        return f'{name} {symbol} <div class="wide" {label}><div class="{kind}">{"".join(rows)}</div></div>'

    def _indexed(self, box: AnswerBox) -> str:
        """A box of an array behind its place, which its label has for those who listen."""
        known = (box.question, box.name) in self._open
        mark = f'<small aria-hidden="true">{short(box.short)}</small>' if box.short and known else ""
        return f'<span class="cell">{mark}{self.small(box)}</span>'

    def small(self, box: AnswerBox) -> str:
        """A box in a table or a grid: only what is read out tells its whole name."""
        if (box.question, box.name) in self._open:
            return self._field(box, f' aria-label="{self._label(box)}"')
        mark = f"<small>{short(box.short)}</small> " if box.short else ""
        return f"{mark}{EMPTY}"

    def _label(self, box: AnswerBox) -> str:
        meaning = self._open[box.question, box.name][2]
        return attribute(box.name) + (f", {attribute(meaning)}" if meaning else "")

    def _field(self, box: AnswerBox, more: str) -> str:
        number, part, _ = self._open.pop((box.question, box.name))
        start = f'id="cell-{number}" class="box field"{more}'
        if part.options:
            options = "".join(f"<option>{short(label)}</option>" for label in part.options)
            return f'<select {start}><option value="">—</option>{options}</select>'
        if part.kind == "text":
            return f'<textarea {start} rows="{max(box.lines, LEAST_LINES)}" dir="auto"></textarea>'
        typed = ' autocapitalize="off" spellcheck="false"' if part.kind == "expression" else ""
        return f"<input {start}{typed}/>"

    def table(self, table: Table) -> str:
        _, align = table.shape
        caption = f"<caption>{safe(table.caption)}</caption>" if table.caption else ""
        top = f"<thead><tr>{''.join(self._row(table.header, align, 'col'))}</tr></thead>" if table.header else ""
        first = "row" if table.row_headers else ""
        body = "\n".join(f"<tr>{''.join(self._row(row, align, first))}</tr>" for row in table.rows)
        small = ' class="small"' if table.small else ""
        return (
            f'<div class="wide" {SCROLLS} aria-label="{attribute(table.caption) or "Table"}">'
            f"<table{small}>{caption}{top}<tbody>{body}</tbody></table></div>"
        )

    def _row(self, cells: Sequence[Cell], align: str, first: str) -> Iterator[str]:
        for nth, (cell, side) in enumerate(zip(cells, align, strict=True)):
            heads = cell != "" and (first == "col" or (first and nth == 0))
            tag, scope = ("th", f' scope="{first}"') if heads else ("td", "")
            inside = head_cell(self._cell(cell)) if heads else self._cell(cell)
            yield f"<{tag}{scope}{ALIGNED[side]}>{inside}</{tag}>"

    def _cell(self, cell: Cell) -> str:
        match cell:
            case Math():
                return mathml(cell.latex)
            case Text():
                return inline(one_paragraph(cell.markdown).parts)
            case Marked():
                return f'<span class="{cell.tone}">{safe(cell.text)}</span>'
            case Bar():
                return f"{_bar(cell.share)} {safe(cell.text)}"
            case AnswerBox():
                return self.small(cell)
            case _:
                return safe(cell)


def _bar(share: float) -> str:
    return f'<span class="bar"><span style="width:{min(max(share, 0.0), 1.0):.1%}"></span></span>'


def _hint(box: AnswerBox, name: str) -> str:
    known = f' id="{name}"' if name else ""
    return f"<small{known}>{short(box.hint)}</small>" if box.hint else ""
