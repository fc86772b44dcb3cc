"""`make bench-peers`: the sample homework, marked by nbgrader, by otter-grader and here. Prints one table.

To nbgrader and otter-grader a student hands in a notebook, with the answers to each question as numbers in a cell of
its own; a hidden test compares them with the key of that student's numbers, as the bare script computes it. Here the
same answers are a CSV sheet. All three have to give the same points.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import bare
import numpy as np
from workload import Class

from grader.course import Course
from grader.jobs import trial
from grader.jobs.grade import grade
from grader.jobs.report import report

BIN = Path(__file__).parent / ".venv" / "bin"
STUDENTS = 20
POINTS = dict(lstm=12, ap=8, boxes=8, tconv=4, bptt=12)  # as rubrics/hw4.yaml has them
NOTE = """
By the wall's clock, one sheet after the other; each program had started and imported before the clock did.
nbgrader and otter-grader run the notebook that a student hands in, each in a kernel of its own; grader reads numbers
and runs nothing. nbgrader gives each test's points, and as feedback the notebook as it ran, as HTML. otter-grader gives
each test's points and says which assertion failed. As set up here neither marks part by part, marks what follows from a
wrong value or names a mistake; grader does, so points agree only because each question is all right or all wrong.
"""
# The key that the hidden tests of both compare with.
KEY = """
import bare, json, numpy, pathlib
GIVENS = json.loads(pathlib.Path(__file__).with_name("givens.json").read_text())
def check(student, question, answers):
    relative, absolute = (0, 0) if question in bare.EXACT else (0.01, 0.0005)
    for part, right in bare.SOLUTIONS[question](GIVENS[student][question]).items():
        assert numpy.isclose(answers[part], right, rtol=relative, atol=absolute).all(), part
"""
HIDDEN = "import key; key.check(student, {question!r}, {question})"
OTTER_TEST = f"""from otter.test_files import test_case
OK_FORMAT, name, points = False, {{question!r}}, {{points}}
@test_case(hidden=True)
def test(student, {{question}}):
    {HIDDEN}
"""
# What runs in the peers' own environment: called with the folder and the students, prints the version, seconds, points.
NBGRADER = """
import json, sys, time
from nbgrader import __version__
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config
root, *students = sys.argv[1:]
api = NbGraderAPI(config=Config(CourseDirectory=dict(root=root)))
assert api.generate_assignment("hw4")["success"]
start = time.perf_counter()
for student in students:
    assert api.autograde("hw4", student)["success"]
graded = time.perf_counter() - start
for student in students:
    assert api.generate_feedback("hw4", student)["success"]
told = time.perf_counter() - start
with api.gradebook as gradebook:
    found = {student: gradebook.find_submission("hw4", student).notebooks[0] for student in students}
    points = {student: {mark.name: mark.score for mark in one.grades} for student, one in found.items()}
print(json.dumps([__version__, graded, told, points]))
"""
OTTER = """
import json, sys, time
from otter import __version__
from otter.api import grade_submission
root, *students = sys.argv[1:]
start, points = time.perf_counter(), {}
for student in students:
    found = grade_submission(f"{root}/submitted/{student}/hw4/hw4.ipynb", f"{root}/autograder.zip", quiet=True)
    points[student] = {name: found.get_score(name) for name in found.test_files}
