"""The rubric's key `feedback`: who sets it, what it changes, and what it leaves alone."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.course_folder import LSTM, Folder, course

SLIP = {"lstm": {**LSTM, "f_1": "0.7", "h_1": "about 1"}}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = course(tmp_path_factory.mktemp("course"))
    assert folder.run("generate", "--seed", "1").code == 0
    folder.sheet("s001", SLIP)
    folder.run("grade", "submissions")
    return folder.root


@pytest.fixture
def graded(first: Path, tmp_path: Path) -> Folder:
    """A course whose one sheet was graded under the default rubric."""
    return Folder(shutil.copytree(first, tmp_path / "course"))


def markings(folder: Folder) -> int:
    with sqlite3.connect(folder.root / "gradebook.db") as database:
        return int(database.execute("SELECT count(*) FROM markings").fetchone()[0])


def page(folder: Folder) -> str:
    return (folder.root / "reports/hw/feedback/s001.html").read_text("utf-8")


def test_without_the_key_everything_is_told(graded: Folder) -> None:
    for told in ("not right", "accepted", "How it goes"):
        assert told in page(graded)


def test_the_key_changes_pages_and_marks_nothing_again(graded: Folder) -> None:
    before, gradebook = markings(graded), graded.table("reports/hw/gradebook.csv")
    graded.write("rubrics/hw.yaml", "feedback: points\n")
    graded.run("grade", "submissions")
    assert markings(graded) == before
    assert graded.table("reports/hw/gradebook.csv") == gradebook
    for told in ("not right", "accepted", "How it goes"):
        assert told not in page(graded)


@pytest.mark.parametrize(
    ("level", "told", "kept"),
    [
        ("points", [], ["not right", "accepted", "How it goes"]),
        ("verdicts", ["not right"], ["accepted", "How it goes"]),
        ("expected", ["not right", "accepted"], ["How it goes"]),
        ("solution", ["not right", "accepted", "How it goes"], []),
    ],
)
def test_each_level_tells_what_it_says(graded: Folder, level: str, told: list[str], kept: list[str]) -> None:
    graded.write("rubrics/hw.yaml", f"feedback: {level}\n")
    graded.run("grade", "submissions")
    assert [words for words in told if words not in page(graded)] == []
    assert [words for words in kept if words in page(graded)] == []


def test_an_unreadable_answer_is_told_at_every_level(graded: Folder) -> None:
    """Else a student would never learn that it is still open."""
    graded.write("rubrics/hw.yaml", "feedback: points\n")
    graded.run("grade", "submissions")
    assert "we could not read this" in page(graded)


def test_the_key_is_nothing_that_was_handed_out(graded: Folder) -> None:
    graded.write("rubrics/hw.yaml", "feedback: verdicts\n")
    again = graded.run("generate", "--seed", "1")
    assert again.code == 0
    assert "0 new papers" in again.out


def test_papers_of_an_earlier_issue_get_the_level_of_today(graded: Folder) -> None:
    """Their questions are marked as they were issued; how much is told is decided now."""
    path = graded.root / "assignments/hw.yaml"
    path.write_text(path.read_text("utf-8") + "    parameters: {layers: 2}\n", "utf-8")
    graded.write("rubrics/hw.yaml", "feedback: points\n")
    assert graded.run("generate", "--seed", "1", "--reissue").code == 0
    graded.run("grade", "submissions")
    assert "How it goes" not in page(graded)


def test_a_wrong_level_is_refused_with_the_right_words(graded: Folder) -> None:
    graded.write("rubrics/hw.yaml", "feedback: verdict\n")
    refused = graded.run("grade", "submissions")
    assert refused.code == 1
    assert "rubrics/hw.yaml" in refused.err
    assert "verdicts" in refused.err


def test_explain_is_for_staff_and_tells_all(graded: Folder) -> None:
    graded.write("rubrics/hw.yaml", "feedback: points\n")
    assert "accepted from" in graded.run("explain", "hw", "s001", "lstm.f_1").out


def test_a_preview_tells_what_the_rubric_says(tmp_path: Path) -> None:
    folder = course(tmp_path)
    folder.write("rubrics/hw.yaml", "feedback: points\n")
    assert folder.run("preview", "hw").code == 0
    assert "accepted" not in (folder.root / "preview/hw/feedback.html").read_text("utf-8")
