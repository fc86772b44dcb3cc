"""Taking a person out of the gradebook, of what was issued and of the reports, while what was counted stays counted."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.course import Course
from grader.engine import HERE, Engine, Progress, silent
from grader.errors import CourseError, did_you_mean
from grader.export import Cells
from grader.files import file_name, write
from grader.gradebook import Held
from grader.jobs.report import report
from grader.roster import Student, find

TEXTS = (".csv", ".tsv", ".txt", ".yaml", ".yml", ".json", ".html", ".md")
LEAST_TELLING = 3
"""Letters of a name that can be looked for: shorter ones are words as often as not."""
COPIES = ("deliver", "export", "anonymous")
"""Folders of a report that can be made again at any time, and name everybody."""
EVERYBODY = ("gradebook.csv", "results.csv", "attention.csv", "class-report.pdf", "class-report.html")
"""Reports that are written again without the person; should that never be reached, they must not be left."""


@dataclass(frozen=True)
class Person:
    """Somebody who may be forgotten, and what there is of them."""

    student: Student
    held: Held
    files: tuple[Path, ...]
    """Below submissions/, and theirs alone."""


@dataclass(frozen=True)
class Forgotten:
    """`left`: files that still speak of the person, each with what to do."""

    code: str
    left: Sequence[tuple[Path, str]]


def person(course: Course, written: str) -> Person:
    """Whom an id means. CourseError: nobody, with the nearest id."""
    gradebook = course.gradebook(must_exist=True)
    try:
        people = {paper.student.id: paper.student for name in course.names for paper in gradebook.papers(name)}
        forgotten = gradebook.forgotten()
        if course.has_roster():
            people |= {student.id: student for student in course.roster()}
        student, _ = find(written, {key: one for key, one in people.items() if key not in forgotten})
        if student is None:
            raise CourseError(f"there is no student '{written}'. {did_you_mean(written, set(people) - forgotten)}")
        held = gradebook.held(student.id)
    finally:
        gradebook.close()
    files = [course.root / path for path in held.paths]
    return Person(student, held, tuple(file for file in files if _ours(course, file)))


def _ours(course: Course, file: Path) -> bool:
    """An ordinary file below submissions/, not reached through a link."""
    folder = (course.root / "submissions").resolve()
    return file.is_file() and not file.is_symlink() and folder in file.resolve().parents


def forget(
    course: Course, who: Person, *, files: bool, engine: Engine = HERE, progress: Progress = silent
) -> Forgotten:
    """Take the person out; `files`: also what they handed in. CourseError: an assignment of theirs or the list of
    extensions cannot be read, and nothing was changed.

    The gradebook comes after the files, so that one who was forgotten by half is known, and forgotten again.
    """
    loaded = [course.load(name) for name in who.held.assignments if name in course.names]
    gradebook = course.gradebook(must_exist=True)
    try:
        for each in loaded:
            course.extensions(each.name, gradebook.people())
        for name in {*course.names, *who.held.assignments}:
            _remove(course, name, who.student.id)
        for report_of in (course.reports(each.name) / name for each in loaded for name in EVERYBODY):
            report_of.unlink(missing_ok=True)
        for file in who.files if files else ():
            file.unlink(missing_ok=True)
        code = gradebook.forget(who.student.id, _called(who.student))
    finally:
        gradebook.close()
    _rename_extensions(course, who.student, code)
    for each in loaded:
        if course.reports(each.name).is_dir():
            report(course, each, progress, engine, feedback=False)
    return Forgotten(code, list(_left(course, who)))


def _called(student: Student) -> list[str]:
    return [word for word in (student.name, student.email) if len(word) >= LEAST_TELLING]


def _rename_extensions(course: Course, student: Student, code: str) -> None:
    """What was granted stays granted, under the code: excuses and due dates decide what the class's figures are."""
    path = course.root / "assignments" / "extensions.csv"
    if not path.is_file():
        return
    cells = Cells(path.read_bytes(), path)
    column = [name.casefold() for name in cells.header].index("student")
    for row in range(1, len(cells.rows)):
        if find(cells.at(row, column), {student.id: student})[0] is not None:
            cells.put(row, column, code)
    write(path, cells.encoded())


def _remove(course: Course, name: str, student: str) -> None:
    """Their own files, files of everybody's pages, and copies of reports for others."""
    stem, issued, reports = file_name(student), course.issued(name), course.reports(name)
    own = [issued / "handouts.pdf", issued / "key.pdf", reports / "agreements.csv", reports / "codes.csv"]
    own += [issued / "sheets" / f"{stem}{ending}" for ending in (".csv", ".yaml", ".xlsx")]
    own += [
        folder / f"{stem}{end}" for folder in (issued / "handouts", reports / "feedback") for end in (".pdf", ".html")
    ]
    for path in own:
        path.unlink(missing_ok=True)
    for folder in COPIES:
        shutil.rmtree(reports / folder, ignore_errors=True)


def _left(course: Course, who: Person) -> Iterator[tuple[Path, str]]:
    """Files of the course that still hold the id, the name or the address, and those that cannot be looked into."""
    said = "|".join(re.escape(word) for word in (who.student.id, *_called(who.student)))
    words = re.compile(rf"(?<!\w)(?:{said})(?!\w)", re.IGNORECASE)
    for path in sorted(course.root.glob("gradebook.db.*")):
        yield path, "a copy of an earlier gradebook, with everything in it: delete it"
    for folder in ("", "assignments", "issued", "reports", "submissions"):
        below = (course.root / folder).rglob("*") if folder else course.root.glob("*")
        for path in sorted(below):
            if path.is_symlink() or not path.is_file():
                continue
            if path in who.files:
                yield path, "handed in by them: delete it, or forget with --files"
            elif path.suffix.lower() == ".zip":
                yield path, "an archive, which may hold what they handed in: delete it, or take their files out"
            elif path.suffix.lower() in TEXTS and _holds(path, words):
                yield path, _advice(folder)


def _holds(path: Path, words: re.Pattern[str]) -> bool:
    try:
        return words.search(path.read_bytes().decode("utf-8", "replace")) is not None
    except OSError:
        return False


def _advice(folder: str) -> str:
    if folder == "assignments":
        return "take them out: whoever is on the roster is given papers and stands in the reports"
    if folder == "reports":
        return "`grader report` writes reports again, without them when the roster has them no more; else delete it"
    return "it names them: take them out, or delete it"
