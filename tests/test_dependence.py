from __future__ import annotations

import pytest

from grader.dependence import parents
from tests.helpers import rules_of


def found(template: str, **question: object) -> dict[str, tuple[str, ...]]:
    return dict(parents(rules_of(template, **question).question))  # type: ignore[arg-type]


def test_steps_of_an_lstm_rest_on_gates_candidate_and_the_states_before() -> None:
    assert found("lstm_forward") == {
        "f_1": (), "i_1": (), "g_1": (), "o_1": (),
        "c_1": ("i_1", "g_1"), "h_1": ("o_1", "c_1"),
        "f_2": ("h_1",), "i_2": ("h_1",), "g_2": ("h_1",), "o_2": ("h_1",),
        "c_2": ("c_1", "f_2", "i_2", "g_2"), "h_2": ("o_2", "c_2"),
    }  # fmt: skip


def test_average_precision_rests_on_the_interpolated_points_alone() -> None:
    eleven = found("average_precision")
    assert eleven == {"precision": (), "recall": (), "interpolated": ("precision", "recall"), "ap": ("interpolated",)}
    assert found("average_precision", parameters={"interpolation": "none"})["ap"] == ("precision", "recall")


def test_a_choice_rests_on_what_decides_it() -> None:
    boxes = found("box_iou_l2")
    assert boxes["best"] == ("iou_1", "iou_2")
    assert boxes["iou_1"] == ("intersection_1", "union_1")
    assert boxes["union_2"] == ("intersection_2",)
    assert boxes["l2_1"] == ()


def test_each_size_rests_on_the_one_before() -> None:
    assert found("transposed_conv_size", parameters={"layers": 3}) == {
        "size_1": (),
        "size_2": ("size_1",),
        "size_3": ("size_2",),
    }


@pytest.mark.parametrize("part", ["dW", "dU"])
def test_a_sum_over_steps_rests_on_all_its_shares(part: str) -> None:
    assert found("rnn_bptt")[part] == (f"{part}_1", f"{part}_2", f"{part}_3")


def test_shares_of_a_derivative_rest_on_the_states_and_the_output() -> None:
    shares = found("rnn_bptt")
    assert set(shares["dO"]) == {"O_3"}
    assert set(shares["dV"]) == {"dO", "H_3"}
    assert set(shares["dW_3"]) == {"dO", "H_2", "H_3"}
    assert set(shares["dU_1"]) == {"dO", "H_3", "H_2", "H_1"}
