"""Text that nobody vouches for, made fit to be shown."""

from __future__ import annotations

import re
from itertools import accumulate, takewhile

from grader.pages.letters.fonts import width
from grader.pages.letters.graphemes import graphemes, shortened, visible

LONGEST_TEXT, LONGEST_NAME = 2000, 120
NEGATIVE = re.compile(r"-[\d.,]+(?:e[-+]?\d+)?")


def clean(text: str, limit: int = LONGEST_TEXT) -> str:
    r"""Text that nobody vouches for, as pages show it: composed, without control characters, not too long.

    It is cut between graphemes. Joiners are kept where a script or an emoji needs them; a letter keeps four marks.

    >>> clean("Zoe\u0301\u202e\x00\n Li")
    'Zoé Li'
    """
    reach = 2 * limit + 100
    words = " ".join(visible(text[:reach]).split())
    return words if len(words) <= limit and len(text) <= reach else shortened(words, limit - 1) + "…"


def fitted(text: str, available: float, size: float = 8.0, face: str = "sans") -> str:
    """The text, cut to a width."""
    if width(face, text, size) <= available:
        return text
    return _fitting(text, available - width(face, "…", size), size, face) + "…"


def _fitting(text: str, room: float, size: float, face: str) -> str:
    """The longest beginning that fits, by its graphemes' widths: letters that join are not wider together."""
    pieces = graphemes(text)
    ends = accumulate(width(face, piece, size) for piece in pieces)
    count = sum(1 for _ in takewhile(lambda end: end <= room, ends))
    return "".join(pieces[:count])


def minus(text: str) -> str:
    """A negative number with a minus sign, which is copied as a hyphen."""
    return text.replace("-", "−") if NEGATIVE.fullmatch(text) else text
