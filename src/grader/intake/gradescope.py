"""Gradescope's list of who handed in what: `submission_metadata.yml`, as a Ruby program writes it.

Nothing of it is constructed: names, ids, addresses and times are the texts that stand there, whatever their tags.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from grader.errors import SheetProblem
from grader.intake.systems import Handed, Key
from grader.sheets import limits
from grader.sheets.encoding import decoded

METADATA = "submission_metadata.yml"
_LOADER: Any = getattr(yaml, "CLoader", yaml.Loader)
_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]+)? ?(Z|UTC|[+-][0-9]{2}:?[0-9]{2})"
)
_KEYS = ("sid", "email", "name")


@dataclass
class _Level:
    """A mapping or list that is being read: the name or place in it that comes next."""

    is_mapping: bool
    place: str = ""
    count: int = 0
    named: bool = False


@dataclass
class _Submission:
    time: dt.datetime | None = None
    people: dict[str, dict[str, str]] = field(default_factory=dict)


def submissions(content: bytes, where: str) -> dict[str, list[Handed]]:
    """By folder (`where` is what the list lies in) what is said of each submitter. SheetProblem: it cannot be read."""
    text, _ = decoded(content, limits.METADATA_BYTES)
    found: dict[str, _Submission] = {}
    try:
        for (name, *place), value in _scalars(text):
            match place:
                case ["submitters", one, key] if key in _KEYS:
                    found.setdefault(name, _Submission()).people.setdefault(one, {})[key] = value
                case ["created_at"]:
                    found.setdefault(name, _Submission()).time = moment(value)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        raise SheetProblem(
            "this list of submissions is broken", line=line, advice="download the export again"
        ) from None
    root = f"{where}/" if where else ""
    return {f"{root}{name}": list(_handed(name, root, submission)) for name, submission in found.items()}


def _handed(name: str, root: str, submission: _Submission) -> Iterator[Handed]:
    for person in submission.people.values():
        keys: tuple[Key, ...] = tuple((key, person[key]) for key in _KEYS if person.get(key))
        if keys:
            yield Handed("Gradescope", keys, f"{root}{name}", person.get("name", ""), time=submission.time)


def _scalars(text: str) -> Iterator[tuple[list[str], str]]:
    """Every text with the names and places that lead to it. An alias stands for the text that it names, or nothing."""
    levels: list[_Level] = []
    anchors: dict[str, str] = {}
    for count, event in enumerate(yaml.parse(text, Loader=_LOADER)):
        if count > limits.METADATA_NODES or len(levels) > limits.NESTING:
            raise SheetProblem("this list of submissions is too long or too deep", advice="download the export again")
        if isinstance(event, yaml.CollectionEndEvent):
            levels.pop()
        elif isinstance(event, yaml.CollectionStartEvent):
            _next(levels)
            levels.append(_Level(isinstance(event, yaml.MappingStartEvent)))
        elif isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
            value = anchors.get(event.anchor or "", "") if isinstance(event, yaml.AliasEvent) else event.value
            if event.anchor and isinstance(event, yaml.ScalarEvent):
                anchors[event.anchor] = value
            if levels and levels[-1].is_mapping and not levels[-1].named:
                levels[-1].place, levels[-1].named = value.removeprefix(":"), True
            elif _next(levels):
                yield [level.place for level in levels], value


def _next(levels: list[_Level]) -> bool:
    """Something takes the place that is next in the innermost mapping or list."""
    if not levels:
        return False
    level = levels[-1]
    if not level.is_mapping:
        level.place, level.count = str(level.count), level.count + 1
    elif not level.named:
        raise SheetProblem("a list where a name should stand", advice="download the export again")
    level.named = False
    return True


def moment(text: str) -> dt.datetime | None:
    """A time with its zone, in UTC.

    >>> moment("2026-02-01 23:59:00.123456000 -08:00").isoformat()
    '2026-02-02T07:59:00+00:00'
    """
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    zone = "+00:00" if match[3] in ("Z", "UTC") else match[3]
    try:
        return dt.datetime.fromisoformat(f"{match[1]}T{match[2]}{zone}").astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
