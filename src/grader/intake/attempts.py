"""What was handed in together, and whose it is by the names that a course system gave the files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from grader.errors import SheetProblem
from grader.intake.files import BESIDE, SHEETS, ending
from grader.intake.folders import natural
from grader.intake.found import Found, Member, ignored, settled, unfit
from grader.intake.gradescope import METADATA, submissions
from grader.intake.people import People
from grader.intake.systems import Handed, recognise
from grader.roster import Student
from grader.sheets import limits


@dataclass(slots=True)
class Attempt:
    """Files that belong together. Without a `system` it is what lies under one name in one folder.

    `students`: whose it is, where the system says so; `told`: what is to be looked at about that; `problem`: why
    nobody can be found. `time` and `late` as in Found.
    """

    members: list[Member]
    system: str = ""
    students: Sequence[Student] = ()
    told: str = ""
    problem: SheetProblem | None = None
    time: dt.datetime | None = None
    late: bool = False

    @property
    def order(self) -> tuple[float, str]:
        """Oldest first, then by name. A time without a zone is taken as it stands."""
        last = max(self.members, key=lambda member: member.modified)
        if self.time is None:
            return last.modified, natural(last.shown)
        return self.time.replace(tzinfo=self.time.tzinfo or dt.UTC).timestamp(), natural(last.shown)


@dataclass
class Intake:
    """All attempts, oldest first, and what should be told about them as a whole."""

    attempts: list[Attempt]
    notes: list[str] = field(default_factory=list)


def gather(members: Sequence[Member], people: People) -> Intake:
    """Put the files of each attempt together, and find out whose they are."""
    groups: dict[str, list[tuple[Member, tuple[Handed, ...]]]] = {}
    alone: list[Attempt] = []
    plain: list[Member] = []
    for member, handed in _recognised(members, people):
        if not handed:
            plain.append(member)
        elif aside := handed[0].aside or _test_student(handed[0], people):
            alone.append(Attempt([settled(ignored(member.shown, aside))]))
        else:
            groups.setdefault(f"{handed[0].system}\n{handed[0].attempt}", []).append((member, handed))
    told = [_attempt([member for member, _ in group], group[0][1], people) for group in groups.values()]
    attempts = sorted([*told, *alone, *_plain(plain, people)], key=lambda attempt: attempt.order)
    return Intake(attempts, list(_notes(told)))


def _test_student(handed: Handed, people: People) -> str:
    """Canvas has a student of its own, whom instructors try things with."""
    tried = handed.system == "Canvas" and handed.name == "studenttest" and not people.knows(handed)
    return "handed in by Canvas's Test Student" if tried else ""


def _attempt(members: list[Member], handed: tuple[Handed, ...], people: People) -> Attempt:
    first = handed[0]
    attempt = Attempt(members, first.system, time=people.handed_in(first), late=first.late)
    owners: dict[str, Student] = {}
    for each in handed:
        if not each.keys:
            continue
        try:
            owner, told = people.owner(each)
            owners[owner.id] = owner
            attempt.told = attempt.told or told
        except SheetProblem as problem:
            attempt.problem = problem
    attempt.students = tuple(owners.values())
    if attempt.problem and attempt.students:  # the others of a group are marked all the same
        attempt.told, attempt.problem = f"{attempt.problem.message} {attempt.told}".strip(), None
    return attempt


def _recognised(members: Sequence[Member], people: People) -> Iterator[tuple[Member, tuple[Handed, ...]]]:
    """Every file with what a system says of it: nothing for a plain one, several for a group's."""
    names = [(member, _said(member.shown, people)) for member in members]
    lists = _lists(names, people)
    listed = {folder: each for found in lists.values() for folder, each in found[1].items()}
    spoken = _spoken([handed for _, said in names for handed in said], people)
    roots = {_where(handed) for _, said in names for handed in said if handed.system == "Brightspace"}
    for member, said in names:
        where, _, file = member.shown.rpartition("/")
        handed = next((each for each in said if each.certain or _where(each) in spoken), None)
        if member.shown in lists:
            yield settled(lists[member.shown][0]), ()
        elif by_list := _by_list(where, listed):
            yield member, by_list
        elif file == "index.html" and where in roots:
            yield settled(ignored(member.shown, "Brightspace's own list of files")), ()
        else:
            yield member, (handed,) if handed else ()


