"""Whose sheet is it, and of which assignment and issue?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from grader.answers import Problem, Sheet
from grader.errors import SheetProblem, did_you_mean
from grader.gradebook import Paper
from grader.intake.found import Found
from grader.roster import Student, find


@dataclass(frozen=True)
class Claimed:
    """A sheet with the paper that it answers, and what a person should know about it."""

    paper: Paper
    problems: tuple[Problem, ...] = ()
    doubtful: bool = False
    """It carries another student's code: it may be somebody else's, and never pushes aside one that does not."""


def which_assignment(sheet: Sheet, wanted: str | None, known: Sequence[str], by_code: Mapping[str, str]) -> str:
    """The assignment that a sheet is of: as it says, else by its instance code, else the only one there is.

    SheetProblem: it does not say, or names none of the course's.
    """
    if not sheet.assignment and sheet.instance in by_code:
        return by_code[sheet.instance]
    if not sheet.assignment:
        if wanted is not None or len(known) == 1:
            return wanted or known[0]
        raise SheetProblem(
            "the sheet does not say which assignment it is of",
            advice=f"grade it alone with --assignment ({', '.join(known)})",
        )
    for name in known:
        if name.casefold() == sheet.assignment.casefold():
            return name
    hint = did_you_mean(sheet.assignment, known)
    raise SheetProblem(f"there is no assignment '{sheet.assignment}'. {hint}", advice="correct the row `assignment`")


def named_after(found: Found, students: Collection[str]) -> str:
    """The student whose id is the name of the file or of its folder, or ""."""
    path = PurePosixPath(found.path)
    return next((name for name in (path.parent.name, path.stem) if name in students), "")


class Papers:
    """An assignment's papers by student (the newest counts) and by instance code."""

    def __init__(self, papers: Iterable[Paper]) -> None:
        self.by_student: dict[str, Paper] = {}
        self.by_code: dict[str, Paper] = {}
        self.by_id: dict[int, Paper] = {}
        for paper in papers:
            self.by_student[paper.student.id] = self.by_code[paper.instance] = self.by_id[paper.id] = paper
        self.students = {key: paper.student for key, paper in self.by_student.items()}


def claim(found: Found, sheet: Sheet, papers: Papers) -> Claimed:
    """Find the paper. SheetProblem: nobody, or two people, can be meant."""
    student, problems = _whose(found, sheet, papers.students)
    paper = papers.by_student[student.id]
    code = sheet.instance.strip().upper()
    if not code or code == paper.instance:
        return Claimed(paper, tuple(problems))
    owner = papers.by_code.get(code)
    if owner is not None and owner.student.id == student.id:
        return Claimed(owner, tuple(problems))
    return Claimed(paper, (_foreign_code(code, owner), *problems), doubtful=owner is not None)


def _foreign_code(code: str, owner: Paper | None) -> Problem:
    whose = f"the numbers of {owner.student.id}" if owner else "no paper that was issued"
    return Problem(
        f"the sheet's instance code {code[:20]} belongs to {whose}",
        advice="it was marked on the student's own numbers; ask which paper was worked on",
    )


def _whose(found: Found, sheet: Sheet, students: Mapping[str, Student]) -> tuple[Student, list[Problem]]:
    """The student whom the sheet names; where it names none, the one whom folder or file are named after."""
    outside = students.get(named_after(found, students))
    if not sheet.student:
        if outside is None:
            raise SheetProblem("the sheet does not say whose it is", advice="fill in the row `student` and grade again")
        return outside, [
            Problem("the sheet does not say whose it is", advice=f"taken as {outside.id}'s, as the file is named")
        ]
    student, assumed = find(sheet.student, students)
    if student is None:
        hint = did_you_mean(sheet.student, students) if students else "Nothing was issued yet."
        hint = hint if hint.startswith("Did") else ""
        raise SheetProblem(
            f"no paper was issued to '{sheet.student[:60]}'. {hint}".strip(),
            advice="correct the row `student`, or the roster",
        )
    if outside is not None and outside.id != student.id:
        raise SheetProblem(
            f"the file is named after {outside.id}, but the sheet says {student.id}",
            advice="find out whose it is, correct the row `student` or the name, and grade again",
        )
    return student, [Problem(assumed, advice="nothing, if this is right")] if assumed else []
