"""Glyphs for text whose letters join, stack or change places, through HarfBuzz where it is installed.

`pip install grader[shaping]` brings it (uharfbuzz). Without it letters stand one by one: those of scripts that are
written in the order of their letters can be read so; the others are left to the visible box.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import import_module
from typing import Any

from grader.pages.letters.bidi import MIRRORED
from grader.pages.letters.face import Face
from grader.pages.letters.glyphs import Glyph
from grader.pages.letters.graphemes import graphemes, ignorable

REORDERED = re.compile(
    "[\u0900-\u0dff\u0f00-\u109f\u1700-\u17ff\u1900-\u1c7f\ua800-\ua95f\ua980-\uaaff\uabc0-\uabff\U00011000-\U000117ff]"
)
"""Letters of scripts in which a vowel may stand before, around or under what it follows: Indic, Khmer, Burmese, …"""


@lru_cache(maxsize=1)
def harfbuzz() -> Any:
    """The module, or None."""
    try:
        return import_module("uharfbuzz")
    except ImportError:
        return None


def can_order(grapheme: str) -> bool:
    """Whether the grapheme's glyphs can be put in their right places."""
    return harfbuzz() is not None or not REORDERED.search(grapheme)


def shaped(face: Face, text: str, *, backwards: bool) -> tuple[Glyph, ...]:
    """The glyphs of one face for text of one script and direction, from left to right."""
    return _by_harfbuzz(face, text, backwards) if harfbuzz() else one_by_one(face, text, backwards=backwards)


def one_by_one(face: Face, text: str, *, backwards: bool = False) -> tuple[Glyph, ...]:
    pieces = ["".join(c for c in piece if not ignorable(c)) for piece in graphemes(text)]
    out: list[Glyph] = []
    for nth, piece in enumerate(reversed(pieces) if backwards else pieces):
        shown = "".join(MIRRORED.get(c, c) for c in piece) if backwards else piece
        out += [Glyph(n, face.advance[n] * face.scale, text=shown, cluster=nth) for n in face.glyphs(shown)]
    return tuple(out)


def _by_harfbuzz(face: Face, text: str, backwards: bool) -> tuple[Glyph, ...]:
    buffer = harfbuzz().Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if backwards else "ltr"
    harfbuzz().shape(_font(face), buffer)
    starts = sorted({info.cluster for info in buffer.glyph_infos})
    meant = {start: text[start:stop] for start, stop in zip(starts, [*starts[1:], len(text)], strict=True)}
    return tuple(
        Glyph(
            info.codepoint,
            place.x_advance * face.scale,
            place.x_offset * face.scale,
            place.y_offset * face.scale,
            meant[info.cluster],
            info.cluster,
        )
        for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    )


@lru_cache(maxsize=64)
def _font(face: Face) -> Any:
    return harfbuzz().Font(harfbuzz().Face(harfbuzz().Blob(face.data), face.index))
