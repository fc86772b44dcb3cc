"""Handouts and feedback on their way to students: to a printer, by e-mail, through a course system."""

from __future__ import annotations

import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.codes import Codes
from grader.course import Course, Loaded
from grader.engine import HERE, Engine, Progress, silent
from grader.errors import CourseError
from grader.files import file_name, write, writing, writing_bytes
from grader.gradebook import Gradebook, Paper
from grader.jobs.attempts import Attempts
from grader.jobs.feedback import issued_rules, typeset_feedback
from grader.jobs.papers import typeset_handouts
from grader.jobs.report import everybody
from grader.jobs.scores import known_under
from grader.jobs.system_names import canvas_names, moodle_names
from grader.jobs.tables import Table
from grader.pages.letters.cleaning import clean
from grader.pages.paper.pdf_file import PdfFile, Typeset
from grader.roster import Student, sections

BLANK = zlib.compress(b"")
MAIL = ("email", "name", "subject", "file", "sheet", "student", "code")
WHEN = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip can name: the same archive for the same pages."""


@dataclass
class Delivered:
    """What was written, for how many students; `left`: (student, why nothing goes out to them)."""

    path: Path
    count: int = 0
    left: list[tuple[str, str]] = field(default_factory=list)


class Delivery:
    """One assignment's handouts or feedback: for whom there is something, and where it is."""

    def __init__(self, course: Course, gradebook: Gradebook, loaded: Loaded, what: str) -> None:
        self.course, self.gradebook, self.loaded, self.what = course, gradebook, loaded, what
        issues, forgotten = gradebook.issues(loaded.name), gradebook.forgotten()
        if not issues:
            raise CourseError(f"'{loaded.name}' was never issued: run `grader generate` first")
        self.codes = Codes(loaded.name, issues[0].seed)
        papers = {paper.student.id: paper for paper in gradebook.papers(loaded.name)}
        self.papers: Mapping[str, Paper] = {who: paper for who, paper in papers.items() if who not in forgotten}
        self.attempts = Attempts(course, gradebook, loaded.name)
        everyone = everybody(course, gradebook, loaded.name).values()
        self.people = sections(student for student in everyone if student.id not in forgotten)
        issued, reports = course.issued(loaded.name), course.reports(loaded.name)
        self.pages = issued / "handouts" if what == "handouts" else reports / "feedback"
        self.sheets = issued / "sheets"

    def ready(self, done: Delivered) -> list[Student]:
        """Those for whom there is something, by section; the others are left out with the reason."""
        chosen = self.papers if self.what == "handouts" else self.attempts.standing
        reason = "no paper was issued yet" if self.what == "handouts" else "no graded sheet that counts"
        done.left += [(named(student), reason) for student in self.people if student.id not in chosen]
        return [student for student in self.people if student.id in chosen]

    def page(self, student: Student) -> Path:
        return self.pages / f"{file_name(student.id)}.pdf"

    def sheet(self, student: Student) -> list[Path]:
        """The sheet to fill in, in one of the formats that were written."""
        sheets = (self.sheets / f"{file_name(student.id)}.{ending}" for ending in ("csv", "xlsx", "yaml"))
        return [sheet for sheet in sheets if sheet.is_file()][:1]

    def written(self, done: Delivered) -> list[Student]:
        """Those of whom there is a page in the folder."""
        ready = self.ready(done)
        command = "generate" if self.what == "handouts" else "report"
        reason = f"the page is not there: run `grader {command}`"
        done.left += [(named(student), reason) for student in ready if not self.page(student).is_file()]
        return [student for student in ready if self.page(student).is_file()]

    def typeset(self, students: Sequence[Student], engine: Engine) -> Iterator[Typeset]:
        if self.what == "feedback":
            standing, told = self.attempts.standing, self.attempts.told
            graded = [(student, standing[student.id], told(student.id)) for student in students]
            return typeset_feedback(self.course, self.gradebook, self.loaded, graded, engine)
        papers = map(self.gradebook.filled, (self.papers[student.id] for student in students))
        rules = issued_rules(self.course, self.gradebook, self.loaded)
        return typeset_handouts(rules, papers, len(students), engine)


def named(student: Student) -> str:
    return f"{student.id} {student.name}".strip()


