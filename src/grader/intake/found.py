"""A file that was found: first that it is there, then what is in it, or why nothing of it is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Found:
    """A file: its content, or why there is none. `fate` is "" for a sheet to be read, else attention or ignored.

    `modified`: seconds since 1970, of the file or as the archive has it. `time`: when it was handed in, where the
    course system tells; with a zone where the system names one, else by the clock of the course. `late`: the system
    calls it late. `place`: the path of an ordinary file on this machine.
    """

    path: str
    content: bytes = b""
    modified: float = 0.0
    fate: str = ""
    message: str = ""
    advice: str = ""
    time: dt.datetime | None = None
    late: bool = False
    place: str = ""


@dataclass(slots=True)
class Member:
    """A file in a folder or an archive, before it is opened.

    `shown` is its path as reports show it; `source` opens it, by `what` it has there: a path, a place in an archive.
    """

    shown: str
    modified: float
    source: Callable[[Member, int], Found]
    what: Any

    def read(self, cap: int) -> Found:
        """Its content, if that is not larger than so many bytes, or why there is none."""
        return self.source(self, cap)


def unfit(path: str, message: str, advice: str) -> Found:
    """Something that a person has to look at."""
    return Found(path, fate="attention", message=message, advice=advice)


def ignored(path: str, message: str) -> Found:
    return Found(path, fate="ignored", message=message)


def settled(found: Found) -> Member:
    """What is known without being opened."""
    return Member(found.path, found.modified, known, found)


def known(member: Member, _cap: int) -> Found:
    found: Found = member.what
    return found
