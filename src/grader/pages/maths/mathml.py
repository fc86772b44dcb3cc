"""LaTeX → MathML as TeX would set it: latex2mathml's tree with spacing, limits, fences and variants explicit.

The same tree is laid out for the PDF and written into the HTML.
"""

from __future__ import annotations

import re
from functools import lru_cache
from xml.etree import ElementTree as ET

from latex2mathml.converter import convert

from grader.pages.maths.atoms import (
    BIG_OPERATORS,
    FUNCTION_WORDS,
    LIMIT_WORDS,
    SCRIPTED,
    Atom,
    Element,
    atom,
    set_spaces,
    words,
)
from grader.pages.maths.engine import MathVariant, styledchr

LONGEST, DEEPEST = 2000, 14
ROW_LIKE = ("mrow", "math", "msqrt", "mstyle", "mpadded", "mphantom", "mtd")

DENIED = re.compile(
    r"\\(color|cancel|mathds|not|xrightarrow|xleftarrow|hline|href|unicode|class|style|id|rule|tag)\b"
    r"|\\text\{[^}]*\$"
)
REWRITTEN = (
    (re.compile(r"\\(arg)(max|min)\b"), r"\\operatorname{\1\\,\2}"),
    (re.compile(r"\\begin\{(aligned|split)\}"), r"\\begin{align*}"),
    (re.compile(r"\\end\{(aligned|split)\}"), r"\\end{align*}"),
    # latex2mathml loses the font of \mathrm{d} unless a space follows the command
    (re.compile(r"\\(mathrm|mathsf|mathtt|mathbf|mathcal|mathbb)\{"), r"\\\1 {"),
    (re.compile(r"\\mathbb ?\{?1\}?"), "𝟙"),
    (re.compile(r"\\bm\b"), r"\\boldsymbol"),
    (re.compile(r"\\operatorname\*"), r"\\operatorname"),
)
OPERATOR_NAME = re.compile(r"\\operatorname\{([^{}]*)\}")

ACCENTS = {"^": "ˆ", "¯": "¯", "ˉ": "¯", "~": "˜", "˙": "˙", "¨": "¨"}
WIDE_ACCENTS = {"^": "\u0302", "~": "\u0303"}
UPRIGHT_STYLES = {"double": "double", "sans": "sans", "mono": "mono", "script": "script", "frak": "fraktur"}


def _prepared(latex: str) -> str:
    if len(latex) > LONGEST:
        raise ValueError(f"A formula of {len(latex)} characters is too long; split it: {latex[:60]}…")
    if denied := DENIED.search(latex):
        raise ValueError(f"Pages cannot draw {denied.group()!r}; word the formula without it: {latex}")
    for pattern, replacement in REWRITTEN:
        latex = pattern.sub(replacement, latex)
    return OPERATOR_NAME.sub(
        lambda m: r"\operatorname{" + m.group(1).replace(r"\,", "\u2009").replace("\\ ", "\u2009") + "}",
        latex,
    )


def _restyle(element: Element, variant: str) -> None:
    style = next((ours for theirs, ours in UPRIGHT_STYLES.items() if theirs in variant), "serif")
    chosen = MathVariant(style=style, bold="bold" in variant, italic="italic" in variant)
    element.text = "".join(styledchr(c, chosen) for c in words(element))
    del element.attrib["mathvariant"]


def _leaf(element: Element) -> None:
    text = words(element)
    if text.startswith("\\"):
        raise ValueError(f"Pages do not know the command {text}; word the formula without it")
    if text == "&" and element.tag == "mi":
        raise ValueError("An alignment mark & stands outside an alignment; write \\& or remove it")
    if (variant := element.get("mathvariant", "normal")) != "normal":
        _restyle(element, variant)
    if element.tag == "mi" and text in FUNCTION_WORDS:
        element.tag = "mo"
    elif element.tag == "mi" and text and text in "⌊⌋⌈⌉⟨⟩":
        element.tag = "mo"
        element.set("stretchy", "false")
    if text == "∂":
        element.tag, element.text = "mi", "𝜕"
        element.attrib.clear()
    if element.tag == "mo":
        kind = atom(element)
        element.attrib.update(lspace="0em", rspace="0em")
        if kind == Atom.OPERATOR:
            element.set("stretchy", "false")
        if kind in (Atom.OPENING, Atom.CLOSING):
            element.set("form", "prefix" if kind == Atom.OPENING else "postfix")


