"""Two families of errors, by who can mend them: the instructor (CourseError) or the student (SheetProblem)."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path


class GraderError(Exception):
    """Something that a person can mend; its text says what to do."""


class CourseError(GraderError):
    """The instructor's own files or words are at fault: which file, which line, what is wrong, what to do."""

    def __init__(self, message: str, *, file: Path | str | None = None, line: int | None = None) -> None:
        self.message, self.file, self.line = message, file, line
        where = "" if file is None else f"{file}, line {line}: " if line is not None else f"{file}: "
        super().__init__(where + message)


class SheetProblem(GraderError):
    """A student's file that cannot be read as a whole: what is wrong, in which line, what to do about it."""

    def __init__(self, message: str, *, line: int | None = None, advice: str = "") -> None:
        self.message, self.line, self.advice = message, line, advice
        super().__init__(f"line {line}: {message}" if line is not None else message)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A sentence with the nearest right word, or the list of them when nothing is near.

    >>> did_you_mean("tempalte", ["template", "id"])
    "Did you mean 'template'?"
    >>> did_you_mean("xyz", ["template", "id"])
    'Known are: id, template.'
    """
    known = sorted(set(known))
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if near:
        return f"Did you mean '{near[0]}'?"
    return f"Known are: {', '.join(known)}." if known else "None is known here."
