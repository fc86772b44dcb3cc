"""Courses that were graded once; each test has a copy of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.course_folder import Folder
from tests.review.spreadsheet import graded_words, review_written


@pytest.fixture(scope="session")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = graded_words(tmp_path_factory.mktemp("graded"))
    review_written(folder)
    return folder


@pytest.fixture
def written(graded: Folder, tmp_path: Path) -> Folder:
    """Three answers in words, and the file to mark them in."""
    shutil.copytree(graded.root, tmp_path, dirs_exist_ok=True)
    return Folder(tmp_path)


@pytest.fixture
def words(written: Folder) -> Folder:
    """The same without the file."""
    (written.root / "reports/hw/review.csv").unlink()
    return written
