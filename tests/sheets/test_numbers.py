from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sheets.spellings import DECIMAL_COMMAS, GROUPING_COMMAS, NO_EVIDENCE, NOTED, SPELLINGS, UNREADABLE

from grader.sheets.numbers import Unreadable, comma_evidence, read_number


@pytest.mark.parametrize(("text", "canonical", "value"), SPELLINGS)
def test_a_number_is_read_however_it_is_spelled(text: str, canonical: str, value: float) -> None:
    number = read_number(text)
    assert (number.canonical, number.value, number.note) == (canonical, value, "")
    assert float(number.exact) == value


@pytest.mark.parametrize(("text", "canonical", "note"), NOTED)
def test_what_had_to_be_assumed_is_noted(text: str, canonical: str, note: str) -> None:
    number = read_number(text)
    assert (number.canonical, number.note) == (canonical, note)


@pytest.mark.parametrize(("text", "sentence"), UNREADABLE)
def test_what_is_no_number_gets_a_sentence_that_says_what_was_seen(text: str, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence.replace("(", r"\(")):
        read_number(text)


def test_a_comma_before_three_digits_is_decimal_where_the_sheet_says_so() -> None:
    number = read_number("1,234", decimal_comma=True)
    assert (number.canonical, number.value) == ("1.234", 1.234)
    assert number.note == "read as 1.234, because the commas on this sheet are decimal commas"


@pytest.mark.parametrize("text", DECIMAL_COMMAS)
def test_some_commas_can_only_be_decimal(text: str) -> None:
    assert comma_evidence(text) is True


@pytest.mark.parametrize("text", GROUPING_COMMAS)
def test_some_commas_can_only_group_thousands(text: str) -> None:
    assert comma_evidence(text) is False


@pytest.mark.parametrize("text", NO_EVIDENCE)
def test_other_texts_are_no_evidence_about_commas(text: str) -> None:
    assert comma_evidence(text) is None


DIGITS = st.text("0123456789", min_size=1, max_size=6)
WIDE = str.maketrans("0123456789.-", "０１２３４５６７８９．－")


@given(DIGITS, DIGITS, st.sampled_from(["", "-"]))
def test_a_decimal_reads_back_exactly_with_a_point_and_in_full_width(whole: str, part: str, sign: str) -> None:
    text = f"{sign}{whole}.{part}"
    expected = float(text) + 0.0
    for spelling in (text, text.translate(WIDE), f"\u00a0{text}\u200b"):
        number = read_number(spelling)
        assert number.value == expected
        assert number.exact == read_number(text).exact
        assert number.decimals == len(part)


@given(DIGITS)
def test_a_comma_after_a_zero_is_a_decimal_comma(part: str) -> None:
    assert read_number(f"0,{part}") == read_number(f"0.{part}")
    assert comma_evidence(f"0,{part}") is True
