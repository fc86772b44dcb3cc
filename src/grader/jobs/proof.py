"""Questions as they will be printed, set once before anything is handed out: what pages cannot show is told with its
place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.assignment import Question
from grader.blame import OWN
from grader.chance import Stream
from grader.contract import broken
from grader.course import Loaded
from grader.errors import CourseError
from grader.library import line_of
from grader.pages.blocks import AnswerBoxes, Block, Document, Text
from grader.pages.handout import boxes
from grader.pages.paper.pdf import typeset
from grader.pages.solution import solution
from grader.pages.wording import answer_boxes, criteria, statement
from grader.rubric import QuestionRules
from grader.template import GivensError
from grader.work import Reference, Step

Place = tuple[str, str, Sequence[Block]]
"""A function of the template, what to look for in its file from there on, and what it puts on a page."""


def proofread(loaded: Loaded) -> None:
    """CourseError: the assignment's text or a question has Markdown or formulas that pages do not know."""
    assignment = loaded.assignment
    if assignment.text and (problem := _problem([Text(assignment.text)])):
        raise assignment.source.error(f"text: {problem}", "text")
    for rules in loaded.rubric.questions.values():
        _proofread(rules)


def _proofread(rules: QuestionRules) -> None:
    question = rules.question
    template, p = question.template, question.parameters
    fault = broken(question)
    if fault is not None:
        raise fault
    try:
        q = question.read({**template.draw(p, Stream("proof", question.id)), **question.givens})
        steps = template.run(p, q, Reference()).steps
    except (GivensError, ArithmeticError):
        return  # drawing tells what is wrong with numbers
    stated = statement(question, q)
    problem = _problem([*stated, *criteria(rules), *boxes(question, stated), solution(question, steps)])
    if problem:
        raise _placed(question, _places(question, q, steps), problem)


def _places(question: Question, q: Any, steps: Mapping[str, Step]) -> Iterator[Place]:
    template, p = question.template, question.parameters
    yield "wording", "", [Text(template.wording(p))]
    yield "stem", "", [Text(template.stem(p, q))]
    for part in question.asked:
        yield "ask", part.name, [AnswerBoxes(tuple(answer_boxes(question.id, part)))]
    for name, step in steps.items():
        yield "solve", name, [solution(question, {name: step})]
    yield "show", "", statement(question, q)


def _placed(question: Question, places: Iterable[Place], problem: str) -> CourseError:
    """In a file of the course's own the line that is at fault, else the question."""
    if question.template.solve.__module__.startswith(OWN) and not (question.text and _problem([Text(question.text)])):
        for name, word, blocks in places:
            if _problem(blocks):
                code = getattr(question.template, name).__code__
                path, start = Path(code.co_filename), code.co_firstlineno
                found = line_of(path, word, start) if word else None
                return CourseError(f"`{name}`: {problem}", file=path, line=found or start)
    return CourseError(f"question '{question.id}': {problem}", file=question.file, line=question.line)


def _problem(blocks: Sequence[Block]) -> str:
    """What pages cannot show in these blocks, or ""."""
    try:
        typeset(Document(title="", blocks=tuple(blocks)))
    except ValueError as error:
        return str(error)
    return ""
