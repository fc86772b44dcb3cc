"""The program's files are the same bytes, whoever makes them and in whatever order."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.course_folder import LSTM, Folder, course

NAMES = ("Ναυσικά Παππά", "Nguyễn Thị Ánh", "Жанна Королёва", "王小明", "Ada <b>Müller</b>", "", "O'Neill")
STUDENTS = [f"s{k:03}" for k in range(1, 18)]
"""More than two batches."""


def prepared(root: Path, students: list[str] = STUDENTS) -> Folder:
    """A class with names of many scripts and two sections; half of it hands in."""
    folder = course(root)
    rows = (f"{s},{NAMES[int(s[1:]) % len(NAMES)]},{'AB'[int(s[1:]) % 2]}\n" for s in students)
    folder.write("assignments/roster.csv", "student,name,section\n" + "".join(rows))
    for student in STUDENTS[::2]:
        folder.sheet(student, {"lstm": {**LSTM, "c_1": "0.7" + student[-1]}})
    return folder


def made(folder: Folder, workers: int, **environment: str) -> dict[str, bytes]:
    """Everything that issuing and grading leave, but the gradebook."""
    chosen = ("--workers", str(workers))
    assert folder.run("generate", "--seed", "42", "--format", "both", *chosen, **environment).code == 0
    assert folder.run("grade", "submissions", *chosen, **environment).code == 0
    return folder.snapshot("issued", "reports")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What one process makes."""
    return made(prepared(tmp_path_factory.mktemp("alone")), 1)


def test_there_is_a_handout_a_sheet_and_where_it_was_earned_feedback_for_each(alone: dict[str, bytes]) -> None:
    for student in STUDENTS:
        assert {f"issued/hw/handouts/{student}.{ending}" for ending in ("pdf", "html")} <= alone.keys()
        assert {f"issued/hw/sheets/{student}.{ending}" for ending in ("csv", "yaml")} <= alone.keys()
    assert [s for s in STUDENTS if f"reports/hw/feedback/{s}.pdf" in alone] == STUDENTS[::2]


@pytest.mark.parametrize(("workers", "hash_seed"), [(2, "2"), (4, "4")])
def test_every_file_is_the_same_with_any_number_of_workers(
    workers: int, hash_seed: str, alone: dict[str, bytes], tmp_path: Path
) -> None:
    spread = made(prepared(tmp_path), workers, PYTHONHASHSEED=hash_seed)
    assert spread.keys() == alone.keys()
    assert [name for name in alone if spread[name] != alone[name]] == []


def test_a_students_files_are_the_same_wherever_the_student_stands_on_the_roster(
    alone: dict[str, bytes], tmp_path: Path
) -> None:
    """What was set before a page, and is remembered in caches, is another student's and must not show."""
    turned = made(prepared(tmp_path, STUDENTS[::-1]), 2)
    own = [name for name in alone if name.count("/") == 3]
    assert len(own) == 4 * len(STUDENTS) + 2 * len(STUDENTS[::2])
    assert [name for name in own if turned[name] != alone[name]] == []


def test_files_of_later_students_join_the_collections_and_change_nobody_elses(
    alone: dict[str, bytes], tmp_path: Path
) -> None:
    folder = prepared(tmp_path, STUDENTS[:9])
    assert folder.run("generate", "--seed", "42", "--format", "both", "--workers", "2").code == 0
    first = folder.snapshot("issued")
    assert made(prepared(tmp_path), 2) == alone
    assert [name for name in first if first[name] != alone[name]] == ["issued/hw/handouts.pdf", "issued/hw/key.pdf"]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_that_was_killed_half_way_is_finished_by_the_next(
    workers: int, alone: dict[str, bytes], tmp_path: Path
) -> None:
    folder = prepared(tmp_path)
    command = [sys.executable, "-m", "grader", "generate", "--seed", "42", "--format", "both"]
    run = subprocess.Popen([*command, "--workers", str(workers)], cwd=tmp_path)
    for _ in range(6000):
        if list(tmp_path.glob("issued/hw/handouts/*.pdf")):
            break
        time.sleep(0.01)
    run.kill()
    run.wait()
    assert not (tmp_path / "issued/hw/handouts.pdf").exists()
    assert made(folder, workers) == alone
