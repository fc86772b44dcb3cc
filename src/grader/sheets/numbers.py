"""A number as people and spreadsheets write it -> the number, or a sentence that says what to write."""

from __future__ import annotations

import math
import re

from grader.answers import Number
from grader.keyboard import keyboard
from grader.sheets import limits
from grader.sheets.diagnosis import quoted, why_not

_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
TIMES_TEN = re.compile(r"(?<=[0-9.,]) ?[*x] ?10 ?(?:\^|\*\*) ?[({]?([+-]?[0-9]+)[)}]?", re.IGNORECASE)
TEN = re.compile(r"([+-]? ?)10 ?(?:\^|\*\*) ?[({]?([+-]?[0-9]+)[)}]?")
SPREAD = re.compile(r"(.*[0-9.,]) ?(?:±|\+/-|\+-) ?[0-9.,]+(?:e[+-]?[0-9]+)?", re.IGNORECASE)
DECIMAL = re.compile(
    r"""(?P<sign>[+-]?)\ ?(?P<mantissa>
            (?P<commas> [1-9][0-9]{0,2} (?: (?:,[0-9]{3})+ \.[0-9]+ | (?:,[0-9]{3}){2,} ) )
          | (?P<points> [1-9][0-9]{0,2} (?:\.[0-9]{3})+ ,[0-9]+ )
          | [1-9][0-9]{0,2} (?: (?:\ [0-9]{3})+ | (?:'[0-9]{3})+ ) (?:[.,][0-9]+)?
          | (?P<either> [1-9][0-9]{0,2} ,[0-9]{3} )
          | [0-9]+ (?:\.[0-9]*|,[0-9]+)? | [.,][0-9]+
        ) (?:[eE](?P<exponent>[+-]?[0-9]+))?""",
    re.VERBOSE,
)
FRACTION = re.compile(
    r"(?P<sign>[+-]?) ?(?:(?P<whole>[0-9]+) (?=[1-9][0-9]? ?/))?"
    r"(?P<top>[0-9]+) ?/ ?(?P<sign_below>[+-]?)(?P<below>[0-9]+)",
)


class Unreadable(ValueError):
    """A text that is no number; its words are a sentence for the student."""


def read_number(text: str, *, decimal_comma: bool | None = None) -> Number:
    """The number that was written.

    `decimal_comma`: True where the sheet's commas are decimal commas; else a comma must speak for itself.

    >>> read_number("0,852").canonical, read_number("1½").canonical, read_number("−5×10⁻¹").canonical
    ('0.852', '3/2', '-5e-1')
    """
    if number := plain(text):
        return number
    typed = _typed(text)
    bare, note = _bare(typed)
    number = _decimal(bare, decimal_comma) or _fraction(bare)
    if number is None:
        raise Unreadable(why_not(typed))
    return Number(number.value, number.canonical, "; ".join(filter(None, (note, number.note))))


def plain(text: str) -> Number | None:
    """The number, where it is written as most are: 0.852, -3."""
    if len(text) > limits.NUMBER_CHARACTERS or not _PLAIN.fullmatch(text):
        return None
    value = float(text)
    return Number(value, text) if value else Number(0.0, text.lstrip("-"))


def comma_evidence(text: str) -> bool | None:
    """Whether a number's comma can only be a decimal comma (True) or only group thousands (False); else None.

    >>> comma_evidence("0,5"), comma_evidence("1,234.5"), comma_evidence("1,234"), comma_evidence("0.5")
    (True, False, None, None)
    """
    if "," not in text and text.isascii():
        return None
    match = DECIMAL.fullmatch(_bare(_typed(text))[0])
    if match is None or match["either"] or "," not in match["mantissa"]:
        return None
    return not match["commas"]


def _typed(text: str) -> str:
    text = text.strip()
    # Longer texts are refused by their length: no need to look at every character of a page.
    return keyboard(text) if len(text) <= limits.NUMBER_CHARACTERS else text


def _bare(text: str) -> tuple[str, str]:
    """The number without what a spreadsheet or a careful writer put around it, and a note of that."""
    if len(text) > limits.NUMBER_CHARACTERS:
        return "", ""
    text = text.removeprefix("'").lstrip().removeprefix("=").strip()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        text = text[1:-1].strip()
    notes = []
    if text.startswith("≈"):
        text = text[1:].lstrip()
        notes.append("read without the sign for 'about'")
    if spread := SPREAD.fullmatch(text):
        text = spread[1]
        notes.append("read without the uncertainty after ±")
    text = TIMES_TEN.sub(r"e\1", text)
    if ten := TEN.fullmatch(text):
        text = f"{ten[1]}1e{ten[2]}"
    return text, "; ".join(notes)


def _decimal(text: str, decimal_comma: bool | None) -> Number | None:
    match = DECIMAL.fullmatch(text)
    if match is None:
        return None
    mantissa, note = match["mantissa"], ""
    if match["either"]:
        point, joined = mantissa.replace(",", "."), mantissa.replace(",", "")
        if not decimal_comma:
            raise Unreadable(f"{quoted(text)} could be {point} or {joined}: write it with a point, or without a comma")
        note = f"read as {point}, because the commas on this sheet are decimal commas"
    if match["commas"]:
        mantissa = mantissa.replace(",", "")
    if match["points"]:
        mantissa = mantissa.replace(".", "")
    mantissa = mantissa.replace(" ", "").replace("'", "").replace(",", ".")
    whole, _, digits = mantissa.partition(".")
    canonical = (whole or "0") + (f".{digits}" if digits else "")
    if match["exponent"]:
        canonical += f"e{_exponent(text, match['exponent'])}"
    return _number(text, match["sign"], canonical, note)


def _exponent(text: str, written: str) -> int:
    exponent = int(written)
    if abs(exponent) > limits.EXPONENT:
        raise Unreadable(f"{quoted(text)} has an exponent that no computation here can reach: check it")
    return exponent


def _number(text: str, sign: str, canonical: str, note: str) -> Number:
    value = float(canonical)
    if math.isinf(value):
        raise Unreadable(f"{quoted(text)} is too large: the largest number a computer's double holds is about 1.8e308")
    if value == 0:
        small = canonical.partition("e")[0].strip("0.") and "smaller than a double can hold, read as 0"
        return Number(0.0, canonical, "; ".join(filter(None, (note, small))))
    if sign == "-":
        return Number(-value, f"-{canonical}", note)
    return Number(value, canonical, note)


def _fraction(text: str) -> Number | None:
    match = FRACTION.fullmatch(text)
    if match is None:
        return None
    whole, top, below = int(match["whole"] or 0), int(match["top"]), int(match["below"])
    if max(len(match[name] or "") for name in ("whole", "top", "below")) > limits.FRACTION_DIGITS:
        raise Unreadable(f"{quoted(text)} is a fraction of too many digits: write it as a decimal, like 0.333")
    if below == 0 or (match["whole"] and top >= below):
        return None
    top += whole * below
    if top and (match["sign"] == "-") != (match["sign_below"] == "-"):
        top = -top
    return Number(top / below, f"{top}/{below}")
