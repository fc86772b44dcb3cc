"""Names of the world, and names that mean harm: what becomes of them on a page."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterator
from html import escape

import pytest
from tests.pages.reading import page_texts
from tests.pages.small_fonts import font
from tests.pages.test_machine_fonts import Install, install  # noqa: F401 - a fixture

from grader.files import file_name
from grader.pages.blocks import Document, Facts, Heading, Marked, Plain, Table
from grader.pages.letters import shaping
from grader.pages.letters.cleaning import LONGEST_TEXT, clean
from grader.pages.letters.fonts import face, runs
from grader.pages.paper.pdf import pdf_bytes, typeset
from grader.pages.paper.text import BODY, plain_lines
from grader.pages.screen.html import html_text

ARABIC = {"م": "m", "ح": "h", "د": "d", "ﻣ": "M", "ﺤ": "H", "ﻤ": "N", "ﺪ": "D"}
"""Letters alone, and m- -h- -m- -d as they stand in a word (Unicode's presentation forms)."""
DEVANAGARI = {"क": "k", "ि": "i"}
HOSTILE = [
    "</p><script>alert(1)</script>",
    '<img src="/some/picture.png"/>',
    '<a href="file:///etc/passwd">O\'Neil <b></a>',
    "$\\frac{a}{b}$ \\input{/etc/passwd} **bold** `code`",
    "=cmd|' /C calc'!A0",
    "\u202eevil\u202c name",
    "nul\x00 and \x1b[31m escapes",
    "lone \ud800 surrogate",
    "&amp;&#0;&lt;",
    "Z" + "\u0301\u0489\u0335" * 30 + "algo",
    "{0} %s %(name)s \\n",
    "(unbalanced [brackets >>",
    "two\nlines\r\nof\u2028text",
]
SHAPER = pytest.mark.skipif(shaping.harfbuzz() is None, reason="uharfbuzz, of the extra `shaping`, is not installed")


@pytest.fixture
def _no_shaper(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As where the extra is not installed."""
    monkeypatch.setitem(sys.modules, "uharfbuzz", None)
    shaping.harfbuzz.cache_clear()
    yield
    shaping.harfbuzz.cache_clear()


def drawn(text: str, letters: dict[str, str]) -> str:
    """The letters of our face whose glyphs stand on the page, from left to right."""
    ours = {face("sans").glyph_of[ord(letter)]: letter for letter in (*letters.values(), " ")}
    return "".join(ours.get(glyph.number, "□") for run in runs("sans", text) for glyph in run.glyphs)


@SHAPER
def test_arabic_letters_join_and_run_from_right_to_left(install: Install) -> None:  # noqa: F811
    install({"a.ttf": font(ARABIC)})
    assert drawn("محمد", ARABIC) == "DNHM"


@pytest.mark.usefixtures("_no_shaper")
def test_without_the_shaper_arabic_letters_stand_alone_in_the_right_order(install: Install) -> None:  # noqa: F811
    install({"a.ttf": font(ARABIC)})
    assert drawn("محمد", ARABIC) == "dmhm"


@SHAPER
def test_an_indic_vowel_goes_before_its_consonant(install: Install) -> None:  # noqa: F811
    install({"a.ttf": font(DEVANAGARI)})
    assert drawn("कि", DEVANAGARI) == "ik"


@pytest.mark.usefixtures("_no_shaper")
def test_without_the_shaper_indic_syllables_are_boxes(install: Install) -> None:  # noqa: F811
    """A vowel in the wrong place would be another word; a box says that something is missing."""
    install({"a.ttf": font(DEVANAGARI)})
    assert drawn("किक", DEVANAGARI) == "□□"


@SHAPER
def test_what_is_shaped_is_copied_as_it_was_written(install: Install) -> None:  # noqa: F811
    install({"a.ttf": font(DEVANAGARI)})
    (page,) = typeset(Document("T", (Plain("कि"),))).pages
    assert f"/ActualText <feff{'कि'.encode('utf-16-be').hex()}>" in zlib.decompress(page).decode()


def test_a_box_is_copied_as_the_name_it_stands_for() -> None:
    (page,) = typeset(Document("T", (Plain("王"),))).pages
    assert f"/ActualText <feff{'王'.encode('utf-16-be').hex()}>>> BDC [<0000>] TJ EMC" in zlib.decompress(page).decode()


@pytest.mark.parametrize("sequence", ["👩\u200d🔬", "🇫🇷", "👨\u200d👩\u200d👧\u200d👦", "श्री", "한", "❄\ufe0f\u200d😀"])
def test_a_sequence_that_nobody_has_is_one_box(sequence: str) -> None:
    assert [glyph.number for run in runs("sans", f"a{sequence}") for glyph in run.glyphs][1:] == [0]


def page_with(name: str, comment: str) -> Document:
    return Document(
        "Homework",
        (
            Facts((("ID", "a1"), ("Student", name))),
            Heading("Question", number="1"),
            Table(("Part", "Name"), (("f_1", name), ("c_1", Marked(name, "bad"))), align="ll", widths=(1, 8)),
            Plain(comment),
            Plain("What stands below."),
        ),
        running="a1",
        footer="Numbers are individual.",
    )


@pytest.mark.case(130, 132, 134, 136)
@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_the_same_page_as_what_is_left_of_it(text: str) -> None:
    harmless = page_with(clean(text), clean(text))
    assert pdf_bytes(page_with(text, text)) == pdf_bytes(harmless)
    assert html_text(page_with(text, text)) == html_text(harmless)


@pytest.mark.parametrize("text", [text for text in HOSTILE if "algo" not in text])
def test_a_hostile_name_changes_its_own_cell_only(text: str) -> None:
    """Every operator of the page but those of the name are the same for a tame one, places and all."""

    def operators(name: str) -> list[str]:
        (page,) = typeset(page_with(name, "A comment.")).pages
        return zlib.decompress(page).decode().split("\n")

    differ = [(one, two) for one, two in zip(operators(text), operators("Anna"), strict=True) if one != two]
    assert 1 <= len(differ) <= 3
    assert all(" Tf " in one and one.split(" Td")[0] == two.split(" Td")[0] for one, two in differ)
    shown, tame = html_text(page_with(text, text)), html_text(page_with("Anna", "Anna"))
    assert shown.replace(escape(clean(text)), "Anna") == tame


def test_a_hundred_thousand_letters_are_cut_and_leave_the_rest_alone() -> None:
    page = "".join(page_texts(pdf_bytes(page_with("W" * 100_000, "Z\u0301\u0302" * 100_000))))
    assert "\nWhat stands below.\n" in page
    assert page.count("Z") + page.count("Ź") < LONGEST_TEXT
    assert len(html_text(page_with("W" * 100_000, "Z\u0301" * 100_000))) < 20_000 + 4 * LONGEST_TEXT


def calls(work: Callable[[], object]) -> int:
    """How many functions are called: work measured without a clock."""
    counted = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return counted


@pytest.mark.parametrize("piece", ["Z\u0301\u0302", "م", "(א", "👩\u200d", "क्", "x", "王 ", "\u202e", "1א+"])
def test_twice_the_text_is_twice_the_work(piece: str) -> None:
    """In a narrow column, where every line is cut; 2,000 characters are the longest text that is not cut first."""

    def work(count: int) -> Callable[[], object]:
        return lambda: plain_lines(f"{count}" + piece * (count // len(piece)), BODY, 20)

    calls(work(150))  # what is read and remembered once
    assert calls(work(1900)) < 2.5 * calls(work(950)) + 500


NAMES = [
    "Zoë",
    "Ελένη",
    "Жанна",
    "Nguyễn",
    "王小明",
    "さくら",
    "김민준",
    "محمد",
    "שָׁלוֹם",
    "श्री",
    "சிவா",
    "สมชาย",
    "ნინო",
    "😀",
]


@pytest.mark.parametrize("name", NAMES)
def test_title_and_bookmarks_say_every_name(name: str) -> None:
    title = f"<feff{name.encode('utf-16-be').hex()}>".encode()
    assert pdf_bytes(Document(name, (Heading(name),))).count(b"/Title " + title) == 2


def test_file_names_of_all_names_differ_and_are_plain() -> None:
    names = {file_name(name) for name in (*NAMES, *HOSTILE[:6])}
    assert len(names) == len(NAMES) + 6
    assert all(name.isascii() and name.replace("-", "").replace(".", "").isalnum() for name in names)
