"""The reader's tables and patterns as plain data, for a reader in another language."""

from __future__ import annotations

import re
from typing import Any

from grader.keyboard import RAISED, TYPED
from grader.sheets import limits
from grader.sheets.diagnosis import SEEN
from grader.sheets.numbers import DECIMAL, FRACTION, SPREAD, TEN, TIMES_TEN

_VERBOSE_SPACE = re.compile(r"(?<!\\)\s+")


def rules() -> dict[str, Any]:
    """What `read_number` and `why_not` go by; patterns are ECMAScript's, to be compiled with the flags i and u."""
    patterns = {"timesTen": TIMES_TEN, "ten": TEN, "spread": SPREAD, "decimal": DECIMAL, "fraction": FRACTION}
    return {
        "longest": limits.NUMBER_CHARACTERS,
        "longestFraction": limits.FRACTION_DIGITS,
        "exponent": limits.EXPONENT,
        "typed": {chr(code): typed for code, typed in TYPED.items()},
        "raised": {chr(code): chr(raised) for code, raised in RAISED.items()},
        "patterns": {name: ecmascript(pattern) for name, pattern in patterns.items()},
        "seen": [list(pair) for pair in SEEN],
    }


def ecmascript(pattern: re.Pattern[str]) -> str:
    r"""The pattern as JavaScript spells it.

    >>> ecmascript(re.compile(r"(?P<sign> [+-]? ) \ ? [0-9]+", re.VERBOSE))
    '(?<sign>[+-]?) ?[0-9]+'
    """
    source = pattern.pattern.replace("(?P<", "(?<")
    return _VERBOSE_SPACE.sub("", source).replace("\\ ", " ") if pattern.flags & re.VERBOSE else source
