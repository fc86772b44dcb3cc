"""Words and symbols that several pages share: a question's wording, its givens, verdicts as people read them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from grader.assignment import Question, renamed
from grader.drawing import Drawing, Label, Math
from grader.expression import Space, Symbol
from grader.pages.blocks import AnswerBox, Around, Block, Cell, Given, Givens, Keep, Table, Text, Tone
from grader.pages.numbers import points
from grader.part import Part
from grader.rubric import QuestionRules
from grader.template import Picture, Slot
from grader.variant import entries
from grader.work import Step

MOST_SYMBOLS = 16
"""More of them are told by the first and the last."""
VERDICTS: Mapping[str, tuple[str, Tone]] = {
    "right": ("right", "good"),
    "follows": ("right for your earlier value", "good"),
    "coarse": ("right, but too few digits", "warn"),
    "mistake": ("a known slip", "warn"),
    "wrong": ("not right", "bad"),
    "blank": ("no answer", "muted"),
    "unreadable": ("not marked yet: we could not read this", "muted"),
    "pending": ("not marked yet", "muted"),
    "reviewed": ("marked by a person", "muted"),
}


def worded(markdown: str, aliases: Mapping[str, str]) -> str:
    """Wording with aliases put into its formulas, and nowhere else."""
    return re.sub(r"\$\$?[^$]+\$\$?", lambda match: renamed(match.group(0), aliases), markdown) if aliases else markdown


def statement(question: Question, q: Any) -> list[Block]:
    """What is asked, this student's numbers, the drawings, and tables with the places to fill in."""
    template, p, aliases = question.template, question.parameters, question.aliases
    wording = [Text(worded(text, aliases)) for text in (template.stem(p, q), template.wording(p)) if text]
    if question.text:
        wording.append(Text(question.text))
    shown = tuple(Given(renamed(item.symbol, aliases), item.value) for item in template.show(p, q))
    numbers: list[Block] = [Givens(shown)] if shown else []
    numbers += [table for picture in template.tables(p, q) for table in _table(question, picture)]
    drawings = [_renamed(drawing, aliases) for drawing in template.drawings(p, q)]
    if not drawings:
        return [*wording, *numbers]
    return [Around(drawings[0], (*wording, *numbers)), *drawings[1:]]


def answered(question: Question, q: Any, steps: Mapping[str, Step]) -> list[Block]:
    """What was asked, if its words were drawn, with the right answers in the places to fill in; else nothing."""
    template, p = question.template, question.parameters
    text = template.stem(p, q) if q is not None else ""
    if not text:
        return []
    right = {
        cell: str(value)
        for part in question.asked
        for cell, value in zip(part.cells, entries(steps[part.name].value), strict=True)
    }
    blocks: list[Block] = [Text(worded(text, question.aliases))]
    for picture in template.tables(p, q):
        rows = (tuple(right[cell.cell] if isinstance(cell, Slot) else cell for cell in row) for row in picture.rows)
        blocks += _table(question, replace(picture, rows=tuple(rows)))
    return blocks


def _renamed(drawing: Drawing, aliases: Mapping[str, str]) -> Drawing:
    """The drawing with aliases put into its formulas."""
    if not aliases:
        return drawing
    shapes = tuple(
        replace(shape, text=Math(renamed(shape.text.latex, aliases)))
        if isinstance(shape, Label) and isinstance(shape.text, Math)
        else shape
        for shape in drawing.shapes
    )
    return replace(drawing, shapes=shapes)


def _table(question: Question, picture: Picture) -> Iterator[Block]:
    """A table of givens; what would only hold places for parts that are not asked is left out."""
    boxes = {box.name: box for part in question.asked for box in answer_boxes(question.id, part)}

    def kept(cells: Sequence[str | Slot]) -> bool:
        return any(cell.cell in boxes if isinstance(cell, Slot) else cell for cell in cells)

    filled = [row for row in picture.rows if kept(row[1:])]
    columns = [n for n in range(len(picture.header)) if kept([row[n] for row in filled])]
    if not filled:
        return
    rows = [[row[n] for n in columns] for row in filled]
    cells = tuple(
        tuple(_cell(cell, boxes, question.aliases, wording=n == 0 or picture.wording) for n, cell in enumerate(row))
        for row in rows
    )
    header = tuple(_cell(picture.header[n], boxes, question.aliases, wording=True) for n in columns)
    align = "l" + ("l" if picture.wording else "c") * (len(columns) - 1)
    widths = tuple(picture.widths[n] for n in columns) if picture.widths else None
    yield Keep((Table(header, cells, align, widths=widths),))


