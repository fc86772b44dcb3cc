"""Batches worked on by the machines of a Dask cluster: `--cluster tcp://host:8786`, or `local` for one on this machine.

Its workers need nothing but the package. Dask is an optional extra, grader[cluster].
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from functools import cached_property
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from threading import Lock
from typing import Any, ParamSpec, TypeVar

from grader.errors import GraderError
from grader.places import ENDED

P = ParamSpec("P")
R = TypeVar("R")
LOCAL = "local"
CONNECT = 10
"""Seconds to find a scheduler, and to wait for the first of its workers."""
MISSING = "a cluster needs the package distributed: install grader[cluster]"
AGAIN = "What is done is kept: run the command again"
_ADDRESS = re.compile(r"([a-z]+://)?[^/\s]+:[0-9]{1,5}")
_ALONE = Lock()


class Cluster:
    """The workers of the scheduler at `address`; it is looked for when there is work.

    For `local` `workers` processes of this machine, which end with this one; elsewhere there are as many as there are.
    GraderError: it cannot be reached, or its workers are of no use.
    """

    def __init__(self, address: str, workers: int) -> None:
        try:
            self._dask: Any = import_module("distributed")
        except ImportError:
            raise GraderError(MISSING) from None
        if address != LOCAL and not _ADDRESS.fullmatch(address):
            raise GraderError(
                f"'{address[:80]}' is no address of a scheduler: write one like tcp://host:8786, or local"
            )
        for name in [name for name in logging.root.manager.loggerDict if name.startswith("distributed")]:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # what goes wrong is told by us
        self.address, self._wanted = address, workers
        self.faults: Mapping[type[BaseException], str] = {self._dask.KilledWorker: ENDED}
        self._local: Any = None
        self._executor: Executor | None = None

    @cached_property
    def _client(self) -> Any:
        try:
            if self.address == LOCAL:
                self._local = self._dask.LocalCluster(
                    n_workers=self._wanted, threads_per_worker=1, dashboard_address=None, silence_logs=logging.CRITICAL
                )
            client = self._dask.Client(self._local or self.address, timeout=CONNECT, set_as_default=False)
            client.wait_for_workers(1, timeout=CONNECT)
        except (OSError, TimeoutError, ValueError, TypeError) as error:
            raise GraderError(self._unreachable(error)) from error
        _check(client)
        return client

    @property
    def workers(self) -> int:
        """How many batches fit in at once: workers may come and go."""
        return max(1, len(self._listed()))

    def _listed(self) -> dict[str, Any]:
        known: dict[str, Any] = self._client.scheduler_info(n_workers=-1)["workers"]
        return known

    def submit(self, work: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        if self._executor is None:
            self._executor = self._client.get_executor(pure=False)
        return self._executor.submit(_one_at_a_time, work, *args, **kwargs)

    def renew(self) -> None:
        """Take our batches back, and end the processes that are busy with any; where a nanny minds them they return."""
        try:
            ours = set(self._client.futures)
            busy = {worker for worker, keys in self._client.processing().items() if ours & set(keys)}
            minded = {name for name, worker in self._listed().items() if worker["nanny"]}
            self.stop()
            if ending := list(busy & minded):
                self._client.run(os._exit, 1, workers=ending, on_error="ignore")
            self._client.wait_for_workers(1, timeout=CONNECT)
        except (OSError, TimeoutError, RuntimeError) as error:
            raise GraderError(f"{self._unreachable(error)}. {AGAIN}") from error

    def stop(self) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=False)
            self._executor = None

    def close(self) -> None:
        if "_client" in self.__dict__:
            self._client.close()
        if self._local is not None:
            self._local.close()

    def _unreachable(self, error: Exception) -> str:
        said = f" ({str(error).rstrip('.')})" if str(error) else ""
        return f"there is no cluster at {self.address} with workers that can be reached{said}"


def _check(client: Any) -> None:
    """Python and grader must be the same everywhere: what travels is read by both."""
    own = installed()
    for worker, other in client.run(installed, on_error="return").items():
        if other != own:
            what = other if isinstance(other, str) else "no grader"
            raise GraderError(f"the worker {worker} has {what}, and this machine {own}: they must be the same")


def installed() -> str:
    """Python and grader, as they are called here."""
    try:
        return f"Python {sys.version.split()[0]} with grader {version('grader')}"
    except PackageNotFoundError:
        return f"Python {sys.version.split()[0]} with no grader"


def _one_at_a_time(work: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """A worker may have several threads, and the pages' caches are made for one."""
    with _ALONE:
        return work(*args, **kwargs)
