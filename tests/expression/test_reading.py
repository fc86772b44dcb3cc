from __future__ import annotations

import pytest
from tests.expression.mistyped import MISTYPED
from tests.expression.spaces import PLAIN, SIGMOID
from tests.expression.spellings import MORE_WAYS, ONE_WAY

from grader.expression import FormulaError, Space


@pytest.mark.parametrize(("space", "text", "formula"), ONE_WAY)
def test_a_formula_is_read_however_it_is_written(space: Space, text: str, formula: str) -> None:
    assert [(str(reading.formula), reading.note) for reading in space.read(text)] == [(formula, "")]


@pytest.mark.parametrize(("space", "text", "formulas"), MORE_WAYS)
def test_what_can_be_read_in_more_ways_is_read_in_all(space: Space, text: str, formulas: list[str]) -> None:
    assert [str(reading.formula) for reading in space.read(text)] == formulas


def test_what_can_be_read_in_more_ways_says_so() -> None:
    notes = [reading.note for reading in PLAIN.read("1/2x")]
    assert notes == [
        "it can be read in more than one way; read as 1/2*x",
        "it can be read in more than one way; read as 1/2/x",
    ]
    with pytest.raises(FormulaError, match="more than one way"):
        PLAIN.formula("1/2x")


@pytest.mark.parametrize(("text", "says"), MISTYPED)
def test_what_is_no_formula_gets_a_sentence_and_a_caret_at_its_place(text: str, says: str) -> None:
    with pytest.raises(FormulaError) as error:
        PLAIN.read(text)
    assert str(error.value) == says


@pytest.mark.parametrize(
    "before",
    [
        "",
        "x",
        "𝑥",
        "ｘ",
        "x²",
        "h₁",
        "½",
        r"\frac{1}{2}",
        r"\frac12",
        r"h^2_1",
        r"\mathbf{h}_1",
        r"\left(x\right)",
        "〖x〗",
    ],
)
def test_the_column_is_the_one_in_the_text_as_it_was_typed(before: str) -> None:
    with pytest.raises(FormulaError) as error:
        PLAIN.read(f"{before} + ?")
    assert error.value.column == len(before) + 4


def test_the_caret_stands_below_its_character_where_characters_are_wide_or_have_no_width() -> None:
    with pytest.raises(FormulaError) as error:
        PLAIN.read("ｘ＋a?")
    assert str(error.value).splitlines()[1:] == ["ｘ＋a?", "     ^"]
    shown = FormulaError("Here", "xx\u0308\u0301?", 5)
    assert str(shown).splitlines()[2] == "  ^"


def test_of_a_long_text_the_neighbourhood_is_shown() -> None:
    with pytest.raises(FormulaError) as error:
        PLAIN.read("x+" * 200 + "?" + "+x" * 200)
    assert str(error.value).splitlines()[1:] == ["x+" * 12 + "?" + "+x" * 11 + "+", " " * 24 + "^"]


def test_a_symbol_of_the_page_comes_before_functions_and_constants() -> None:
    space = Space(dict.fromkeys(("e", "log", "sigma", "x"), (0.5, 2.0)))
    assert str(space.formula("e log(x) sigma x")) == "e*log*x*sigma*x"
    assert space.formula("e^2").symbols == {"e"}


def test_errors_list_the_symbols_as_the_page_spells_them() -> None:
    with pytest.raises(FormulaError, match="the symbols are I, S"):
        SIGMOID.spelled({"I": "x"}).read("z")


def test_two_symbols_that_differ_in_case_are_never_mixed_up() -> None:
    space = Space({"h_1": (0.5, 2.0), "H_1": (0.5, 2.0)})
    assert str(space.formula("h1 H1")) == "h_1*H_1"
