"""A rubric: points, tolerances and credit, resolved once for every cell that is asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader import config
from grader.assignment import Assignment
from grader.chance import digest
from grader.config import Place, Source
from grader.errors import did_you_mean
from grader.rubric_file import Reveal, RubricRecord
from grader.rules import CellRules, PartRules, QuestionRules, Resolver

__all__ = ["CellRules", "PartRules", "QuestionRules", "Rubric", "compiled", "read_rubric"]


@dataclass(frozen=True)
class Rubric:
    questions: Mapping[str, QuestionRules]
    record: RubricRecord
    written: tuple[Source, Place, Mapping[str, Any]]
    """What it was compiled from: a file's data, the place in it, what stands there."""

    @property
    def points(self) -> float:
        return round(sum(question.points for question in self.questions.values()), 9)

    @property
    def definition(self) -> dict[str, Any]:
        """What papers and marks depend on: how much feedback tells is no part of it."""
        dumped: dict[str, Any] = self.record.model_dump(mode="json", exclude_defaults=True, exclude={"feedback"})
        return dumped

    @property
    def feedback(self) -> Reveal:
        return self.record.feedback

    @property
    def hash(self) -> str:
        return digest(json.dumps(self.definition, sort_keys=True))[:8].hex()


def read_rubric(assignment: Assignment, folder: Path) -> Rubric:
    """The rubric of an assignment: written in it, in a file that it names, or `rubrics/<name>.yaml`; else defaults.

    CourseError: file, line, what is wrong, the nearest right word.
    """
    written = assignment.rubric
    if isinstance(written, Mapping):
        return compiled(assignment, assignment.source, ("rubric",), written)
    path = folder / (written or f"{assignment.name}.yaml")
    if written is None and not path.exists():
        return compiled(assignment, assignment.source, (), {})
    source = config.read_yaml(path)
    return compiled(assignment, source, (), source.data or {})


def compiled(assignment: Assignment, source: Source, place: Place, data: Mapping[str, Any]) -> Rubric:
    record = config.checked(RubricRecord, source, *place, data=data)
    known = {question.id: question for question in assignment.questions}
    for question_id in record.questions:
        if question_id not in known:
            message = f"'{assignment.name}' has no question '{question_id}'. {did_you_mean(question_id, known)}"
            raise source.error(message, *place, "questions", question_id)
    rules = {
        question.id: Resolver(record, question, source, (*place, "questions", question.id)).question()
        for question in assignment.questions
    }
    return Rubric(rules, record, (source, place, data))
