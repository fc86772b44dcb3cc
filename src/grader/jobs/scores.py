"""What each student has in an assignment, and everything that a student is known under."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from grader.course import Course, Loaded
from grader.gradebook import Gradebook
from grader.jobs.attempts import Attempts
from grader.jobs.report import everybody
from grader.jobs.system_names import MOODLE
from grader.marking import UNDECIDED
from grader.roster import Student

ID_COLUMNS = ("canvas_id", "moodle_id", "sid", "login", "email", "name")


@dataclass(frozen=True)
class Score:
    """`points`, less what lateness costs, is None without a graded sheet that counts; `open`: something waits for a
    person, so the points may change.
    """

    student: Student
    points: float | None
    max: float
    open: bool = False
    excused: bool = False


def scores(course: Course, gradebook: Gradebook, loaded: Loaded) -> list[Score]:
    """Everybody's, in the roster's order."""
    attempts, forgotten = Attempts(course, gradebook, loaded.name), gradebook.forgotten()
    found = []
    for student in everybody(course, gradebook, loaded.name).values():
        attempt = attempts.standing.get(student.id)
        if student.id in forgotten:
            continue
        if attempt is None:
            excused = attempts.extension(student.id).excused
            found.append(Score(student, None, loaded.rubric.points, excused=excused))
            continue
        marking = attempt.marking
        waiting = marking.doubtful or any(mark[7] in UNDECIDED for mark in gradebook.marks(marking.id))
        found.append(Score(student, attempt.points, marking.max, waiting))
    return found


def known_under(gradebook: Gradebook, name: str, students: Iterable[Student]) -> list[dict[str, str]]:
    """What the roster says of each student, and the number that Moodle's folders gave each in this assignment."""
    participants = {
        student: found[2]
        for student, path in gradebook.paths(name)
        if student and (found := MOODLE.search(path)) is not None
    }
    return [
        {
            "student": student.id,
            "participant": participants.get(student.id, ""),
            **{column: getattr(student, column, "") for column in ID_COLUMNS},
        }
        for student in students
    ]
