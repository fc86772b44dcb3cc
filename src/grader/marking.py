"""From a variant, answers and a rubric to marks. Pure: no files, no pages, no chance."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import isclose, isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.answers import Answers, Cell
from grader.assignment import matches
from grader.dependence import parents
from grader.part import Part
from grader.rubric import CellRules, PartRules, QuestionRules
from grader.tolerance import shortened
from grader.variant import SMALLEST, VISIBLE, entries
from grader.work import Mistaken, Pinned, Reference, Step, StopPass, Value

VERDICTS = ("blank", "unreadable", "right", "follows", "coarse", "mistake", "wrong", "pending")


@dataclass(frozen=True)
class Mark:
    """What one cell was given, and why. `expected` is the key, `carried` what the student's own earlier values
    lead to (None where the key decided), `came_from` the earlier cells that were not right."""

    part: str
    cell: str
    answer: Cell
    verdict: str
    points: float
    max: float
    expected: Value
    carried: Value | None = None
    mistakes: tuple[str, ...] = ()
    came_from: tuple[str, ...] = ()
    note: str = ""


@dataclass
class Trace:
    """Everything that was tried for a question, for `explain`: the passes' tapes and the mistakes' values."""

    reference: Mapping[str, Step] = field(default_factory=dict)
    rounded: Mapping[str, Step] = field(default_factory=dict)
    carried: Mapping[str, Step] = field(default_factory=dict)
    everywhere: dict[str, Mapping[str, Step]] = field(default_factory=dict)


def mark_question(rules: QuestionRules, q: Any, answers: Answers) -> list[Mark]:
    """Mark one question: a Mark for every cell asked, in the order of the parts asked."""
    return Marker(rules, q, answers).marks()


class Marker:
    """The passes over one question for one student. `thorough` evaluates every mistake, for `explain`."""

    def __init__(self, rules: QuestionRules, q: Any, answers: Answers, *, thorough: bool = False) -> None:
        self.rules, self.q, self.answers, self.thorough = rules, q, answers, thorough
        self.right: dict[str, list[bool]] = {}
        self.trace = Trace()
        self.failed: list[str] = []
        self.charged: set[str] = set()
        self.contradicted: dict[str, str] = {}
        self.established: set[str] = set()
        self.not_right: set[str] = set()
        self.constants: dict[str, float] = {}

    def marks(self) -> list[Mark]:
        self._reference()
        if self.thorough or not self._decided():
            self._rounded()
            if self.thorough or not self._decided():
                self._carried()
                self._establish()
                self._everywhere()
                self._establish()
        made = {name: self._part(name) for name in self.trace.reference if name in self.rules.parts}
        return [mark for name in self.rules.parts for mark in made[name]]

    # The passes

    def _reference(self) -> None:
        self.trace.reference = self._run(Reference(self._open_to_mistakes), "the key")

    def _open_to_mistakes(self, name: str, value: Value, mistakes: Mapping[str, Value]) -> Iterable[str]:
        """Compare with the key on the way; a step that is not right has its mistakes evaluated."""
        if name not in self.rules.parts:
            return ()
        cells = self.answers.get(name)
        if cells is None:
            return mistakes if self.thorough else ()
        if name not in self.right:
            self.right[name] = self._compared(self.rules.parts[name], cells, value)
        return mistakes if self.thorough or not self._settled(name) else ()

    def _rounded(self) -> None:
        """Right answers go on as they were written: rounding carried on is not an error."""

        def pin(step: Step) -> tuple[Value, NDArray[np.bool_]] | None:
            cells, right = self.answers.get(step.name), self.right.get(step.name)
            if cells is None or right is None or not self._numeric(step.name):
                return None
            part = self.rules.parts[step.name]
            right = [r or s for r, s in zip(right, self._compared(part, cells, step.value), strict=True)]
            self.right[step.name] = right
            return _pinned(step.value, cells, right, right)

        self.trace.rounded = self._run(Pinned(pin), "the values as rounded")

    def _carried(self) -> None:
        """Every usable answer goes on as it was written: what comes after is what it should be for this student."""

        def pin(step: Step) -> tuple[Value, NDArray[np.bool_]] | None:
            cells = self.answers.get(step.name)
            if cells is None or not self._numeric(step.name):
                return None
            return _pinned(step.value, cells, self._usable(step, cells), self.right[step.name])

        self.trace.carried = self._run(Pinned(pin, self._open_to_mistakes), "your earlier values")

    def _everywhere(self) -> None:
        """Who believes in a mistake makes it every time; what earlier answers contradict is not pursued."""
        in_order = [name for name in self.trace.reference if name in self.rules.parts and name in self.answers]
        open_parts = [name for name in in_order if not self._settled(name)]
        known = dict.fromkeys(m for step in self.trace.reference.values() for m in step.knows)
        if not self.thorough and not any(self._unexplained(name) for name in open_parts):
            known = dict.fromkeys(m for m in known if m in self.established)
        last = open_parts[-1] if open_parts else ""
        for mistake in known:
            work = Mistaken(mistake, self._contradiction(mistake, last))
            self._run(work, f"the mistake {mistake}")
            self.trace.everywhere[mistake] = work.steps

    def _contradiction(self, mistake: str, last: str) -> Any:
        """Stop at an asked step that knows the mistake and was visibly answered otherwise, and at the last open one."""

        def watch(step: Step) -> None:
            if mistake in step.knows and self._visibly_otherwise(step):
                self.contradicted.setdefault(mistake, step.name)
            if not self.thorough and (step.name == last or mistake in self.contradicted):
                raise StopPass

        return watch

    def _visibly_otherwise(self, step: Step) -> bool:
        cells = self.answers.get(step.name)
        if cells is None or not self._numeric(step.name):
            return False
        part, key = self.rules.parts[step.name], entries(self.trace.reference[step.name].value)
        return any(
            cell.number is not None and _visible(rule, wrong, right) and not rule.tolerance.accepts(cell.number, wrong)
            for rule, cell, wrong, right in zip(part.cells, cells, entries(step.value), key, strict=True)
        )

    def _run(self, work: Any, what: str) -> dict[str, Step]:
        """A pass that fails on a student's value leaves what it had; the note says so."""
        question = self.rules.question
        try:
            question.template.run(question.parameters, self.q, work)
        except StopPass:
            pass
        except Exception as error:  # noqa: BLE001 - whatever a student's value does to a solver, marking goes on
            if isinstance(work, Reference):
                raise
            self.failed.append(f"the solution could not be carried on with {what} ({type(error).__name__})")
        steps: dict[str, Step] = work.steps
        return steps

    # Comparing

    def _numeric(self, name: str) -> bool:
        return name in self.rules.parts and self.rules.parts[name].part.kind in ("number", "integer")

    def _compared(self, part: PartRules, cells: Sequence[Cell], value: Value) -> list[bool]:
        if part.part.judge is not None:
            return [not self._judged(part, cells)] * len(cells)
        return [_agrees(rule, cell, v) for rule, cell, v in zip(part.cells, cells, entries(value), strict=True)]

    def _judged(self, part: PartRules, cells: Sequence[Cell]) -> str:
        """What a part judged by a property lacks, or ""."""
        if part.part.judge is None:
            return ""
        if any(cell.number is None for cell in cells):
            return f"all {len(cells)} numbers are needed"
        value = np.array([cell.number.value for cell in cells if cell.number]).reshape(part.part.shape)
        tolerance = part.first.tolerance
        return part.part.judge(self.q, value, tolerance.close)

    def _settled(self, name: str) -> bool:
        """Is every cell of the part right, or without anything to mark?"""
        cells = self.answers[name]
        return all(r or not c.readable for r, c in zip(self.right[name], cells, strict=True))

    def _decided(self) -> bool:
        return all(self._settled(name) for name in self.rules.parts if name in self.answers)

    def _usable(self, step: Step, cells: Sequence[Cell]) -> list[bool]:
        """Finite, and inside the step's domain or what this pass expects or a mistake made at this step."""
        part = self.rules.parts[step.name]
        return [self._usable_cell(part, i, cell, step) for i, cell in enumerate(cells)]

    def _usable_cell(self, part: PartRules, i: int, cell: Cell, step: Step) -> bool:
        number = cell.number
        if number is None or (part.part.kind == "integer" and not number.value.is_integer()):
            return False
        rule = part.cells[i]
        if part.part.domain.holds(number.value) or rule.tolerance.accepts(number, entries(step.value)[i]):
            return True
        tapes = (step, self.trace.reference[step.name])
        wrong = (entries(v)[i] for tape in tapes for v in tape.mistakes.values())
        return any(rule.tolerance.accepts(number, v) for v in wrong)

    def _unexplained(self, name: str) -> bool:
        """Has the part a cell that neither the student's own values nor a mistake at this step explains?"""
        part = self.rules.parts[name]
        return any(
            cell.readable
            and not self.right[name][i]
            and not self._follows(part, i, cell)
            and not self._mistakes(part, i, cell)
            for i, cell in enumerate(self.answers[name])
        )

    def _establish(self) -> None:
        """Find the mistakes that were plainly made, before the cells where they are hard to see are looked at."""
        for name in self.trace.carried:
            if name in self.rules.parts and name in self.answers:
                for i, cell in enumerate(self.answers[name]):
                    if cell.number is not None and not self.right[name][i]:
                        self._mistakes(self.rules.parts[name], i, cell)

    def _follows(self, part: PartRules, i: int, cell: Cell) -> bool:
        carried = self._at(self.trace.carried, part, i)
        if carried is None or not _agrees(part.cells[i], cell, carried):
            return False
        return part.part.kind == "choice" or self._admissible(part, i, cell, carried)

    def _at(self, tape: Mapping[str, Step], part: PartRules, i: int) -> Any:
        step = tape.get(part.part.name)
        return entries(step.value)[i] if step is not None else None

    # Admissible

    def _admissible(self, part: PartRules, i: int, cell: Cell, value: float) -> bool:
        """Not trivial where the key is not: not tiny, not at an end of the domain, not a mere repetition.

        Nor is anything explained by a value so small that zero would do for it.
        """
        rule, key = part.cells[i], self._at(self.trace.reference, part, i)
        if cell.number is None or rule.tolerance.close(0.0, value) or self.one_value_everywhere:
            return False
        written = cell.number.value
        if _tiny(rule, written) and not _tiny(rule, key):
            return False
        if _ends(rule, part.part, written) - _ends(rule, part.part, key):
            return False
        return not self._repeats(part.part, value)

    def _repeats(self, part: Part, value: float) -> bool:
        """Is the value just what a table filled with one unexplained value holds? (All ones make AP one.)"""
        inputs = parents(self.rules.question)[part.name]
        return any(
            name in inputs and isclose(value, constant, rel_tol=1e-9) for name, constant in self.constants.items()
        )

    @cached_property
    def one_value_everywhere(self) -> bool:
        """Does the whole question hold one and the same number? Then nothing was worked for."""
        numbers = [cell.number.value for cells in self.answers.values() for cell in cells if cell.number is not None]
        return len(numbers) > 3 and len(set(numbers)) == 1

    # Mistakes

    def _mistakes(self, part: PartRules, i: int, cell: Cell) -> list[str]:
        """The mistakes whose value this is: made at this step, on the key or the student's own values, or everywhere.

        Where its value is hard to tell from the key, or trivial, it counts if it was plainly made elsewhere in the question.
        """
        if cell.number is None:
            return []
        name, rule = part.part.name, part.cells[i]
        key = self._at(self.trace.reference, part, i)
        found: dict[str, None] = {}
        for mistake, wrong, base in self._mistaken_values(part, i):
            if not _agrees(rule, cell, wrong):
                continue
            if mistake in self.established and not self.one_value_everywhere:
                found[mistake] = None
            elif _visible(rule, wrong, key) and _visible(rule, wrong, base) and self._admissible(part, i, cell, wrong):
                found[mistake] = None
                self.established.add(mistake)
        return list(found)

    def _mistaken_values(self, part: PartRules, i: int) -> Iterator[tuple[str, float, float]]:
        """Each mistake's value for a cell, and the right value that it was made on."""
        name = part.part.name
        for tape in (self.trace.reference, self.trace.carried):
            if name in tape:
                base = entries(tape[name].value)[i]
                for mistake, value in tape[name].mistakes.items():
                    yield mistake, entries(value)[i], base
        for mistake, steps in self.trace.everywhere.items():
            if name in steps and self._possible(mistake, steps, name):
                yield mistake, entries(steps[name].value)[i], entries(self.trace.reference[name].value)[i]

    def _possible(self, mistake: str, steps: Mapping[str, Step], name: str) -> bool:
        """No earlier asked step that knows the mistake was visibly answered otherwise."""
        stop = self.contradicted.get(mistake)
        names = list(steps)
        return stop is None or names.index(name) <= names.index(stop)

    # Verdicts

    def _part(self, name: str) -> list[Mark]:
        part, key = self.rules.parts[name], entries(self.trace.reference[name].value)
        cells = self.answers.get(name) or [Cell()] * len(part.cells)
        if part.part.kind == "choice":
            marks = [self._choice(part, cells[0], key[0])]
        else:
            marks = [self._cell(part, i, cell, key[i]) for i, cell in enumerate(cells)]
        for mark in marks:
            if mark.verdict == "mistake":
                self.charged.update(mark.mistakes)
        if part.part.kind in ("number", "integer"):
            marks = _structural_zeros(marks)
            values = {mark.answer.number.value for mark in marks if mark.answer.number is not None}
            if len(marks) > 2 and len(values) == 1 and any(mark.verdict == "wrong" for mark in marks):
                self.constants[name] = values.pop()
            if any(mark.verdict in ("follows", "coarse", "mistake", "wrong") for mark in marks):
                self.not_right.add(name)
        return [_voided(mark, rule) for mark, rule in zip(marks, part.cells, strict=True)]

    def _cell(self, part: PartRules, i: int, cell: Cell, key: Value) -> Mark:
        rule = part.cells[i]
        mark = Mark(part.part.name, rule.name, cell, "wrong", 0.0, rule.points, key)
        if cell.blank:
            return replace(mark, verdict="blank")
        if part.part.kind in ("expression", "text"):
            return replace(mark, verdict="pending")
        if cell.number is None:
            return replace(mark, verdict="unreadable", note=cell.problem)
        if self.right[part.part.name][i]:
            return replace(mark, verdict="right", points=rule.points)
        if part.part.judge is not None:
            return replace(mark, note=self._judged(part, self.answers[part.part.name]))
        return self._not_right(part, i, cell, mark)

    def _not_right(self, part: PartRules, i: int, cell: Cell, mark: Mark) -> Mark:
        """The first verdict that holds, and the best points that any of them gives."""
        rule, carried = part.cells[i], self._at(self.trace.carried, part, i)
        holds: list[tuple[str, float]] = []
        if self._follows(part, i, cell):
            holds.append(("follows", rule.follow_through))
        if self._coarse(part, i, cell, mark.expected, carried):
            holds.append(("coarse", rule.coarse))
        mistakes = tuple(self._mistakes(part, i, cell))
        if mistakes:
            holds.append(("mistake", max(self._share(rule, mistake) for mistake in mistakes)))
        verdict = holds[0][0] if holds else "wrong"
        best = max((share for _, share in holds), default=0.0)
        return replace(
            mark,
            verdict=verdict,
            points=best * rule.points,
            carried=carried,
            mistakes=mistakes if verdict == "mistake" else (),
            came_from=self._sources(part.part.name, carried, mark.expected),
            note="; ".join(dict.fromkeys(self.failed)),
        )

    def _share(self, rule: CellRules, mistake: str) -> float:
        return max(rule.share(mistake), rule.repeated_mistake) if mistake in self.charged else rule.share(mistake)

    def _coarse(self, part: PartRules, i: int, cell: Cell, key: float, carried: float | None) -> bool:
        rule = part.cells[i]
        if cell.number is None or part.part.kind != "number":
            return False
        if shortened(cell.number, key, rule.digits):
            return True
        if carried is None or not shortened(cell.number, carried, rule.digits):
            return False
        return self._admissible(part, i, cell, carried)

    def _sources(self, name: str, carried: float | None, key: float) -> tuple[str, ...]:
        """The parts this one is computed from that were not right, where that changes what is expected here."""
        if carried is None or isclose(carried, key, rel_tol=1e-12):
            return ()
        return tuple(part for part in parents(self.rules.question)[name] if part in self.not_right)

    def _choice(self, part: PartRules, cell: Cell, key: Value) -> Mark:
        """Accepted is one option only: what the student's own numbers say, where all that it rests on were answered."""
        rule = part.first
        mark = Mark(part.part.name, rule.name, cell, "wrong", 0.0, rule.points, key)
        if cell.blank:
            return replace(mark, verdict="blank")
        if cell.label is None:
            return replace(mark, verdict="unreadable", note=cell.problem)
        carried = self._at(self.trace.carried, part, 0) if self._rests_on_answers(part.part) else None
        if cell.label in rule.accept or (cell.label == str(key) and carried in (None, key)):
            return replace(mark, verdict="right", points=rule.points)
        if carried in (None, key):
            return mark
        if cell.label == str(carried):
            sources = self._sources(part.part.name, float(carried), float(key))
            points = rule.follow_through * rule.points
            return replace(mark, verdict="follows", points=points, carried=carried, came_from=sources)
        return replace(mark, carried=carried, note="not what the numbers on this sheet say")

    def _rests_on_answers(self, part: Part) -> bool:
        """Are all the numbers that decide this choice asked, answered and usable?"""
        names = [name for name in self.trace.reference if any(matches(p, name) for p in part.rests_on)]
        for name in names:
            if name not in self.rules.parts or name not in self.answers or name not in self.trace.carried:
                return False
            if not all(self._usable(self.trace.carried[name], self.answers[name])):
                return False
        return bool(names)


