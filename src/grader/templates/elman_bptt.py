"""Backpropagation through time in an Elman network (Elman 1990) with row vectors and a squared error."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
from pydantic import Field

from grader.chance import Stream
from grader.numerics.activations import sigmoid
from grader.part import ANYWHERE, GATE, POSITIVE, TANH, Part
from grader.template import Array, Mistake, Raw, Shape, Shown, Template, fit, missing, resized, shown_array, unknown
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

Slip = Callable[[], Array]
Slips = dict[str, Slip]
FIRST: Mapping[str, Shape] = {
    "W_x": ("D", "H"),
    "W_s": ("H", "H"),
    "W_y": ("H", "K"),
    "s_0": ("H",),
    "x": ("T", "D"),
    "d": ("L", "K"),
}
SECOND: Mapping[str, Shape] = {"W_x2": ("H", "H"), "W_s2": ("H", "H"), "r_0": ("H",)}
"""Of a second layer, which takes the states of the first as its inputs."""
OUTPUTS = (0.05, 0.95)


class ElmanParameters(ThroughTimeParameters):
    wrt: tuple[Literal["W_y", "W_s", "W_x"], ...] = Field(
        ("W_y", "W_s", "W_x"), description="which weights to differentiate by"
    )
    output: Literal["linear", "sigmoid"] = Field("linear", description="y = s W_y, or σ of it")
    layers: int = Field(1, ge=1, le=2, description="2: a second recurrent layer, and the forward pass alone")
    initial: Literal["zero", "drawn"] = Field("drawn", description="where s_0 (and r_0) come from")

    @property
    def shapes(self) -> dict[str, Shape]:
        return {**FIRST, **(SECOND if self.layers == 2 else {})}

    @property
    def states(self) -> tuple[str, ...]:
        """The letters of the layers' states, the last layer's last."""
        return ("s", "r")[: self.layers]

    @property
    def weights(self) -> tuple[str, ...]:
        """What is differentiated by; with two layers nothing is."""
        return self.wrt if self.layers == 1 else ()


@dataclass(frozen=True)
class Layer:
    W_x: Array
    W_s: Array
    start: Array


@dataclass(frozen=True)
class Givens:
    layers: tuple[Layer, ...]
    W_y: Array
    x: Array
    d: Array | None
    """One row for each loss."""

    @property
    def targets(self) -> list[Array]:
        return [] if self.d is None else list(self.d)


def fitted(p: ElmanParameters, raw: Raw) -> tuple[ElmanParameters, dict[str, Array]]:
    if any(name in raw for name in SECOND):
        p = resized(p, layers=2)
    unknown(raw, p.shapes)
    counts = {"D": p.inputs, "H": p.hidden, "K": p.outputs, "T": p.steps, "L": len(p.loss_steps)}
    arrays, sizes = fit(raw, p.shapes, counts)
    losses = losses_of(p, "d", sizes["L"] if "d" in raw else None, sizes["T"])
    H, D, K, T = (sizes[symbol] for symbol in "HDKT")
    drawn = any(arrays[name].any() for name in ("s_0", "r_0") if name in arrays)
    initial = "drawn" if drawn else p.initial
    return resized(p, inputs=D, hidden=H, outputs=K, steps=T, losses=losses, initial=initial), arrays


def settle(p: ElmanParameters, raw: Raw) -> ElmanParameters:
    return fitted(p, raw)[0]


def read(p: ElmanParameters, raw: Raw) -> tuple[ElmanParameters, Givens]:
    zero = p.initial == "zero"
    p, a = fitted(p, raw)
    if zero:
        a = {f"{letter}_0": np.zeros(p.hidden) for letter in p.states} | a
    forward = len(p.states) > 1  # of two layers the forward pass alone: without a target there is no error either
    if forward:
        a = {"r_0": np.zeros(p.hidden)} | a
    missing(a, [name for name in p.shapes if not (forward and name == "d")])
    layers = [Layer(a["W_x"], a["W_s"], a["s_0"])]
    if len(p.states) > 1:
        layers.append(Layer(a["W_x2"], a["W_s2"], a["r_0"]))
    return p, Givens(tuple(layers), a["W_y"], a["x"], a.get("d"))


def draw(p: ElmanParameters, chance: Stream) -> dict[str, Any]:
    sizes = {"D": p.inputs, "H": p.hidden, "K": p.outputs, "T": p.steps, "L": len(p.loss_steps)}
    reach = {"W_s": 1.5, "W_y": 1.5, "x": 1.5, "d": 1.5, "W_x2": 1.5, "s_0": 0.9, "r_0": 0.9}
    raw: dict[str, Any] = {}
    for name, shape in p.shapes.items():
        low, high = -reach.get(name, 1.0), reach.get(name, 1.0)
        if name == "d" and p.output == "sigmoid":
            low, high = 0.0, 1.0
        raw[name] = chance.decimals(low, high, p.places, *(sizes[symbol] for symbol in shape)).tolist()
        if name in ("s_0", "r_0") and p.initial == "zero":
            raw[name] = [0.0] * p.hidden
    return raw


def error_name(p: ElmanParameters, n: int) -> str:
    return "E" if p.one_loss else f"E{n}"


def ask(p: ElmanParameters) -> list[Part]:
    H, K = p.hidden, p.outputs
    layer = {"s": "hidden state", "r": "state of the second layer"}
    parts = [
        Part(f"{letter}_{t}", f"{layer[letter]} at t = {t}", f"{letter}_{{{t}}}", shape=(H,), domain=TANH)
        for t in range(1, p.steps + 1)
        for letter in p.states
    ]
    for n in p.loss_steps:
        domain = GATE if p.output == "sigmoid" else ANYWHERE
        parts.append(Part(f"y_{n}", f"output at t = {n}", f"y_{{{n}}}", shape=(K,), domain=domain))
        E = error_name(p, n)
        parts.append(Part(E, f"squared error at t = {n}", error_symbol(p, n), domain=POSITIVE))
        for weight in p.weights:
            parts += _derivatives(p, n, weight)
    return parts


def error_symbol(p: ElmanParameters, n: int) -> str:
    return "E" if p.one_loss else f"E_{{{n}}}"


def _derivatives(p: ElmanParameters, n: int, weight: str) -> list[Part]:
    sizes = {"D": p.inputs, "H": p.hidden, "K": p.outputs}
    shape = tuple(sizes[symbol] for symbol in FIRST[weight])
    E, symbol = error_name(p, n), error_symbol(p, n)
    if weight == "W_y":
        return [Part(p.named(n, "dW_y"), f"∂{E}/∂W_y", rf"\partial {symbol} / \partial W_y", shape=shape)]
    return derivative_parts(p, n, weight, shape, (E, symbol), recurrent=weight == "W_s")


def delta_symbol(p: ElmanParameters, n: int, t: int) -> str:
    return rf"\delta_{{{t}}}" if p.one_loss else rf"\delta_{{{t}}}^{{({n})}}"


def by_output(p: ElmanParameters, n: int) -> str:
    """The derivative of the error by what enters the output."""
    last = p.states[-1]
    return rf"\partial {error_symbol(p, n)} / \partial ({last}_{{{n}}} W_y)"


def target(p: ElmanParameters, n: int) -> str:
    return "d" if p.one_loss else f"d_{{{n}}}"


def symbols(p: ElmanParameters) -> dict[str, str]:
    if not p.weights:
        return {}
    found = {p.named(n, "dy"): by_output(p, n) for n in p.loss_steps}
    return found | {p.named(n, f"delta_{t}"): delta_symbol(p, n, t) for n in p.loss_steps for t in range(1, n + 1)}


def solve(p: ElmanParameters, q: Givens, work: Work) -> None:
    states = {letter: [layer.start] for letter, layer in zip(p.states, q.layers, strict=True)}
    for t, x in enumerate(q.x, start=1):
        entering, symbol = x, f"x_{{{t}}}"
        for letter, layer, number in zip(p.states, q.layers, ("", "2"), strict=False):
            z = entering @ layer.W_x + states[letter][-1] @ layer.W_s
            W_x, W_s = (f"W_{{{kind}{number}}}" for kind in "xs")
            how = rf"\tanh({symbol} {W_x} + {letter}_{{{t - 1}}} {W_s})"
            entering, symbol = work.step(f"{letter}_{t}", np.tanh(z), how), f"{letter}_{{{t}}}"
            states[letter].append(entering)
    targets: Sequence[Array | None] = q.targets or [None] * len(p.loss_steps)
    for n, d in zip(p.loss_steps, targets, strict=True):
        z, how = states[p.states[-1]][n] @ q.W_y, f"{p.states[-1]}_{{{n}}} W_y"
        squashed = p.output == "sigmoid"
        y = work.step(f"y_{n}", sigmoid(z) if squashed else z, rf"\sigma({how})" if squashed else how)
        if d is None:
            continue
        how = rf"\sum_k ({target(p, n)} - y_{{{n}}})_k^2"
        work.step(error_name(p, n), float(((d - y) ** 2).sum()), how)
        if p.weights:
            _backward(p, q, n, y, d, states["s"], work)


def _backward(p: ElmanParameters, q: Givens, n: int, y: Array, d: Array, states: Sequence[Array], work: Work) -> None:
    """The derivatives of the error at step n through time, from step n back to step 1."""
    squashed = p.output == "sigmoid"
    slope = y * (1 - y) if squashed else np.ones_like(y)
    errors: Slips = dict(
        factor_two_left_out=lambda: (y - d) * slope,
        sign_flipped=lambda: 2 * (d - y) * slope,
        **(dict(sigmoid_derivative_left_out=lambda: 2 * (y - d)) if squashed else {}),
    )
    how = rf"2 (y_{{{n}}} - {target(p, n)})"
    how += rf" \odot y_{{{n}}} \odot (1 - y_{{{n}}})" if squashed else ""
    delta = work.step(p.named(n, "dy"), 2 * (y - d) * slope, how, **errors)
    if "W_y" in p.weights:
        how = rf"s_{{{n}}}^{{\top}}\, ({by_output(p, n)})"
        work.step(p.named(n, "dW_y"), outer(states[n], delta), how, **with_row(states[n], errors))
    shares: dict[str, list[Array]] = {letter: [] for letter in ("W_s", "W_x") if letter in p.weights}
    for t in range(n, 0, -1):
        slips = _slips(q, delta, states[t], errors if t == n else None)
        weight, behind = (
            (q.W_y, rf"({by_output(p, n)})\, W_y") if t == n else (q.layers[0].W_s, rf"{delta_symbol(p, n, t + 1)} W_s")
        )
        value, how = (delta @ weight.T) * (1 - states[t] ** 2), rf"({behind}^{{\top}}) \odot (1 - s_{{{t}}}^2)"
        delta = work.step(p.named(n, f"delta_{t}"), value, how, **slips)
        for letter, terms in shares.items():
            entering, symbol = (states[t - 1], f"s_{{{t - 1}}}") if letter == "W_s" else (q.x[t - 1], f"x_{{{t}}}")
            known = with_row(entering, slips)  # a slip on the way to δ is seen here, as δ itself is not asked for
            if letter == "W_s":
                known["own_state"] = partial(outer, states[t], delta)
            how = rf"{symbol}^{{\top}} {delta_symbol(p, n, t)}"
            terms.append(work.step(p.named(n, f"d{letter}_{t}"), outer(entering, delta), how, **known))
    for letter, terms in shares.items():
        how = rf"\sum_{{t=1}}^{{{n}}} (\partial {error_symbol(p, n)} / \partial {letter})_t"
        total = sum(terms[1:], start=terms[0])
        work.step(p.named(n, f"d{letter}"), total, how, last_step_only=terms[0])


def with_row(column: Array, slips: Slips) -> Slips:
    """What each slip in a row vector makes of the matrix column' · row."""

    def made(slip: Slip) -> Array:
        return outer(column, slip())

    return {name: partial(made, slip) for name, slip in slips.items()}


