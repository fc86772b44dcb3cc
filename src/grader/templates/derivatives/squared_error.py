"""One step of a network with a logistic output and a squared error, for one sample or two."""

from __future__ import annotations

from collections.abc import Sequence

from grader.expression import Formula, Space, call, symbols
from grader.templates.derivatives.system import TARGET, WEIGHT, System, step, total
from grader.work import Work


def rnn_sse(samples: int) -> System:
    """One step of a network with a logistic output, L = Σ (y - t)², h_0 = x."""
    W_hh, W_hx, W_hy = weights = symbols("W_hh W_hx W_hy")
    ends = [""] if samples == 1 else [f"_{i}" for i in range(1, samples + 1)]
    h_ends = ["_1"] if samples == 1 else ends
    x, t, y = ([symbols(f"{letter}{end}")[0] for end in ends] for letter in "xty")
    h = [symbols(f"h{end}")[0] for end in h_ends]
    h_0 = symbols("h_0") if samples == 1 else x
    defined: dict[str, Formula] = {"h_0": x[0]} if samples == 1 else {}
    for k in range(samples):
        defined[h[k].name] = call("tanh", W_hh * h_0[k] + W_hx * x[k])
        defined[y[k].name] = call("sigma", W_hy * h[k])
    free = {**dict.fromkeys((w.name for w in weights), WEIGHT), **{s.name: WEIGHT for s in x}}
    free |= {s.name: TARGET for s in t}
    first = ("h_0",) if samples == 1 else ()
    listed = (*(w.name for w in weights), *first, *(s.name for group in (x, h, y, t) for s in group))

    def solve(work: Work) -> None:
        over_samples(work, "L", [(y[k] - t[k]) ** 2 for k in range(samples)])
        dy = [
            step(
                work,
                f"dy{end}",
                2 * (y[k] - t[k]) * y[k] * (1 - y[k]),
                sigmoid_for_its_derivative=2 * (y[k] - t[k]) * y[k],
                functions_for_their_derivatives=2 * (y[k] - t[k]) * y[k],
                factor_two_left_out=(y[k] - t[k]) * y[k] * (1 - y[k]),
                sign_flipped=2 * (t[k] - y[k]) * y[k] * (1 - y[k]),
            )
            for k, end in enumerate(ends)
        ]
        over_samples(work, "dW_hy", [dy[k] * h[k] for k in range(samples)])
        for name, weight, entering in (("dW_hh", W_hh, h_0), ("dW_hx", W_hx, x)):
            over_samples(
                work,
                name,
                [dy[k] * W_hy * (1 - h[k] ** 2) * entering[k] for k in range(samples)],
                tanh_for_its_derivative=[dy[k] * W_hy * h[k] * entering[k] for k in range(samples)],
                functions_for_their_derivatives=[
                    2 * (y[k] - t[k]) * y[k] * W_hy * h[k] * entering[k] for k in range(samples)
                ],
                weight_for_input=[dy[k] * W_hy * (1 - h[k] ** 2) * weight for k in range(samples)],
            )

    meaning = "derivative of the loss by {}, a formula"
    return System(
        Space(free, defined, listed),
        (
            ("L", "loss, a formula", "L", True),
            *(
                (f"dy{end}", f"∂L/∂(W_hy h{he})", r"\partial L / \partial (W_{hy} h)", False)
                for end, he in zip(ends, h_ends, strict=True)
            ),
            *(
                (f"dW_{w}", meaning.format(f"W_{w}"), rf"\partial L / \partial W_{{{w}}}", True)
                for w in ("hy", "hh", "hx")
            ),
        ),
        solve,
        SSE_ONE if samples == 1 else SSE_TWO,
    )


def over_samples(work: Work, name: str, terms: Sequence[Formula], **mistakes: Sequence[Formula]) -> Formula:
    """A step that sums one term a sample, and what else people make of the terms."""
    slips = {mistake: total(wrong) for mistake, wrong in mistakes.items()}
    if len(terms) > 1:
        slips["mean_for_sum"] = total(terms) / len(terms)
        slips |= {"one_sample_only": terms[0], "last_sample_only": terms[-1]}
    return step(work, name, total(terms), **slips)


SSE_ONE = (
    "A recurrent network with one hidden unit and no biases makes one step. The state before it is the input, "
    r"$h_0 = x$. Write the loss $L$ and its derivatives by the three weights as formulas. $\sigma(z) = 1/(1 + e^{-z})$."
    "\n\n"
    r"$$h_1 = \tanh(W_{hh} h_0 + W_{hx} x) \qquad y = \sigma(W_{hy} h_1) \qquad L = (y - t)^2$$"
)
SSE_TWO = (
    "A recurrent network with one hidden unit and no biases makes one step for each of two samples. The state before "
    "the step is the sample itself. Write the loss $L$ and its derivatives by the three weights as formulas. "
    r"$\sigma(z) = 1/(1 + e^{-z})$."
    "\n\n"
    r"$$h_i = \tanh(W_{hh} x_i + W_{hx} x_i) \qquad y_i = \sigma(W_{hy} h_i) \qquad L = \sum_{i=1}^{2} (y_i - t_i)^2$$"
)
