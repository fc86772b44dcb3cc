"""Verdicts and points: the first verdict that holds, and the best points that any of them gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grader.answers import BLANK, Answers, Cell
from grader.assignment import matches
from grader.expression import number
from grader.marking.compare import agrees
from grader.marking.explanations import Explanations
from grader.marking.formulas import in_words, undecided
from grader.marking.mark import Mark
from grader.marking.passes import Passes
from grader.part import Part
from grader.rubric import CellRules, PartRules, QuestionRules
from grader.variant import entries
from grader.work import Value

TRIVIAL = (
    "your earlier values lead here only because they led to zero, to the end of a range or to one number again and "
    "again; such a value counts only where it is right"
)

ZEROS = (0, number(0))
TOO_SHORT = "right as far as it goes, but one digit is too few to tell"


def mark_question(rules: QuestionRules, q: Any, answers: Answers) -> list[Mark]:
    """Mark one question: a Mark for every cell asked, in the order of the parts asked.

    `q` are the solver's givens, `answers` the cells of each answered part. What cannot change a verdict is skipped.
    """
    return Marker(rules, q, answers).marks()


class Marker:
    """Marks one question for one student; `thorough` tries every mistake, for `explain`."""

    def __init__(self, rules: QuestionRules, q: Any, answers: Answers, *, thorough: bool = False) -> None:
        self.rules, self.answers = rules, answers
        self.passes = Passes(rules, q, answers, thorough=thorough)
        self.charged: set[str] = set()

    def marks(self) -> list[Mark]:
        passes = self.passes
        passes.reference()
        if not passes.decided():
            passes.rounded()
        self.why = Explanations(passes)
        if not passes.decided():
            passes.carried()
            self.why.look_for_mistakes()
        made = {name: self._part(name) for name in passes.trace.reference if name in self.rules.parts}
        return [mark for name in self.rules.parts for mark in made[name]]

    def _part(self, name: str) -> list[Mark]:
        part, key = self.rules.parts[name], entries(self.passes.trace.reference[name].value)
        marks = self._marks(part, key)
        if part.plain and name in self.passes.right and name not in self.passes.open:
            return marks
        if name in self.passes.open:
            for mark, rule in zip(marks, part.cells, strict=True):
                if mark.verdict == "mistake" and not rule.void:
                    self.charged.update(mark.mistakes)
        if part.part.judge is not None:
            marks = [mark._replace(expected=None) for mark in marks]
        if part.part.space is not None:
            marks = [in_words(rule, mark) for rule, mark in zip(part.cells, marks, strict=True)]
        return [_voided(mark, rule) for mark, rule in zip(marks, part.cells, strict=True)] if part.voided else marks

    def _marks(self, part: PartRules, key: Sequence[Value]) -> list[Mark]:
        name, cells = part.part.name, self.answers.get(part.part.name)
        if cells is None:
            return [
                Mark(name, rule.name, BLANK, "blank", 0.0, rule.points, v)
                for rule, v in zip(part.cells, key, strict=True)
            ]
        if part.part.kind == "choice":
            return [self._choice(part, i, cell, key[i]) for i, cell in enumerate(cells)]
        if False not in self.passes.right[name]:
            return [
                Mark(name, rule.name, cell, "right", rule.points, rule.points, v)
                for rule, cell, v in zip(part.cells, cells, key, strict=True)
            ]
        marks = [self._cell(part, i, cell, key[i]) for i, cell in enumerate(cells)]
        self.why.remember(part.part, marks)
        return _structural_zeros(marks) if part.part.size > 1 else marks

    def _cell(self, part: PartRules, i: int, cell: Cell, key: Value) -> Mark:
        rule = part.cells[i]
        mark = Mark(part.part.name, rule.name, cell, "wrong", 0.0, rule.points, key)
        if cell.blank:
            return mark._replace(verdict="blank")
        if part.part.kind == "text":
            return mark._replace(verdict="pending", note=cell.problem)
        if not cell.readable:
            return mark._replace(verdict="unreadable", note=cell.problem)
        if self.passes.right[part.part.name][i]:
            return mark._replace(verdict="right", points=rule.points)
        if part.part.judge is not None:
            return mark._replace(note=self.passes.judged(part, self.answers[part.part.name]))
        mark = self._not_right(part, i, cell, mark)
        return undecided(rule, mark) if cell.formulas and mark.verdict == "wrong" else mark

    def _not_right(self, part: PartRules, i: int, cell: Cell, mark: Mark) -> Mark:
        rule, carried = part.cells[i], self.passes.at(self.passes.trace.carried, part, i)
        holds: list[tuple[str, float]] = []
        if self.why.follows(part, i, cell):
            holds.append(("follows", rule.follow_through))
        coarse = self.why.coarse(part, i, cell)
        if coarse is not None:
            holds.append(("coarse", coarse))
        mistakes = self.why.mistakes(part, i, cell)
        if mistakes:
            holds.append(("mistake", max(self._share(rule, mistake) for mistake in mistakes)))
        verdict = holds[0][0] if holds else "wrong"
        notes = list(self.passes.failed)
        if not holds and carried is not None and agrees(rule, cell, carried):
            notes.append(TRIVIAL)
        elif not holds and self.why.too_short(part, i, cell):
            notes.append(TOO_SHORT)
        return mark._replace(
            verdict=verdict,
            points=max((share for _, share in holds), default=0.0) * rule.points,
            carried=carried,
            mistakes=mistakes if verdict == "mistake" else (),
            came_from=self.why.sources(part.part.name, carried, mark.expected),
            note="; ".join(notes),
        )

    def _share(self, rule: CellRules, mistake: str) -> float:
        """One belief is charged once: the second time the share is that for repeating it."""
        share = rule.share(mistake)
        return max(share, rule.repeated_mistake) if mistake in self.charged else share

    def _choice(self, part: PartRules, i: int, cell: Cell, key: Value) -> Mark:
        """Accepted is one option only: what the student's own numbers say, where all that it rests on were answered."""
        rule = part.cells[i]
        mark = Mark(part.part.name, rule.name, cell, "wrong", 0.0, rule.points, key)
        if cell.blank:
            return mark._replace(verdict="blank")
        if cell.label is None:
            return mark._replace(verdict="unreadable", note=cell.problem)
        carried = self.passes.at(self.passes.trace.carried, part, i) if self._rests_on_answers(part.part) else None
        if cell.label in rule.accept or (cell.label == str(key) and carried in (None, key)):
            return mark._replace(verdict="right", points=rule.points)
        decided = carried not in (None, key)
        if decided and cell.label == str(carried):
            points, sources = rule.follow_through * rule.points, self._wrong_numbers(part.part)
            return mark._replace(verdict="follows", points=points, carried=carried, came_from=sources)
        if mistakes := self.why.mistakes(part, i, cell):
            share = max(self._share(rule, mistake) for mistake in mistakes)
            return mark._replace(verdict="mistake", points=share * rule.points, mistakes=mistakes)
        return mark._replace(carried=carried, note="not what the numbers on this sheet say") if decided else mark

    def _wrong_numbers(self, part: Part) -> tuple[str, ...]:
        return tuple(
            n
            for n in self.passes.answered()
            if n in self.why.not_right and any(matches(pattern, n) for pattern in part.rests_on)
        )

    def _rests_on_answers(self, part: Part) -> bool:
        """Are all the numbers that decide this choice asked, answered and usable?"""
        tape = self.passes.trace.carried
        names = [n for n in self.passes.trace.reference if any(matches(pattern, n) for pattern in part.rests_on)]
        return bool(names) and all(
            name in self.rules.parts
            and name in self.answers
            and name in tape
            and all(self.passes.usable(tape[name], self.answers[name]))
            for name in names
        )


def _structural_zeros(marks: Sequence[Mark]) -> list[Mark]:
    """In an array with zeros in the key they earn in proportion to what the other cells got."""
    others = [mark for mark in marks if mark.expected not in ZEROS]
    possible = sum(mark.max for mark in others)
    if not possible or len(others) == len(marks):
        return list(marks)
    share = sum(mark.points for mark in others) / possible
    if share == 1:
        return list(marks)
    note = "0 is right here; zeros earn points only where other entries of the array do"
    if share:
        note = f"0 is right here; zeros earn the same share of their points as the other entries do, {share:.0%}"
    return [
        mark
        if mark.expected not in ZEROS or mark.verdict != "right"
        else mark._replace(points=mark.points * share, note=note)
        for mark in marks
    ]


def _voided(mark: Mark, rule: CellRules) -> Mark:
    if rule.void == "drop":
        return mark._replace(points=0.0, max=0.0, note="this part does not count")
    if rule.void == "full_marks":
        return mark._replace(points=rule.points, note="everybody gets full marks for this part")
    return mark
