"""Whose sheet is it, and of which assignment and issue?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from grader.answers import Problem, Sheet
from grader.errors import SheetProblem, did_you_mean
from grader.gradebook import Gradebook, Paper
from grader.intake.attempts import Attempt, names_in
from grader.intake.people import People

SHOWN = 60


@dataclass(frozen=True)
class Claimed:
    """A sheet with the paper that it answers, and what a person should know about it.

    For a group's sheet `paper` is the one that it answers, under the name of each of the group in turn.
    """

    paper: Paper
    problems: tuple[Problem, ...] = ()
    doubtful: bool = False
    """It carries another student's code: it may be somebody else's, and never pushes aside one that does not."""


def which_assignment(sheet: Sheet, wanted: str | None, known: Sequence[str], papers: Mapping[str, Papers]) -> str:
    """The assignment that a sheet is of: as it says, else by its instance code, else the only one there is.

    SheetProblem: it does not say, or names none of the course's.
    """
    if not sheet.assignment:
        for name, issued in papers.items():
            if issued.with_code(sheet.instance):
                return name
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
    raise SheetProblem(
        f"there is no assignment '{sheet.assignment[:SHOWN]}'. {hint}", advice="correct the row `assignment`"
    )


class Papers:
    """An assignment's papers, asked of the gradebook one by one: a large class's would fill the memory."""

    def __init__(self, gradebook: Gradebook, name: str) -> None:
        self.gradebook, self.name = gradebook, name

    def of(self, student: str) -> Paper | None:
        """The student's paper; of several the newest counts."""
        return self.gradebook.newest_paper(self.name, student)

    def with_code(self, code: str) -> Paper | None:
        return self.gradebook.paper_of_code(self.name, code) if code else None


def claim(path: str, sheet: Sheet, papers: Papers, people: People, attempt: Attempt) -> list[Claimed]:
    """Find the paper, for each student whose sheet it is. SheetProblem: nobody, or two people, can be meant."""
    if not attempt.students:
        paper, problems = _whose(path, sheet, papers, people)
        return [_paper(papers, sheet, paper, problems)]
    problems = [Problem(attempt.told, advice="see that the roster is right")] if attempt.told else []
    issued = {student.id: own for student in attempt.students if (own := papers.of(student.id))}
    if not issued:
        named = ", ".join(student.id for student in attempt.students)
        raise SheetProblem(f"no paper was issued to {named}", advice="run `grader generate`, which adds new students")
    mismatch, said = _said(sheet, attempt, people)
    code = papers.with_code(_code(sheet))
    answered = code.student.id if code and code.student.id in issued else said if said in issued else next(iter(issued))
    claimed = _paper(papers, sheet, issued[answered], [*problems, *mismatch])
    return [replace(claimed, paper=claimed.paper.of(student)) for student in issued]


def _paper(papers: Papers, sheet: Sheet, paper: Paper, problems: Sequence[Problem]) -> Claimed:
    """The student's paper that the instance code names: the newest, or the one of an earlier issue."""
    code = _code(sheet)
    if not code or code == paper.instance:
        return Claimed(paper, tuple(problems))
    owner = papers.with_code(code)
    if owner is not None and owner.student.id == paper.student.id:
        return Claimed(owner, tuple(problems))
    return Claimed(paper, (_foreign_code(code, owner), *problems), doubtful=owner is not None)


def _code(sheet: Sheet) -> str:
    return sheet.instance.strip().upper()


def _foreign_code(code: str, owner: Paper | None) -> Problem:
    whose = f"the numbers of {owner.student.id}" if owner else "no paper that was issued"
    return Problem(
        f"the sheet's instance code {code[:20]} belongs to {whose}",
        advice="it was marked on the student's own numbers; ask which paper was worked on",
    )


def _said(sheet: Sheet, attempt: Attempt, people: People) -> tuple[list[Problem], str]:
    """Whom the sheet names, and what to tell where that is none of those whom the course system names."""
    if not sheet.student:
        return [], ""
    student, _ = people.meant(sheet.student)
    owners = [owner.id for owner in attempt.students]
    if student is not None and student.id in owners:
        return [], student.id
    said, by_system = student.id if student else sheet.student[:SHOWN], " and ".join(owners)
    message = f"the sheet says {said}, {attempt.system} says {by_system}; it was marked as {by_system}'s"
    return [Problem(message, advice="ask whose work it is")], ""


def _whose(path: str, sheet: Sheet, papers: Papers, people: People) -> tuple[Paper, list[Problem]]:
    """The paper of whom the sheet names; where it names none, of the one whom folder or file are named after."""
    outside = next(filter(None, map(papers.of, names_in(path))), None)
    if not sheet.student:
        if outside is None:
            raise SheetProblem("the sheet does not say whose it is", advice="fill in the row `student` and grade again")
        told = f"taken as {outside.student.id}'s, as the file is named"
        return outside, [Problem("the sheet does not say whose it is", advice=told)]
    student, assumed = people.meant(sheet.student)
    same = student is not None and outside is not None and student.id == outside.student.id
    paper = outside if same else papers.of(student.id) if student else None
    if paper is None:
        raise SheetProblem(
            f"no paper was issued to '{sheet.student[:SHOWN]}'. {people.nearest(sheet.student[:SHOWN])}".strip(),
            advice="correct the row `student`, or the roster",
        )
    if outside is not None and not same:
        raise SheetProblem(
            f"the file is named after {outside.student.id}, but the sheet says {paper.student.id}",
            advice="find out whose it is, correct the row `student` or the name, and grade again",
        )
    return paper, [Problem(assumed, advice="nothing, if this is right")] if assumed else []
