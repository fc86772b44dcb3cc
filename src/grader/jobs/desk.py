"""Where sheets are marked: each by its own rules, and stored with its marks."""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from grader.answers import Sheet
from grader.blame import blaming
from grader.course import Course, Loaded
from grader.engine import Engine
from grader.errors import CourseError, SheetProblem
from grader.gradebook import Gradebook, Marking, Paper
from grader.intake.files import read_at_most
from grader.jobs.marks import mark_row, mark_sheet, with_reviews
from grader.jobs.rulebook import Rulebook
from grader.marking import Review
from grader.sheets import limits, read_sheet


class Handed(NamedTuple):
    """A file as it was handed in for a student; `hashed` is its content's hash, `sheet` what was read from it.

    `place`: its path where other machines see it too, so that its content need not be sent to them.
    """

    path: str
    content: bytes
    paper: Paper
    doubtful: bool
    hashed: str = ""
    sheet: Sheet | None = None
    place: str = ""


@dataclass
class Task:
    """A sheet to be marked for one student, with all that this takes.

    `givens` are the paper's, each question's as JSON. `rules` is the hash of `loaded`'s.
    """

    handed: Handed
    givens: Mapping[str, str]
    reviews: Sequence[Review]
    loaded: Loaded
    rules: str

    def __reduce__(self) -> tuple[Callable[..., Sent], tuple[Any, ...]]:
        """Nothing of the roster goes along, and a sheet is read again: to send what was read takes longer."""
        handed = self.handed
        content = None if handed.place else handed.content
        return Sent, (handed.place or handed.path, content, handed.hashed, self.givens, self.reviews, self.loaded)

    def read(self) -> Sheet:
        return self.handed.sheet or read_sheet(self.handed.content, self.handed.path)


class Sent(NamedTuple):
    """A task at the place where it is done. Without a content the file can be seen there, and must be as it was."""

    path: str
    content: bytes | None
    hashed: str
    givens: Mapping[str, str]
    reviews: Sequence[Review]
    loaded: Loaded

    def read(self) -> Sheet:
        content = self.content
        if content is None:
            content, _ = read_at_most(self.path, limits.FILE_BYTES)
            if hashlib.sha256(content).hexdigest() != self.hashed:
                raise SheetProblem("it changed while it was being read", advice="grade again")
        return read_sheet(content, self.path)


class Marked(NamedTuple):
    """What marking a sheet gave: points of so many, what is to be told (JSON), and the marks' rows."""

    points: float
    possible: float
    notes: str
    marks: Sequence[tuple[Any, ...]]


class Copy(NamedTuple):
    """Marks that were given before to the very same file: of which marking, and that one's row from its rubric on."""

    handed: Handed
    marking: int
    made: tuple[Any, ...]


Outcome = Marked | str
"""A marking, or why there is none."""


K = TypeVar("K")
BATCH = 50
"""So many files are marked and stored at once. To wait for the disk after each one takes as long as to mark it."""
MARKING_WORTH_PROCESSES = 1000
"""So many files take longer to mark than processes take to start."""


def marked(
    engine: Engine, every: Iterable[tuple[K, Sequence[Task]]], count: int
) -> Iterator[tuple[K, Sequence[Outcome]]]:
    """Each of `count` things with what marking all that is to be marked of it gave, in their order."""
    waiting: deque[K] = deque()

    def tasks() -> Iterator[Sequence[Task]]:
        for key, to_mark in every:
            waiting.append(key)
            yield to_mark

    done = engine.map(_mark, tasks(), count, enough=MARKING_WORTH_PROCESSES, lost=_lost, size=BATCH)
    for outcomes in done:
        yield waiting.popleft(), outcomes


def settled(task: Task, outcomes: Sequence[Outcome]) -> Marked:
    """The one outcome. CourseError: the sheet could not be marked."""
    (outcome,) = outcomes
    if isinstance(outcome, str):
        raise CourseError(f"{task.handed.path}: this sheet {outcome}")
    return outcome


@blaming
def _mark(batch: Sequence[Sequence[Task | Sent]]) -> list[list[Outcome]]:
    return [[_outcome(task) for task in tasks] for tasks in batch]


def _lost(tasks: Sequence[Task], why: str) -> list[Outcome]:
    return [why for _ in tasks]


def _outcome(task: Task | Sent) -> Outcome:
    try:
        givens = {question: json.loads(written) for question, written in task.givens.items()}
        marks, problems = mark_sheet(task.loaded, givens, task.read(), task.reviews)
    except Exception as error:  # noqa: BLE001 - one sheet never stops another's marking
        return f"could not be marked ({type(error).__name__}: {error})"
    points = round(sum(mark.points for _, mark in marks), 9)
    possible = round(sum(mark.max for _, mark in marks), 9)
    notes = json.dumps([[p.message, p.line, p.advice] for p in problems], ensure_ascii=False)
    return Marked(points, possible, notes, [mark_row(question, mark) for question, mark in marks])


