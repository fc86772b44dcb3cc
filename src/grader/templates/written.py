"""A question answered in words, and marked by a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from grader.chance import Stream
from grader.part import Criterion, Part
from grader.template import Parameters, Raw, Template, unknown
from grader.work import Work

LONGEST_NAME = 40


class CriterionRecord(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    points: float = Field(gt=0, le=1000)
    text: str = ""

    @field_validator("name")
    @classmethod
    def _short_and_visible(cls, value: str) -> str:
        if not value.strip() or not value.isprintable() or len(value) > LONGEST_NAME:
            raise ValueError(f"a criterion's name is a word or two, of at most {LONGEST_NAME} characters")
        return value.strip()


class WrittenParameters(Parameters):
    prompt: str = Field(
        "Write down five things that you have learned about recurrent networks, each in a sentence or two of your own.",
        min_length=1,
        description="what is asked, in Markdown",
    )
    criteria: tuple[CriterionRecord, ...] = Field(
        (
            CriterionRecord(name="five things", points=5, text="one point for each that is right"),
            CriterionRecord(name="own words", points=2, text="said as one would say it to a fellow student"),
        ),
        description="what earns points: a list of {name, points, text}",
    )
    lines: int = Field(8, ge=1, le=40, description="lines that the handout leaves to write on")

    @field_validator("criteria")
    @classmethod
    def _told_apart(cls, value: tuple[CriterionRecord, ...]) -> tuple[CriterionRecord, ...]:
        names = [criterion.name.casefold() for criterion in value]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"there are two criteria '{name}'")
        return value


def read(p: WrittenParameters, raw: Raw) -> tuple[WrittenParameters, None]:
    unknown(raw, ())
    return p, None


def draw(_p: WrittenParameters, _chance: Stream) -> dict[str, Any]:
    return {}


def ask(p: WrittenParameters) -> list[Part]:
    criteria = tuple(Criterion(one.name, one.points, one.text) for one in p.criteria)
    return [Part("answer", "your answer, in words", kind="text", criteria=criteria, lines=p.lines)]


def solve(_p: WrittenParameters, _q: None, work: Work) -> None:
    """No answer is the right one: the step's value is nothing, which no text equals."""
    work.step("answer", "")


def settle(p: WrittenParameters, raw: Mapping[str, Any]) -> WrittenParameters:
    return read(p, raw)[0]


def wording(p: WrittenParameters) -> str:
    return p.prompt


TEMPLATE = Template(
    name="written",
    title="In your own words",
    topic="words",
    parameters=WrittenParameters,
    read=read,
    draw=draw,
    ask=ask,
    solve=solve,
    wording=wording,
    settle=settle,
)
