"""How work is spread: in batches, over whatever place there is for them. It knows nothing of what the work is."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, wait
from dataclasses import dataclass
from itertools import islice
from types import TracebackType
from typing import Generic, NoReturn, Protocol, Self, TypeVar

from grader.errors import GraderError
from grader.places import ENDED, SLOW, Here, Place, Processes

T = TypeVar("T")
R = TypeVar("R")
Work = Callable[[Sequence[T]], Sequence[R]]
"""Takes a batch of items; a result for each. With `functools.partial` for what all batches share."""
Lost = Callable[[T, str], R]
"""The result for an item that no worker survives, or that takes for ever; the text says which: "ended the process"."""

BATCH = 8
AHEAD = 3
"""So many batches for each worker are under way: the next is there when one is done, and memory stays flat."""
DEADLINE = 60.0
"""Seconds in which a batch must be done. Those that are well take less than one."""


class Progress(Protocol):
    """Shows how far a job is: passes the items on. `count`: how many, where they have no length."""

    def __call__(self, items: Iterable[T], label: str, count: int | None = None, /) -> Iterable[T]: ...


def silent(items: Iterable[T], _label: str, _count: int | None = None, /) -> Iterable[T]:
    return items


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def refuse(what: str, why: str) -> NoReturn:
    """For a job of which nothing can be left out. GraderError: always."""
    raise GraderError(f"{what} {why}. What is done is kept: run the command again when this is mended")


class Engine:
    """`workers`: processes to spread work over; 1: none but this one; None: the machine's cores where it pays.
    `away`: another place that all work goes to. `shared`: those who work there see the course folder where it is here.
    """

    def __init__(
        self, workers: int | None = None, away: Place | None = None, *, deadline: float = DEADLINE, shared: bool = False
    ) -> None:
        self.workers, self.away, self.deadline, self.shared = workers, away, deadline, shared
        self._here = Here(deadline)
        self._processes = Processes(workers or cores())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for place in filter(None, (self._processes, self.away)):
            if error is not None:
                place.stop()
            place.close()

    def map(
        self,
        work: Work[T, R],
        items: Iterable[T],
        count: int,
        *,
        enough: int,
        lost: Lost[T, R],
        size: int = BATCH,
    ) -> Iterator[R]:
        """A result for each of `count` items, in their order. Items are taken as there is room for them.

        `enough`: so many items pay for starting processes. `size`: items that travel together. An error in a batch is
        raised here as itself, and ends the work that is under way; so does leaving the iteration. An item that ends
        the process that works on it, or takes for ever, is found out and given to `lost`.
        """
        place = self._place(count, enough)
        size = min(size, -(-count // place.workers) or 1)
        try:
            yield from _Run(place, work, lost, self.deadline).results(batches(items, size))
        except BaseException:
            place.stop()
            raise

    def spreads(self, count: int, enough: int) -> bool:
        """Would so many items be worked on by other processes than this one?"""
        return self._place(count, enough) is not self._here

    def _place(self, count: int, enough: int) -> Place:
        if self.away is not None:
            return self.away
        wanted = self.workers or (cores() if count >= enough else 1)
        return self._here if wanted < 2 else self._processes


@dataclass
class _Run(Generic[T, R]):
    """Some work under way at a place."""

    place: Place
    work: Work[T, R]
    lost: Lost[T, R]
    deadline: float

    def results(self, every: Iterable[list[T]]) -> Iterator[R]:
        waiting: deque[tuple[list[T], Future[Sequence[R]]]] = deque()
        for batch in every:
            waiting.append((batch, self.place.submit(self.work, batch)))
            workers = self.place.workers  # a cluster's are counted anew each time
            if len(waiting) >= (AHEAD * workers if workers > 1 else 1):
                yield from self._first(waiting)
        while waiting:
            yield from self._first(waiting)

    def _first(self, waiting: deque[tuple[list[T], Future[Sequence[R]]]]) -> Iterator[R]:
        """The results of the batch that has waited longest; of all that wait, if its worker was lost."""
        batch, future = waiting.popleft()
        if not self._fault(future):
            yield from future.result()
            return
        self.place.renew()
        yield from self._alone(batch)
        while waiting:
            batch, future = waiting.popleft()
            yield from self._alone(batch) if not future.done() or self._fault(future) else future.result()

    def _alone(self, batch: list[T]) -> Iterator[R]:
        """With nothing else under way, a lost worker is this batch's doing. Then its items go one by one."""
        future = self.place.submit(self.work, batch)
        fault = self._fault(future)
        if not fault:
            yield from future.result()
            return
        self.place.renew()
        if len(batch) == 1:
            yield self.lost(batch[0], fault)
            return
        for item in batch:
            yield from self._alone([item])

    def _fault(self, future: Future[Sequence[R]]) -> str:
        """What is wrong with the worker rather than with the work; "" if nothing."""
        wait([future], self.deadline + 1)
        try:
            error = future.exception(0)
        except CancelledError:
            return ENDED
        except TimeoutError:
            return SLOW
        return next((why for kind, why in self.place.faults.items() if isinstance(error, kind)), "")


HERE = Engine(1)


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of `size` items, the last maybe shorter.

    >>> list(batches("abcde", 2))
    [['a', 'b'], ['c', 'd'], ['e']]
    """
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
