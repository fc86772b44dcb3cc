"""One step of an LSTM cell told with four gates: learn, forget, remember, use.

The short-term memory is the hidden state, the long-term memory the cell state (Hochreiter and Schmidhuber 1997). What
is used is tanh of the kept memory through weights of its own, in place of an output gate on tanh of the cell state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from pydantic import Field

from grader.chance import Stream
from grader.numerics.activations import sigmoid
from grader.part import GATE, TANH, Part
from grader.template import (
    Array,
    GivensError,
    Mistake,
    Raw,
    Shape,
    Shown,
    Template,
    fit,
    missing,
    resized,
    shown_array,
    unknown,
)
from grader.templates.recurrent import (
    BIAS_LEFT_OUT,
    LEAST_MOVED,
    TANH_FOR_GATE,
    CellParameters,
    by_unit,
    drawn_state,
    from_zero,
    saturated,
    start,
)
from grader.work import Step, Work

ON_BOTH = "nifv"
"""The units that see both the short-term memory and the event; u sees the kept memory alone."""
UNITS = "nifuv"
STATES = ("stm", "ltm")
SHAPES: dict[str, Shape] = {
    **{f"W_{k}": ("H", "H" if k == "u" else "M") for k in UNITS},
    **{f"b_{k}": ("H",) for k in UNITS},
    "stm": ("H",),
    "ltm": ("H",),
    "event": ("D",),
}
"""M is H + D, the length of [stm; event]."""


class GatesParameters(CellParameters):
    initial: Literal["zero", "drawn"] = Field("drawn", description="where stm and ltm come from")


@dataclass(frozen=True)
class Givens:
    W: Mapping[str, Array]
    b: Mapping[str, Array]
    stm: Array
    ltm: Array
    event: Array


def settle(p: GatesParameters, raw: Raw) -> GatesParameters:
    return fitted(p, raw)[0]


def fitted(p: GatesParameters, raw: Raw) -> tuple[GatesParameters, dict[str, Array]]:
    """The parameters with what the givens determine. GivensError: weights that do not fit [stm; event]."""
    unknown(raw, SHAPES)
    arrays, sizes = fit(raw, SHAPES, {"H": p.hidden, "D": p.inputs, "M": p.hidden + p.inputs})
    H, D, M = (sizes[symbol] for symbol in "HDM")
    wide = next((name for name in (f"W_{k}" for k in ON_BOTH) if name in arrays), None)
    if wide and "event" not in arrays:
        D = M - H
    if wide and (M != H + D or D < 1):
        columns = f"{H} of stm and {max(D, 1)} of the event"
        raise GivensError(f"{wide} has {M} columns, but it acts on [stm; event]: {columns}")
    return resized(p, hidden=H, inputs=D, initial=start(p, arrays, STATES)), arrays


def read(p: GatesParameters, raw: Raw) -> tuple[GatesParameters, Givens]:
    zero = p.initial == "zero"
    p, a = fitted(p, raw)
    a = from_zero(p, STATES) | a if zero else a
    missing(a, SHAPES)
    return p, Givens(by_unit(a, "W", UNITS), by_unit(a, "b", UNITS), a["stm"], a["ltm"], a["event"])


def draw(p: GatesParameters, chance: Stream) -> dict[str, Any]:
    H, D = p.hidden, p.inputs
    raw: dict[str, Any] = {}
    for k in UNITS:
        raw[f"W_{k}"] = chance.decimals(*p.weights, p.places, H, H if k == "u" else H + D).tolist()
        raw[f"b_{k}"] = chance.decimals(*p.weights, p.places, H).tolist()
    raw |= {state: drawn_state(p, chance) for state in STATES}
    return raw | {"event": chance.decimals(*p.signal, p.places, D).tolist()}


def ask(p: GatesParameters) -> list[Part]:
    zero = p.initial == "zero"
    H = (p.hidden,)
    return [
        Part("N", "learn gate: new information", "N", shape=H, domain=TANH),
        Part("i", "learn gate: share that is not ignored", "i", shape=H, domain=GATE),
        Part("learned", "learn gate: what is learned", LATEX["learned"], shape=H, domain=TANH),
        Part("f", "forget gate: share that is kept", "f", shape=H, domain=GATE),
        Part("kept", "forget gate: what is kept", LATEX["kept"], shape=H, zero=zero, asked=not zero),
        Part("ltm_new", "remember gate: new long-term memory", LATEX["ltm_new"], shape=H),
        Part("U", "use gate: from what is kept", "U", shape=H, domain=TANH),
        Part("V", "use gate: share that is used", "V", shape=H, domain=GATE),
        Part("stm_new", "use gate: new short-term memory", LATEX["stm_new"], shape=H, domain=TANH),
    ]


LATEX = {
    "stm": r"\mathrm{stm}",
    "ltm": r"\mathrm{ltm}",
    "event": r"\mathrm{event}",
    "learned": r"\mathrm{learned}",
    "kept": r"\mathrm{kept}",
    "ltm_new": r"\mathrm{ltm}_{\mathrm{new}}",
    "stm_new": r"\mathrm{stm}_{\mathrm{new}}",
}
BOTH = rf"[{LATEX['stm']}; {LATEX['event']}]"
HOW = {
    "N": rf"\tanh(W_n {BOTH} + b_n)",
    "i": rf"\sigma(W_i {BOTH} + b_i)",
    "learned": r"N \odot i",
    "f": rf"\sigma(W_f {BOTH} + b_f)",
    "kept": rf"{LATEX['ltm']} \odot f",
    "ltm_new": rf"{LATEX['kept']} + {LATEX['learned']}",
    "U": rf"\tanh(W_u\, {LATEX['kept']} + b_u)",
    "V": rf"\sigma(W_v {BOTH} + b_v)",
    "stm_new": r"U \odot V",
}


def solve(_p: GatesParameters, q: Givens, work: Work) -> None:
    both, reversed_ = np.concatenate((q.stm, q.event)), np.concatenate((q.event, q.stm))

    def gate(name: str) -> Array:
        """A unit that sees the short-term memory and the event: tanh for N, else σ."""
        k = name.lower()
        squash, other = (np.tanh, sigmoid) if name == "N" else (sigmoid, np.tanh)
        z = q.W[k] @ both + q.b[k]
        slips: dict[str, Callable[[], Array]] = {
            "sigmoid_for_candidate" if name == "N" else "tanh_for_gate": lambda: other(z),
            "bias_left_out": lambda: squash(z - q.b[k]),
            "event_before_stm": lambda: squash(q.W[k] @ reversed_ + q.b[k]),
        }
        return work.step(name, squash(z), HOW[name], **slips)

    new, i = gate("N"), gate("i")
    learned = work.step("learned", new * i, HOW["learned"], ignore_left_out=lambda: new)
    f = gate("f")
    kept = work.step("kept", q.ltm * f, HOW["kept"], learned_for_kept=lambda: learned)
    ltm_new = work.step("ltm_new", kept + learned, HOW["ltm_new"])
    W, b = q.W["u"], q.b["u"]
    used = work.step(
        "U",
        np.tanh(W @ kept + b),
        HOW["U"],
        bias_left_out=lambda: np.tanh(W @ kept),
        sigmoid_for_candidate=lambda: sigmoid(W @ kept + b),
        use_of_old_ltm=lambda: np.tanh(W @ q.ltm + b),
        use_of_new_ltm=lambda: np.tanh(W @ ltm_new + b),
        learned_for_kept=lambda: np.tanh(W @ learned + b),
    )
    work.step("stm_new", used * gate("V"), HOW["stm_new"])


MISTAKES = {
    "bias_left_out": Mistake(BIAS_LEFT_OUT, lambda _p, q: any(b.any() for b in q.b.values())),
    "event_before_stm": Mistake("what one gets with the event above the short-term memory, [event; stm]"),
    "ignore_left_out": Mistake("what one gets with learned = N, without the factor i"),
    "use_of_old_ltm": Mistake(
        "what one gets with the old long-term memory in place of what is kept of it in U",
        lambda _p, q: bool(q.ltm.any()),
    ),
    "use_of_new_ltm": Mistake("what one gets with the new long-term memory in place of what is kept of the old in U"),
    "learned_for_kept": Mistake("what one gets with what is learned in place of what is kept"),
    "tanh_for_gate": TANH_FOR_GATE,
    "sigmoid_for_candidate": Mistake("what one gets with σ in place of tanh"),
}


def guard(p: GatesParameters, q: Givens, steps: Mapping[str, Step]) -> str:
    if reason := saturated(steps, ["i", "f", "V"], ["N", "U"]):
        return reason
    moved = np.abs(steps["U"].value - np.tanh(q.b["u"])).max()
    return "U hardly moved by what is kept" if p.initial == "drawn" and moved < LEAST_MOVED else ""


GATES = (
    ("Learn", ("N", "i", "learned")),
    ("Forget", ("f", "kept")),
    ("Remember", ("ltm_new",)),
    ("Use", ("U", "V", "stm_new")),
)


def wording(p: GatesParameters) -> str:
    size = "one unit" if p.hidden == 1 else f"{p.hidden} units"
    before = f"${LATEX['stm']} = {LATEX['ltm']} = 0$" if p.initial == "zero" else "the given memories"
    gates = (
        f"**{gate}:** " + ", ".join(f"${LATEX.get(name, name)} = {HOW[name]}$" for name in names)
        for gate, names in GATES
    )
    step = (
        f"An LSTM cell with {size} has a short-term memory, stm, and a long-term memory, ltm. "
        f"From {before} it makes one step with four gates. "
        f"${BOTH}$ is one column: the entries of stm above those of the event. "
        r"The logistic function $\sigma(a) = 1/(1 + e^{-a})$ and $\tanh$ act elementwise, "
        r"$\odot$ is the elementwise product."
    )
    return "\n\n".join((step, *gates))


def show(p: GatesParameters, q: Givens) -> Sequence[Shown]:
    rows = [shown_array(f"{letter}_{k}", getattr(q, letter)[k], p.places) for letter in "Wb" for k in UNITS]
    states = STATES if p.initial == "drawn" else ()
    return rows + [shown_array(LATEX[name], getattr(q, name), p.places) for name in (*states, "event")]


TEMPLATE = Template(
    name="lstm_gates",
    title="LSTM step in four gates",
    topic="recurrent networks",
    parameters=GatesParameters,
    read=read,
    draw=draw,
    ask=ask,
    solve=solve,
    mistakes=MISTAKES,
    guard=guard,
    wording=wording,
    show=show,
    settle=settle,
)
