"""Characters that readers see as one: a letter with its marks, a conjunct, an emoji of several parts.

After Unicode's UAX 29 ("Unicode Text Segmentation"), in the cases that names and comments have.
"""

from __future__ import annotations

import re
from unicodedata import category, combining, normalize

JOINER, NON_JOINER = "\u200d", "\u200c"
LONGEST = 16
"""Characters in one grapheme: hostile texts have thousands of marks on a letter."""
MOST_MARKS = 4
"""Marks above and below a letter: more would climb out of the line."""
OUTSIDE = 200
"""Combining classes from here on are those of marks above and below; letters' own signs have lower ones."""
VIRAMA = 9
"""The combining class of the signs that fuse two consonants into one."""
INVISIBLE = {"Cc", "Cf", "Cs"}
BLANK = re.compile("[\u115f\u1160\u3164\uffa0]")
"""Letters that are drawn as nothing: fillers of Korean syllables."""
FILLER = re.compile("[\u034f\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
MODIFIER = re.compile("[\u200c\u200d\U0001f3fb-\U0001f3ff]")
FLAG = re.compile("[\U0001f1e6-\U0001f1ff]")
LETTER = "[\u0600-\u109f\u1780-\u18af\ua800-\uabff\U00011000-\U000117ff]"
PICTURE = "[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]"
IDLE = re.compile(f"(?<!{LETTER}|{PICTURE})[\u200c\u200d]|[\u200c\u200d](?!{LETTER}|{PICTURE})")
"""Joiners but for those between letters of scripts that join or stack, or between the parts of an emoji."""

USUAL = re.compile("[ -~\u00a1-\u00ac\u00ae-\u02ff\u0388-\u0482\u048a-\u052f\u1ea0-\u1ef9\u2010-\u2027]*")
"""Text that is as it should be: the letters of most names, composed."""


def visible(text: str) -> str:
    """The text composed, without what draws nothing or changes what stands beside it, with spaces for line ends."""
    if USUAL.fullmatch(text):
        return text
    kept = "".join(map(_kept, text))
    return normalize("NFC", IDLE.sub("", _thinned(normalize("NFC", kept))))


def _kept(character: str) -> str:
    if character.isspace():
        return " "
    invisible = category(character) in INVISIBLE and character not in (JOINER, NON_JOINER)
    return "" if invisible or BLANK.match(character) else character


def _thinned(text: str) -> str:
    out, marks = [], 0
    for character in text:
        if category(character)[0] == "M":
            marks += combining(character) >= OUTSIDE or category(character) == "Me"
            if marks > MOST_MARKS:
                continue
        elif character not in (JOINER, NON_JOINER):
            marks = 0
        out.append(character)
    return "".join(out)


def ignorable(character: str) -> bool:
    """Whether it draws nothing by itself: a joiner, a variation selector, a filler."""
    return category(character) == "Cf" or FILLER.match(character) is not None or BLANK.match(character) is not None


def graphemes(text: str) -> list[str]:
    r"""The text in pieces that are never cut; joined again they are the text.

    >>> [len(piece) for piece in graphemes("Zoe\u0301 \U0001f469\u200d\U0001f467 क्षि")]
    [1, 1, 2, 1, 3, 1, 4]
    """
    if text.isascii():
        return list(text)
    out: list[str] = []
    for character in text:
        if out and len(out[-1]) < LONGEST and _continues(out[-1], character):
            out[-1] += character
        else:
            out.append(character)
    return out


def _continues(before: str, character: str) -> bool:
    kind = category(character)
    if kind[0] == "M" or MODIFIER.match(character):
        return True
    last = before[-1]
    if FLAG.match(character):
        return len(before) == 1 and FLAG.match(before) is not None
    if kind == "So":
        return last == JOINER
    fused = before[-2:-1] if last in (JOINER, NON_JOINER) else last
    return kind == "Lo" and last != NON_JOINER and combining(fused or "a") == VIRAMA


def shortened(text: str, longest: int) -> str:
    """The text's beginning, at most so many characters, cut between graphemes."""
    length = 0
    for grapheme in graphemes(text[: longest + LONGEST]):
        if length + len(grapheme) > longest:
            break
        length += len(grapheme)
    return text[: length or longest].rstrip(JOINER + NON_JOINER)
