"""One student's instance of each question: drawn until it passes every guard."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf, isfinite
from typing import Any

import numpy as np

from grader.assignment import Assignment
from grader.chance import Stream, digest
from grader.contract import broken
from grader.errors import CourseError
from grader.rubric import CellRules, QuestionRules, Rubric
from grader.template import GivensError
from grader.work import Mistaken, Reference, Step, Value, labelled

TRIES = 2000
ALL_FIXED = 30
"""Draws that come out alike so many times in a row have nothing left to draw."""
LOOKED_AT_AGAIN = 50
"""So many refused draws are looked at again for the tolerance that would have let one through."""
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


def entries(value: Value) -> list[Value]:
    """A step's value as a plain list of its entries, row by row."""
    if isinstance(value, np.ndarray):
        return [value.item()] if value.size == 1 else value.ravel().tolist()
    return [value]


def draw_variant(rules: QuestionRules, *names: str) -> Variant:
    """Draw until every guard holds. CourseError: the template breaks its contract, or after
    2,000 tries what stands in the way and what would help.

    Givens that the assignment fixes as a whole are kept as they are; a guard that they fail is a warning.
    """
    question = rules.question
    template, p = question.template, question.parameters
    fault = broken(question)
    if fault is not None:
        raise fault
    stream = Stream(*names)
    reasons: dict[str, int] = {}
    hidden: deque[tuple[Any, str]] = deque(maxlen=LOOKED_AT_AGAIN)
    before, unchanged = None, 0
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
        if question.givens and unchanged == ALL_FIXED:
            return Variant(raw, tries, f"question '{question.id}': the fixed givens have {unfit.reason}")
        before = raw
        reasons[unfit.reason] = reasons.get(unfit.reason, 0) + 1
        if unfit.mistake:
            hidden.append((q, unfit.mistake))
    reason = max(reasons, key=lambda r: reasons[r])
    if question.givens:  # what is fixed is never redrawn
        return Variant(raw, TRIES, f"question '{question.id}': with the fixed givens, no draw was without {reason}")
    raise _cannot_be_issued(rules, reason, hidden)


def _cannot_be_issued(rules: QuestionRules, reason: str, hidden: Iterable[tuple[Any, str]]) -> CourseError:
    question = rules.question
    best = max((_shown_at_most(rules, q, mistake) for q, mistake in hidden), default=0.0)
    help_ = f"A tolerance of {best:.2g} times the present one would do." if best else "Change the parameters."
    message = f"question '{question.id}': none of {TRIES} draws passed the guards; most often: {reason}. {help_}"
    return CourseError(message, file=question.file, line=question.line)


@dataclass(frozen=True)
class Unfit:
    """Why an instance is not issued, and the mistake that would be hidden in it."""

    reason: str
    mistake: str = ""


def unfitness(rules: QuestionRules, q: Any) -> Unfit | None:
    """What makes an instance unfit to be issued, or None. The cheap guards come first: most draws end there."""
    question = rules.question
    template, p = question.template, question.parameters
    try:
        key = template.run(p, q, Reference()).steps
        reason = template.guard(p, q, key) or degenerate(rules, key)
        if reason:
            return Unfit(reason)
        unseen = {name for name, mistake in question.mistakes.items() if mistake.exists(p, q)}
        template.run(p, q, _Watched(rules, unseen))
    except ArithmeticError as error:
        return Unfit(f"a solution that fails ({error})")
    for mistake in sorted(unseen):
        seen = not _asked_where_made(rules, key, mistake) and _shown_at_most(rules, q, mistake) > 1
        if not seen and reachable(rules, mistake):
            return Unfit(f"the mistake {mistake} hidden inside the tolerance", mistake)
    return None


def _asked_where_made(rules: QuestionRules, key: Mapping[str, Step], mistake: str) -> bool:
    return any(mistake in step.knows for name, step in key.items() if name in rules.parts)


class _Watched(Reference):
    """The key, striking out of `unseen` each mistake that is visible at an asked step where it can be made."""

    def __init__(self, rules: QuestionRules, unseen: set[str]) -> None:
        super().__init__(self._unseen_here)
        self.rules, self.unseen = rules, unseen

    def _unseen_here(self, name: str, _value: Value, mistakes: Mapping[str, Value]) -> Iterable[str]:
        return [m for m in mistakes if m in self.unseen] if name in self.rules.parts else ()

    def go_on(self, step: Step, mistakes: Mapping[str, Value]) -> Value:
        for name, value in step.mistakes.items():
            if shows(self.rules, step, value):
                self.unseen.discard(name)
        return super().go_on(step, mistakes)


def shows(rules: QuestionRules, step: Step, value: Value) -> bool:
    """Is a mistake's value visible in an entry: farther than three tolerances from the right one?"""
    for cell, right, wrong in zip(rules.parts[step.name].cells, entries(step.value), entries(value), strict=True):
        if labelled(right):
            if apart(cell, wrong, right):
                return True
        elif VISIBLE * cell.tolerance.radius(right) < abs(wrong - right) < inf:
            return True
    return False


def apart(cell: CellRules, wrong: Value, right: Value) -> bool:
    """Are two labels, or two formulas, different?"""
    return bool(wrong != right) and (cell.space is None or cell.space.compare(wrong, right).verdict == "different")


def _shown_at_most(rules: QuestionRules, q: Any, mistake: str) -> float:
    """How visible a mistake is where it can be made, in units of what makes it visible; above 1 it is.

    Where no step that knows it is asked for, at the steps that show its effects when it is made everywhere.
    """
    question = rules.question
    template, p = question.template, question.parameters
    try:
        key = template.run(p, q, Reference(lambda _n, _v, known: {mistake} & set(known))).steps
        pairs = [(step, step.mistakes[mistake]) for n, step in key.items() if n in rules.parts and step.mistakes]
        if not pairs:
            made = template.run(p, q, Mistaken(mistake)).steps
            pairs = [(key[name], made[name].value) for name in rules.parts]
    except ArithmeticError:
        return 0.0
    return max((_ratio(rules, step, value) for step, value in pairs), default=0.0)


def _ratio(rules: QuestionRules, step: Step, value: Value) -> float:
    farthest = 0.0
    for cell, right, wrong in zip(rules.parts[step.name].cells, entries(step.value), entries(value), strict=True):
        if labelled(right):
            farthest = max(farthest, 2.0 * apart(cell, wrong, right))
        elif isfinite(wrong) and wrong != right:
            limit = VISIBLE * cell.tolerance.radius(right)
            farthest = max(farthest, abs(wrong - right) / limit if limit else 2.0)
    return farthest


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
        if _shown_at_most(rules, q, mistake) > 0:
            return True
    return False


def degenerate(rules: QuestionRules, steps: Mapping[str, Step]) -> str:
    """Guard 2: "" or the asked value that is not finite, at an end of its domain, or so small that zero would pass."""
    for name, part_rules in rules.parts.items():
        part = part_rules.part
        if part.kind not in ("number", "integer") or part.judge is not None:
            continue
        values = entries(steps[name].value)
        if not all(map(isfinite, values)):
            return f"{name} not finite"
        if part.zero:
            continue
        if any(abs(v - end) <= radius for end, radius in part_rules.ends for v in values):
            return f"{name} at an end of its domain"
        least = SMALLEST * part_rules.first.tolerance.floor
        if sum(abs(v) < least or v == 0 for v in values) > len(values) / 4:
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
