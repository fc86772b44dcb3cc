"""Grading: every file found is read, told whose it is, marked, or listed for a person."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any

from grader.answers import Sheet
from grader.course import Course
from grader.errors import CourseError, SheetProblem
from grader.gradebook import Gradebook
from grader.intake.folders import list_files, read_file, shown
from grader.intake.found import Found
from grader.intake.identify import Claimed, Papers, claim, named_after, which_assignment
from grader.jobs.marks import mark_row, mark_sheet, rules_hash, with_reviews
from grader.sheets import read_sheet

Progress = Callable[[Iterable[Any], str], Iterable[Any]]
FATES = ("graded", "superseded", "attention", "ignored")


@dataclass(slots=True)
class Entry:
    """What became of a file."""

    path: str
    fate: str = ""
    assignment: str = ""
    student: str = ""
    submission: int | None = None
    message: str = ""
    line: int | None = None
    advice: str = ""
    doubtful: bool = False
    time: dt.datetime | None = None
    """When it was handed in, and whether late, where the course system tells; see Found."""
    late: bool = False

    @property
    def row(self) -> tuple[Any, ...]:
        """As the gradebook keeps it."""
        return astuple(self)[:8]


@dataclass
class Graded:
    """What `grade` did: every file with its fate, and the assignments that were marked."""

    entries: list[Entry] = field(default_factory=list)
    assignments: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    """A sentence for each template that is not any more what the papers were issued from."""

    def count(self, fate: str) -> int:
        return sum(entry.fate == fate for entry in self.entries)

    @property
    def needs_a_person(self) -> bool:
        return any(entry.fate == "attention" or (entry.fate == "graded" and entry.message) for entry in self.entries)


class Grading:
    """One run over some files. Each is read, marked, stored and forgotten before the next."""

    def __init__(self, course: Course, gradebook: Gradebook, wanted: str | None) -> None:
        self.course, self.gradebook, self.wanted = course, gradebook, wanted
        names = course.names
        if wanted is not None and wanted not in names:
            course.load(wanted)  # says what is wrong
        self.papers = {name: Papers(papers) for name in names if (papers := gradebook.papers(name))}
        self.graded = [name for name in self.papers if wanted in (None, name)]
        self.issued = {
            issue.id: course.as_issued(name, issue.definition)
            for name in self.graded
            for issue in gradebook.issues(name)
        }
        self.rules = {number: rules_hash(loaded) for number, loaded in self.issued.items()}
        self.students = {student for papers in self.papers.values() for student in papers.students}
        self.codes = {code: name for name, papers in self.papers.items() for code in papers.by_code}
        if not self.papers:
            raise CourseError("nothing was issued here yet: run `grader generate` first")

    def rubrics(self) -> dict[str, str]:
        """The hash of each assignment's rubric of today."""
        return {name: self.course.load(name).rubric.hash for name in self.graded}

    def changed(self) -> Iterator[str]:
        """What to tell of templates that are not any more what the newest papers were issued from."""
        for name in self.graded:
            number = self.gradebook.issues(name)[-1].id
            today = {q.template.name: q.template.source for q in self.issued[number].assignment.questions}
            for template in sorted(
                {t for t, source in self.gradebook.sources(number) if source != today.get(t, source)}
            ):
                yield (
                    f"{name}: the template '{template}' has changed since its papers were issued; "
                    "all sheets are marked by what it says now"
                )

    def take(self, run: int, found: Found) -> Entry:
        """Read a file, find out whose it is, mark it. What stands in the way becomes the file's fate."""
        entry = Entry(
            found.path, found.fate, message=found.message, advice=found.advice, time=found.time, late=found.late
        )
        entry.student = named_after(found, self.students)
        if found.fate:
            return entry
        try:
            sheet = read_sheet(found.content, found.path)
            entry.student = entry.student or sheet.student[:120]
            entry.assignment = which_assignment(sheet, self.wanted, self.course.names, self.codes)
            if self.wanted not in (None, entry.assignment):
                entry.fate = "ignored"
                entry.message = f"a sheet of {entry.assignment}, while only {self.wanted} is graded"
                return entry
            claimed = claim(found, sheet, self._issued_papers(entry.assignment))
        except SheetProblem as problem:
            entry.fate, entry.message, entry.line = "attention", problem.message, problem.line
            entry.advice = problem.advice or "ask for a corrected sheet"
            return entry
        entry.student = claimed.paper.student.id
        for noted in claimed.problems[:1]:
            entry.message, entry.line, entry.advice = noted.message, noted.line, noted.advice
        hashed = hashlib.sha256(found.content).hexdigest()
        entry.doubtful = claimed.doubtful
        number = self.gradebook.add_submission(found.path, hashed, found.modified, found.content)
        try:
            self._mark(run, number, claimed, sheet)
        except Exception as error:  # noqa: BLE001 - one sheet never stops another's marking
            entry.fate, entry.message = "attention", f"this sheet could not be marked ({type(error).__name__}: {error})"
            entry.advice = "keep it, and report it with the template's name: this is a fault of the program or template"
            return entry
        entry.submission = number
        return entry

    def _issued_papers(self, name: str) -> Papers:
        if name not in self.papers:
            raise SheetProblem(f"'{name}' was never issued", advice="run `grader generate` first")
        return self.papers[name]

    def _mark(self, run: int, submission: int, claimed: Claimed, sheet: Sheet) -> None:
        """Mark a sheet, unless this submission was last marked under these very rules."""
        paper = claimed.paper
        loaded = self.issued[paper.issue]
        reviews = self.gradebook.reviews(loaded.name, paper.student.id)
        rules = with_reviews(self.rules[paper.issue], reviews)
        if self.gradebook.marked_by(submission) == (paper.id, rules):
            return
        marks, problems = mark_sheet(loaded, self.gradebook.filled(paper), sheet, reviews)
        points = round(sum(mark.points for _, mark in marks), 9)
        possible = round(sum(mark.max for _, mark in marks), 9)
        notes = json.dumps([[p.message, p.line, p.advice] for p in problems], ensure_ascii=False)
        row = (
            run, submission, paper.id, loaded.name, paper.student.id, int(claimed.doubtful),
            loaded.rubric.hash, rules, points, possible, notes,
        )  # fmt: skip
        self.gradebook.add_marking(row, (mark_row(question, mark) for question, mark in marks))

    def mark_stale(self, run: int) -> None:
        """Sheets handed in before are marked again when the rules have changed since."""
        for name in self.graded:
            for current in self.gradebook.current_markings(name).values():
                paper = self.papers[name].by_id[current.paper]
                rules = with_reviews(self.rules[paper.issue], self.gradebook.reviews(name, paper.student.id))
                if self.gradebook.marked_by(current.submission) != (paper.id, rules):
                    stored = self.gradebook.submission(current.submission)
                    claimed = Claimed(paper, (), current.doubtful)
                    self._mark(run, stored.id, claimed, read_sheet(stored.content, stored.path))

    def settle(self, entries: Sequence[Entry]) -> None:
        """Tell the sheets that stand from those that a newer one has superseded."""
        standing = {
            (name, student): current.submission
            for name in self.papers
            for student, current in self.gradebook.current_markings(name).items()
        }
        for entry in entries:
            if entry.submission is None:
                continue
            if standing[entry.assignment, entry.student] == entry.submission:
                entry.fate = "graded"
            elif entry.doubtful:
                entry.fate = "attention"
                entry.advice = "the student's other sheet stands; find out whose this one is"
            else:
                entry.fate, entry.message = "superseded", "the student handed in a newer sheet"


