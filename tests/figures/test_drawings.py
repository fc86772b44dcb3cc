"""What holds for the drawings of every template."""

from __future__ import annotations

from typing import Any

import pytest
from tests.figures.measures import labels, outside, overlapping
from tests.helpers import rules_of

from grader.drawing import Drawing, Math
from grader.pages.maths.formula import formula
from grader.variant import draw_variant

WIDEST = 250.0
TRIED: list[tuple[str, dict[str, Any]]] = [
    ("rnn_bptt", dict(steps=4, hidden=3)),
    ("rnn_bptt", dict(steps=1)),
    ("rnn_bptt", dict(steps=6, losses=[1, 2, 3, 4, 5, 6], vanishing=True)),
    ("rnn_bptt", dict(steps=12, losses=[5, 7], vanishing=True)),
    ("lstm_forward", dict(steps=1)),
    ("lstm_forward", dict(steps=4, hidden=3, inputs=4)),
    ("lstm_forward", dict(steps=6)),
    ("lstm_forward", dict(steps=20)),
    *(("box_iou_l2", dict(cases=cases)) for cases in (1, 2, 3, 4)),
    ("box_iou_l2", dict(format="center")),
    ("box_iou_l2", dict(overlap="mixed", equal_l2=False)),
    ("box_iou_l2", dict(shape="square", size=[1, 3])),
    *(("transposed_conv_size", dict(layers=layers)) for layers in (1, 2, 4)),
    ("transposed_conv_size", dict(dilation=True, square=False, layers=2)),
    *(("transposed_conv_matrix", dict(kernel=k, input=2, stride=k, padding=p)) for k, p in ((1, 0), (2, 1), (3, 2))),
    ("transposed_conv_matrix", dict(kernel=4, input=3)),
    ("transposed_conv_matrix", dict(kernel=3, input=1, padding=1)),
    ("transposed_conv_size", dict(input_size=[60, 64], kernel=[20, 30], stride=[8, 16], padding=[4, 10])),
]


def drawn(template: str, parameters: dict[str, Any], seed: str) -> list[Drawing]:
    rules = rules_of(template, parameters=parameters)
    variant = draw_variant(rules, seed, "hw", "s001")
    question = rules.question
    return list(question.template.drawings(question.parameters, question.read(variant.givens)))


@pytest.fixture(params=TRIED, ids=lambda tried: f"{tried[0]}-{tried[1]}", scope="module")
def drawings(request: pytest.FixtureRequest) -> list[Drawing]:
    template, parameters = request.param
    found = [drawing for seed in range(25) for drawing in drawn(template, parameters, str(seed))]
    assert len(found) == 25
    return found


def test_everything_stays_within_the_drawing(drawings: list[Drawing]) -> None:
    assert [shape for drawing in drawings for shape in outside(drawing)] == []


def test_no_label_lies_on_another(drawings: list[Drawing]) -> None:
    assert [pair for drawing in drawings for pair in overlapping(drawing)] == []


def test_a_drawing_fits_beside_the_wording(drawings: list[Drawing]) -> None:
    assert all(drawing.width <= WIDEST + 1e-6 for drawing in drawings)


def test_words_say_what_is_seen(drawings: list[Drawing]) -> None:
    assert all(drawing.alt.endswith(".") and "\\" not in drawing.alt for drawing in drawings)


def test_formulas_are_the_same_for_everyone(drawings: list[Drawing]) -> None:
    """Laid out once a process, and free of a student's numbers."""
    constant = {label.text.latex for drawing in drawings for label in labels(drawing) if isinstance(label.text, Math)}
    assert len(constant) <= 80
    assert all(formula(latex, 8).width > 0 for latex in constant)
    assert not any("." in latex for latex in constant)
