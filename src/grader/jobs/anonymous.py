"""A course as it looks with codes in place of its students: whatever is written from it names nobody.

The reports are made by the same code as always; what they read is already without ids, names and addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from grader.codes import Codes
from grader.course import Course
from grader.errors import CourseError
from grader.extensions import Extension
from grader.files import writing
from grader.gradebook import Gradebook, Marking, Outcomes, Paper, Submission
from grader.jobs.tables import Table
from grader.marking import Review
from grader.roster import Student

_WORD = re.compile(r"\w(?:[\w.@+-]*\w)?")
_ENDING = re.compile(r"\.[A-Za-z]{1,5}")
_QUOTED = re.compile(r"(?<!\w)'.*'(?!\w)", re.DOTALL)


class AnonymousCourse(Course):
    """The course for the reports of one assignment, which go to reports/NAME/anonymous/. CourseError: never issued."""

    def __init__(self, course: Course, name: str) -> None:
        super().__init__(course.root, course.tell)
        self.name = name
        gradebook = course.gradebook(must_exist=True)
        try:
            issues = gradebook.issues(name)
            if not issues:
                raise CourseError(f"'{name}' was never issued: run `grader generate` first")
            students = [paper.student for paper in gradebook.papers(name)]
        finally:
            gradebook.close()
        self._people = super().roster() if self.has_roster() else []
        codes = Codes(name, issues[0].seed)
        self._named = {student.id: student for student in [*students, *self._people]}
        self.codes = {student: codes.student(student) for student in self._named}
        self._course = course

    def roster(self, path: Path | None = None) -> list[Student]:  # noqa: ARG002
        """By code, so that the order tells nothing."""
        return sorted((Student(self.codes[student.id]) for student in self._people), key=lambda student: student.id)

    def enrolled(self) -> Iterator[Student]:
        return iter(self.roster())

    def extensions(self, name: str, others: Iterable[Student] = ()) -> dict[str, Extension]:
        found = self._course.extensions(name, others)
        return {self.codes[student]: extension for student, extension in found.items() if student in self.codes}

    def gradebook(self, *, must_exist: bool = False) -> Gradebook:
        return AnonymousGradebook(self.root / "gradebook.db", self.codes, self._named.values(), must_exist=must_exist)

    def reports(self, name: str) -> Path:
        return super().reports(name) / "anonymous"

    def write_codes(self) -> Path:
        """Who has which code: a file that stays with the instructor, outside of the anonymous reports."""
        path = super().reports(self.name) / "codes.csv"
        with writing(path) as file:
            table = Table(file, ("student", "name", "code"))
            for student in self._named.values():
                table.add((student.id, student.name, self.codes[student.id]))
        return path


class AnonymousGradebook(Gradebook):
    """A gradebook to read one assignment from, with codes in place of ids and of files' names."""

    def __init__(self, path: Path, codes: dict[str, str], people: Iterable[Student], *, must_exist: bool) -> None:
        super().__init__(path, must_exist=must_exist)
        self.codes, self.people_named = codes, list(people)

    @cached_property
    def _ids(self) -> dict[str, str]:
        return {code: student for student, code in self.codes.items()}

    @cached_property
    def _owners(self) -> dict[int, str]:
        rows = self.db.execute("SELECT submission, student FROM markings ORDER BY id")
        return {number: self.codes.get(student, "") for number, student in rows}

    @cached_property
    def _words(self) -> dict[str, str]:
        """Single words that tell who somebody is."""
        people = self.people_named
        known = {text: self.codes[p.id] for p in people for text in (p.login, p.sid, p.email) if text}
        return known | self.codes

    @cached_property
    def _phrases(self) -> list[tuple[str, str]]:
        """Names of people and paths of their files, the longest first."""
        known = {p.name: self.codes[p.id] for p in self.people_named if len(p.name) > 2}
        for path, _, _, who, *_ in super().fates():
            if who in self.codes:
                known[path] = _file(self.codes[who], path)
                known[PurePosixPath(path).name] = f"a file{PurePosixPath(path).suffix}"
        return sorted(known.items(), key=lambda one: -len(one[0]))

    def papers(self, assignment: str) -> list[Paper]:
        papers = [replace(p, student=Student(self.codes[p.student.id])) for p in super().papers(assignment)]
        return sorted(papers, key=lambda paper: paper.student.id)

    def paper(self, number: int) -> Paper:
        found = super().paper(number)
        return replace(found, student=Student(self.codes[found.student.id]))

    def students(self, assignment: str) -> Iterator[Student]:
        return (paper.student for paper in self.papers(assignment))

    def fates(self, assignment: str | None = None) -> Iterator[tuple[Any, ...]]:
        """Of files that are known to be somebody's: the name of another may tell whose it is. So may what a sheet says
        in place of an id, which is told in quotes.
        """
        for path, fate, name, who, number, message, line, tip in super().fates(assignment):
            if who in self.codes:
                file, said = _file(self.codes[who], path), self._said(_QUOTED.sub("'…'", message))
                yield file, fate, name, self.codes[who], number, said, line, self._said(tip)

    def forgotten(self) -> set[str]:
        return {self.codes[code] for code in super().forgotten() if code in self.codes}

    def submission(self, number: int) -> Submission:
        found = super().submission(number)
        return replace(found, path=_file(self._owners[number], found.path))

    def marked(self, assignment: str) -> Iterator[str]:
        return (self.codes[student] for student in super().marked(assignment))

    def markings_of(self, assignment: str, student: str) -> list[Marking]:
        markings = super().markings_of(assignment, self._ids[student]) if student in self._ids else []
        return [replace(marking, notes=self._notes(marking)) for marking in markings]

    def _notes(self, marking: Marking) -> list[list[Any]]:
        return [[self._said(message), line, self._said(advice)] for message, line, advice in marking.notes]

    def reviews(self, assignment: str, student: str) -> list[Review]:
        return super().reviews(assignment, self._ids[student])

    def outcomes(self, markings: Iterable[int], verdicts: Sequence[str]) -> Iterator[Outcomes]:
        for students, firsts, asked, stream in super().outcomes(markings, verdicts):
            yield [self.codes[student] for student in students], firsts, asked, stream

    def mistakes(self, markings: Iterable[int]) -> list[tuple[str, ...]]:
        return self._coded(super().mistakes(markings))

    def wrong(self, markings: Iterable[int]) -> list[tuple[str, ...]]:
        return self._coded(super().wrong(markings))

    def keys(self, markings: Iterable[int]) -> list[tuple[str, ...]]:
        return self._coded(super().keys(markings))

    def _coded(self, rows: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
        return [(self.codes[student], *row) for student, *row in rows]

    def _said(self, text: str) -> str:
        for known, instead in self._phrases if text else ():
            if known in text:
                text = re.sub(rf"(?<!\w){re.escape(known)}(?!\w)", instead, text)
        return _WORD.sub(lambda word: self._words.get(word[0], word[0]), text)


def _file(code: str, path: str) -> str:
    """A file without its name; its ending stays, because readers go by it."""
    ending = PurePosixPath(path).suffix
    return f"{code}{ending if _ENDING.fullmatch(ending) else ''}"
