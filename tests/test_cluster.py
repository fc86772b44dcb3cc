"""A Dask cluster gives the same bytes as one process, and loses nothing when a part of it goes away."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

import pytest

from grader.cluster import Cluster
from grader.engine import Engine
from grader.errors import GraderError
from grader.places import ENDED, SLOW
from tests.course_folder import LSTM, Folder, course
from tests.test_engine import told

pytest.importorskip("distributed")
STUDENTS = tuple(f"s{k:03}" for k in range(1, 13))


def handed_in(root: Path) -> Folder:
    folder = course(root, students=STUDENTS)
    for student in STUDENTS[::2]:
        folder.sheet(student, {"lstm": {**LSTM, "c_1": "0.7" + student[-1]}})
    return folder


def made(folder: Folder, *options: str) -> dict[str, bytes]:
    assert folder.run("generate", "--seed", "42", *options).code == 0
    assert folder.run("grade", "submissions", *options).code == 0
    return folder.snapshot("issued", "reports")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return made(handed_in(tmp_path_factory.mktemp("alone")), "--workers", "1")


@pytest.mark.parametrize("shared", [(), ("--shared-folder",)])
def test_every_file_is_the_same_as_from_one_process(
    shared: tuple[str, ...], alone: dict[str, bytes], tmp_path: Path
) -> None:
    spread = made(handed_in(tmp_path), "--cluster", "local", "--workers", "2", *shared)
    assert spread.keys() == alone.keys()
    assert [name for name in alone if spread[name] != alone[name]] == []


class Machines:
    """A scheduler and two workers, each a process of its own as on other machines, in an empty folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.processes = folder, list[subprocess.Popen[str]]()
        self.scheduler = self.start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show")
        assert self.scheduler.stderr is not None
        found = (re.search(r"tcp://127\.0\.0\.1:\d+", line) for line in self.scheduler.stderr)
        self.address = next(match.group() for match in found if match)

    def start(self, *what: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "distributed.cli.dask_" + what[0], *what[1:]]
        here = os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])  # what the tests give it to do
        environment = {**os.environ, "PYTHONPATH": here}
        run = subprocess.Popen(command, cwd=self.folder, stderr=subprocess.PIPE, text=True, env=environment)
        self.processes.append(run)
        return run

    def worker(self) -> subprocess.Popen[str]:
        options = ("--nworkers", "1", "--nthreads", "1", "--no-dashboard")
        return self.start("worker", self.address, *options)


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    there = Machines(tmp_path)
    yield there
    for process in there.processes:
        process.kill()
        process.communicate()


def slowly(numbers: Sequence[int]) -> list[int]:
    time.sleep(0.02 * len(numbers))
    return list(numbers)


def ill(how: str, numbers: Sequence[int]) -> list[int]:
    """20 ends its worker, or never ends."""
    if 20 in numbers and how == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
    if 20 in numbers:
        time.sleep(600)
    return list(numbers)


@pytest.mark.parametrize(("how", "why"), [("dies", ENDED), ("hangs", SLOW)])
def test_an_item_that_no_worker_survives_is_found_out_and_all_others_are_done(
    how: str, why: str, machines: Machines
) -> None:
    machines.worker()
    with Engine(away=Cluster(machines.address, 1), deadline=3) as engine:
        found = list(engine.map(partial(ill, how), range(16, 32), 16, enough=1, lost=told))
    assert found == [k if k != 20 else f"20 {why}" for k in range(16, 32)]


def test_a_worker_that_goes_away_costs_nothing(machines: Machines) -> None:
    machines.worker()
    second = machines.worker()
    with Engine(away=Cluster(machines.address, 1)) as engine:
        found = []
        for number in engine.map(slowly, range(200), 200, enough=1, lost=told):
            found.append(number)
            if len(found) == 40:
                second.kill()
    assert found == list(range(200))


def test_a_scheduler_that_goes_away_is_a_sentence_that_says_what_to_do(machines: Machines) -> None:
    machines.worker()
    with Engine(away=Cluster(machines.address, 1), deadline=3) as engine:
        found = engine.map(slowly, range(2000), 2000, enough=1, lost=told)
        assert list(islice(found, 40)) == list(range(40))
        machines.scheduler.kill()
        with pytest.raises(GraderError, match=r"no cluster at tcp://.*What is done is kept: run the command again"):
            list(found)


def test_where_nobody_is_the_address_is_told() -> None:
    with Engine(away=Cluster("tcp://127.0.0.1:9", 1)) as engine:
        found = engine.map(slowly, range(8), 8, enough=1, lost=told)
        with pytest.raises(GraderError, match=r"there is no cluster at tcp://127\.0\.0\.1:9 "):
            list(found)


@pytest.mark.parametrize("address", ["", "foo", "tcp://", "http://host/x", "Local"])
def test_what_is_no_address_is_told_at_once(address: str) -> None:
    with pytest.raises(GraderError, match="is no address of a scheduler: write one like tcp://host:8786, or local"):
        Cluster(address, 1)
