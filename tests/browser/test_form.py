"""The page as an answer form: what it tells, keeps and saves, in a real browser."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import pytest
from tests.browser.forms import (
    IDENTITY,
    QUESTIONS,
    collected,
    fill,
    saved,
    sheet,
    shown,
)
from tests.browser.webdriver import DOWN, ENTER, ESCAPE, SPACE, TAB, Browser, wait
from tests.sheets.spellings import NOTED, SPELLINGS, UNREADABLE

from grader.sheets.writing import csv_sheet, yaml_sheet

FOCUSED = "return document.activeElement.id"
SUMMARY = "return document.getElementById('summary').textContent"
SAID = "return document.getElementById('said').textContent"
NAME = "return document.activeElement.labels?.[0]?.textContent ?? document.activeElement.ariaLabel"


@pytest.fixture
def form(browser: Browser, page: Path) -> Browser:
    return shown(browser, page)


def lines(browser: Browser) -> list[list[str]]:
    """Every line under a field that is shown, with its tone."""
    found = browser.run(
        "return [...document.querySelectorAll('.told')].filter((line) => !line.hidden)"
        ".map((line) => [line.textContent, line.className])"
    )
    return [[text, tone.removeprefix("told ")] for text, tone in found]


def test_an_empty_form_saves_the_empty_sheet_byte_for_byte(form: Browser) -> None:
    assert saved(form, "csv") == csv_sheet(*IDENTITY, QUESTIONS)


def test_an_empty_form_saves_the_empty_yaml_sheet(form: Browser) -> None:
    uncommented = [line.partition("  #")[0] for line in yaml_sheet(*IDENTITY, QUESTIONS).decode().splitlines()]
    assert [line.partition("  #")[0] for line in saved(form, "yaml").decode().splitlines()] == uncommented


@pytest.mark.parametrize("ending", ["csv", "yaml"])
def test_every_cell_is_saved_where_it_belongs(form: Browser, ending: str) -> None:
    names = [cell for parts in QUESTIONS.values() for part in parts for cell in part.cells]
    texts = {name: str(nth) for nth, name in enumerate(names)} | {"better": "no", "why": 'It says "so", it does,\nso.'}
    fill(form, texts)
    assert {name: cell.text for name, cell in collected(saved(form, ending), ending).items()} == texts


@pytest.mark.parametrize("ending", ["csv", "yaml"])
def test_what_is_saved_is_read_as_what_was_typed(form: Browser, ending: str) -> None:
    """Every spelling of the table, many at a time: the marker reads the file as it would read the text."""
    numbers = [name for parts in QUESTIONS.values() for part in parts if part.kind == "number" for name in part.cells]
    table = [(str(row.values[0]), row.values[1]) for row in (*SPELLINGS, *NOTED)]
    for start in range(0, len(table), len(numbers)):
        rows = dict(zip(numbers, table[start : start + len(numbers)], strict=False))
        fill(form, {name: rows.get(name, ("", ""))[0] for name in numbers})
        cells = collected(sheet(form, ending), ending)
        assert {name: cell.number and cell.number.canonical for name, cell in cells.items()} == {
            name: canonical for name, (_, canonical) in rows.items()
        }


@pytest.mark.parametrize("ending", ["csv", "yaml"])
def test_what_cannot_be_read_is_saved_as_typed(form: Browser, ending: str) -> None:
    for text in [text for row in UNREADABLE if 0 < len(text := str(row.values[0])) < 200] + [
        'a "b", c',
        "'",
        "# x",
        "null",
        "- 1: {",
        "a \u2028 b",
        "a\ufeffb",
    ]:
        fill(form, {"f_1": text})
        cells = collected(sheet(form, ending), ending)
        assert cells["f_1"].text == text
        assert cells["f_1"].problem


def test_random_answers_are_read_back_as_the_page_said(form: Browser) -> None:
    chance = random.Random(20261121)
    characters = "0123456789" * 3 + ".,.,-−e½ /'\":#[]{}%\\\u2028\u0007\ufeff٣"
    cells = [cell for parts in QUESTIONS.values() for part in parts if part.kind == "number" for cell in part.cells]
    for ending in ("csv", "yaml") * 20:
        texts = {cell: "".join(chance.choices(characters, k=chance.randint(1, 6))) for cell in cells}
        texts["f_1"] = f"[{texts['f_1']}]"
        fill(form, texts)
        said = form.run(
            "return Object.fromEntries(asked.filter((cell) => cell.seen.saved)"
            ".map((cell) => [cell.name, cell.seen.problem ? '' : cell.seen.saved]))"
        )
        read = collected(sheet(form, ending), ending)
        assert {name: cell.number.canonical if cell.number else "" for name, cell in read.items()} == said


def test_one_decimal_comma_explains_the_others_and_is_told(form: Browser) -> None:
    fill(form, {"f_1": "1,234"})
    doubt = "'1,234' could be 1.234 or 1234: write it with a point, or without a comma"
    assert lines(form) == [[doubt, "bad"]]
    assert collected(sheet(form, "csv"), "csv")["f_1"].problem == doubt
    fill(form, {"i_1": "0,5"})
    assert lines(form) == [
        ["read as 1.234, because the commas on this sheet are decimal commas", "muted"],
        ["read as 0.5", "muted"],
    ]
    cells = collected(sheet(form, "csv"), "csv")
    assert [cells[name].text for name in ("f_1", "i_1")] == ["1.234", "0.5"]


def test_contradicting_commas_stay_as_doubtful_as_they_are(form: Browser) -> None:
    """With 1234.5 for 1,234.5 the marker would see decimal commas alone, and read what the page calls doubtful."""
    fill(form, {"f_1": "1,234", "i_1": "1,234.5", "dW[1,1]": "0,5e99999"})
    cells = collected(sheet(form, "csv"), "csv")
    assert [bool(cells[name].problem) for name in ("f_1", "i_1", "dW[1,1]")] == [True, False, True]


@pytest.mark.parametrize("ending", ["csv", "yaml"])
def test_a_control_character_does_not_spoil_the_file(form: Browser, ending: str) -> None:
    fill(form, {"f_1": "a\x07b", "i_1": "0.5"})
    cells = collected(sheet(form, ending), ending)
    assert (cells["f_1"].text, cells["i_1"].text) == ("a\ufffdb", "0.5")


def test_a_whole_number_is_asked_for_where_it_is(form: Browser) -> None:
    fill(form, {"n": "9.5"})
    assert lines(form) == [["'9.5' has a fraction: a whole number is asked for", "bad"]]
    assert form.run(SUMMARY) == "1 of 14 answered, 1 not whole"
    for whole in ("9.0", "18/2", "9e0", "90e-1"):
        fill(form, {"n": whole})
        assert "bad" not in {tone for _, tone in lines(form)}


def test_a_problem_is_told_when_the_field_is_left_and_gone_as_soon_as_it_is_mended(form: Browser) -> None:
    form.run("document.getElementById('cell-0').focus()")
    form.type("1e")
    assert lines(form) == []
    form.type(TAB)
    sentence = "'1e' has an e and no exponent after it: write both, like 1e-3, or neither"
    assert lines(form) == [[sentence, "bad"]]
    assert form.run(SAID) == f"f_1: {sentence}"
    assert form.run("return document.getElementById('cell-0').ariaInvalid") == "true"
    told = form.run("return document.getElementById('cell-0').getAttribute('aria-describedby')")
    assert form.run("return document.getElementById(arguments[0]).textContent", told) == sentence
    assert form.run(FOCUSED) == "cell-1"
    form.back()
    form.run("document.activeElement.setSelectionRange(9, 9)")
    form.type("-3")
    assert lines(form) == []
    assert form.run("return document.getElementById('cell-0').ariaInvalid") is None


def test_the_summary_counts_and_leads_to_the_first_problem(form: Browser) -> None:
    assert form.run(SUMMARY) == "0 of 14 answered"
    fill(form, {"f_1": "1", "dW[1,2]": "x", "better": "yes"})
    assert form.run(SUMMARY) == "3 of 14 answered, 1 cannot be read"
    form.run("document.getElementById('first').focus()")
    form.type(ENTER)
    assert form.run(NAME) == "dW[1,2], ∂E/∂W, row 1, column 2"


def test_every_field_says_its_name_and_its_meaning(form: Browser) -> None:
    names = form.run("return asked.map(({ field }) => field.ariaLabel ?? field.labels[0].textContent)")
    rows = list(csv.DictReader(io.StringIO(csv_sheet(*IDENTITY, QUESTIONS).decode("utf-8-sig"))))[3:]
    assert names == [f"{row['part']}, {row['meaning']}" for row in rows]


def test_enter_goes_through_the_fields_as_they_stand_and_tab_everywhere(form: Browser) -> None:
    form.type(TAB)
    assert form.run("return document.activeElement.textContent") == "Skip to your answers"
    form.type(TAB)
    for nth in range(12):
        assert form.run(FOCUSED) == f"cell-{nth}"
        form.type(ENTER)
    assert form.run(FOCUSED) == "cell-12"
    form.type(TAB)
    assert form.run(FOCUSED) == "cell-13"
    for button in ("save-csv", "save-yaml", "clear"):
        form.type(TAB)
        assert form.run(FOCUSED) == button


def test_a_choice_is_made_with_the_arrow_keys(form: Browser) -> None:
    form.run("document.getElementById('cell-12').focus()")
    form.type(DOWN + DOWN)
    assert collected(sheet(form, "csv"), "csv")["better"].label == "no"


def test_a_draft_is_kept_and_comes_back(form: Browser, page: Path) -> None:
    form.run("document.getElementById('cell-0').focus()")
    form.type("0,852")
    assert form.run("return document.getElementById('draft').textContent").startswith("Draft kept in this browser at ")
    form.open(page)
    assert form.run("return document.getElementById('cell-0').value") == "0,852"
    assert form.run(SUMMARY) == "1 of 14 answered"
    assert form.run("return document.getElementById('draft').textContent") == "Your draft from this browser is back."


def test_a_browser_that_keeps_nothing_says_so(form: Browser) -> None:
    form.run("Storage.prototype.setItem = () => { throw new DOMException('denied') }")
    fill(form, {"f_1": "1"})
    said = form.run("return document.getElementById('draft').textContent")
    assert said == "This browser keeps no draft here: save the file before you close the page."
    assert collected(sheet(form, "csv"), "csv")["f_1"].text == "1"


def test_clearing_asks_first_and_escape_keeps(form: Browser, page: Path) -> None:
    fill(form, {"f_1": "1"})
    for answer, left in ((ESCAPE, "1"), (SPACE, "1"), (TAB + SPACE, "")):
        form.run("document.getElementById('clear').focus()")
        form.type(SPACE)
        assert form.run("return document.activeElement.textContent") == "Keep them"
        form.type(answer)
        wait(lambda: form.run(FOCUSED) == "clear")
        assert form.run("return document.getElementById('cell-0').value") == left
    form.open(page)
    assert form.run("return document.getElementById('cell-0').value") == ""


def test_a_printed_form_shows_its_boxes_and_no_buttons(form: Browser) -> None:
    fill(form, {"f_1": "x"})
    form.devtools("Emulation.setEmulatedMedia", media="print")
    seen = form.run(
        "return ['.form', '.told', '.skip', '.field'].map((name) => document.querySelector(name).checkVisibility())"
    )
    form.devtools("Emulation.setEmulatedMedia", media="")
    assert seen == [False, False, False, True]


@pytest.mark.parametrize("width", [320, 400, 600, 1200])
def test_no_page_is_wider_than_the_screen(form: Browser, width: int) -> None:
    """320 px is also 1280 px at a zoom of 400 %."""
    form.size(width, 800)
    assert form.run("return document.documentElement.scrollWidth") <= width


def test_the_scripts_keep_to_themselves(form: Browser) -> None:
    """No network: the page's own policy stops whatever would ask for one."""
    blocked = form.wait_run(
        "const done = arguments[0]; fetch('http://127.0.0.1:9/').then(() => done('sent'), () => done('blocked'))"
    )
    assert blocked == "blocked"
    assert form.run("return performance.getEntriesByType('resource').length") == 0
