"""Names and writing of files: ids become safe names, and nothing is ever half written."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from grader.chance import digest
from grader.errors import CourseError

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_WINDOWS = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def file_name(name: str) -> str:
    """A file name for an id: a whitelist of characters, and a hash where anything was lost or could be confused.

    >>> file_name("s001"), file_name("../x").startswith("x-"), file_name("S001") == file_name("s001")
    ('s001', True, False)
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    safe = _UNSAFE.sub("-", plain).strip(".-")[:80]
    if safe == name and safe == safe.lower() and not _WINDOWS.match(safe):
        return safe
    return f"{safe}-{digest(name)[:4].hex()}".lstrip("-")


@contextmanager
def writing(path: Path) -> Iterator[TextIO]:
    """A text file to write to, under a temporary name that is given up for the right one at the end."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("w", encoding="utf-8", newline="") as file:
                yield file
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise CourseError(f"this cannot be written: {error.strerror or error}", file=path) from error


def write(path: Path, content: bytes | str) -> None:
    """Write under a temporary name and rename; an unchanged file is left alone.

    CourseError: the folder cannot be written to.
    """
    data = content.encode() if isinstance(content, str) else content
    try:
        if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            temporary.write_bytes(data)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise CourseError(f"this cannot be written: {error.strerror or error}", file=path) from error
