from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers import marked, mistaken, rules_of, solution, values

from grader.chance import Stream
from grader.template import GivensError
from grader.templates.minibatch_update import TEMPLATE, UpdateParameters

NAME = "minibatch_update"
RAW: dict[str, Any] = dict(gradients=[[1, -2], [3, 0.5], [2, 3]], weights=[0.5, -1], rate=0.1)


def test_an_example_by_hand() -> None:
    found = values(solution(NAME, RAW))
    assert found == dict(mean_gradient=[2, 0.5], updated=pytest.approx([0.3, -1.05], rel=1e-12))


def flat(value: Any) -> list[float]:
    return [v for item in value for v in flat(item)] if isinstance(value, list) else [value]


@given(st.integers(1, 5), st.sampled_from([(2,), (3,), (2, 3), (3, 1)]), st.integers(0, 999))
def test_every_step_is_what_exact_fractions_give(n: int, shape: tuple[int, ...], seed: int) -> None:
    p = UpdateParameters(samples=n, shape=shape)
    raw = TEMPLATE.draw(p, Stream("fractions", str(seed)))
    steps = solution(NAME, raw)
    gradients = [[Fraction(str(v)) for v in flat(g)] for g in raw["gradients"]]
    mean = [sum(column) / n for column in zip(*gradients, strict=True)]
    moved = [Fraction(str(w)) - Fraction(str(raw["rate"])) * g for w, g in zip(flat(raw["weights"]), mean, strict=True)]
    for name, expected in (("mean_gradient", mean), ("updated", moved)):
        assert steps[name].value.shape == shape
        assert steps[name].value.ravel().tolist() == pytest.approx(list(map(float, expected)), rel=1e-12, abs=1e-15)


def test_the_step_goes_down_the_loss_that_has_these_gradients() -> None:
    """The batch's loss is the mean of g_i·w here; its slope, by central differences, is the mean gradient."""

    gradients: list[list[float]] = RAW["gradients"]

    def loss(w: list[float]) -> float:
        return sum(a * b for g in gradients for a, b in zip(g, w, strict=True)) / 3

    found = values(solution(NAME, RAW))
    for k in (0, 1):
        ahead, behind = ([w + (j == k) * h for j, w in enumerate(RAW["weights"])] for h in (1e-3, -1e-3))
        assert (loss(ahead) - loss(behind)) / 2e-3 == pytest.approx(found["mean_gradient"][k], rel=1e-6)
    assert loss(found["updated"]) < loss(RAW["weights"])


def test_every_mistake_is_its_formula() -> None:
    steps = solution(NAME, RAW)
    assert mistaken(steps, "sum_for_mean") == {"mean_gradient": [6, 1.5]}
    assert mistaken(steps, "last_gradient_only") == {"mean_gradient": [2, 3]}
    assert mistaken(steps, "uphill") == {"updated": pytest.approx([0.7, -0.95], rel=1e-12)}
    assert mistaken(steps, "rate_left_out") == {"updated": [-1.5, -1.5]}
    assert set(TEMPLATE.mistakes) == {"sum_for_mean", "last_gradient_only", "uphill", "rate_left_out"}


def existing(**change: Any) -> set[str]:
    p, q = TEMPLATE.read(UpdateParameters(), {**RAW, **change})
    return {name for name, mistake in TEMPLATE.mistakes.items() if mistake.exists(p, q)}


def test_mistakes_exist_where_they_change_something() -> None:
    assert existing() == set(TEMPLATE.mistakes)
    assert existing(gradients=[[1, 2]]) == {"uphill", "rate_left_out"}
    assert existing(gradients=[[1, 2], [1, 2]]) == {"sum_for_mean", "uphill", "rate_left_out"}
    assert existing(rate=1) == {"sum_for_mean", "uphill", "last_gradient_only"}
    assert existing(gradients=[[1, 2], [-1, -2]]) == {"last_gradient_only"}


def test_the_sum_in_place_of_the_mean_is_charged_once() -> None:
    written = {"mean_gradient": ["6", "1.5"], "updated": ["-0.1", "-1.15"]}
    found = marked(rules_of(NAME), RAW, written)
    assert {found[f"mean_gradient[{k}]"].mistakes for k in (1, 2)} == {("sum_for_mean",)}
    assert {found[f"updated[{k}]"].verdict for k in (1, 2)} == {"follows"}
    assert found["updated[1]"].points == found["updated[1]"].max


def test_where_only_the_weights_are_asked_the_sum_is_told_by_its_effect() -> None:
    found = marked(rules_of(NAME, ask=["updated"]), RAW, {"updated": ["-0.1", "-1.15"]})
    assert {found[f"updated[{k}]"].mistakes for k in (1, 2)} == {("sum_for_mean",)}


@pytest.mark.parametrize(
    ("gradients", "weights", "samples", "shape"),
    [
        ([1, 2, 3], 0.5, 3, ()),
        ([1, 2, 3], [0.5], 3, (1,)),
        ([[1], [2]], 0.5, 2, ()),
        ([1, 2], [0.5, 1], 1, (2,)),
        ([[1, 2]], [0.5, 1], 1, (2,)),
        ([[1, 2], [3, 4], [5, 6]], [[0.5, 1]], 3, (1, 2)),
        ([[1, 2], [3, 4]], [[0.5, 1], [2, 3]], 1, (2, 2)),
        ([[[1, 2], [3, 4]], [[5, 6], [7, 8]]], [[0.5, 1], [2, 3]], 2, (2, 2)),
    ],
)
def test_axes_of_size_one_may_be_left_out(gradients: Any, weights: Any, samples: int, shape: tuple[int, ...]) -> None:
    p, q = TEMPLATE.read(UpdateParameters(), dict(gradients=gradients, weights=weights, rate=0.1))
    assert (p.samples, p.shape) == (samples, shape)
    assert q.gradients.shape == (samples, *shape)
    assert q.gradients.ravel().tolist() == flat(gradients)


def test_partial_givens_settle_what_they_determine() -> None:
    assert TEMPLATE.settle(UpdateParameters(), {"weights": [1, 2, 3]}).shape == (3,)
    found = TEMPLATE.settle(UpdateParameters(), {"gradients": [[1, 2, 3], [4, 5, 6]]})
    assert (found.samples, found.shape) == (2, (3,))
    found = TEMPLATE.settle(UpdateParameters(), {"gradients": [[1, 2], [4, 5]]})
    assert (found.samples, found.shape) == (2, (2,))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"rate": 0}, "rate must be above 0, not 0"),
        ({"weights": [1, 2, 3]}, "gradients is 3 × 2, but the weights' 3 is expected for each sample"),
        ({"gradients": "x"}, "gradients is not a number"),
        ({"momentum": 0.9}, "unknown given 'momentum'"),
    ],
)
def test_givens_that_cannot_be_read_say_why(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GivensError, match=sentence):
        TEMPLATE.read(UpdateParameters(), {**RAW, **change})
    with pytest.raises(GivensError, match="rate is missing"):
        TEMPLATE.read(UpdateParameters(), {"gradients": [1, 2], "weights": 1})