def _pinned(
    value: Value, cells: Sequence[Cell], use: Sequence[bool], right: Sequence[bool]
) -> tuple[Value, NDArray[np.bool_]] | None:
    """The step's value with the student's entries in it, and which entries are right (its own ones are)."""
    if not any(use):
        return None
    own = entries(value)
    mixed = [c.number.value if u and c.number else v for v, c, u in zip(own, cells, use, strict=True)]
    good = [r or not u for r, u in zip(right, use, strict=True)]
    if isinstance(value, np.ndarray):
        return np.array(mixed).reshape(value.shape), np.array(good).reshape(value.shape)
    return type(value)(mixed[0]), np.array(good[0])


def _agrees(rule: CellRules, cell: Cell, value: Value) -> bool:
    """Is the cell within tolerance of the value, or of one that the rubric accepts besides?"""
    if cell.number is None:
        return cell.label is not None and (cell.label == str(value) or cell.label in rule.accept)
    return rule.tolerance.accepts(cell.number, value) or any(
        rule.tolerance.accepts(cell.number, accepted) for accepted in rule.accept
    )


def _visible(rule: CellRules, wrong: float, right: float | None) -> bool:
    return right is not None and isfinite(wrong) and abs(wrong - right) > VISIBLE * rule.tolerance.radius(right)


