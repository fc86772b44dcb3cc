"""The repository's root is a sample course: what a newcomer runs first must work as the README says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from grader.course import Course
from grader.jobs.demo import ASSIGNMENTS
from grader.templates import BUILT_IN
from tests.course_folder import Folder

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = Folder(tmp_path_factory.mktemp("course"))
    for name in ("assignments", "rubrics", "submissions"):
        shutil.copytree(ROOT / name, folder.root / name)
    assert folder.run("generate", "--seed", "42").code == 0
    assert folder.run("grade", "submissions/").code == 0
    return folder


def test_the_sample_sheets_answer_the_numbers_of_seed_42(graded: Folder) -> None:
    """The sheets carry the instance codes of this seed: other draws from the same seed would show here."""
    rows = graded.table("reports/hw4/gradebook.csv")
    assert {row["student"]: (row["points"], row["status"]) for row in rows} == {
        "s001": ("44", "graded"),
        "s002": ("41.555556", "graded"),
        "s003": ("43.2", "graded"),
        "s004": ("41.055556", "graded"),
        "s005": ("26.022222", "needs review"),
        "s006": ("41", "graded"),
        "s007": ("", "missing"),
        "s008": ("", "missing"),
    }


def test_it_uses_all_five_templates_and_shows_every_kind_of_verdict(graded: Folder) -> None:
    rows = graded.table("reports/hw4/results.csv")
    assert {row["question"] for row in rows} == {"lstm", "ap", "boxes", "tconv", "bptt"}
    assert {row["verdict"] for row in rows} == {
        "right", "follows", "coarse", "mistake", "wrong", "blank", "unreadable",
    }  # fmt: skip


def test_a_slip_costs_its_own_part_and_no_more(graded: Folder) -> None:
    rows = {row["part"]: row for row in graded.table("reports/hw4/results.csv") if row["student"] == "s003"}
    lost = [part for part, row in rows.items() if row["points"] != row["max"]]
    assert lost == ["i_1"]
    assert rows["c_1"]["verdict"] == "follows"


@pytest.mark.parametrize("kind", ["assignments", "rubrics"])
def test_the_demo_runs_the_same_assignments(kind: str) -> None:
    packaged = ROOT / "src/grader/sample" / kind
    names = sorted(path.name for path in (ROOT / kind).glob("*.yaml"))
    assert names == [f"{name}.yaml" for name in sorted(ASSIGNMENTS)]
    for name in names:
        assert (ROOT / kind / name).read_bytes() == (packaged / name).read_bytes()


def test_the_field_guide_asks_every_kind_of_question_once() -> None:
    questions = Course(ROOT).load("field-guide").assignment.questions
    assert sorted(question.template.name for question in questions) == sorted(BUILT_IN)
