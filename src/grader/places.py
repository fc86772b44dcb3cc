"""Where batches are worked on: in this process, or in several here. `cluster.py` has a third.

Processes are spawned, not forked: a fork copies the locks of threads that it does not copy (numpy's among them), and
an open database. A spawned one begins empty, so functions and what they are given must pickle, as for a cluster.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from types import FrameType
from typing import ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
MOST_WORKERS = 60
"""Windows cannot wait for more processes than that."""
ENDED = "ended the process that worked on it, as where memory runs out"
SLOW = "was not done in time"


class Place(Protocol):
    """Somewhere with room for so many batches at once.

    `faults`: what a future raises whose worker was lost, and what to say of the item that was its end.
    """

    @property
    def workers(self) -> int: ...

    @property
    def faults(self) -> Mapping[type[BaseException], str]: ...

    def submit(self, work: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]: ...

    def renew(self) -> None:
        """Give up what is being worked on, and begin anew: a worker was lost, or does not end."""

    def stop(self) -> None:
        """End at once: what is being worked on is not wanted any more."""

    def close(self) -> None:
        """End when all is done."""


class Overdue(BaseException):
    """This process has worked on a batch for too long. Nothing that mends other errors is to catch it."""


class Here:
    """This process. A batch is done when it is submitted, or given up after `deadline` seconds."""

    workers = 1
    faults: Mapping[type[BaseException], str] = {Overdue: SLOW}

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline

    def submit(self, work: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        future: Future[R] = Future()
        try:
            with _alarm(self.deadline):
                future.set_result(work(*args, **kwargs))
        except (Exception, Overdue) as error:  # noqa: BLE001 - it is the future's to raise
            future.set_exception(error)
        return future

    def renew(self) -> None:
        pass

    stop = close = renew


class Processes:
    """So many processes of this machine. They start with the first batch, and serve all that follow."""

    faults: Mapping[type[BaseException], str] = {BrokenProcessPool: ENDED}

    def __init__(self, workers: int) -> None:
        self.workers = min(workers, MOST_WORKERS)
        self._pool: ProcessPoolExecutor | None = None

    def submit(self, work: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        with _interrupts_held():
            try:
                return self._started().submit(work, *args, **kwargs)
            except BrokenProcessPool as broken:  # a worker was lost between two batches
                future: Future[R] = Future()
                future.set_exception(broken)
                return future

    def _started(self) -> Executor:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.workers, mp_context=context, initializer=_begin)
        return self._pool

    def stop(self) -> None:
        if self._pool is None:
            return
        processes = list((self._pool._processes or {}).values())  # noqa: SLF001 - public from Python 3.14 on
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.kill()
        self._pool = None

    renew = stop

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Raises Overdue in what is done meanwhile, where the system has such alarms; they reach the main thread alone."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _ring(_signal: int, _frame: FrameType | None) -> None:
    raise Overdue


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """A process that is started here never hears Ctrl-C, which is for this one to handle; here it is only delayed."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """What a new process does first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """No process outlives the one that it works for, even if that one is killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
