"""What the gradebook's rows are read as."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from grader.roster import Student

Outcomes = tuple[list[str], list[int], list[tuple[str, str, str, float]], Iterable[tuple[int, int, float]]]


@dataclass(frozen=True)
class Issue:
    id: int
    seed: str
    definition: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Paper:
    """One student's numbers in one issue of an assignment."""

    id: int
    issue: int
    student: Student
    instance: str
    givens: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def of(self, student: str) -> Paper:
        """The same paper as answered by another of a group."""
        return self if student == self.student.id else replace(self, student=Student(student))


@dataclass(frozen=True)
class Submission:
    id: int
    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Marking:
    """A submission's newest marking; `notes` are what the readers had to say: (message, line, advice).

    `rules`: what it was marked by; `at`: when it was handed in, where that is known; `late`: it was called late.
    """

    id: int
    submission: int
    paper: int
    doubtful: bool
    points: float
    max: float
    notes: Sequence[Sequence[Any]]
    rules: str = ""
    at: dt.datetime | None = None
    late: bool = False


@dataclass(frozen=True)
class Rules:
    """What markings were made by: the rubric as data, the hashes of the templates' files, the program's version."""

    rubric: Mapping[str, Any]
    templates: Mapping[str, str]
    program: str
