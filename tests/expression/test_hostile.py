"""Texts from strangers: a FormulaError or readings, whatever is written."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.expression.spaces import BPTT, BPTT_KEY, PLAIN, RNN

from grader.expression import FormulaError, Reading, Space, symbols

PIECES = (
    "a x y W h_1 h1 h_{2} ( ) [ ] { } + - * / ^ ** = . , ; ' | _ 0 1 2.5 1e9 1e308 e pi tanh exp log sqrt sigma "
    "\\frac \\left \\right \\cdot \\sigma \\text{ \\ $ ~ ² ₁ ½ ⁻ ˣ ᵀ − · × √ σ γ 〖 \u202e \u0308 \u0000 \ud800 😀"
)
ALPHABET = st.sampled_from([*PIECES.split(" "), " "])
HOSTILE = {
    "python": "__import__('os').system('true')",
    "tower of numbers": "9^9^9^9",
    "tower": "x^" * 38 + "x",
    "long tower": "x^" * 200 + "x",
    "minus signs": "-" * 50_000,
    "minus signs that fit": "-" * 400 + "x",
    "brackets": "(" * 20_000,
    "brackets that fit": "(" * 39 + "x" + ")" * 39,
    "brackets too deep": "(" * 200 + "x" + ")" * 200,
    "digits": "9" * 10**6,
    "digits that fit": "9" * 1_999,
    "small digits": "." + "0" * 1_998,
    "marks from right to left": "\u202e" * 1_999 + "x",
    "nothing": "\0" * 100,
    "surrogates": "\ud800" * 2_000,
    "zalgo": "x" + "\u0308\u0489" * 900,
    "emoji": "👩‍👩‍👧‍👦" * 250,
    "one character that is many": "ﷺ" * 2_000,
    "fractions": r"\frac{1}{" * 38 + "x" + "}" * 38,
    "fractions too deep": r"\frac{1}{" * 150 + "x" + "}" * 150,
    "functions": "exp " * 38 + "x",
    "functions too deep": "exp " * 300 + "x",
    "doubts": "tanh x a^b c/d y+" * 40 + "x",
    "more doubts": "1/2x tanh a b/y^2 c/2d+" * 24 + "x",
    "dresses": r"\text{" * 300,
    "dresses in dresses": r"\mathbf{\text{" * 70 + "x" + "}}" * 70,
    "open indices": "h_{" + " " * 1_990 + "1}",
    "equals": "x=" * 999 + "x",
    "asides": ",{" * 990 + "=x",
    "points": ". " * 999 + "x",
    "backslash and line": "\\\nx",
    "too large": "1e999",
}


def read(space: Space, text: str) -> tuple[tuple[Reading, ...], FormulaError | None]:
    try:
        return space.read(text), None
    except FormulaError as error:
        return (), error


def answered(space: Space, text: str) -> None:
    """Reads and compares as marking does."""
    key = BPTT_KEY if space is BPTT else symbols("x")[0]
    readings, refused = read(space, text)
    if refused is not None:
        assert str(refused).encode("utf-8").count(b"\n") in {0, 2}
        assert refused.column is None or 1 <= refused.column <= len(text) + 1
    for reading in readings:
        space.compare(reading.formula, key)
        if len(text) < 40:
            assert str(space.formula(str(reading.formula))) == str(reading.formula)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_read_or_refused_in_little_memory(text: str) -> None:
    answered(PLAIN, "x")
    tracemalloc.start()
    try:
        answered(PLAIN, text)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "text",
    ["9^9^9^9", "1e308*10", "1/0", "0^0", "0/0", "(-8)^(1/3)", "log(0)", "log(-1)", "exp(1e9)", "sqrt(-x)", "artanh 2"],
)
def test_what_has_no_finite_value_is_read_and_compared_without_warnings(text: str) -> None:
    x = symbols("x")[0]
    assert PLAIN.compare(PLAIN.formula(text), x).verdict == "different"


@settings(max_examples=400, deadline=2000)
@given(st.text(max_size=300), st.sampled_from([PLAIN, RNN]))
def test_any_text_is_read_or_refused(text: str, space: Space) -> None:
    answered(space, text)


@settings(max_examples=600, deadline=2000)
@given(st.lists(ALPHABET, max_size=120).map("".join), st.sampled_from([PLAIN, RNN, BPTT]))
@example("\ud800", PLAIN)
def test_any_text_of_pieces_of_formulas_is_read_or_refused(text: str, space: Space) -> None:
    answered(space, text)


@settings(max_examples=60, deadline=2000)
@given(st.lists(ALPHABET, min_size=1, max_size=6).map("".join), st.integers(1, 600))
def test_any_piece_repeated_is_read_or_refused(piece: str, times: int) -> None:
    answered(PLAIN, (piece * times)[:2000])
