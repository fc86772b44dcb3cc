"""What people can decide: every answer of every graded sheet, or each criterion of it, and what holds now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from grader.codes import Codes
from grader.course import Course, Loaded
from grader.errors import CourseError
from grader.gradebook import Gradebook
from grader.jobs.attempts import Attempts
from grader.jobs.rulebook import Rulebook
from grader.marking import UNDECIDED, Review, decision, fingerprint
from grader.part import Criterion, Part
from grader.roster import Student
from grader.rubric import CellRules

LONGEST_NOTE = 40
"""What an open answer has besides is told in a word or two, such as how many criteria are marked."""


@dataclass(frozen=True)
class Row:
    """One thing to decide. `review` is the newest word on it, `now` what it has, in words."""

    student: Student
    code: str
    question: str
    part: Part
    cell: str
    criterion: str
    text: str
    max: float
    open: bool
    now: str
    review: Review | None
    attachments: str
    """Paths of what was handed in beside the sheet."""
    ref: str
    """Letters that tell this row from others, and behind the hyphen the answer and what was decided from another."""
    meaning: str
    """What earns the points, or what is asked for; of what nobody could read why, and the right answer."""

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.student.id, self.question, self.cell, self.criterion

    @property
    def place(self) -> str:
        return f"{self.question}.{self.cell}"

    @property
    def decided(self) -> tuple[float | None, str, str]:
        """Points, reading and comment that a person gave."""
        return (self.review.points, self.review.read_as, self.review.comment) if self.review else (None, "", "")


class Standing:
    """What stands for each student of an assignment. CourseError: nothing was graded yet."""

    def __init__(self, course: Course, gradebook: Gradebook, loaded: Loaded) -> None:
        self.gradebook, self.name = gradebook, loaded.name
        issues = gradebook.issues(loaded.name)
        self.papers = {paper.id: paper for paper in gradebook.papers(loaded.name)}
        standing, forgotten = Attempts(course, gradebook, loaded.name).standing, gradebook.forgotten()
        self.markings = {who: attempt.marking for who, attempt in standing.items() if who not in forgotten}
        if not self.markings:
            raise CourseError(f"no sheet of '{loaded.name}' has been graded yet: run `grader grade` first")
        self.book = Rulebook(course, gradebook, loaded.name)
        self._codes = Codes(loaded.name, issues[0].seed)

    @cached_property
    def students(self) -> dict[str, Student]:
        """Those with a graded sheet, by id."""
        known = {paper.student.id: paper.student for paper in self.papers.values()}
        return {student: known[student] for student in self.markings}

    @cached_property
    def _attachments(self) -> dict[int, list[str]]:
        return self.gradebook.attachments()

    @cached_property
    def codes(self) -> dict[str, Student]:
        """The same by the codes of anonymous files."""
        return {self.code(student.id): student for student in self.students.values()}

    def code(self, student: str) -> str:
        return self._codes.student(student)

    def rows(self, student: str, *, every: bool = True) -> list[Row]:
        """What can be decided on a student's sheet, in the order asked; only what is open unless `every`."""
        return list(self._rows(student, every=every))

    def cells(self, student: str) -> dict[str, str]:
        """What each answer of a student has, in words."""
        return {f"{mark[0]}.{mark[1]}": _in_words(mark) for mark in self._marks(student)}

    def _marks(self, student: str) -> list[tuple[Any, ...]]:
        return self.gradebook.marks(self.markings[student].id)

    def _rows(self, student: str, *, every: bool) -> Iterator[Row]:
        marking = self.markings[student]
        paper = self.papers[marking.paper]
        rubric = self.book.under(paper.issue, marking.rules)[0].rubric
        reviews = {review.key: review for review in self.gradebook.reviews(self.name, student)}
        for mark in self._marks(student):
            question, cell, part, text, verdict = mark[0], mark[1], mark[2], mark[3], mark[7]
            if not every and verdict not in UNDECIDED:
                continue
            rules = rubric.questions[question].parts[part]
            rule = next(one for one in rules.cells if one.name == cell)
            for criterion in rule.criteria or (Criterion("", _most(rule)),):
                review = reviews.get((question, cell, criterion.name, fingerprint(text)))
                yield self._row(self.students[student], mark, rules.part, criterion, review)

    def _row(
        self, student: Student, mark: Sequence[Any], part: Part, criterion: Criterion, review: Review | None
    ) -> Row:
        question, cell, text = mark[0], mark[1], mark[3]
        now = _in_words(mark)
        if criterion.name and review is not None and review.points is not None:
            now = f"{review.worth(criterion.points):g} of {criterion.points:g}"
        elif criterion.name and mark[7] == "pending":
            now = "open"
        same = self._codes.letters("row", student.id, question, cell, criterion.name)[:5]
        state = self._codes.letters("state", fingerprint(text), criterion.points, now, review.id if review else 0)[:5]
        return Row(
            student=student,
            code=self.code(student.id),
            question=question,
            part=part,
            cell=cell,
            criterion=criterion.name,
            text=text,
            max=criterion.points,
            open=mark[7] in UNDECIDED,
            now=now,
            review=review,
            attachments="; ".join(self._attachments.get(self.markings[student.id].submission, ())),
            ref=f"{same}-{state}",
            meaning=criterion.meaning or _meaning(mark, part),
        )


def _meaning(mark: Sequence[Any], part: Part) -> str:
    """What the cell asks for; of one that nobody could read why, and what would be right."""
    cell, expected, verdict, note = mark[1], mark[5], mark[7], mark[11]
    asked = part.meanings[part.cells.index(cell)]
    if verdict != "unreadable":
        return asked
    right = f"right is {expected}" if expected else ""
    return "; ".join(filter(None, (asked, note, right)))


def _most(rule: CellRules) -> float:
    return 0.0 if rule.void == "drop" else rule.points


def _in_words(mark: Sequence[Any]) -> str:
    verdict, mistakes, points, most, note = mark[7], mark[8], mark[9], mark[10], mark[11]
    words = decision(verdict, points, most, mistakes.split(";") if mistakes else ())
    so_far = note.partition(";")[0]
    return f"{words}, {so_far}" if verdict == "pending" and 0 < len(so_far) <= LONGEST_NOTE else words
