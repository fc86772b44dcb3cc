"""Finding files: in folders, in the zips that lie in them, or one by one."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from grader.errors import CourseError, SheetProblem
from grader.intake.archives import archive_members
from grader.intake.files import JUNK, LEFT_BEHIND, SHEETS, ending, not_a_sheet, opened, read_at_most, shown_text
from grader.intake.found import Found, Member, ignored, settled, unfit
from grader.intake.remote import is_remote, remote_members
from grader.sheets import limits

_NUMBER = re.compile(r"\d+")


def list_files(paths: Sequence[Path | str], root: Path, own: Sequence[Path] = ()) -> list[Member]:
    """Every file below the paths and URLs, oldest first, then by name; paths as seen from `root`.

    CourseError: no such path. What is one of `own`, or lies below one, is no hand-in, and is passed over.
    """
    ours = frozenset(os.path.abspath(folder) for folder in own)  # noqa: PTH100 - resolve() would follow links
    listed: list[Member] = []
    seen: set[str] = set()
    for where in paths:
        if is_remote(where):
            listed += remote_members(str(where))
            continue
        path = Path(where)
        if not os.path.lexists(path):
            raise CourseError("there is no such file or folder", file=path)
        # the instructor may name a link; links that came in are not followed
        real = os.path.realpath(path) if path.is_symlink() else os.path.abspath(path)  # noqa: PTH100
        walk = _Walk(ours, seen)
        listed += walk.folder(real, shown(path, root), 0) if os.path.isdir(real) else walk.file(real, shown(path, root))  # noqa: PTH112
    return sorted(listed, key=lambda member: (member.modified, natural(member.shown)))


def read_file(path: str, shown_path: str, cap: int) -> Found:
    """A sheet's content, or why there is none."""
    if refused := not_a_sheet(shown_path):
        return refused
    try:
        content, modified = read_at_most(path, cap)
    except SheetProblem as problem:
        return unfit(shown_path, problem.message, problem.advice)
    return Found(shown_path, content, modified, place=path)


OWN = "the course's own"


class _Walk:
    """A way through folders: past those that are our own, and past files that were seen before."""

    def __init__(self, own: frozenset[str], seen: set[str]) -> None:
        self.own, self.seen = own, seen

    def folder(self, path: str, name: str, depth: int, passed_over: str = "") -> Iterator[Member]:
        if depth > limits.FOLDERS:
            yield settled(unfit(name, "too many folders inside each other", "move the files up"))
            return
        if path in self.own:
            passed_over = OWN
        try:
            with os.scandir(path) as listing:
                entries = sorted(listing, key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            yield settled(unfit(name, f"unreadable: {error.strerror}", "make the folder readable and grade again"))
            return
        if not entries and ending(name) in SHEETS:
            yield settled(unfit(name, "an empty folder under the name of a sheet", "ask for the sheet itself"))
        for entry in entries:
            inner = f"{name}/{shown_text(entry.name)}".removeprefix("./")
            reason = passed_over or (LEFT_BEHIND if JUNK.fullmatch(entry.name) else "")
            if entry.is_symlink():
                yield settled(unfit(inner, "a link, which is not followed", "hand in the file itself"))
            elif entry.is_dir(follow_symlinks=False):
                yield from self.folder(entry.path, inner, depth + 1, reason)
            else:
                yield from self.file(entry.path, inner, reason)

    def file(self, path: str, name: str, passed_over: str = "") -> Iterator[Member]:
        if path in self.seen:
            return
        self.seen.add(path)
        if path in self.own:
            passed_over = OWN
        if passed_over:
            yield settled(ignored(name, passed_over))
        elif ending(name) == ".zip":
            yield from archive_members(partial(opened, path), name)
        else:
            yield Member(name, _modified(path), partial(read_file, path, name))


def _modified(path: str) -> float:
    try:
        return os.lstat(path).st_mtime
    except OSError:
        return 0.0  # it is gone again, which reading it will tell


def natural(path: str) -> str:
    """A key to sort by, in which each number is told by how many digits it has first: sheet-2 comes before sheet-10.

    >>> sorted(["sheet-10", "sheet-2", "sheet", "sheet-2b", "sheet-٣"], key=natural)
    ['sheet', 'sheet-2', 'sheet-2b', 'sheet-٣', 'sheet-10']
    """
    return _NUMBER.sub(lambda found: f"\0{chr(len(number := str(int(found[0]))))}{number}", path)


def shown(path: Path | str, root: Path) -> str:
    """The path as the reports show it: from the course folder where it lies in it."""
    if is_remote(path):
        return str(path).rstrip("/")
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links
    try:
        text = absolute.relative_to(root.resolve()).as_posix()
    except ValueError:
        text = absolute.as_posix()
    return shown_text(text)
