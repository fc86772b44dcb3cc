from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.sheets.numbers import read_number
from grader.tolerance import EXACT, Digits, Tolerance, shortened

DEFAULT = Tolerance(absolute=0.0005, relative=0.01)


def accepts(tolerance: Tolerance, text: str, key: float) -> bool:
    return tolerance.accepts(read_number(text), key)


@pytest.mark.parametrize(
    ("tolerance", "key", "on_the_bound", "beyond"),
    [
        (Tolerance(absolute=0.1), 0.1 + 0.2, "0.4", "0.4000000001"),
        (Tolerance(absolute=0.1), 0.1 + 0.2, "0.2", "0.1999999999"),
        (Tolerance(absolute=0.3), 0.1, "0.4", "0.4000000001"),
        (Tolerance(relative=0.1), 0.7, "0.77", "0.7700000001"),
        (Tolerance(relative=0.01), -4.35, "-4.3935", "-4.3935000001"),
        (Tolerance(absolute=0.0005, relative=0.01), 0.35, "0.354", "0.3540000001"),
        (Tolerance(absolute=0.0005, relative=0.01), 0.35, "0.346", "0.3459999999"),
        (Tolerance(decimals=2), 1.1, "1.11", "1.1100000001"),
        (Tolerance(decimals=2), 1.1, "1.09", "1.0899999999"),
        (Tolerance(decimals=0), 9.0, "10", "10.000000001"),
        (Tolerance(significant=2), 0.29, "0.30", "0.3000000001"),
        (Tolerance(significant=2), 290.0, "300", "300.00001"),
        (Tolerance(significant=3), 99.9, "100", "100.00001"),
        (Tolerance(absolute=0.05), 1 / 3, "0.383333333333", "0.38333333333333"),
    ],
)
def test_an_answer_on_the_bound_is_right_and_one_beyond_is_not(
    tolerance: Tolerance, key: float, on_the_bound: str, beyond: str
) -> None:
    assert accepts(tolerance, on_the_bound, key)
    assert not accepts(tolerance, beyond, key)


def test_binary_arithmetic_would_say_otherwise() -> None:
    assert abs(0.4 - (0.1 + 0.2)) <= 0.1
    assert not abs(0.77 - 0.7) <= 0.1 * 0.7
    assert not abs(1.11 - 1.1) <= 0.01


cents = st.integers(-99999, 99999).map(lambda n: Decimal(n) / 100)


@given(cents, st.integers(1, 9999).map(lambda n: Decimal(n) / 10000), st.sampled_from([-1, 1]))
def test_absolute_bounds_are_inclusive_for_every_decimal(key: Decimal, absolute: Decimal, side: int) -> None:
    tolerance = Tolerance(absolute=float(absolute))
    bound = key + side * absolute
    assert accepts(tolerance, f"{bound:f}", float(key))
    assert not accepts(tolerance, f"{bound + side * Decimal('0.00001'):f}", float(key))


@given(cents, st.integers(1, 99), st.sampled_from([-1, 1]))
def test_relative_bounds_are_inclusive_for_every_decimal(key: Decimal, percent: int, side: int) -> None:
    tolerance = Tolerance(relative=percent / 100)
    bound = key + side * abs(key) * percent / 100
    assert accepts(tolerance, f"{bound:f}", float(key))
    assert not accepts(tolerance, f"{bound + side * Decimal('0.00001'):f}", float(key))


@given(cents, st.integers(0, 6), st.sampled_from([-1, 1]))
def test_one_unit_of_the_last_decimal_is_right_and_more_is_not(key: Decimal, d: int, side: int) -> None:
    tolerance = Tolerance(decimals=d)
    bound = key + side * Decimal(1).scaleb(-d)
    assert accepts(tolerance, f"{bound:f}", float(key))
    assert not accepts(tolerance, f"{bound + side * Decimal('0.0000001'):f}", float(key))


