"""Formulas, words and choices through the form: typed as people type them, saved, handed in, graded."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.browser.forms import fill, saved
from tests.browser.webdriver import Browser
from tests.course_folder import Folder

ASSIGNMENT = """title: In words
questions:
  - {id: sse, template: derivative_expression, aliases: {x: I}}
  - {id: conv, template: transposed_conv_matrix, parameters: {symbolic: true}, ask: [output]}
  - {id: learned, template: written}
"""
FORMULAS = {
    "L": "= (t − y)²",
    "dW_hy": "-2(t-y) y·(1−y)·h₁",
    "dW_hh": r"2\left(y-t\right)\,y(1-y)W_{hy}(1-h_{1}^{2})h_{0}",
    "dW_hx": "2(y-t) e^{-W_hy h1}/(1+e^{-Why h1})^2 W_hy sech²(W_hh h_0 + W_hx I) I",
    "output[1,1]": "x1 k1",
    "output[2,2]": "k_4 x_1 + k_3 x_2 + k_2·x_3 + k₁x₄",
}
WORDS = "1. ∂L/∂W: a product of factors\n- \"quoted\", 'too'\n= and so on: {x} #5, 逆伝播 🙂\n\n  last line"


@pytest.fixture
def course(tmp_path: Path) -> Folder:
    folder = Folder(tmp_path / "course")
    folder.write("assignments/words.yaml", ASSIGNMENT)
    folder.write("assignments/roster.csv", "student,name\ns001,Ada Lindqvist\n")
    assert folder.run("generate", "--seed", "1").code == 0
    return folder


@pytest.mark.parametrize("ending", ["csv", "yaml"])
def test_what_is_typed_is_what_is_marked(browser: Browser, course: Folder, ending: str) -> None:
    browser.open(course.root / "issued/words/handouts/s001.html")
    browser.run("localStorage.clear()")
    fill(browser, FORMULAS)
    browser.run("const area = document.querySelector('textarea'); area.value = arguments[0]; update();", WORDS)
    course.write(f"submissions/s001.{ending}", saved(browser, ending))
    assert course.run("grade", "submissions/").code == 0
    rows = {row["part"]: row for row in course.table("reports/words/results.csv")}
    assert {part: rows[part]["verdict"] for part in FORMULAS} == dict.fromkeys(FORMULAS, "right")
    assert rows["answer"]["verdict"] == "pending"
    assert rows["answer"]["answer"] == WORDS


def test_a_field_for_a_formula_is_as_wide_as_the_page_and_says_its_meaning(browser: Browser, course: Folder) -> None:
    browser.open(course.root / "issued/words/handouts/s001.html")
    wide = browser.run(
        "const field = asked.find((cell) => cell.name === 'dW_hh').field;"
        "return [field.getBoundingClientRect().width, field.spellcheck, field.labels[0].textContent]"
    )
    assert wide[0] > 300
    assert wide[1] is False
    assert wide[2] == "dW_hh, derivative of the loss by W_hh, a formula"


def test_a_bracket_that_is_never_closed_is_told(browser: Browser, course: Folder) -> None:
    browser.open(course.root / "issued/words/handouts/s001.html")
    browser.run("localStorage.clear()")
    fill(browser, {"dW_hh": "2(y-t", "dW_hy": "2(y-t]", "dW_hx": r"\left\{ 2 \right\} (y)"})
    told = "const cell = asked.find((cell) => cell.name === arguments[0]); return cell.told?.textContent ?? ''"
    assert browser.run(told, "dW_hh") == "the bracket ( is never closed"
    assert browser.run(told, "dW_hy") == "a bracket ] does not close the one before it"
    assert browser.run(told, "dW_hx") == ""
