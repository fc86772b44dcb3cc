"""How each cell is marked: a rubric resolved once, the nearest rule for each setting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import isfinite, nan
from typing import Any

import numpy as np

from grader.assignment import Question, matches
from grader.config import Place, Source
from grader.errors import did_you_mean
from grader.expression import Formula, FormulaError, Space
from grader.part import Criterion, Part
from grader.rubric_file import DEFAULT_POINTS, DEFAULTS, PartRecord, QuestionRecord, RubricRecord
from grader.tolerance import EXACT, Digits, Tolerance


@dataclass(frozen=True)
class CellRules:
    """How one cell is marked."""

    name: str
    points: float
    tolerance: Tolerance
    digits: Digits
    follow_through: float
    mistake: float
    mistakes: Mapping[str, float]
    repeated_mistake: float
    coarse: float
    accept: tuple[Any, ...]
    void: str | None
    space: Space | None
    where: str
    """The rubric's line that comes nearest to this cell, in words."""
    criteria: tuple[Criterion, ...] = ()
    """What a person marks it by; their points add up to the cell's."""

    def share(self, mistake: str) -> float:
        return self.mistakes.get(mistake, self.mistake)


@dataclass(frozen=True)
class PartRules:
    part: Part
    cells: tuple[CellRules, ...]

    @property
    def points(self) -> float:
        return sum(cell.points for cell in self.cells if cell.void != "drop")

    @cached_property
    def ends(self) -> tuple[tuple[float, float], ...]:
        """The finite ends of the part's domain, each with the tolerance there."""
        both = (self.part.domain.low, self.part.domain.high)
        return tuple((end, self.first.tolerance.radius(end)) for end in both if isfinite(end))

    @cached_property
    def voided(self) -> bool:
        return any(cell.void for cell in self.cells)

    @cached_property
    def plain(self) -> bool:
        """Are these numbers that a key decides, and count?"""
        return self.part.kind in ("number", "integer") and self.part.judge is None and not self.voided

    @property
    def first(self) -> CellRules:
        return self.cells[0]


@dataclass(frozen=True, eq=False)
class QuestionRules:
    question: Question
    parts: Mapping[str, PartRules]

    @cached_property
    def choices(self) -> frozenset[str]:
        """The parts that are choices among labels."""
        return frozenset(name for name, part in self.parts.items() if part.part.kind == "choice")

    @property
    def points(self) -> float:
        return round(sum(part.points for part in self.parts.values()), 9)


