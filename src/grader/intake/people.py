"""Who somebody is whom a course system names: by its number, a login, an address or a name."""

from __future__ import annotations

import datetime as dt
import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from grader.errors import SheetProblem
from grader.intake.systems import Handed, Key
from grader.roster import Student, Students

_TRIED = {
    "canvas_id": ("canvas_id",),
    "moodle_id": ("moodle_id",),
    "login": ("login", "id", "email", "account"),
    "sid": ("sid", "id"),
    "email": ("email", "login", "id"),
    "id": ("id", "sid", "login", "email"),
}
"""Where a key is looked for: systems call the same thing by several names."""
_COLUMNS = ("id", "canvas_id", "moodle_id", "sid", "login", "email")
_NUMBERS = frozenset({"id", "sid"})
"""Columns of which a spreadsheet may have eaten leading zeros."""
_NOT_WORDS = re.compile(r"[\W_]+")
NEAREST = 3
SOME = 5000
HINTS = 50
"""So many unknown people are compared with the roster: each comparison with a large one takes half a second."""


class People:
    """Everybody who can be meant, by all that the roster says of them. `participants`: whose a worksheet's numbers
    are; `times`: when those handed in.
    """

    participants: Mapping[str, str] = {}
    times: Mapping[str, dt.datetime] = {}

    def __init__(self, students: Iterable[Student]) -> None:
        self.students = Students(students)
        self._kept, self._hints = self.students.kept, HINTS
        self._kept.ask("CREATE TABLE keys (kind TEXT, value TEXT, student INTEGER)")
        self._keep(_keys)
        self._kept.ask("CREATE INDEX keys_by_value ON keys (kind, value, student)")

    def _keep(self, keys: Callable[[Student], Iterator[Key]]) -> None:
        every = enumerate(self.students.where("true"), start=1)
        rows = ((*key, nth) for nth, student in every for key in keys(student))
        self._kept.add("INSERT INTO keys VALUES (?, ?, ?)", rows)

    def _known_by(self, kind: str, value: str) -> list[Student]:
        return list(self.students.where("nth IN (SELECT student FROM keys WHERE kind = ? AND value = ?)", kind, value))

    def handed_in(self, handed: Handed) -> dt.datetime | None:
        """When that was, where the system or a worksheet tells."""
        told = (self.times[value] for column, value in handed.keys if column == "moodle_id" and value in self.times)
        return handed.time or next(told, None)

    def knows(self, handed: Handed) -> bool:
        """Is this somebody's name, number or login?"""
        return any(len(self.called(key)) == 1 for key in handed.keys)

    def owner(self, handed: Handed) -> tuple[Student, str]:
        """The student whom the system names, and what should be looked at ("" if nothing).

        SheetProblem: nobody, or several people, can be meant.
        """
        found: list[tuple[Key, Student]] = []
        several: list[Student] = []
        for key in handed.keys:
            fits = self.called(key)
            if key[0] == "name":
                fits = [student for student in fits if not self._is_another(student, handed)]
            if len(fits) == 1:
                found.append((key, fits[0]))
            several = several or fits
        if not found:
            raise self._unknown(handed, several)
        (first, student), others = found[0], [(key, other) for key, other in found[1:] if key[0] != found[0][0][0]]
        for key, other in others:
            if other.id != student.id:
                return student, f"{handed.system}'s {_words(first)} is {student.id}'s, its {_words(key)} {other.id}'s"
        return student, ""

    def called(self, key: Key) -> list[Student]:
        """Everybody of whom that is known."""
        column, value = key
        if column == "moodle_id" and value in self.participants:
            return [self.students[self.participants[value]]]
        if column == "name":
            return self._known_by("name", _letters(value)) if value else []
        for tried in _TRIED[column]:
            if fits := self._known_by(tried, folded(value)):
                return fits
        for tried in _TRIED[column]:
            if fits := self._known_by(f"{tried} without zeros", folded(value).lstrip("0")):
                return fits
        return []

    def meant(self, written: str) -> tuple[Student | None, str]:
        """The student whom a sheet's row `student` means, and what had to be assumed ("" if nothing).

        Case is forgiven, and leading zeros that a spreadsheet ate, where only one student fits; so is an address or a
        login in place of the id.
        """
        if student := self.students.get(written):
            return student, ""
        fits = self.called(("id", written))
        if len(fits) != 1:
            return None, ""
        student = fits[0]
        if folded(student.id) == folded(written):
            return student, f"the id '{student.id}' is written in other letters: '{written}'"
        if folded(student.id).lstrip("0") == folded(written).lstrip("0"):
            return student, f"the id '{student.id}' is written without its leading zeros: '{written}'"
        return student, f"the sheet names '{written[:60]}', which is {student.id}"

    def nearest(self, *texts: str) -> str:
        """A sentence with the students who are called most like it, "" if nobody is."""
        self._hints -= 1
        if self._hints < 0:
            return ""
        if self._hints == HINTS - 1:
            self._keep(_looks)
        near: list[str] = []
        for text in texts:
            for spelling in dict.fromkeys((text[:80].casefold().partition("@")[0], _sorted(text[:80]))):
                found = [self._known_by("looks", each)[-1].id for each in self._close(spelling)]
                near += [one for one in found if one not in near]
        named = [f"{one} ({self.students[one].name})" if self.students[one].name else one for one in near[:NEAREST]]
        return f"The nearest on the roster: {', '.join(named)}." if named else ""

    def _close(self, spelling: str) -> list[str]:
        """The spellings that are most like it, found some thousands at a time."""
        found: list[str] = []
        known = self._kept.ask("SELECT DISTINCT value FROM keys WHERE kind = 'looks' AND value <> ''")
        while some := known.fetchmany(SOME):
            found = difflib.get_close_matches(spelling, [*found, *(each for (each,) in some)], NEAREST, 0.6)
        return found

    def _is_another(self, student: Student, handed: Handed) -> bool:
        """The roster has another number for the student of this name: a namesake."""
        return any(
            column == "canvas_id" and student.canvas_id and folded(student.canvas_id) != folded(value)
            for column, value in handed.keys
        )

    def _unknown(self, handed: Handed, several: Sequence[Student]) -> SheetProblem:
        number = next((value for column, value in handed.keys if column in ("canvas_id", "moodle_id", "sid")), "")
        who = " ".join(filter(None, [handed.name[:80], f"({number[:20]})" if number else ""]))
        values = [value for column, value in handed.keys if column not in ("canvas_id", "moodle_id", "name")]
        if several:
            column = "canvas_id" if handed.system == "Canvas" else "moodle_id" if handed.system == "Moodle" else "email"
            ids = ", ".join(student.id for student in several[:NEAREST])
            return SheetProblem(
                f"{handed.system} names {who}, which may be {ids}",
                advice=f"put {handed.system}'s ids into the roster's column {column}, and grade again",
            )
        return SheetProblem(
            f"{handed.system} names {who}, who is not on the roster. {self.nearest(handed.name, *values)}".strip(),
            advice=_what_to_do(handed),
        )


