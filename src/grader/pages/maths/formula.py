"""A formula, laid out by ziamath in STIX Two Math: measures, glyphs for the PDF, MathML for HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from grader.pages.maths.atoms import BIG_OPERATORS, LIMIT_WORDS, Atom, Element, atom, space, words
from grader.pages.maths.engine import AssembledGlyph, Glyph, HLine, Math, Mover, VLine, operators, styledchr
from grader.pages.maths.mathml import mathml, tree

BASE = 96.0
"""ziamath does not let scripts become smaller than a few points: formulas are laid out big, then scaled."""
ITS_EM = 0.75
"""ziamath reads an em as a CSS pixel's worth: 4/3 of one."""

COMBINING = {"ˆ": "\u0302", "¯": "\u0304", "˜": "\u0303", "˙": "\u0307", "¨": "\u0308"}
LENGTH = re.compile(r"(-?[\d.]+)em")
LENGTHS = ("width", "height", "depth", "minsize", "maxsize", "columnspacing", "rowspacing")


@dataclass(frozen=True)
class GlyphAt:
    """A glyph of the mathematical face, in ems, y upwards; `meaning` is what copying it gives."""

    number: int
    x: float
    y: float
    size: float
    meaning: str


@dataclass(frozen=True)
class RuleAt:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Formula:
    """Measures are in points; height is above the baseline, depth below."""

    latex: str
    size: float
    width: float
    height: float
    depth: float
    glyphs: tuple[GlyphAt, ...]
    rules: tuple[RuleAt, ...]
    display: bool

    @property
    def mathml(self) -> str:
        return mathml(self.latex, display=self.display)

    @cached_property
    def meanings(self) -> dict[int, str]:
        return {glyph.number: glyph.meaning for glyph in self.glyphs}

    @cached_property
    def operators(self) -> str:
        """The PDF operators that draw it at the origin, in the current colour."""
        out, size, at_x, at_y = ["BT"], 0.0, 0.0, 0.0
        for glyph in self.glyphs:
            if glyph.size != size:
                size = glyph.size
                out.append(f"/math {size * self.size:.2f} Tf")
            x, y = round(glyph.x * self.size, 2), round(glyph.y * self.size, 2)
            out.append(f"{x - at_x:.2f} {y - at_y:.2f} Td <{glyph.number:04x}> Tj")
            at_x, at_y = x, y
        out.append("ET")
        rules = ((r.x * self.size, r.y * self.size, r.width * self.size, r.height * self.size) for r in self.rules)
        out += [f"{x:.2f} {y:.2f} {width:.2f} {height:.2f} re f" for x, y, width, height in rules]
        return "\n".join(out)


def formula(latex: str, size: float, *, display: bool = False) -> Formula:
    """The formula at a size; ValueError, naming it, if it cannot be drawn. Laid out once a process."""
    return _scaled(latex, round(size, 2), display)


@lru_cache(maxsize=8192)
def _scaled(latex: str, size: float, display: bool) -> Formula:
    em = _laid_out(latex, display)
    return Formula(latex, size, em.width * size, em.height * size, em.depth * size, em.glyphs, em.rules, display)


@lru_cache(maxsize=4096)
def _laid_out(latex: str, display: bool) -> Formula:
    root = tree(latex, display=display)
    try:
        node = Math(_for_ziamath(root, small=not display), size=BASE).node
    except Exception as error:
        raise ValueError(f"This formula cannot be drawn; word it in simpler commands: {latex}") from error
    marks = list(_marks(node, 0.0, 0.0))
    box, k = node.bbox, 1 / BASE
    left = min(box.xmin, 0)
    glyphs = tuple(
        GlyphAt(m.number, (m.x - left) * k, -m.y * k, m.size * k, m.meaning) for m in marks if isinstance(m, GlyphAt)
    )
    rules = tuple(
        RuleAt((m.x - left) * k, -(m.y + m.height) * k, m.width * k, m.height * k)
        for m in marks
        if isinstance(m, RuleAt)
    )
    return Formula(latex, 1.0, (box.xmax - left) * k, box.ymax * k, -box.ymin * k, glyphs, rules, display)


