"""The faces that pages are set in, and text as glyphs of them.

What our faces lack is taken from the fonts of the machine (`machine_fonts`). Glyph 0 of our faces is a visible box, so
a character that nobody has is seen to be missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cache, lru_cache
from importlib import resources
from importlib.util import find_spec
from itertools import accumulate, groupby
from operator import itemgetter
from pathlib import Path
from unicodedata import name as character_name

from grader.pages.letters.bidi import levels, visual
from grader.pages.letters.face import Face
from grader.pages.letters.glyphs import Glyph, Run
from grader.pages.letters.graphemes import graphemes, ignorable
from grader.pages.letters.machine_fonts import FOUND, MachineFont, machine_fonts
from grader.pages.letters.shaping import can_order, one_by_one, shaped

FILES = {
    "serif": "NotoSerif-Regular",
    "serif-bold": "NotoSerif-Bold",
    "serif-italic": "NotoSerif-Italic",
    "serif-bold-italic": "NotoSerif-BoldItalic",
    "sans": "NotoSans-Regular",
    "sans-bold": "NotoSans-Bold",
    "mono": "NotoSansMono-Regular",
    "symbols": "NotoSansSymbols2-Regular",
}
COMMON = "".join(map(chr, range(32, 127))) + "–—‘’“”…·×−±≤≥≈°→"
RESERVES = ("math", "symbols")


@cache
def face(name: str) -> Face:
    """A face by its short name: ours, `math` (STIX Two Math, which comes with ziamath), or one of the machine's."""
    if name.startswith(FOUND):
        loaded = next(_loaded(font) for font in machine_fonts() if font.name == name)
        assert loaded is not None
        return loaded
    if name in FILES:
        file = resources.files("grader.pages.letters") / "faces" / f"{FILES[name]}.ttf"
    else:
        file = Path(find_spec("ziamath").origin).parent / "fonts" / "STIXTwoMath-Regular.ttf"  # type: ignore[union-attr, arg-type]
    return Face(name, file.read_bytes(), "" if name in RESERVES else COMMON)


def width(name: str, text: str, size: float) -> float:
    return _em_width(name, text) * size


@lru_cache(maxsize=4096)
def _em_width(name: str, text: str) -> float:
    made = face(name)
    return made.width(text) if made.simple.issuperset(text) else sum(run.width for run in runs(name, text))


@lru_cache(maxsize=512)
def runs(name: str, text: str) -> tuple[Run, ...]:
    """The text as it is written from left to right, in `name` as far as it has the characters."""
    ours = [_simple(name, character) for character in text]
    if None not in ours:  # such as a minus sign of the mathematical face before its number
        by_face = groupby(zip(ours, text, strict=True), itemgetter(0))
        return tuple(_run(name, face(str(used)), [character for _, character in group], 0) for used, group in by_face)
    pieces, depth = graphemes(text), levels(text)
    starts = accumulate(map(len, pieces), initial=0)
    kinds = [
        (used, depth[start], _script(piece) if used and used.name.startswith(FOUND) else "")
        for used, start, piece in zip(_faces(name, pieces), starts, pieces, strict=False)
    ]
    grouped = groupby(zip(kinds, pieces, strict=True), itemgetter(0))
    made = [(kind[1], _run(name, kind[0], [piece for _, piece in group], kind[1])) for kind, group in grouped]
    return tuple(visual([run for _, run in made], [level for level, _ in made]))


@lru_cache(maxsize=1024)
def _simple(name: str, character: str) -> str | None:
    """The first of our faces that draws the character by itself, whatever stands beside it."""
    return next((each for each in (name, *RESERVES) if character in face(each).simple), None)


def _run(name: str, used: Face | None, pieces: Sequence[str], level: int) -> Run:
    text, backwards = "".join(pieces), level % 2 == 1
    if used is None:
        return _boxes(face(name), pieces, backwards=backwards)
    if not used.name.startswith(FOUND) and used.simple.issuperset(text):
        return Run(used, one_by_one(used, text, backwards=backwards))
    run = Run(used, shaped(used, text, backwards=backwards), text, backwards=backwards)
    fits = used.embeds(glyph.number for glyph in run.glyphs)
    return run if fits else _boxes(face(name), pieces, backwards=backwards)


def _boxes(used: Face, pieces: Sequence[str], *, backwards: bool) -> Run:
    """A visible box for each grapheme, copied as what it stands for."""
    width = used.advance[0] * used.scale
    seen = [piece for piece in pieces if not all(map(ignorable, piece))]
    boxes = tuple(Glyph(0, width, text=piece, cluster=nth) for nth, piece in enumerate(seen))
    return Run(used, boxes[::-1] if backwards else boxes, "".join(seen), backwards=backwards)


def _script(grapheme: str) -> str:
    """The script of a letter, as its name begins: letters of two scripts are not shaped together."""
    return character_name(grapheme[0], "").partition(" ")[0] if grapheme[0].isalpha() else ""


def _faces(name: str, pieces: Sequence[str]) -> Iterator[Face | None]:
    """For each grapheme the face that has it: `name`, our other ones, one of the machine's, or none."""
    ours = [face(each) for each in (name, *RESERVES)]
    first = [next((each for each in ours if each.bears(piece)), None) for piece in pieces]
    for missing, group in groupby(zip(first, pieces, strict=True), lambda item: item[0] is None):
        if missing:
            yield from _found(name, tuple(piece for _, piece in group))
        else:
            yield from (each for each, _ in group)


@lru_cache(maxsize=512)
def _found(name: str, pieces: tuple[str, ...]) -> tuple[Face | None, ...]:
    """The machine's fonts for a stretch of graphemes: the one that has most of them, of those the nearest in looks."""
    left = {piece for piece in pieces if can_order(piece)}
    chosen: dict[str, Face] = {}
    for font in _most_first(name, left) if left else ():
        loaded = _loaded(font) if left else None
        borne = {piece for piece in left if loaded and loaded.bears(piece)}
        chosen.update((piece, loaded) for piece in borne if loaded)
        left -= borne
    return tuple(chosen.get(piece) for piece in pieces)


def _most_first(name: str, pieces: AbstractSet[str]) -> list[MachineFont]:
    looks = _by_looks("bold" in name, "italic" in name, "serif" in name, machine_fonts())
    counts = {font: sum(all(font.has(c) or ignorable(c) for c in piece) for piece in pieces) for font in looks}
    return sorted(filter(counts.__getitem__, looks), key=counts.__getitem__, reverse=True)


@lru_cache(maxsize=16)
def _by_looks(bold: bool, italic: bool, serif: bool, fonts: tuple[MachineFont, ...]) -> list[MachineFont]:
    return sorted(fonts, key=lambda font: font.distance(bold=bold, italic=italic, serif=serif))


@lru_cache(maxsize=24)
def _loaded(font: MachineFont) -> Face | None:
    """The face, or None where the file is damaged."""
    try:
        return Face(font.name, font.path.read_bytes(), index=font.index)
    except Exception:  # noqa: BLE001 - reportlab's reader raises whatever a damaged table makes it raise
        return None
