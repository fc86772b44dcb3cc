"""Networks of one unit unrolled over three steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from grader.expression import Formula, Space, call, number, symbols
from grader.templates.derivatives.system import SHARE, TARGET, WEIGHT, System, derivative, step, total
from grader.work import Work

LAST = 3
"""Steps of the networks."""


@dataclass(frozen=True)
class Unrolled:
    """A network's states s[0] … s[T], what enters at each step, and the weight from state to state."""

    states: Sequence[Formula]
    inputs: Mapping[int, Formula]
    weight: Formula

    def by_weight(
        self,
        n: int,
        entering: Callable[[int], Formula],
        slope: Callable[[Formula], Formula],
        links: Mapping[int, Formula],
    ) -> Formula:
        """∂s_n/∂(the weight of what enters), in the sum over the steps; `links[t]` is ∂s_t/∂s_(t-1)."""
        terms = []
        for t in range(n, 0, -1):
            term = slope(self.states[t]) * entering(t)
            for later in range(t + 1, n + 1):
                term = links[later] * term
            terms.append(term)
        return total(terms)

    def slips(self, n: int, entering: Callable[[int], Formula], links: Mapping[int, Formula]) -> dict[str, Formula]:
        """What `by_weight` comes to with one mistake."""

        def made(slope: Callable[[Formula], Formula], link: Callable[[Formula], Formula]) -> Formula:
            return self.by_weight(n, entering, slope, {t: link(slope(self.states[t])) for t in range(2, n + 1)})

        def weighted(slope: Formula) -> Formula:
            return self.weight * slope

        return {
            "last_step_only": falling(self.states[n]) * entering(n),
            "tanh_for_its_derivative": made(lambda state: state, weighted),
            "one_minus_h": made(lambda state: 1 - state, weighted),
            "w_left_out_of_chain": made(falling, lambda slope: slope),
            "own_state": self.by_weight(n, lambda t: self.states[t], falling, links),
        }


def falling(state: Formula) -> Formula:
    """The derivative of tanh, from its value."""
    return 1 - state**2


def network(state: str, given: str, to_state: str, from_input: str, initial: str) -> tuple[Space, Unrolled]:
    """One unit unrolled over three steps, s_t = tanh(from_input x_t + to_state s_(t-1))."""
    s = symbols(" ".join(f"{state}_{t}" for t in range(LAST + 1)))
    x = dict(enumerate(symbols(" ".join(f"{given}_{t}" for t in range(1, LAST + 1))), start=1))
    w, u = symbols(f"{to_state} {from_input}")
    free = dict.fromkeys((w.name, u.name, *(symbol.name for symbol in x.values())), WEIGHT)
    defined: dict[str, Formula] = {}
    if initial == "zero":
        defined[s[0].name] = number(0)
    else:
        free[s[0].name] = SHARE
    for t in range(1, LAST + 1):
        defined[s[t].name] = call("tanh", u * x[t] + w * s[t - 1])
    return Space(free, defined), Unrolled(s, x, w)


