"""Backpropagation through time in a vanilla recurrent network with softmax and cross-entropy.

Derivatives as in Goodfellow, Bengio, Courville: Deep Learning (2016), section 10.2.2, without biases.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from pydantic import Field

from grader.chance import Stream
from grader.drawing import Drawing
from grader.figures.unrolled import backpropagation
from grader.numerics.activations import softmax
from grader.part import GATE, TANH, Domain, Part
from grader.template import (
    Array,
    GivensError,
    Mistake,
    Raw,
    Shown,
    Template,
    fit,
    missing,
    resized,
    shown_array,
    unknown,
)
from grader.templates.through_time import (
    ThroughTimeParameters,
    contributing,
    derivative_parts,
    extreme_state,
    losses_of,
    outer,
    vanished,
)
from grader.work import Step, Work

SHAPES = {"U": ("H", "D"), "W": ("H", "H"), "V": ("K", "H"), "H_0": ("H",), "x": ("T", "D"), "y": ("L", "K")}


class BpttParameters(ThroughTimeParameters):
    outputs: int = Field(2, ge=2, le=8, description="K, the number of classes")
    wrt: tuple[Literal["V", "W", "U"], ...] = Field(("V", "W", "U"), description="which weights to differentiate by")
    initial: Literal["zero", "drawn"] = Field("drawn", description="where H_0 comes from")


@dataclass(frozen=True)
class Givens:
    U: Array
    W: Array
    V: Array
    H_0: Array
    x: Array
    y: Array
    """One row for each loss."""


def settle(p: BpttParameters, raw: Raw) -> BpttParameters:
    return fitted(p, raw)[0]


def fitted(p: BpttParameters, raw: Raw) -> tuple[BpttParameters, dict[str, Array]]:
    unknown(raw, SHAPES)
    counts = {"D": p.inputs, "H": p.hidden, "K": p.outputs, "T": p.steps, "L": len(p.loss_steps)}
    arrays, sizes = fit(raw, SHAPES, counts)
    losses = losses_of(p, "y", sizes["L"] if "y" in raw else None, sizes["T"])
    H, D, K, T = (sizes[symbol] for symbol in "HDKT")
    initial = "drawn" if "H_0" in arrays and arrays["H_0"].any() else p.initial
    return resized(p, inputs=D, hidden=H, outputs=K, steps=T, losses=losses, initial=initial), arrays


def read(p: BpttParameters, raw: Raw) -> tuple[BpttParameters, Givens]:
    p, a = fitted(p, raw)
    if p.initial == "zero":
        a = {"H_0": np.zeros(p.hidden), **a}
    missing(a, SHAPES)
    for row in a["y"].tolist():
        if sorted(row) != [0.0] * (len(row) - 1) + [1.0]:
            raise GivensError("y must hold a single 1 and zeros otherwise, for each loss")
    return p, Givens(**a)


def draw(p: BpttParameters, chance: Stream) -> dict[str, Any]:
    H, D, K, T = p.hidden, p.inputs, p.outputs, p.steps
    targets = []
    for _ in p.loss_steps:
        row = [0] * K
        row[chance.below(K)] = 1
        targets.append(row)
    return {
        "U": chance.decimals(-1, 1, p.places, H, D).tolist(),
        "W": chance.decimals(-1.5, 1.5, p.places, H, H).tolist(),
        "V": chance.decimals(-2, 2, p.places, K, H).tolist(),
        "H_0": [0.0] * H if p.initial == "zero" else chance.decimals(-0.9, 0.9, p.places, H).tolist(),
        "x": chance.decimals(-1.5, 1.5, p.places, T, D).tolist(),
        "y": targets,
    }


def ask(p: BpttParameters) -> list[Part]:
    H, D, K = p.hidden, p.inputs, p.outputs
    parts = [
        Part(f"H_{t}", f"hidden state at t = {t}", f"H_{{{t}}}", shape=(H,), domain=TANH) for t in range(1, p.steps + 1)
    ]
    for n in p.loss_steps:
        E = "E" if p.one_loss else f"E{n}"
        d = rf"\partial {E[0]}{'_{' + E[1:] + '}' if E[1:] else ''}"
        parts.append(Part(f"O_{n}", f"output (softmax) at t = {n}", f"O_{{{n}}}", shape=(K,), domain=GATE))
        name = p.named(n, "dO")
        parts.append(
            Part(
                name,
                f"∂{E}/∂(V H_{n})",
                rf"{d} / \partial (V H_{{{n}}})",
                shape=(K,),
                domain=Domain(-1, 1, open=True),
            )
        )
        if "V" in p.wrt:
            parts.append(Part(p.named(n, "dV"), f"∂{E}/∂V", rf"{d} / \partial V", shape=(K, H)))
        for letter, shape in (("W", (H, H)), ("U", (H, D))):
            if letter in p.wrt:
                error = (E, d.removeprefix(r"\partial "))
                parts += derivative_parts(p, n, letter, shape, error, recurrent=letter == "W")
    return parts


def delta_symbol(p: BpttParameters, n: int, t: int) -> str:
    """δ_t, with the step of its loss where there may be several."""
    return rf"\delta_{{{t}}}" if p.one_loss else rf"\delta_{{{t}}}^{{({n})}}"


def symbols(p: BpttParameters) -> dict[str, str]:
    return {p.named(n, f"delta_{t}"): delta_symbol(p, n, t) for n in p.loss_steps for t in range(1, n + 1)}


def solve(p: BpttParameters, q: Givens, work: Work) -> None:
    states = [q.H_0]
    for t in range(1, p.steps + 1):
        z = q.U @ q.x[t - 1] + q.W @ states[-1]
        states.append(work.step(f"H_{t}", np.tanh(z), rf"\tanh(U x_{{{t}}} + W H_{{{t - 1}}})"))
    for n, y in zip(p.loss_steps, q.y, strict=True):
        _backward(p, q, n, y, states, work)


def _backward(p: BpttParameters, q: Givens, n: int, y: Array, states: Sequence[Array], work: Work) -> None:
    """The loss at step n: its derivatives through time, from step n back to step 1."""
    error = r"\partial E" if p.one_loss else rf"\partial E_{{{n}}}"
    entering_error = rf"({error} / \partial (V H_{{{n}}}))"
    output = work.step(f"O_{n}", softmax(q.V @ states[n]), rf"\mathrm{{softmax}}(V H_{{{n}}})")
    dO = work.step(
        p.named(n, "dO"),
        output - y,
        rf"O_{{{n}}} - y" if p.one_loss else rf"O_{{{n}}} - y_{{{n}}}",
        sign_flipped=lambda: y - output,
        softmax_derivative_twice=lambda: (output - y) * output * (1 - output),
    )
    if "V" in p.wrt:
        work.step(p.named(n, "dV"), outer(dO, states[n]), rf"{entering_error}\, H_{{{n}}}^{{\top}}")
    shares: dict[str, list[Array]] = {"W": [], "U": []}
    delta = dO
    for t in range(n, 0, -1):
        slips = _slips(q, n, t, delta, states[t])
        slope = 1 - states[t] ** 2
        weight, symbol = (
            (q.V, rf"V^{{\top}} {entering_error}") if t == n else (q.W, rf"W^{{\top}} {delta_symbol(p, n, t + 1)}")
        )
        how = rf"({symbol}) \odot (1 - H_{{{t}}}^2)"
        delta = work.step(p.named(n, f"delta_{t}"), (weight.T @ delta) * slope, how, **slips)
        for letter, entering in (("W", states[t - 1]), ("U", q.x[t - 1])):
            if letter not in p.wrt:
                continue
            symbol = f"H_{{{t - 1}}}" if letter == "W" else f"x_{{{t}}}"
            own = dict(own_state=lambda: outer(delta, states[t])) if letter == "W" else {}
            share = work.step(
                p.named(n, f"d{letter}_{t}"),
                outer(delta, entering),
                rf"{delta_symbol(p, n, t)}\, {symbol}^{{\top}}",
                # a slip on the way to δ is seen here, where δ itself is not asked for
                **{name: lambda slip=slip: outer(slip(), entering) for name, slip in slips.items()},
                **own,
            )
            shares[letter].append(share)
    for letter in "WU":
        if letter in p.wrt:
            total = sum(shares[letter][1:], start=shares[letter][0])
            how = rf"\sum_{{t=1}}^{{{n}}} ({error} / \partial {letter})_t"
            work.step(p.named(n, f"d{letter}"), total, how, last_step_only=lambda: shares[letter][0])


def _slips(q: Givens, n: int, t: int, behind: Array, state: Array) -> dict[str, Callable[[], Array]]:
    """δ_t, the derivative by the pre-activation, as each mistake gives it; `behind` is dO at t = n, else δ_{t+1}."""
    weight = q.V if t == n else q.W
    slope = 1 - state**2
    slips: dict[str, Callable[[], Array]] = dict(
        tanh_for_its_derivative=lambda: (weight.T @ behind) * state,
        one_minus_h=lambda: (weight.T @ behind) * (1 - state),
    )
    if t < n:
        slips["w_left_out_of_chain"] = lambda: behind * slope
        slips["w_not_transposed"] = lambda: (q.W @ behind) * slope
    elif q.V.shape[0] == q.V.shape[1]:
        slips["v_not_transposed"] = lambda: (q.V @ behind) * slope
    return slips


def shares(p: BpttParameters, q: Givens, letters: str = "WU") -> int:
    """The most steps that contribute to a derivative by one of these weights that is asked for."""
    asked = set(letters) & set(p.wrt)
    return contributing(p, q.H_0, state="W" in asked, entering="U" in asked)


def through_time(p: BpttParameters, q: Givens) -> bool:
    return shares(p, q) > 0


def over_steps(p: BpttParameters, q: Givens) -> bool:
    return shares(p, q) > 1


MISTAKES = {
    "last_step_only": Mistake(
        "what one gets with the last step's share alone, without the way back through time", over_steps
    ),
    "tanh_for_its_derivative": Mistake(
        "what one gets with tanh, that is H, in place of its derivative 1 - H²", through_time
    ),
    "one_minus_h": Mistake("what one gets with 1 - H in place of 1 - H²", through_time),
    "own_state": Mistake(
        "what one gets with H of the same step in place of the step before",
        lambda p, q: shares(p, q, "W") > 0,
    ),
    "sign_flipped": Mistake("what one gets with the opposite sign, from y - O in place of O - y"),
    "softmax_derivative_twice": Mistake(
        "what one gets with a further factor O(1 - O), though the softmax is already differentiated in O - y"
    ),
    "w_left_out_of_chain": Mistake("what one gets with the factor W left out on the way back", over_steps),
    "w_not_transposed": Mistake(
        "what one gets with W in place of its transpose on the way back",
        lambda p, q: over_steps(p, q) and p.hidden > 1,
    ),
    "v_not_transposed": Mistake(
        "what one gets with V in place of its transpose",
        lambda p, q: through_time(p, q) and p.outputs == p.hidden > 1,
    ),
}


def guard(p: BpttParameters, _q: Givens, steps: Mapping[str, Step]) -> str:
    weights = [letter for letter in p.wrt if letter != "V"]
    return extreme_state(p, "H", steps) or ("" if p.vanishing else vanished(p, steps, weights, "W"))


def wording(p: BpttParameters) -> str:
    at = ", ".join(map(str, p.loss_steps))
    one = p.one_loss
    loss = (
        f"The loss $E$ is the cross-entropy of the output at $t = {at}$ and the target $y$."
        if one
        else f"There is a target at t = {at}; each step's loss $E_t$ is the cross-entropy of its output and its target."
    )
    shares = (
        r" The share of step $t$ is $\delta_t H_{t-1}^{\top}$ for $W$ and $\delta_t x_t^{\top}$ for $U$, "
        r"with $\delta_t$ the derivative of the loss by $U x_t + W H_{t-1}$."
        if {"W", "U"} & set(p.wrt)
        else ""
    )
    E = "E" if one else "E_t"
    return (
        f"A recurrent network without biases runs for {p.steps} step{'s' if p.steps > 1 else ''}. {loss} "
        f"Vectors are columns, logarithms are natural.{shares}\n\n"
        rf"$$H_t = \tanh(U x_t + W H_{{t-1}}) \qquad O_t = \mathrm{{softmax}}(V H_t) "
        rf"\qquad {E} = -\sum_k {'y_k' if one else 'y_{t,k}'} \log O_{{t,k}}$$"
    )


def show(p: BpttParameters, q: Givens) -> Sequence[Shown]:
    rows = [shown_array(name, getattr(q, name), p.places) for name in "UWV"]
    rows.append(shown_array("H_0", q.H_0, p.places))
    rows += [shown_array(f"x_{{{t}}}", x, p.places) for t, x in enumerate(q.x, start=1)]
    one = p.one_loss
    rows += [shown_array("y" if one else f"y_{{{n}}}", y, 0) for n, y in zip(p.loss_steps, q.y, strict=True)]
    return rows


def drawings(p: BpttParameters, _q: Givens) -> Sequence[Drawing]:
    errors = [f"E_{{{n}}}" if p.named(n, "") else "E" for n in p.loss_steps]
    return [backpropagation(p.steps, p.loss_steps, [f"O_{{{n}}}" for n in p.loss_steps], errors)]


TEMPLATE = Template(
    name="rnn_bptt",
    title="Backpropagation through time",
    topic="recurrent networks",
    parameters=BpttParameters,
    read=read,
    draw=draw,
    ask=ask,
    solve=solve,
    mistakes=MISTAKES,
    guard=guard,
    wording=wording,
    show=show,
    drawings=drawings,
    settle=settle,
    symbols=symbols,
)