print(json.dumps([__version__, time.perf_counter() - start, points]))
"""

Answers = Mapping[str, Mapping[str, Any]]


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        few, theirs = Class(Path(temporary) / "here", STUDENTS), Path(temporary) / "theirs"
        answers = {paper.student.id: answered(k, paper.givens) for k, paper in enumerate(few.papers)}
        hand_in(few, answers)
        marked, reported, points = here(few)
        right = [{q: 0 if q == wrong(k) else most for q, most in POINTS.items()} for k in range(STUDENTS)]
        assert [points[student] for student in answers] == right, points
        prepare(theirs, few, answers)
        nbgrader, by_nbgrader, with_feedback, nbgraders = peer(theirs, NBGRADER, answers)
        otter, by_otter, otters = peer(theirs, OTTER, answers)
        assert points == nbgraders == otters, (points, nbgraders, otters)
    rows = {
        f"nbgrader {nbgrader}: autograde": by_nbgrader,
        f"nbgrader {nbgrader}: autograde and generate_feedback": with_feedback,
        f"otter-grader {otter}: without Docker": by_otter,
        "grader: marked and stored": marked,
        "grader: the same, with all reports and pages of feedback": reported,
    }
    print(f"| {STUDENTS} sheets of hw4, on which all give the same points | a sheet |\n|---|---|")
    print("".join(f"| {what} | {1000 * each / STUDENTS:,.0f} ms |\n" for what, each in rows.items()), NOTE, sep="")


def wrong(k: int) -> str:
    """The question that the k-th student has all wrong; most have none."""
    return list(POINTS)[k // 3 % len(POINTS)] if k % 3 == 2 else ""


def answered(k: int, givens: Answers) -> Answers:
    """All five questions to four decimals."""
    key = {question: bare.SOLUTIONS[question](givens[question]) for question in POINTS}
    key |= {q: {part: 3 * np.asarray(value) + 7 for part, value in key[q].items()} for q in POINTS if q == wrong(k)}
    return {q: {part: np.round(value, 4).tolist() for part, value in parts.items()} for q, parts in key.items()}


def hand_in(few: Class, answers: Mapping[str, Answers]) -> None:
    parts = {question.id: question.asked for question in few.loaded.assignment.questions}
    sheets = []
    for paper in few.papers:
        own = answers[paper.student.id].items()
        written = {q: {part: [str(v) for v in np.ravel(value)] for part, value in each.items()} for q, each in own}
        sheets.append((paper, trial.filled_csv(trial.empty_sheet(few.loaded, paper), written, parts)))
    few.hand_in(sheets)
    (few.root / "assignments" / "roster.csv").unlink()  # it has more students than these


def here(few: Class) -> tuple[float, float, dict[str, dict[str, float]]]:
    """Seconds until all is marked and stored, and until the reports are written too; everybody's points."""
    course, start = Course(few.root), time.perf_counter()
    assert grade(course, [few.root / "submissions"], None).count("graded") == STUDENTS
    marked = time.perf_counter() - start
    folder = report(course, few.loaded).folder
    reported = time.perf_counter() - start
    rows = csv.DictReader((folder / "gradebook.csv").read_text(encoding="utf-8-sig").splitlines())
    return marked, reported, {row["student"]: {q: float(row[q]) for q in POINTS} for row in rows}


def prepare(root: Path, few: Class, answers: Mapping[str, Answers]) -> None:
    """The same answers as notebooks, and what it takes to mark them."""
    for student, own in answers.items():
        write(root / "submitted" / student / "hw4" / "hw4.ipynb", notebook(student, own))
    write(root / "source" / "hw4" / "hw4.ipynb", notebook("", {}))
    for question, points in POINTS.items():
        write(root / "tests" / f"{question}.py", OTTER_TEST.format(question=question, points=points))
    write(root / "key.py", KEY)
    shutil.copy(bare.__file__, root)
    shutil.copy(few.root / "givens.json", root)
    run(root, "otter", "generate", "-t", "tests", "-o", "autograder.zip")


def notebook(student: str, answers: Answers) -> str:
    """A cell for each question and one that tests it; without answers the instructor's, which has the hidden tests."""
    cells = [cell("who", f"student = {student!r}")]
    for question, points in POINTS.items():
        hidden = f"### BEGIN HIDDEN TESTS\n{HIDDEN.format(question=question)}\n### END HIDDEN TESTS"
        cells.append(cell(f"{question}-answers", f"{question} = {answers.get(question)!r}"))
        cells.append(cell(question, "" if answers else hidden, points=points, grade=True, locked=True, solution=False))
    return json.dumps(dict(nbformat=4, nbformat_minor=5, metadata={}, cells=cells))


def cell(name: str, source: str, **kind: Any) -> dict[str, Any]:
    told = dict(grade_id=name, schema_version=3, task=False) | (kind or dict(grade=False, locked=False, solution=True))
    meta = dict(nbgrader=told)
    return dict(cell_type="code", id=name, source=source, execution_count=None, outputs=[], metadata=meta)


def peer(root: Path, program: str, answers: Mapping[str, Answers]) -> Any:
    return json.loads(run(root, "python", "-c", program, str(root), *answers).splitlines()[-1])


def run(root: Path, program: str, *arguments: str) -> str:
    """A program of the peers' environment, with the folder for a home so that nobody's settings are found."""
    home, path = str(root), f"{BIN}:{os.environ['PATH']}"
    own = os.environ | dict(HOME=home, PYTHONPATH=home, PATH=path)
    done = subprocess.run([BIN / program, *arguments], check=False, cwd=root, env=own, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


if __name__ == "__main__":
    main()
