"""Work spread over processes gives what one process gives, in the same order, and ends when it must."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

import pytest

from grader.engine import AHEAD, BATCH, Engine, Work, refuse
from grader.errors import CourseError, GraderError
from grader.places import ENDED, SLOW


def squares(numbers: Sequence[int]) -> list[int]:
    return [number * number for number in numbers]


def powers(exponent: int, numbers: Sequence[int]) -> list[int]:
    return [number**exponent for number in numbers]


def slow_when_first(numbers: Sequence[int]) -> list[int]:
    time.sleep(0.3 if 0 in numbers else 0)
    return list(numbers)


def processes(numbers: Sequence[int]) -> list[int]:
    return [os.getpid() for _ in numbers]


def refusing(numbers: Sequence[int]) -> list[int]:
    if 20 in numbers:
        raise CourseError("twenty is too much", file="hw.yaml", line=3)
    return list(numbers)


def dying(numbers: Sequence[int]) -> list[int]:
    if 20 in numbers:
        os.kill(os.getpid(), signal.SIGKILL)
    return list(numbers)


def hanging(numbers: Sequence[int]) -> list[int]:
    if 20 in numbers:
        time.sleep(600)
    return list(numbers)


def gone_once(folder: Path, numbers: Sequence[int]) -> list[int]:
    """Kills its process once, as somebody from outside would."""
    seen = folder / "killed"
    if 20 in numbers and not seen.exists():
        seen.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return list(numbers)


def never(number: int, why: str) -> int:
    refuse(f"number {number}", why)


def told(number: int, why: str) -> str:
    return f"{number} {why}"


def results(workers: int | None, work: Work[int, int], count: int, enough: int = 1) -> list[int]:
    with Engine(workers) as engine:
        return list(engine.map(work, range(count), count, enough=enough, lost=never))


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_any_number_of_processes_gives_the_same_results_in_the_items_order(workers: int) -> None:
    assert results(workers, squares, 61) == [k * k for k in range(61)]


def test_a_batch_that_takes_longer_changes_no_order() -> None:
    assert results(2, slow_when_first, 40) == list(range(40))


def test_what_all_batches_share_is_bound_to_the_function() -> None:
    assert results(2, partial(powers, 3), 20) == [k**3 for k in range(20)]


def test_one_worker_is_this_process() -> None:
    assert set(results(1, processes, 30)) == {os.getpid()}


def test_several_workers_are_other_processes() -> None:
    assert os.getpid() not in results(2, processes, 30)


def test_little_work_starts_no_process_unless_asked_to() -> None:
    assert set(results(None, processes, 30, enough=31)) == {os.getpid()}


def test_no_items_are_no_results() -> None:
    assert results(2, squares, 0) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_reaches_the_caller_as_itself(workers: int) -> None:
    with pytest.raises(CourseError) as caught:
        results(workers, refusing, 40)
    assert (str(caught.value), caught.value.line) == ("hw.yaml, line 3: twenty is too much", 3)


@pytest.mark.parametrize("workers", [1, 2])
def test_results_before_an_error_are_given_out(workers: int) -> None:
    with Engine(workers) as engine:
        found = engine.map(refusing, range(40), 40, enough=1, lost=never)
        assert list(islice(found, 16)) == list(range(16))
        with pytest.raises(CourseError):
            next(found)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
class TestLostWorkers:
    def test_an_item_that_no_process_survives_is_found_out_and_all_others_are_done(self) -> None:
        with Engine(2) as engine:
            found = list(engine.map(dying, range(60), 60, enough=1, lost=told))
        assert found == [k if k != 20 else f"20 {ENDED}" for k in range(60)]

    def test_several_of_them_are_found_in_one_run(self) -> None:
        with Engine(2) as engine:
            every = [20, 1, 2, 20, *range(30, 50), 20]
            found = list(engine.map(dying, every, len(every), enough=1, lost=told))
        assert found == [k if k != 20 else f"20 {ENDED}" for k in every]

    def test_a_worker_that_was_killed_from_outside_costs_no_item(self, tmp_path: Path) -> None:
        with Engine(2) as engine:
            assert list(engine.map(partial(gone_once, tmp_path), range(60), 60, enough=1, lost=never)) == list(
                range(60)
            )

    def test_where_nothing_can_be_left_out_the_item_is_named(self) -> None:
        with pytest.raises(GraderError, match=r"number 20 ended the process .* What is done is kept"):
            results(2, dying, 40)

    @pytest.mark.parametrize("workers", [1, 2])
    def test_an_item_that_takes_for_ever_is_given_up(self, workers: int) -> None:
        with Engine(workers, deadline=1) as engine:
            found = list(engine.map(hanging, range(30), 30, enough=1, lost=told))
        assert found == [k if k != 20 else f"20 {SLOW}" for k in range(30)]


def test_an_engine_works_on_after_an_error() -> None:
    with Engine(2) as engine:
        with pytest.raises(CourseError):
            list(engine.map(refusing, range(40), 40, enough=1, lost=never))
        assert list(engine.map(squares, range(20), 20, enough=1, lost=never)) == [k * k for k in range(20)]


def test_items_are_taken_as_there_is_room_for_them() -> None:
    """However many there are: a million papers must not wait in memory."""
    taken = 0

    def counted() -> Iterator[int]:
        nonlocal taken
        for k in range(1000):
            taken += 1
            yield k

    with Engine(2) as engine:
        found = engine.map(squares, counted(), 1000, enough=1, lost=never)
        assert next(found) == 0
        assert taken <= 2 * AHEAD * BATCH
        assert list(found)[-1] == 999**2


MAIN = """
import signal
from sleeper import sleep
from grader.engine import Engine, refuse
if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    with Engine(2) as engine:
        list(engine.map(sleep, range(100), 100, enough=1, lost=refuse))
"""
SLEEPER = """
import os, pathlib, time
def sleep(numbers):
    pathlib.Path(__file__).with_name(f"{os.getpid()}.pid").touch()
    time.sleep(60)
    return numbers
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as POSIX knows them")
@pytest.mark.parametrize("how", ["SIGINT", "SIGKILL"])
def test_an_interrupted_run_ends_at_once_and_leaves_no_process(how: str, tmp_path: Path) -> None:
    (tmp_path / "sleeper.py").write_text(SLEEPER)
    (tmp_path / "main.py").write_text(MAIN)
    run = subprocess.Popen([sys.executable, tmp_path / "main.py"], stderr=subprocess.PIPE)
    until(lambda: len(list(tmp_path.glob("*.pid"))) == 2)
    run.send_signal(signal.Signals[how])
    _, said = run.communicate(timeout=20)  # returns when nobody holds the pipe any more, the workers included
    assert run.returncode != 0
    assert said.count(b"Traceback") == (how == "SIGINT")  # this process's own, and none of its workers'


def until(condition: Callable[[], bool]) -> None:
    for _ in range(200):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("nothing happened for twenty seconds")
