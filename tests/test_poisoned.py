"""A sheet that no process survives, or that takes for ever, costs itself and nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course import Course
from grader.engine import Engine
from grader.jobs.grade import Graded, grade
from tests.course_folder import Folder, course

STUDENTS = tuple(f"s{k:03}" for k in range(1, 13))
POISON = """\
    if R == 666:
        import os
        os.kill(os.getpid(), 9)
    while R == 777:
        pass
"""


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A class whose template does not bear two numbers: R = 666 ends its process, R = 777 never ends."""
    folder = course(
        tmp_path_factory.mktemp("course"), "title: Poison\nquestions: [{id: q, template: poison}]\n", STUDENTS
    )
    folder.run("templates", "new", "poison")
    template = folder.root / "templates/poison.py"
    before, step, after = template.read_text().partition("    I = work.step(")
    template.write_text(before + POISON + step + after)
    assert folder.run("generate", "--seed", "42").code == 0
    return folder


def graded(folder: Folder, root: Path, workers: int, **poisoned: str) -> Graded:
    """The class's sheets marked, some of them poisoned, in a copy of the folder."""
    made = folder.copied(root)
    for student in STUDENTS:
        made.sheet(student, {"q": {"R": poisoned.get(student, "3"), "I": "1"}})
    with Engine(workers, deadline=3) as engine:
        return grade(Course(made.root), [made.root / "submissions"], None, engine=engine)


def listed(done: Graded) -> dict[str, str]:
    return {entry.path: entry.message for entry in done.entries if entry.fate == "attention"}


def test_a_sheet_that_ends_its_process_is_for_a_person_and_all_others_are_marked(
    issued: Folder, tmp_path: Path
) -> None:
    done = graded(issued, tmp_path / "a", 2, s003="666", s009="666")
    assert listed(done) == {
        f"submissions/{student}.csv": "this sheet ended the process that worked on it, as where memory runs out"
        for student in ("s003", "s009")
    }
    assert done.count("graded") == len(STUDENTS) - 2


@pytest.mark.parametrize("workers", [1, 2])
def test_a_sheet_that_takes_for_ever_is_given_up(workers: int, issued: Folder, tmp_path: Path) -> None:
    done = graded(issued, tmp_path / "a", workers, s003="777")
    assert listed(done) == {"submissions/s003.csv": "this sheet was not done in time"}
    assert done.count("graded") == len(STUDENTS) - 1
