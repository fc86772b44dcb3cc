"""What people do with a review file: they have it written, fill it in in a spreadsheet, and hand it back."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from tests.course_folder import ASSIGNMENT, Done, Folder, course

WORDS = """\
title: Words
questions:
  - id: why
    template: written
    parameters:
      criteria: [{name: cause, points: 3}, {name: remedy, points: 2}]
"""
BOTH = ASSIGNMENT.replace("title: A test", "title: Words").replace("questions:\n", WORDS.partition("\n")[2] + "", 1)
ANSWERS = {
    "s001": 'First line.\nSecond; "quoted", and more',
    "s002": "=HYPERLINK(0)",
    "s003": "消失する勾配 🎓 التدرج",
}
Key = tuple[str, str]
Marks = Mapping[tuple[str, str], dict[str, str]]


def handed_in(root: Path, assignment: str = WORDS, answers: Mapping[str, str] = ANSWERS) -> Folder:
    """A course in which everybody answered the question in words, graded."""
    folder = course(root, assignment, tuple(answers))
    assert folder.run("generate", "--seed", "42").code == 0
    for student, text in answers.items():
        answer(folder, student, text)
    assert folder.run("grade", "submissions").code == 0
    return folder


def graded_words(root: Path) -> Folder:
    return handed_in(root, WORDS, ANSWERS)


def review_written(folder: Folder) -> None:
    assert folder.run("review", "hw").code == 0


def answer(folder: Folder, student: str, text: str, **numbers: str) -> None:
    out = io.StringIO(newline="")
    rows = [("question", "part", "answer"), ("assignment", "", "hw"), ("student", "", student), ("why", "answer", text)]
    csv.writer(out).writerows([*rows, *(("lstm", part, number) for part, number in numbers.items())])
    folder.write(f"submissions/{student}.csv", out.getvalue())


def rows(folder: Folder, name: str = "reports/hw/review.csv") -> list[dict[str, str]]:
    data = (folder.root / name).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf"), "a spreadsheet needs the mark to read it as UTF-8"
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def fill(
    folder: Folder,
    marks: Marks,
    *,
    source: str = "reports/hw/review.csv",
    to: str = "filled.csv",
    delimiter: str = ",",
    encoding: str = "utf-8-sig",
) -> str:
    """Save the file with what a marker wrote: for (student, criterion) or (student, part) some columns."""
    table = rows(folder, source)
    used = set()
    for row in table:
        for key, columns in marks.items():
            if key in ((row["student"], row["criterion"]), (row["student"], row["part"])):
                row.update(columns)
                used.add(key)
    assert used == set(marks), "every mark has its row"
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(table[0]), delimiter=delimiter, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(table)
    folder.write(to, out.getvalue().encode(encoding))
    return to


def given(points: str, comment: str = "") -> dict[str, str]:
    return dict(points=points, comment=comment)


def apply(folder: Folder, *files: str, **options: str) -> Done:
    return folder.run("review", "hw", "--apply", *files, *(f"--{key}={value}" for key, value in options.items()))


def decided(folder: Folder) -> dict[str, tuple[str, str, str]]:
    """Verdict, points and note of each student's answer in words."""
    results = folder.table("reports/hw/results.csv")
    return {row["student"]: (row["verdict"], row["points"], row["note"]) for row in results if row["question"] == "why"}


def recorded(folder: Folder, columns: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder.root / "gradebook.db")) as db:
        return db.execute(f"SELECT {columns} FROM reviews ORDER BY id").fetchall()


ALL = {
    ("s001", "cause"): given("3", "Well said"),
    ("s001", "remedy"): given("0.5"),
    ("s002", "cause"): given("0"),
    ("s002", "remedy"): given("0", "This is no answer & no <b>joke</b>"),
    ("s003", "cause"): given("2"),
    ("s003", "remedy"): given("2"),
}
