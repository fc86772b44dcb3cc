"""Finding files. Links are not followed, pipes and devices are not read, large files are not read whole."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import CourseError

SHEETS = (".csv", ".tsv", ".txt", ".yaml", ".yml", ".json")
FILE_CAP = 1 << 20
"""No honest answer sheet comes near a mebibyte."""
DEPTH_CAP = 12
JUNK = re.compile(r"(\._.*|\.DS_Store|Thumbs\.db|desktop\.ini|~\$.*|\.~lock\..*#|\.git.*|.*\.part)", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """A file: its content, or why there is none. `fate` is "" for a sheet to be read, else attention or ignored."""

    path: str
    content: bytes = b""
    modified: float = 0.0
    fate: str = ""
    message: str = ""
    advice: str = ""


def find_files(paths: Sequence[Path], root: Path) -> Iterator[Found]:
    """Every file below the paths, in an order that does not depend on the file system; paths as seen from `root`."""
    seen: set[Path] = set()
    for path in paths:
        if not os.path.lexists(path):
            raise CourseError("there is no such file or folder", file=path)
        for found in _walk(path, root, 0, top=True):
            resolved = (root / found.path).absolute()
            if resolved not in seen:
                seen.add(resolved)
                yield found


def _walk(path: Path, root: Path, depth: int, *, top: bool = False) -> Iterator[Found]:
    name = shown(path, root)
    if path.is_symlink() and not top:
        yield Found(name, fate="attention", message="a link, which is not followed", advice="hand in the file itself")
    elif path.is_dir():
        if JUNK.fullmatch(path.name) or path.name == "__MACOSX":
            return
        if depth >= DEPTH_CAP:
            yield Found(
                name,
                fate="attention",
                message="too many folders inside each other",
                advice="move the files up",
            )
            return
        yield from _listed(path, root, depth)
    else:
        yield _file(path, name)


def _listed(path: Path, root: Path, depth: int) -> Iterator[Found]:
    try:
        entries = sorted(os.scandir(path), key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        advice = "make the folder readable and grade again"
        yield Found(shown(path, root), fate="attention", message=f"unreadable: {error.strerror}", advice=advice)
        return
    for entry in entries:
        yield from _walk(Path(entry.path), root, depth + 1)


def _file(path: Path, name: str) -> Found:
    if JUNK.fullmatch(path.name):
        return Found(name, fate="ignored", message="left behind by the system")
    try:
        # not followed and not waited for, should it be a link or a pipe by now
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))
    except OSError as error:
        return Found(
            name,
            fate="attention",
            message=f"unreadable: {error.strerror}",
            advice="make it readable and grade again",
        )
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            return Found(name, fate="attention", message="not an ordinary file", advice="hand in the sheet as a file")
        if path.suffix.lower() not in SHEETS:
            kinds = "the answer sheet as .csv or .yaml is needed"
            return Found(
                name,
                fate="attention",
                message=f"not an answer sheet ({path.suffix or 'no ending'})",
                advice=kinds,
            )
        if status.st_size > FILE_CAP:
            return Found(
                name,
                fate="attention",
                message="larger than any answer sheet",
                advice="hand in the sheet alone",
            )
        return Found(name, file.read(FILE_CAP + 1), status.st_mtime)


def shown(path: Path, root: Path) -> str:
    """The path as the reports show it: from the course folder where it lies in it."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links
    try:
        text = absolute.relative_to(root.resolve()).as_posix()
    except ValueError:
        text = absolute.as_posix()
    return text.encode("utf-8", "backslashreplace").decode()
