from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.browser.webdriver import CHROMIUM, DRIVER, Browser
from tests.course_folder import Folder

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if not CHROMIUM or not DRIVER:
        pytest.skip("Chromium and chromedriver are not installed (on Debian: apt install chromium chromium-driver)")
    browser = Browser(tmp_path_factory.mktemp("chromium"))
    yield browser
    browser.close()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """The session's browser; drafts of earlier tests are gone after each."""
    yield chromium
    chromium.run("localStorage.clear()")


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return tmp_path / "page.html"


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The sample course, handed out and graded."""
    folder = Folder(tmp_path_factory.mktemp("sample"))
    for name in ("assignments", "rubrics", "submissions"):
        shutil.copytree(ROOT / name, folder.root / name)
    assert folder.run("generate", "--seed", "42").code == 0
    assert folder.run("grade", "submissions/").code in (0, 3)
    return folder
