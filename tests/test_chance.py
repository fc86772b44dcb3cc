from __future__ import annotations

import hashlib
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.chance import Stream, digest, strong_seed


def test_the_same_names_give_the_same_draws_in_every_release() -> None:
    stream = Stream("42", "hw4", "s001", "lstm")
    assert [stream.below(1000) for _ in range(6)] == [746, 659, 702, 906, 475, 267]
    assert [stream.integer(-3, 3) for _ in range(6)] == [-3, 1, -3, -1, -1, -3]
    assert [stream.decimal(-1, 1, 2) for _ in range(4)] == [0.56, -0.91, -0.14, -0.34]
    assert stream.shuffled("abcdef") == ["e", "d", "f", "b", "a", "c"]
    assert stream.sample(range(10), 3) == [7, 5, 1]
    assert stream.below(2**63) == 5978237890523494767


def test_names_are_hashed_as_a_json_list() -> None:
    assert digest("42", "hw4") == hashlib.sha256(b'["42", "hw4"]').digest()
    assert digest("ø") == hashlib.sha256(b'["\\u00f8"]').digest()


def test_names_do_not_run_together() -> None:
    assert len({digest("ab", "c"), digest("a", "bc"), digest("abc"), digest("abc", ""), digest("", "abc")}) == 5


def test_streams_of_different_names_share_nothing() -> None:
    names = [(seed, "hw4", student, question) for seed in ("42", "43") for student in ("s1", "s2") for question in "ab"]
    draws = [[stream.below(2**60) for _ in range(100)] for stream in (Stream(*name) for name in names)]
    assert len({word for stream in draws for word in stream}) == 800


def test_neighbouring_seeds_are_as_different_as_any() -> None:
    first = [Stream(str(seed)).below(1000) for seed in range(501)]
    assert abs(np.corrcoef(first[:-1], first[1:])[0, 1]) < 0.15


def test_draws_are_roughly_uniform() -> None:
    stream, n = Stream("uniform"), 12_000
    counts = Counter(stream.below(12) for _ in range(n))
    square = sum((counts[k] - 1000) ** 2 / 1000 for k in range(12))
    assert set(counts) == set(range(12))
    assert square < 31.3  # the 0.1 % point of chi squared with 11 degrees of freedom


def test_both_ends_are_drawn() -> None:
    stream = Stream("ends")
    assert {stream.integer(-1, 1) for _ in range(100)} == {-1, 0, 1}
    assert {stream.decimal(-0.1, 0.1, 1) for _ in range(100)} == {-0.1, 0.0, 0.1}
    assert {stream.integer(7, 7) for _ in range(10)} == {7}


@given(st.integers(1, 2**64), st.integers(0, 99))
def test_a_draw_below_n_is_below_n(n: int, seed: int) -> None:
    assert 0 <= Stream(str(seed)).below(n) < n


@given(st.integers(-500, 500), st.integers(0, 500), st.integers(0, 4), st.integers(0, 99))
def test_a_decimal_is_the_double_that_its_print_reads_back_as(low: int, width: int, places: int, seed: int) -> None:
    a, b = low / 10**places, (low + width) / 10**places
    value = Stream(str(seed)).decimal(a, b, places)
    assert a <= value <= b
    assert float(f"{value:.{places}f}") == value


def test_an_array_is_drawn_row_by_row() -> None:
    flat = Stream("array").decimals(-1, 1, 2, 6)
    table = Stream("array").decimals(-1, 1, 2, 2, 3)
    assert table.tolist() == [flat[:3].tolist(), flat[3:].tolist()]


@given(st.lists(st.integers(), unique=True, max_size=12), st.integers(0, 99))
def test_shuffling_loses_and_adds_nothing(items: list[int], seed: int) -> None:
    before = list(items)
    assert sorted(Stream(str(seed)).shuffled(items)) == sorted(items)
    assert items == before


def test_every_order_is_as_likely() -> None:
    stream = Stream("orders")
    counts = Counter("".join(stream.shuffled("abc")) for _ in range(6000))
    assert len(counts) == 6
    assert sum((n - 1000) ** 2 / 1000 for n in counts.values()) < 20.5  # 0.1 % point, 5 degrees of freedom


def test_a_sample_holds_different_items() -> None:
    stream = Stream("sample")
    for _ in range(50):
        assert len(set(stream.sample(range(10), 4))) == 4


def test_a_strong_seed_has_128_bits_and_is_new_each_time() -> None:
    seeds = {strong_seed() for _ in range(100)}
    assert len(seeds) == 100
    assert all(len(seed) == 32 and int(seed, 16) >= 0 for seed in seeds)


@pytest.mark.parametrize("n", [3, 5, 6, 7, 10, 1000])
def test_no_number_is_favoured_by_the_remainder(n: int) -> None:
    """2^64 is no multiple of n: the words beyond the last multiple must be drawn again."""
    stream = Stream("rejection")
    stream._buffer = [2**64 - 1, 2**64 - 2, 5]
    stream._buffer.reverse()
    last = 2**64 - 2**64 % n
    expected = next(word for word in (2**64 - 1, 2**64 - 2, 5) if word < last) % n
    assert stream.below(n) == expected
