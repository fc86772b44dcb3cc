"""Everything that is known of one student: papers, attempts, marks, decisions by people, in order of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from grader.course import Course
from grader.errors import CourseError, did_you_mean
from grader.gradebook import Gradebook
from grader.jobs.attempts import Attempts
from grader.jobs.rulebook import Rulebook
from grader.roster import find


class Event(NamedTuple):
    """`order`: what comes first of what was recorded in the same second."""

    time: str
    order: int
    text: str


def history(course: Course, student: str, names: Sequence[str]) -> Iterator[str]:
    """Lines about a student, assignment by assignment. CourseError: nobody is called so, or nothing was issued."""
    gradebook = course.gradebook(must_exist=True)
    try:
        people = {person.id: person for person in gradebook.people()}
        known, _ = find(student, people)
        if known is None:
            raise CourseError(f"no paper was issued to '{student}'. {did_you_mean(student, people)}")
        yield f"{known.id}  {known.name}".rstrip()
        for name in names:
            yield ""
            yield from _assignment(course, gradebook, known.id, name)
    finally:
        gradebook.close()


def _assignment(course: Course, gradebook: Gradebook, student: str, name: str) -> Iterator[str]:
    yield f"{name}: {course.load(name).assignment.title}"
    events = sorted(
        [*_papers(gradebook, student, name), *_sheets(course, gradebook, student, name),
         *_marks(course, gradebook, student, name), *_decisions(gradebook, student, name)]
    )  # fmt: skip
    if not events:
        yield "  no paper was issued"
        return
    for day, of_the_day in groupby(events, lambda event: event.time[:10]):
        for nth, event in enumerate(of_the_day):
            yield f"  {'' if nth else day:<10}  {event.time[11:19]}  {event.text}"
    yield from _standing(course, gradebook, student, name)


def _papers(gradebook: Gradebook, student: str, name: str) -> Iterator[Event]:
    for made_at, issue, instance in gradebook.papers_history(name, student):
        yield Event(made_at, 0, f"paper {instance} of issue {issue}")


def _sheets(course: Course, gradebook: Gradebook, student: str, name: str) -> Iterator[Event]:
    attempts = Attempts(course, gradebook, name)
    known = {attempt.marking.submission: attempt for attempt in attempts.all.get(student, ())}
    for seen_at, path, submission, problem in gradebook.sheets_history(name, student):
        attempt = known.get(submission)
        came = f", handed in {attempts.timing.shown(attempt.at)}" if attempt and attempt.at else ""
        came += ", called late" if attempt and attempt.marking.late else ""
        number = f"sheet {submission}" if submission else "a file"
        yield Event(seen_at, 1, f"{number}: {path}{came}{f': {problem}' if problem else ''}")


def _marks(course: Course, gradebook: Gradebook, student: str, name: str) -> Iterator[Event]:
    book = Rulebook(course, gradebook, name)
    for made_at, command, program, submission, points, possible, rules, issue in gradebook.marks_history(name, student):
        base = rules.partition("+")[0]
        by = "the rules of today" if base == book.hashes[issue] else f"earlier rules {base[:6]}, grader {program}"
        yield Event(made_at, 3, f"{command}: sheet {submission} has {points:.6g} of {possible:.6g} points by {by}")


def _decisions(gradebook: Gradebook, student: str, name: str) -> Iterator[Event]:
    for made_at, marker, file, question, cell, criterion, was, became, comment in gradebook.decisions(name, student):
        where = f"{question}.{cell}{f', {criterion}' if criterion else ''}"
        said = f". {comment}" if comment else ""
        yield Event(made_at, 2, f"{marker} decided {where}: {was} → {became} ({file}){said}")


def _standing(course: Course, gradebook: Gradebook, student: str, name: str) -> Iterator[str]:
    """What counts, and why; and what about the others."""
    attempts = Attempts(course, gradebook, name)
    timing = attempts.own_timing(student)
    if timing.due and timing.due != attempts.timing.due:
        yield f"  has until {timing.shown(timing.due)}, by assignments/extensions.csv"
    if attempts.extension(student).excused:
        yield "  excused, by assignments/extensions.csv: nothing counts"
        return
    standing = attempts.standing.get(student)
    if standing is not None:
        of = len(attempts.all[student])
        why = f", the {attempts.timing.attempts.replace('_', ' ')} of {of}" if of > 1 else ""
        less = f" - {standing.deduction:.6g} for lateness = {standing.points:.6g}" if standing.deduction else ""
        yield (
            f"  counts: sheet {standing.marking.submission}{why}: {standing.marking.points:.6g}{less} "
            f"of {standing.marking.max:.6g} points"
        )
        yield from (f"  {line}" for line in [attempts.told(student)] if line)
    for attempt in attempts.all.get(student, ()):
        why = attempts.passed_over(student, attempt.marking.submission)
        if why:
            yield f"  does not count: sheet {attempt.marking.submission}: {why}"
