"""Small TrueType fonts for tests: a shipped face whose characters mean what a test wants them to mean."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from struct import pack, unpack_from

from grader.pages.letters.fonts import FILES, face


def font(
    meanings: Mapping[str, str], *, base: str = "sans", licence: int = 0, weight: int = 400, style: int = 0
) -> bytes:
    """`meanings`: each character, and the one of the base face whose glyph it is drawn with."""
    data = (resources.files("grader.pages.letters") / "faces" / f"{FILES[base]}.ttf").read_bytes()
    tables = _tables(data)
    tables["cmap"] = _cmap({ord(new): face(base).glyph_of[ord(old)] for new, old in meanings.items()})
    looks = bytearray(tables["OS/2"])
    looks[4:6], looks[8:10], looks[62:64] = pack(">H", weight), pack(">H", licence), pack(">H", style)
    tables["OS/2"] = bytes(looks)
    return _file(tables, 0)


def collection(*fonts: bytes) -> bytes:
    start, places, bodies = 12 + 4 * len(fonts), list[int](), b""
    for each in fonts:
        places.append(start + len(bodies))
        bodies += _file(_tables(each), places[-1])
    return pack(f">4sLL{len(fonts)}L", b"ttcf", 0x00010000, len(fonts), *places) + bodies


def _tables(data: bytes) -> dict[str, bytes]:
    records = (unpack_from(">4sLLL", data, 12 + 16 * nth) for nth in range(unpack_from(">H", data, 4)[0]))
    return {tag.decode(): data[offset : offset + length] for tag, _, offset, length in records}


def _file(tables: Mapping[str, bytes], start: int) -> bytes:
    records, bodies, offset = b"", b"", start + 12 + 16 * len(tables)
    for tag, body in sorted(tables.items()):
        records += pack(">4sLLL", tag.encode(), 0, offset + len(bodies), len(body))
        bodies += body + bytes(-len(body) % 4)
    return pack(">LHHHH", 0x00010000, len(tables), 0, 0, 0) + records + bodies


def _cmap(glyphs: Mapping[int, int]) -> bytes:
    groups = b"".join(pack(">LLL", code, code, glyph) for code, glyph in sorted(glyphs.items()))
    subtable = pack(">HHLLL", 12, 0, 16 + len(groups), 0, len(glyphs)) + groups
    return pack(">HHHHL", 0, 1, 3, 10, 12) + subtable