def rnn_bptt(initial: str) -> System:
    """Softmax and cross-entropy at steps 2 and 3; O is free, because the network has other outputs too."""
    space, unrolled = network("H", "x", "W", "U", initial)
    V, O_2, O_3, y_2, y_3 = symbols("V O_2 O_3 y_2 y_3")
    free = {**space.free, "V": WEIGHT, "O_2": SHARE, "O_3": SHARE, "y_2": TARGET, "y_3": TARGET}
    H = unrolled.states
    names = "U V W x_1 x_2 x_3 H_0 H_1 H_2 H_3 O_2 O_3 y_2 y_3"

    def solve(work: Work) -> None:
        links: dict[int, Formula] = {}
        for n, O, y in ((2, O_2, y_2), (3, O_3, y_3)):
            links[n] = step(
                work,
                f"dH{n}_dH",
                unrolled.weight * falling(H[n]),
                tanh_for_its_derivative=unrolled.weight * H[n],
                one_minus_h=unrolled.weight * (1 - H[n]),
                w_left_out_of_chain=falling(H[n]),
            )
            dO = step(work, f"dO{n}", O - y, sign_flipped=y - O, softmax_derivative_twice=(O - y) * O * (1 - O))
            step(work, f"dE{n}_dV", dO * H[n])
            for weight, entering in (("W", lambda t: H[t - 1]), ("U", lambda t: unrolled.inputs[t])):
                slips = unrolled.slips(n, entering, links)
                if weight == "U":
                    del slips["own_state"]
                right = dO * V * unrolled.by_weight(n, entering, falling, links)
                step(work, f"dE{n}_d{weight}", right, **{name: dO * V * slip for name, slip in slips.items()})

    asks = []
    for n in (2, 3):
        asks += [
            (f"dH{n}_dH", f"∂H_{n}/∂H_{n - 1}, a formula", rf"\partial H_{n} / \partial H_{n - 1}", True),
            (f"dO{n}", f"∂E_{n}/∂(V H_{n}), a formula", rf"\partial E_{n} / \partial (V H_{n})", False),
            *(derivative(f"E{n}", weight) for weight in "VWU"),
        ]
    return System(
        Space(free, space.defined, tuple(names.split())),
        asks,
        solve,
        BPTT + (ZERO.format("H_0") if initial == "zero" else "") + BPTT_FORMULAS,
    )


ZERO = " The first state is zero, ${} = 0$."
BPTT = (
    "A recurrent network has one hidden unit, several outputs with softmax and cross-entropy, and no biases. $V$, "
    "$O_n$ and $y_n$ are the weight, the output and the target of one of the outputs, and the derivatives are those "
    "through this output. Write them as formulas, through all steps."
)
BPTT_FORMULAS = (
    "\n\n"
    r"$$H_t = \tanh(U x_t + W H_{t-1}) \qquad O_t = \operatorname{softmax}(V H_t) \qquad E_n = -\sum y_n \log O_n$$"
)


def elman_bptt(initial: str) -> System:
    """A linear output and a squared error at step 3."""
    space, unrolled = network("s", "x", "W_s", "W_x", initial)
    W_y, y_3, d_3 = symbols("W_y y_3 d_3")
    s = unrolled.states
    free = {**space.free, "W_y": WEIGHT, "d_3": TARGET}
    defined = {**space.defined, "y_3": s[LAST] * W_y}
    names = "W_x W_s W_y x_1 x_2 x_3 s_0 s_1 s_2 s_3 y_3 d_3"

    def solve(work: Work) -> None:
        dy = step(work, "dy", 2 * (y_3 - d_3), factor_two_left_out=y_3 - d_3, sign_flipped=2 * (d_3 - y_3))
        step(work, "dE3_dW_y", dy * s[LAST])
        links = {t: unrolled.weight * falling(s[t]) for t in range(2, LAST + 1)}
        for weight, entering in (("W_s", lambda t: s[t - 1]), ("W_x", lambda t: unrolled.inputs[t])):
            slips = unrolled.slips(LAST, entering, links)
            if weight == "W_x":
                del slips["own_state"]
            right = dy * W_y * unrolled.by_weight(LAST, entering, falling, links)
            step(work, f"dE3_d{weight}", right, **{name: dy * W_y * slip for name, slip in slips.items()})

    return System(
        Space(free, defined, tuple(names.split())),
        (
            ("dy", "∂E_3/∂y_3, a formula", r"\partial E_3 / \partial y_3", False),
            *(derivative("E3", weight) for weight in ("W_y", "W_s", "W_x")),
        ),
        solve,
        ELMAN + (ZERO.format("s_0") if initial == "zero" else "") + ELMAN_FORMULAS,
    )


ELMAN = (
    "An Elman network has one hidden unit, a linear output and no biases. The error of the third step is squared. "
    "Write its derivatives by the three weights as formulas, through all steps."
)
ELMAN_FORMULAS = "\n\n" + r"$$s_t = \tanh(x_t W_x + s_{t-1} W_s) \qquad y_3 = s_3 W_y \qquad E_3 = (d_3 - y_3)^2$$"
