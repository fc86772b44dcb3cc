"""An attempt's files read: each one's sheet and papers, or what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.answers import Sheet
from grader.errors import SheetProblem
from grader.intake.attempts import Attempt, named_after, with_time
from grader.intake.files import BESIDE, SHEETS, ending
from grader.intake.found import Found, Member, unfit
from grader.intake.identify import Claimed, Papers, claim, which_assignment
from grader.intake.people import People
from grader.sheets import limits, read_sheet, whose_sheet

OWN = (b"student,question,part,answer,value,", b"student,name,points,max,percent,", b"path,student,problem,line,",
       b"student,question,part,criterion,text,points,")  # fmt: skip
"""How the first line of our own reports begins, should one be among what was handed in."""


@dataclass(slots=True)
class Taken:
    """A file that was read. `fate` is "" where it is to be marked, for each of `claims`; else as in Found.

    `beside`: it is of a kind that is kept beside a sheet of the same attempt.
    """

    found: Found
    fate: str = ""
    assignment: str = ""
    student: str = ""
    message: str = ""
    line: int | None = None
    advice: str = ""
    sheet: Sheet | None = None
    claims: Sequence[Claimed] = ()
    beside: bool = False


class Reader:
    """Reads files as sheets of the assignments `names`, or of the one `wanted`.

    `elsewhere`: they are marked at another place, and read again there; here it is enough to tell whose they are.
    """

    elsewhere = False

    def __init__(self, names: Sequence[str], wanted: str | None, papers: Mapping[str, Papers], people: People) -> None:
        self.names, self.wanted, self.papers, self.people = names, wanted, papers, people

    def read(self, attempt: Attempt) -> list[Taken]:
        """Every file of the attempt. Of two sheets of one assignment that were handed in together none is marked."""
        taken: list[Taken] = []
        sheets = 0
        for member in attempt.members:
            sheets += ending(member.shown) in SHEETS
            if sheets > limits.ATTEMPT_FILES:
                message = f"more than {limits.ATTEMPT_FILES} sheets were handed in at once"
                found = unfit(member.shown, message, "ask for the one that counts")
                taken.append(Taken(found, found.fate, message=found.message, advice=found.advice))
            else:
                taken.append(self._one(member, attempt))
        if attempt.system:
            _only_one_of_each(taken)
        return taken

    def _one(self, member: Member, attempt: Attempt) -> Taken:
        found = with_time(member.read(limits.FILE_BYTES), attempt)
        taken = Taken(found, found.fate, message=found.message, advice=found.advice)
        named = named_after(found.path, self.people.students)
        taken.student = attempt.students[0].id if attempt.students else "" if attempt.system else named
        if found.fate:
            taken.beside = found.fate == "attention" and ending(found.path) in BESIDE
            return taken
        if found.content.startswith(OWN):
            taken.fate, taken.message = "ignored", "a report that this program wrote"
            return taken
        try:
            if attempt.problem:
                raise attempt.problem
            self._sheet(taken, attempt)
        except SheetProblem as problem:
            taken.fate, taken.message, taken.line = "attention", problem.message, problem.line
            taken.advice = problem.advice or "ask for a corrected sheet"
        return taken

    def _sheet(self, taken: Taken, attempt: Attempt) -> None:
        path = taken.found.path
        sheet = taken.sheet = (whose_sheet if self.elsewhere else read_sheet)(taken.found.content, path)
        taken.student = taken.student or sheet.student[:120]
        name = taken.assignment = which_assignment(sheet, self.wanted, self.names, self.papers)
        if self.wanted not in (None, name):
            taken.fate, taken.message = "ignored", f"a sheet of {name}, while only {self.wanted} is graded"
            return
        if name not in self.papers:
            raise SheetProblem(f"'{name}' was never issued", advice="run `grader generate` first")
        taken.claims = claim(path, sheet, self.papers[name], self.people, attempt)
        taken.student = taken.claims[0].paper.student.id
        problems = taken.claims[0].problems
        if problems:
            taken.message = "; ".join(problem.message for problem in problems)
            taken.line, taken.advice = problems[0].line, problems[0].advice


def _only_one_of_each(taken: Sequence[Taken]) -> None:
    """The same content twice is one sheet; two of the same assignment that differ are for a person."""
    by_assignment: dict[str, list[Taken]] = {}
    for each in taken:
        if not each.fate:
            by_assignment.setdefault(each.assignment, []).append(each)
    for name, sheets in by_assignment.items():
        different: dict[bytes, Taken] = {}
        for each in sheets:
            first = different.setdefault(each.found.content, each)
            if first is not each:
                each.fate, each.message = "ignored", f"the same as {first.found.path}"
        if len(different) > 1:
            files = " and ".join(each.found.path.rpartition("/")[2] for each in different.values())
            for each in different.values():
                each.fate, each.message = "attention", f"{len(different)} sheets of {name} in one attempt: {files}"
                each.advice = "ask which of them counts, take the others away, and grade again"
