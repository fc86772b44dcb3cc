"""From the handout on the disk to all marks: the right answers typed, saved, handed in, graded."""

from __future__ import annotations

import csv
import shutil
from fractions import Fraction
from pathlib import Path

import pytest
from tests.browser.forms import fill, saved
from tests.browser.webdriver import ENTER, SPACE, TAB, Browser
from tests.course_folder import Folder

STUDENT = "s001"
WIDE = str.maketrans("0123456789.-", "０１２３４５６７８９．－")


def spelled(text: str, nth: int) -> str:
    """The same number as somebody else would type it; a choice's label stays."""
    try:
        exact = Fraction(text)
    except ValueError:
        return text
    if "." not in text:
        return text
    fraction = f"{exact.numerator}/{exact.denominator}"
    digits = text.lstrip("-").replace(".", "").lstrip("0") or "0"
    power = f"{'-' if exact < 0 else ''}{digits}×10^-{len(text.partition('.')[2])}"
    return (text, text.replace(".", ","), fraction, text.translate(WIDE), text.replace("-", "−"), power)[nth % 6]


@pytest.fixture
def right(sample: Folder) -> list[tuple[str, str, str]]:
    """Question, cell and the right answer, of the sample sheet that has them all."""
    with (sample.root / "submissions" / f"{STUDENT}.csv").open(encoding="utf-8-sig", newline="") as file:
        return [(row["question"], row["part"], row["answer"]) for row in csv.DictReader(file) if row["part"]]


@pytest.fixture
def course(sample: Folder, tmp_path: Path) -> Folder:
    """The same course, as it was before anybody handed in."""
    root = tmp_path / "course"
    shutil.copytree(sample.root, root, ignore=shutil.ignore_patterns("submissions", "reports"))
    return Folder(root)


def open_handout(browser: Browser, course: Folder) -> None:
    browser.open(course.root / "issued" / "hw4" / "handouts" / f"{STUDENT}.html")
    browser.run("localStorage.clear()")


def points(course: Folder, name: str, data: bytes) -> tuple[str, str]:
    course.write(f"submissions/{name}", data)
    done = course.run("grade", "submissions/")
    assert done.code == 0, done.out
    (row,) = [row for row in course.table("reports/hw4/gradebook.csv") if row["student"] == STUDENT]
    assert row["points"] == row["max"]
    return row["points"], row["status"]


@pytest.mark.parametrize("ending", ["csv", "yaml"])
def test_right_answers_in_any_spelling_get_all_marks(
    browser: Browser, course: Folder, right: list[tuple[str, str, str]], ending: str
) -> None:
    open_handout(browser, course)
    names = browser.run("return asked.map((cell) => [cell.question, cell.name])")
    assert sorted(names) == sorted([question, part] for question, part, _ in right)
    fill(browser, {part: spelled(answer, nth) for nth, (_, part, answer) in enumerate(right)})
    assert browser.run("return document.getElementById('summary').textContent") == "73 of 73 answered"
    assert points(course, f"answers.{ending}", saved(browser, ending)) == ("44", "graded")


def test_the_keyboard_alone_fills_in_and_saves(
    browser: Browser, course: Folder, right: list[tuple[str, str, str]]
) -> None:
    """Tab to a field, read its name as a screen reader would, type, go on with Enter; Space presses the button."""
    open_handout(browser, course)
    answers = {part: text for _, part, text in right}
    focus = (
        "const field = document.activeElement; return [field.className, field.id, field.tagName,"
        " field.ariaLabel ?? field.labels?.[0]?.textContent ?? '']"
    )
    for _ in range(200):
        browser.type(TAB)
        kind, name, tag, label = browser.run(focus)
        if name == "save-csv":
            break
        while "field" in kind:
            answer = answers.pop(label.split(", ")[0])
            browser.type(answer if tag == "SELECT" else answer + ENTER)
            if tag == "SELECT":
                break
            kind, name, tag, label = browser.run(focus)
        if name == "save-csv":
            break
    assert answers == {}
    assert name == "save-csv"
    browser.type(SPACE)
    assert points(course, "answers.csv", browser.download("answers.csv")) == ("44", "graded")
