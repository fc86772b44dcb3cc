"""Where sheets are marked: each by its own rules, and stored with its marks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from grader.answers import Sheet
from grader.course import Course, Loaded
from grader.gradebook import Gradebook, Marking, Paper
from grader.jobs.marks import mark_row, mark_sheet, with_reviews
from grader.jobs.rulebook import Rulebook
from grader.sheets import read_sheet


class Marked(NamedTuple):
    """A marking that is not stored yet: its row behind the run, the marks' rows, and by what they were made, if now."""

    row: tuple[Any, ...]
    marks: Sequence[tuple[Any, ...]]
    by: tuple[Loaded, str] | None

    @property
    def points(self) -> float:
        return float(self.row[-3])

    @property
    def max(self) -> float:
        return float(self.row[-2])


class Desk:
    """Marks the sheets of one assignment. A sheet that has its marks keeps the rules that it has them by."""

    def __init__(self, course: Course, gradebook: Gradebook, name: str, papers: Mapping[int, Paper]) -> None:
        self.gradebook, self.name, self.papers = gradebook, name, papers
        self.book = Rulebook(course, gradebook, name)

    def mark(self, submission: int, paper: Paper, sheet: Sheet, *, doubtful: bool, anew: bool = False) -> Marked | None:
        """The sheet's marks; None where those that it has still hold.

        They hold while it is about the same paper and people have decided nothing since: rules of marking that have
        changed meanwhile are for new sheets, and for this one with `anew`.
        """
        reviews = self.gradebook.reviews(self.name, paper.student.id)
        last = self.gradebook.marked_by(submission, paper.student.id)
        if last is None and not anew and (found := self._as_before(submission, paper, doubtful=doubtful)):
            return found
        kept = last[1] if last is not None and last[0] == paper.id and not anew else ""
        loaded, base = self.book.under(paper.issue, kept)
        if last is not None and last == (paper.id, with_reviews(kept.partition("+")[0] or base, reviews)):
            return None
        marks, problems = mark_sheet(loaded, self.gradebook.filled(paper), sheet, reviews)
        points = round(sum(mark.points for _, mark in marks), 9)
        possible = round(sum(mark.max for _, mark in marks), 9)
        notes = json.dumps([[p.message, p.line, p.advice] for p in problems], ensure_ascii=False)
        row = (
            submission, paper.id, self.name, paper.student.id, int(doubtful),
            loaded.rubric.hash, with_reviews(base, reviews), points, possible, notes,
        )  # fmt: skip
        return Marked(row, [mark_row(question, mark) for question, mark in marks], (loaded, base))

    def _as_before(self, submission: int, paper: Paper, *, doubtful: bool) -> Marked | None:
        """What the student's very same file has that came under another name: archives are downloaded again."""
        found = self.gradebook.marked_alike(submission, self.name, paper.student.id, paper.id)
        if found is None:
            return None
        number, *rest = found
        row = (submission, paper.id, self.name, paper.student.id, int(doubtful), *rest)
        return Marked(row, self.gradebook.marks(number), None)

    def store(self, run: int, marked: Marked | None) -> None:
        if marked is not None:
            if marked.by is not None:
                self.book.keep(*marked.by)
            self.gradebook.add_marking((run, *marked.row), marked.marks)

    def touched(self, run: int) -> None:
        """Mark the sheets again on which people have decided something since."""
        for student, marking in self.markings():
            self.store(run, self.again(student, marking, anew=False))

    def again(self, student: str, marking: Marking, *, anew: bool) -> Marked | None:
        paper = self.papers[marking.paper].of(student)
        reviews = self.gradebook.reviews(self.name, student)
        if not anew and marking.rules == with_reviews(marking.rules.partition("+")[0], reviews):
            return None
        stored = self.gradebook.submission(marking.submission)
        sheet = read_sheet(stored.content, stored.path)
        return self.mark(stored.id, paper, sheet, doubtful=marking.doubtful, anew=anew)

    def markings(self) -> list[tuple[str, Marking]]:
        """The newest marking of each sheet, with its student. Those of who was forgotten stay: the sheets are gone."""
        found, forgotten = self.gradebook.markings(self.name), self.gradebook.forgotten()
        return [(who, marking) for who, own in found.items() if who not in forgotten for marking in own]

    def stale(self) -> str:
        """What to tell where sheets have marks by other rules than those of today; else ""."""
        every = [marking for _, marking in self.markings()]
        old, changes = self.book.stale(every, self.papers)
        if not old:
            return ""
        what = " and ".join([", ".join(changes[:-1]), *changes[-1:]] if changes[1:] else changes)
        have = "has" if len(changes) == 1 else "have"
        sheets = f"{old} sheet{'s' * (old != 1)}"
        new = len(every) - old
        both = f"two sets of rules are in use: {new} are marked by those of today, {sheets} by earlier ones, since "
        told = f"{both if new else ''}{what} {have} changed{'' if new else f' since {sheets} were marked'}"
        return f"{self.name}: {told}. Old marks are kept; `grader regrade {self.name}` shows who would change"
