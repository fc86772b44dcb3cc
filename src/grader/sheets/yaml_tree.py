"""YAML from strangers -> a plain tree of texts, event by event: nothing is constructed or expanded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from grader.errors import SheetProblem
from grader.sheets import limits
from grader.sheets.yaml_faults import begins_with, explained, lines_of

_LOADER: Any = getattr(yaml, "CLoader", yaml.Loader)
_WHOLE = re.compile(r"[+\-−–]?[0-9]+(?:,[0-9]+)*")
_DIGITS = re.compile(r"[0-9]+(?:[eE][+-]?[0-9]+)?")
_COMMENT = re.compile(r"[ \t]+#")
_ESCAPES = {"\a": "a", "\b": "b", "\f": "f", "\v": "v", "\x1b": "e", "\t": "t", "\n": "n", "\r": "r"}
_ESCAPED = re.compile(r"[\a\x08\f\v\x1b]|\t(?=anh|au|heta|imes|ext)|\n(?=abla|eq)|\r(?=ight|ho)")
"""What YAML makes of \\alpha, \\beta, \\frac, \\exp, \\tanh, \\nabla or \\right in double quotes."""
_BLANK = {"", "~", "null", "Null", "NULL"}


@dataclass(slots=True)
class Scalar:
    """A text as it was written; `problem` where the file's syntax has spoilt it, `rest`: the comment behind it."""

    text: str
    line: int
    plain: bool
    problem: str = ""
    rest: str = ""

    @property
    def blank(self) -> bool:
        return self.plain and self.text in _BLANK


@dataclass(slots=True)
class Listing:
    line: int
    items: list[Node] = field(default_factory=list)

    def add(self, node: Node) -> None:
        if len(self.items) == limits.ARRAY_ENTRIES:
            message = f"the list has more than {limits.ARRAY_ENTRIES} entries"
            raise SheetProblem(message, line=self.line, advice="Write only the answers that are asked for.")
        self.items.append(node)


@dataclass(slots=True)
class Mapping:
    line: int
    pairs: list[tuple[Scalar, Node]] = field(default_factory=list)
    key: Scalar | None = None

    def add(self, node: Node) -> None:
        if self.key is not None:
            self.pairs.append((self.key, node))
            self.key = None
        elif not isinstance(node, Scalar):
            raise SheetProblem("a name is a list or a mapping", line=node.line, advice="Names are plain words.")
        elif node.plain and node.text == "<<":
            raise SheetProblem("merge keys (<<) are not allowed", line=node.line, advice="Write each answer out.")
        else:
            self.key = node

    def close(self) -> None:
        """Join the numbers that a comma has split, and refuse names given twice."""
        self.pairs = list(_joined(self.pairs))
        lines: dict[str, int] = {}
        for key, _ in self.pairs:
            if key.text in lines:
                where = f"'{key.text[:40]}' stands in line {lines[key.text]} and again in line {key.line}"
                raise SheetProblem(where, line=key.line, advice="Keep one of them.")
            lines[key.text] = key.line


Node: TypeAlias = Scalar | Listing | Mapping


def read_tree(text: str) -> Node | None:
    """The only document's tree, None if there is none; SheetProblem for what a sheet does not need."""
    root = Listing(1)
    stack: list[Listing | Mapping] = [root]
    rows = lines_of(text) if "#" in text else []
    try:
        for count, event in enumerate(yaml.parse(text, Loader=_LOADER)):
            if count > limits.YAML_NODES:
                raise SheetProblem("the file has too many entries", advice="Hand in the answer sheet alone.")
            _take(event, stack, root, rows)
    except yaml.YAMLError as error:
        raise explained(error, text) from None
    return root.items[0] if root.items else None


def _take(event: yaml.Event, stack: list[Listing | Mapping], root: Listing, rows: Sequence[str]) -> None:
    mark = event.start_mark
    line = mark.line + 1 if mark else 1
    if isinstance(event, yaml.AliasEvent):  # of what? anchors are refused, so it is a value
        key = stack[-1].key if isinstance(stack[-1], Mapping) else None
        raise begins_with(key.text if key else "", "*", line)
    _refuse(event, line)
    if isinstance(event, yaml.ScalarEvent):
        stack[-1].add(_scalar(event, line, rows))
    elif isinstance(event, yaml.CollectionStartEvent):
        node = Listing(line) if isinstance(event, yaml.SequenceStartEvent) else Mapping(line)
        if len(stack) > limits.NESTING:
            message = f"brackets or indents are nested more than {limits.NESTING} deep"
            raise SheetProblem(message, line=line, advice="Write a matrix as a list of its rows: [[1, 2], [3, 4]].")
        stack[-1].add(node)
        stack.append(node)
    elif isinstance(event, yaml.CollectionEndEvent):
        node = stack.pop()
        if isinstance(node, Mapping):
            node.close()
    elif isinstance(event, yaml.DocumentStartEvent) and root.items:
        raise SheetProblem("a second document begins (---)", line=line, advice="Keep one sheet in one file.")


def _scalar(event: yaml.ScalarEvent, line: int, rows: Sequence[str]) -> Scalar:
    """The text; what an escape in double quotes has made of a formula is put right and told."""
    if event.style == '"' and _ESCAPED.search(event.value):
        text = _ESCAPED.sub(lambda found: f"\\{_ESCAPES[found[0]]}", event.value)
        problem = "in double quotes a backslash changes the letter after it: put single quotes around the formula"
        return Scalar(text, line, plain=False, problem=problem)
    end = event.end_mark
    assert end is not None, "libyaml marks every event"
    behind = rows[end.line][end.column :] if event.implicit[0] and end.line < len(rows) else ""
    rest = behind.rstrip() if _COMMENT.match(behind) else ""
    return Scalar(event.value, line, plain=event.implicit[0], rest=rest)


def _refuse(event: yaml.Event, line: int) -> None:
    anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
    if anchor is not None:
        advice = f"Write the value out, or put quotes around &{anchor[:40]} if it is one."
        raise SheetProblem("anchors and aliases (& and *) are not allowed", line=line, advice=advice)
    if tag is not None:
        advice = "Leave the word that begins with ! out, or put quotes around the value."
        raise SheetProblem(f"tags ({tag[:40]}) are not allowed", line=line, advice=advice)


def _joined(pairs: list[tuple[Scalar, Node]]) -> Iterator[tuple[Scalar, Node]]:
    """`{f_1: 0,852}` reaches us as `f_1: 0` and a name `852` with no value."""
    held: tuple[Scalar, Node] | None = None
    for key, value in pairs:
        if held and _halves(held[1], key, value):
            held = held[0], _spoilt(held[1], key)
            continue
        if held:
            yield held
        held = key, value
    if held:
        yield held


def _halves(first: Node, key: Scalar, value: Node) -> bool:
    if not isinstance(first, Scalar) or len(first.text) > limits.NUMBER_CHARACTERS:
        return False
    whole = first.plain and _WHOLE.fullmatch(first.text)
    nothing = isinstance(value, Scalar) and value.plain and not value.text
    return bool(whole and nothing and key.plain and _DIGITS.fullmatch(key.text))


def _spoilt(first: Node, key: Scalar) -> Scalar:
    assert isinstance(first, Scalar)
    text = f"{first.text},{key.text}"
    number = f"write {text.replace(',', '.')}" if text.count(",") == 1 else "write it without the commas"
    return Scalar(
        text,
        first.line,
        True,
        f"the comma in {text[:40]} ends the value here: {number}, or put quotes around it",
    )
