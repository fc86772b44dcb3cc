from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers import marked, mistaken, rules_of, solution, values, verdicts

from grader.template import GivensError
from grader.templates.minibatch_schedule import TEMPLATE, ScheduleParameters

NAME = "minibatch_schedule"
RAW: dict[str, Any] = dict(samples=1000, batch=64, epochs=5, base_batch=256, base_rate=0.2)


def test_an_example_by_hand() -> None:
    """15 batches of 64 are 960 samples; 40 are left for a sixteenth step."""
    assert values(solution(NAME, RAW)) == dict(steps_per_epoch=16, steps=80, last_batch=40, scaled_rate=0.05)


@given(st.integers(1, 400), st.integers(1, 60), st.integers(1, 9), st.integers(1, 60), st.floats(0.001, 2))
def test_steps_are_counted_batch_by_batch(N: int, B: int, E: int, B_0: int, rate: float) -> None:
    found = values(solution(NAME, dict(samples=N, batch=B, epochs=E, base_batch=B_0, base_rate=rate)))
    batches = [range(N)[first : first + B] for _ in range(E) for first in range(0, N, B)]
    assert found["steps"] == len(batches)
    assert found["steps_per_epoch"] * E == len(batches)
    assert found["last_batch"] == len(batches[-1])
    assert found["scaled_rate"] / B == pytest.approx(rate / B_0, rel=1e-12)


def test_every_mistake_is_its_formula() -> None:
    steps = solution(NAME, RAW)
    expected: dict[str, dict[str, float]] = {
        "last_batch_dropped": {"steps_per_epoch": 15, "last_batch": 64},
        "epochs_left_out": {"steps": 16},
        "rate_not_scaled": {"scaled_rate": 0.2},
        "rate_scaled_inversely": {"scaled_rate": 0.8},
    }
    for name, value in expected.items():
        assert mistaken(steps, name) == pytest.approx(value, rel=1e-12)
    assert set(expected) == set(TEMPLATE.mistakes)


def existing(**change: Any) -> set[str]:
    p, q = TEMPLATE.read(ScheduleParameters(), {**RAW, **change})
    return {name for name, mistake in TEMPLATE.mistakes.items() if mistake.exists(p, q)}


def test_mistakes_exist_where_they_change_something() -> None:
    assert existing() == set(TEMPLATE.mistakes)
    assert existing(samples=640) == set(TEMPLATE.mistakes) - {"last_batch_dropped"}
    assert existing(epochs=1) == set(TEMPLATE.mistakes) - {"epochs_left_out"}
    assert existing(base_batch=64) == {"last_batch_dropped", "epochs_left_out"}


def test_steps_follow_from_a_last_batch_dropped() -> None:
    """The part rate of a mistake is nothing for whole numbers; what follows from it is worth all."""
    written = {"steps_per_epoch": "15", "steps": "75", "last_batch": "40", "scaled_rate": "0.8"}
    found = marked(rules_of(NAME), RAW, written)
    assert verdicts(found) == dict(
        steps_per_epoch="mistake", steps="follows", last_batch="right", scaled_rate="mistake"
    )
    assert found["steps_per_epoch"].mistakes == ("last_batch_dropped",)
    assert found["scaled_rate"].mistakes == ("rate_scaled_inversely",)


def test_whole_numbers_may_be_written_with_a_point() -> None:
    assert values(solution(NAME, {**RAW, "samples": 1000.0}))["steps"] == 80


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"samples": 10.5}, "samples must be a whole number of at least 1, not 10.5"),
        ({"batch": 0}, "batch must be a whole number of at least 1, not 0"),
        ({"epochs": "x"}, "epochs must be a whole number"),
        ({"base_rate": 0}, "base_rate must be above 0, not 0"),
        ({"rate": 1}, "unknown given 'rate'"),
    ],
)
def test_givens_that_cannot_be_read_say_why(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GivensError, match=sentence):
        TEMPLATE.read(ScheduleParameters(), {**RAW, **change})
    with pytest.raises(GivensError, match="batch is missing"):
        TEMPLATE.read(ScheduleParameters(), {"samples": 10})
