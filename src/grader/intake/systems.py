"""How course systems name what was handed in: each name says whose it is, and sometimes when.

Sources: Canvas, instructure/canvas-lms lib/content_zipper.rb; Moodle, mod/assign/classes/downloader.php (folders by
default, a trailing underscore before 4.1, flat names where folders are off, `Participant` where marking is blind);
Blackboard, kwurst/bb-file-cleanup; Brightspace, its assignment folders' downloads.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

Key = tuple[str, str]
"""A column of the roster and what should stand in it."""


@dataclass(frozen=True, slots=True)
class Handed:
    """What a course system says of a file.

    `keys`: whose it is, the surest first; none where the system keeps names to itself. `attempt`: what the files that
    were handed in together have in common. `aside`: why this is no file of the student's, "" if it is one.
    `certain`: no one gives a file such a name by hand. `time` is by the system's own clock.
    """

    system: str
    keys: tuple[Key, ...]
    attempt: str
    name: str = ""
    late: bool = False
    time: dt.datetime | None = None
    aside: str = ""
    certain: bool = True


_CANVAS_WHO = r"(?:(?P<name>(?!LATE_).+?)_)?(?:(?P<late>LATE)_)?(?P<id>[0-9]+|anon_[A-Za-z0-9]+)"
_CANVAS = re.compile(rf"{_CANVAS_WHO}_(?P<attachment>[0-9]+)_(?P<file>.+)", re.DOTALL)
_CANVAS_TYPED = re.compile(rf"{_CANVAS_WHO}_(?:text|link)\.html", re.DOTALL)
_MOODLE = re.compile(r"(?P<name>.+)_(?P<id>[0-9]+)_assignsubmission_(?P<plugin>[a-z]+)(?:_(?P<file>.*))?", re.DOTALL)
_BLACKBOARD = re.compile(
    r"(?P<who>.+)_attempt_(?P<time>[0-9]{4}(?:-[0-9]{2}){5})(?:_(?P<file>.+)|(?P<note>\.txt))", re.DOTALL
)
_BRIGHTSPACE = re.compile(r"(?P<id>[0-9]+-[0-9]+) - (?P<name>.+?) - (?P<date>[^/]*?[0-9]{4}[^/]*?)", re.DOTALL)
_BRIGHTSPACE_FLAT = re.compile(rf"{_BRIGHTSPACE.pattern} - (?P<file>.+)", re.DOTALL)
_BRIGHTSPACE_DATE = re.compile(
    r"([A-Z][a-z]{2})[a-z]* ([0-9]{1,2}), ([0-9]{4}) ([0-9]{1,2}):?([0-9]{2}) ?([AP])M", re.IGNORECASE
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
BLIND = "Participant"
MOST_NAMES = 5
"""Underscores that a login may hold; an assignment's title before it may hold many."""


def recognise(path: str) -> Handed | None:
    """What the names in a path say, the innermost first; None where they are no course system's."""
    *folders, file = path.split("/")
    where = "/".join(folders)
    for reader in (_moodle, _blackboard, _brightspace, _canvas):
        if found := reader(file, where, True):
            return found
    for depth in range(len(folders) - 1, -1, -1):
        where = "/".join(folders[:depth])
        for reader in (_moodle, _brightspace):
            if found := reader(folders[depth], where, False):
                return found
    return None


Reader = Callable[[str, str, bool], Handed | None]
"""Reads the name of a file (True) or of a folder (False); `where` is what it lies in."""


def _canvas(name: str, where: str, is_file: bool) -> Handed | None:
    found = _CANVAS.fullmatch(name)
    typed = None if found else _CANVAS_TYPED.fullmatch(name)
    match = found or typed
    if not is_file or match is None:
        return None
    number, plain = match["id"], match["name"] or ""
    anonymous = number.startswith("anon_")
    keys: list[Key] = [] if anonymous else [("canvas_id", number), ("name", plain)]
    aside = "typed into Canvas, and no file" if typed else ""
    return Handed(
        "Canvas", tuple(keys), f"{where}/{number}", plain, bool(match["late"]), aside=aside, certain=anonymous
    )


def _moodle(name: str, where: str, is_file: bool) -> Handed | None:
    match = _MOODLE.fullmatch(name)
    if match is None or (is_file and not match["file"]):
        return None
    keys: list[Key] = [("moodle_id", match["id"])]
    if match["name"] != BLIND:
        keys.append(("name", match["name"].replace("_", " ")))
    aside = "" if match["plugin"] == "file" else "typed into Moodle, and no file"
    return Handed("Moodle", tuple(keys), f"{where}/{match['name']}_{match['id']}", match["name"], aside=aside)


def _blackboard(name: str, where: str, is_file: bool) -> Handed | None:
    match = _BLACKBOARD.fullmatch(name)
    if not is_file or match is None:
        return None
    try:
        time = dt.datetime.strptime(match["time"], "%Y-%m-%d-%H-%M-%S")  # noqa: DTZ007 - the system's own clock
    except ValueError:
        return None
    # both the assignment's title and the login may hold underscores
    words = match["who"].split("_")
    logins = ["_".join(words[-count:]) for count in range(min(len(words), MOST_NAMES), 0, -1)]
    aside = "Blackboard's own note on the attempt" if match["note"] else ""
    keys = tuple(("login", login) for login in logins if login)
    return Handed("Blackboard", keys, f"{where}/{match['who']}/{match['time']}", words[-1], time=time, aside=aside)


def _brightspace(name: str, where: str, is_file: bool) -> Handed | None:
    match = (_BRIGHTSPACE_FLAT if is_file else _BRIGHTSPACE).fullmatch(name)
    if match is None:
        return None
    who, date = match["name"], match["date"]
    attempt = f"{where}/{match['id']}/{date}"
    return Handed("Brightspace", (("name", who),), attempt, who, time=_brightspace_time(date))


def _brightspace_time(date: str) -> dt.datetime | None:
    """`Oct 10, 2025 1022 AM`; in other languages it is written otherwise, and not read."""
    match = _BRIGHTSPACE_DATE.fullmatch(date)
    if match is None or match[1].lower() not in _MONTHS:
        return None
    hour = int(match[4]) % 12 + 12 * (match[6].upper() == "P")
    try:
        month = _MONTHS.index(match[1].lower()) + 1
        return dt.datetime(int(match[3]), month, int(match[2]), hour, int(match[5]))  # noqa: DTZ001
    except ValueError:
        return None
