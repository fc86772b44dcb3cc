"""Derivatives written as formulas, marked by equivalence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Literal

from pydantic import Field

from grader.chance import Stream
from grader.part import Part
from grader.template import Mistake, Parameters, Raw, Template, unknown
from grader.templates.derivatives import System, elman_bptt, focal_loss, rnn_bptt, rnn_sse, sigmoid
from grader.work import Work


class DerivativeParameters(Parameters):
    system: Literal["rnn_sse", "rnn_bptt", "elman_bptt", "sigmoid", "focal_loss"] = Field(
        "rnn_sse", description="what is differentiated"
    )
    samples: int = Field(1, ge=1, le=2, description="samples (rnn_sse)")
    initial: Literal["zero", "drawn"] = Field("drawn", description="the first state (rnn_bptt, elman_bptt)")


SYSTEMS: Mapping[str, Callable[[DerivativeParameters], System]] = {
    "rnn_sse": lambda p: rnn_sse(p.samples),
    "rnn_bptt": lambda p: rnn_bptt(p.initial),
    "elman_bptt": lambda p: elman_bptt(p.initial),
    "sigmoid": lambda _p: sigmoid(),
    "focal_loss": lambda _p: focal_loss(),
}


@lru_cache(64)
def system(p: DerivativeParameters) -> System:
    return SYSTEMS[p.system](p)


def read(p: DerivativeParameters, raw: Raw) -> tuple[DerivativeParameters, System]:
    """Nothing is given: the formulas are the same for everybody."""
    unknown(raw, ())
    return p, system(p)


def draw(_p: DerivativeParameters, _chance: Stream) -> dict[str, Any]:
    return {}


def ask(p: DerivativeParameters) -> list[Part]:
    chosen = system(p)
    return [
        Part(name, meaning, symbol, kind="expression", space=chosen.space, asked=asked)
        for name, meaning, symbol, asked in chosen.asks
    ]


def solve(_p: DerivativeParameters, q: System, work: Work) -> None:
    q.solve(work)


SENTENCES = {
    "sigmoid_for_its_derivative": "what one gets with σ, that is y, in place of its derivative y(1 - y)",
    "tanh_for_its_derivative": "what one gets with tanh itself in place of its derivative 1 - tanh²",
    "functions_for_their_derivatives": "what one gets with the functions themselves in place of both derivatives, "
    "y for y(1 - y) and h for 1 - h²",
    "weight_for_input": "what one gets with the weight itself, W_hh or W_hx, in place of what it multiplies",
    "factor_two_left_out": "what one gets with the factor 2 of the squared error left out",
    "mean_for_sum": "what one gets with the mean over the samples in place of the sum",
    "one_sample_only": "what one gets with the first sample alone",
    "last_sample_only": "what one gets with the last sample alone",
    "sign_flipped": "what one gets with the opposite sign, from target - output in place of output - target",
    "last_step_only": "what one gets with the last step's term alone",
    "one_minus_h": "what one gets with 1 - H in place of 1 - H² as the derivative of tanh",
    "own_state": "what one gets with the state of the same step in place of the one before it",
    "softmax_derivative_twice": "what one gets with a further factor O(1 - O), which O - y holds already",
    "w_left_out_of_chain": "what one gets with the recurrent weight left out on the way back",
    "function_for_its_derivative": "what one gets with the function itself in place of its derivative",
    "one_plus": "what one gets with S(1 + S)",
    "one_minus_only": "what one gets with 1 - S, one factor of the derivative",
    "log_base_ten": "what one gets with the logarithm to base ten",
    "log_base_ten_in_one_term": "what one gets with the logarithm to base ten where the derivative has a natural one",
    "p_to_the_gamma": "what one gets from a loss with p to the power γ in place of 1 - p",
    "minus_left_out": "what one gets with the minus sign of the loss left out",
    "gamma_as_factor": "what one gets from a loss with γ as a factor in place of the exponent",
    "inner_derivative_left_out": "what one gets with the derivative of 1 - p, which is -1, left out",
    "product_rule_left_out": "what one gets by multiplying the factors' derivatives, without the product rule",
}


def known(name: str) -> Callable[[DerivativeParameters, System], bool]:
    return lambda _p, q: name in q.mistakes


MISTAKES = {name: Mistake(sentence, known(name)) for name, sentence in SENTENCES.items()}


def wording(p: DerivativeParameters) -> str:
    return system(p).wording


TEMPLATE = Template(
    name="derivative_expression",
    title="A derivative, written out",
    topic="optimisation",
    parameters=DerivativeParameters,
    read=read,
    draw=draw,
    ask=ask,
    solve=solve,
    mistakes=MISTAKES,
    wording=wording,
)