class Desk:
    """Gives out the sheets of one assignment to be marked, each with its own rules, and keeps their marks.

    A sheet that has its marks keeps the rules that it has them by.
    """

    def __init__(self, course: Course, gradebook: Gradebook, name: str) -> None:
        self.gradebook, self.name = gradebook, name
        self.book = Rulebook(course, gradebook, name)

    def due(self, known: int | None, handed: Handed) -> Task | Copy | None:
        """What is to be done for a sheet that came in: None where the marks that it has still hold."""
        paper = handed.paper
        last = self.gradebook.marked_by(known, paper.student.id) if known is not None else None
        if last is None:
            # archives are downloaded again, and the very same file comes under another name
            alike = self.gradebook.marked_alike(handed.hashed, self.name, paper.student.id, paper.id)
            if alike is not None:
                return Copy(handed, alike[0], alike[1:])
        return self._task(handed, last)

    def _task(self, handed: Handed, last: tuple[int, str] | None, *, anew: bool = False) -> Task | None:
        """None where the marks of `last`, the paper and the rules that it has them by, still hold.

        They hold while it is about the same paper and people have decided nothing since: rules of marking that have
        changed meanwhile are for new sheets, and for this one with `anew`.
        """
        paper = handed.paper
        reviews = self.gradebook.reviews(self.name, paper.student.id)
        kept = last[1] if last is not None and last[0] == paper.id and not anew else ""
        loaded, base = self.book.under(paper.issue, kept)
        if last is not None and last == (paper.id, with_reviews(kept.partition("+")[0] or base, reviews)):
            return None
        return Task(handed, self.gradebook.written_givens(paper.id), reviews, loaded, base)

    def store(self, run: int, submission: int, task: Task, marked: Marked) -> None:
        self.book.keep(task.loaded, task.rules)
        rules = (task.loaded.rubric.hash, with_reviews(task.rules, task.reviews))
        self._add(run, submission, task.handed, (*rules, *marked[:3]), marked.marks)

    def copy(self, run: int, submission: int, copy: Copy) -> None:
        self._add(run, submission, copy.handed, copy.made, self.gradebook.marks(copy.marking))

    def _add(
        self, run: int, submission: int, handed: Handed, made: tuple[Any, ...], marks: Sequence[tuple[Any, ...]]
    ) -> None:
        paper = handed.paper
        row = (run, submission, paper.id, self.name, paper.student.id, int(handed.doubtful), *made)
        self.gradebook.add_marking(row, marks)

    def touched(self, run: int) -> None:
        """Mark the sheets again on which people have decided something since."""
        for student, marking in self.markings():
            task = self.again(student, marking, anew=False)
            if task is not None:
                self.store(run, marking.submission, task, settled(task, [_outcome(task)]))

    def again(self, student: str, marking: Marking, *, anew: bool) -> Task | None:
        reviews = self.gradebook.reviews(self.name, student)
        if not anew and marking.rules == with_reviews(marking.rules.partition("+")[0], reviews):
            return None
        stored, paper = self.gradebook.submission(marking.submission), self.gradebook.paper(marking.paper).of(student)
        handed = Handed(stored.path, stored.content, paper, marking.doubtful)
        return self._task(handed, (marking.paper, marking.rules), anew=anew)

    def markings(self) -> Iterator[tuple[str, Marking]]:
        """The newest marking of each sheet, with its student. Those of who was forgotten stay: the sheets are gone."""
        forgotten = self.gradebook.forgotten()
        for who, own in self.gradebook.markings(self.name).items():
            if who not in forgotten:
                yield from ((who, marking) for marking in own)

    def stale(self) -> str:
        """What to tell where sheets have marks by other rules than those of today; else ""."""
        every, old, changes = self.book.stale(marking for _, marking in self.markings())
        if not old:
            return ""
        what = " and ".join([", ".join(changes[:-1]), *changes[-1:]] if changes[1:] else changes)
        have = "has" if len(changes) == 1 else "have"
        sheets = f"{old} sheet{'s' * (old != 1)}"
        new = every - old
        both = f"two sets of rules are in use: {new} are marked by those of today, {sheets} by earlier ones, since "
        told = f"{both if new else ''}{what} {have} changed{'' if new else f' since {sheets} were marked'}"
        return f"{self.name}: {told}. Old marks are kept; `grader regrade {self.name}` shows who would change"
