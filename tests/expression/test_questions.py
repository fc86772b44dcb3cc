"""The formulas of the built-in questions, in their own symbols."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from tests.expression.rewriting import breaking, stepped
from tests.expression.test_equality import in_somebodys_hand, rearranged, same_by_python

from grader.expression import Formula, Space
from grader.templates import BUILT_IN
from grader.work import Reference, everything

VARIANTS = 40
SYSTEMS: dict[str, dict[str, object]] = {
    "rnn_sse": dict(system="rnn_sse"),
    "rnn_sse of two samples": dict(system="rnn_sse", samples=2),
    "rnn_bptt": dict(system="rnn_bptt"),
    "rnn_bptt from zero": dict(system="rnn_bptt", initial="zero"),
    "elman_bptt": dict(system="elman_bptt"),
    "sigmoid": dict(system="sigmoid"),
    "focal_loss": dict(system="focal_loss"),
}


def keys(parameters: dict[str, object]) -> Iterator[tuple[Space, Formula, dict[str, Formula]]]:
    """Each asked part's space, key and mistakes."""
    template = BUILT_IN["derivative_expression"]
    p, q = template.read(template.parameters.model_validate(parameters), {})
    steps = template.run(p, q, Reference(everything)).steps
    for part in template.ask(p):
        assert part.space is not None
        yield part.space, steps[part.name].value, dict(steps[part.name].mistakes)


@pytest.mark.parametrize("parameters", SYSTEMS.values(), ids=SYSTEMS)
def test_the_key_as_it_is_printed_is_read_as_itself_alone(parameters: dict[str, object]) -> None:
    for space, key, _ in keys(parameters):
        for text in (str(key), key.latex()):
            assert space.compare(space.formula(text), key).verdict == "equal", text


@pytest.mark.parametrize("parameters", SYSTEMS.values(), ids=SYSTEMS)
def test_the_key_rearranged_is_equal_to_it(parameters: dict[str, object]) -> None:
    for space, key, _ in keys(parameters):
        for n in range(VARIANTS):
            random = Random(n)
            text = in_somebodys_hand(rearranged(space, key, random), random)
            assert [space.compare(reading.formula, key).verdict for reading in space.read(text)] == ["equal"], text


@pytest.mark.parametrize("parameters", SYSTEMS.values(), ids=SYSTEMS)
def test_the_key_with_something_wrong_is_different_from_it(parameters: dict[str, object]) -> None:
    for space, key, mistakes in keys(parameters):
        variants = [stepped(key, Random(n).choice(breaking(space)), Random(n)) for n in range(VARIANTS)]
        for variant in (*variants, *mistakes.values()):
            if variant is not None and not same_by_python(space, variant, key, Random(0)):
                assert space.compare(space.formula(str(variant)), key).verdict == "different", variant


def test_a_square_multiplied_out_is_equal_to_it_though_its_digits_cancel_at_a_point() -> None:
    space, loss, _ = next(keys(SYSTEMS["rnn_sse"]))
    for text in ("y^2 - 2y*t + t^2", "y/(1/(y - t)) - (t*y - t*t)"):
        assert space.compare(space.formula(text), loss).verdict == "equal"
