"""The passes of the solver over one question for one student: the key, rounded, carried, mistaken."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

import numpy as np

from grader.answers import Answers, Cell
from grader.expression import Formula
from grader.marking.compare import agrees, visible, within
from grader.rubric import PartRules, QuestionRules
from grader.variant import entries
from grader.work import Mistaken, Pinned, Reference, Step, StopPass, Value

Steps = Mapping[str, Step]


@dataclass
class Trace:
    """The tapes of all passes that were run, for marking and for `explain`."""

    reference: Steps = field(default_factory=dict)
    rounded: Steps = field(default_factory=dict)
    carried: Steps = field(default_factory=dict)
    everywhere: dict[str, Steps] = field(default_factory=dict)


class Passes:
    """Runs passes and compares on the way. `right[part]` tells which cells are right by the key or as rounded.

    `thorough` evaluates every mistake and stops no pass early.
    """

    def __init__(self, rules: QuestionRules, q: Any, answers: Answers, *, thorough: bool = False) -> None:
        self.rules, self.q, self.answers, self.thorough = rules, q, answers, thorough
        self.right: dict[str, list[bool]] = {}
        self.open: set[str] = set()
        """The parts with a cell that is not right and could be marked."""
        self.trace = Trace()
        self.failed: dict[str, None] = {}
        self.contradicted: dict[str, str] = {}

    def reference(self) -> None:
        self.trace.reference = self._run(Reference(self._open_to_mistakes), "the key")

    def rounded(self) -> None:
        """Right answers go on as they were written: rounding carried on is not an error."""
        last = self._last(self.open)

        def pin(step: Step) -> tuple[Value, list[bool]] | None:
            cells, right = self.answers.get(step.name), self.right.get(step.name)
            if cells is None or right is None or not self.numeric(step.name):
                return None
            if not all(right):
                own = self._compared(self.rules.parts[step.name], cells, step.value)
                right = [by_key or as_rounded for by_key, as_rounded in zip(right, own, strict=True)]
                self._set_right(step.name, cells, right)
            if step.name == last:
                raise StopPass
            return _pinned(step.value, cells, right, right)

        self.trace.rounded = self._run(Pinned(pin), "the values as rounded")

    def carried(self) -> None:
        """Every usable answer goes on as it was written: what comes after is what it should be for this student."""
        last = self._last(self.open | (self.rules.choices & self.answers.keys()))

        def pin(step: Step) -> tuple[Value, list[bool]] | None:
            if step.name == last:
                raise StopPass
            cells = self.answers.get(step.name)
            if cells is None or not self.pinnable(step.name):
                return None
            return _pinned(step.value, cells, self.usable(step, cells), self.right[step.name])

        self.trace.carried = self._run(Pinned(pin, self._open_to_mistakes), "your earlier values")

    def everywhere(self, mistake: str, last: str) -> None:
        """Who believes in a mistake makes it every time; what earlier answers contradict is not pursued."""
        work = Mistaken(mistake, self._contradiction(mistake, last))
        self._run(work, "the values of a known mistake")
        self.trace.everywhere[mistake] = work.steps

    def possible(self, mistake: str, name: str) -> bool:
        """No asked step before `name` that knows the mistake was visibly answered otherwise."""
        tape, stop = self.trace.everywhere[mistake], self.contradicted.get(mistake)
        if name not in tape or stop is None or not self.thorough:  # only a thorough pass goes on after a contradiction
            return name in tape
        names = list(tape)
        return names.index(name) <= names.index(stop)

    # What is settled

    def numeric(self, name: str) -> bool:
        return name in self.rules.parts and self.rules.parts[name].part.kind in ("number", "integer")

    def pinnable(self, name: str) -> bool:
        """Do later steps go on with what was written here?"""
        return self.numeric(name) or (name in self.rules.parts and self.rules.parts[name].part.kind == "expression")

    def answered(self) -> list[str]:
        """The asked parts with an answer, in the order of the steps."""
        return [name for name in self.trace.reference if name in self.rules.parts and name in self.answers]

    def settled(self, name: str) -> bool:
        """Is every cell of the part right, or without anything to mark?"""
        return name not in self.open

    def decided(self) -> bool:
        """Can no further pass change a verdict?"""
        return not self.thorough and not self.open

    def at(self, tape: Steps, part: PartRules, i: int) -> Any:
        """The value of a part's i-th cell on a tape; None where the pass did not get there, or to nothing finite."""
        step = tape.get(part.part.name)
        value = entries(step.value)[i] if step is not None else None
        return None if isinstance(value, float) and not isfinite(value) else value

    def usable(self, step: Step, cells: Sequence[Cell]) -> list[bool]:
        """Finite, and inside the step's domain, or what this pass expects, or a mistake made at this step."""
        part = self.rules.parts[step.name]
        return [self._usable_cell(part, i, cell, step) for i, cell in enumerate(cells)]

    def judged(self, part: PartRules, cells: Sequence[Cell]) -> str:
        """What a part that is judged by a property lacks, or ""."""
        if part.part.judge is None:
            return ""
        if any(cell.number is None for cell in cells):
            return f"all {len(cells)} numbers are needed"
        value = np.array([cell.number.value for cell in cells if cell.number]).reshape(part.part.shape)
        try:
            return part.part.judge(self.q, value, part.first.tolerance.close)
        except ArithmeticError:
            return "numbers so large cannot be computed with"

    # Inside the passes

    def _last(self, names: Collection[str]) -> str:
        """The last of these steps: what comes after it cannot matter. "" for a thorough pass, which goes on."""
        return "" if self.thorough else next((n for n in reversed(list(self.trace.reference)) if n in names), "")

    def _run(self, work: Any, what: str) -> Steps:
        """A pass that fails on a student's value leaves what it had; the note says so."""
        question = self.rules.question
        try:
            question.template.run(question.parameters, self.q, work)
        except StopPass:
            pass
        except Exception as error:
            if isinstance(work, Reference):
                raise
            why = ", which lead to a division by zero" if isinstance(error, ZeroDivisionError) else ""
            self.failed[f"the later steps could not be worked out with {what}{why}"] = None
        steps: Steps = work.steps
        return steps

    def _open_to_mistakes(self, name: str, value: Value, mistakes: Mapping[str, Value]) -> Iterable[str]:
        """Compare with the key on the way; a step that is not right has its mistakes evaluated."""
        cells = self.answers.get(name)
        if cells is not None and name not in self.right and name in self.rules.parts:
            self._set_right(name, cells, self._compared(self.rules.parts[name], cells, value))
        return mistakes if self.thorough or name in self.open else ()

    def _set_right(self, name: str, cells: Sequence[Cell], right: list[bool]) -> None:
        self.right[name] = right
        if False not in right or all(r or not c.readable for r, c in zip(right, cells, strict=True)):
            self.open.discard(name)
        else:
            self.open.add(name)

    def _compared(self, part: PartRules, cells: Sequence[Cell], value: Value) -> list[bool]:
        if part.part.judge is not None:
            return [not self.judged(part, cells)] * len(cells)
        if len(cells) == 1:
            return [agrees(part.cells[0], cells[0], entries(value)[0])]
        return [agrees(rule, cell, v) for rule, cell, v in zip(part.cells, cells, entries(value), strict=True)]

    def _usable_cell(self, part: PartRules, i: int, cell: Cell, step: Step) -> bool:
        number, rule = cell.number, part.cells[i]
        if number is None:
            return bool(cell.formulas)
        if part.part.kind == "integer" and not _whole(number.value):
            return False
        if part.part.domain.holds(number.value) or rule.tolerance.accepts(number, entries(step.value)[i]):
            return True
        tapes = (step, self.trace.reference[step.name])
        wrong = (entries(v)[i] for tape in tapes for v in tape.mistakes.values())
        return any(rule.tolerance.accepts(number, v) for v in wrong)

    def _contradiction(self, mistake: str, last: str) -> Callable[[Step], None]:
        """Stop at an asked step that knows the mistake and was visibly answered otherwise, and at the last open one."""

        def watch(step: Step) -> None:
            if mistake in step.knows and self._visibly_otherwise(step):
                self.contradicted.setdefault(mistake, step.name)
            if not self.thorough and (step.name == last or mistake in self.contradicted):
                raise StopPass

        return watch

    def _visibly_otherwise(self, step: Step) -> bool:
        cells = self.answers.get(step.name)
        if cells is None or not self.pinnable(step.name):
            return False
        part, key = self.rules.parts[step.name], entries(self.trace.reference[step.name].value)
        return any(
            cell.readable and visible(rule, wrong, right) and not within(rule, cell, wrong)
            for rule, cell, wrong, right in zip(part.cells, cells, entries(step.value), key, strict=True)
        )


def _whole(value: float) -> bool:
    """A whole number that a double holds exactly."""
    return value.is_integer() and abs(value) < 2**53


def _pinned(
    value: Value, cells: Sequence[Cell], use: Sequence[bool], right: Sequence[bool]
) -> tuple[Value, list[bool]] | None:
    """The step's value with the student's entries in it, and which entries are right (its own ones are)."""
    if True not in use:
        return None
    mixed = [_value(c) if u else v for v, c, u in zip(entries(value), cells, use, strict=True)]
    good = [r or not u for r, u in zip(right, use, strict=True)]
    if isinstance(value, np.ndarray):
        return np.array(mixed).reshape(value.shape), good
    return mixed[0] if isinstance(value, Formula) else type(value)(mixed[0]), good


def _value(cell: Cell) -> Value:
    """What a usable cell goes on as."""
    return cell.number.value if cell.number is not None else cell.formulas[0].formula
