"""An assignment's wording, set once before it is handed out: what pages cannot show is told with its place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from grader.assignment import Question
from grader.chance import Stream
from grader.contract import broken
from grader.course import Loaded
from grader.errors import CourseError
from grader.pages.blocks import Block, Document, Text
from grader.pages.paper.pdf import typeset
from grader.pages.wording import statement
from grader.template import GivensError


def proofread(loaded: Loaded) -> None:
    """CourseError: the assignment's text or a question has Markdown or formulas that pages do not know."""
    assignment = loaded.assignment
    if assignment.text:
        _set([Text(assignment.text)], "text", assignment.source.file, assignment.source.line(("text",)))
    for question in assignment.questions:
        _set(_stated(question), f"question '{question.id}'", question.file, question.line)


def _stated(question: Question) -> Sequence[Block]:
    template, p = question.template, question.parameters
    fault = broken(question)
    if fault is not None:
        raise fault
    try:
        q = question.read({**template.draw(p, Stream("proof", question.id)), **question.givens})
    except (GivensError, ArithmeticError):
        return ()  # drawing tells what is wrong with numbers
    return statement(question, q)


def _set(blocks: Sequence[Block], what: str, file: Path, line: int | None) -> None:
    try:
        typeset(Document(title="", blocks=tuple(blocks)))
    except ValueError as error:
        raise CourseError(f"{what}: {error}", file=file, line=line) from None
