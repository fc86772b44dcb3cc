"""One student's instance of each question: drawn until it passes every guard."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from grader.assignment import Assignment, Question
from grader.chance import Stream, digest
from grader.errors import CourseError
from grader.rubric import QuestionRules, Rubric
from grader.template import GivensError
from grader.work import Mistaken, Reference, Step, Value, Work

TRIES = 2000
ALL_FIXED = 30
"""Draws that come out alike so many times in a row have nothing left to draw."""
VISIBLE = 3.0
"""A mistake is visible where its value is farther than this many tolerances from the key."""
SMALLEST = 10.0
"""An asked value is at least this many absolute tolerances in size."""
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Variant:
    """A question's givens for one student, as they are stored, and how many draws it took."""

    givens: Mapping[str, Any]
    tries: int = 1
    warning: str = ""


def entries(value: Value) -> list[float]:
    """A step's value as a plain list of its entries, row by row."""
    if isinstance(value, np.ndarray):
        return [value.item()] if value.size == 1 else value.ravel().tolist()
    return [value]


def draw_variant(rules: QuestionRules, *names: str) -> Variant:
    """Draw until every guard holds. CourseError: after 2,000 tries, what stands in the way and what would help.

    Givens that the assignment fixes as a whole are kept as they are; a guard that they fail is a warning.
    """
    question = rules.question
    template, p = question.template, question.parameters
    stream = Stream(*names)
    reasons: dict[str, int] = {}
    best, before, unchanged = 0.0, None, 0
    for tries in range(1, TRIES + 1):
        raw = {**template.draw(p, stream), **question.givens}
        try:
            q = template.read(p, raw)[1]
        except GivensError as error:
            raise CourseError(f"question '{question.id}': {error}", file=question.file, line=question.line) from error
        unfit = unfitness(rules, q)
        if unfit is None:
            return Variant(raw, tries)
        unchanged = unchanged + 1 if raw == before else 0
        if unchanged == ALL_FIXED:
            return Variant(raw, tries, f"question '{question.id}': the fixed givens have {unfit.reason}")
        before = raw
        reasons[unfit.reason] = reasons.get(unfit.reason, 0) + 1
        best = max(best, unfit.ratio)
    reason = max(reasons, key=lambda r: reasons[r])
    if question.givens:  # what is fixed is never redrawn
        return Variant(raw, TRIES, f"question '{question.id}': with the fixed givens, no draw was without {reason}")
    raise CourseError(
        f"question '{question.id}': none of {TRIES} draws passed the guards; most often: {reason}."
        + (f" A tolerance of {best:.2g} times the present one would do." if best else " Change the parameters."),
        file=question.file,
        line=question.line,
    )


@dataclass(frozen=True)
class Unfit:
    """Why an instance is not issued; `ratio`: the share of the tolerance with which it would have been."""

    reason: str
    ratio: float = 0.0


def unfitness(rules: QuestionRules, q: Any) -> Unfit | None:
    """What makes an instance unfit to be issued, or None."""
    question = rules.question
    template, p = question.template, question.parameters
    unseen = {name for name, mistake in template.mistakes.items() if mistake.exists(p, q)}

    def still_unseen(name: str, _value: Value, mistakes: Mapping[str, Value]) -> Iterable[str]:
        return [m for m in mistakes if m in unseen] if name in rules.parts else ()

    reference = _Watched(still_unseen, rules, unseen)
    try:
        template.run(p, q, reference)
    except ArithmeticError as error:
        return Unfit(f"a solution that fails ({error})")
    reason = template.guard(p, q, reference.steps) or degenerate(rules, reference.steps)
    if reason:
        return Unfit(reason)
    for mistake in sorted(unseen):
        ratio = _seen_everywhere(rules, q, mistake, reference.steps)
        if ratio <= 1 and reachable(rules, mistake):
            hidden = f"the mistake {mistake} hidden inside the tolerance"
            return Unfit(hidden, ratio)
    return None


