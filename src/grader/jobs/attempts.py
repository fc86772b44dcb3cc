"""Which of a student's sheets counts, and what is deducted for lateness."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.course import Course
from grader.deadlines import Lateness, Stamp, Timing
from grader.extensions import NONE, Extension
from grader.gradebook import Gradebook, Marking
from grader.marking import UNDECIDED
from grader.scratch import Asked

WHY = {
    "latest": "the student's newer sheet counts",
    "best": "another sheet of the student has more points, or may have once it is marked, or as many and is newer",
    "latest_on_time": "another sheet of the student counts: the newest that came in time, else the newest",
}
"""Why another sheet counts than this one, by the assignment's rule."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sheet that came in, as it is marked: when it was handed in (UTC, None where nobody knows), how late that was,
    and the points that it costs. `most`: the points that it can have once people have marked what waits for them.
    """

    marking: Marking
    at: dt.datetime | None
    lateness: Lateness
    deduction: float
    most: float

    @property
    def points(self) -> float:
        return round(self.marking.points - self.deduction, 9)


class Attempts:
    """All sheets of an assignment by student, and those that stand. Nobody's does who is excused."""

    def __init__(self, course: Course, gradebook: Gradebook, name: str) -> None:
        self.gradebook = gradebook
        self.timing = course.load(name).assignment.timing
        self.extensions = course.extensions(name, gradebook.people())
        self.markings = gradebook.markings(name)
        self.all = Asked(lambda: iter(self.markings), self.of)
        self.standing = Asked(lambda: filter(self._standing, self.markings), self._standing)

    def of(self, student: str) -> list[Attempt]:
        """A student's sheets, as they came in."""
        markings = self.markings.get(student, ())
        return [self._attempt(student, marking, several=len(markings) > 1) for marking in markings]

    def _standing(self, student: str) -> Attempt | None:
        return None if self.extension(student).excused else chosen(self.of(student), self.timing)

    def extension(self, student: str) -> Extension:
        return self.extensions.get(student, NONE)

    def own_timing(self, student: str) -> Timing:
        due = self.extension(student).due
        return self.timing.extended(due.at(self.timing.zone) if due else None)

    def _attempt(self, student: str, marking: Marking, *, several: bool) -> Attempt:
        timing, told = self.own_timing(student), self.extension(student)
        written = Stamp(marking.at.replace(tzinfo=None), marking.at.tzinfo) if marking.at else told.handed_in
        at = written.at(timing.zone) if written else None
        lateness = timing.lateness(at, flagged=marking.late and told.due is None)  # a system does not know ours
        most = marking.points
        if several and timing.attempts == "best":
            most += sum(mark[10] for mark in self.gradebook.marks(marking.id) if mark[7] in UNDECIDED)
        cost, most_cost = (timing.deduction(lateness, points, marking.max) for points in (marking.points, most))
        return Attempt(marking, at, lateness, cost, round(most - most_cost, 9))

    def passed_over(self, student: str, submission: int) -> str:
        """Why this sheet does not count; "" if it does."""
        if self.extension(student).excused:
            return "the student is excused"
        standing = self.standing.get(student)
        if standing is not None and standing.marking.submission == submission:
            return ""
        mine = next(attempt for attempt in self.of(student) if attempt.marking.submission == submission)
        if mine.lateness.closed:
            cut_off = self.own_timing(student).cut_off
            assert cut_off is not None
            return f"it came after the cut-off ({self.timing.shown(cut_off)})"
        return WHY[self.timing.attempts]

    def told(self, student: str) -> str:
        """What a student is told of the deduction; "" if there is none."""
        attempt, timing = self.standing[student], self.own_timing(student)
        days, late = attempt.lateness.days, timing.late
        if late is None or timing.due is None or attempt.at is None or not days:
            return ""
        each = f"{100 * late.per_day:.6g}% of {attempt.marking.max:g} points"
        most = f", at most {100 * late.at_most:.6g}%" if days * late.per_day > late.at_most else ""
        begun = "1 day" if days == 1 else f"{days} days"
        return (
            f"Handed in {timing.shown(attempt.at)}, due {timing.shown(timing.due)}: {begun} begun, "
            f"{each} for each{most}, so {attempt.deduction:.6g} of {attempt.marking.points:.6g} points are deducted."
        )

    def doubt(self, attempt: Attempt) -> tuple[str, str]:
        """What a person has to find out about the time of the sheet that counts, and how to tell it; "" if nothing."""
        if not attempt.lateness.unknown or not self.timing.matters:
            return "", ""
        how = "write it into assignments/extensions.csv, column handed_in, or give a later `due` there"
        return "handed in late, and nobody tells when: nothing is deducted", how

    def summary(self, standing: Iterable[Attempt]) -> list[str]:
        """What to say on the terminal about times and lateness of the sheets that count."""
        if not self.timing.matters:
            return []
        times = [(attempt.at is None, attempt.deduction) for attempt in standing]
        due, lines = self.timing.due, []
        if due is not None and self.timing.assumed:
            lines.append(f"due {due:%Y-%m-%d %H:%M} is taken as UTC; `timezone:` names another zone")
        unknown = sum(unknown for unknown, _ in times)
        if unknown:
            lines.append(
                f"{unknown} of {len(times)} sheets came without a time of handing in (the dates of files are often "
                "those of copying them): nothing is deducted from these for lateness"
            )
        late = [deduction for _, deduction in times if deduction]
        if late:
            lines.append(
                f"{len(late)} late: {sum(late):.6g} points deducted, see `raw` and `deduction` in gradebook.csv; "
                "means and the class report are of the points before that"
            )
        return lines


def chosen(attempts: Sequence[Attempt], timing: Timing) -> Attempt | None:
    """The attempt that counts, of several in the order in which they were found; None: all came after the cut-off.

    Their own times order them where all have one. A sheet that may be somebody else's counts only where no other does.
    """
    counting = [attempt for attempt in attempts if not attempt.lateness.closed]
    counting = [attempt for attempt in counting if not attempt.marking.doubtful] or counting
    if not counting:
        return None
    times = [attempt.at for attempt in counting if attempt.at is not None]
    if len(times) == len(counting):
        counting = [attempt for _, _, attempt in sorted(zip(times, range(len(times)), counting, strict=True))]
    if timing.attempts == "best":
        return max(reversed(counting), key=lambda attempt: (attempt.most, attempt.points))
    if timing.attempts == "latest_on_time":
        counting = [attempt for attempt in counting if attempt.lateness.on_time] or counting
    return counting[-1]
