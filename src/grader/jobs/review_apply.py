"""Filled review files: all of them checked, then recorded and marked by in one transaction."""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grader.course import Course, Loaded
from grader.errors import CourseError, did_you_mean
from grader.jobs.desk import Desk
from grader.jobs.reread import read_alone
from grader.jobs.review_file import MARKER, Filled, read_filled
from grader.jobs.review_rows import Row, Standing
from grader.marking import Review, fingerprint
from grader.roster import find
from grader.sheets.numbers import Unreadable, read_number

TAKEN_BACK = "-"
LONGEST_COMMENT = 2000
MOST_TOLD = 20
SURE = 1e-6
"""Points in files have six decimals."""
Decided = tuple[float | None, str, str]
"""Points, reading, comment."""


class Fault(Exception):
    """What is wrong with a row, and what to do."""


@dataclass(frozen=True)
class Change:
    row: Row
    filled: Filled
    decided: Decided

    @property
    def review(self) -> Review:
        row, (points, read_as, comment) = self.row, self.decided
        return Review(
            0, row.question, row.cell, row.criterion, fingerprint(row.text), points, row.max, read_as, comment
        )

    @property
    def became(self) -> str:
        """What is decided now, in words."""
        points, read_as, comment = self.decided
        given = "taken back" if self.row.decided[0] is not None else ""
        if points is not None:
            given = f"{points:g} of {self.row.max:g}"
        reading = f"read as {read_as}" if read_as else ""
        return "; ".join(filter(None, (given, reading))) or ("a comment" if comment else "as the program says")


@dataclass
class Plan:
    """What files ask for: changes, rows that came too late, and what is wrong, all in words with their places."""

    changes: list[Change] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Applied:
    """What `--apply` did: so many decisions recorded, the answers (student, question.part, from, to) that have
    something else now, and rows that were left because they came too late.
    """

    recorded: int
    answers: Sequence[tuple[str, str, str, str]]
    stale: Sequence[str]


def apply(course: Course, loaded: Loaded, paths: Sequence[Path], by: str, *, skip_stale: bool = False) -> Applied:
    """Record what the files decide and mark by it, all or nothing.

    CourseError: every row that is wrong, with its file and line; nothing is changed then.
    """
    filled = [row for path in paths for row in read_filled(path)]
    gradebook = course.gradebook(must_exist=True)
    try:
        with gradebook.transaction():
            standing = Standing(course, gradebook, loaded)
            planned = plan(standing, filled)
            _refuse(planned, skip_stale=skip_stale)
            if not planned.changes:
                return Applied(0, (), planned.stale)
            students = dict.fromkeys(change.row.student.id for change in planned.changes)
            before = {student: standing.cells(student) for student in students}
            run = gradebook.add_run("review", {loaded.name: loaded.rubric.hash})
            gradebook.add_reviews(run, loaded.name, (_record(change, by) for change in planned.changes))
            Desk(course, gradebook, loaded.name).touched(run)
            after = Standing(course, gradebook, loaded)
            answers = [
                (student, place, was, became)
                for student in students
                for place, became in after.cells(student).items()
                if (was := before[student].get(place, "")) != became
            ]
        return Applied(len(planned.changes), answers, planned.stale)
    finally:
        gradebook.close()


def _record(change: Change, by: str) -> tuple[object, ...]:
    marker = by or change.filled[MARKER] or _login()
    return change.row.student.id, change.review, marker, change.filled.file, change.row.now, change.became


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"


def _refuse(planned: Plan, *, skip_stale: bool) -> None:
    told = [*planned.errors, *(() if skip_stale else planned.stale)]
    if not told:
        return
    more = [f"and {len(told) - MOST_TOLD} more"] if len(told) > MOST_TOLD else []
    lines = "".join(f"\n  {line}" for line in [*told[:MOST_TOLD], *more])
    late = planned.stale and not skip_stale
    hint = "\nRows that came too late can be left out with --skip-stale." if late else ""
    raise CourseError(f"nothing was changed:{lines}{hint}")


def plan(standing: Standing, filled: Iterable[Filled]) -> Plan:
    """What the rows ask for. Two that decide the same thing differently are told with both their places."""
    planned, rows, asked = Plan(), _Rows(standing), dict[tuple[str, ...], Change]()
    for each in filled:
        try:
            row = rows.of(each)
            decided = _decided(row, each)
        except Fault as fault:
            planned.errors.append(f"{each.place}: {fault}")
            continue
        if decided == row.decided or _was_taken_back(row, each):
            continue
        if each["ref"] != row.ref:
            planned.stale.append(f"{each.place}: {_since(row)}")
            continue
        change = Change(row, each, decided)
        other = asked.setdefault(row.key, change)
        if other.decided != decided:
            both = f"{other.became} in {other.filled.place}, and {change.became} in {each.place}"
            planned.errors.append(f"two rows decide {row.place} of {each['student']} differently: {both}")
    planned.changes = list(asked.values())
    return planned