class _Watched(Reference):
    """The key, striking out of `unseen` each mistake that becomes visible at an asked step."""

    def __init__(self, want: Any, rules: QuestionRules, unseen: set[str]) -> None:
        super().__init__(want)
        self.rules, self.unseen = rules, unseen

    def go_on(self, step: Step, mistakes: Mapping[str, Value]) -> Value:
        for name, value in step.mistakes.items():
            if distance(self.rules, step, value) > 1:
                self.unseen.discard(name)
        return super().go_on(step, mistakes)


def distance(rules: QuestionRules, step: Step, value: Value) -> float:
    """How far a mistake's value is from the step's, in units of what makes it visible; the farthest entry counts."""
    cells = rules.parts[step.name].cells
    farthest = 0.0
    for cell, right, wrong in zip(cells, entries(step.value), entries(value), strict=True):
        if isinstance(right, str) or isinstance(wrong, str):
            farthest = max(farthest, 2.0 * (right != wrong))
            continue
        limit = VISIBLE * cell.tolerance.radius(right)
        gap = abs(wrong - right)
        if not np.isfinite(gap):
            continue
        farthest = max(farthest, gap / limit if limit else (2.0 if gap else 0.0))
    return farthest


def _seen_everywhere(rules: QuestionRules, q: Any, mistake: str, key: Mapping[str, Step]) -> float:
    """How visible a mistake is at asked steps when every step that knows it makes it."""
    question = rules.question
    try:
        made = question.template.run(question.parameters, q, Mistaken(mistake))
    except ArithmeticError:
        return 0.0
    return max(distance(rules, key[name], made.steps[name].value) for name in rules.parts)


@lru_cache(4096)
def reachable(rules: QuestionRules, mistake: str) -> bool:
    """Can the mistake move an asked part at all? With `ask`, the parts that show it may not be among those asked."""
    question = rules.question
    if len(question.asked) == sum(part.asked for part in question.parts):
        return True
    template, p = question.template, question.parameters
    stream = Stream("reachable", question.id, mistake)
    for _ in range(16):
        raw = {**template.draw(p, stream), **question.givens}
        q = template.read(p, raw)[1]
        key = template.run(p, q, Reference())
        if _seen_everywhere(rules, q, mistake, key.steps) > 0:
            return True
    return False


def degenerate(rules: QuestionRules, steps: Mapping[str, Step]) -> str:
    """Guard 2: "" or the asked value that is not finite, at an end of its domain, or so small that zero would pass."""
    for name, part_rules in rules.parts.items():
        part = part_rules.part
        if part.kind not in ("number", "integer") or part.judge is not None:
            continue
        values = entries(steps[name].value)
        if not np.isfinite(values).all():
            return f"{name} not finite"
        if part.zero:
            continue
        tolerance = part_rules.first.tolerance
        if any(
            tolerance.close(v, end) for v in values for end in (part.domain.low, part.domain.high) if np.isfinite(end)
        ):
            return f"{name} at an end of its domain"
        small = sum(abs(v) < SMALLEST * tolerance.floor or v == 0 for v in values)
        if small > len(values) / 4:
            return f"{name} too small for the tolerance"
    return ""


def instance_code(seed: str, assignment: str, student: str, givens: Sequence[Mapping[str, Any]]) -> str:
    """An HMAC of assignment, student and givens under a key derived from the seed, as `K7Q2-9FXM`."""
    message = json.dumps([assignment, student, givens], sort_keys=True).encode()
    mac = hmac.new(digest("instance code", seed), message, hashlib.sha256).digest()
    letters = "".join(ALPHABET[byte % 32] for byte in mac[:8])
    return f"{letters[:4]}-{letters[4:]}"


def draw_variants(assignment: Assignment, rubric: Rubric, seed: str, student: str) -> dict[str, Variant]:
    """All questions of one student, each from a stream of its own."""
    return {
        question.id: draw_variant(rubric.questions[question.id], seed, assignment.name, student, question.id)
        for question in assignment.questions
    }


def solved(question: Question, q: Any) -> Work:
    """The key: every step of the solution."""
    return question.template.run(question.parameters, q, Reference())
