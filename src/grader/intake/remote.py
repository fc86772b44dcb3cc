"""Files in an object store, such as `s3://bucket/submissions/`: found by listing it, and fetched some at a time.

Whatever fsspec reaches: `pip install 'grader[remote]'` brings it with S3. Who may read, and which server is meant, is
told as that library is told it: for S3 by AWS_PROFILE, AWS_ENDPOINT_URL and the like.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from typing import Any, BinaryIO

from grader.errors import CourseError, SheetProblem
from grader.intake.archives import archive_members
from grader.intake.files import JUNK, LEFT_BEHIND, ending, not_a_sheet, shown_text, too_large
from grader.intake.found import Found, Member, ignored, settled, unfit
from grader.sheets import limits

AHEAD = 200
"""So many files are fetched together: each alone would wait for the network."""


def is_remote(path: object) -> bool:
    """A URL and no path of this machine.

    >>> is_remote("s3://bucket/hw4"), is_remote("submissions/hw4.zip")
    (True, False)
    """
    return "://" in str(path)


def remote_members(url: str) -> list[Member]:
    """Every file below a URL, or the one that it names. CourseError: it cannot be reached, or nothing is there."""
    store, path = _store(url)
    scheme = url.partition("://")[0]
    with _told(url):
        listed: Mapping[str, Mapping[str, Any]] = store.find(path, detail=True)
    if not listed:
        raise CourseError("there is nothing below this URL", file=url)
    found = sorted(listed.items(), key=lambda item: (_seconds(item[1]), item[0]))
    bucket = _Bucket(store, {name: int(about.get("size") or 0) for name, about in found})
    return [
        member
        for name, about in found
        for member in bucket.members(name, f"{scheme}://{shown_text(name)}", _seconds(about))
    ]


class _Bucket:
    """A store's files by name, with their sizes, and those that were fetched before they are asked for.

    The files are read oldest first, and so they are fetched; of those that are not asked for in time some stay.
    """

    def __init__(self, store: Any, sizes: Mapping[str, int]) -> None:
        self.store, self.sizes = store, sizes
        self.order = [name for name, size in sizes.items() if size <= limits.FILE_BYTES]
        self.place = {name: nth for nth, name in enumerate(self.order)}
        self.fetched: dict[str, bytes | Exception] = {}

    def members(self, name: str, shown: str, modified: float) -> Iterable[Member]:
        if name.endswith("/"):
            return []  # how some programs mark a folder
        if any(JUNK.fullmatch(part) for part in name.split("/")):
            return [settled(ignored(shown, LEFT_BEHIND))]
        if ending(shown) == ".zip":
            return archive_members(partial(self.opened, name), shown)
        return [Member(shown, modified, self.read, name)]

    def read(self, member: Member, cap: int) -> Found:
        if refused := not_a_sheet(member.shown):
            return refused
        try:
            return Found(member.shown, self._content(member.what, cap), member.modified)
        except SheetProblem as problem:
            return unfit(member.shown, problem.message, problem.advice)

    def _content(self, name: str, cap: int) -> bytes:
        if self.sizes[name] > cap:
            raise too_large(cap)
        if not self.sizes[name]:
            return b""
        if name not in self.fetched:
            for unasked in list(self.fetched)[: max(0, len(self.fetched) - AHEAD)]:
                del self.fetched[unasked]
            self.fetched |= self._fetch(name)
        content = self.fetched.pop(name)
        if isinstance(content, Exception):
            raise SheetProblem(f"cannot be fetched ({_said(content)})", advice="grade again when it can be")
        if len(content) != self.sizes[name]:
            raise SheetProblem("it changed while it was being read", advice="grade again")
        return content

    def _wanted(self, name: str) -> bool:
        return not not_a_sheet(name) and self.sizes[name] > 0 and name not in self.fetched

    def _fetch(self, name: str) -> dict[str, bytes | Exception]:
        """A file and those that come after it, of each no more than was listed and a byte."""
        start = self.place[name]
        names = [each for each in self.order[start : start + AHEAD] if self._wanted(each)]
        ends = [self.sizes[each] + 1 for each in names]
        try:
            found = self.store.cat_ranges(names, [0] * len(names), ends, on_error="return")
        except Exception as error:  # noqa: BLE001 - every store has its own
            return {name: error}
        return dict(zip(names, found, strict=True))

    @contextmanager
    def opened(self, name: str) -> Iterator[BinaryIO]:
        try:
            with self.store.open(name, "rb") as file:
                yield file
        except OSError as error:
            raise SheetProblem(f"cannot be fetched ({_said(error)})", advice="grade again when it can be") from error


def _store(url: str) -> tuple[Any, str]:
    try:
        core: Any = import_module("fsspec.core")
    except ImportError:
        raise CourseError("to read from an object store install grader[remote] (fsspec and s3fs)", file=url) from None
    try:
        store, path = core.url_to_fs(url, use_listings_cache=False)
    except ImportError as error:
        raise CourseError(f"to read from here a further package is needed: {error}", file=url) from None
    except (ValueError, TypeError) as error:
        raise CourseError(f"this is no address that can be read from: {error}", file=url) from None
    return store, str(path)


@contextmanager
def _told(url: str) -> Iterator[None]:
    """What a store says of itself, as a sentence for the instructor."""
    try:
        yield
    except FileNotFoundError:
        raise CourseError("there is no such bucket or folder", file=url) from None
    except Exception as error:
        raise CourseError(f"this cannot be read: {_said(error)}. Look at the address and at who may read it, "
                          "then run the command again", file=url) from error  # fmt: skip


def _said(error: Exception) -> str:
    return " ".join(f"{error}".split())[:200] or type(error).__name__


def _seconds(about: Mapping[str, Any]) -> float:
    """When an object was changed, in seconds since 1970: stores call it by different names."""
    found = about.get("LastModified") or about.get("mtime") or about.get("last_modified") or 0.0
    return found.timestamp() if isinstance(found, dt.datetime) else float(found)