class _Setter:
    """One walk over a formula's tree; `display` and `script` are TeX's styles at the element."""

    def set(self, e: Element, *, display: bool, script: bool, depth: int = 0) -> Element:
        if depth > DEEPEST:
            raise ValueError("The formula is nested too deeply; give its inner parts names of their own")
        if e.tag in ("mi", "mo", "mn", "mtext"):
            _leaf(e)
            return e
        if e.tag == "mspace":
            return e
        if e.tag == "mstyle":
            display = {"true": True, "false": False}.get(e.get("displaystyle", ""), display)
            script = int(e.get("scriptlevel", "1" if script else "0")) > 0
        if e.tag == "mtable":
            return self.table(e, script=script, depth=depth)
        if e.tag in SCRIPTED or e.tag == "mover":
            return self.scripts(e, display=display, script=script, depth=depth)
        if e.tag == "mfrac":
            return self.fraction(e, display=display, script=script, depth=depth)
        e[:] = [self.set(k, display=display, script=script, depth=depth + 1) for k in e]
        return self.row(e, script=script)

    def table(self, e: Element, *, script: bool, depth: int) -> Element:
        aligned = "right" in e.get("columnalign", "") or e.get("displaystyle") == "true"
        for row in e:
            for column, cell in enumerate(row):
                cell[:] = [self.set(k, display=aligned, script=script, depth=depth + 1) for k in cell]
                continues = aligned and column % 2 and len(cell) and atom(cell[0]) in (Atom.RELATION, Atom.BINARY)
                set_spaces(cell, script=script, before=Atom.ORDINARY if continues else None)
                cell.insert(0, Element("mspace", width="0em", height=".72em", depth=".28em"))  # TeX's \strut
        e.set("columnspacing", "0em 2em" if aligned else "1em")
        e.set("rowspacing", ".45em" if aligned else ".2em")
        if not aligned:
            e.set("displaystyle", "false")
        return e

    def scripts(self, e: Element, *, display: bool, script: bool, depth: int) -> Element:
        mark = words(e[1]) if e.tag == "mover" and e[1].tag == "mo" else ""
        if mark in ACCENTS and len(e) == 2 and (e.get("accent") == "true" or e[1].get("stretchy")):
            e[0] = self.set(e[0], display=False, script=script, depth=depth + 1)
            e.set("accent", "true")
            e[1].text = ACCENTS[mark]
            e[1].attrib.update(stretchy="false", lspace="0em", rspace="0em")
            return e
        if mark in WIDE_ACCENTS:
            e[1].text = WIDE_ACCENTS[mark]
            e.set("accent", "true")
        e[:] = [
            self.set(k, display=display and not i, script=script or i > 0, depth=depth + 1) for i, k in enumerate(e)
        ]
        if e[0].tag == "mo" and words(e[0]) in BIG_OPERATORS | LIMIT_WORDS:
            self.limits(e, display=display)
        return e

    @staticmethod
    def limits(e: Element, *, display: bool) -> None:
        """Limits stand above and below in a display and beside in the line, as in TeX."""
        both, lower = len(e) == 3, e.tag in ("msub", "munder")
        if display:
            e.tag = "munderover" if both else "munder" if lower else "mover"
        else:
            e.tag = "msubsup" if both else "msub" if lower else "msup"
            e[0].set("movablelimits", "false")

    def fraction(self, e: Element, *, display: bool, script: bool, depth: int) -> Element:
        for i, part in enumerate(list(e)):
            inner = self.set(part, display=False, script=script or not display, depth=depth + 1)
            if inner.tag != "mrow":
                row = Element("mrow")
                row.append(inner)
                inner = row
            inner.set("displaystyle", "false")
            e[i] = inner
        return e

    @staticmethod
    def row(e: Element, *, script: bool) -> Element:
        if e.tag not in ROW_LIKE:
            return e
        if e.tag == "mrow" and len(e) == 1 and not e.attrib and e[0].tag != "mo":
            return e[0]  # {x} → x: kerning and accents see the letter
        _fence_tables(e)
        tables = any(k.tag == "mtable" for k in e)
        for k in e:
            if k.tag != "mo":
                continue
            if tables and atom(k) in (Atom.OPENING, Atom.CLOSING):
                k.attrib.update(fence="true", stretchy="true")
            elif not tables and k.get("fence") != "true" and "minsize" not in k.attrib:
                k.set("stretchy", "false")
        set_spaces(e, script=script)
        return e


def _fence_tables(e: Element) -> None:
    """Fence, table, fence become a group of their own, so that the fences fit this table and nothing else."""
    i = 1
    while i < len(e) - 1 and len(e) > 3:
        if e[i].tag == "mtable" and e[i - 1].tag == e[i + 1].tag == "mo":
            group = Element("mrow")
            group.extend([e[i - 1], e[i], e[i + 1]])
            for fence in (group[0], group[2]):
                fence.attrib.update(fence="true", stretchy="true")
            e[i - 1 : i + 2] = [group]
        else:
            i += 1


def tree(latex: str, *, display: bool) -> Element:
    """The <math> element of a formula; ValueError names the formula that cannot be set."""
    prepared = _prepared(latex)
    try:
        xml = convert(prepared, display="block" if display else "inline")
        plain = re.sub(r' xmlns="[^"]*"', "", xml).replace("<mi>&</mi>", "<mi>&amp;</mi>")
        root = ET.fromstring(plain)  # noqa: S314 - the converter's own tree, made in this process
        return _Setter().set(root, display=display, script=False)
    except ValueError as error:
        raise ValueError(f"{error} ({latex})") from error
    except Exception as error:
        raise ValueError(f"This formula cannot be read; check its braces and commands: {latex}") from error


@lru_cache(maxsize=4096)
def mathml(latex: str, *, display: bool = False) -> str:
    """The formula for HTML. MathML Core has no columnalign and columnspacing, so they are said in CSS."""
    root = tree(latex, display=display)
    for table in root.iter("mtable"):
        align = table.get("columnalign", "center").split()
        gaps = table.get("columnspacing", "1em").split()
        for row in table:
            for j, cell in enumerate(row):
                side = cell.get("columnalign") or align[min(j, len(align) - 1)]
                gap = gaps[(j - 1) % len(gaps)] if j else "0"
                cell.set("style", f"text-align:-webkit-{side};text-align:{side};padding:.1em 0 .1em {gap}")
    for operator in root.iter("mo"):
        if operator.text == "―":
            operator.text = "‾"
    return ET.tostring(root, encoding="unicode")
