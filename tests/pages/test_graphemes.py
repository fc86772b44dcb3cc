"""The characters of names: which belong together, in which order they are written, which are dropped."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.pages.letters.bidi import levels, visual
from grader.pages.letters.cleaning import LONGEST_NAME, LONGEST_TEXT, clean, fitted
from grader.pages.letters.fonts import width
from grader.pages.letters.graphemes import graphemes
from grader.pages.paper.text import BODY, Span, plain_lines


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("abc אבג", "abc גבא"),
        ("אבג abc", "abc גבא"),
        ("אבג abc 12", "abc 12 גבא"),
        ("אבג 12 abc", "abc 12 גבא"),
        ("abc אבג 12", "abc 12 גבא"),
        ("א 1-2, 3.5%", "3.5% ,1-2 א"),
        ("a (אב) c", "a (בא) c"),
        ("א (ab) ב", "ב (ab) א"),
        ("محمد ١٢", "١٢ دمحم"),
        ("abc.", "abc."),
        ("אבג.", ".גבא"),
        ("", ""),
    ],
)
def test_mixed_lines_are_written_in_the_order_of_the_bidirectional_algorithm(text: str, seen: str) -> None:
    """What python-bidi says of the same lines, with the brackets mirrored as they are drawn."""
    mirror = str.maketrans("()", ")(")
    depth = levels(text)
    shown = [c.translate(mirror) if level % 2 else c for c, level in zip(text, depth, strict=True)]
    assert "".join(visual(shown, depth)) == seen


@given(st.text(alphabet="ab אבمح12٣(),.-%\u05b8"))
def test_no_character_is_lost_in_reordering(text: str) -> None:
    assert sorted(visual(text, levels(text))) == sorted(text)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("e\u0301a", ["e\u0301", "a"]),
        ("👩\u200d🔬👍🏽", ["👩\u200d🔬", "👍🏽"]),
        ("🇫🇷🇩🇪", ["🇫🇷", "🇩🇪"]),
        ("क्षि", ["क्षि"]),
        ("น้ำ", ["น้", "ำ"]),
        ("王明", ["王", "明"]),
    ],
)
def test_what_readers_see_as_one_is_one_piece(text: str, pieces: list[str]) -> None:
    assert graphemes(text) == pieces


@given(st.text(alphabet=st.sampled_from("ae \u0301\u0323\u200dक्षि👩🔬🇫🇷\ufe0f王")))
def test_pieces_together_are_the_text(text: str) -> None:
    assert "".join(graphemes(text)) == text


@pytest.mark.parametrize("name", ["علی\u200cرضا", "ශ්\u200dරී", "क्\u200dष", "👩\u200d🔬", "❤\ufe0f", "Ω Ж 王 ✓"])
def test_names_that_need_joiners_keep_them(name: str) -> None:
    assert clean(name) == name


@pytest.mark.parametrize("joiner", ["\u200c", "\u200d"])
def test_joiners_go_where_they_join_nothing(joiner: str) -> None:
    assert clean(f"{joiner}An{joiner}na {joiner}م{joiner}") == "Anna م"


@pytest.mark.parametrize("blank", ["\u3164", "\u115f\u1160", "\uffa0", "\u200b\u2060\ufeff", "\u00ad"])
def test_a_name_of_blanks_is_no_name(blank: str) -> None:
    assert clean(blank) == ""


def test_a_letter_keeps_four_marks() -> None:
    assert clean("q" + "\u0308" * 50 + "oe") == "q" + "\u0308" * 4 + "oe"


SUSPECT = st.text(
    alphabet=st.sampled_from("ae1 \u0301\u0308\u0323\u0489\u200c\u200dمक्ष👩🔬❤\ufe0f\x00\n\u202e\u3164\ud800")
)


@given(SUSPECT, st.integers(1, 30))
def test_cleaning_suspect_text_twice_changes_nothing(text: str, limit: int) -> None:
    once = clean(text, limit)
    assert clean(once, limit) == once
    assert len(once) <= limit
    assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize("limit", [LONGEST_NAME, LONGEST_TEXT])
def test_a_cut_leaves_no_letter_without_its_mark(limit: int) -> None:
    cut = clean("x\u030c" * limit, limit)
    assert len(cut) <= limit
    assert cut.removesuffix("…") == "x\u030c" * ((limit - 1) // 2)


@given(SUSPECT, st.floats(5, 120))
def test_a_fitted_text_is_cut_between_pieces(text: str, available: float) -> None:
    kept = fitted(clean(text), available)
    assert width("sans", kept, 8) <= max(available, width("sans", "…", 8)) + 1e-9
    if kept != clean(text):
        assert graphemes(clean(text))[: len(graphemes(kept)) - 1] == graphemes(kept.removesuffix("…"))


@given(SUSPECT, st.floats(20, 200))
def test_lines_of_suspect_text_hold_all_of_it(text: str, available: float) -> None:
    said = "".join(m.text for line in plain_lines(text, BODY, available) for _, m in line.marks if isinstance(m, Span))
    assert said.replace(" ", "") == clean(text).replace(" ", "")
