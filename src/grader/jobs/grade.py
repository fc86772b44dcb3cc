"""Grading: every file found is read, told whose it is, marked, or listed for a person."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from grader.course import Course
from grader.engine import HERE, Engine, Progress, batches, silent
from grader.errors import CourseError
from grader.gradebook import Gradebook
from grader.intake.attempts import Attempt, gather
from grader.intake.folders import list_files, shown
from grader.intake.identify import Papers
from grader.intake.people import People
from grader.intake.reading import Reader, Taken
from grader.intake.worksheet import read_worksheet
from grader.jobs.attempts import Attempts
from grader.jobs.desk import BATCH, MARKING_WORTH_PROCESSES, Copy, Desk, Handed, Outcome, Task, marked
from grader.jobs.entries import Entries, Entry

FATES = ("graded", "superseded", "attention", "ignored")


@dataclass(slots=True)
class Read:
    """A file that was read, of which attempt: the hash of its content, "" where there is nothing to mark in it, and for
    each student whose sheet it is what is to be marked, None where that has been done.
    """

    taken: Taken
    attempt: int
    hashed: str
    tasks: Sequence[Task | Copy | None]


@dataclass
class Graded:
    """What `grade` did: every file with its fate, and the assignments that were marked."""

    entries: Entries
    assignments: Sequence[str]
    changed: Sequence[str]
    """A sentence for each template that is not any more what the papers were issued from."""
    notes: Sequence[str]
    """What course systems were recognised."""

    def count(self, fate: str) -> int:
        return self.entries.fated(fate)

    @property
    def needs_a_person(self) -> bool:
        return self.entries.need_a_person


class Grading:
    """One run over some files. Each is read, marked, stored and forgotten before the next."""

    def __init__(self, course: Course, gradebook: Gradebook, wanted: str | None, *, shared: bool = False) -> None:
        self.course, self.gradebook, self.wanted, self.shared = course, gradebook, wanted, shared
        names = course.names
        if wanted is not None and wanted not in names:
            course.load(wanted)  # says what is wrong
        self.papers = {name: Papers(gradebook, name) for name in names if gradebook.was_issued(name)}
        self.graded = [name for name in self.papers if wanted in (None, name)]
        self.desks = {name: Desk(course, gradebook, name) for name in self.graded}
        self.entries = Entries()
        self.people = self._people()
        self.reader = Reader(names, wanted, self.papers, self.people)
        if not self.papers:
            raise CourseError("nothing was issued here yet: run `grader generate` first")

    def _people(self) -> People:
        """The roster, and whoever else was given a paper."""
        return People(chain(*(self.gradebook.students(name) for name in self.papers), self.course.enrolled()))

    def with_worksheets(self, paths: Sequence[Path]) -> None:
        """Take the numbers of Moodle's participants, and when they handed in, from its worksheets."""
        numbers = {number: each for path in paths for number, each in read_worksheet(path, self.people).items()}
        self.people.participants = {number: each.student for number, each in numbers.items()}
        self.people.times = {number: each.time for number, each in numbers.items() if each.time}

    def rubrics(self) -> dict[str, str]:
        """The hash of each assignment's rubric of today."""
        return {name: self.course.load(name).rubric.hash for name in self.graded}

    def changed(self) -> Iterator[str]:
        """What to tell of rules that are not any more what papers were issued from, or sheets marked by."""
        for name, desk in self.desks.items():
            number, loaded = max(desk.book.today.items())
            today = {q.template.name: q.template.source for q in loaded.assignment.questions}
            for template in sorted(
                {t for t, source in self.gradebook.sources(number) if source != today.get(t, source)}
            ):
                yield (
                    f"{name}: the template '{template}' has changed since its papers were issued; "
                    "new sheets are marked by what it says now"
                )
            yield from filter(None, [desk.stale()])

    def read(self, attempts: Iterable[Attempt]) -> Iterator[tuple[Read, list[Task]]]:
        """Read every attempt's files, and find out whose they are and what is to be marked."""
        for nth, attempt in enumerate(attempts):
            for taken in self.reader.read(attempt):
                read = Read(taken, nth, *self._to_mark(taken))
                yield read, [task for task in read.tasks if isinstance(task, Task)]

    def _to_mark(self, taken: Taken) -> tuple[str, list[Task | Copy | None]]:
        if taken.fate or taken.sheet is None:
            return "", []
        found, desk = taken.found, self.desks[taken.assignment]
        hashed = hashlib.sha256(found.content).hexdigest()
        known = self.gradebook.known(found.path, hashed)
        sheet, place = None if self.reader.elsewhere else taken.sheet, found.place if self.shared else ""
        return hashed, [
            desk.due(known, Handed(found.path, found.content, claimed.paper, claimed.doubtful, hashed, sheet, place))
            for claimed in taken.claims
        ]

    def store(self, run: int, read: Read, outcomes: Iterable[Outcome]) -> None:
        """Keep a file's content and marks, and what became of it."""
        self.entries.append(self._stored(run, read, outcomes))

    def _stored(self, run: int, read: Read, outcomes: Iterable[Outcome]) -> Entry:
        """What stands in the way of keeping the file becomes its fate."""
        taken, found = read.taken, read.taken.found
        entry = Entry(
            found.path, taken.fate, taken.assignment, taken.student, None, taken.message, taken.line, taken.advice,
            time=found.time, late=found.late, attempt=read.attempt, beside=taken.beside,
        )  # fmt: skip
        if not read.hashed:
            return entry
        number = self.gradebook.add_submission(found.path, read.hashed, found.modified, found.content)
        self.gradebook.add_arrival(run, number, found.time, late=found.late)
        entry.doubtful = any(claimed.doubtful for claimed in taken.claims)
        marked, desk = iter(outcomes), self.desks[entry.assignment]
        for task in read.tasks:
            if isinstance(task, Copy):
                desk.copy(run, number, task)
            if not isinstance(task, Task):
                continue
            outcome = next(marked)
            if isinstance(outcome, str):
                entry.fate, entry.message = "attention", f"this sheet {outcome}"
                entry.advice = "keep it, and report it with the template's name: a fault of the program or template"
                return entry
            desk.store(run, number, task, outcome)
        entry.submission, entry.hashed = number, read.hashed
        self._same_as_anothers(entry)
        return entry

    def _same_as_anothers(self, entry: Entry) -> None:
        first = self.entries.alike(entry.hashed)
        if first is not None and first.student != entry.student:
            same = f"the very same file as {first.path}, which is {first.student}'s"
            entry.message = f"{entry.message}; {same}" if entry.message else same
            entry.advice = entry.advice or "ask both whose work it is"

    def settle(self) -> None:
        """Tell the sheets that count from those that do not, and why."""
        attempts = {name: Attempts(self.course, self.gradebook, name) for name in self.graded}
        for nth, entry in enumerate(self.entries):
            if entry.submission is not None:
                _settle(entry, attempts[entry.assignment])
            elif entry.beside and (sheet := self.entries.sheet_of(entry.attempt)) is not None:
                _keep(entry, sheet)
            else:
                continue
            self.entries.put(nth, entry)


