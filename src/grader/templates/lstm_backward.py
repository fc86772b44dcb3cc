"""The backward pass of an LSTM cell: derivatives of a squared error through time, in the notation of lstm_forward."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import prod, sqrt
from typing import Any, Literal

import numpy as np
from pydantic import Field

from grader.chance import Stream
from grader.numerics.activations import sigmoid
from grader.part import Part
from grader.template import Array, Mistake, Picture, Range, Raw, Shown, Slot, Template, shown_array
from grader.templates import lstm_forward
from grader.templates.lstm_forward import GATES, STATES, formula
from grader.templates.recurrent import by_unit, complete, fitted, several_steps
from grader.templates.through_time import outer
from grader.work import Reference, Work

SHAPES = lstm_forward.SHAPES | {"label": ("H",)}
ENOUGH = 20
"""So many draws find a number away from zero, or inputs that suit, where there are any."""
WIDEST = 6
"""A table holds so many steps."""


class BackwardParameters(lstm_forward.LstmParameters):
    weights: Range = Field((-0.8, 0.8), description="range of W and b")
    recurrent: Range = Field((-1.6, 1.6), description="range of U")
    signal: Range = Field((-1.6, 1.6), description="range of x")
    target: Range = Field((-3, 3), description="range of the label")
    initial: Literal["zero", "drawn"] = Field("drawn", description="where h_0 and c_0 come from")
    half: bool = Field(True, description="the squared error has a factor ½")


@dataclass(frozen=True)
class Givens(lstm_forward.Givens):
    label: Array


@dataclass(frozen=True)
class Cell:
    """One step of the forward pass: what enters, and what comes out."""

    x: Array
    h_before: Array
    c_before: Array
    f: Array
    i: Array
    g: Array
    o: Array
    c: Array
    h: Array


def settle(p: BackwardParameters, raw: Raw) -> BackwardParameters:
    return fitted(p, raw, SHAPES, STATES)[0]


def read(p: BackwardParameters, raw: Raw) -> tuple[BackwardParameters, Givens]:
    p, a = complete(p, raw, SHAPES, STATES)
    W, U, b = (by_unit(a, letter, GATES) for letter in "WUb")
    return p, Givens(W, U, b, a["x"], a["h_0"], a["c_0"], a["label"])


def draw(p: BackwardParameters, chance: Stream) -> dict[str, Any]:
    """Numbers away from zero, as products of many small ones vanish; smaller weights where more of them are added."""
    H, D = p.hidden, p.inputs
    entering, recurrent = min(1.0, sqrt(2 / D)), 1 / sqrt(H)
    raw: dict[str, Any] = {}
    for k in GATES:
        raw[f"W_{k}"] = away_from_zero(chance, p.weights, entering, p.places, H, D)
        raw[f"U_{k}"] = away_from_zero(chance, p.recurrent, recurrent, p.places, H, H)
        raw[f"b_{k}"] = away_from_zero(chance, p.weights, 1, p.places, H)
    for state in STATES:
        raw[state] = [0.0] * H if p.initial == "zero" else away_from_zero(chance, (-0.9, 0.9), 1, p.places, H)
    raw["label"] = away_from_zero(chance, p.target, 1, p.places, H)
    return raw | {"x": _inputs(p, {name: np.array(value) for name, value in raw.items()}, chance)}


def _inputs(p: BackwardParameters, a: Mapping[str, Array], chance: Stream) -> list[Any]:
    """Inputs one after the other, each drawn until its step leaves a gradient to go back, or often enough."""
    W, U, b = (by_unit(a, letter, GATES) for letter in "WUb")
    h, c, found = a["h_0"], a["c_0"], []
    for _ in range(p.steps):
        for _ in range(ENOUGH):
            x = away_from_zero(chance, p.signal, 1, p.places, p.inputs)
            cell = _forward(Givens(W, U, b, np.array([x]), h, c, a["label"]), Reference())[0]
            if _lively(cell):
                break
        h, c = cell.h, cell.c
        found.append(x)
    return found


def _lively(cell: Cell) -> bool:
    """No gate nearly shut or open, no candidate saturated or next to zero, and some cell state."""
    gates, g = np.concatenate((cell.f, cell.i, cell.o)), np.abs(cell.g)
    lively = gates.min() > 0.1 and gates.max() < 0.9 and g.min() > 0.1 and g.max() < 0.95
    return bool(lively and np.abs(cell.c).min() > 0.1)


def away_from_zero(chance: Stream, within: tuple[float, float], share: float, places: int, *shape: int) -> Any:
    """Numbers from a share of a range, at least a quarter of the largest in size where a few draws find such ones."""
    low, high = within[0] * share, within[1] * share
    least = max(abs(low), abs(high)) / 4

    def one() -> float:
        for _ in range(ENOUGH):
            value = chance.decimal(low, high, places)
            if abs(value) >= least:
                break
        return value

    return np.reshape([one() for _ in range(prod(shape))], shape).tolist()


def by(symbol: str) -> str:
    return rf"\partial E / \partial {symbol}"


def slope(symbol: str) -> str:
    """The same inside a formula."""
    return rf"({by(symbol)})"


def ask(p: BackwardParameters) -> list[Part]:
    H, D, zero = p.hidden, p.inputs, p.initial == "zero"
    parts = lstm_forward.ask(p)
    for t in range(p.steps, 0, -1):
        parts += [Part(f"d{s}_{t}", f"∂E/∂{s}_{t}", by(f"{s}_{{{t}}}"), shape=(H,)) for s in "hc"]
        for k in GATES:
            none = zero and t == 1 and k == "f"  # there is no cell state to forget
            meaning, symbol = f"∂E/∂z_{k} at t = {t}", by(f"z_{{{k},{t}}}")
            parts.append(Part(f"dz_{k}_{t}", meaning, symbol, shape=(H,), asked=not none, zero=none))
    for letter, shape in (("W", (H, D)), ("U", (H, H)), ("b", (H,))):
        for k in GATES:
            none = zero and p.steps == 1 and (letter == "U" or k == "f")
            name = f"{letter}_{k}"
            parts.append(Part(f"d{name}", f"∂E/∂{name}", by(name), shape=shape, asked=not none, zero=none))
    return parts


def solve(p: BackwardParameters, q: Givens, work: Work) -> None:
    cells = _forward(q, work)
    slopes: list[Mapping[str, Array]] = []  # by the pre-activations, from the last step back
    dc = np.zeros(p.hidden)
    for t in range(p.steps, 0, -1):
        cell = cells[t - 1]
        if t == p.steps:
            dh = _by_last_state(p, q, cell.h, work)
            dc = _by_cell(t, cell, dh, None, work)
        else:
            back = [q.U[k].T @ slopes[-1][k] for k in GATES]
            how = rf"\sum_{{k \in \{{f, i, c, o\}}}} U_k^{{\top}} {slope(f'z_{{k,{t + 1}}}')}"
            dh = work.step(f"dh_{t}", sum(back[1:], start=back[0]), how, hidden_path_left_out=np.zeros(p.hidden))
            dc = _by_cell(t, cell, dh, cells[t].f * dc, work)
        slopes.append(_by_gates(t, cell, dh, dc, work))
    _by_weights(p, cells, slopes[::-1], work)


def _forward(q: Givens, work: Work) -> list[Cell]:
    cells: list[Cell] = []
    h, c = q.h_0, q.c_0
    for t, x in enumerate(q.x, start=1):
        z = {k: q.W[k] @ x + q.U[k] @ h + q.b[k] for k in GATES}
        f, i = (work.step(f"{k}_{t}", sigmoid(z[k]), formula(k, t)) for k in "fi")
        g = work.step(f"g_{t}", np.tanh(z["c"]), formula("g", t))
        o = work.step(f"o_{t}", sigmoid(z["o"]), formula("o", t))
        h_before, c_before = h, c
        c = work.step(f"c_{t}", f * c_before + i * g, formula("c", t))
        h = work.step(f"h_{t}", o * np.tanh(c), formula("h", t))
        cells.append(Cell(x, h_before, c_before, f, i, g, o, c, h))
    return cells


def _by_last_state(p: BackwardParameters, q: Givens, h: Array, work: Work) -> Array:
    single, double = h - q.label, 2 * (h - q.label)
    right, wrong = (single, double) if p.half else (double, single)
    difference = rf"h_{{{p.steps}}} - \mathrm{{label}}"
    how = difference if p.half else f"2 ({difference})"
    return work.step(f"dh_{p.steps}", right, how, factor_of_loss=wrong)


def _by_cell(t: int, cell: Cell, dh: Array, later: Array | None, work: Work) -> Array:
    """∂E/∂c_t; `later` is what comes back through the next cell state, None at the last step."""
    squashed = np.tanh(cell.c)
    own = dh * cell.o * (1 - squashed**2)
    how = rf"{slope(f'h_{{{t}}}')} \odot o_{{{t}}} \odot (1 - \tanh^2 c_{{{t}}})"
    if later is None:
        return work.step(f"dc_{t}", own, how, tanh_for_its_derivative=lambda: dh * cell.o * squashed)
    return work.step(
        f"dc_{t}",
        own + later,
        rf"{how} + f_{{{t + 1}}} \odot {slope(f'c_{{{t + 1}}}')}",
        tanh_for_its_derivative=lambda: dh * cell.o * squashed + later,
        cell_path_left_out=own,
        hidden_path_left_out=later,
    )


def _by_gates(t: int, cell: Cell, dh: Array, dc: Array, work: Work) -> dict[str, Array]:
    """∂E/∂z of the four pre-activations, each (H)."""

    def step(k: str, before: Array, factor: str, **slips: Callable[[], Array]) -> Array:
        value, symbol = {"f": cell.f, "i": cell.i, "o": cell.o}[k], f"{k}_{{{t}}}"
        how = rf"{factor} \odot {symbol} \odot (1 - {symbol})"
        slips["sigmoid_for_its_derivative"] = lambda: before * value
        return work.step(f"dz_{k}_{t}", before * value * (1 - value), how, **slips)

    by_c, by_h = slope(f"c_{{{t}}}"), slope(f"h_{{{t}}}")
    own_state = partial(np.multiply, dc * cell.c, cell.f * (1 - cell.f))
    return {
        "f": step("f", dc * cell.c_before, rf"{by_c} \odot c_{{{t - 1}}}", own_state=own_state),
        "i": step("i", dc * cell.g, rf"{by_c} \odot \tilde c_{{{t}}}"),
        "c": work.step(
            f"dz_c_{t}",
            dc * cell.i * (1 - cell.g**2),
            rf"{by_c} \odot i_{{{t}}} \odot (1 - \tilde c_{{{t}}}^2)",
            tanh_for_its_derivative=lambda: dc * cell.i * cell.g,
        ),
        "o": step("o", dh * np.tanh(cell.c), rf"{by_h} \odot \tanh(c_{{{t}}})"),
    }


def _by_weights(
    p: BackwardParameters, cells: Sequence[Cell], slopes: Sequence[Mapping[str, Array]], work: Work
) -> None:
    """The sums over all steps, from ∂E/∂z of steps 1 … T."""

    def step(name: str, terms: list[Array], entering: str, **slips: Callable[[], Array]) -> None:
        how = rf"\sum_{{t=1}}^{{{p.steps}}} {slope(f'z_{{{name[-1]},t}}')}{entering}"
        last = {"last_step_only": partial(np.copy, terms[-1])} if p.steps > 1 else {}
        work.step(f"d{name}", sum(terms[1:], start=terms[0]), how, **last, **slips)

    pairs = list(zip(cells, slopes, strict=True))
    for k in GATES:
        step(f"W_{k}", [outer(dz[k], cell.x) for cell, dz in pairs], r"\, x_t^{\top}")
    for k in GATES:
        own = partial(np.sum, [outer(dz[k], cell.h) for cell, dz in pairs], axis=0)
        step(f"U_{k}", [outer(dz[k], cell.h_before) for cell, dz in pairs], r"\, h_{t-1}^{\top}", own_state=own)
    for k in GATES:
        step(f"b_{k}", [dz[k] for dz in slopes], "")


def remembers(p: BackwardParameters, q: Givens) -> bool:
    return p.steps > 1 or bool(q.h_0.any()) or bool(q.c_0.any())


MISTAKES = {
    "last_step_only": Mistake("what one gets with the last step's share alone in place of the sum", several_steps),
    "sigmoid_for_its_derivative": Mistake("what one gets with σ in place of its derivative σ(1 - σ) in a gate"),
    "tanh_for_its_derivative": Mistake("what one gets with tanh in place of its derivative 1 - tanh²"),
    "cell_path_left_out": Mistake(
        "what one gets without the way back through the next cell state, f ⊙ ∂E/∂c of the step after", several_steps
    ),
    "hidden_path_left_out": Mistake(
        "what one gets without the way back through the next step's gates, U' ∂E/∂z", several_steps
    ),
    "own_state": Mistake("what one gets with h or c of the same step in place of the step before", remembers),
    "factor_of_loss": Mistake("what one gets with a wrong factor before h - label, twice the right one or half of it"),
}


def wording(p: BackwardParameters) -> str:
    half = r"\tfrac{1}{2} " if p.half else ""
    factor = "has a factor ½" if p.half else "has no factor ½"
    return (
        f"{lstm_forward.wording(p)}\n\n"
        f"The squared error of the last hidden state {factor}:\n\n"
        rf"$$E = {half}\sum_j (h_{{{p.steps}}} - \mathrm{{label}})_j^2$$"
        "\n\n"
        r"Differentiate $E$ through time. $z_{f,t}$, $z_{i,t}$, $z_{c,t}$, $z_{o,t}$ are the pre-activations: what "
        r"$\sigma$ or $\tanh$ is taken of in $f_t$, $i_t$, $\tilde c_t$, $o_t$. "
        r"$\partial E/\partial h_t$ and $\partial E/\partial c_t$ are over all ways from $h_t$ and $c_t$ to $E$; "
        r"the derivatives by weights and biases are sums over all steps."
    )


def show(p: BackwardParameters, q: Givens) -> Sequence[Shown]:
    return [*lstm_forward.show(p, q), shown_array(r"\mathrm{label}", q.label, p.places)]


def tables(p: BackwardParameters, _q: Givens) -> Sequence[Picture]:
    """Places for all values of each step, forwards and then from the last step back, where a state is one number."""
    if p.hidden > 1 or not 1 < p.steps <= WIDEST:
        return []
    forward = {k: r"\tilde c_t" if k == "g" else f"{k}_t" for k in "figoch"}
    backward = {f"d{name}": by(f"{name}_t") for name in "hc"} | {f"dz_{k}": by(f"z_{{{k},t}}") for k in GATES}
    steps = range(1, p.steps + 1)
    return [_table(forward, steps), _table(backward, steps[::-1])]


def _table(names: Mapping[str, str], steps: Sequence[int]) -> Picture:
    rows: list[tuple[str | Slot, ...]] = [
        (f"${symbol}$", *(Slot(f"{name}_{t}") for t in steps)) for name, symbol in names.items()
    ]
    return Picture(("step $t$", *map(str, steps)), tuple(rows))


TEMPLATE = Template(
    name="lstm_backward",
    title="LSTM backward pass",
    topic="recurrent networks",
    parameters=BackwardParameters,
    read=read,
    draw=draw,
    ask=ask,
    solve=solve,
    mistakes=MISTAKES,
    guard=lstm_forward.guard,
    wording=wording,
    show=show,
    tables=tables,
    drawings=lstm_forward.drawings,
    settle=settle,
)
