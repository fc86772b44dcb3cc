"""Every kind of page through axe-core, on a wide and on a narrow screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.browser.forms import blocks, document, fill, shown
from tests.browser.webdriver import Browser
from tests.course_folder import Folder
from tests.pages.demonstration import demonstration

from grader.pages.blocks import Document
from grader.pages.screen.html import html_text

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
PAGES = (
    "issued/hw4/handouts/s001.html",
    "reports/hw4/feedback/s001.html",
    "reports/hw4/feedback/s005.html",
    "reports/hw4/class-report.html",
)
WIDTHS = (1200, 320)


@pytest.fixture(scope="module")
def axe() -> str:
    if not AXE.exists():
        pytest.skip("axe-core is not installed (npm ci --prefix tests/browser)")
    return AXE.read_text(encoding="utf-8")


def violations(browser: Browser, axe: str) -> list[str]:
    """What axe-core finds with all of its rules, as rule: element."""
    browser.run(axe + "; window.axe = axe")
    found = browser.wait_run(
        "const done = arguments[0]; axe.run(document, {resultTypes: ['violations']})"
        ".then(({ violations }) => done(violations.map((each) => [each.id, each.nodes.map((n) => n.html)])))"
    )
    return [f"{rule}: {html[:150]}" for rule, nodes in found for html in nodes]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_sample_course_has_no_violations(browser: Browser, axe: str, sample: Folder, name: str) -> None:
    browser.open(sample.root / name)
    for width in WIDTHS:
        browser.size(width, 900)
        assert violations(browser, axe) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_the_sample_course_is_never_wider_than_the_screen(
    browser: Browser, sample: Folder, name: str
) -> None:
    browser.open(sample.root / name)
    for width in (320, 400, 640):
        browser.size(width, 900)
        assert browser.run("return document.documentElement.scrollWidth") <= width


def test_every_kind_of_block_has_no_violations(browser: Browser, axe: str, page: Path) -> None:
    page.write_text(html_text(demonstration()), encoding="utf-8")
    browser.open(page)
    for width in WIDTHS:
        browser.size(width, 900)
        assert violations(browser, axe) == []


def test_a_form_with_problems_has_no_violations(browser: Browser, axe: str, page: Path) -> None:
    shown(browser, page, document())
    fill(browser, {"f_1": "hello", "dW[1,2]": "1½", "precision[2]": "1/", "n": "9.5"})
    assert violations(browser, axe) == []
    browser.run("document.getElementById('sure').showModal()")
    assert violations(browser, axe) == []


def test_the_same_page_without_a_form_has_no_violations(browser: Browser, axe: str, page: Path) -> None:
    shown(browser, page, Document("Homework 4", blocks()))
    assert violations(browser, axe) == []


def test_a_name_from_right_to_left_keeps_its_neighbours_in_order(browser: Browser, page: Path) -> None:
    """Without isolation the points after an Arabic name would stand before it."""
    page.write_text(html_text(Document("محمد", (), "7 (s001)")), encoding="utf-8")
    browser.open(page)
    left = browser.run(
        "return ['h1 bdi', 'h1 .subtitle'].map((each) => document.querySelector(each).getBoundingClientRect().left)"
    )
    assert left == sorted(left)


@pytest.mark.parametrize("size", [(1200, 700), (640, 400), (320, 560)])
def test_no_field_with_the_focus_hides_behind_the_panel(
    browser: Browser, sample: Folder, size: tuple[int, int]
) -> None:
    browser.open(sample.root / PAGES[0])
    browser.size(*size)
    hidden = browser.run(
        """
        const fields = [...document.querySelectorAll(".field")];
        return [...fields, ...fields.reverse()].filter((field) => {
          field.focus();
          const { left, right, top, bottom } = field.getBoundingClientRect();
          const above = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
          return above !== field;
        }).map((field) => field.id);
        """
    )
    assert hidden == []
