"""Finding files: in folders, in the zips that lie in them, or one by one."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from grader.errors import CourseError, SheetProblem
from grader.intake.archives import archive_members
from grader.intake.files import JUNK, LEFT_BEHIND, SHEETS, ending, not_a_sheet, opened, read_at_most, shown_text
from grader.intake.found import Found, Member, ignored, settled, unfit
from grader.intake.listing import Files
from grader.intake.remote import is_remote, remote_members
from grader.scratch import Seen
from grader.sheets import limits


def list_files(paths: Sequence[Path | str], root: Path, own: Sequence[Path] = ()) -> Files:
    """Every file below the paths and URLs, oldest first, then by name; paths as seen from `root`.

    CourseError: no such path. What is one of `own`, or lies below one, is no hand-in, and is passed over.
    """
    walk = _Walk(frozenset(os.path.abspath(folder) for folder in own))  # noqa: PTH100 - resolve() would follow links
    return Files(member for where in paths for member in _below(where, root, walk))


def _below(where: Path | str, root: Path, walk: _Walk) -> Iterable[Member]:
    if is_remote(where):
        return remote_members(str(where))
    path = Path(where)
    if not os.path.lexists(path):
        raise CourseError("there is no such file or folder", file=path)
    # the instructor may name a link; links that came in are not followed
    real = os.path.realpath(path) if path.is_symlink() else os.path.abspath(path)  # noqa: PTH100
    if os.path.isdir(real):  # noqa: PTH112
        return walk.folder(real, shown(path, root), 0)
    return walk.file(real, shown(path, root), _status(real)[1])


def read_file(member: Member, cap: int) -> Found:
    """A sheet's content, or why there is none."""
    if refused := not_a_sheet(member.shown):
        return refused
    try:
        content, modified = read_at_most(member.what, cap)
    except SheetProblem as problem:
        return unfit(member.shown, problem.message, problem.advice)
    return Found(member.shown, content, modified, place=member.what)


OWN = "the course's own"


class _Walk:
    """A way through folders: past those that are our own, and past files that were seen before."""

    def __init__(self, own: frozenset[str]) -> None:
        self.own = own
        self.seen = Seen()

    def folder(self, path: str, name: str, depth: int, passed_over: str = "") -> Iterator[Member]:
        if depth > limits.FOLDERS:
            yield settled(unfit(name, "too many folders inside each other", "move the files up"))
            return
        if path in self.own:
            passed_over = OWN
        try:
            names = sorted(os.listdir(os.fsencode(path)))  # noqa: PTH208 - a name alone takes the least memory
        except OSError as error:
            yield settled(unfit(name, f"unreadable: {error.strerror}", "make the folder readable and grade again"))
            return
        if not names and ending(name) in SHEETS:
            yield settled(unfit(name, "an empty folder under the name of a sheet", "ask for the sheet itself"))
        for each in map(os.fsdecode, names):
            inner, there = f"{name}/{shown_text(each)}".removeprefix("./"), os.path.join(path, each)  # noqa: PTH118
            reason = passed_over or (LEFT_BEHIND if JUNK.fullmatch(each) else "")
            mode, modified = _status(there)
            if stat.S_ISLNK(mode):
                yield settled(unfit(inner, "a link, which is not followed", "hand in the file itself"))
            elif stat.S_ISDIR(mode):
                yield from self.folder(there, inner, depth + 1, reason)
            else:
                yield from self.file(there, inner, modified, reason)

    def file(self, path: str, name: str, modified: float, passed_over: str = "") -> Iterator[Member]:
        if self.seen.before(path):
            return
        if path in self.own:
            passed_over = OWN
        if passed_over:
            yield settled(ignored(name, passed_over))
        elif ending(name) == ".zip":
            yield from archive_members(partial(opened, path), name)
        else:
            yield Member(name, modified, read_file, path)


def _status(path: str) -> tuple[int, float]:
    """What kind of thing it is, and when it was changed."""
    try:
        status = os.lstat(path)
    except OSError:
        return 0, 0.0  # it is gone again, which reading it will tell
    return status.st_mode, status.st_mtime


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
