"""A face as it stands in a PDF.

It is embedded as a composite font whose two-byte codes are its own glyph numbers: what is drawn is the same bytes
in every document, and only the glyphs that a document uses go into it.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from unicodedata import category

from reportlab.pdfbase.ttfonts import TTFontFile

from grader.pages.letters.graphemes import ignorable

MISSING = "□"
COPIED = {ord("−"): "-", 0xA0: " ", 0x2009: " "}
"""What some characters are copied as: a minus sign as the hyphen that programs read."""
NOBODYS = {"Cn", "Co"}
"""Characters without a meaning of their own: a font that draws one draws what it likes."""
UNSAFE = re.compile(r"[^A-Za-z0-9-]")
PRIVATE = 0xF0000
"""Private code points under which reportlab's subsetter is asked for glyphs by number."""


@dataclass(frozen=True)
class Subset:
    """What a document embeds of a face, ready to be written."""

    name: str
    program: bytes
    length: int
    widths: str
    to_glyph: bytes
    to_unicode: bytes


class Face:
    def __init__(self, name: str, data: bytes, common: str = "", index: int = 0) -> None:
        """`data`: a TrueType file, or a collection of which the face is the `index`-th.

        `common`: characters that every document embeds, so that most documents share one subset.
        """
        self.name = name
        self.data, self.index = data, index
        self.face = TTFontFile(BytesIO(data), subfontIndex=index)
        self.glyph_of: dict[int, int] = dict(self.face.charToGlyph)
        self.scale = 1 / float(self.face.unitsPerEm)
        self.advance = [int(advance) for advance, _ in self.face.hmetrics]
        self.common = {self.glyph_of[ord(c)]: c for c in common if ord(c) in self.glyph_of}
        self._subsets: dict[tuple[tuple[int, str], ...], Subset] = {}

    @cached_property
    def simple(self) -> frozenset[str]:
        """What is set character by character: all but marks, whose place depends on their letter."""
        return frozenset(c for c in map(chr, self.glyph_of) if category(c)[0] != "M" and category(c) not in NOBODYS)

    def has(self, character: str) -> bool:
        return ord(character) in self.glyph_of

    def bears(self, grapheme: str) -> bool:
        """Whether each visible character of it has a glyph, and one that draws something.

        Fonts of coloured pictures have glyphs without outlines, which a PDF would show as nothing.
        """
        seen = [c for c in grapheme if not ignorable(c)]
        return bool(seen) and all(self.has(c) and category(c) not in NOBODYS and self._drawn(c) for c in seen)

    def _drawn(self, character: str) -> bool:
        glyph, places = self.glyph_of[ord(character)], self.face.glyphPos
        return character.isspace() or (0 < glyph < len(places) - 1 and bool(places[glyph + 1] > places[glyph]))

    def glyphs(self, text: str) -> list[int]:
        return [self.glyph_of.get(ord(c), 0) for c in text]

    def width(self, text: str) -> float:
        """In em, character by character."""
        return sum(self.advance[glyph] for glyph in self.glyphs(text)) * self.scale

    def embeds(self, glyphs: Iterable[int]) -> bool:
        """Whether a document can hold these glyphs: the fonts of a machine may be damaged."""
        try:
            self._make_subset(tuple((glyph, "") for glyph in sorted(set(glyphs))))
        except Exception:  # noqa: BLE001 - reportlab's subsetter raises whatever a damaged table makes it raise
            return False
        return True

    def subset(self, meanings: Mapping[int, str]) -> Subset:
        """What a file embeds that uses these glyphs; each stands for its meaning when it is copied."""
        used = tuple(sorted({**meanings, **self.common}.items()))
        if used not in self._subsets:
            if len(self._subsets) >= 64:  # students' names differ: the cache must not grow with the class
                self._subsets.clear()
            self._subsets[used] = self._make_subset(used)
        return self._subsets[used]

    def _make_subset(self, used: tuple[tuple[int, str], ...]) -> Subset:
        glyphs = [glyph for glyph, _ in used if glyph]
        codes = [PRIVATE + glyph for glyph in glyphs]
        self.face.charToGlyph.update(zip(codes, glyphs, strict=True))
        program = self.face.makeSubset(codes)
        numbers = bytearray(2 * (max(glyphs, default=0) + 1))
        for new, old in enumerate(glyphs, start=1):
            numbers[2 * old : 2 * old + 2] = new.to_bytes(2, "big")
        widths = " ".join(f"{g} [{self.advance[g] * 1000 * self.scale:.4g}]" for g in (0, *glyphs))
        digest = hashlib.sha256(repr(used).encode()).digest()
        tag = "".join(chr(65 + byte % 26) for byte in digest[:6])
        return Subset(
            name=f"{tag}+{UNSAFE.sub('', self.face.name.decode('latin-1'))}",
            program=zlib.compress(program),
            length=len(program),
            widths=f"[{widths}]",
            to_glyph=zlib.compress(bytes(numbers)),
            to_unicode=zlib.compress(_to_unicode(used)),
        )


def _to_unicode(used: Iterable[tuple[int, str]]) -> bytes:
    """What glyphs mean when copied or searched, in UTF-16 (reportlab's own map is wrong above U+FFFF)."""
    meant = ((glyph, character.translate(COPIED) if glyph else MISSING) for glyph, character in used)
    entries = [f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>" for glyph, text in meant if text]
    blocks = (entries[i : i + 100] for i in range(0, len(entries), 100))
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <0000> <ffff> endcodespacerange",
        *("\n".join([f"{len(block)} beginbfchar", *block, "endbfchar"]) for block in blocks),
        "endcmap CMapName currentdict /CMap defineresource pop end end",
    ]
    return "\n".join(lines).encode()
