"""How course systems name what was handed in: each name says whose it is, and sometimes when.

Sources: Canvas, instructure/canvas-lms lib/content_zipper.rb; Moodle, mod/assign/classes/downloader.php (folders by
default, a trailing underscore before 4.1, flat names where folders are off, `Participant` where marking is blind);
Blackboard, kwurst/bb-file-cleanup; Brightspace, its assignment folders' downloads.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from operator import itemgetter

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
_MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>[0-9]+)_assignsubmission_(?P<plugin>[a-z]+)(?:_(?P<file>.*))?", re.DOTALL)
_BLACKBOARD = re.compile(
    r"(?P<who>.+?)_attempt_(?P<time>[0-9]{4}(?:-[0-9]{2}){5})(?:_(?P<file>.+)|(?P<note>\.txt))", re.DOTALL
)
_BRIGHTSPACE_ID = re.compile(r"[0-9]+-[0-9]+")
_YEAR = re.compile(r"[0-9]{4}")
_BRIGHTSPACE_DATE = re.compile(
    r"([A-Z][a-z]{2})[a-z]* ([0-9]{1,2}), ([0-9]{4}) ([0-9]{1,2}):?([0-9]{2}) ?([AP])M", re.IGNORECASE
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
BLIND = "Participant"
MOST_NAMES = 5
"""Underscores that a login may hold; an assignment's title before it may hold many."""


def recognise(path: str) -> list[Handed]:
    """What the names in a path may say, the likeliest first; nothing where they are no course system's.

    The outermost name counts, also a zip's, and in a file's name what stands furthest to the left: what comes behind it
    is the student's to choose, and may be made to look like another student's.
    """
    names = path.split("/")
    likely: list[Handed] = []
    for depth, name in enumerate(names):
        where, is_file = "/".join(names[:depth]), depth == len(names) - 1 or name.lower().endswith(".zip")
        readers = (_moodle, _blackboard, _brightspace, _canvas)
        found = [reading for reader in readers if (reading := reader(name, where, is_file))]
        likely += [handed for _, handed in sorted(found, key=itemgetter(0))]
        if any(handed.certain for handed in likely):
            break
    return likely


Reading = tuple[int, Handed] | None
"""How many characters of a name are the system's own, and what they say. The name is a file's (True) or a folder's
(False); `where` is what it lies in.
"""


def _canvas(name: str, where: str, is_file: bool) -> Reading:
    found = _CANVAS.fullmatch(name)
    typed = None if found else _CANVAS_TYPED.fullmatch(name)
    match = found or typed
    if not is_file or match is None:
        return None
    number, plain = match["id"], match["name"] or ""
    anonymous = number.startswith("anon_")
    keys: list[Key] = [] if anonymous else [("canvas_id", number), ("name", plain)]
    aside = "typed into Canvas, and no file" if typed else ""
    attempt, late = f"{where}/{number}", bool(match["late"])
    handed = Handed("Canvas", tuple(keys), attempt, plain, late, aside=aside, certain=anonymous)
    return match.end("id"), handed


def _moodle(name: str, where: str, is_file: bool) -> Reading:
    match = _MOODLE.fullmatch(name)
    if match is None or (is_file and not match["file"]):
        return None
    keys: list[Key] = [("moodle_id", match["id"])]
    if match["name"] != BLIND:
        keys.append(("name", match["name"].replace("_", " ")))
    aside = "" if match["plugin"] == "file" else "typed into Moodle, and no file"
    attempt = f"{where}/{match['name']}_{match['id']}"
    return match.end("id"), Handed("Moodle", tuple(keys), attempt, match["name"], aside=aside)


def _blackboard(name: str, where: str, is_file: bool) -> Reading:
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
    attempt = f"{where}/{match['who']}/{match['time']}"
    return match.end("time"), Handed("Blackboard", keys, attempt, words[-1], time=time, aside=aside)


def _brightspace(name: str, where: str, is_file: bool) -> Reading:
    """`39786-640693 - Grace Hopper - Oct 10, 2025 1022 AM`, and for a file alone its name behind it."""
    number, *words = name.split(" - ")
    at = next((nth for nth, word in enumerate(words) if nth and _YEAR.search(word)), 0)
    behind = len(words) - at - 1
    if not at or bool(behind) != is_file or not _BRIGHTSPACE_ID.fullmatch(number):
        return None
    who, date = " - ".join(words[:at]), words[at]
    attempt = f"{where}/{number}/{date}"
    handed = Handed("Brightspace", (("name", who),), attempt, who, time=_brightspace_time(date))
    return len(number) + len(who) + len(date), handed


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
