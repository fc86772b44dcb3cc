"""One number, many characters: what word processors and phones make of a typed number, undone."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

TYPED = str.maketrans(
    {
        **dict.fromkeys("−⁻₋➖\u00ad", "-"),  # a soft hyphen is what is left of a minus sign in some PDFs
        **dict.fromkeys("×·⋅∙•∗✕⨯", "*"),
        **dict.fromkeys("⁄∕÷", "/"),
        **dict.fromkeys("’‘ʼ′٬", "'"),
        **dict.fromkeys("“”„″", '"'),
        **dict.fromkeys("≃≅≒∼〜～", "≈"),
        "~": "≈",
        "٫": ".",
        "…": "...",
    },
)
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_EXPONENT = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+")


@lru_cache(maxsize=4096)
def typed_char(char: str) -> str:
    typed = char.translate(TYPED)
    if char.isascii() or typed != char:
        return typed
    origin = unicodedata.decomposition(char).partition(" ")[0]
    if origin == "<fraction>":  # NFKC alone would make 11/2 of 1½
        return f" {unicodedata.normalize('NFKC', char).replace('⁄', '/')} "
    if origin in {"<wide>", "<narrow>", "<small>"}:
        return unicodedata.normalize("NFKC", char).translate(TYPED)
    match unicodedata.category(char):
        case "Nd":
            typed = str(unicodedata.decimal(char))
        case "Pd":
            typed = "-"
        case "Zs" | "Zl" | "Zp":
            typed = " "
        case "Cf":  # zero-width characters, direction marks, the BOM
            typed = ""
    return typed


def keyboard(text: str) -> str:
    r"""The same number in the characters of a keyboard, with single spaces; what numbers do not need stays.

    >>> keyboard("−１２"), keyboard("1½"), keyboard("5×10⁻¹"), keyboard("1\u202f234,5")
    ('-12', '1 1/2', '5*10^-1', '1 234,5')
    """
    if not text.isascii():
        text = _EXPONENT.sub(lambda run: "^" + run[0].translate(RAISED), text)
        text = "".join(map(typed_char, text))
    return " ".join(text.replace("~", "≈").split())
