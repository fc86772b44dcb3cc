"""What explains a cell that is not right: the student's own earlier values, too few digits, a mistake with a name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isclose

from grader.answers import Cell
from grader.dependence import parents
from grader.marking.compare import agrees, ends, meets, tiny, visible
from grader.marking.mark import NOT_RIGHT, Mark
from grader.marking.passes import Passes
from grader.part import Part
from grader.rubric import PartRules
from grader.tolerance import shortened
from grader.variant import entries


class Explanations:
    """Looks at the passes' tapes for one question. `established`: which mistakes were plainly made at which parts."""

    def __init__(self, passes: Passes) -> None:
        self.passes, self.trace, self.rules = passes, passes.trace, passes.rules
        self.established: set[tuple[str, str]] = set()
        self.not_right: set[str] = set()
        self.constants: dict[str, float] = {}
        answers = passes.answers.values()
        numbers = [cell.number.value for cells in answers for cell in cells if cell.number is not None]
        self.one_value_everywhere = len(numbers) > 3 and len(set(numbers)) == 1
        """The whole question holds one and the same number: nothing was worked for."""

    def look_for_mistakes(self) -> None:
        """Establish what was plainly made, with the passes that this needs, before any cell gets its verdict."""
        self._establish()
        open_parts = [name for name in self.passes.answered() if not self.passes.settled(name)]
        known = dict.fromkeys(m for step in self.trace.reference.values() for m in step.knows)
        if not self.passes.thorough and not any(self._unexplained(name) for name in open_parts):
            known = dict.fromkeys(m for m in known if m in self.beliefs)
        for mistake in known:
            self.passes.everywhere(mistake, open_parts[-1] if open_parts else "")
        self._establish()

    def follows(self, part: PartRules, i: int, cell: Cell) -> bool:
        """Is it right on the student's own earlier values?"""
        carried = self.passes.at(self.trace.carried, part, i)
        if carried is None or not agrees(part.cells[i], cell, carried):
            return False
        return part.part.kind == "choice" or self._admissible(part, i, cell, carried)

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

    def mistakes(self, part: PartRules, i: int, cell: Cell) -> tuple[str, ...]:
        """The mistakes whose value this is: made at this step, on the key or the student's own values, or everywhere.

        Where its value is hard to tell from the key, it counts if it was plainly made elsewhere in the question; where
        it is trivial (a recall of exactly one), if it was plainly made in the same table.
        """
        if cell.number is None:
            return ()
        rule, key = part.cells[i], self.passes.at(self.trace.reference, part, i)
        found: dict[str, None] = {}
        for mistake, wrong, base in self._mistaken_values(part, i):
            if not meets(rule, cell.number, wrong):
                continue
            admissible = self._admissible(part, i, cell, wrong)
            if admissible and visible(rule, wrong, key) and visible(rule, wrong, base):
                self.established.add((mistake, part.part.name))
            if (mistake, part.part.name) in self.established or (admissible and mistake in self.beliefs):
                found[mistake] = None
        return tuple(found)

    @property
    def beliefs(self) -> set[str]:
        return {mistake for mistake, _ in self.established}

    def sources(self, name: str, carried: float | None, key: float) -> tuple[str, ...]:
        """The parts this one is computed from that were not right, where that changes what is expected here."""
        if carried is None or isclose(carried, key, rel_tol=1e-12):
            return ()
        return tuple(part for part in parents(self.rules.question)[name] if part in self.not_right)

    def remember(self, part: Part, marks: Sequence[Mark]) -> None:
        """Keep what later parts need to know of a part that has its marks."""
        values = {mark.answer.number.value for mark in marks if mark.answer.number is not None}
        if len(marks) > 2 and len(values) == 1 and any(mark.verdict == "wrong" for mark in marks):
            self.constants[part.name] = values.pop()
        if any(mark.verdict in NOT_RIGHT for mark in marks):
            self.not_right.add(part.name)

    def _establish(self) -> None:
        for name in self.passes.answered():
            for i, cell in enumerate(self.passes.answers[name]):
                if cell.number is not None and not self.passes.right[name][i]:
                    self.mistakes(self.rules.parts[name], i, cell)

    def _unexplained(self, name: str) -> bool:
        part = self.rules.parts[name]
        return any(
            cell.readable
            and not self.passes.right[name][i]
            and not self.follows(part, i, cell)
            and not self.mistakes(part, i, cell)
            for i, cell in enumerate(self.passes.answers[name])
        )

    def _mistaken_values(self, part: PartRules, i: int) -> Iterator[tuple[str, float, float]]:
        """Each mistake's value for a cell, and the right value that it was made on."""
        name = part.part.name
        for tape in (self.trace.reference, self.trace.carried):
            if name in tape:
                base = entries(tape[name].value)[i]
                for mistake, value in tape[name].mistakes.items():
                    yield mistake, entries(value)[i], base
        for mistake, steps in self.trace.everywhere.items():
            if self.passes.possible(mistake, name):
                yield mistake, entries(steps[name].value)[i], entries(self.trace.reference[name].value)[i]

    def _admissible(self, part: PartRules, i: int, cell: Cell, value: float) -> bool:
        """Not trivial where the key is not: not tiny, not at an end of the domain, not a mere repetition.

        Nor is anything explained by a value so small that zero would do for it.
        """
        rule, key = part.cells[i], self.passes.at(self.trace.reference, part, i)
        if cell.number is None or self.one_value_everywhere or rule.tolerance.close(0.0, value):
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
