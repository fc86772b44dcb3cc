"""What was written, and what it was read as: the only form in which marking sees a student's work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from grader.expression import Reading

# Number, Cell and Entry are never changed, but not frozen either: they are made by the thousand, and freezing a
# dataclass doubles what making one costs.


@dataclass
class Number:
    """A number as it was written.

    `value` is the nearest double; `canonical` the same number spelled with ASCII digits, a point and `e`
    ("0.852", "-3e-5") or as a fraction ("1/3"), from which its exact value and its written digits are known.
    `note` says what the reader had to assume ("" if nothing).
    """

    value: float
    canonical: str
    note: str = ""

    @cached_property
    def exact(self) -> Fraction:
        """The number that was written, with no rounding."""
        return Fraction(self.canonical)

    @cached_property
    def decimals(self) -> int | None:
        """Digits written after the decimal point (negative where an exponent shifts it); None for a fraction.

        >>> Number(0.85, "0.850").decimals, Number(500.0, "5e2").decimals, Number(1 / 3, "1/3").decimals
        (3, -2, None)
        """
        if "/" in self.canonical:
            return None
        mantissa, _, exponent = self.canonical.partition("e")
        return len(mantissa.partition(".")[2]) - int(exponent or 0)

    @cached_property
    def significant(self) -> int | None:
        """Significant digits written, trailing zeros included; None for a fraction.

        >>> Number(0.05, "0.050").significant, Number(12.0, "12").significant
        (2, 2)
        """
        if "/" in self.canonical:
            return None
        digits = self.canonical.partition("e")[0].lstrip("-").replace(".", "")
        return len(digits.lstrip("0"))


@dataclass(slots=True)
class Cell:
    """One entry of an answer: its raw text, and the number it was read as or the problem with it.

    Blank: no text. Readable: a number (kinds number and integer), a label (kind choice), or the formulas that it can be
    read as, the likeliest first (kind expression). Otherwise `problem` is a sentence for the student that says what was
    read and how to write it.
    """

    text: str = ""
    number: Number | None = None
    label: str | None = None
    problem: str = ""
    line: int | None = None
    formulas: tuple[Reading, ...] = ()

    @property
    def blank(self) -> bool:
        return not self.text and not self.problem

    @property
    def readable(self) -> bool:
        return self.number is not None or self.label is not None or bool(self.formulas)


BLANK = Cell()

Answers = Mapping[str, Sequence[Cell]]
"""A question's answers: for each part that was answered its cells, row by row (see Part.cells)."""


@dataclass(frozen=True)
class Problem:
    """Something a person should know about a sheet that could be read: where, what, what to do."""

    message: str
    line: int | None = None
    advice: str = ""


@dataclass(slots=True)
class Entry:
    """One thing written on a sheet, before anybody knows which parts the assignment has.

    `text` is a scalar's raw text (a whole array literal of a CSV cell included), or nested lists of such
    texts for a YAML list; `problem` is set where the file's own syntax has spoilt the value. `rest` stands behind the
    answer on its line, with the sign that divides them: the part's meaning, a note, or what was cut off the answer.
    """

    question: str
    part: str
    text: str | list[object]
    line: int
    problem: str = ""
    rest: str = field(default="", compare=False)


@dataclass(frozen=True)
class Sheet:
    """An answer sheet as a file holds it: whose it says it is, and what was entered, in the file's order."""

    assignment: str = ""
    student: str = ""
    instance: str = ""
    entries: Sequence[Entry] = ()
    problems: Sequence[Problem] = field(default_factory=tuple)
    decimal_comma: bool = False
    """The file's dialect itself says that commas are decimal commas (a `;` file)."""
