"""A course folder: where things are, and what its assignments are."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from grader import __version__
from grader.assignment import Assignment, checked_assignment, read_assignment
from grader.config import Source
from grader.errors import CourseError, did_you_mean
from grader.extensions import Extension, read_extensions
from grader.gradebook import Gradebook
from grader.library import Library, all_templates
from grader.roster import Student, Students, each_student, read_roster
from grader.rubric import Rubric, compiled, read_rubric
from grader.sheets.names import Blank, blank
from grader.templates import BUILT_IN


@dataclass(frozen=True)
class Loaded:
    """An assignment with its rubric.

    It travels to another process or machine as what it was read from, since templates' functions cannot travel.
    """

    assignment: Assignment
    rubric: Rubric

    @property
    def name(self) -> str:
        return self.assignment.name

    @cached_property
    def blank(self) -> Blank:
        """The empty form that its sheets fill in."""
        return blank({question.id: question.asked for question in self.assignment.questions})

    @cached_property
    def recipe(self) -> bytes:
        templates = {question.template.name: question.template for question in self.assignment.questions}
        versions = {name: template.source for name, template in templates.items()}
        own = {template.path: template.written for template in templates.values() if template.name not in BUILT_IN}
        return pickle.dumps((self.name, self.assignment.source, self.rubric.written, versions, own))

    def __reduce__(self) -> tuple[Callable[[bytes], Loaded], tuple[bytes]]:
        return unpacked, (self.recipe,)


class Course:
    """The folder `root`. CourseError: it holds no assignments. `tell` is given what a person should know."""

    def __init__(self, root: Path, tell: Callable[[str], None] = lambda _line: None) -> None:
        self.root, self.tell = root, tell
        self._loaded: dict[str, Loaded] = {}
        self._sound = False

    @cached_property
    def templates(self) -> Library:
        return all_templates(self.root / "templates")

    @cached_property
    def names(self) -> list[str]:
        """All assignments of the course."""
        folder = self.root / "assignments"
        if not folder.is_dir():
            raise CourseError(
                "there is no folder `assignments` here: run `grader init .`, or go to the course's folder"
            )
        found = sorted(path.stem for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))
        for name in found:
            if found.count(name) > 1:
                raise CourseError(f"there are both {name}.yaml and {name}.yml; keep one", file=folder)
        if not found:
            raise CourseError("there is no assignment yet: write assignments/<name>.yaml", file=folder)
        return found

    def load(self, name: str) -> Loaded:
        """An assignment and its rubric, checked; read once."""
        if name not in self._loaded:
            self._loaded[name] = self._read(name)
        return self._loaded[name]

    def _read(self, name: str) -> Loaded:
        if name not in self.names:
            raise CourseError(f"there is no assignment '{name}'. {did_you_mean(name, self.names)}")
        paths = [self.root / "assignments" / f"{name}{ending}" for ending in (".yaml", ".yml")]
        assignment = read_assignment(next(path for path in paths if path.exists()), self.templates)
        return Loaded(assignment, read_rubric(assignment, self.root / "rubrics"))

    def as_issued(self, name: str, definition: Mapping[str, Any], rubric: Mapping[str, Any] | None = None) -> Loaded:
        """The assignment as it was when a paper was issued, with the given rubric, else that of today where it fits.

        CourseError: a template that was issued is not there any more, or the rubric does not fit it.
        """
        today = self.load(name)
        if [question.definition for question in today.assignment.questions] == definition["questions"]:
            return today if rubric is None else self._under(today.assignment, rubric)
        wording = definition["wording"]
        data = dict(
            title=wording["title"],
            course=wording["course"],
            questions=[
                dict(question, title=title, text=text, aliases=aliases)
                for question, (title, text, aliases) in zip(definition["questions"], wording["questions"], strict=True)
            ],
        )
        assignment = checked_assignment(Source(self.root / "gradebook.db", data, {}), name, self.templates)
        return self._under(assignment, definition["rubric"] if rubric is None else rubric)

    def _under(self, assignment: Assignment, rubric: Mapping[str, Any]) -> Loaded:
        """An assignment with a rubric out of the gradebook."""
        source = Source(self.root / "gradebook.db", rubric, {})
        return Loaded(assignment, compiled(assignment, source, (), rubric))

    @property
    def own(self) -> list[Path]:
        """What is of the course itself, or was written by this program: nothing that anybody handed in."""
        names = ("assignments", "rubrics", "templates", "issued", "reports", "gradebook.db", ".grader.lock")
        return [self.root / name for name in names]

    def roster(self, path: Path | None = None) -> list[Student]:
        return read_roster(path or self._roster)

    def enrolled(self) -> Iterator[Student]:
        """Those on the course's roster, one by one; nobody where there is none."""
        return each_student(self._roster) if self.has_roster() else iter(())

    def extensions(self, name: str, others: Iterable[Student] = ()) -> dict[str, Extension]:
        """Who has longer for an assignment or is excused from it, of the roster and of `others`."""
        path, timing = self.root / "assignments" / "extensions.csv", self.load(name).assignment.timing
        if not path.exists():
            return {}
        students = Students(chain(others, self.enrolled()))
        found = {who[0]: each for who, each in read_extensions(path, students, self.names).items() if who[1] == name}
        for student, extension in found.items():
            due = extension.due and extension.due.at(timing.zone)
            if due and timing.due and due < timing.due:
                raise CourseError(
                    f"'{student}' has until {timing.shown(due)} for '{name}', and everybody has until "
                    f"{timing.shown(timing.due)}; write a later time, or none",
                    file=path,
                )
        return found

    def has_roster(self) -> bool:
        return self._roster.exists()

    @property
    def _roster(self) -> Path:
        return self.root / "assignments" / "roster.csv"

    def gradebook(self, *, must_exist: bool = False) -> Gradebook:
        gradebook = Gradebook(self.root / "gradebook.db", must_exist=must_exist, sound=self._sound)
        self._sound = True
        if gradebook.backup:
            self.tell(f"gradebook.db was brought to this version; the old one is kept as {gradebook.backup.name}")
        return gradebook

    def issued(self, name: str) -> Path:
        return self.root / "issued" / name

    def reports(self, name: str) -> Path:
        return self.root / "reports" / name


@lru_cache(maxsize=16)
def unpacked(recipe: bytes) -> Loaded:
    """What was packed, compiled once a process. CourseError: a built-in template is another one here."""
    name, source, written, versions, own = pickle.loads(recipe)  # noqa: S301 - made by this very program
    library = Library()
    for path, content in own.items():
        library.add(path, content)
    assignment = checked_assignment(source, name, library)
    for question in assignment.questions:
        template = question.template
        if template.source != versions[template.name]:
            raise CourseError(f"the template '{template.name}' is another one where the work is done: install the same "
                              f"version of grader there ({__version__} here)")  # fmt: skip
    return Loaded(assignment, compiled(assignment, *written))
