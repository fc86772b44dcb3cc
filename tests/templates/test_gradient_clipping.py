from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers import marked, mistaken, rules_of, solution, values, verdicts

from grader.chance import Stream
from grader.template import GivensError
from grader.templates.gradient_clipping import TEMPLATE, ClippingParameters

NAME = "gradient_clipping"
LONG: dict[str, Any] = dict(g=[3, -4, 0.5], threshold=2)
SHORT: dict[str, Any] = dict(g=[0.3, -0.4], threshold=2)


def flat(value: Any) -> list[float]:
    return [v for item in value for v in flat(item)] if isinstance(value, list) else [value]


def test_an_example_by_hand() -> None:
    """(3, -4) is 5 long; at threshold 1 a fifth of it is left."""
    found = values(solution(NAME, dict(g=[3, -4], threshold=1)))
    assert found == dict(norm=5, clipped=pytest.approx([0.6, -0.8]), clipped_value=[1, -1])


def test_a_gradient_below_the_threshold_stays_as_it_is() -> None:
    found = values(solution(NAME, SHORT))
    assert found == dict(norm=pytest.approx(0.5), clipped=[0.3, -0.4], clipped_value=[0.3, -0.4])


@given(st.sampled_from([(2,), (3,), (5,), (2, 3), (1, 4)]), st.sampled_from(["always", "never"]), st.integers(0, 99))
def test_every_step_is_what_plain_floats_give(shape: tuple[int, ...], exceeds: str, seed: int) -> None:
    p = ClippingParameters.model_validate(dict(shape=shape, exceeds=exceeds))
    raw = TEMPLATE.draw(p, Stream("plain", str(seed)))
    steps = solution(NAME, raw)
    g, c = flat(raw["g"]), raw["threshold"]
    length = math.hypot(*g)
    assert (length > c) == (exceeds == "always")
    assert steps["norm"].value == pytest.approx(length, rel=1e-12)
    assert steps["clipped"].value.shape == steps["clipped_value"].value.shape == shape
    assert steps["clipped"].value.ravel().tolist() == pytest.approx([v * min(1, c / length) for v in g], rel=1e-12)
    assert steps["clipped_value"].value.ravel().tolist() == [math.copysign(min(abs(v), c), v) for v in g]


def test_every_mistake_is_its_formula() -> None:
    length = math.sqrt(9 + 16 + 0.25)
    steps = solution(NAME, LONG)
    assert mistaken(steps, "l1_norm") == {"norm": 7.5}
    assert mistaken(steps, "squared_norm") == {"norm": 25.25}
    assert mistaken(steps, "value_for_norm") == {"clipped": [2, -2, 0.5]}
    assert mistaken(steps, "norm_for_value") == {
        "clipped_value": pytest.approx([6 / length, -8 / length, 1 / length], rel=1e-12)
    }
    assert mistaken(solution(NAME, SHORT), "always_scaled") == {"clipped": pytest.approx([1.2, -1.6], rel=1e-12)}


def existing(raw: dict[str, Any]) -> set[str]:
    p, q = TEMPLATE.read(ClippingParameters(), raw)
    return {name for name, mistake in TEMPLATE.mistakes.items() if mistake.exists(p, q)}


def test_mistakes_exist_where_they_change_something() -> None:
    assert existing(LONG) == {"value_for_norm", "norm_for_value", "l1_norm", "squared_norm"}
    assert existing(SHORT) == {"l1_norm", "squared_norm", "always_scaled"}
    assert existing(dict(g=-3, threshold=2)) == {"squared_norm"}
    assert existing(dict(g=[0, 1], threshold=0.5)) == set()


def test_a_wrong_norm_is_carried_into_the_clipped_gradient() -> None:
    written = {"norm": "7.5", "clipped": ["0.8", "-1.0667", "0.1333"], "clipped_value": ["2", "-2", "0.5"]}
    found = marked(rules_of(NAME), LONG, written)
    assert found["norm"].mistakes == ("l1_norm",)
    assert {found[f"clipped[{k}]"].verdict for k in (1, 2, 3)} == {"follows"}
    assert {found[f"clipped_value[{k}]"].verdict for k in (1, 2, 3)} == {"right"}


def test_a_norm_of_zero_on_a_sheet_spoils_nothing_else() -> None:
    written = {"norm": "0", "clipped": ["3", "-4", "0.5"], "clipped_value": ["2", "-2", "0.5"]}
    found = verdicts(marked(rules_of(NAME), LONG, written))
    assert found["norm"] == "wrong"
    assert {found[f"clipped_value[{k}]"] for k in (1, 2, 3)} == {"right"}
    assert "right" not in {found[f"clipped[{k}]"] for k in (1, 2, 3)}


def test_norms_above_and_below_the_threshold_are_drawn_where_both_may_come() -> None:
    p = ClippingParameters(exceeds="mixed")
    drawn = [TEMPLATE.read(p, TEMPLATE.draw(p, Stream("mixed", str(seed))))[1].exceeds for seed in range(40)]
    assert 10 < sum(drawn) < 30


def test_shape_and_side_are_inferred_from_the_givens() -> None:
    p, q = TEMPLATE.read(ClippingParameters(), dict(g=[[1, 2]], threshold=5))
    assert (p.shape, p.exceeds, q.g.shape) == ((1, 2), "never", (1, 2))
    assert TEMPLATE.settle(ClippingParameters(), {"g": [1, 2]}).shape == (2,)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"threshold": 0}, "threshold must be above 0, not 0"),
        ({"threshold": [1]}, "threshold has 1 axes, but at most 0 are expected"),
        ({"g": [[[1]]]}, "g has 3 axes, but at most 2 are expected"),
        ({"g": [[1, 2], [3]]}, "g is not a number or a rectangular list of numbers"),
        ({"g": []}, "g is empty"),
        ({"c": 1}, "unknown given 'c'"),
    ],
)
def test_givens_that_cannot_be_read_say_why(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GivensError, match=sentence):
        TEMPLATE.read(ClippingParameters(), {**LONG, **change})
    with pytest.raises(GivensError, match="threshold is missing"):
        TEMPLATE.read(ClippingParameters(), {"g": [1, 2]})
