"""What explains a cell that is not right: the student's own earlier values, too few digits, a mistake with a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from math import isclose
from typing import NamedTuple

from grader.answers import Cell
from grader.dependence import parents
from grader.marking.compare import agrees, ends, meets, tiny, visible
from grader.marking.mark import NOT_RIGHT, Mark
from grader.marking.passes import Passes
from grader.part import Part
from grader.rubric import PartRules
from grader.tolerance import shortened
from grader.variant import entries
from grader.work import Value, labelled


class Match(NamedTuple):
    """A mistake whose value a cell holds; `plain` where it is visible, so that nothing else explains the value."""

    mistake: str
    wrong: Value
    plain: bool


class Explanations:
    """Looks at the passes' tapes for one question.

    `established`: which mistakes were plainly made at which parts; `beliefs`: which ones at all.
    """

    def __init__(self, passes: Passes) -> None:
        self.passes, self.trace, self.rules = passes, passes.trace, passes.rules
        self.matches: dict[tuple[str, int], list[Match]] = {}
        self.established: set[tuple[str, str]] = set()
        self.beliefs: set[str] = set()
        self.not_right: set[str] = set()
        self.constants: dict[str, float] = {}

    @cached_property
    def one_value_everywhere(self) -> bool:
        """The whole question holds one and the same number: nothing was worked for."""
        answers = self.passes.answers.values()
        numbers = [cell.number.value for cells in answers for cell in cells if cell.number is not None]
        return len(numbers) > 3 and len(set(numbers)) == 1

    def look_for_mistakes(self) -> None:
        """Establish what was plainly made, with the passes that this needs, before any cell gets its verdict."""
        open_parts = [name for name in self.passes.answered() if not self.passes.settled(name)]
        for name in open_parts:
            for tape in (self.trace.reference, self.trace.carried):
                if name in tape:
                    step = tape[name]
                    self._match(name, step.mistakes, entries(step.value))
        for mistake in self._worth_a_pass(open_parts):
            self.passes.everywhere(mistake, open_parts[-1] if open_parts else "")
            for name in open_parts:
                # a guess among a few options would be called whatever belief leads to that option
                if self.rules.parts[name].part.kind != "choice" and self.passes.possible(mistake, name):
                    made = {mistake: self.trace.everywhere[mistake][name].value}
                    self._match(name, made, entries(self.trace.reference[name].value))

    def _worth_a_pass(self, open_parts: Sequence[str]) -> list[str]:
        """The mistakes to try everywhere: those established, and those that can reach a cell that nothing explains."""
        unexplained = next(filter(self._unexplained, reversed(open_parts)), None)
        reaches = self.passes.thorough or unexplained is not None
        found: dict[str, None] = {}
        for name, step in self.trace.reference.items():
            reaches = self.passes.thorough or (reaches and name != unexplained)
            found |= dict.fromkeys(m for m in step.knows if reaches or m in self.beliefs)
        return list(found)

    def _match(self, name: str, mistaken: Mapping[str, Value], bases: Sequence[Value]) -> None:
        """Find the cells of a part that hold a mistake's value; `bases` are the right values it was made on."""
        part, right = self.rules.parts[name], self.passes.right[name]
        flat = {mistake: values for mistake, value in mistaken.items() if (values := entries(value)) != bases}
        if not flat:
            return
        for i, cell in enumerate(self.passes.answers[name]):
            if right[i] or not cell.readable:
                continue
            rule = part.cells[i]
            for mistake, values in flat.items():
                wrong = values[i]
                if meets(rule, cell, wrong):
                    key = self.passes.at(self.trace.reference, part, i)
                    plain = visible(rule, wrong, key) and visible(rule, wrong, bases[i])
                    self.matches.setdefault((name, i), []).append(Match(mistake, wrong, plain))
                    if plain and self._admissible(part, i, cell, wrong):
                        self.established.add((mistake, name))
                        self.beliefs.add(mistake)

    def follows(self, part: PartRules, i: int, cell: Cell) -> bool:
        """Is it right on the student's own earlier values?"""
        carried = self.passes.at(self.trace.carried, part, i)
        return carried is not None and agrees(part.cells[i], cell, carried) and self._admissible(part, i, cell, carried)

    def coarse(self, part: PartRules, i: int, cell: Cell) -> float | None:
        """The share for the key, or what the student's own values lead to, with fewer digits than asked; else None."""
        rule = part.cells[i]
        key, carried = (self.passes.at(tape, part, i) for tape in (self.trace.reference, self.trace.carried))
        if cell.number is None or part.part.kind != "number":
            return None
        if shortened(cell.number, key, rule.digits):
            return rule.coarse
        if carried is None or not shortened(cell.number, carried, rule.digits):
            return None
        return rule.coarse * rule.follow_through if self._admissible(part, i, cell, carried) else None

    def too_short(self, part: PartRules, i: int, cell: Cell) -> bool:
        """Would it be coarse, if one digit were enough to tell?"""
        values = (self.passes.at(tape, part, i) for tape in (self.trace.reference, self.trace.carried))
        return (
            cell.number is not None
            and part.part.kind == "number"
            and any(shortened(cell.number, a, part.cells[i].digits, 1) for a in values if a is not None)
        )

    def mistakes(self, part: PartRules, i: int, cell: Cell) -> tuple[str, ...]:
        """The mistakes whose value this is: made at this step, on the key or the student's own values, or everywhere.

        Where its value is hard to tell from the key, it counts if it was plainly made elsewhere in the question; where
        it is trivial (a recall of exactly one), if it was plainly made in the same table.
        """
        name = part.part.name
        found: dict[str, None] = {}
        for match in self.matches.get((name, i), ()):
            here = (match.mistake, name) in self.established
            if here or (
                (match.plain or match.mistake in self.beliefs) and self._admissible(part, i, cell, match.wrong)
            ):
                found[match.mistake] = None
        return tuple(found)

    def sources(self, name: str, carried: Value | None, key: Value) -> tuple[str, ...]:
        """The parts this one is computed from that were not right, where that changes what is expected here."""
        if carried is None or (carried == key if labelled(key) else isclose(carried, key, rel_tol=1e-12)):
            return ()
        return tuple(part for part in parents(self.rules.question)[name] if part in self.not_right)

    def remember(self, part: Part, marks: Sequence[Mark]) -> None:
        """Keep what later parts need to know of a part that has its marks."""
        values = {mark.answer.number.value for mark in marks if mark.answer.number is not None}
        if len(marks) > 2 and len(values) == 1 and any(mark.verdict == "wrong" for mark in marks):
            self.constants[part.name] = values.pop()
        if any(mark.verdict in NOT_RIGHT for mark in marks):
            self.not_right.add(part.name)

    def _unexplained(self, name: str) -> bool:
        part = self.rules.parts[name]
        return any(
            cell.readable
            and not self.passes.right[name][i]
            and not self.follows(part, i, cell)
            and not self.mistakes(part, i, cell)
            for i, cell in enumerate(self.passes.answers[name])
        )

    def _admissible(self, part: PartRules, i: int, cell: Cell, value: Value) -> bool:
        """Not trivial where the key is not: not tiny, not at an end of the domain, not a mere repetition.

        Nor is anything explained by a value so small that zero would do for it. A formula is trivial that is the same
        number everywhere; no label is.
        """
        rule, key = part.cells[i], self.passes.at(self.trace.reference, part, i)
        if rule.space is not None:
            return not rule.space.constant(value) or rule.space.constant(key)
        if cell.number is None:
            return cell.label is not None
        if self.one_value_everywhere or rule.tolerance.close(0.0, value):
            return False
        written = cell.number.value
        if tiny(rule, written) and not tiny(rule, key):
            return False
        if ends(rule, part.part, written) - ends(rule, part.part, key):
            return False
        return not self._repeats(part.part, value)

    def _repeats(self, part: Part, value: float) -> bool:
        """Is the value just what a table filled with one unexplained value holds? (All ones make AP one.)"""
        inputs = parents(self.rules.question)[part.name]
        return any(
            name in inputs and isclose(value, constant, rel_tol=1e-9) for name, constant in self.constants.items()
        )