def grade(
    course: Course, paths: Sequence[Path], wanted: str | None, progress: Progress = lambda items, _label: items
) -> Graded:
    """Grade the files below the paths, oldest first, and record everything in one transaction."""
    gradebook = course.gradebook(must_exist=True)
    try:
        grading = Grading(course, gradebook, wanted)
        files = list_files(paths, course.root)
        with gradebook.transaction():
            run = gradebook.add_run("grade", grading.rubrics())
            entries = [grading.take(run, read_file(listed)) for listed in progress(files, "grading")]
            grading.mark_stale(run)
            grading.settle(entries)
            gone = _gone(gradebook, course, paths, {entry.path for entry in entries})
            # what was passed over for another assignment's sake keeps the word said on it before
            told = [entry for entry in entries if not (entry.fate == "ignored" and entry.assignment)]
            changed = list(grading.changed())
            gradebook.add_fates(run, [entry.row for entry in [*told, *(Entry(path, "gone") for path in gone)]])
    finally:
        gradebook.close()
    graded = Graded(entries, grading.graded, changed)
    assert len(entries) == sum(graded.count(fate) for fate in FATES), "every file has one fate"
    return graded


def _gone(gradebook: Gradebook, course: Course, paths: Sequence[Path], seen: Collection[str]) -> list[str]:
    """Files that needed a person in an earlier run and are not below the paths any more."""
    below = [shown(path, course.root) for path in paths]
    return [
        path
        for path, fate, *_ in gradebook.fates()
        if fate == "attention" and path not in seen and any(path == b or path.startswith(f"{b}/") for b in below)
    ]
