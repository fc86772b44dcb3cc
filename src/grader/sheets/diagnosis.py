"""Why a text is no number: what was seen in it, and how to write it instead, each in one sentence."""

from __future__ import annotations

import re

from grader.sheets import limits

_MONTH = (
    "(?:jan|ene|feb|f[ée]v|mar|m[aä]r|apr|abr|avr|ma[iy]|jun|juin|jul|juil|aug|ago|ao[uû]|sep|o[ck]t|nov|d[eé]c|dez|dic)"
    r"[a-zéûä]{0,7}\.?"
)
_DATE = (
    rf"[0-9]{{1,2}}\.?[-/. ]{{1,2}}{_MONTH}(?:[-/. ]{{1,2}}[0-9]{{2,4}})?"
    rf"|{_MONTH}[-/. ]{{1,2}}[0-9]{{1,4}}"
    r"|[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}|[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}"
)
_REAL = r"[0-9]+[.,]?[0-9]*|[.,][0-9]+"

SEEN: tuple[tuple[str, str], ...] = (
    (
        r"[+-]?\.?(?:nan|inf|infinity|∞)",
        "is not a finite number: check the step before it, and write the number that comes out",
    ),
    (r"#[a-z/0]+[!?]?", "is an error of the spreadsheet: correct its formula, or write the number itself"),
    (
        rf"(?:{_DATE})(?:[ t][0-9:.]+)?",
        "is a date, which spreadsheets make of fractions: write it as a decimal, like 0.5",
    ),
    (r"[0-9]+(?::[0-9]+)+", "reads as a time of day: write one decimal number, like 0.5"),
    (r".*%", "has a percent sign: write the number itself, 0.5 for 50 %"),
    (r"[+-] ?[+-].*", "begins with two signs: write one or none"),
    (r"[+-]?0[xob][0-9a-f]+", "is not written in base ten: write it with the digits 0 to 9"),
    (r"[+-]?[0-9][0-9.]*_[0-9_.e]*", "has underscores: write the digits with nothing between them"),
    (rf"[+-]?(?:{_REAL})d[+-]?[0-9]+", "has an exponent written with d: write it with e, like 1e3"),
    (rf"[+-]?(?:{_REAL})[fl]", "ends in a letter of a programming language: leave the letter out"),
    (rf"[+-]?(?:{_REAL})e[+-]?", "has an e and no exponent after it: write both, like 1e-3, or neither"),
    (rf"(?:[+-]?(?:{_REAL})?)? ?[+-] ?(?:{_REAL})?[ij]", "is a complex number: a real one is asked for"),
    (
        r"[+-]?\([^()]*\)",
        "stands in parentheses: write the number alone, with - in front of it if it is negative",
    ),
    (rf"(?:{_REAL}) ?-", "has its minus sign at the end: write it in front of the number"),
    (r".*(?:\.\.|\u0305).*", "leaves digits to be imagined: write as many as are asked for"),
    (r"[+-]? ?[0-9 ]+/ ?[+-]?0+", "divides by zero: check the step before it"),
    (r"[+-]? ?[0-9 ]+/ ?[+-]?[0-9]+", "is not read as a fraction: write it as a decimal, like 0.5"),
    (
        rf"[+-]? ?(?:{_REAL}) ?/ ?[+-]?(?:{_REAL})",
        "divides numbers that are not whole: write the result, like 0.5",
    ),
    (rf"[+-]? ?(?:{_REAL})[,;]", "ends in a mark that is no part of a number: leave it out"),
    (r"[+-]? ?[0-9]*(?:[.,][0-9]*){2,}", "has more than one decimal mark: write one point, like 1.25"),
    (r"[+-]? ?[0-9.,']+(?: [+-]?[0-9.,']+)+", "is more than one number: write one, with no spaces in it"),
    (r"true|false|yes|no", "is a word of logic: a number is asked for"),
    (r"[$€£¥].*|.*[0-9.] ?[$€£¥]", "has a sign of money: write the number alone"),
    (r".*(?:[0-9.,)] ?[+*/^x-] ?[0-9.(]).*", "is a calculation: write the number that it comes to"),
    (
        r"[+-]?(?:π|pi|e|τ|ln|log|exp|sqrt|√|tanh|sin|cos|σ|∂|\\[a-z]+).*",
        "is a formula: write the number that it comes to",
    ),
    (
        rf"[+-]? ?(?:{_REAL})(?:e[+-]?[0-9]+)? ?[^0-9].*",
        "has something after the number: write the number alone, without a unit",
    ),
    (r"[^0-9]*", "has no digits: write a number, or leave the answer empty"),
)
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), sentence) for pattern, sentence in SEEN)


def quoted(text: str) -> str:
    """The text as a sentence shows it: in quotes, shortened."""
    return f"'{text}'" if len(text) <= 40 else f"'{text[:40]}…'"


def why_not(text: str) -> str:
    """The sentence for a text (as `keyboard` spells it) that was not read as a number."""
    if not text:
        return "there is nothing to read: write a number"
    if len(text) > limits.NUMBER_CHARACTERS:
        return f"{quoted(text)} has more than {limits.NUMBER_CHARACTERS} characters: write the number alone"
    for pattern, sentence in _PATTERNS:
        if pattern.fullmatch(text):
            return f"{quoted(text)} {sentence}"
    return f"{quoted(text)} is not a number: write it like 0.852, -3e-5 or 1/3"