class Resolver:
    """Finds, for one question, what holds for each part and cell: the nearest rule that says something."""

    def __init__(self, rubric: RubricRecord, question: Question, source: Source, place: Place) -> None:
        self.rubric, self.asked, self.source, self.place = rubric, question, source, place
        self.record = rubric.questions.get(question.id, QuestionRecord())

    def question(self) -> QuestionRules:
        for pattern, part in self.record.parts.items():
            self._check_pattern(pattern, part)
        points = self._spread_over_parts()
        return QuestionRules(
            self.asked,
            {part.name: PartRules(part, self._cells(part, points[part.name])) for part in self.asked.asked},
        )

    def _check_pattern(self, pattern: str, record: PartRecord) -> None:
        place = (*self.place, "parts", pattern)
        names = [n for part in self.asked.parts for n in (part.cells if "[" in pattern else (part.name,))]
        if not any(matches(pattern, name) for name in names):
            raise self.source.error(f"no part is called '{pattern}'. {did_you_mean(pattern, names)}", *place)
        for mistake in record.mistakes:
            if mistake not in self.asked.mistakes:
                known = did_you_mean(mistake, self.asked.mistakes)
                message = f"'{self.asked.template.name}' knows no mistake '{mistake}'. {known}"
                raise self.source.error(message, *place, "mistakes", mistake)

    def _keys(self, part: Part, cell: str) -> Iterator[str]:
        """The rules that fit: the cell's before the part's, exact before pattern, later before earlier."""
        for name, bracketed in ((cell, True), (part.name, False)):
            newest_first = reversed(self.record.parts)
            found = [k for k in newest_first if ("[" in k) == bracketed and matches(k, name)]
            yield from sorted(found, key=lambda k: "*" in k)

    def _rules(self, part: Part, cell: str) -> Iterator[PartRecord]:
        return (self.record.parts[key] for key in self._keys(part, cell))

    def _setting(self, part: Part, cell: str, key: str) -> Any:
        for record in (*self._rules(part, cell), self.record, self.rubric, DEFAULTS):
            value = getattr(record, key, None)
            if value not in (None, [], {}):
                return value
        return None

    def _spread_over_parts(self) -> dict[str, float]:
        own: dict[str, float] = {}
        for part in self.asked.asked:
            for record in self._rules(part, ""):
                if record.points is not None:
                    own[part.name] = record.points
                    break
        total = self.record.points if self.record.points is not None else self.rubric.points
        names = [part.name for part in self.asked.asked]
        if total is None:
            own = {part.name: worth for part in self.asked.asked if (worth := _worth(part))} | own
            total = sum(own.values()) if len(own) == len(names) else DEFAULT_POINTS
        return self._spread(total, names, own, *self.place, "points")

    def _spread(
        self, total: float, names: Sequence[str], own: Mapping[str, float], *place: str | int
    ) -> dict[str, float]:
        given, others = sum(own.values()), [name for name in names if name not in own]
        if given > total + 1e-9:
            raise self.source.error(f"the parts' own points ({given:g}) are more than the question's {total:g}", *place)
        if not others and given < total - 1e-9:
            raise self.source.error(f"the parts' own points ({given:g}) are less than the question's {total:g}", *place)
        return {name: own[name] if name in own else (total - given) / len(others) for name in names}

    def _cells(self, part: Part, points: float) -> tuple[CellRules, ...]:
        own: dict[str, float] = {}
        for cell in part.cells if part.size > 1 else ():
            records = (self.record.parts[key] for key in self._keys(part, cell) if "[" in key)
            own.update((cell, r.points) for r in list(records)[::-1] if r.points is not None)
        shares = self._spread(points, part.cells, own, *self.place, "parts")
        return tuple(self._cell(part, i, cell, shares[cell]) for i, cell in enumerate(part.cells))

    def _cell(self, part: Part, i: int, cell: str, points: float) -> CellRules:
        exact = part.kind in ("integer", "choice")
        tolerance = EXACT if part.kind != "number" else self._setting(part, cell, "tolerance").tolerance()
        mistake = 0.0 if exact else self._setting(part, cell, "mistake")
        # a guess hits whole numbers easily: only a rule for the part or its question pays, the general one does not
        for record in (*self._rules(part, cell), self.record) if exact else ():
            if record.mistake is not None:
                mistake = record.mistake
                break
        return CellRules(
            name=cell,
            points=points,
            tolerance=tolerance,
            digits=self._digits(part, cell, tolerance),
            follow_through=self._setting(part, cell, "follow_through"),
            mistake=mistake,
            mistakes=self._setting(part, cell, "mistakes") or {},
            repeated_mistake=self._setting(part, cell, "repeated_mistake"),
            coarse=self._setting(part, cell, "coarse"),
            accept=tuple(self._accepted(part, i, cell, value) for value in self._setting(part, cell, "accept") or ()),
            void=self._setting(part, cell, "void"),
            space=part.space,
            where=self._where(part, cell),
            criteria=_scaled(part, points),
        )

    def _nearest(self, part: Part, cell: str) -> Place:
        """The place in the rubric that comes nearest to this cell."""
        key = next(self._keys(part, cell), None)
        if key is not None:
            return (*self.place, "parts", key)
        return self.place if self.asked.id in self.rubric.questions else self.place[:-2]

    def _where(self, part: Part, cell: str) -> str:
        place = self._nearest(part, cell)
        line = self.source.line(place)
        if place == self.place[:-2] or line is None:
            return f"{self.source.file}: the general rules, or the defaults"
        what = f"'{place[-1]}'" if place != self.place else f"question '{self.asked.id}'"
        return f"{self.source.file}, line {line}: {what}"

    def _digits(self, part: Part, cell: str, tolerance: Tolerance) -> Digits:
        asked = self._setting(part, cell, "digits") if part.kind == "number" else None
        if asked is None:
            return tolerance.digits
        digits = Digits(asked.decimals, asked.significant)
        needed = tolerance.digits
        for kind in ("decimals", "significant"):
            if (getattr(digits, kind) or 13) < (getattr(needed, kind) or 0):
                message = f"`digits` asks for {digits.words()}; so rounded, a right answer can miss the tolerance"
                raise self.source.error(f"{message} ({needed.words()} will do)", *self._nearest(part, cell), "digits")
        return digits

    def _accepted(self, part: Part, i: int, cell: str, value: Any) -> Any:
        place = (*self._nearest(part, cell), "accept")
        if part.kind == "choice":
            if str(value) not in part.labels:
                raise self.source.error(
                    f"'{value}' is not one of {part.name}'s options: {', '.join(part.labels)}", *place
                )
            return str(value)
        if part.space is not None:
            return self._accepted_formula(part.space, str(value), place)
        try:
            flat = np.array(value, dtype=float).ravel()
            accepted = float(flat[0] if flat.size == 1 else flat[i])
        except (TypeError, ValueError, IndexError):
            accepted = nan
        if not isfinite(accepted):
            message = f"'{value}' cannot be an answer to {part.name}: {part.size} number(s) are expected"
            raise self.source.error(message, *place)
        return accepted

    def _accepted_formula(self, space: Space, text: str, place: Place) -> Formula:
        try:
            return space.formula(text)
        except FormulaError as error:
            raise self.source.error(f"'{text}' is no formula: {error.sentence}", *place) from None


def _worth(part: Part) -> float:
    """What a part's criteria are worth together; 0 without any."""
    return sum(criterion.points for criterion in part.criteria)


def _scaled(part: Part, points: float) -> tuple[Criterion, ...]:
    """The part's criteria, in proportion worth as many points as the rubric gives."""
    worth = _worth(part)
    return tuple(replace(criterion, points=round(criterion.points / worth * points, 9)) for criterion in part.criteria)
