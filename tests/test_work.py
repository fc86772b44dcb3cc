from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.work import Mistaken, Pinned, Reference, Step, StopPass, Work, everything


def solve(work: Work) -> float:
    """a = 3, b = a², c = a + b; b can be made as 2a, c as a - b."""
    a = work.step("a", 3.0)
    b = work.step("b", a * a, "a^2", doubled=2 * a)
    return work.step("c", a + b, "a + b", doubled=lambda: 2 * a + 2 * b, subtracted=lambda: a - b)


def made(work: Work) -> dict[str, Any]:
    solve(work)
    return {name: step.value for name, step in work.steps.items()}


def test_the_reference_goes_on_with_the_right_values() -> None:
    work = Reference()
    assert made(work) == {"a": 3, "b": 9, "c": 12}
    assert work.steps["b"] == Step("b", 9.0, "a^2", {}, ("doubled",))
    assert work.steps["c"].knows == ("doubled", "subtracted")


def test_mistakes_are_evaluated_only_where_wanted() -> None:
    def fails() -> float:
        raise AssertionError("nobody asked")

    Reference().step("a", 1.0, "", unwanted=fails)
    work = Reference(lambda name, _value, _mistakes: ["subtracted"] if name == "c" else [])
    solve(work)
    assert (work.steps["b"].mistakes, work.steps["c"].mistakes) == ({}, {"subtracted": -6})
    work = Reference(everything)
    solve(work)
    assert work.steps["b"].mistakes == {"doubled": 6}
    assert work.steps["c"].mistakes == {"doubled": 24, "subtracted": -6}


def test_a_step_cannot_be_made_twice() -> None:
    work = Reference()
    work.step("a", 1.0)
    with pytest.raises(ValueError, match="the step 'a' is made twice"):
        work.step("a", 1.0)


def test_a_pinned_step_is_what_the_later_ones_are_computed_from() -> None:
    work = Pinned(lambda step: (4.0, np.array(False)) if step.name == "a" else None)
    assert made(work) == {"a": 3, "b": 16, "c": 20}
    assert not work.is_right("a").item()
    assert work.is_right("b").item()


def test_the_value_recorded_for_a_pinned_step_is_what_it_should_be() -> None:
    work = Pinned(lambda step: (10.0, np.array(False)) if step.name == "b" else None)
    assert made(work) == {"a": 3, "b": 9, "c": 13}


def test_right_entries_of_a_pinned_array_are_known_one_by_one() -> None:
    def pin(_step: Step) -> tuple[Any, Any]:
        return np.array([1.0, 5.0]), np.array([True, False])

    work = Pinned(pin)
    assert work.step("a", np.array([1.0, 2.0])).tolist() == [1, 5]
    assert work.is_right("a").tolist() == [True, False]


def test_who_believes_in_a_mistake_makes_it_at_every_step_that_knows_it() -> None:
    assert made(Mistaken("doubled")) == {"a": 3, "b": 6, "c": 2 * 3 + 2 * 6}
    assert made(Mistaken("subtracted")) == {"a": 3, "b": 9, "c": -6}
    assert made(Mistaken("unknown")) == {"a": 3, "b": 9, "c": 12}


def test_a_mistake_that_gives_the_right_entry_leaves_it_right() -> None:
    work = Mistaken("swapped")
    work.step("a", np.array([1.0, 2.0, 1.0]), "", swapped=lambda: np.array([2.0, 2.0, 1.0]))
    assert work.is_right("a").tolist() == [False, True, True]


def test_a_watcher_sees_each_step_as_it_is_made_and_can_stop_the_pass() -> None:
    seen = []

    def watch(step: Step) -> None:
        seen.append((step.name, step.value))
        if step.name == "b":
            raise StopPass

    with pytest.raises(StopPass):
        solve(Mistaken("doubled", watch))
    assert seen == [("a", 3), ("b", 6)]