@given(st.decimals(-(10**6), 10**6, places=9).map(float), st.floats(1e-5, 100), st.floats(0, 0.9))
def test_the_key_itself_is_always_right(key: float, absolute: float, relative: float) -> None:
    for tolerance in (Tolerance(absolute, relative), Tolerance(decimals=3), Tolerance(significant=3)):
        assert accepts(tolerance, repr(key), key)


def test_at_zero_a_relative_tolerance_leaves_no_room() -> None:
    for tolerance in (Tolerance(relative=0.5), Tolerance(significant=3)):
        assert accepts(tolerance, "0", 0.0)
        assert accepts(tolerance, "-0.0", 0.0)
        assert not accepts(tolerance, "0.0000001", 0.0)


def test_exact_takes_other_spellings_of_the_same_number_only() -> None:
    assert accepts(EXACT, "9", 9)
    assert accepts(EXACT, "9.0", 9)
    assert accepts(EXACT, "9e0", 9)
    assert accepts(EXACT, "18/2", 9)
    assert not accepts(EXACT, "9.5", 9)
    assert not accepts(EXACT, "10", 9)


def test_however_fine_the_tolerance_the_key_with_all_its_digits_is_right() -> None:
    for tolerance in (Tolerance(), EXACT, Tolerance(decimals=12), Tolerance(absolute=1e-15)):
        assert accepts(tolerance, "0.3333333333333333", 1 / 3)
    assert accepts(Tolerance(decimals=9), "12345.678901234", 12345.678901234)


def test_a_fraction_is_compared_as_the_fraction_that_it_is() -> None:
    assert accepts(Tolerance(decimals=12), "1/3", 1 / 3)
    assert accepts(Tolerance(absolute=1e-12), "2/3", 2 / 3)
    assert not accepts(DEFAULT, "1/3", 0.34)


def test_nothing_is_close_to_what_is_not_finite() -> None:
    assert not accepts(DEFAULT, "1", float("nan"))
    assert not accepts(DEFAULT, "1", float("inf"))
    assert not accepts(Tolerance(significant=2), "1", float("inf"))


def test_computed_numbers_are_close_with_some_slack_in_the_last_bit() -> None:
    assert Tolerance(absolute=0.1).close(0.4, 0.1 + 0.2)
    assert Tolerance(relative=0.1).close(0.77, 0.7)
    assert not Tolerance(relative=0.1).close(0.7700001, 0.7)
    assert DEFAULT.close(0.9, 1.0, times=10)
    assert not DEFAULT.close(0.9, 1.0, times=9)


@pytest.mark.parametrize(
    ("tolerance", "digits"),
    [
        # half a unit of the last decimal fits the tolerance of the smallest value let through (ten times the absolute)
        (DEFAULT, Digits(decimals=3)),  # 0.005: tolerance 0.00055 ≥ 0.0005
        (Tolerance(absolute=0.0005), Digits(decimals=3)),
        (Tolerance(absolute=0.0004), Digits(decimals=4)),
        (Tolerance(absolute=0.0004, relative=0.025), Digits(decimals=3)),  # 0.004: 0.0004 + 0.0001
        (Tolerance(absolute=0.5), Digits(decimals=0)),
        (Tolerance(absolute=0.05, relative=0.01), Digits(decimals=1)),
        (Tolerance(decimals=3), Digits(decimals=3)),
        (Tolerance(decimals=0), Digits(decimals=0)),
        (Tolerance(significant=3), Digits(significant=3)),
        (Tolerance(relative=0.01), Digits(significant=3)),  # ½·10⁻² = 0.005 ≤ 0.01 < ½·10⁻¹
        (Tolerance(relative=0.05), Digits(significant=2)),
        (Tolerance(relative=0.005), Digits(significant=3)),
        (Tolerance(relative=0.0049), Digits(significant=4)),
        (EXACT, Digits()),
    ],
    ids=str,
)
def test_the_digits_asked_for_follow_from_the_tolerance(tolerance: Tolerance, digits: Digits) -> None:
    assert tolerance.digits == digits


