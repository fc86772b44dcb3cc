"""The faces that pages are set in, and how they stand in a PDF.

A face is embedded as a composite font whose two-byte codes are its own glyph numbers: what is drawn is the
same bytes in every document, and only the glyphs that a document uses go into it. Glyph 0 of our faces is a
visible box, so a character that nobody has is seen to be missing.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from io import BytesIO
from itertools import groupby
from operator import itemgetter

from reportlab.pdfbase import pdfdoc, pdfmetrics
from reportlab.pdfbase.ttfonts import TTFontFile

from grader.pages.engine import STIX_TWO_MATH

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
MISSING = "□"
COPIED = {ord("−"): "-", 0xA0: " ", 0x2009: " "}
"""What some characters are copied as: a minus sign as the hyphen that programs read."""
PRIVATE = 0xF0000
"""Private code points under which reportlab's subsetter is asked for glyphs by number."""


class _Raw(pdfdoc.PDFObject):  # type: ignore[misc]
    """Bytes that are PDF already."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def format(self, document: object) -> bytes:  # noqa: ARG002 - reportlab's interface
        return self.data


def _stream(packed: bytes, **entries: int) -> pdfdoc.PDFStream:
    stream = pdfdoc.PDFStream(content=packed, filters=None)
    stream.dictionary["Filter"] = pdfdoc.PDFName("FlateDecode")
    for name, value in entries.items():
        stream.dictionary[name] = value
    return stream


@dataclass(frozen=True)
class Subset:
    """What a document embeds of a face, ready to be written."""

    name: str
    program: bytes
    length: int
    widths: bytes
    to_glyph: bytes
    to_unicode: bytes


class Face:
    _dynamicFont = 1  # reportlab's word for a font that it must not write into a page by itself
    _multiByte = 1

    def __init__(self, name: str, data: bytes) -> None:
        self.fontName = name
        self.face = TTFontFile(BytesIO(data))
        self.glyph_of: dict[int, int] = dict(self.face.charToGlyph)
        self.scale = 1 / float(self.face.unitsPerEm)
        self.advance = [int(advance) for advance, _ in self.face.hmetrics]
        common = "" if name in RESERVES else COMMON
        self.common = {self.glyph_of[ord(c)]: c for c in common if ord(c) in self.glyph_of}
        self._subsets: dict[tuple[tuple[int, str], ...], Subset] = {}

    def has(self, character: str) -> bool:
        return ord(character) in self.glyph_of

    def glyphs(self, text: str) -> list[int]:
        return [self.glyph_of.get(ord(c), 0) for c in text]

    def width(self, text: str, size: float) -> float:
        return _em_width(self, text) * size

    def embed(self, document: pdfdoc.PDFDocument, used: Mapping[int, str]) -> None:
        """Adds to a document the glyphs that it uses; `used` says what each stands for when it is copied."""
        subset = self._subset(tuple(sorted({**used, **self.common}.items())))
        tag, name, face = self.fontName, pdfdoc.PDFName(subset.name), self.face
        descriptor = {
            "Type": "/FontDescriptor", "FontName": name, "Flags": 4, "FontBBox": pdfdoc.PDFArray(face.bbox),
            "ItalicAngle": face.italicAngle, "Ascent": face.ascent, "Descent": face.descent,
            "CapHeight": face.capHeight, "StemV": face.stemV,
            "FontFile2": document.Reference(_stream(subset.program, Length1=subset.length), "f2" + tag),
        }  # fmt: skip
        descendant = {
            "Type": "/Font", "Subtype": "/CIDFontType2", "BaseFont": name,
            "DW": 600, "W": _Raw(subset.widths),
            "CIDSystemInfo": _Raw(b"<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"),
            "FontDescriptor": document.Reference(pdfdoc.PDFDictionary(descriptor), "fd" + tag),
            "CIDToGIDMap": document.Reference(_stream(subset.to_glyph), "cg" + tag),
        }  # fmt: skip
        descendants = [document.Reference(pdfdoc.PDFDictionary(descendant), "df" + tag)]
        font = {
            "Type": "/Font", "Subtype": "/Type0", "BaseFont": name, "Encoding": "/Identity-H",
            "DescendantFonts": pdfdoc.PDFArray(descendants),
            "ToUnicode": document.Reference(_stream(subset.to_unicode), "tu" + tag),
        }  # fmt: skip
        fonts = document.idToObject["BasicFonts"].dict
        fonts[tag] = document.Reference(pdfdoc.PDFDictionary(font), tag)

    def _subset(self, used: tuple[tuple[int, str], ...]) -> Subset:
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
            name=f"{tag}+{self.face.name.decode()}",
            program=zlib.compress(program),
            length=len(program),
            widths=f"[{widths}]".encode(),
            to_glyph=zlib.compress(bytes(numbers)),
            to_unicode=zlib.compress(_to_unicode(used)),
        )


def _to_unicode(used: Iterable[tuple[int, str]]) -> bytes:
    """What glyphs mean when copied or searched, in UTF-16 (reportlab's own map is wrong above U+FFFF)."""
    meant = ((glyph, character.translate(COPIED) if glyph else MISSING) for glyph, character in used)
    entries = [f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>" for glyph, text in meant]
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


@lru_cache(maxsize=50_000)
def _em_width(face: Face, text: str) -> float:
    return sum(face.advance[glyph] for glyph in face.glyphs(text)) * face.scale


@cache
def face(name: str) -> Face:
    """A face of ours by its short name, or `math`: STIX Two Math, which comes with ziamath."""
    file = resources.files("grader.pages") / "fonts" / f"{FILES[name]}.ttf" if name in FILES else STIX_TWO_MATH
    made = Face(name, file.read_bytes())
    pdfmetrics.registerFont(made)
    return made


@lru_cache(maxsize=50_000)
def spans(name: str, text: str) -> tuple[tuple[str, str], ...]:
    """The text as (face, piece): what `name` lacks is taken from the first of the `RESERVES` that has it."""
    if all(map(face(name).has, text)):
        return ((name, text),)
    chosen = ((_bearer(name, character), character) for character in text)
    return tuple((used, "".join(c for _, c in group)) for used, group in groupby(chosen, itemgetter(0)))


def _bearer(name: str, character: str) -> str:
    return next((each for each in (name, *RESERVES) if face(each).has(character)), name)


def width(name: str, text: str, size: float) -> float:
    return sum(face(used).width(piece, size) for used, piece in spans(name, text))
