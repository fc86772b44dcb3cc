"""What a person decided about an answer, put in place of what the program said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from grader.chance import digest
from grader.marking.mark import UNDECIDED, Mark
from grader.rubric import CellRules, QuestionRules


class Review(NamedTuple):
    """The newest word on an answer, or on one criterion of it: points (None: none are set) of `max`, what it reads
    ("" as the program read it), a comment. `text` is the fingerprint of the answer: another text is another answer.
    """

    id: int
    question: str
    cell: str
    criterion: str
    text: str
    points: float | None
    max: float
    read_as: str
    comment: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.question, self.cell, self.criterion, self.text

    def worth(self, most: float) -> float:
        """The points, in proportion where the rubric gives other ones by now."""
        assert self.points is not None
        return self.points if self.max == most else round(self.points / self.max * most, 9) if self.max else 0.0


def fingerprint(text: str) -> str:
    """A short hash of an answer as it was written, whatever spaces and line ends it came with."""
    return digest(" ".join(text.split()))[:8].hex()


def reviewed(question: str, rules: QuestionRules, marks: Iterable[Mark], reviews: Sequence[Review]) -> list[Mark]:
    """The marks of a question, with what people decided about these very texts."""
    if not reviews:
        return list(marks)
    decided: dict[tuple[str, str], dict[str, Review]] = {}
    for review in reviews:
        if review.question == question:
            decided.setdefault((review.cell, review.text), {})[review.criterion] = review
    if not decided:
        return list(marks)
    cells = {cell.name: cell for part in rules.parts.values() for cell in part.cells}
    return [
        _reviewed(mark, cells[mark.cell], decided.get((mark.cell, fingerprint(mark.answer.text)), {})) for mark in marks
    ]


def _reviewed(mark: Mark, rule: CellRules, decided: Mapping[str, Review]) -> Mark:
    if not decided or rule.void:
        return mark
    worth = {criterion.name: criterion.points for criterion in rule.criteria} or {"": rule.points}
    given = {name: decided[name] for name in worth if name in decided and decided[name].points is not None}
    said = tuple(_said(name, worth[name], decided[name]) for name in worth if name in decided)
    mark = mark._replace(said=tuple(filter(None, (_reading(mark, decided), *said))))
    if not given:
        return mark
    if len(given) < len(worth):
        note = f"{len(given)} of {len(worth)} criteria marked"
        return mark._replace(verdict="pending", points=0.0, mistakes=(), note=note)
    points = round(sum(review.worth(worth[name]) for name, review in given.items()), 9)
    note = "" if mark.verdict in UNDECIDED else f"the program had said {in_words(mark)}"
    return mark._replace(verdict="reviewed", points=points, mistakes=(), note=note)


def _reading(mark: Mark, decided: Mapping[str, Review]) -> str:
    """How a person read a choice or a formula; a number has a note of its own."""
    told = decided[""].read_as if "" in decided else ""
    return f"read as {told} by a person" if told and mark.answer.readable and mark.answer.number is None else ""


def _said(criterion: str, most: float, review: Review) -> str:
    """What the student is told of a decision: "idea 3 of 5. A good start"."""
    comment = " ".join(review.comment.split())
    if not criterion or review.points is None:
        return f"{criterion}: {comment}" if criterion and comment else comment
    points = f"{criterion} {review.worth(most):g} of {most:g}"
    return f"{points}. {comment}" if comment else points


def in_words(mark: Mark) -> str:
    """What a cell has now: "2 of 4, mistake bias_left_out"; "open" where a person has yet to say."""
    return decision(mark.verdict, mark.points, mark.max, mark.mistakes)


def decision(verdict: str, points: float, most: float, mistakes: Sequence[str]) -> str:
    """The same from a mark as the gradebook keeps it."""
    if verdict in UNDECIDED:
        return "open" if verdict == "pending" else "not read"
    return " ".join((f"{points:.6g} of {most:.6g},", verdict, *mistakes))
