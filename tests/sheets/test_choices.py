"""Choices as people write them: a label, its letter or number, and what stands around it."""

from __future__ import annotations

from string import ascii_uppercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.answers import Entry
from grader.part import Part
from grader.sheets.reading import read_cells

LETTERS = Part("letter", "", kind="choice", labels=("A", "B", "C"))
BARE_LETTERS = Part("letter", "", kind="choice", labels=("A", "B", "C"), counted=False)
FATES = Part("fate", "", kind="choice", labels=("cross_entropy", "on the edge", "zero"))
CASES = Part("case", "", kind="choice", labels=("1", "2"))


def chosen(part: Part, text: str) -> str | None:
    (cell,) = read_cells(part, [Entry("q", part.name, text, 1)], None)
    return cell.label


@pytest.mark.parametrize(
    "text",
    ["B", "b", " b ", "(b)", "b)", "B.", "b,", "[B]", "2", "2)", "(2)", "2.", "#2", "Ｂ", '"B"', "“b”", "«B»", "'B",
     '="B"', "option b", "Option (B)", "option_b", "Choice: B", "answer B.", "Case 2", "case2", "*B*", "number 2"],
)  # fmt: skip
def test_a_letter_is_read_with_what_people_write_around_it(text: str) -> None:
    assert chosen(LETTERS, text) == "B"


@pytest.mark.parametrize("text", ["A or B", "B?", "a,b", "AB", "b c", "not b", "D", "0", "4", "-2", "2.5", "optionb"])
def test_what_could_be_meant_otherwise_is_left_to_a_person(text: str) -> None:
    assert chosen(LETTERS, text) is None


@pytest.mark.parametrize(
    "text",
    ["cross_entropy", "Cross Entropy", "cross-entropy", "CROSS  ENTROPY", "cross_entropy.", "(cross entropy)", "1"],
)
def test_the_words_of_a_label_are_joined_in_any_way(text: str) -> None:
    assert chosen(FATES, text) == "cross_entropy"


def test_the_beginning_of_a_label_is_not_the_label() -> None:
    assert chosen(FATES, "on-the-edge") == "on the edge"
    assert chosen(FATES, "cross") is chosen(FATES, "zer") is None


@pytest.mark.parametrize("text", ["1", "Case 1", "(1)", "1.", "case_1", "a"])
def test_a_label_that_is_a_number_is_read_with_words_around_it(text: str) -> None:
    assert chosen(CASES, text) == "1"


def test_a_place_is_not_counted_where_an_option_may_be_that_number() -> None:
    assert [chosen(BARE_LETTERS, text) for text in ("b", "(2)", "2", "option 2")] == ["B", None, None, None]


@pytest.mark.parametrize(("text", "label"), [("y", "yes"), ("N", "no"), ("true", "yes"), ("FALSE", "no"), ("t", None)])
def test_yes_and_no_have_short_forms(text: str, label: str | None) -> None:
    assert chosen(Part("better", "", kind="choice", labels=("yes", "no")), text) == label


@given(st.sampled_from(["({})", "{})", "{}.", "[{}]", "'{}'", "option {}", "Case {}", " {}\t"]), st.integers(0, 25))
def test_every_letter_is_read_however_it_is_decorated(form: str, place: int) -> None:
    letters = tuple(ascii_uppercase)
    part = Part("letter", "", kind="choice", labels=letters)
    for written in (letters[place], letters[place].lower(), str(place + 1)):
        assert chosen(part, form.format(written)) == letters[place]