def _slips(q: Givens, behind: Array, state: Array, errors: Slips | None) -> Slips:
    """δ_t as each mistake gives it; `behind` is δ_{t+1}, or at the last step the derivative that `errors` know."""
    weight = q.layers[0].W_s if errors is None else q.W_y
    slope = 1 - state**2

    def made(slip: Slip) -> Array:
        return (slip() @ weight.T) * slope

    slips: Slips = {name: partial(made, slip) for name, slip in (errors or {}).items()}
    slips["tanh_for_its_derivative"] = lambda: (behind @ weight.T) * state
    if errors is None:
        slips["w_left_out_of_chain"] = lambda: behind * slope
    if weight.shape[0] == weight.shape[1]:
        slips["not_transposed"] = lambda: (behind @ weight) * slope
    return slips


def shares(p: ElmanParameters, q: Givens, *weights: str) -> int:
    """The most steps that contribute to a derivative by one of these weights that is asked for."""
    asked = set(weights) & set(p.weights)
    return contributing(p, q.layers[0].start, state="W_s" in asked, entering="W_x" in asked)


def differentiated(p: ElmanParameters, q: Givens) -> bool:
    return "W_y" in p.weights or through_time(p, q)


def through_time(p: ElmanParameters, q: Givens) -> bool:
    return shares(p, q, "W_s", "W_x") > 0


