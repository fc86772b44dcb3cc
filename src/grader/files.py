"""Names and writing of files: ids become safe names, and nothing is ever half written."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from grader.chance import digest
from grader.codes import CONSONANTS
from grader.errors import CourseError

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
LEFT = ".part"
"""How the name of a file ends that is not written to its end."""
_CODE = re.compile(rf"[{CONSONANTS}]{{4}}-[{CONSONANTS}]{{4}}")
_WINDOWS = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def file_name(name: str) -> str:
    """A file name for an id: a whitelist of characters, and a hash where anything was lost or could be confused. Codes
    stay as they are.

    >>> file_name("s001"), file_name("../x").startswith("x-"), file_name("S001") == file_name("s001")
    ('s001', True, False)
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    safe = _UNSAFE.sub("-", plain).strip(".-")[:80]
    if _CODE.fullmatch(name) or (safe == name and safe == safe.lower() and not _WINDOWS.match(safe)):
        return safe
    return f"{safe}-{digest(name)[:4].hex()}".lstrip("-")


@contextmanager
def writing(path: Path) -> Iterator[TextIO]:
    """A text file to write to, under a temporary name that is given up for the right one at the end."""
    with _replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        yield file


@contextmanager
def writing_bytes(path: Path) -> Iterator[BinaryIO]:
    """The same for bytes."""
    with _replacing(path) as temporary, temporary.open("wb") as file:
        yield file


def write(path: Path, content: bytes | str) -> None:
    """Write under a temporary name and rename; an unchanged file is left alone.

    CourseError: the folder cannot be written to.
    """
    data = content.encode() if isinstance(content, str) else content
    try:
        unchanged = path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        unchanged = False
    if not unchanged:
        with _replacing(path) as temporary:
            temporary.write_bytes(data)


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A temporary name beside `path`; what is written there takes its place."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}{LEFT}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield temporary
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise CourseError(f"this cannot be written: {error.strerror or error}", file=path) from error


def clear(folder: Path) -> None:
    """Take away what a run that was killed left half written."""
    for path in folder.rglob(f".*{LEFT}"):
        path.unlink(missing_ok=True)