def _keep(entry: Entry, sheet: Entry) -> None:
    """A picture or a written part: people who review the sheet are told where it is."""
    entry.fate, entry.message, entry.advice = "ignored", f"kept beside {sheet.path}", ""
    entry.assignment, entry.student, entry.submission = sheet.assignment, sheet.student, sheet.submission


def _settle(entry: Entry, attempts: Attempts) -> None:
    assert entry.submission is not None
    why = attempts.passed_over(entry.student, entry.submission)
    if not why:
        entry.fate = "graded"
    elif attempts.extension(entry.student).excused:
        entry.fate, entry.message = "ignored", why
    elif entry.student not in attempts.standing:
        entry.fate, entry.message = "attention", why
        entry.advice = "if it is to count, give the student a later `due` in assignments/extensions.csv and grade again"
    elif entry.doubtful:
        entry.fate = "attention"
        entry.advice = "the student's other sheet stands; find out whose this one is"
    else:
        entry.fate, entry.message = "superseded", why


def grade(
    course: Course,
    paths: Sequence[Path | str],
    wanted: str | None,
    progress: Progress = silent,
    worksheets: Sequence[Path] = (),
    engine: Engine = HERE,
) -> Graded:
    """Grade the files below the paths, oldest first, and record them batch by batch.

    What a killed run has stored is whole sheets with their marks: the next one finds them done, and goes on.
    """
    gradebook = course.gradebook(must_exist=True)
    try:
        grading = Grading(course, gradebook, wanted, shared=engine.shared)
        grading.with_worksheets(worksheets)
        found = list_files(paths, course.root, course.own)
        files, intake, entries = len(found), gather(found, grading.people), grading.entries
        with gradebook.transaction():
            run = gradebook.add_run("grade", grading.rubrics())
        grading.reader.elsewhere = engine.spreads(files, MARKING_WORTH_PROCESSES)
        done = marked(engine, grading.read(intake.attempts), files)
        for batch in batches(progress(done, "grading", files), BATCH):
            with gradebook.transaction():
                for read, outcomes in batch:
                    grading.store(run, read, outcomes)
        with gradebook.transaction():
            for desk in grading.desks.values():
                desk.touched(run)
            grading.settle()
            gone = _gone(gradebook, course, paths, entries)
            # what was passed over for another assignment's sake keeps the word said on it before
            told = (e for e in entries if not (e.fate == "ignored" and e.assignment and e.submission is None))
            changed = list(grading.changed())
            gradebook.add_fates(run, (entry.row for entry in chain(told, (Entry(path, "gone") for path in gone))))
    finally:
        gradebook.close()
    graded = Graded(entries, grading.graded, changed, intake.notes)
    assert len(entries) == files, "every file is accounted for"
    assert len(entries) == sum(graded.count(fate) for fate in FATES), "every file has one fate"
    return graded


def _gone(gradebook: Gradebook, course: Course, paths: Sequence[Path | str], entries: Entries) -> list[str]:
    """Files that needed a person in an earlier run and are not below the paths any more."""
    places = [shown(path, course.root) for path in paths]
    waited = (path for path, fate, *_ in gradebook.fates() if fate == "attention" and not entries.has(path))
    return [path for path in waited if any(at in (".", path) or path.startswith(f"{at}/") for at in places)]