def _cell(cell: str | Slot, boxes: Mapping[str, AnswerBox], aliases: Mapping[str, str], *, wording: bool) -> Cell:
    if isinstance(cell, Slot):
        return boxes.get(cell.cell, "")
    return Text(worded(cell, aliases)) if wording and cell else cell


def answer_boxes(question: str, part: Part) -> list[AnswerBox]:
    """A box for each cell of a part."""
    options = part.labels if part.kind == "choice" else ()
    return [
        AnswerBox(
            name=cell,
            symbol=cell_symbol(part, index),
            hint=" or ".join(options) or ("whole number" if part.kind == "integer" else ""),
            short=f"[{','.join(map(str, index))}]" if index else part.name,
            question=question,
            meaning=meaning,
            options=options,
            lines=part.lines or int(part.kind == "expression" and part.size == 1),
        )
        for cell, index, meaning in zip(part.cells, part.indices, part.meanings, strict=True)
    ]


def criteria(rules: QuestionRules) -> Iterator[Block]:
    """What a person marks an answer by, and the points for it."""
    for name, part in rules.parts.items():
        rows = tuple(
            (criterion.name, Text(criterion.meaning) if criterion.meaning else "", points(criterion.points))
            for criterion in part.first.criteria
        )
        if rows:
            header = (name if len(rules.parts) > 1 else "criterion", "what earns the points", "points")
            yield Keep((Table(header, rows, "llr", widths=(0.22, 0.66, 0.12), small=True),))


def points_word(value: float) -> str:
    return f"{points(value)} point{'' if points(value) == '1' else 's'}"


def points_of_parts(rules: QuestionRules) -> str:
    """Which parts are worth more or less than most; "" where all are worth the same.

    The most common worth is not told with its parts.
    """
    worth: dict[str, list[str]] = {}
    for name, part in rules.parts.items():
        worth.setdefault(points(part.points), []).append(name)
    if len(worth) < 2:
        return ""
    *special, others = sorted(worth, key=lambda each: len(worth[each]))
    told = [f"{each}{' each' if len(worth[each]) > 1 else ''} for {_listed(worth[each])}" for each in special]
    return f"Points: {', '.join(told)}, else {others}."


def rule_sentences(rules: QuestionRules) -> list[str]:
    """How precisely to write and what may differ, once for all parts that share a rule."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    boxed = [part for part in rules.parts.values() if part.part.kind != "choice"]  # a choice's box lists its options
    for part in boxed:
        if part.part.kind == "number" and part.part.judge is None:
            key = ("number", part.first.digits.words(), part.first.tolerance.words())
        elif part.part.space is not None:
            key = ("expression", _spelled(part.part.space), "")
        else:
            key = (part.part.kind if part.part.judge is None else "judged", "", "")
        groups.setdefault(key, []).append(part.part.name)
    several = len(groups) > 1
    return [_sentence(*key, names=_listed(names) if several else "") for key, names in groups.items()]


def _spelled(space: Space) -> str:
    """The symbols as they may be typed."""
    names = [space.written(Symbol(name)) for name in space.symbols]
    return ", ".join(names if len(names) <= MOST_SYMBOLS else (*names[:2], "…", *names[-2:]))


def _sentence(kind: str, how: str, tolerance: str, names: str) -> str:
    start = f"{names}: " if names else ""
    if kind == "number":
        return f"{start}write {how}; an answer {tolerance}."
    if kind == "expression":
        return f"{start}{'formulas' if ',' in names else 'a formula'} in {how}; any equivalent form is right."
    if kind == "integer":
        return f"{start}whole numbers, which must be exact."
    if kind == "judged":
        return f"{start}any answer that has the property asked for is right."
    return f"{start}in your own words; a person marks it."


def _listed(names: Sequence[str]) -> str:
    if len(names) <= 6:
        return ", ".join(names)
    return f"{', '.join(names[:3])}, …, {names[-1]}"


def cell_symbol(part: Part, index: tuple[int, ...]) -> str:
    """The LaTeX symbol of one entry of a part; "" where the part has none."""
    if not index or not part.symbol:
        return part.symbol
    return rf"\left({part.symbol}\right)_{{{','.join(map(str, index))}}}"