def _keys(student: Student) -> Iterator[Key]:
    """All that somebody is known by, as it is looked for."""
    known = (("account", student.email.partition("@")[0]), *((name, getattr(student, name)) for name in _COLUMNS))
    for column, value in known:
        if value:
            yield column, folded(value)
            if column in _NUMBERS:
                yield f"{column} without zeros", folded(value).lstrip("0")
    yield from (("name", spelling) for spelling in spellings(student.name))


def _looks(student: Student) -> Iterator[Key]:
    """What somebody may be nearly called."""
    account = student.email.casefold().partition("@")[0]
    yield from (("looks", each) for each in dict.fromkeys((student.id.casefold(), _sorted(student.name), account)))


def _what_to_do(handed: Handed) -> str:
    if handed.system == "Moodle" and all(column != "name" for column, _ in handed.keys):
        return "give the assignment's grading worksheet with --worksheet, and grade again"
    columns = {"Canvas": "canvas_id", "Moodle": "name or moodle_id", "Blackboard": "login", "Brightspace": "name"}
    return f"put the person on the roster (column {columns.get(handed.system, 'email')}), and grade again"


def _words(key: Key) -> str:
    return {"canvas_id": "number", "moodle_id": "number", "sid": "student id"}.get(key[0], key[0])


def folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().casefold()


def _letters(name: str) -> str:
    """A name as Canvas writes it: small letters and digits with nothing between them."""
    return _NOT_WORDS.sub("", unicodedata.normalize("NFC", name).casefold())


def _sorted(name: str) -> str:
    """The same however its words are ordered."""
    return "".join(sorted(_letters(word) for word in re.split(r"[\s,]+", name)))


def spellings(name: str) -> set[str]:
    """A name in every order that systems have for it: each of its words may come first.

    >>> sorted(spellings("Ada King Lovelace"))
    ['adakinglovelace', 'kinglovelaceada', 'lovelaceadaking']
    """
    words = [word for word in re.split(r"[\s,]+", name) if _letters(word)]
    return {_letters("".join(words[nth:] + words[:nth])) for nth in range(len(words))}
