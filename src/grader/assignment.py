"""An assignment: which questions, from which templates, with which parameters."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import translate
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field, ValidationError, field_validator

from grader import config
from grader.aliases import faults
from grader.config import Record, Source
from grader.deadlines import LateRecord, Timing, Which, length, stamp, zone
from grader.errors import CourseError, did_you_mean
from grader.library import named
from grader.part import Part
from grader.template import GivensError, Mistake, Parameters, Template

T = TypeVar("T")
RESERVED = ("assignment", "student", "instance")
ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,40}")


class QuestionRecord(Record):
    id: str
    template: str
    title: str = ""
    text: str = ""
    parameters: dict[str, Any] = Field(default_factory=dict)
    givens: dict[str, Any] = Field(default_factory=dict)
    ask: list[str] | None = None
    aliases: dict[str, str] = Field(default_factory=dict)

    @field_validator("id")
    @classmethod
    def _usable(cls, value: str) -> str:
        if not ID.fullmatch(value) or value in RESERVED:
            raise ValueError(
                "an id is a short word of letters, digits, - and _ (and not assignment, student, instance)"
            )
        return value


class AssignmentRecord(Record):
    title: str
    course: str = ""
    due: str = ""
    timezone: str = ""
    grace: str = ""
    cut_off: str = ""
    late: LateRecord | None = None
    attempts: Which = "latest"
    text: str = ""
    rubric: dict[str, Any] | str | None = None
    questions: list[QuestionRecord] = Field(min_length=1)


@dataclass(frozen=True, eq=False)
class Question:
    """A question as the class gets it: settled parameters, all its parts, and those that are asked."""

    id: str
    template: Template[Any, Any]
    parameters: Parameters
    parts: tuple[Part, ...]
    asked: tuple[Part, ...]
    givens: Mapping[str, Any]
    title: str
    text: str
    aliases: Mapping[str, str]
    file: Path
    line: int | None

    @cached_property
    def definition(self) -> dict[str, Any]:
        """What the numbers depend on besides seed and tolerances: kept with what is issued."""
        return dict(
            id=self.id,
            template=self.template.name,
            parameters=self.parameters.model_dump(mode="json"),
            givens=dict(self.givens),
            ask=[part.name for part in self.asked],
        )

    @cached_property
    def mistakes(self) -> Mapping[str, Mistake]:
        """By name: the template's, and those that its parameters bring along."""
        return {**self.template.mistakes, **self.template.own_mistakes(self.parameters)}

    def read(self, raw: Mapping[str, Any]) -> Any:
        """The solver's givens from stored ones."""
        return self.template.read(self.parameters, raw)[1]


@dataclass(frozen=True)
class Assignment:
    name: str
    title: str
    course: str
    due: str
    text: str
    questions: tuple[Question, ...]
    source: Source
    rubric: Mapping[str, Any] | str | None
    timing: Timing

    def question(self, question_id: str) -> Question:
        for question in self.questions:
            if question.id == question_id:
                return question
        hint = did_you_mean(question_id, [question.id for question in self.questions])
        raise CourseError(f"'{self.name}' has no question '{question_id}'. {hint}")


def read_assignment(path: Path, templates: Mapping[str, Template[Any, Any]]) -> Assignment:
    """Read and check an assignment. CourseError: file, line, what is wrong, the nearest right word."""
    return checked_assignment(config.read_yaml(path), path.stem, templates)


def checked_assignment(source: Source, name: str, templates: Mapping[str, Template[Any, Any]]) -> Assignment:
    """The same from data that are read already."""
    record = config.checked(AssignmentRecord, source)
    seen: set[str] = set()
    questions = []
    for k, question in enumerate(record.questions):
        if question.id in seen:
            raise source.error(f"there are two questions '{question.id}'", "questions", k, "id")
        seen.add(question.id)
        questions.append(_question(question, source, k, templates))
    timing = _timing(record, source)
    return Assignment(
        name, record.title, record.course, record.due, record.text, tuple(questions), source, record.rubric, timing
    )