def _marks(node: Any, x: float, y: float) -> Iterator[GlyphAt | RuleAt]:
    """The glyphs and rules of ziamath's tree, in its own units, y downwards."""
    if isinstance(node, Glyph):
        if not node.phantom:
            yield from _glyph(node, x, y)
    elif isinstance(node, HLine):
        yield RuleAt(x, y, node.length, node.lw)
    elif isinstance(node, VLine):
        yield RuleAt(x - node.lw / 2, y, node.lw, node.height)
    else:
        if isinstance(node, Mover) and node.element[1].get("accent") == "1":
            _sit_accent(node)
        for (dx, dy), child in zip(getattr(node, "nodexy", ()), getattr(node, "nodes", ()), strict=False):
            yield from _marks(child, x + dx, y + dy)


def _glyph(node: Any, x: float, y: float) -> Iterator[GlyphAt]:
    glyph, meaning = node.glyph, styledchr(node.char, node.style.mathvariant)
    if not isinstance(glyph, AssembledGlyph):
        yield GlyphAt(glyph.index, x, y, node.size, meaning)
        return
    scale = node.size / glyph.font.info.layout.unitsperem
    for nth, (piece, offset) in enumerate(zip(glyph.glyphs, glyph.offsets, strict=True)):
        dx, dy = (0, -offset * scale) if glyph.vert else (offset * scale, 0)
        yield GlyphAt(piece.index, x + dx, y + dy, node.size, "\u200b" if nth else meaning)


def _sit_accent(node: Any) -> None:
    """TeX's rule: an accent keeps the height it is drawn at and rises only by what the base exceeds it."""
    base_height = node.units_to_points(node.font.math.consts.accentBaseHeight)
    node.nodexy[1] = (node.nodexy[1][0], -max(0.0, node.base.bbox.ymax - base_height))


def _for_ziamath(e: Element, *, small: bool) -> Element:
    """What only ziamath needs: its em, its padding of fractions, its scripts after accents and brackets."""
    _lengths(e)
    if e.tag == "mover" and e.get("accent") == "true" and words(e[1]) in COMBINING and e[1].get("stretchy") == "false":
        e[1].text = COMBINING[words(e[1])]
        e[1] = _wrapped("mrow", e[1])
        e[1].set("accent", "1")
    if e.tag in ("mover", "munderover") and words(e[0]) in BIG_OPERATORS | LIMIT_WORDS:
        e[-1].set("scriptlevel", "1")  # upper limits in the script design of the font, like lower ones
        e[-1] = _wrapped("msup", Element("mi"), e[-1])
    if e.tag in ("msub", "msup", "msubsup") and e[0].tag == "mi" and e[0].text in operators.names:
        e[0].tag = "mn"
        e[0].set("mathvariant", "normal")
    if e.tag == "mfrac" and small:
        for leaf in e.iter():
            if leaf.tag in ("mi", "mn") and leaf.text:
                leaf.set("mathsize", ".825em")  # there is no script design inside fractions: a little larger instead
    for i, child in enumerate(e):
        scripts = e.tag in ("msub", "msup", "msubsup", "munder", "mover", "munderover") and i > 0
        matrix = e.tag == "mtable" and e.get("displaystyle") == "false"
        _for_ziamath(child, small=small or e.tag == "mfrac" or scripts or matrix)
    if e.tag in ("mrow", "math", "msqrt", "mtd", "mstyle"):
        e[:] = list(_row(e))
    return e


def _lengths(e: Element) -> None:
    for name in LENGTHS:
        if "em" in (value := e.get(name, "")):
            factor = 0.7378 if name == "minsize" else ITS_EM
            e.set(name, LENGTH.sub(lambda m: f"{float(m.group(1)) * factor:.4g}em", value))


def _wrapped(tag: str, *children: Element) -> Element:
    made = Element(tag)
    made.extend(children)
    return made


def _row(e: Element) -> Iterator[Element]:
    for nth, child in enumerate(list(e)):
        if child.tag in ("msub", "msup", "msubsup") and child[0].tag == "mo" and atom(child[0]) in (
            Atom.CLOSING, Atom.ORDINARY,
        ):  # fmt: skip
            yield child[0]
            child[0] = Element("mi")
            yield child
        elif child.tag == "mrow" and len(child) and child[0].get("fence") == "true" and nth:
            yield space(-0.111)
            yield child
        elif child.tag == "mfrac":
            if nth:
                yield space(-0.077)
            yield child
            yield space(-0.077)
        else:
            yield child
