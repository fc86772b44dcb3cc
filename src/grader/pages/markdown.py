"""The Markdown that wording may use: paragraphs, bullet lists, bold, italic, code and formulas."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin


@dataclass(frozen=True)
class Run:
    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False


@dataclass(frozen=True)
class InlineFormula:
    latex: str


@dataclass(frozen=True)
class Break:
    """A line ends here."""


Part = Run | InlineFormula | Break


@dataclass(frozen=True)
class Paragraph:
    parts: tuple[Part, ...]
    bullet: bool = False


@dataclass(frozen=True)
class DisplayFormula:
    latex: str

    @property
    def separate(self) -> tuple[str, ...]:
        r"""What stands apart by a wide space may also stand on lines of its own.

        >>> DisplayFormula(r"a = b \qquad c = \text{d \qquad e}").separate
        ('a = b', 'c = \\text{d \\qquad e}')
        """
        out, piece = [], ""
        for part in re.split(r"(\\qquad\b)", self.latex):
            inside = piece.count("{") - piece.count("}")
            if part == r"\qquad" and not inside and "\\begin" not in self.latex:
                out.append(piece.strip())
                piece = ""
            else:
                piece += part
        return (*out, piece.strip())


Parsed = Paragraph | DisplayFormula

_PARSER = (
    MarkdownIt("commonmark", {"html": False})
    .disable(["image", "html_inline", "html_block", "link", "autolink", "reference", "entity"])
    .use(dollarmath_plugin, allow_space=False, double_inline=True)
)
STRUCTURE = {"paragraph_open", "paragraph_close", "bullet_list_open", "bullet_list_close", "list_item_close"}


@lru_cache(maxsize=2048)
def parse(markdown: str) -> tuple[Parsed, ...]:
    """ValueError names what pages cannot show."""
    return tuple(_blocks(_PARSER.parse(markdown), markdown))


def _blocks(tokens: Sequence[Token], markdown: str) -> Iterator[Parsed]:
    bullet = False
    for token in tokens:
        if token.type == "inline":
            for formula, group in _displays(token.children or ()):
                parts = tuple(_parts(group, markdown))
                if parts:
                    yield Paragraph(parts, bullet)
                    bullet = False
                if formula:
                    yield DisplayFormula(formula)
        elif token.type == "math_block":
            yield DisplayFormula(token.content.strip())
        elif token.type == "list_item_open":
            bullet = True
        elif token.type not in STRUCTURE:
            raise ValueError(
                f"Wording may not hold {_plain_name(token)}; use paragraphs and bullet lists: {markdown[:80]}"
            )


def _displays(tokens: Sequence[Token]) -> Iterator[tuple[str, list[Token]]]:
    """The tokens before each `$$…$$` inside a paragraph, with that formula; the rest with none."""
    group: list[Token] = []
    for token in tokens:
        if token.type == "math_inline_double":
            yield token.content.strip(), group
            group = []
        else:
            group.append(token)
    yield "", group


def _parts(tokens: Sequence[Token], markdown: str) -> Iterator[Part]:
    depth = {"strong": 0, "em": 0}
    for token in tokens:
        style, _, end = token.type.rpartition("_")
        if style in depth and end in ("open", "close"):
            depth[style] += token.nesting
        else:
            yield from _part(token, markdown, bold=depth["strong"] > 0, italic=depth["em"] > 0)


def _part(token: Token, markdown: str, *, bold: bool, italic: bool) -> Iterator[Part]:
    match token.type:
        case "text":
            if "$" in token.content:
                raise ValueError(f"A $ has no partner (write money in words): {markdown[:80]}")
            if token.content:
                yield Run(token.content, bold, italic)
        case "code_inline":
            yield Run(token.content, bold, italic, code=True)
        case "math_inline":
            yield InlineFormula(token.content.strip())
        case "softbreak":
            yield Run(" ", bold, italic)
        case "hardbreak":
            yield Break()
        case _:
            raise ValueError(f"Wording may not hold {_plain_name(token)}: {markdown[:80]}")


def _plain_name(token: Token) -> str:
    return token.type.removesuffix("_open").replace("_", " ")


def one_paragraph(markdown: str) -> Paragraph:
    parsed = parse(markdown)
    if len(parsed) != 1 or not isinstance(parsed[0], Paragraph):
        raise ValueError(f"A table's cell holds one paragraph; make it one: {markdown[:80]}")
    return parsed[0]
