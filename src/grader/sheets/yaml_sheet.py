"""The answer sheet as YAML (or JSON): every value stays the text that was written."""

from __future__ import annotations

from collections.abc import Iterator

from grader.answers import Entry, Problem, Sheet
from grader.errors import SheetProblem, did_you_mean
from grader.sheets import limits
from grader.sheets.encoding import decoded
from grader.sheets.yaml_tree import Listing, Mapping, Node, Scalar, read_tree

IDENTITY = ("assignment", "student", "instance")
KEYS = (*IDENTITY, "answers")
_EXAMPLE = "Under 'answers:' each question names its parts, as in lstm: {f_1: 0.852}. Fill in the sheet handed out."


def read_yaml(data: bytes) -> Sheet:
    """Whose sheet it is and what was entered; SheetProblem where the file cannot be read as a whole."""
    text, problems = decoded(data)
    top = read_tree(text)
    if not isinstance(top, Mapping):
        raise _no_names(top)
    known = _known(top, problems)
    if "answers" not in known:
        raise SheetProblem("there is no 'answers:' in the file", line=top.line, advice=_EXAMPLE)
    assignment, student, instance = (_word(key, known[key]) if key in known else "" for key in IDENTITY)
    return Sheet(assignment, student, instance, list(_questions(known["answers"], problems)), problems)


def _no_names(top: Node | None) -> SheetProblem:
    if isinstance(top, Scalar) and top.plain and ":" in top.text:
        advice = "Put a space after each colon, as in f_1: 0.852."
        return SheetProblem("there is no space after the colon", line=top.line, advice=advice)
    return SheetProblem("the file does not hold names with answers", line=top.line if top else None, advice=_EXAMPLE)


def _known(top: Mapping, problems: list[Problem]) -> dict[str, Node]:
    known: dict[str, Node] = {}
    for key, node in top.pairs:
        name = key.text.strip().casefold()
        if name in known:
            raise SheetProblem(f"'{name}' stands there twice", line=key.line, advice="Keep one of them.")
        if name in KEYS:
            known[name] = node
        elif len(problems) < limits.PROBLEMS:
            shown = key.text[:40]
            problems.append(Problem(f"'{shown}' was not read.", key.line, did_you_mean(shown, KEYS)))
    return known


def _word(key: str, node: Node) -> str:
    if not isinstance(node, Scalar):
        raise SheetProblem(f"{key} is not one word", line=node.line, advice=f"Write it as given out: {key}: …")
    return "" if node.blank else node.text.strip()


def _questions(answers: Node, problems: list[Problem]) -> Iterator[Entry]:
    if isinstance(answers, Scalar) and answers.blank:
        return
    if not isinstance(answers, Mapping):
        raise SheetProblem("'answers' does not hold questions with their parts", line=answers.line, advice=_EXAMPLE)
    for question, node in answers.pairs:
        name = question.text.strip()
        if isinstance(node, Mapping):
            for part, value in node.pairs:
                yield from _entry(name, part.text.strip(), value)
        elif isinstance(node, Scalar) and (entries := _without_spaces(name, node)):
            yield from entries
        elif isinstance(node, Listing) or not node.blank:
            message = f"Under '{name[:40]}' there are no names of parts."
            problems.append(Problem(message, question.line, "Write each answer as name: value, like f_1: 0.852."))


def _without_spaces(question: str, node: Scalar) -> list[Entry]:
    """`f_1:0.5` is one word to YAML; so are the lines after it."""
    words = node.text.split()
    if not node.plain or not all(name and colon and value for name, colon, value in (w.partition(":") for w in words)):
        return []
    return [
        Entry(
            question,
            part,
            value,
            node.line,
            f"there is no space after the colon: write {part}: {value}"[:200],
        )
        for part, _, value in (word.partition(":") for word in words)
    ]


def _entry(question: str, part: str, node: Node) -> Iterator[Entry]:
    if isinstance(node, Scalar):
        text, problem = node.text.strip(), node.problem
        if len(text) > limits.CELL_CHARACTERS:
            problem = f"the answer has more than {limits.CELL_CHARACTERS} characters"
        if text and not node.blank:
            yield Entry(question, part, text, node.line, problem, node.rest)
    elif isinstance(node, Listing) and not _holds_mapping(node):
        if not _blank(node):
            yield Entry(question, part, _texts(node), node.line)
    elif isinstance(node, Listing) or node.pairs:
        problem = f"an array is a list of rows, with no names inside: {part[:40]}: [[0.1, 0.2], [0.3, 0.4]]"
        yield Entry(question, part, _shown(node)[: limits.SHOWN_CHARACTERS], node.line, problem)


# The nesting of a tree is capped before it is built, so recursion is safe here.


def _holds_mapping(node: Node) -> bool:
    return isinstance(node, Mapping) or (isinstance(node, Listing) and any(map(_holds_mapping, node.items)))


def _blank(node: Node) -> bool:
    return all(map(_blank, node.items)) if isinstance(node, Listing) else isinstance(node, Scalar) and node.blank


def _texts(node: Listing) -> list[object]:
    texts: list[object] = []
    for item in node.items:
        if isinstance(item, Listing):
            texts.append(_texts(item))
        elif isinstance(item, Scalar):
            texts.append("" if item.blank else item.text.strip())
    return texts


def _shown(node: Node) -> str:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Listing):
        return f"[{', '.join(map(_shown, node.items))}]"
    return f"{{{', '.join(f'{key.text}: {_shown(value)}' for key, value in node.pairs)}}}"
