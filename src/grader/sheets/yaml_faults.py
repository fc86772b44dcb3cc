"""What is wrong with a file that YAML cannot read, in words for somebody who has never heard of YAML."""

from __future__ import annotations

import re
from collections.abc import Sequence

import yaml

from grader.errors import SheetProblem

_BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
_ANSWER = re.compile(r"[ ]*(?P<name>[^\s:#{\[][^:#]{0,60}):[ ]+(?P<value>\S.*)")
_NO_SPACE = re.compile(r"[ ]*(?P<name>[^\s:#{}\[\]\"',]+):(?P<value>[^\s:#]\S*)")
_SIGNS = "*&!@`%|>"
_QUOTED = re.compile(r"([\"']).*\1\s*[^\s,#].*")
_BRACKETS = re.compile(r"[\[{].*[\]}]\s*[^\s,#\]}].*")
_BLOCK = re.compile(r"[|>][+-]?[0-9]?\s*(#.*)?")


def lines_of(text: str) -> list[str]:
    """The lines as YAML counts them."""
    return _BREAK.split(text)


def explained(error: yaml.YAMLError, text: str) -> SheetProblem:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "there is a character that YAML does not allow"
    start = getattr(error, "context_mark", None)
    if mark is None:
        return SheetProblem(f"this is not YAML: {problem}", advice="Save the file as plain text.")
    rows = lines_of(text)
    if "\t" in "".join(rows[mark.line : mark.line + 1])[: mark.column + 1]:
        return SheetProblem("there is a tab in this line", line=mark.line + 1, advice="Use spaces instead of tabs.")
    for line in (mark.line, mark.line - 1):
        if 0 <= line < len(rows) and (
            found := _misread(rows[line], line + 1) or _not_indented(rows, line) or _without_space(rows[line], line + 1)
        ):
            return found
    line = start.line + 1 if start else mark.line + 1
    return SheetProblem(f"this is not YAML: {problem}", line=line, advice=_advice(problem))


def _misread(row: str, line: int) -> SheetProblem | None:
    """An answer that holds signs which are YAML's own, if that is what the row is."""
    answer = _ANSWER.fullmatch(row.rstrip())
    if answer is None or _BLOCK.fullmatch(answer["value"]):
        return None
    name, value = answer["name"], answer["value"]
    if value[0] in _SIGNS or value.startswith("- ") or _BRACKETS.fullmatch(value):
        return begins_with(name, value[0], line)
    if _QUOTED.fullmatch(value):
        what = "goes on after its closing quote, where YAML takes it to be over"
    elif value[0] not in "[{\"'" and (": " in value or value.endswith(":")):
        what = "has a colon in it, which YAML takes for the end of a name"
    elif value[0] == '"' and "\\" in value:
        return SheetProblem(
            f"the value of '{name}' has a backslash in double quotes, which changes the letter after it",
            line=line,
            advice="Put single quotes around the formula.",
        )
    else:
        return None
    return _spoilt(name, what, line)


def begins_with(name: str, sign: str, line: int) -> SheetProblem:
    return _spoilt(name, f"begins with {sign}, a sign that YAML keeps for itself", line)


def _spoilt(name: str, what: str, line: int) -> SheetProblem:
    below = f"Write '{name[:60]}: |' and the answer on the next line, further in; or put" if name else "Put"
    whose = f"the value of '{name[:60]}'" if name else "a value"
    return SheetProblem(f"{whose} {what}", line=line, advice=f"{below} single quotes around it.")


def _without_space(row: str, line: int) -> SheetProblem | None:
    """`f_1:0.852`, which is one word to YAML."""
    answer = _NO_SPACE.fullmatch(row.rstrip())
    if answer is None:
        return None
    advice = f"Write {answer['name'][:60]}: {answer['value'][:60]}"
    return SheetProblem("there is no space after the colon", line=line, advice=advice)


def _not_indented(rows: Sequence[str], line: int) -> SheetProblem | None:
    """The first line of a text that does not stand further in than the name it is for."""
    if line < 1 or not (answer := _ANSWER.fullmatch(rows[line - 1].rstrip())) or not _BLOCK.fullmatch(answer["value"]):
        return None
    problem = f"the text below '{answer['name']}: {answer['value'][0]}' does not stand further in than the name"
    return SheetProblem(problem, line=line + 1, advice="Put two more spaces in front of each of its lines.")


def _advice(problem: str) -> str:
    if "expected ':'" in problem:
        return "Put a space after the colon, as in f_1: 0.852."
    if "mapping values" in problem:
        return "A line holds one name and one value: put quotes around a value that has a colon in it."
    if "cannot start any token" in problem:
        return "Put quotes around a value that begins with @, %, ` or another special sign."
    if "end of stream" in problem:
        return "A quote opens here and never closes."
    return "Check brackets, indents and colons, and put quotes around names that have brackets or commas."
