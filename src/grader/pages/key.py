"""The key: for the instructor, every student's steps with the values of common mistakes beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.assignment import Assignment
from grader.pages.blocks import Block, Document, Facts, Heading
from grader.pages.solution import solution
from grader.pages.wording import answered, criteria, points_word
from grader.roster import Student
from grader.rubric import Rubric
from grader.work import Step


def key(
    assignment: Assignment,
    rubric: Rubric,
    student: Student,
    instance: str,
    steps: Mapping[str, Mapping[str, Step]],
    givens: Mapping[str, Any] | None = None,
) -> Document:
    """`steps`: for each question its solved steps, mistakes evaluated; `givens`: see feedback."""
    blocks: list[Block] = [Facts((("Student", student.name or student.id), ("ID", student.id), ("Instance", instance)))]
    for number, question in enumerate(assignment.questions, start=1):
        points = points_word(rubric.questions[question.id].points)
        blocks.append(Heading(question.title, 2, points, str(number)))
        blocks += answered(question, (givens or {}).get(question.id), steps[question.id])
        worked = solution(question, steps[question.id], mistakes=True)
        blocks += [worked] if worked.steps else []
        blocks += criteria(rubric.questions[question.id])
    return Document(
        title=assignment.title,
        subtitle="Key",
        blocks=tuple(blocks),
        kicker=assignment.course,
        running=f"{assignment.title}, key · {student.id}",
        footer="For the instructor: not to be handed out.",
    )
