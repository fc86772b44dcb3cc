"""Derivatives of functions of one variable."""

from __future__ import annotations

from math import log

from grader.expression import Space, call, symbols
from grader.templates.derivatives.system import SHARE, System, derivative, step
from grader.work import Work


def sigmoid() -> System:
    S, x = symbols("S x")

    def solve(work: Work) -> None:
        step(
            work,
            "dS_dx",
            S * (1 - S),
            function_for_its_derivative=S,
            one_plus=S * (1 + S),
            one_minus_only=1 - S,
        )

    return System(
        Space({"x": (-3.0, 3.0)}, {"S": call("sigma", x)}, ("S", "x")),
        (derivative("S", "x"),),
        solve,
        r"Write the derivative of the logistic function $S = \sigma(x) = 1/(1 + e^{-x})$ by $x$ as a formula.",
    )


def focal_loss() -> System:
    """FL = -(1 - p)^γ log p."""
    p, gamma = symbols("p gamma")

    def solve(work: Work) -> None:
        inner, outer = gamma * (1 - p) ** (gamma - 1) * call("log", p), (1 - p) ** gamma / p
        step(
            work,
            "dFL_dp",
            inner - outer,
            log_base_ten_in_one_term=inner / log(10) - outer,
            log_base_ten=(inner - outer) / log(10),
            p_to_the_gamma=-gamma * p ** (gamma - 1) * call("log", p) - p**gamma / p,
            minus_left_out=outer - inner,
            gamma_as_factor=gamma * call("log", p) - gamma * (1 - p) / p,
            inner_derivative_left_out=-inner - outer,
            product_rule_left_out=gamma * (1 - p) ** (gamma - 1) / p,
        )

    return System(
        Space({"p": SHARE, "gamma": (0.5, 4.0)}),
        (("dFL_dp", "∂FL/∂p, a formula", r"\partial FL / \partial p", True),),
        solve,
        r"Write the derivative of the focal loss by $p$, the probability of the true class, as a formula. "
        "The logarithm is natural."
        "\n\n"
        r"$$FL = -(1 - p)^{\gamma} \log p$$",
    )