def over_steps(p: ElmanParameters, q: Givens) -> bool:
    return shares(p, q, "W_s", "W_x") > 1


MISTAKES = {
    "factor_two_left_out": Mistake("what one gets with the factor 2 of the squared error left out", differentiated),
    "sign_flipped": Mistake("what one gets with the opposite sign, from d - y in place of y - d", differentiated),
    "last_step_only": Mistake(
        "what one gets with the last step's share alone, without the way back through time", over_steps
    ),
    "tanh_for_its_derivative": Mistake(
        "what one gets with tanh, that is s, in place of its derivative 1 - s²", through_time
    ),
    "sigmoid_derivative_left_out": Mistake(
        "what one gets with the derivative y(1 - y) of the output's σ left out",
        lambda p, q: p.output == "sigmoid" and differentiated(p, q),
    ),
    "own_state": Mistake(
        "what one gets with s of the same step in place of the step before",
        lambda p, q: shares(p, q, "W_s") > 0,
    ),
    "w_left_out_of_chain": Mistake("what one gets with the factor W_s left out on the way back", over_steps),
    "not_transposed": Mistake(
        "what one gets with a weight matrix in place of its transpose on the way back",
        lambda p, q: p.hidden > 1 and (over_steps(p, q) or (p.outputs == p.hidden and through_time(p, q))),
    ),
}