def _was_taken_back(row: Row, filled: Filled) -> bool:
    """Has this been applied already? The comment that went with the points still stands in the file."""
    taken = row.review is not None and row.review.points is None and filled["points"] == TAKEN_BACK
    return taken and filled["ref"] != row.ref


def _since(row: Row) -> str:
    has = f"it has {row.now} now" if row.now not in ("open", "not read") else f"it is {row.now} now"
    since = f"since the file was written {row.place} was decided otherwise, marked again or handed in again"
    return f"this row came too late: {since} ({has}). Write a new file for it"


class _Rows:
    """Finds what a filled row is about. Fault: nothing, or something else than its ref says."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self.known: dict[str, dict[tuple[str, str], dict[str, Row]]] = {}

    def of(self, filled: Filled) -> Row:
        criteria = self._answer(self._student(filled), filled)
        row = criteria.get(filled["criterion"])
        if row is None:
            known = did_you_mean(filled["criterion"], [name for name in criteria if name])
            raise Fault(f"there is no criterion '{filled['criterion']}' here. {known}")
        same, _, state = filled["ref"].partition("-")
        if same != row.ref.partition("-")[0] or len(state) != len(same):
            raise Fault("the ref is not this row's: columns were sorted apart, or it was changed. Write a new file")
        if filled["ref"] == row.ref and not filled.is_about(row.text):
            raise Fault("the text is not what the student wrote: it was changed, or lost letters when it was saved "
                        "(save it as CSV UTF-8)")  # fmt: skip
        return row

    def _student(self, filled: Filled) -> str:
        written = filled["student"]
        students = self.standing.students
        student = self.standing.codes.get(written.upper()) or find(written, students)[0]
        if student is None:
            raise Fault(f"no sheet of a student '{written}' was graded. {did_you_mean(written, students)}")
        return student.id

    def _answer(self, student: str, filled: Filled) -> dict[str, Row]:
        if student not in self.known:
            self.known[student] = {}
            for row in self.standing.rows(student):
                self.known[student].setdefault((row.question, row.cell), {})[row.criterion] = row
        known, question, cell = self.known[student], filled["question"], filled["part"]
        questions = {name for name, _ in known}
        if question not in questions:
            raise Fault(f"there is no question '{question}'. {did_you_mean(question, questions)}")
        if (question, cell) not in known:
            hint = did_you_mean(cell, [name for owner, name in known if owner == question])
            raise Fault(f"question '{question}' has no part '{cell}'. {hint}")
        return known[question, cell]


def _decided(row: Row, filled: Filled) -> Decided:
    """What holds with what the row says: nothing leaves what is there, a hyphen takes it back.

    The comment on points goes with them, unless there is another one.
    """
    points, _, comment = row.decided
    if points is not None and filled["points"] == TAKEN_BACK and filled["comment"] in ("", comment):
        return None, _read_as(row, filled), ""
    if filled["points"]:
        points = None if filled["points"] == TAKEN_BACK else _points(row, filled)
    read_as = _read_as(row, filled)
    if filled["comment"]:
        comment = "" if filled["comment"] == TAKEN_BACK else filled["comment"]
    if len(comment) > LONGEST_COMMENT:
        raise Fault(f"the comment has more than {LONGEST_COMMENT} characters")
    return points, read_as, comment


def _points(row: Row, filled: Filled) -> float:
    written = filled["points"]
    what = f"'{row.criterion}'" if row.criterion else row.place
    try:
        points = round(read_number(written, decimal_comma=True).value, 9)
    except Unreadable as error:
        raise Fault(f"points: {error}") from None
    if row.review and row.review.points is not None and abs(points - row.review.worth(row.max)) < SURE:
        return row.review.points  # as the file was written, with six decimals
    if points < 0:
        raise Fault(f"points: {written} is negative; {what} is worth 0 to {row.max:g}")
    if points > row.max + SURE:
        raise Fault(f"points: {written} is more than the {row.max:g} that {what} is worth")
    return min(points, row.max)


def _read_as(row: Row, filled: Filled) -> str:
    if not filled["read_as"]:
        return row.decided[1]
    return "" if filled["read_as"] == TAKEN_BACK else _reading(row, filled)


def _reading(row: Row, filled: Filled) -> str:
    if row.part.kind == "text":
        raise Fault("read_as is for answers that could not be read; an answer in words gets points")
    if not row.text:
        raise Fault("nothing was written here that could be read; give points instead")
    if filled["read_as"] == row.decided[1]:
        return row.decided[1]
    cell = read_alone(row.part, filled["read_as"], decimal_comma=filled.decimal_comma)
    if not cell.readable:
        raise Fault(f"read_as: {cell.problem or 'this is no answer'}")
    return cell.number.canonical if cell.number else cell.label or filled["read_as"]
