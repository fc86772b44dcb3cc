"""What a page says, without how it is drawn: the one source of its PDF and its HTML.

Lengths are in points (1/72 inch). Colours are `#rrggbb`. Wording (`Text`) and formulas are constant, the same
for every student, and may use Markdown and LaTeX; everything else is drawn as it stands and never parsed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

INK, BLUE, ORANGE, GREEN, RED, GREY, PALE = (
    "#1b2733", "#1f5aa8", "#c2610c", "#1c7a45", "#b3263c", "#667380", "#f3f7fb",
)  # fmt: skip
Tone = Literal["good", "bad", "warn", "muted"]


@dataclass(frozen=True)
class Heading:
    """A heading; `number` stands in a square before it, `note` ("12 points") small at the right."""

    text: str
    level: Literal[1, 2, 3] = 1
    note: str = ""
    number: str = ""


@dataclass(frozen=True)
class Text:
    """Constant wording: Markdown paragraphs, bullet lists, bold, italic, code, `$…$` and `$$…$$`."""

    markdown: str


@dataclass(frozen=True)
class Plain:
    """Text that changes or that nobody vouches for: never read as markup, cut after 2,000 characters."""

    text: str
    style: Literal["body", "small", "note", "good", "bad"] = "body"


@dataclass(frozen=True)
class Formulas:
    """Display formulas, side by side as long as they fit."""

    latex: tuple[str, ...]


Value = str | tuple[str, ...] | tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Given:
    """`symbol` (LaTeX) = `value`: a formatted number, a column vector of them, or a matrix (rows of them)."""

    symbol: str
    value: Value


@dataclass(frozen=True)
class Givens:
    """The numbers of a question, in a tinted box, side by side as they fit."""

    items: tuple[Given, ...]


@dataclass(frozen=True)
class Math:
    latex: str


@dataclass(frozen=True)
class Marked:
    """A cell whose colour stresses what its text already says."""

    text: str
    tone: Tone


@dataclass(frozen=True)
class AnswerBox:
    """A box to write in: its `name` as on the answer sheet, its symbol (LaTeX), a word on its form."""

    name: str
    symbol: str = ""
    hint: str = ""


Cell = str | Math | Marked | Text | AnswerBox
"""An AnswerBox in a table shows its name only: the row and the column say what it is."""


@dataclass(frozen=True)
class Table:
    """`align`: l, r or c for each column. `widths`: shares of the line; by default columns fit their cells.

    `row_headers`: the first column names its row. Every page that the table reaches repeats its header.
    """

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    align: str = ""
    row_headers: bool = True
    widths: tuple[float, ...] | None = None
    caption: str = ""
    small: bool = False


@dataclass(frozen=True)
class AnswerBoxes:
    items: tuple[AnswerBox, ...]


@dataclass(frozen=True)
class Bars:
    """Horizontal bars: (label, value, what to print at its end). `full`: the value of a full bar."""

    items: tuple[tuple[str, float, str], ...]
    title: str = ""
    full: float | None = None


@dataclass(frozen=True)
class Histogram:
    edges: tuple[float, ...]
    counts: tuple[int, ...]  # between each edge and the next
    mean: float | None = None
    median: float | None = None
    title: str = ""
    x_label: str = ""
    y_label: str = ""


@dataclass(frozen=True)
class Line:
    """An `arrow` has its head at (x2, y2)."""

    x1: float
    y1: float
    x2: float
    y2: float
    color: str = INK
    width: float = 0.8
    dashed: bool = False
    arrow: bool = False


@dataclass(frozen=True)
class Rect:
    """(x, y) is the upper left corner; no `fill` or no `stroke` when empty."""

    x: float
    y: float
    width: float
    height: float
    fill: str = ""
    stroke: str = INK
    line_width: float = 0.8
    dashed: bool = False
    hatched: bool = False
    radius: float = 0.0


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    radius: float = 2.0
    fill: str = INK
    stroke: str = ""


@dataclass(frozen=True)
class Label:
    """(x, y) is the point of the baseline that `anchor` says."""

    x: float
    y: float
    text: str | Math
    size: float = 8.0
    color: str = INK
    anchor: Literal["start", "middle", "end"] = "middle"
    bold: bool = False


Shape = Line | Rect | Dot | Label


@dataclass(frozen=True)
class Drawing:
    """Shapes; the origin is the upper left corner, y grows downwards. `alt` says in words what they show."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    alt: str
    title: str = ""


@dataclass(frozen=True)
class Stats:
    items: tuple[tuple[str, str, str], ...]  # cards: label, value, note


@dataclass(frozen=True)
class Facts:
    items: tuple[tuple[str, str], ...]  # label, value


@dataclass(frozen=True)
class PageBreak:
    pass


@dataclass(frozen=True)
class Keep:
    """Blocks that stay on one page if one page can hold them."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Beside:
    """Two stacks side by side on one page; `share` is the left one's part of the line."""

    left: tuple[Block, ...]
    right: tuple[Block, ...]
    share: float = 0.58


Block = (
    Heading | Text | Plain | Formulas | Givens | Table | AnswerBoxes | Bars | Histogram | Drawing
    | Stats | Facts | PageBreak | Keep | Beside
)  # fmt: skip


@dataclass(frozen=True)
class Document:
    """`kicker` is above the title, `running` at the head of further pages; a `draft` says so on each."""

    title: str
    blocks: tuple[Block, ...]
    subtitle: str = ""
    kicker: str = ""
    running: str = ""
    footer: str = ""
    language: str = "en"
    draft: bool = False