def _tiny(rule: CellRules, value: float) -> bool:
    return value == 0 or abs(value) < SMALLEST * rule.tolerance.floor


def _ends(rule: CellRules, part: Part, value: float) -> set[float]:
    """The ends of the part's domain that the value is within tolerance of."""
    return {end for end in (part.domain.low, part.domain.high) if isfinite(end) and rule.tolerance.close(value, end)}


def _structural_zeros(marks: list[Mark]) -> list[Mark]:
    """In an array with zeros in the key they earn in proportion to what the other cells got."""
    others = [mark for mark in marks if mark.expected != 0]
    possible = sum(mark.max for mark in others)
    if not possible or len(others) == len(marks):
        return marks
    share = sum(mark.points for mark in others) / possible
    return [mark if mark.expected != 0 else replace(mark, points=mark.points * share) for mark in marks]


def _voided(mark: Mark, rule: CellRules) -> Mark:
    if rule.void == "drop":
        return replace(mark, points=0.0, max=0.0, note="this part does not count")
    if rule.void == "full_marks":
        return replace(mark, points=rule.points, note="everybody gets full marks for this part")
    return mark


def needs_a_person(marks: Collection[Mark]) -> bool:
    """Is there a cell that nobody could read, or that a person marks?"""
    return any(mark.verdict in ("unreadable", "pending") for mark in marks)
