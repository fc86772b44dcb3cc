"""How work is spread: in this process, or in batches over several. It knows nothing of what the work is.

Processes are spawned, not forked: a fork copies the locks of threads that it does not copy (numpy's among them), and
an open database. A spawned one begins empty, so functions and what they are given must pickle, as for a cluster.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from threading import Thread
from types import TracebackType
from typing import Protocol, Self, TypeVar

from grader.errors import GraderError

T = TypeVar("T")
R = TypeVar("R")
Work = Callable[[Sequence[T]], Sequence[R]]
"""Takes a batch of items; a result for each. With `functools.partial` for what all batches share."""

BATCH = 8
AHEAD = 3
"""So many batches for each process are under way: the next is there when one is done, and memory stays flat."""
MOST_WORKERS = 60
"""Windows cannot wait for more processes than that."""


class Progress(Protocol):
    """Shows how far a job is: passes the items on. `count`: how many, where they have no length."""

    def __call__(self, items: Iterable[T], label: str, count: int | None = None, /) -> Iterable[T]: ...


def silent(items: Iterable[T], _label: str, _count: int | None = None, /) -> Iterable[T]:
    return items


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Engine:
    """`workers`: processes to spread work over; 1: none but this one; None: the machine's cores where it pays.

    Processes start with the first work that wants them, serve all that follows, and end with the engine.
    """

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None

    def map(self, work: Work[T, R], items: Iterable[T], count: int, *, enough: int) -> Iterator[R]:
        """A result for each of `count` items, in their order. Items are taken as there is room for them.

        `enough`: so many items pay for starting processes. An error in a batch is raised here as itself, and ends
        the work that is under way; so does leaving the iteration.
        """
        wanted = min(self.workers or (cores() if count >= enough else 1), MOST_WORKERS, -(-count // BATCH))
        if wanted < 2:
            for batch in batches(items, BATCH):
                yield from work(batch)
            return
        try:
            yield from self._spread(self._started(), work, items)
        except BaseException as error:
            self._stop()
            if isinstance(error, BrokenProcessPool):
                raise GraderError(
                    "a worker process ended before its work was done (was the memory full?). "
                    "Run the command again, if need be with --workers 1: what is done is kept."
                ) from error
            raise

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            number = min(self.workers or cores(), MOST_WORKERS)
            self._pool = ProcessPoolExecutor(number, mp_context=context, initializer=_begin)
        return self._pool

    def _spread(self, pool: ProcessPoolExecutor, work: Work[T, R], items: Iterable[T]) -> Iterator[R]:
        room = AHEAD * min(self.workers or cores(), MOST_WORKERS)
        waiting: deque[Future[Sequence[R]]] = deque()
        for batch in batches(items, BATCH):
            with _interrupts_held():
                waiting.append(pool.submit(work, batch))
            if len(waiting) >= room:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()

    def _stop(self) -> None:
        """End the processes at once: what they were doing is not wanted any more."""
        if self._pool is None:
            return
        processes = list((self._pool._processes or {}).values())  # noqa: SLF001 - public from Python 3.14 on
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()
        self._pool = None


HERE = Engine(1)


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of `size` items, the last maybe shorter.

    >>> list(batches("abcde", 2))
    [['a', 'b'], ['c', 'd'], ['e']]
    """
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


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
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """No process outlives the one that it works for, even if that one is killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
