"""Two resistors in series: an example of a question template, to be changed into one of your own.

A template draws the numbers of a question for one student, words the question, and solves it in named steps. The
program hands out the numbers, marks the answers, and goes on with a student's own values where they are wrong.

    grader check templates/starter.py       draws it often and tries every mistake
    grader preview templates/starter.py     one handout, sheet and feedback
    grader solve templates/starter.py       one variant with all digits
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from grader.chance import Stream
from grader.part import POSITIVE, Part
from grader.template import Mistake, Parameters, Range, Shown, Template, fit, missing, text, unknown
from grader.work import Step, Work

NAMES = ("U", "R_1", "R_2")


class SeriesParameters(Parameters):
    """What an assignment may set under `parameters:`. Each has a default, its limits, and a description."""

    voltage: Range = Field((5, 24), description="range of the voltage, in V")
    places: int = Field(1, ge=0, le=3, description="decimals of the givens")


@dataclass(frozen=True)
class Givens:
    """The numbers of one student, as `solve` uses them."""

    U: float
    R_1: float
    R_2: float


def draw(p: SeriesParameters, chance: Stream) -> dict[str, Any]:
    """Numbers for one student, with so many decimals: what is printed is what is used.

    No resistance is 1, which would leave what it is multiplied with as it is.
    """
    return {
        "U": chance.decimal(*p.voltage, p.places),
        "R_1": chance.decimal(1.5, 9.5, p.places),
        "R_2": chance.decimal(1.5, 9.5, p.places),
    }


def read(p: SeriesParameters, raw: Mapping[str, Any]) -> tuple[SeriesParameters, Givens]:
    """Check givens, also those that somebody wrote into an assignment by hand. `()` is the shape of one number."""
    unknown(raw, NAMES)
    missing(raw, NAMES)
    numbers, _ = fit(raw, dict.fromkeys(NAMES, ()), {})
    return p, Givens(*(float(numbers[name]) for name in NAMES))


def ask(_p: SeriesParameters) -> list[Part]:
    """What students answer: the name on the sheet, what it means, its symbol in LaTeX, where it always lies."""
    return [
        Part("R", "total resistance, in kΩ", "R", domain=POSITIVE),
        Part("I", "current, in mA", "I", domain=POSITIVE),
        Part("U_2", "voltage across the second resistor, in V", "U_2", domain=POSITIVE),
    ]


def solve(_p: SeriesParameters, q: Givens, work: Work) -> None:
    """The solution, step by step: a name, the right value, its formula in LaTeX, and what each mistake gives there.

    Go on with what `work.step` returns. It is the right value for the key, and the student's own in marking: that is
    what makes one slip cost one slip.
    """
    R = work.step("R", q.R_1 + q.R_2, "R_1 + R_2", parallel=lambda: q.R_1 * q.R_2 / (q.R_1 + q.R_2))
    I = work.step("I", q.U / R, "U / R", upside_down=lambda: R / q.U)
    work.step("U_2", q.R_2 * I, "R_2 I", other_resistor=lambda: q.R_1 * I)


MISTAKES = {
    # the sentence completes "4.2 is …" on the student's page; the condition says when the mistake can be made at all
    "parallel": Mistake("what one gets with the resistors taken as parallel, not in series"),
    "upside_down": Mistake("what one gets with the fraction of voltage and resistance upside down"),
    "other_resistor": Mistake("the voltage across the first resistor", lambda _p, q: q.R_1 != q.R_2),
}


def guard(_p: SeriesParameters, q: Givens, _steps: Mapping[str, Step]) -> str:
    """What makes an instance unfit to be handed out, so that another one is drawn; an empty text if nothing does."""
    return "two resistances that are nearly the same" if abs(q.R_1 - q.R_2) < 0.5 else ""


def wording(_p: SeriesParameters) -> str:
    """The question in Markdown, formulas between dollar signs. It holds no student's numbers."""
    return (
        "Two resistors $R_1$ and $R_2$ (in kΩ) are in series, and the voltage $U$ (in V) is across both. "
        "How large are the total resistance, the current, and the voltage across the second resistor?"
    )


def show(p: SeriesParameters, q: Givens) -> Sequence[Shown]:
    """The numbers as they are printed beside the wording: a symbol in LaTeX, and all digits."""
    return [Shown(name, text(getattr(q, name), p.places)) for name in NAMES]


TEMPLATE = Template(
    name="starter",
    title="Resistors in series",
    topic="circuits",
    parameters=SeriesParameters,
    read=read,
    draw=draw,
    ask=ask,
    solve=solve,
    mistakes=MISTAKES,
    guard=guard,
    wording=wording,
    show=show,
)