def _said(path: str, people: People) -> list[Handed]:
    """What a system may say of a file; nothing where it lies in a folder that has a student's id for its name."""
    return [handed for handed in recognise(path) if not _is_somebodys(_where(handed), people)]


def _is_somebodys(folder: str, people: People) -> bool:
    return bool(named_after(f"{folder}/", people.students))


Listed = tuple[Found, Mapping[str, list[Handed]]]
"""Gradescope's list of submissions: what becomes of the file, and what it says of each folder beside it."""


def _lists(names: Sequence[tuple[Member, Sequence[Handed]]], people: People) -> dict[str, Listed]:
    """The lists that there are, by path. One in a folder that is a student's own is no list, but a student's file."""
    found: dict[str, Listed] = {}
    folders: dict[str, list[Handed]] = {}
    candidates = [member for member, said in names if member.shown.rpartition("/")[2] == METADATA and not said]
    for member in sorted(candidates, key=lambda member: member.shown.count("/")):
        where = member.shown.rpartition("/")[0]
        if not _by_list(where, folders) and not _is_somebodys(where, people):
            found[member.shown] = _list(member)
            folders |= found[member.shown][1]
    return found


def _list(member: Member) -> Listed:
    found = member.read(limits.METADATA_BYTES)
    if found.fate:
        return found, {}
    try:
        listed = submissions(found.content, member.shown.rpartition("/")[0])
    except SheetProblem as problem:
        where = f" (line {problem.line})" if problem.line else ""
        return unfit(member.shown, problem.message + where, problem.advice), {}
    return ignored(member.shown, "Gradescope's own list of submissions"), listed


def _by_list(where: str, listed: Mapping[str, list[Handed]]) -> tuple[Handed, ...]:
    """What a list says of the folder that a file lies in, at any depth; the outermost that is listed counts."""
    if not listed:
        return ()
    parts = where.split("/")
    folders = ("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))
    return next((tuple(listed[folder]) for folder in folders if folder in listed), ())


def _where(handed: Handed) -> str:
    return handed.attempt.rsplit("/", 2 if handed.system in ("Brightspace", "Blackboard") else 1)[0]


def _spoken(names: Iterable[Handed], people: People) -> set[str]:
    """Where Canvas has given the names. `lstm_12_34_new.csv` may be a student's own: somebody in it must be known."""
    return {_where(handed) for handed in names if not handed.certain and people.knows(handed)}


def _plain(members: Iterable[Member], people: People) -> Iterator[Attempt]:
    """Each file for itself, but a picture or a written part with the sheets that are named after the same student."""
    groups: dict[tuple[str, str], Attempt] = {}
    for member in members:
        kind = ending(member.shown)
        where, _, _ = member.shown.rpartition("/")
        student = named_after(member.shown, people.students) if kind in BESIDE or kind in SHEETS else ""
        if not student:
            yield Attempt([member])
        else:
            groups.setdefault((where, student), Attempt([])).members.append(member)
    for attempt in groups.values():
        if any(ending(member.shown) in BESIDE for member in attempt.members):
            yield attempt
        else:
            yield from (Attempt([member]) for member in attempt.members)


def named_after(path: str, students: Container[str]) -> str:
    """The student whose id is the name of the file or of its folder, also of a zip, or "".

    >>> named_after("submissions/s001/hw4.csv", ["s001"]), named_after("s002.csv", ["s001"])
    ('s001', '')
    """
    folder, _, file = path.rpartition("/")
    names = folder.rpartition("/")[2].removesuffix(".zip"), file.rpartition(".")[0] or file
    return next((name for name in names if name in students), "")


def _notes(attempts: Sequence[Attempt]) -> Iterator[str]:
    """How many of each system's were recognised, and a word where nobody of them is known."""
    for system in sorted({attempt.system for attempt in attempts}):
        of_it = [attempt for attempt in attempts if attempt.system == system]
        unknown = sum(attempt.problem is not None for attempt in of_it)
        known = f", {unknown} of unknown people" if unknown else ""
        yield f"{system}: {len(of_it)} submissions recognised by their names{known}"


def with_time(found: Found, attempt: Attempt) -> Found:
    return replace(found, time=attempt.time, late=attempt.late) if attempt.time or attempt.late else found
