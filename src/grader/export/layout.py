"""What a course system's file says where: the rows of students, and the column of the scores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grader.errors import CourseError, did_you_mean
from grader.export.people import Key


@dataclass(frozen=True, slots=True)
class Line:
    """A student's row: its number from 0, what it says of who it is, how to name it to a person."""

    row: int
    keys: Sequence[Key]
    shown: str
    maximum: float | None = None
    locked: str = ""
    """Why the system would not take a score here."""


@dataclass(frozen=True)
class Layout:
    """`column`: where scores go; `kept`: words that stay where they stand there, and what they say of the student."""

    column: int
    title: str
    lines: Sequence[Line]
    kept: Mapping[str, str] = field(default_factory=dict)


def decimal(text: str) -> float | None:
    """A maximum as it stands in such files, with point or comma.

    >>> decimal("10,00"), decimal("100"), decimal("(read only)")
    (10.0, 100.0, None)
    """
    try:
        value = float(text.replace(",", ".").removesuffix("%"))
    except ValueError:
        return None
    return value if value > 0 else None


def pick(names: Sequence[str], wanted: Iterable[str], asked: str, file: Path, what: str) -> int:
    """The place of the one column that is called so, whatever its case. CourseError: none, or several."""
    words = {word.casefold() for word in ([asked] if asked else wanted)}
    found = [place for place, name in enumerate(names) if name.casefold() in words]
    if len(found) == 1:
        return found[0]
    if found:
        raise CourseError(f"{what} '{names[found[0]]}' is there {len(found)} times; name it by its id", file=file)
    known = [name for name in names if name]
    if asked:
        raise CourseError(f"there is no {what} '{asked}'. {did_you_mean(asked, known)}", file=file)
    raise CourseError(f"no {what} is called as this assignment; name it with --column. "
                      f"Known are: {', '.join(known)}.", file=file)  # fmt: skip
