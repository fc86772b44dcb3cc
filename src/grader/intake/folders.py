"""Finding files. Links are not followed, pipes and devices are not read, large files are not read whole."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import CourseError
from grader.intake.found import Found

SHEETS = (".csv", ".tsv", ".txt", ".yaml", ".yml", ".json")
FILE_CAP = 1 << 20
"""No honest answer sheet comes near a mebibyte."""
DEPTH_CAP = 12
JUNK = re.compile(r"\..+|__MACOSX|Thumbs\.db|desktop\.ini|~\$.*|.*\.part", re.IGNORECASE)
"""What systems and editors leave behind: hidden files, locks, thumbnails, downloads cut short."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A file that is there, before it is opened; `found` where there is nothing to open."""

    path: Path
    shown: str
    modified: float = 0.0
    found: Found | None = None


def list_files(paths: Sequence[Path], root: Path) -> list[Listed]:
    """Every file below the paths, oldest first, then by name; paths as seen from `root`. CourseError: no such path."""
    listed: dict[str, Listed] = {}
    for path in paths:
        if not os.path.lexists(path):
            raise CourseError("there is no such file or folder", file=path)
        for file in _walk(path, root, 0, top=True):
            listed.setdefault(file.shown, file)
    return sorted(listed.values(), key=lambda file: (file.modified, _natural(file.shown)))


def read_file(listed: Listed) -> Found:
    """A file's content, or why there is none."""
    if listed.found is not None:
        return listed.found
    name = listed.shown
    try:
        # not followed and not waited for, should it be a link or a pipe by now
        descriptor = os.open(listed.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))
    except OSError as error:
        return _unfit(name, f"unreadable: {error.strerror}", "make it readable and grade again")
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            return _unfit(name, "not an ordinary file", "hand in the sheet as a file")
        if listed.path.suffix.lower() not in SHEETS:
            ending = listed.path.suffix or "no ending"
            return _unfit(name, f"not an answer sheet ({ending})", "the answer sheet as .csv or .yaml is needed")
        if status.st_size > FILE_CAP:
            return _unfit(name, "larger than any answer sheet", "hand in the sheet alone")
        return Found(name, file.read(FILE_CAP + 1), status.st_mtime)


def _unfit(name: str, message: str, advice: str) -> Found:
    return Found(name, fate="attention", message=message, advice=advice)


def _walk(path: Path, root: Path, depth: int, *, top: bool = False, junk: bool = False) -> Iterator[Listed]:
    name = shown(path, root)
    junk = not top and (junk or bool(JUNK.fullmatch(path.name)))
    if path.is_symlink() and not top:
        yield Listed(path, name, found=_unfit(name, "a link, which is not followed", "hand in the file itself"))
    elif path.is_dir():
        if depth >= DEPTH_CAP:
            yield Listed(path, name, found=_unfit(name, "too many folders inside each other", "move the files up"))
        else:
            yield from _listed(path, root, depth, junk=junk)
    elif junk:
        yield Listed(path, name, found=Found(name, fate="ignored", message="left behind by the system"))
    else:
        yield Listed(path, name, _modified(path))


def _listed(path: Path, root: Path, depth: int, *, junk: bool) -> Iterator[Listed]:
    try:
        entries = sorted(path.iterdir(), key=os.fsencode)
    except OSError as error:
        name = shown(path, root)
        unfit = _unfit(name, f"unreadable: {error.strerror}", "make the folder readable and grade again")
        yield Listed(path, name, found=unfit)
        return
    for entry in entries:
        yield from _walk(entry, root, depth + 1, junk=junk)


def _modified(path: Path) -> float:
    try:
        return path.lstat().st_mtime
    except OSError:
        return 0.0


def _natural(path: str) -> list[tuple[int, int | str]]:
    """sheet-2 before sheet-10."""
    return [(0, int(piece)) if piece.isdecimal() else (1, piece) for piece in re.split(r"(\d+)", path)]


def shown(path: Path, root: Path) -> str:
    """The path as the reports show it: from the course folder where it lies in it."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links
    try:
        text = absolute.relative_to(root.resolve()).as_posix()
    except ValueError:
        text = absolute.as_posix()
    return text.encode("utf-8", "backslashreplace").decode()
