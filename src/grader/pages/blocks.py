"""What a page says, without how it is drawn: the one source of its PDF and its HTML.

Lengths are in points (1/72 inch). Colours are `#rrggbb`. Wording (`Text`) and formulas are constant, the same
for every student, and may use Markdown and LaTeX; everything else is drawn as it stands and never parsed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from grader.drawing import Drawing, Math

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
class Working:
    """A step of a solution: its name on the sheet if it is asked for, its symbol and formula (LaTeX), its value.

    `others`: what common mistakes give instead. `choice`: the value is a label, which no formula equals.
    """

    name: str
    symbol: str
    how: str
    value: Value
    others: tuple[tuple[str, str], ...] = ()
    choice: bool = False


@dataclass(frozen=True)
class Worked:
    """The steps of a solution, one below the other; `beside`: the head of the column of `others`, if there is one."""

    steps: tuple[Working, ...]
    beside: str = ""

    @property
    def heads(self) -> tuple[str, ...]:
        return ("part", "symbol", "formula", "value", *((self.beside,) if self.beside else ()))


@dataclass(frozen=True)
class Marked:
    """A cell whose colour stresses what its text already says."""

    text: str
    tone: Tone


@dataclass(frozen=True)
class AnswerBox:
    """A box to write in: its `name` as on the answer sheet, its symbol (LaTeX), a word on its form.

    `short`: what stands in its corner where the whole name has no room, as in a table. `question`, `meaning` and
    `options` are for the form that an HTML page can be: the question's id, the words read out, a choice's labels.
    `lines`: a box as wide as the page, with room for so many lines of writing.
    """

    name: str
    symbol: str = ""
    hint: str = ""
    short: str = ""
    question: str = ""
    meaning: str = ""
    options: tuple[str, ...] = ()
    lines: int = 0

    @property
    def caption(self) -> str:
        """The symbol as it stands before the box: a value equals it, a choice answers it."""
        return f"{self.symbol} =" if self.symbol and not self.options else self.symbol


@dataclass(frozen=True)
class AnswerGrid:
    """An array to fill in, row by row: its `name` as on the answer sheet and its symbol (LaTeX)."""

    name: str
    symbol: str
    rows: tuple[tuple[AnswerBox, ...], ...]

    @property
    def caption(self) -> str:
        return replace(self.rows[0][0], symbol=self.symbol).caption


@dataclass(frozen=True)
class Bar:
    """A cell with a bar: `share` of its track is filled; `text` stands beside it."""

    share: float
    text: str


Cell = str | Math | Marked | Text | AnswerBox | Bar
"""An AnswerBox in a table shows its short name only: the row and the column say what it is."""


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

    @property
    def shape(self) -> tuple[int, str]:
        """The number of columns, and the alignment of each."""
        columns = max([len(self.header), *map(len, self.rows)], default=0)
        align = self.align or "l" + "c" * (columns - 1)
        ragged = [row for row in self.rows if len(row) != columns]
        if ragged or len(align) != columns or (self.header and len(self.header) != columns):
            raise ValueError(
                f"A table of {columns} columns has rows or an alignment of another length; give all the same"
            )
        return columns, align


@dataclass(frozen=True)
class AnswerBoxes:
    """Boxes and grids, side by side as they fit."""

    items: tuple[AnswerBox | AnswerGrid, ...]


@dataclass(frozen=True)
class Scatter:
    """Named dots at (x, y), both in 0..1 (y may be negative).

    `stressed`: names of dots that stand out; `healthy`: the range of x that is as it should be, for y from `low` on.
    """

    dots: tuple[tuple[str, float, float], ...]
    title: str = ""
    note: str = ""
    x_label: str = ""
    y_label: str = ""
    low: float = 0.2
    healthy: tuple[float, float] = (0.2, 0.9)
    stressed: tuple[str, ...] = ()


@dataclass(frozen=True)
class HeatMap:
    """Shares in 0..1 (None: nobody) as coloured cells that also say their per cent.

    `groups`: columns that belong together, each a name and its columns' names; `rows`: a name and its shares.
    """

    groups: tuple[tuple[str, tuple[str, ...]], ...]
    rows: tuple[tuple[str, tuple[float | None, ...]], ...]
    title: str = ""
    note: str = ""


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
class Stats:
    items: tuple[tuple[str, str, str], ...]  # cards: label, value, note


@dataclass(frozen=True)
class Facts:
    items: tuple[tuple[str, str], ...]  # label, value


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


@dataclass(frozen=True)
class Around:
    """A drawing at the right and blocks that flow around it: beside it as far as it reaches, then the whole line."""

    drawing: Drawing
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Panel:
    """A tinted box: a title, wording, and (if any) a file's lines in a frame at its right."""

    title: str
    markdown: str
    file: str = ""
    lines: tuple[str, ...] = ()


Block = (
    Heading | Text | Plain | Formulas | Givens | Table | AnswerBoxes | Histogram | Scatter | HeatMap | Drawing
    | Stats | Facts | Keep | Beside | Around | Panel | Worked
)  # fmt: skip


@dataclass(frozen=True)
class FormPart:
    """What a form asks for: a part's name on the sheet, its kind (grader.part.Kind), its shape, its cells' names."""

    name: str
    kind: str
    shape: tuple[int, ...]
    cells: tuple[str, ...]
    meanings: tuple[str, ...]
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Form:
    """Whose answers an HTML page takes, and which: for each question's id its parts, in the sheet's order."""

    assignment: str
    student: str
    instance: str
    questions: tuple[tuple[str, tuple[FormPart, ...]], ...]


@dataclass(frozen=True)
class Document:
    """`kicker` is above the title, `running` at the head of further pages; a `draft` says so on each.

    With a `form` the HTML page's answer boxes can be filled in, and saved as an answer sheet.
    """

    title: str
    blocks: tuple[Block, ...]
    subtitle: str = ""
    kicker: str = ""
    running: str = ""
    footer: str = ""
    language: str = "en"
    draft: bool = False
    form: Form | None = None