def _timing(record: AssignmentRecord, source: Source) -> Timing:
    """The rules about time. CourseError: a key that cannot be read, needs `due`, or contradicts it."""
    if not record.due:
        for key in ("timezone", "grace", "cut_off", "late"):
            if getattr(record, key):
                raise source.error(f"`{key}` means nothing without `due`", key)
        if record.attempts == "latest_on_time":
            raise source.error("attempts: latest_on_time means nothing without `due`", "attempts")
        return Timing(attempts=record.attempts)

    def read(key: str, reader: Callable[[str], T], otherwise: T) -> T:
        text = getattr(record, key)
        try:
            return reader(text) if text else otherwise
        except (ValueError, OverflowError) as error:
            raise source.error(f"{key}: {error}", key) from None

    utc: dt.tzinfo = dt.UTC
    where = read("timezone", zone, utc)
    own = read("due", lambda text: stamp(text).zone, None)
    due = read("due", lambda text: stamp(text).at(where), dt.datetime.max.replace(tzinfo=dt.UTC))
    grace = read("grace", length, dt.timedelta())
    cut_off = read("cut_off", lambda text: _cut_off(text, due, where), None)
    if cut_off is not None and cut_off < due + grace:
        raise source.error("cut_off: this is before the sheets are due and their grace is over", "cut_off")
    shown = where if record.timezone else own or where
    return Timing(due, shown, not record.timezone and own is None, grace, cut_off, record.late, record.attempts)


def _cut_off(text: str, due: dt.datetime, where: dt.tzinfo) -> dt.datetime | None:
    """A time, or so long after `due`."""
    return stamp(text).at(where) if re.match(r"\d{4}-", text) else due + length(text)


def _question(record: QuestionRecord, source: Source, k: int, templates: Mapping[str, Template[Any, Any]]) -> Question:
    place = ("questions", k)
    try:
        template = named(record.template, templates)
    except CourseError as error:
        raise error if error.file else source.error(error.message, *place, "template") from None
    parameters = config.checked(template.parameters, source, *place, "parameters", data=record.parameters)
    try:
        parameters = template.settle(parameters, record.givens)
        # what is settled must itself be allowed: sizes of the givens within the parameters' limits
        parameters = template.parameters.model_validate(parameters.model_dump())
    except GivensError as error:
        raise source.error(f"givens: {error}", *place, "givens") from None
    except ValidationError as error:
        message = config.sentence(error.errors()[0], template.parameters)
        raise source.error(f"these givens need parameters that are not allowed: {message}", *place, "givens") from None
    parts = tuple(template.ask(parameters))
    for name, fault in faults(record.aliases, template, parameters, parts) if record.aliases else ():
        raise source.error(fault, *place, "aliases", name)
    parts = tuple(_aliased(part, record.aliases) for part in parts)
    asked = _asked(record, parts, source, place)
    return Question(
        record.id,
        template,
        parameters,
        parts,
        asked,
        record.givens,
        record.title or template.title,
        record.text,
        record.aliases,
        source.file,
        source.line((*place, "id")),
    )


def renamed(text: str, aliases: Mapping[str, str]) -> str:
    r"""LaTeX or words with the assignment's own symbols in place of the template's.

    >>> print(renamed(r"U x_t + \max(x_1)", {"x": "I"}))
    U I_t + \max(I_1)
    """
    if not aliases:
        return text
    names = "|".join(re.escape(name) for name in sorted(aliases, key=len, reverse=True))
    return re.sub(rf"(?<![A-Za-z\\])({names})(?![A-Za-z])", lambda match: aliases[match.group(1)], text)


def _aliased(part: Part, aliases: Mapping[str, str]) -> Part:
    if not aliases:
        return part
    space = part.space
    if space is not None:
        spelled = {renamed(name, aliases): name for name in space.symbols}
        space = space.spelled({own: name for own, name in spelled.items() if own != name})
    return replace(part, meaning=renamed(part.meaning, aliases), symbol=renamed(part.symbol, aliases), space=space)


def _asked(record: QuestionRecord, parts: Sequence[Part], source: Source, place: config.Place) -> tuple[Part, ...]:
    if record.ask == []:
        raise source.error("`ask` names no part; leave it out to ask for all of them", *place, "ask")
    if record.ask is None:
        return tuple(part for part in parts if part.asked)
    chosen: dict[str, Part] = {}
    for i, pattern in enumerate(record.ask):
        found = [part for part in parts if matches(pattern, part.name)]
        if not found:
            message = f"no part is called '{pattern}'. {did_you_mean(pattern, [part.name for part in parts])}"
            raise source.error(message, *place, "ask", i)
        chosen.update((part.name, part) for part in found)
    return tuple(chosen.values())


@lru_cache(4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(translate("*".join(re.sub(r"([\[?])", r"[\1]", piece) for piece in pattern.split("*"))))


def matches(pattern: str, name: str) -> bool:
    """Does the pattern fit the name? `*` is the only wildcard; brackets are part of names.

    >>> matches("c_*", "c_1"), matches("dW[*]", "dW[1,2]"), matches("dW[1]", "dW1"), matches("?_1", "f_1")
    (True, True, False, False)
    """
    return _compiled(pattern).match(name) is not None
