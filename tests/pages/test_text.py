import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.drawing import BLUE
from grader.pages.letters.cleaning import clean
from grader.pages.letters.fonts import FILES, face, runs, width
from grader.pages.markdown import Break, DisplayFormula, InlineFormula, Paragraph, Part, Run, parse
from grader.pages.paper.text import BODY, Span, lines, plain_lines


@given(st.text(), st.integers(1, 50))
def test_clean_text_is_short_and_visible(text: str, limit: int) -> None:
    kept = clean(text, limit)
    assert len(kept) <= limit
    bad = [c for c in kept if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    assert set(bad) <= {"\u200c", "\u200d"}  # joiners, where a script needs them: see test_names.py


@given(st.text(), st.integers(1, 50))
def test_cleaning_twice_changes_nothing(text: str, limit: int) -> None:
    assert clean(clean(text, limit), limit) == clean(text, limit)


def test_text_that_is_cut_says_so() -> None:
    assert clean("abcdef", 4) == "abc…"


@given(st.text(alphabet=st.sampled_from("abcde fgh 王é"), max_size=300), st.floats(20, 200))
def test_lines_hold_every_character_and_keep_to_their_width(text: str, available: float) -> None:
    set_lines = plain_lines(text, BODY, available)
    said = "".join(mark.text for line in set_lines for _, mark in line.marks if isinstance(mark, Span))
    assert said.replace(" ", "") == "".join(text.split())
    assert all(line.width <= available + 1e-6 for line in set_lines)


def test_a_comma_stays_with_its_formula() -> None:
    parts: list[Part] = [Run("where "), InlineFormula("x"), Run(", and so on")]
    narrow = lines(parts, BODY, width("serif", "where x", BODY.size))
    assert len(narrow[1].marks) == 2
    after = narrow[1].marks[1][1]
    assert isinstance(after, Span)
    assert after.text.startswith(",")


def test_a_tall_formula_makes_room_for_itself() -> None:
    plain, tall = (
        lines([Run("a")], BODY, 100)[0],
        lines([InlineFormula(r"\frac{a}{\frac{b}{c}}")], BODY, 100)[0],
    )
    assert tall.height > plain.height


def test_neighbours_of_one_look_are_one_piece_of_text() -> None:
    (line,) = lines([Run("one two "), Run("three")], BODY, 500)
    assert [mark.text for _, mark in line.marks if isinstance(mark, Span)] == ["one two three"]


@pytest.mark.parametrize("name", FILES)
def test_the_missing_glyph_of_every_face_of_ours_is_visible(name: str) -> None:
    start, end = face(name).face.glyphPos[:2]
    assert end > start


@pytest.mark.parametrize("name", ["serif", "serif-bold", "serif-italic", "serif-bold-italic", "sans", "sans-bold"])
def test_text_faces_have_greek_cyrillic_and_vietnamese(name: str) -> None:
    assert all(map(face(name).has, "Ωμέγα Жёлтый Nguyễn Đặng Ắc – “”…×"))


def test_what_a_face_lacks_comes_from_another() -> None:
    told = [(run.face.name, "".join(glyph.text for glyph in run.glyphs)) for run in runs("serif", "a ✓✗ b")]
    assert told == [("serif", "a "), ("math", "✓"), ("symbols", "✗"), ("serif", " b")]


def test_what_nobody_has_is_the_face_s_own_box() -> None:
    (run,) = runs("serif", "王")
    assert (run.face.name, [glyph.number for glyph in run.glyphs], run.text) == ("serif", [0], "王")


def test_wording_becomes_parts() -> None:
    assert parse("A **bold** *and* `code` $x_1$.") == (
        Paragraph(
            (
                Run("A "),
                Run("bold", bold=True),
                Run(" "),
                Run("and", italic=True),
                Run(" "),
                Run("code", code=True),
                Run(" "),
                InlineFormula("x_1"),
                Run("."),
            )
        ),
    )


def test_a_display_ends_its_paragraph() -> None:
    assert parse("is\n\n$$\na=b\n$$\n\nwhere") == (
        Paragraph((Run("is"),)),
        DisplayFormula("a=b"),
        Paragraph((Run("where"),)),
    )


def test_bullets_are_paragraphs_with_a_bullet() -> None:
    assert parse("- one\n- two") == (Paragraph((Run("one"),), True), Paragraph((Run("two"),), True))


def test_a_backslash_ends_the_line() -> None:
    assert parse("one\\\ntwo") == (Paragraph((Run("one"), Break(), Run("two"))),)


@pytest.mark.parametrize("markdown", ["# heading", "1. one", "> quote", "```\ncode\n```", "---"])
def test_what_pages_cannot_show_is_refused(markdown: str) -> None:
    with pytest.raises(ValueError, match="may not hold"):
        parse(markdown)


@pytest.mark.parametrize("markdown", ["<b>x</b>", "[a](http://b.c)", "![a](/some/picture.png)", "&lt;"])
def test_tags_links_and_pictures_stay_text(markdown: str) -> None:
    assert parse(markdown) == (Paragraph((Run(markdown),)),)


def test_a_dollar_without_a_partner_is_refused() -> None:
    with pytest.raises(ValueError, match="no partner"):
        parse("costs $5")


def test_colours_are_what_the_samples_have() -> None:
    assert BLUE == "#1f5aa8"
