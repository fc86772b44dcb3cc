"""What is read of files from strangers: links are not followed, pipes not waited for, devices not read."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from grader.errors import SheetProblem
from grader.intake.found import Found, unfit

SHEETS = frozenset({".csv", ".tsv", ".txt", ".yaml", ".yml", ".json", ".xlsx"})
ARCHIVES = frozenset({".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz"})
BESIDE = frozenset(
    {".pdf", ".png", ".jpg", ".jpeg", ".heic", ".heif", ".gif", ".webp", ".tif", ".tiff", ".bmp", ".svg"}
    | {".doc", ".docx", ".odt", ".rtf", ".pages", ".md", ".tex", ".ipynb", ".py", ".m", ".r"}
)
"""What students hand in beside a sheet: pictures of their working, written parts, programs."""

JUNK = re.compile(r"\.(?!\.\Z).+|__MACOSX|Thumbs\.db|desktop\.ini|~\$.*|.*\.part", re.IGNORECASE | re.DOTALL)
"""What systems and editors leave behind: hidden files, locks, thumbnails, downloads cut short."""
LEFT_BEHIND = "left behind by the system"
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def ending(path: str) -> str:
    """Of a file's name, from its last point on, in small letters.

    >>> ending("a.b/S001.CSV"), ending("a.b/c"), ending("a/.csv")
    ('.csv', '', '')
    """
    name = path.rpartition("/")[2]
    point = name.rfind(".")
    return name[point:].lower() if point > 0 else ""


def not_a_sheet(shown: str) -> Found | None:
    kind = ending(shown)
    if kind in SHEETS:
        return None
    if kind in ARCHIVES:
        return unfit(shown, f"an archive of a kind that is not read ({kind})", "unpack it, or pack it as .zip")
    return unfit(shown, f"not an answer sheet ({kind or 'no ending'})", "the answer sheet as .csv or .yaml is needed")


def shown_text(name: str) -> str:
    """A name with bytes that are no text spelled out, so that it can be printed and stored."""
    return name.encode("utf-8", "backslashreplace").decode()


def too_large(cap: int) -> SheetProblem:
    return SheetProblem(f"larger than any answer sheet ({cap >> 10} KiB)", advice="hand in the sheet alone")


def read_at_most(path: str, cap: int) -> tuple[bytes, float]:
    """A file's content, and when it was changed. SheetProblem: it is larger, unreadable, or no ordinary file."""
    descriptor, status = _descriptor(path)
    try:
        if status.st_size > cap:
            raise too_large(cap)
        content = os.read(descriptor, status.st_size + 1)
        while len(content) > status.st_size and len(content) <= cap:  # it is growing
            if not (more := os.read(descriptor, cap + 1 - len(content))):
                break
            content += more
    except OSError as error:
        raise _unreadable(error) from error
    finally:
        os.close(descriptor)
    if len(content) > cap:
        raise too_large(cap)
    return content, status.st_mtime


@contextmanager
def opened(path: str) -> Iterator[BinaryIO]:
    """An ordinary file to seek in. SheetProblem: it is none, or cannot be read."""
    descriptor, _ = _descriptor(path)
    try:
        with os.fdopen(descriptor, "rb") as file:
            yield file
    except OSError as error:
        raise _unreadable(error) from error


def _descriptor(path: str) -> tuple[int, os.stat_result]:
    try:
        descriptor = os.open(path, _FLAGS)
    except (OSError, ValueError) as error:
        raise _unreadable(error) from error
    status = os.fstat(descriptor)
    if stat.S_ISREG(status.st_mode):
        return descriptor, status
    os.close(descriptor)
    raise SheetProblem("not an ordinary file", advice="hand in the sheet as a file")


def _unreadable(error: Exception) -> SheetProblem:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return SheetProblem(f"unreadable: {reason}", advice="make it readable and grade again")
