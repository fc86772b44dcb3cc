"""A small course that was issued and graded once; each test has a copy of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.course_folder import LSTM, Folder, course

ROSTER = """\
student,name,email,section
s001,Ada Birk,ada@example.edu,B
s002,Zoë O'Hara,zoe@example.edu,A
s003,"Ngô, Bình",binh@example.edu,A
s004,=cmd|x,,B
"""


def code(folder: Folder, student: str) -> str:
    """The instance code on a student's sheet."""
    rows = folder.table(f"issued/hw/sheets/{student}.csv".replace("\ufeff", ""))
    return next(row["answer"] for row in rows if "instance" in row.values())


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """s001 has all of lstm, s002 something that nobody can read, s003 the code of s001; s004 handed in nothing."""
    folder = course(tmp_path_factory.mktemp("course"))
    folder.write("assignments/roster.csv", ROSTER)
    folder.write("rubrics/hw.yaml", "questions: {tconv: {points: 2}}\n")
    assert folder.run("generate", "--seed", "42").code == 0
    folder.sheet("s001", {"lstm": LSTM})
    folder.sheet("s002", {"lstm": {**LSTM, "f_1": "about 3"}})
    sheet = folder.sheet("s003", {"lstm": {"f_1": LSTM["f_1"]}, "tconv": {"size_1": "1"}})
    sheet.write_text(sheet.read_text().replace("student,,s003", f"student,,s003\ninstance,,{code(folder, 's001')}"))
    assert folder.run("grade", "submissions").code == 3
    return folder.root


@pytest.fixture
def graded(once: Path, tmp_path: Path) -> Folder:
    return Folder(Path(shutil.copytree(once, tmp_path / "course")))
