r"""A formula as one line of plain text, for the terminal: `\frac{\partial E}{\partial W}` is ∂E/∂W."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)
GREEK = {
    unicodedata.name(letter).split()[-1].lower(): letter for letter in "αβγδεζηθικλμνξπρστυφχψω"
} | {
    "lambda": "λ", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Sigma": "Σ", "Phi": "Φ",
    "Omega": "Ω",
}  # fmt: skip
SIGNS = {
    "cdot": "·", "times": "×", "odot": "⊙", "otimes": "⊗", "circ": "∘", "pm": "±", "approx": "≈", "ne": "≠", "neq": "≠",
    "ge": "≥", "geq": "≥", "le": "≤", "leq": "≤", "in": "∈", "to": "→", "cap": "∩", "cup": "∪", "infty": "∞",
    "partial": "∂", "nabla": "∇", "sum": "Σ", "prod": "Π", "int": "∫", "top": "⊤", "ell": "ℓ", "ldots": "…",
    "dots": "…", "cdots": "⋯", "lVert": "‖", "rVert": "‖", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉",
    "mid": "|", "qquad": "   ", "quad": "  ", "textstyle": "", "displaystyle": "", "left": "",
    "right": "",
}  # fmt: skip
ESCAPED = {",": " ", ";": " ", ":": " ", " ": " ", "!": "", "|": "‖", "\\": "; "}
ACCENTS = {"bar": "\u0304", "hat": "\u0302", "tilde": "\u0303", "dot": "\u0307", "vec": "\u20d7"}
LIMITS = re.compile(r"[ΣΠ∫](_\w+|_\([^()]*\))?$")
"""What stands above a sum is no power."""
RAISED = str.maketrans("0123456789−+⊤", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ᵀ")
WORDS = {"max", "min", "arg", "log", "ln", "exp", "tanh", "sin", "cos", "tan", "sigma"}


@lru_cache(2048)
def plain(latex: str) -> str:
    r"""The formula in the order in which it is read.

    >>> print(plain(r"h_{t-1}^{\top}\, \frac{\partial E}{\partial (V h_t)} \odot (1 - h_1^2)"))
    h_(t−1)ᵀ ∂E/∂(V h_t) ⊙ (1 − h_1²)
    >>> print(plain(r"\sqrt{\textstyle\sum_{i=1}^{n} (x_i - \bar x)^2 / (n - 1)} \to e^{-z}"))
    √(Σ_(i=1)^n (x_i − x̄)² / (n − 1)) → e^(−z)
    """
    text = _Reader(latex).until("")
    text = re.sub(r"(?<=[(\[{⌊⌈]) +| +(?=[)\]},⌋⌉])", "", text)
    return unicodedata.normalize("NFC", re.sub(r" {2,}", " ", text).strip())


class _Reader:
    def __init__(self, latex: str) -> None:
        self.tokens = TOKEN.findall(latex)[::-1]

    def until(self, end: str) -> str:
        """What comes before the piece `end`, which is taken away."""
        out = ""
        while self.tokens and (piece := self.tokens.pop()) != end:
            if piece == "^" and LIMITS.search(out):
                out += _script(piece, self.argument().strip(), raised=False)
            elif not (piece.isspace() and out.endswith(("∂", "Δ", "∇"))):
                out = _joined(out, self.read(piece))
        return out

    def argument(self) -> str:
        while self.tokens and self.tokens[-1].isspace():
            self.tokens.pop()
        if not self.tokens:
            return ""
        piece = self.tokens.pop()
        return self.until("}") if piece == "{" else self.read(piece)

    def read(self, piece: str) -> str:
        if piece == "{":
            return self.until("}")
        if piece in ("_", "^"):
            return _script(piece, self.argument().strip())
        if piece == "-":
            return "−"
        if not piece.startswith("\\"):
            return " " if piece.isspace() else piece.replace("&", "").replace("~", " ")
        return self.command(piece[1:])

    def command(self, name: str) -> str:
        if name in READ:
            return READ[name](self)
        if name in ACCENTS:
            letter = self.argument().strip()
            return letter + ACCENTS[name] if len(letter) == 1 else f"{name}({letter})"
        if name in ("begin", "end"):
            self.argument()
            return ""
        return GREEK.get(name) or SIGNS.get(name, ESCAPED.get(name, name))


def _fraction(reader: _Reader) -> str:
    above, below = reader.argument().strip(), reader.argument().strip()
    return f"{_grouped(above)}/{_grouped(below)}"


def _root(reader: _Reader) -> str:
    return f"√({reader.argument().strip()})"


READ: dict[str, Callable[[_Reader], str]] = {
    "frac": _fraction, "tfrac": _fraction, "dfrac": _fraction, "sqrt": _root,
    **dict.fromkeys(("mathrm", "mathcal", "mathbf", "text", "operatorname", "mathit"), _Reader.argument),
}  # fmt: skip


def _joined(before: str, after: str) -> str:
    """With a space where two words would run together: log p, max R."""
    word = re.search(r"[a-z]{2,}$", before)
    apart = word is not None and word.group() in WORDS and (after[:1].isalpha() or after[:1].isdecimal())
    return f"{before} {after}" if apart else before + after


def _script(sign: str, inside: str, *, raised: bool = True) -> str:
    if raised and sign == "^" and inside and all(ord(letter) in RAISED for letter in inside):
        return inside.translate(RAISED)
    return sign + (inside if re.fullmatch(r"\w+|.", inside) else f"({inside})")


def _grouped(text: str) -> str:
    """In parentheses, unless it reads as one thing."""
    depth = 0
    if text.startswith("|") and text.endswith("|") and text.count("|") == 2:
        return text
    for letter in text:
        depth += (letter in "([") - (letter in ")]")
        if depth == 0 and letter in " +−·/":
            return f"({text})"
    return text
