"""Words into lines: greedy, ragged right, formulas on the baseline, and no markup anywhere.

reportlab's paragraphs parse their text as XML, which has let students' texts embed files and break documents,
and take quadratic time on long words; here text is characters from beginning to end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal

from grader.drawing import GREEN, GREY, INK, RED
from grader.pages.letters.cleaning import LONGEST_TEXT, clean
from grader.pages.letters.fonts import width
from grader.pages.letters.graphemes import graphemes
from grader.pages.markdown import Break, InlineFormula, Paragraph, Part, Run
from grader.pages.maths.formula import Formula, formula
from grader.pages.paper.pen import Pen

MATH_SCALE = 1.09
"""STIX Two Math beside Noto Serif: the x-heights agree."""


@dataclass(frozen=True)
class Style:
    family: Literal["serif", "sans"] = "serif"
    size: float = 9.5
    leading: float = 13.0
    color: str = INK
    bold: bool = False

    def face(self, run: Run) -> str:
        if run.code:
            return "mono"
        if self.family == "sans":
            return "sans-bold" if self.bold or run.bold else "sans"
        return "serif" + ("-bold" if self.bold or run.bold else "") + ("-italic" if run.italic else "")


BODY = Style()
SMALL = Style("sans", 8.2, 11.4, "#3b4a5a")
NOTE = Style("sans", 8.2, 11.4, GREY)
GOOD = replace(BODY, color=GREEN)
BAD = replace(BODY, color=RED)
PLAIN = {"body": BODY, "small": SMALL, "note": NOTE, "good": GOOD, "bad": BAD}


@dataclass(frozen=True)
class Span:
    face: str
    size: float
    color: str
    text: str

    @cached_property
    def width(self) -> float:
        return width(self.face, self.text, self.size)


@dataclass(frozen=True)
class Set:
    """A formula in a line."""

    latex: str
    size: float
    color: str
    display: bool = False

    @cached_property
    def formula(self) -> Formula:
        return formula(self.latex, self.size, display=self.display)

    @property
    def width(self) -> float:
        return self.formula.width


Fragment = Span | Set


@dataclass(frozen=True)
class Word:
    """Fragments that stay together, as a formula and its comma do; `ends`: the line ends after it."""

    fragments: tuple[Fragment, ...]
    ends: bool = False

    @cached_property
    def width(self) -> float:
        return sum(fragment.width for fragment in self.fragments)


@dataclass(frozen=True)
class Line:
    """Fragments at their distances from the line's left end."""

    marks: tuple[tuple[float, Fragment], ...]
    width: float
    ascent: float
    descent: float

    @property
    def height(self) -> float:
        return self.ascent + self.descent

    def draw(self, pen: Pen, x: float, top: float) -> None:
        baseline = top - self.ascent
        for offset, mark in self.marks:
            if isinstance(mark, Set):
                pen.formula(mark.formula, x + offset, baseline, mark.color)
            else:
                pen.text(mark.face, mark.size, x + offset, baseline, mark.text, color=mark.color)


def words(parts: Iterable[Part], style: Style) -> Iterator[Word]:
    glued: list[Fragment] = []
    for part in parts:
        if isinstance(part, InlineFormula):
            glued.append(Set(part.latex, style.size * MATH_SCALE, style.color))
        elif isinstance(part, Break):
            yield Word(tuple(glued), ends=True)
            glued = []
        else:
            size = style.size * 0.95 if part.code else style.size
            for nth, piece in enumerate(part.text.split(" ")):
                if nth and glued:
                    yield Word(tuple(glued))
                    glued = []
                if piece:
                    glued.append(Span(style.face(part), size, style.color, piece))
    if glued:
        yield Word(tuple(glued))


def _broken(word: Word, available: float) -> Iterator[Word]:
    """A word that is wider than the line, cut where the line ends."""
    if word.width <= available:
        yield word
        return
    room, held = available, list[Fragment]()
    for fragment in word.fragments:
        for piece in [fragment] if isinstance(fragment, Set) else _pieces(fragment):
            if piece.width > room and held:
                yield Word(tuple(held))
                room, held = available, []
            held.append(piece)
            room -= piece.width
    yield Word(tuple(held), word.ends)


def _pieces(span: Span) -> list[Span]:
    return [replace(span, text=grapheme) for grapheme in graphemes(span.text)]


def _line(line: Sequence[Word], style: Style) -> Line:
    marks: list[tuple[float, Fragment]] = []
    gap = width(style.face(Run("")), " ", style.size)
    x = 0.0
    ascent, descent = style.leading * 0.76, style.leading * 0.24
    for word in line:
        for nth, fragment in enumerate(word.fragments):
            start = x + (gap if marks and not nth else 0)
            x = start + fragment.width
            if isinstance(fragment, Set):
                ascent = max(ascent, fragment.formula.height + 1)
                descent = max(descent, fragment.formula.depth + 1)
                marks.append((start, fragment))
            else:
                _append(marks, start, fragment, space="" if nth else " ")
    return Line(tuple(marks), x, ascent, descent)


def _append(marks: list[tuple[float, Fragment]], start: float, span: Span, *, space: str) -> None:
    """Neighbours of one look become one span: fewer operators, and words that can be searched for."""
    if marks and isinstance(before := marks[-1][1], Span):
        alike = (before.face, before.size, before.color) == (span.face, span.size, span.color)
        if alike and span.face != "mono":  # code has spaces of its own width
            marks[-1] = (marks[-1][0], replace(span, text=before.text + space + span.text))
            return
    marks.append((start, span))


def lines(parts: Iterable[Part], style: Style, available: float) -> tuple[Line, ...]:
    return set_words(words(parts, style), style, available)


def set_words(each: Iterable[Word], style: Style, available: float) -> tuple[Line, ...]:
    gap = width(style.face(Run("")), " ", style.size)
    out: list[Line] = []
    current: list[Word] = []
    used = 0.0
    for word in (piece for whole in each for piece in _broken(whole, available)):
        if current and used + gap + word.width > available:
            out.append(_line(current, style))
            current, used = [], 0.0
        used += word.width + (gap if current else 0)
        current.append(word)
        if word.ends:
            out.append(_line(current, style))
            current, used = [], 0.0
    if current:
        out.append(_line(current, style))
    return tuple(out)


@lru_cache(maxsize=8192)
def paragraph_lines(paragraph: Paragraph, style: Style, available: float) -> tuple[Line, ...]:
    """Constant wording, broken once a process."""
    return lines(paragraph.parts, style, available)


def plain_lines(text: str, style: Style, available: float, limit: int = LONGEST_TEXT) -> tuple[Line, ...]:
    return lines([Run(clean(text, limit))], style, available)
