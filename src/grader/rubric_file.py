"""A rubric as it is written: the keys that may stand where, and their defaults."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from grader.config import Record
from grader.tolerance import Tolerance

Share = Annotated[float, Field(ge=0, le=1)]
Points = Annotated[float, Field(ge=0, le=10_000)]
DEFAULT_POINTS = 10.0


class ToleranceRecord(Record):
    absolute: float | None = Field(None, ge=0, lt=1e6)
    relative: float | None = Field(None, ge=0, lt=1)
    decimals: int | None = Field(None, ge=0, le=12)
    significant: int | None = Field(None, ge=1, le=12)

    @model_validator(mode="after")
    def _one_rule(self) -> ToleranceRecord:
        bounds = self.absolute is not None or self.relative is not None
        if bounds + (self.decimals is not None) + (self.significant is not None) != 1:
            raise ValueError("give either absolute and relative, or decimals, or significant")
        return self

    def tolerance(self) -> Tolerance:
        return Tolerance(self.absolute or 0.0, self.relative or 0.0, self.decimals, self.significant)


class DigitsRecord(Record):
    decimals: int | None = Field(None, ge=0, le=12)
    significant: int | None = Field(None, ge=1, le=12)


def _decimals(value: object) -> object:
    """`digits: 4` is short for `digits: {decimals: 4}`."""
    return {"decimals": value} if isinstance(value, int | float) and not isinstance(value, bool) else value


class Rules(Record):
    """The keys that may stand at every level: for all questions, for one, for a part."""

    tolerance: ToleranceRecord | None = None
    digits: Annotated[DigitsRecord | None, BeforeValidator(_decimals)] = None
    follow_through: Share | None = None
    mistake: Share | None = None
    repeated_mistake: Share | None = None
    coarse: Share | None = None


class PartRecord(Rules):
    points: Points | None = None
    mistakes: dict[str, Share] = Field(default_factory=dict)
    accept: list[Any] = Field(default_factory=list)
    void: Literal["drop", "full_marks"] | None = None


class QuestionRecord(Rules):
    points: Points | None = None
    parts: dict[str, PartRecord] = Field(default_factory=dict)


Reveal = Literal["points", "verdicts", "expected", "solution"]
"""How much feedback tells: points; also what each answer was marked as, and why; also the accepted values; also
the worked solution."""


class RubricRecord(Rules):
    points: Points | None = None
    feedback: Reveal = "solution"
    questions: dict[str, QuestionRecord] = Field(default_factory=dict)


DEFAULTS = RubricRecord(
    tolerance=ToleranceRecord(relative=0.01, absolute=0.0005),
    follow_through=1.0,
    mistake=0.5,
    repeated_mistake=1.0,
    coarse=0.5,
)
