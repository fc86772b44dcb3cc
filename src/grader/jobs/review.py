"""Answers for people to mark: one CSV file, or one for each marker, to fill in in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.course import Course, Loaded
from grader.errors import CourseError, did_you_mean
from grader.files import write
from grader.jobs.review_apply import plan
from grader.jobs.review_file import COLUMNS, read_filled, shown
from grader.jobs.review_rows import Row, Standing
from grader.jobs.tables import guarded, number


@dataclass(frozen=True)
class Chosen:
    """Which answers to write, and how: `section` and `question` limit them ("" for all), `every` takes also those
    that the program has marked, `into` is the number of files, and `anonymous` has codes in place of ids.
    """

    section: str = ""
    question: str = ""
    every: bool = False
    into: int = 1
    anonymous: bool = False
    out: Path | None = None


@dataclass(frozen=True)
class Written:
    """A file, with the students, answers and rows in it."""

    path: Path
    students: int
    answers: int
    rows: int


def review(course: Course, loaded: Loaded, chosen: Chosen) -> list[Written]:
    """Write what is open; nothing if nothing is. A file that holds marks which were not applied yet is kept.

    Students are dealt out whole, in the order of their codes, so that each marker gets as many, from all sections.
    """
    gradebook = course.gradebook(must_exist=True)
    try:
        standing = Standing(course, gradebook, loaded)
        rows = _chosen(loaded, standing, chosen)
        order = {question.id: nth for nth, question in enumerate(loaded.assignment.questions)}
        rows.sort(key=lambda row: (order.get(row.question, len(order)), _who(row, chosen)))
        dealt = sorted({row.code for row in rows})
        hands = [set(dealt[nth :: chosen.into]) for nth in range(chosen.into)]
        paths = _paths(chosen.out or course.reports(loaded.name) / "review.csv", chosen.into) if rows else []
        for path in paths:
            _nothing_is_lost(standing, path)
        return [
            _write(path, [row for row in rows if row.code in hand], chosen)
            for path, hand in zip(paths, hands, strict=False)
            if hand
        ]
    finally:
        gradebook.close()


def _chosen(loaded: Loaded, standing: Standing, chosen: Chosen) -> list[Row]:
    sections = {student.section for student in standing.students.values()}
    if chosen.section and chosen.section not in sections:
        raise CourseError(f"nobody of section '{chosen.section}' has a graded sheet. "
                          f"{did_you_mean(chosen.section, sections - {''})}")  # fmt: skip
    if chosen.question:
        loaded.assignment.question(chosen.question)  # says what is wrong
    return [
        row
        for student in standing.students.values()
        if chosen.section in ("", student.section)
        for row in standing.rows(student.id, every=chosen.every)
        if chosen.question in ("", row.question)
    ]


def _paths(path: Path, into: int) -> list[Path]:
    if into == 1:
        return [path]
    return [path.with_name(f"{path.stem}-{nth}{path.suffix}") for nth in range(1, into + 1)]


def _nothing_is_lost(standing: Standing, path: Path) -> None:
    """CourseError: the file is there already, and what somebody wrote into it was not applied."""
    if not path.exists():
        return
    try:
        planned = plan(standing, read_filled(path))
    except CourseError as error:
        raise CourseError(f"this file is there already, and is none that was written here ({error.message}); "
                          "name another with --out", file=path) from error  # fmt: skip
    waiting = len(planned.changes) + len(planned.stale) + len(planned.errors)
    if waiting:
        raise CourseError(f"this file holds marks that were not applied, or came too late ({waiting}); apply it with "
                          "--apply, take it away, or name another with --out", file=path)  # fmt: skip


def _who(row: Row, chosen: Chosen) -> str:
    return row.code if chosen.anonymous else row.student.id


def _write(path: Path, rows: Sequence[Row], chosen: Chosen) -> Written:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_line(row, _who(row, chosen)) for row in rows)
    write(path, out.getvalue().encode("utf-8-sig"))
    answers = {(row.student.id, row.place) for row in rows}
    return Written(path, len({student for student, _ in answers}), len(answers), len(rows))


def _line(row: Row, who: str) -> Iterable[str]:
    points, read_as, comment = row.decided
    texts = {
        "student": who,
        "question": row.question,
        "part": row.cell,
        "criterion": row.criterion,
        "text": shown(row.text),
        "points": "" if points is None or row.review is None else number(row.review.worth(row.max)),
        "max": number(row.max),
        "read_as": read_as,
        "comment": comment,
        "now": row.now,
        "attachments": row.attachments if who == row.student.id else "",  # names would be in it
        "ref": row.ref,
        "meaning": row.meaning,
    }
    return [guarded(texts[column]) for column in COLUMNS]