@given(st.integers(1, 9999), st.integers(0, 200), st.decimals(0, 1000, places=9).map(float))
def test_rounding_to_the_digits_asked_for_is_always_right(absolute: int, relative: int, above: float) -> None:
    """Every value that is large enough to be issued."""
    tolerance = Tolerance(absolute / 10000, relative / 1000)
    value = 10 * tolerance.floor + above
    assert accepts(tolerance, f"{value:.{tolerance.digits.decimals}f}", value)


@pytest.mark.parametrize(
    ("digits", "words"),
    [
        (Digits(decimals=3), "at least 3 decimals"),
        (Digits(decimals=1), "at least 1 decimal"),
        (Digits(significant=3), "at least 3 significant digits"),
        (Digits(significant=1), "at least 1 significant digit"),
        (Digits(), "exactly"),
    ],
    ids=str,
)
def test_the_digits_in_words(digits: Digits, words: str) -> None:
    assert digits.words() == words


@pytest.mark.parametrize(
    ("tolerance", "words"),
    [
        (DEFAULT, "may differ by 1 % of the exact value plus 0.0005"),
        (Tolerance(relative=0.025), "may differ by 2.5 % of the exact value"),
        (Tolerance(absolute=1e-7), "may differ by 0.0000001"),
        (Tolerance(decimals=3), "may differ by one unit of decimal 3 (0.001)"),
        (Tolerance(significant=2), "may differ by one unit of significant digit 2"),
        (Tolerance(), "must be exact"),
        (EXACT, "must be exact"),
    ],
    ids=str,
)
def test_the_rule_in_words(tolerance: Tolerance, words: str) -> None:
    assert tolerance.words() == words


@pytest.mark.parametrize(
    ("text", "digits", "enough"),
    [
        ("0.85", Digits(decimals=3), False),
        ("0.850", Digits(decimals=3), True),
        ("8.5e-1", Digits(decimals=3), False),
        ("1/3", Digits(decimals=3), True),
        ("0.0085", Digits(significant=3), False),
        ("0.00850", Digits(significant=3), True),
        ("7", Digits(), True),
    ],
)
def test_written_digits_are_counted_with_trailing_zeros(text: str, digits: Digits, enough: bool) -> None:
    assert digits.enough(read_number(text)) is enough


@pytest.mark.parametrize(
    ("text", "key", "coarse"),
    [
        ("0.85", 0.8519528, True),  # rounded
        ("0.96", 0.9658, True),  # cut
        ("0.97", 0.9658, True),
        ("0.86", 0.8519528, False),
        ("0.8", 0.8519528, False),  # one significant digit
        ("0.9", 0.8519528, False),
        ("0.852", 0.8519528, False),  # as many as asked
        ("-0.12", -0.1251, True),  # cut towards zero
        ("-0.13", -0.1251, True),
        ("12", 12.4, True),
        ("13", 12.4, False),
        ("1/3", 0.3333, False),
        ("0.30", 0.1 + 0.2, True),
        ("1.2e1", 12.4, True),
        ("0.85", float("inf"), False),
    ],
)
def test_fewer_digits_than_asked_are_coarse_when_rounded_or_cut(text: str, key: float, coarse: bool) -> None:
    assert shortened(read_number(text), key, Digits(decimals=3)) is coarse


def test_the_interval_is_the_key_and_the_radius_on_both_sides() -> None:
    assert Tolerance(absolute=0.5).interval(2.0) == (1.5, 2.5)
    assert Tolerance(relative=0.25).interval(-4.0) == (-5.0, -3.0)
    assert Tolerance(significant=2).interval(37.0) == (36.0, 38.0)
    assert Tolerance(decimals=1).interval(0.5) == (0.4, 0.6)
