"""Words and symbols that several pages share: a question's wording, its givens, verdicts as people read them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from grader.assignment import Question, renamed
from grader.pages.blocks import Block, Given, Givens, Keep, Table, Text, Tone
from grader.part import Part
from grader.rubric import QuestionRules

VERDICTS: Mapping[str, tuple[str, Tone]] = {
    "right": ("right", "good"),
    "follows": ("right for your earlier value", "good"),
    "coarse": ("right, but too few digits", "warn"),
    "mistake": ("a known slip", "warn"),
    "wrong": ("not right", "bad"),
    "blank": ("no answer", "muted"),
    "unreadable": ("not marked yet: we could not read this", "muted"),
    "pending": ("not marked yet", "muted"),
}


def worded(markdown: str, aliases: Mapping[str, str]) -> str:
    """Wording with aliases put into its formulas, and nowhere else."""
    return re.sub(r"\$\$?[^$]+\$\$?", lambda match: renamed(match.group(0), aliases), markdown) if aliases else markdown


def statement(question: Question, q: Any) -> list[Block]:
    """What is asked, and this student's numbers."""
    template, p, aliases = question.template, question.parameters, question.aliases
    blocks: list[Block] = [Text(worded(template.wording(p), aliases))]
    if question.text:
        blocks.append(Text(question.text))
    blocks += [
        Keep((Table(picture.header, picture.rows, align="l" + "r" * (len(picture.header) - 1)),))
        for picture in template.tables(p, q)
    ]
    shown = tuple(Given(renamed(item.symbol, aliases), item.value) for item in template.show(p, q))
    if shown:
        blocks.append(Givens(shown))
    return blocks


def points(value: float) -> str:
    """Points without needless digits: at most two decimals.

    >>> points(2.0), points(0.8333333)
    ('2', '0.83')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".")


def points_word(value: float) -> str:
    return f"{points(value)} point{'' if points(value) == '1' else 's'}"


def rule_sentences(rules: QuestionRules) -> list[str]:
    """How precisely to write and what may differ, once for all parts that share a rule."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for part in rules.parts.values():
        if part.part.kind == "number" and part.part.judge is None:
            key = ("number", part.first.digits.words(), part.first.tolerance.words())
        else:
            key = (part.part.kind if part.part.judge is None else "judged", "", "")
        groups.setdefault(key, []).append(part.part.name)
    several = len(groups) > 1
    return [_sentence(*key, names=_listed(names) if several else "") for key, names in groups.items()]


def _sentence(kind: str, digits: str, tolerance: str, names: str) -> str:
    start = f"{names}: " if names else ""
    if kind == "number":
        return f"{start}write {digits}; an answer {tolerance}."
    if kind == "integer":
        return f"{start}whole numbers, which must be exact."
    if kind == "choice":
        return f"{start}one of the options."
    if kind == "judged":
        return f"{start}any answer that has the property asked for is right."
    return f"{start}in your own words."


def _listed(names: Sequence[str]) -> str:
    if len(names) <= 6:
        return ", ".join(names)
    return f"{', '.join(names[:3])}, …, {names[-1]}"


def cell_symbol(part: Part, index: tuple[int, ...]) -> str:
    """The LaTeX symbol of one entry of a part."""
    symbol = part.symbol or rf"\mathrm{{{part.name}}}"
    return rf"\left({symbol}\right)_{{{','.join(map(str, index))}}}" if index else symbol
