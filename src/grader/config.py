"""The instructor's YAML: plain data, and for each place in it the line it stands in.

YAML 1.2's core rules for scalars, not 1.1's: `no` is a word, `1e-3` a number, `010` is ten, `12:30` and dates are text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from grader.errors import CourseError, did_you_mean

Place = tuple[str | int, ...]
M = TypeVar("M", bound=BaseModel)

_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: Mapping[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


class Record(BaseModel):
    """Base of everything read from the instructor's files."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class Source:
    """A file's data with the lines of its places."""

    file: Path
    data: Any
    lines: Mapping[Place, int]

    def line(self, place: Place) -> int | None:
        """The line of a place, or of the nearest one around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place)

    def error(self, message: str, *place: str | int) -> CourseError:
        return CourseError(message, file=self.file, line=self.line(place))


def load_yaml(text: str, file: Path) -> Source:
    """Parse. CourseError: the file is no YAML, has a key twice, or uses aliases or tags."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise CourseError(f"this is not valid YAML: {error.problem}", file=file, line=line) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise CourseError(f"this is not valid YAML: {error}", file=file) from error
    lines: dict[Place, int] = {}
    data = None if node is None else _build(node, (), lines, file, set())
    return Source(file, data, lines)


def read_yaml(path: Path) -> Source:
    """Read a file of the instructor's. CourseError: it is missing, not UTF-8, or not YAML."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise CourseError("there is no such file", file=path) from None
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"this cannot be read: {error}", file=path) from error
    return load_yaml(text, path)


def _build(node: yaml.Node, place: Place, lines: dict[Place, int], file: Path, above: set[int]) -> Any:
    lines.setdefault(place, node.start_mark.line + 1)
    if id(node) in above:
        raise CourseError("an alias refers to what it is in", file=file, line=lines[place])
    above = above | {id(node)}
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*place, i), lines, file, above) for i, item in enumerate(node.value)]
    out: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
        line = key_node.start_mark.line + 1
        if key is None:
            raise CourseError("a key must be a word", file=file, line=line)
        if key in out:
            first = lines[(*place, key)]
            raise CourseError(f"'{key}' stands here twice (first in line {first})", file=file, line=line)
        lines[(*place, key)] = line
        out[key] = _build(value_node, (*place, key), lines, file, above)
    return out


def _scalar(node: yaml.ScalarNode) -> object:
    text: str = node.value
    if node.style is not None:  # quoted or a block: always text
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text) if len(text) < 300 else text
    return float(text) if _FLOAT.fullmatch(text) else text


def checked(model: type[M], source: Source, *place: str | int, data: Any = None) -> M:
    """The data as a record. CourseError: the first thing that is wrong, with line and the nearest right word."""
    data = source.data if data is None else data
    if not isinstance(data, Mapping):
        found = "nothing" if data is None else _short(data)
        raise source.error(f"expected `key: value` lines here, and found {found}", *place)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        # a misspelt key explains a missing one, so it is told first
        errors = sorted(error.errors(), key=lambda e: source.line((*place, *e["loc"])) or 0)
        first = min(errors, key=lambda e: e["type"] != "extra_forbidden")
        raise source.error(sentence(first, model), *place, *first["loc"]) from None


def sentence(error: Any, model: type[BaseModel]) -> str:
    """What is wrong with a value or a key, in words for the instructor; `error` is one of pydantic's."""
    loc, kind, given = error["loc"], error["type"], error["input"]
    if kind == "extra_forbidden":
        return f"unknown key '{loc[-1]}'. {did_you_mean(str(loc[-1]), _keys(model, loc[:-1]))}"
    if kind == "missing":
        return f"'{loc[-1]}' is missing"
    name = next((str(part) for part in reversed(loc) if isinstance(part, str)), "")
    if kind == "value_error":
        message = error["msg"].removeprefix("Value error, ")
        return f"{name}: {message}" if name else str(message)
    if kind == "literal_error":
        options = re.findall(r"'([^']*)'", error["ctx"]["expected"])
        return f"{name}: '{given}' is not one of the options. {did_you_mean(str(given), options)}"
    return f"{name} must be {_wanted(kind, error.get('ctx', {}))}, not {_short(given)}"


KINDS = {
    "int": "a whole number",
    "float": "a number",
    "string": "text (in quotes, if it looks like a number)",
    "bool": "true or false",
    "list": "a list, such as [a, b]",
    "tuple": "a list, such as [1, 2]",
    "dict": "a mapping, such as {key: value}",
    "model": "a mapping, such as {key: value}",
}
LIMITS = {
    "greater_than_equal": "at least {ge}",
    "less_than_equal": "at most {le}",
    "greater_than": "more than {gt}",
    "less_than": "less than {lt}",
    "too_short": "a list with at least {min_length} entries",
    "too_long": "a list with at most {max_length} entries",
}


def _wanted(kind: str, limits: Mapping[str, Any]) -> str:
    if kind in LIMITS:
        return LIMITS[kind].format(**limits)
    return next((words for start, words in KINDS.items() if kind.startswith(start)), "something else")


def _keys(model: type[BaseModel], loc: Place) -> list[str]:
    """The keys that a record at this place of a model has."""
    here: Any = model
    for part in loc:
        if isinstance(here, type) and issubclass(here, BaseModel):
            fields = {field.alias or name: field.annotation for name, field in here.model_fields.items()}
            here = fields.get(str(part), here)
        here = next(_models(here), here)
    if isinstance(here, type) and issubclass(here, BaseModel):
        return [field.alias or name for name, field in here.model_fields.items()]
    return []


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
