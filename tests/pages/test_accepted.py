"""The interval of right answers as people read it."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from grader.answers import Number
from grader.pages.accepted import CLOSE, between
from grader.tolerance import Tolerance

KEYS = st.floats(-1e6, 1e6).filter(lambda a: a == 0 or abs(a) > 1e-9)
TOLERANCES = st.one_of(
    st.builds(Tolerance, absolute=st.sampled_from([0.0005, 0.01]), relative=st.sampled_from([0.0, 0.01, 0.05])),
    st.builds(Tolerance, decimals=st.integers(0, 4)),
    st.builds(Tolerance, significant=st.integers(1, 5)),
)


def ends(text: str) -> tuple[str, str]:
    low, high = text.replace("−", "-").split(" to ")
    return low, high


@given(KEYS, TOLERANCES)
@example(1 / 3, Tolerance(absolute=0.0005, relative=0.05))
def test_every_printed_end_is_accepted(key: float, tolerance: Tolerance) -> None:
    """What a page says is right must be right, also when a student writes the very end down."""
    low, high = tolerance.interval(key)
    if low < high:
        for end in ends(between(low, high)):
            assert tolerance.accepts(Number(float(end), end), key)


@given(KEYS, TOLERANCES)
def test_hardly_anything_accepted_is_left_out(key: float, tolerance: Tolerance) -> None:
    low, high = tolerance.interval(key)
    if low < high:
        bottom, top = map(Fraction, ends(between(low, high)))
        room = Fraction(CLOSE) * (Fraction(high) - Fraction(low))
        assert bottom - Fraction(low) <= room
        assert Fraction(high) - top <= room


def test_both_ends_have_the_same_decimals() -> None:
    assert between(0.60695, 0.62022) == "0.6070 to 0.6202"


def test_no_more_digits_than_are_needed() -> None:
    assert between(23.7595, 24.2405) == "23.76 to 24.24"
    assert between(99000.0005, 100999.9995) == "99010 to 100990"


def test_negative_numbers_have_a_minus_sign() -> None:
    assert between(-0.273207, -0.266807) == "−0.27320 to −0.26681"
