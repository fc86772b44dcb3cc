"""What was handed in together, and whose it is by the names that a course system gave the files."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.errors import SheetProblem
from grader.intake.files import BESIDE, SHEETS, ending
from grader.intake.found import Found, Member, ignored, settled, unfit
from grader.intake.gradescope import METADATA, submissions
from grader.intake.listing import Files
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

    members: Sequence[Member] = ()
    system: str = ""
    students: Sequence[Student] = ()
    told: str = ""
    problem: SheetProblem | None = None
    time: dt.datetime | None = None
    late: bool = False


@dataclass
class Intake:
    """The files of all attempts, and what should be told about them as a whole."""

    files: Files
    notes: Sequence[str] = ()

    @property
    def attempts(self) -> Iterator[Attempt]:
        """Oldest first, then by name."""
        return (replace(told or Attempt(), members=members) for told, members in self.files.together())


HANDED, ASIDE, PLAIN, NAMED = range(4)
"""What a file is: handed in through a system, put aside, one for itself, one that is named after a student."""


def gather(files: Files, people: People) -> Intake:
    """Put the files of each attempt together, and find out whose they are."""
    systems, unknown = Counter[str](), Counter[str]()
    for nth, (path, handed, instead) in enumerate(_recognised(files, people)):
        aside = handed[0].aside or _test_student(handed[0], people) if handed else ""
        if instead or aside:
            files.put(nth, settled(instead or ignored(path, aside)))
        if aside:
            files.join(nth, ASIDE)
        elif not handed:
            _plain(nth, path, files, people)
        else:
            key = f"{handed[0].system}\n{handed[0].attempt}"
            files.join(nth, HANDED, key)
            if not files.is_told(key):
                attempt = _attempt(handed, people)
                files.tell(key, attempt, _seconds(attempt.time) if attempt.time else None)
                systems[attempt.system] += 1
                unknown[attempt.system] += attempt.problem is not None
    files.part(NAMED)
    return Intake(files, [_note(system, systems[system], unknown[system]) for system in sorted(systems)])


def _seconds(time: dt.datetime) -> float:
    """A time without a zone is taken as it stands."""
    return time.replace(tzinfo=time.tzinfo or dt.UTC).timestamp()


def _test_student(handed: Handed, people: People) -> str:
    """Canvas has a student of its own, whom instructors try things with."""
    tried = handed.system == "Canvas" and handed.name == "studenttest" and not people.knows(handed)
    return "handed in by Canvas's Test Student" if tried else ""


def _attempt(handed: Sequence[Handed], people: People) -> Attempt:
    first = handed[0]
    attempt = Attempt((), first.system, time=people.handed_in(first), late=first.late)
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


def _recognised(files: Files, people: People) -> Iterator[tuple[str, Sequence[Handed], Found | None]]:
    """Every file's path, what a system says of it (nothing of a plain one, several things of a group's), and what is
    in its place where it is a system's own.
    """
    spoken: set[str] = set()
    roots: set[str] = set()
    candidates: list[Member] = []
    for nth, path in enumerate(files.paths()):
        said = _said(path, people)
        spoken |= {_where(handed) for handed in said if _speaks(handed, people, spoken)}
        roots |= {_where(handed) for handed in said if handed.system == "Brightspace"}
        if path.rpartition("/")[2] == METADATA and not said:
            candidates.append(files[nth])
    lists = _lists(candidates, people)
    listed = {folder: each for found in lists.values() for folder, each in found[1].items()}
    for path in files.paths():
        where, _, file = path.rpartition("/")
        said = _said(path, people)
        handed = next((each for each in said if each.certain or _where(each) in spoken), None)
        if path in lists:
            yield path, (), lists[path][0]
        elif by_list := _by_list(where, listed):
            yield path, by_list, None
        elif file == "index.html" and where in roots:
            yield path, (), ignored(path, "Brightspace's own list of files")
        else:
            yield path, (handed,) if handed else (), None


def _said(path: str, people: People) -> list[Handed]:
    """What a system may say of a file; nothing where it lies in a folder that has a student's id for its name."""
    return [handed for handed in recognise(path) if not _is_somebodys(_where(handed), people)]


def _is_somebodys(folder: str, people: People) -> bool:
    return bool(named_after(f"{folder}/", people.students))


Listed = tuple[Found, Mapping[str, list[Handed]]]
"""Gradescope's list of submissions: what becomes of the file, and what it says of each folder beside it."""


def _lists(candidates: Iterable[Member], people: People) -> dict[str, Listed]:
    """The lists that there are, by path. One in a folder that is a student's own is no list, but a student's file."""
    found: dict[str, Listed] = {}
    folders: dict[str, list[Handed]] = {}
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


def _by_list(where: str, listed: Mapping[str, list[Handed]]) -> Sequence[Handed]:
    """What a list says of the folder that a file lies in, at any depth; the outermost that is listed counts."""
    if not listed:
        return ()
    parts = where.split("/")
    folders = ("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))
    return next((tuple(listed[folder]) for folder in folders if folder in listed), ())


def _where(handed: Handed) -> str:
    return handed.attempt.rsplit("/", 2 if handed.system in ("Brightspace", "Blackboard") else 1)[0]


def _speaks(handed: Handed, people: People, spoken: Container[str]) -> bool:
    """Canvas has given the names there. `lstm_12_34_new.csv` may be a student's own: somebody in it must be known."""
    return not handed.certain and _where(handed) not in spoken and people.knows(handed)


def _plain(nth: int, path: str, files: Files, people: People) -> None:
    """Each file for itself, but a picture or a written part with the sheets that are named after the same student."""
    kind = ending(path)
    student = named_after(path, people.students) if kind in BESIDE or kind in SHEETS else ""
    key = f"\n{path.rpartition('/')[0]}\n{student}"
    files.join(nth, NAMED if student else PLAIN, key if student else None)
    if student and kind in BESIDE and not files.is_told(key):
        files.tell(key, Attempt())


def named_after(path: str, students: Container[str]) -> str:
    """The student whose id is the name of the file or of its folder, also of a zip, or "".

    >>> named_after("submissions/s001/hw4.csv", ["s001"]), named_after("s002.csv", ["s001"])
    ('s001', '')
    """
    return next((name for name in names_in(path) if name in students), "")


def names_in(path: str) -> tuple[str, str]:
    """What a file's folder and the file itself are called."""
    folder, _, file = path.rpartition("/")
    return folder.rpartition("/")[2].removesuffix(".zip"), file.rpartition(".")[0] or file


def _note(system: str, count: int, unknown: int) -> str:
    """How many of a system's were recognised, and a word where nobody of them is known."""
    known = f", {unknown} of unknown people" if unknown else ""
    return f"{system}: {count} submissions recognised by their names{known}"


def with_time(found: Found, attempt: Attempt) -> Found:
    return replace(found, time=attempt.time, late=attempt.late) if attempt.time or attempt.late else found
