"""How many steps a training takes in minibatches, and the learning rate that goes with another size of batch.

Linear scaling as in Goyal et al., Accurate, Large Minibatch SGD (2017, arXiv 1706.02677), section 2.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from grader.chance import Stream
from grader.numerics.optimisation import steps_per_epoch
from grader.part import POSITIVE, Domain, Part
from grader.template import (
    GivensError,
    Mistake,
    Parameters,
    Raw,
    Shown,
    Template,
    WholeRange,
    missing,
    text,
    unknown,
)
from grader.templates.checked import whole
from grader.templates.tensors import tensor
from grader.work import Step, Work

COUNTS = ("samples", "batch", "epochs", "base_batch")
NAMES = (*COUNTS, "base_rate")
BATCHES = (16, 32, 64, 128, 256, 512)
RATES = (0.05, 0.1, 0.2, 0.4)


class ScheduleParameters(Parameters):
    samples: WholeRange = Field((2000, 60000), description="range of the number of samples")
    epochs: WholeRange = Field((2, 30), description="range of the number of epochs")


@dataclass(frozen=True)
class Givens:
    samples: int
    batch: int
    epochs: int
    base_batch: int
    base_rate: float


def read(p: ScheduleParameters, raw: Raw) -> tuple[ScheduleParameters, Givens]:
    unknown(raw, NAMES)
    missing(raw, NAMES)
    base_rate = float(tensor("base_rate", raw["base_rate"], 0))
    if base_rate <= 0:
        raise GivensError(f"base_rate must be above 0, not {raw['base_rate']!r}")
    return p, Givens(**{name: whole(raw[name], name) for name in COUNTS}, base_rate=base_rate)


def draw(p: ScheduleParameters, chance: Stream) -> dict[str, Any]:
    batch, base_batch = chance.sample(BATCHES, 2)
    return {
        "samples": chance.integer(*p.samples),
        "batch": batch,
        "epochs": chance.integer(*p.epochs),
        "base_batch": base_batch,
        "base_rate": chance.pick(RATES),
    }


def ask(_p: ScheduleParameters) -> list[Part]:
    count = Domain(1)
    return [
        Part("steps_per_epoch", "steps in one epoch", r"s", "integer", domain=count),
        Part("steps", "steps in all epochs", r"S", "integer", domain=count),
        Part("last_batch", "samples in the last batch of an epoch", r"B_{\mathrm{last}}", "integer", domain=count),
        Part("scaled_rate", "learning rate for this size of batch", r"\eta", domain=POSITIVE),
    ]


def solve(_p: ScheduleParameters, q: Givens, work: Work) -> None:
    N, B, B_0 = q.samples, q.batch, q.base_batch
    each = work.step(
        "steps_per_epoch",
        steps_per_epoch(N, B),
        r"\lceil N / B \rceil",
        last_batch_dropped=lambda: N // B,
    )
    work.step("steps", q.epochs * each, r"E\, s", epochs_left_out=lambda: each)
    # not by way of the steps: who miscounts them still knows what is left over
    work.step(
        "last_batch", N - B * (steps_per_epoch(N, B) - 1), r"N - B (\lceil N / B \rceil - 1)", last_batch_dropped=B
    )
    work.step(
        "scaled_rate",
        q.base_rate * B / B_0,
        r"\eta_0\, B / B_0",
        rate_not_scaled=lambda: q.base_rate,
        rate_scaled_inversely=lambda: q.base_rate * B_0 / B,
    )


def other_batch(_p: ScheduleParameters, q: Givens) -> bool:
    return q.batch != q.base_batch


MISTAKES = {
    "last_batch_dropped": Mistake(
        "what one gets with the last batch, which is not full, left out", lambda _p, q: q.samples % q.batch != 0
    ),
    "epochs_left_out": Mistake("what one gets with the steps of one epoch alone", lambda _p, q: q.epochs > 1),
    "rate_not_scaled": Mistake("what one gets with the learning rate left as it is", other_batch),
    "rate_scaled_inversely": Mistake(
        "what one gets with the learning rate divided where it should be multiplied, by B / B_0", other_batch
    ),
}


def guard(_p: ScheduleParameters, q: Givens, _steps: Mapping[str, Step]) -> str:
    """Several batches in an epoch, the last neither full nor next to empty."""
    if q.samples < 3 * q.batch:
        return "fewer than three batches in an epoch"
    return "" if q.samples % q.batch > 1 else "a last batch that is full, or a single sample"


def wording(_p: ScheduleParameters) -> str:
    return (
        "A network is trained on $N$ samples in minibatches of $B$, for $E$ epochs. Every sample is used once in an "
        "epoch, so the last batch of an epoch may not be full; it counts as a step. "
        r"With batches of $B_0$ samples the learning rate $\eta_0$ worked well. Count the steps, and scale the "
        r"learning rate to batches of $B$ by the linear scaling rule: it is proportional to the size of a batch."
    )


def show(_p: ScheduleParameters, q: Givens) -> Sequence[Shown]:
    symbols = {"N": q.samples, "B": q.batch, "E": q.epochs, "B_0": q.base_batch}
    return [*(Shown(symbol, str(n)) for symbol, n in symbols.items()), Shown(r"\eta_0", text(q.base_rate))]


TEMPLATE = Template(
    name="minibatch_schedule",
    title="Steps and learning rate of minibatches",
    topic="optimisation",
    parameters=ScheduleParameters,
    read=read,
    draw=draw,
    ask=ask,
    solve=solve,
    mistakes=MISTAKES,
    guard=guard,
    wording=wording,
    show=show,
)
