"""Grading: every file found is read, told whose it is, marked, or listed for a person."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader import __version__
from grader.answers import Answers, Problem, Sheet
from grader.chance import digest
from grader.course import Course, Loaded
from grader.errors import CourseError, SheetProblem
from grader.gradebook import Gradebook, Paper
from grader.intake.folders import Found, find_files
from grader.intake.identify import claim, named_after, which_assignment
from grader.marking import Mark, mark_question
from grader.sheets import read_sheet
from grader.sheets.collecting import collect

Progress = Callable[[Iterable[Any], str], Iterable[Any]]
FATES = ("graded", "superseded", "attention", "ignored")


@dataclass
class Entry:
    """A file on its way: what it is, and what became of it."""

    found: Found
    fate: str = ""
    assignment: str = ""
    student: str = ""
    message: str = ""
    line: int | None = None
    advice: str = ""
    paper: Paper | None = None
    sheet: Sheet | None = None
    problems: tuple[Problem, ...] = ()
    submission: int | None = None


@dataclass
class Graded:
    """What `grade` did: every file with its fate, and the assignments that were marked."""

    entries: list[Entry] = field(default_factory=list)
    assignments: list[str] = field(default_factory=list)

    def count(self, fate: str) -> int:
        return sum(entry.fate == fate for entry in self.entries)

    @property
    def needs_a_person(self) -> bool:
        return any(entry.fate == "attention" or entry.problems for entry in self.entries)


class Grading:
    """One run over some files."""

    def __init__(self, course: Course, gradebook: Gradebook, wanted: str | None) -> None:
        self.course, self.gradebook, self.wanted = course, gradebook, wanted
        names = course.names
        if wanted is not None and wanted not in names:
            course.load(wanted)  # says what is wrong
        self.loaded: dict[str, Loaded] = {}
        self.papers: dict[str, list[Paper]] = {}
        self.issued: dict[int, Loaded] = {}
        for name in names:
            papers = gradebook.papers(name)
            if papers:
                self.loaded[name] = course.load(name)
                self.papers[name] = papers
                for issue in gradebook.issues(name):
                    self.issued[issue.id] = course.as_issued(name, issue.definition)
        self.students = {paper.student.id for papers in self.papers.values() for paper in papers}
        if not self.loaded:
            raise CourseError("nothing was issued here yet: run `grader generate` first")

    def read(self, found: Found) -> Entry:
        """Read a file and find out whose it is."""
        entry = Entry(found, found.fate, message=found.message, advice=found.advice)
        entry.student = named_after(found, self.students)
        if found.fate:
            return entry
        try:
            entry.sheet = read_sheet(found.content, found.path)
            entry.student = entry.student or entry.sheet.student[:120]
            entry.assignment = which_assignment(entry.sheet, self.wanted, self.course.names)
            if self.wanted is not None and entry.assignment != self.wanted:
                entry.fate, entry.message = (
                    "ignored",
                    f"a sheet of {entry.assignment}, while only {self.wanted} is graded",
                )
                return entry
            claimed = claim(found, entry.sheet, self._issued_papers(entry.assignment))
        except SheetProblem as problem:
            entry.fate, entry.message, entry.line = "attention", problem.message, problem.line
            entry.advice = problem.advice or "ask for a corrected sheet"
            return entry
        entry.paper, entry.student, entry.problems = claimed.paper, claimed.paper.student.id, claimed.problems
        return entry

    def _issued_papers(self, name: str) -> list[Paper]:
        if name not in self.papers:
            raise SheetProblem(f"'{name}' was never issued", advice="run `grader generate` first")
        return self.papers[name]

    def settle(self, entries: Sequence[Entry]) -> None:
        """Number what came in, oldest first, and let a student's newest sheet stand."""
        readable = [entry for entry in entries if entry.paper is not None]
        for entry in sorted(readable, key=lambda e: (e.found.modified, _natural(e.found.path))):
            content = entry.found.content
            hashed = hashlib.sha256(content).hexdigest()
            entry.submission = self.gradebook.add_submission(entry.found.path, hashed, entry.found.modified, content)
        newest: dict[tuple[str, str], int] = {
            (name, student): int(row[1])
            for name in self.loaded
            for student, row in self.gradebook.current_markings(name).items()
        }
        for entry in readable:
            key = (entry.assignment, entry.student)
            newest[key] = max(newest.get(key, 0), entry.submission or 0)
        for entry in readable:
            stands = newest[entry.assignment, entry.student] == entry.submission
            entry.fate = "graded" if stands else "superseded"
            if not stands:
                entry.message = "the student handed in a newer sheet"

    def mark(self, run: int, entry: Entry) -> None:
        """Mark a sheet, unless this very submission was marked under these very rules before."""
        assert entry.paper is not None
        assert entry.sheet is not None
        loaded = self.issued[entry.paper.issue]
        rules = rules_hash(loaded)
        if self.gradebook.marking(entry.submission or 0, entry.paper.id, rules) is not None:
            return
        marks, problems = mark_sheet(loaded, entry.paper, entry.sheet)
        points = round(sum(mark.points for _, mark in marks), 9)
        possible = round(sum(mark.max for _, mark in marks), 9)
        notes = json.dumps([[p.message, p.line, p.advice] for p in problems], ensure_ascii=False)
        row = (
            run, entry.submission, entry.paper.id, entry.assignment, entry.student,
            loaded.rubric.hash, rules, points, possible, notes,
        )  # fmt: skip
        self.gradebook.add_marking(row, (mark_row(question, mark) for question, mark in marks))

    def mark_stale(self, run: int) -> None:
        """Sheets handed in before are marked again when the rules have changed since."""
        for name in self.loaded:
            if self.wanted not in (None, name):
                continue
            papers = {paper.id: paper for paper in self.papers[name]}
            for student, (_, submission, paper, *_) in self.gradebook.current_markings(name).items():
                rules = rules_hash(self.issued[papers[paper].issue])
                if self.gradebook.marking(submission, paper, rules) is None:
                    stored = self.gradebook.submission(submission)
                    sheet = read_sheet(stored.content, stored.path)
                    entry = Entry(Found(stored.path), "graded", name, student, paper=papers[paper], sheet=sheet)
                    entry.submission = submission
                    self.mark(run, entry)