def deliver(
    course: Course,
    loaded: Loaded,
    what: str,
    system: str,
    out: Path | None,
    worksheets: Sequence[Path],
    engine: Engine = HERE,
    progress: Progress = silent,
) -> Delivered:
    """Write what a printer, a mail program or a course system takes, to reports/NAME/deliver/ or `out`."""
    gradebook = course.gradebook(must_exist=True)
    try:
        delivery = Delivery(course, gradebook, loaded, what)
        folder = out or course.reports(loaded.name) / "deliver"
        if system == "print":
            return _print(delivery, folder, engine, progress)
        if system == "mail":
            return _mail(delivery, folder / f"{what}-mail")
        return _archive(delivery, folder / f"{what}-{system}.zip", NAMES[system], worksheets)
    finally:
        gradebook.close()


def _print(delivery: Delivery, folder: Path, engine: Engine, progress: Progress) -> Delivered:
    """One file in the order of sections; everybody begins on a front page."""
    done = Delivered(folder / f"{delivery.what}-print.pdf")
    students = delivery.ready(done)
    if not students:
        raise CourseError(f"there is nothing to print of {delivery.loaded.name}: nobody has {delivery.what} yet")
    pages = progress(delivery.typeset(students, engine), f"printing {delivery.loaded.name}", len(students))
    with writing_bytes(done.path) as stream:
        file = PdfFile(stream)
        for student, laid in zip(students, pages, strict=True):
            back = () if len(laid.pages) % 2 == 0 else (BLANK,)
            file.add(replace(laid, pages=(*laid.pages, *back)), f"{student.section} {named(student)}".strip())
        file.close()
    done.count = len(students)
    return done


def _mail(delivery: Delivery, folder: Path) -> Delivered:
    """A table for a mail program's merge, and the files beside it."""
    done = Delivered(folder / "mail.csv")
    students = delivery.written(done)
    shared = Counter(student.email.casefold() for student in delivery.people)
    rows = []
    for student in students:
        why = _no_address(student.email, shared)
        if why:
            done.left.append((named(student), why))
            continue
        files = [delivery.page(student)]
        if delivery.what == "handouts":
            files += delivery.sheet(student)
        for file in files:
            write(folder / "files" / file.name, file.read_bytes())
        title = clean(f"{delivery.loaded.assignment.title}: your {SUBJECTS[delivery.what]}")
        paths = [f"files/{file.name}" for file in files]
        code = delivery.codes.student(student.id)
        rows.append([student.email, student.name, title, *paths, *[""] * (2 - len(paths)), student.id, code])
    with writing(done.path) as text:
        table = Table(text, MAIL)
        for row in rows:
            table.add(row)
    done.count = len(rows)
    return done


SUBJECTS = {"handouts": "paper", "feedback": "marks"}


def _no_address(email: str, shared: Mapping[str, int]) -> str:
    """Why a student cannot be written to, or ""."""
    if not email:
        return "no e-mail address on the roster"
    if (
        email.count("@") != 1
        or email.startswith("@")
        or email.endswith("@")
        or any(c.isspace() or not c.isprintable() or c in ',;<>"' for c in email)
    ):
        return f"'{email[:80]}' is no e-mail address"
    if shared[email.casefold()] > 1:
        return f"'{email}' is the address of {shared[email.casefold()]} students: each would get the others' pages"
    return ""


def _archive(
    delivery: Delivery, path: Path, naming: Callable[..., Mapping[str, str]], worksheets: Sequence[Path]
) -> Delivered:
    """A zip with one page a student, each under the name by which the system finds whose it is."""
    done = Delivered(path)
    students = delivery.written(done)
    known = known_under(delivery.gradebook, delivery.loaded.name, students)
    paths = delivery.gradebook.paths(delivery.loaded.name)
    said: list[tuple[str, str]] = []
    names = naming(known, paths, worksheets, f"{file_name(delivery.loaded.name)}-{delivery.what}.pdf", said)
    done.left += said
    with writing_bytes(path) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for student in students:
            if student.id in names:
                entry = zipfile.ZipInfo(names[student.id], WHEN)
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o100644 << 16
                entry.create_system = 3  # the same bytes on every machine
                archive.writestr(entry, delivery.page(student).read_bytes())
                done.count += 1
    return done


NAMES: Mapping[str, Callable[..., Mapping[str, str]]] = {"canvas": canvas_names, "moodle": moodle_names}
