"""An assignment's own symbols in place of a template's: that they can be told from all others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from grader.chance import Stream
from grader.errors import did_you_mean
from grader.expression.names import SPELLINGS
from grader.expression.vocabulary import GREEK
from grader.part import Part
from grader.template import GivensError, Template
from grader.work import Reference

SYMBOL = re.compile(r"(?<![A-Za-z\\])[A-Za-z]+(?![A-Za-z])|\\[A-Za-z]+")
FORMULA = re.compile(r"\$\$?([^$]+)\$\$?")
OWN = re.compile(r"\\?[^\W\d_]+")
_LETTERS = {letter: rf"\{name}" for name, letter in GREEK.items()}


def faults(
    aliases: Mapping[str, str], template: Template[Any, Any], parameters: Any, parts: Iterable[Part]
) -> Iterator[tuple[str, str]]:
    """For each alias that cannot be: its key, and what is wrong with it."""
    parts = list(parts)
    known = set(_symbols(template, parameters, parts))
    formulas = any(part.space is not None for part in parts)
    for name, own in aliases.items():
        latex = _LETTERS.get(own, own)
        if name not in known:
            yield name, f"no symbol here is called '{name}'. {did_you_mean(name, _letters(known))}"
        elif not OWN.fullmatch(own):
            yield name, f"'{own}' is no symbol: write a letter or a word"
        elif latex in known and latex not in aliases:
            yield name, f"'{own}' stands for something else here already"
        elif [*aliases.values()].count(own) > 1:
            yield name, f"two symbols would be called '{own}'"
        elif formulas and (own in SPELLINGS or own in ("e", "pi", "π") or latex.removeprefix("\\") in SPELLINGS):
            yield name, f"'{own}' could not be told from the function or constant in formulas"


def _letters(known: Iterable[str]) -> list[str]:
    """Symbols as one would name them, without LaTeX's commands and indices of several letters."""
    return [name for name in known if len(name) == 1 or name.removeprefix("\\") in GREEK]


def _symbols(template: Template[Any, Any], parameters: Any, parts: Iterable[Part]) -> Iterator[str]:
    """Every symbol that the question's pages use."""
    for formula in FORMULA.findall(template.wording(parameters)):
        yield from SYMBOL.findall(formula)
    for part in parts:
        yield from SYMBOL.findall(part.symbol)
        yield from (name.partition("_")[0] for name in (part.space.symbols if part.space else ()))
    try:
        q = template.read(parameters, template.draw(parameters, Stream("aliases")))[1]
    except (GivensError, ArithmeticError):
        return
    for shown in template.show(parameters, q):
        yield from SYMBOL.findall(shown.symbol)
    for step in template.run(parameters, q, Reference()).steps.values():
        yield from SYMBOL.findall(step.how)