def grade(
    course: Course,
    paths: Sequence[Path],
    wanted: str | None,
    progress: Progress = lambda items, _label: items,
) -> Graded:
    """Grade the files below the paths and record everything in one transaction."""
    gradebook = course.gradebook(must_exist=True)
    try:
        grading = Grading(course, gradebook, wanted)
        files = list(find_files(paths, course.root))
        entries = [grading.read(found) for found in progress(files, "reading")]
        with gradebook.transaction():
            run = gradebook.add_run("grade")
            grading.settle(entries)
            for entry in progress([e for e in entries if e.fate == "graded"], "marking"):
                grading.mark(run, entry)
            grading.mark_stale(run)
            gradebook.add_fates(run, [_fate_row(entry) for entry in entries])
    finally:
        gradebook.close()
    graded = Graded(entries, [name for name in grading.loaded if wanted in (None, name)])
    assert len(entries) == sum(graded.count(fate) for fate in FATES), "every file has one fate"
    return graded


def mark_sheet(loaded: Loaded, paper: Paper, sheet: Sheet) -> tuple[list[tuple[str, Mark]], list[Problem]]:
    """Mark all questions of a sheet on the paper's own numbers."""
    asked = {question.id: question.asked for question in loaded.assignment.questions}
    answers, problems = collect(sheet, asked)
    return mark_answers(loaded, paper.givens, answers), problems


def mark_answers(
    loaded: Loaded, givens: Mapping[str, Mapping[str, Any]], answers: Mapping[str, Answers]
) -> list[tuple[str, Mark]]:
    marks = []
    for question in loaded.assignment.questions:
        if question.id not in givens:
            continue  # the question came after this paper was issued
        rules = loaded.rubric.questions[question.id]
        q = question.read(givens[question.id])
        marks += [(question.id, mark) for mark in mark_question(rules, q, answers.get(question.id, {}))]
    return marks


def rules_hash(loaded: Loaded) -> str:
    """What a mark depends on besides sheet and paper: rubric, questions, templates, program."""
    definition = [question.definition for question in loaded.assignment.questions]
    sources = [question.template.source for question in loaded.assignment.questions]
    return digest(json.dumps(definition, sort_keys=True), loaded.rubric.hash, *sources, __version__)[:8].hex()


def plain(value: Any) -> str:
    """A value in reports: at most 12 significant digits."""
    if value is None:
        return ""
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def mark_row(question: str, mark: Mark) -> tuple[Any, ...]:
    cell = mark.answer
    value = plain(cell.number.value) if cell.number is not None else cell.label or ""
    note = "; ".join(filter(None, (mark.note, cell.number.note if cell.number else "")))
    return (
        question, mark.cell, mark.part, cell.text[:200], value, plain(mark.expected), plain(mark.carried),
        mark.verdict, ";".join(mark.mistakes), round(mark.points, 9), round(mark.max, 9), note, cell.line,
    )  # fmt: skip


def _fate_row(entry: Entry) -> tuple[Any, ...]:
    rows = [(p.message, p.line, p.advice) for p in entry.problems] or [(entry.message, entry.line, entry.advice)]
    message, line, advice = rows[0]
    return (
        entry.found.path,
        entry.fate,
        entry.assignment,
        entry.student,
        entry.submission,
        message,
        line,
        advice,
    )


def _natural(path: str) -> list[tuple[int, int | str]]:
    """sheet-2 before sheet-10."""
    return [(0, int(piece)) if piece.isdecimal() else (1, piece) for piece in re.split(r"(\d+)", path)]