def guard(p: ElmanParameters, _q: Givens, steps: Mapping[str, Step]) -> str:
    for letter in p.states:
        if reason := extreme_state(p, letter, steps):
            return reason
    if p.output == "sigmoid":
        low, high = OUTPUTS
        for n in p.loss_steps:
            y = steps[f"y_{n}"].value
            if y.min() < low or y.max() > high:
                return f"an entry of y_{n} outside {low} … {high}"
    return "" if p.vanishing else vanished(p, steps, [weight for weight in p.weights if weight != "W_y"], "W_s")


def wording(p: ElmanParameters) -> str:
    steps = f"{p.steps} step{'s' if p.steps > 1 else ''}"
    layers = "An Elman network" if p.layers == 1 else "An Elman network with two recurrent layers"
    last, at = p.states[-1], ", ".join(map(str, p.loss_steps))
    E, n, d = ("E", str(p.steps), "d") if p.one_loss else ("E_t", "t", "d_t")
    logistic = r" The logistic function is $\sigma(z) = 1/(1 + e^{-z})$." if p.output == "sigmoid" else ""
    output = rf"\sigma({last}_t W_y)" if p.output == "sigmoid" else f"{last}_t W_y"
    second = r"\qquad r_t = \tanh(s_t W_{x2} + r_{t-1} W_{s2})" if p.layers > 1 else ""
    shares = (
        r" The share of step $t$ is $s_{t-1}^{\top} \delta_t$ for $W_s$ and $x_t^{\top} \delta_t$ for $W_x$, "
        r"with $\delta_t$ the derivative of the error by $x_t W_x + s_{t-1} W_s$."
        if {"W_s", "W_x"} & set(p.weights)
        else ""
    )
    return (
        f"{layers} without biases runs for {steps}. There is a target at t = {at}; the squared error has no factor ½. "
        f"Vectors are rows.{logistic}{shares}\n\n"
        rf"$$s_t = \tanh(x_t W_x + s_{{t-1}} W_s) {second} \qquad y_t = {output} "
        rf"\qquad {E} = \sum_k ({d} - y_{{{n}}})_k^2$$"
    )


def show(p: ElmanParameters, q: Givens) -> Sequence[Shown]:
    rows = [row("W_x", q.layers[0].W_x, p.places), row("W_s", q.layers[0].W_s, p.places)]
    if p.layers > 1:
        rows += [row("W_{x2}", q.layers[1].W_x, p.places), row("W_{s2}", q.layers[1].W_s, p.places)]
    rows.append(row("W_y", q.W_y, p.places))
    rows += [row(f"{letter}_0", layer.start, p.places) for letter, layer in zip(p.states, q.layers, strict=True)]
    rows += [row(f"x_{{{t}}}", x, p.places) for t, x in enumerate(q.x, start=1)]
    return rows + [row(target(p, n), d, p.places) for n, d in zip(p.loss_steps, q.targets, strict=True)]


def row(symbol: str, array: Array, places: int) -> Shown:
    """A matrix, or a vector shown as a row."""
    return shown_array(symbol, np.atleast_2d(array), places)


TEMPLATE = Template(
    name="elman_bptt",
    title="Backpropagation through time in an Elman network",
    topic="recurrent networks",
    parameters=ElmanParameters,
    read=read,
    draw=draw,
    ask=ask,
    solve=solve,
    mistakes=MISTAKES,
    guard=guard,
    wording=wording,
    show=show,
    settle=settle,
    symbols=symbols,
)
