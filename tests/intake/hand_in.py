"""A course whose papers are out, and archives in the shapes of course systems, built here and never copied."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.course import Course
from grader.jobs.attempts import Attempts
from grader.jobs.grade import Graded, grade
from grader.jobs.issue import define
from grader.roster import read_roster
from grader.variant import instance_code

ASSIGNMENT = """\
title: A test
course: Testing
questions:
  - id: tconv
    template: transposed_conv_size
    givens: {input: [3, 3], layers: [{kernel: 7, stride: 1, padding: 0}]}
"""
GIVENS = {"tconv": {"input": [3, 3], "layers": [{"kernel": 7, "stride": 1, "padding": 0}]}}
RIGHT = "9"
ROSTER = """\
student,name,email,canvas_id,sid,login
s001,Ada Lovelace,ada@uni.example,101,007,al1
s002,Émile Zola,zola@uni.example,102,008,ez2
s003,Guido van Rossum,guido@uni.example,103,009,g_r
s004,Grace Hopper,hopper@uni.example,,010,gh4
"""

Contents = Mapping[str, bytes | str]


class Handed:
    """A course folder at `root` with papers issued to everybody on its roster, without any pages."""

    def __init__(self, root: Path, roster: str = ROSTER, names: Sequence[str] = ("hw",)) -> None:
        self.root = root
        for name in names:
            self.write(f"assignments/{name}.yaml", ASSIGNMENT)
        students = read_roster(self.write("assignments/roster.csv", roster))
        course = Course(root)
        gradebook = course.gradebook()
        with gradebook.transaction():
            for name in names:
                loaded = course.load(name)
                issue = gradebook.add_issue(name, "1", define(loaded))
                question = loaded.assignment.questions[0]
                for student in students:
                    rows = [("tconv", question.template.name, question.template.source, GIVENS["tconv"], 1)]
                    gradebook.add_paper(issue, name, student, code(student.id, name), rows)
        gradebook.close()

    def write(self, name: str, content: bytes | str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def unpack(self, contents: Contents, folder: str = "submissions") -> Path:
        for name, content in contents.items():
            self.write(f"{folder}/{name}", content)
        return self.root / folder

    def grade(self, *paths: Path, worksheets: Sequence[Path] = ()) -> Graded:
        return grade(Course(self.root), paths or [self.root / "submissions"], None, worksheets=worksheets)

    def points(self, name: str = "hw") -> dict[str, float]:
        """What each student's standing sheet earned."""
        gradebook = Course(self.root).gradebook()
        try:
            standing = Attempts(Course(self.root), gradebook, name).standing
            return {student: attempt.marking.points for student, attempt in standing.items()}
        finally:
            gradebook.close()


def code(student: str, name: str = "hw") -> str:
    return instance_code("1", name, student, list(GIVENS.values()))


def sheet(student: str = "", answer: str = RIGHT, *, assignment: str = "hw", instance: str = "") -> str:
    return (
        f"question,part,answer\nassignment,,{assignment}\nstudent,,{student}\ninstance,,{instance}\n"
        f"tconv,size_1,{answer}\n"
    )


def packed(contents: Contents, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 1, 12, 0, 0)), content, method)
    return out.getvalue()


def fates(graded: Graded) -> dict[str, str]:
    """Each file's fate by its own name."""
    return {entry.path.rpartition("/")[2]: entry.fate for entry in graded.entries}


def whose(graded: Graded) -> dict[str, str]:
    return {entry.path.rpartition("/")[2]: entry.student for entry in graded.entries if entry.fate == "graded"}


def words(graded: Graded) -> dict[str, str]:
    return {entry.path.rpartition("/")[2]: entry.message for entry in graded.entries}


def balanced(graded: Graded, files: int) -> bool:
    """Found = graded + superseded + attention + ignored."""
    fates = ("graded", "superseded", "attention", "ignored")
    return len(graded.entries) == files == sum(graded.count(fate) for fate in fates)
