"""One at a time: a lock on a folder that ends with its process, however that ends."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from grader.errors import CourseError

NAME = ".grader.lock"


@contextmanager
def alone(folder: Path, what: str) -> Iterator[None]:
    """Nobody else works in the folder meanwhile. CourseError: somebody does, who and since when."""
    path = folder / NAME
    try:
        # not opened for writing, which would empty what the one at work has written there
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b")
    except OSError as error:
        raise CourseError(f"nothing can be written here: {error.strerror}", file=path) from error
    with file:
        if not _locked(file):
            who = file.read(200).decode("utf-8", "replace").strip()
            raise CourseError(f"another grader is at work in this folder ({who or 'just begun'}). Run this again when "
                              "it is done")  # fmt: skip
        file.truncate()
        file.write(f"{what}, process {os.getpid()}, since {dt.datetime.now().astimezone():%H:%M:%S}\n".encode())
        file.flush()
        yield


def _locked(file: BinaryIO) -> bool:
    """Take the lock, which the system gives back when the file is closed or the process ends."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - there is none elsewhere

            file.seek(1 << 20)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            file.seek(0)
        else:
            import fcntl  # noqa: PLC0415 - there is none on Windows

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
