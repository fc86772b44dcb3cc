"""TeX's classes of mathematical atoms and the space between them (Knuth, The TeXbook, page 170)."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from xml.etree import ElementTree as ET

from grader.pages.maths.engine import operators

Element = ET.Element


class Atom(IntEnum):
    ORDINARY, OPERATOR, BINARY, RELATION, OPENING, CLOSING, PUNCTUATION, INNER = range(8)


# Row: left atom, column: right atom. 1 thin, 2 medium, 3 thick space; * cannot occur.
SPACES = ("01230001", "11*30001", "22**2**2", "33*03003", "00*00000", "01230001", "11*11111", "11231011")
EM = {"1": 3 / 18, "2": 4 / 18, "3": 5 / 18}

BIG_OPERATORS = frozenset("∑∏∐⋂⋃⨁⨂")
LIMIT_WORDS = frozenset(("max", "min", "lim", "sup", "inf", "det", "Pr", "gcd", "argmax", "argmin")) | frozenset(
    f"{first}\u2009{second}" for first, second in (("arg", "max"), ("arg", "min"), ("lim", "sup"), ("lim", "inf"))
)
FUNCTION_WORDS = LIMIT_WORDS | frozenset(
    (
        *(
            "sin",
            "cos",
            "tan",
            "cot",
            "sec",
            "csc",
            "sinh",
            "cosh",
            "tanh",
            "coth",
            "arcsin",
            "arccos",
            "arctan",
        ),
        *("log", "ln", "lg", "exp", "deg", "dim", "ker", "hom", "arg"),
    )
)
MEMBERS = {
    Atom.ORDINARY: "|‖′″!/.∂∇∀∃∞⊤⊥ℓ¬*",
    Atom.BINARY: "+·−-±∓×⋅⊙∘∩∪⊗⊕∧∨∖⋆∗÷•",
    Atom.RELATION: "=<>:∣∥∝∼≈≡≤≥≪≫≠∈∉∋⊂⊆⊃⊇←→↑↦⇒⇐⇔↔⟶≔⊢⊨",
    Atom.OPENING: "([{⟨⌈⌊",
    Atom.CLOSING: ")]}⟩⌉⌋",
    Atom.PUNCTUATION: ",;",
    Atom.OPERATOR: "∑∏∐∫∬∮⋂⋃⨁⨂",
    Atom.INNER: "…⋯",
}
KIND = {character: atom for atom, characters in MEMBERS.items() for character in characters}
SCRIPTED = frozenset({"msub", "msup", "msubsup", "munder", "munderover"})


def words(element: Element) -> str:
    return (element.text or "").strip()


def atom(element: Element) -> Atom:
    """The class of an atom; a script or a limit leaves its base's."""
    if element.tag == "mo":
        return _operator(words(element))
    if element.tag in SCRIPTED or (element.tag == "mover" and element.get("accent") != "true"):
        return atom(element[0])
    if element.tag == "mrow" and len(element) and element[0].get("fence") == "true":
        return Atom.INNER
    return Atom.ORDINARY


def _operator(text: str) -> Atom:
    if len(text) > 1:
        return Atom.OPERATOR
    if text in KIND:
        return KIND[text]
    lspace = str(operators.get_params(text, "infix").get("lspace", ""))
    return Atom.RELATION if "thick" in lspace else Atom.BINARY if "medium" in lspace else Atom.ORDINARY


def _core(element: Element) -> str:
    if element.tag in ("msub", "msup", "msubsup"):
        return _core(element[0])
    return words(element) if element.tag == "mo" else ""


def _classes(row: list[Element]) -> list[Atom | None]:
    found = [None if e.tag == "mspace" else atom(e) for e in row]
    for bar in "|‖":  # bars come in pairs; \lvert and \rvert look the same in MathML
        places = [i for i, e in enumerate(row) if _core(e) == bar and e.get("fence") != "true"]
        if len(places) % 2 == 0:
            for nth, i in enumerate(places):
                found[i] = Atom.CLOSING if nth % 2 else Atom.OPENING
    return found


def _unary(found: list[Atom | None], before: Atom | None) -> None:
    """A binary operator without an operand on each side is an ordinary symbol."""
    previous, last = before, -1
    for i, kind in enumerate(found):
        if kind is None:
            continue
        if kind == Atom.BINARY and previous in (
            None, Atom.BINARY, Atom.OPERATOR, Atom.RELATION, Atom.OPENING, Atom.PUNCTUATION,
        ):  # fmt: skip
            kind = found[i] = Atom.ORDINARY  # noqa: PLW2901 - the class is corrected in place
        if kind in (Atom.RELATION, Atom.CLOSING, Atom.PUNCTUATION) and previous == Atom.BINARY and last >= 0:
            found[last] = Atom.ORDINARY
        previous, last = kind, i
    if previous == Atom.BINARY and last >= 0:
        found[last] = Atom.ORDINARY


def space(em: float) -> Element:
    return Element("mspace", width=f"{em:.4g}em")


def _spaced(row: list[Element], *, script: bool, before: Atom | None) -> Iterator[Element]:
    found = _classes(row)
    _unary(found, before)
    previous = before
    for element, kind in zip(row, found, strict=True):
        if kind is not None:
            width = SPACES[previous][kind] if previous is not None else "0"
            tight = script and (width in "23" or Atom.OPERATOR not in (previous, kind))
            if width in EM and not tight:
                yield space(EM[width])
            previous = kind
        yield element


def set_spaces(row: Element, *, script: bool, before: Atom | None = None) -> None:
    """Puts TeX's spaces between the children of `row`, as elements of their own."""
    row[:] = list(_spaced(list(row), script=script, before=before))
