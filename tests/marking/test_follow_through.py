"""An early slip costs its own points and no more; roundings cost none."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from tests.helpers import LSTM, marked, rules_of, solution, total, values, verdicts
from tests.marking.small import small

from grader.part import GATE, SHARE, Part
from grader.work import Work

FIRST_STEP = ("f_1", "i_1", "g_1", "o_1", "c_1", "h_1")


def rounded(steps: dict[str, Any], decimals: int = 4) -> dict[str, str]:
    return {name: f"{value:.{decimals}f}" for name, value in steps.items()}


def test_a_gate_from_a_wrong_weight_costs_the_gate_alone() -> None:
    """W_i read as (0.95, 8)."""
    misread = values(solution("lstm_forward", {**LSTM, "W_i": [0.95, 8]}))
    written = rounded({name: misread[name] for name in FIRST_STEP})
    marks = marked(rules_of("lstm_forward"), LSTM, written)
    assert [marks[name].verdict for name in FIRST_STEP] == ["right", "wrong", "right", "right", "follows", "follows"]
    assert (marks["c_1"].came_from, marks["h_1"].came_from) == (("i_1",), ("c_1",))


def test_a_slip_is_carried_through_all_later_steps() -> None:
    written = rounded(values(solution("lstm_forward", LSTM)))
    i_1 = 0.5
    c_1 = i_1 * 0.8177540779702877
    written |= rounded({"i_1": i_1, "c_1": c_1, "h_1": 0.8175744761936437 * math.tanh(c_1)})
    after = values(solution("lstm_forward", {**LSTM, "x": [[0.5, 3]], "h_0": float(written["h_1"]), "c_0": c_1}))
    written |= rounded({name.replace("_1", "_2"): value for name, value in after.items()})
    marks = marked(rules_of("lstm_forward", {"points": 12}), LSTM, written)
    assert verdicts(marks)["i_1"] == "wrong"
    assert {marks[name].verdict for name in marks} == {"right", "wrong", "follows"}
    assert total(marks) == 11
    assert marks["c_1"].carried == pytest.approx(0.5 * 0.8178)


def scaled(work: Work) -> None:
    """b is a thousand times a, so that the rounding of a is seen in b."""
    a = work.step("a", 1 / 3)
    b = work.step("b", 1000 * a)
    work.step("c", b + 1)


SCALED = small(scaled, [Part(name, "") for name in "abc"], {"points": 6, "tolerance": {"absolute": 0.0005}})


def test_rounding_carried_on_is_right() -> None:
    marks = marked(SCALED, {}, {"a": "0.333", "b": "333", "c": "334"})
    assert verdicts(marks) == dict.fromkeys("abc", "right")
    assert total(marks) == 6


def test_the_exact_value_stays_right_beside_a_rounded_one() -> None:
    assert verdicts(marked(SCALED, {}, {"a": "0.333", "b": "333.33333", "c": "334.33333"})) == dict.fromkeys(
        "abc", "right"
    )
    assert verdicts(marked(SCALED, {}, {"a": "0.333", "b": "333", "c": "334.33333"})) == dict.fromkeys("abc", "right")


def test_what_was_not_answered_takes_its_own_value_on_the_way() -> None:
    marks = marked(SCALED, {}, {"a": "0.4", "c": "401"})
    assert verdicts(marks) == {"a": "wrong", "b": "blank", "c": "follows"}


def test_an_unreadable_answer_is_not_carried_on() -> None:
    marks = marked(SCALED, {}, {"a": "one third", "b": "333.33333", "c": "334.33333"})
    assert verdicts(marks) == {"a": "unreadable", "b": "right", "c": "right"}


def test_cells_of_an_array_are_carried_on_one_by_one() -> None:
    def solve(work: Work) -> None:
        v = work.step("v", np.array([1.0, 2.0, 3.0]))
        work.step("w", v * 10)

    rules = small(solve, [Part("v", "", shape=(3,)), Part("w", "", shape=(3,))])
    marks = marked(rules, {}, {"v[1]": "1", "v[2]": "7", "v[3]": "", "w": [10, 70, 30]})
    assert [marks[f"w[{i}]"].verdict for i in (1, 2, 3)] == ["right", "follows", "right"]
    assert marks["w[2]"].carried == 70


def test_a_value_outside_its_domain_is_not_carried_on_unless_a_mistake_made_it() -> None:
    def solve(work: Work) -> None:
        gate = work.step("gate", 0.6, "", tanh_taken=-0.5)
        work.step("after", 10 * gate)

    rules = small(solve, [Part("gate", "", domain=GATE), Part("after", "")], mistakes=["tanh_taken"])
    assert verdicts(marked(rules, {}, {"gate": "-0.5", "after": "-5"})) == {"gate": "mistake", "after": "follows"}
    assert verdicts(marked(rules, {}, {"gate": "-0.7", "after": "-7"})) == {"gate": "wrong", "after": "wrong"}
    assert verdicts(marked(rules, {}, {"gate": "0.7", "after": "7"})) == {"gate": "wrong", "after": "follows"}


def test_a_pass_that_fails_leaves_the_plain_verdict_and_says_so() -> None:
    def solve(work: Work) -> None:
        a = work.step("a", 4.0)
        work.step("b", 3 / (a - 3), "", added=lambda: 1 / (a - 3) + 20)
        work.step("c", 7.0)

    rules = small(solve, [Part(name, "") for name in "abc"], mistakes=["added"])
    marks = marked(rules, {}, {"a": "3", "b": "12", "c": "7"})
    assert verdicts(marks) == {"a": "wrong", "b": "wrong", "c": "right"}
    assert marks["b"].note == (
        "the later steps could not be worked out with your earlier values, which lead to a division by zero"
    )
    assert verdicts(marked(rules, {}, {"a": "3", "b": "3", "c": "7"})) == {"a": "wrong", "b": "right", "c": "right"}


def test_a_value_that_overflows_costs_nobody_else() -> None:
    marks = marked(rules_of("lstm_forward"), LSTM, {"c_1": "1e300", "h_1": "0.8176", "c_2": "1e300"})
    assert marks["c_1"].verdict == "wrong"
    assert marks["h_1"].verdict in ("follows", "wrong")


# A choice


NEAR = dict(truth=[2, 1, 8, 5], prediction=[3, 2, 9, 6])
FAR = dict(truth=[2, 1, 8, 5], prediction=[6, 3, 9, 8])
BOXES = {"cases": [NEAR, FAR]}  # IoU 15/33 = 0.4545 and 4/35 = 0.1143


def best(**answers: str) -> tuple[str, float]:
    mark = marked(rules_of("box_iou_l2", {"points": 9}), BOXES, answers)["best"]
    return mark.verdict, mark.points


def test_a_choice_is_right_by_the_key_where_its_numbers_were_not_answered() -> None:
    assert best(best="1") == ("right", 1)
    assert best(best="2") == ("wrong", 0)
    assert best(best="2", iou_2="0.9") == ("wrong", 0)
    assert best(best="neither") == ("unreadable", 0)
    assert best() == ("blank", 0)


def test_a_choice_follows_the_numbers_on_the_sheet() -> None:
    assert best(best="2", iou_1="0.4545", iou_2="0.9") == ("follows", 1)
    assert best(best="1", iou_1="0.4545", iou_2="0.3") == ("right", 1)


def test_never_is_more_than_one_option_accepted() -> None:
    assert best(best="1", iou_1="0.4545", iou_2="0.9") == ("wrong", 0)


def test_a_choice_does_not_follow_from_impossible_numbers() -> None:
    assert best(best="2", iou_1="0.4545", iou_2="9") == ("wrong", 0)
    assert best(best="1", iou_1="0.4545", iou_2="9") == ("right", 1)


# What is not worked for


def test_a_zero_is_right_where_the_key_is_zero_and_follows_nowhere_else() -> None:
    marks = marked(rules_of("lstm_forward"), LSTM, {"g_1": "0", "c_1": "0", "h_1": "0"})
    assert verdicts(marks)["c_1"] == verdicts(marks)["h_1"] == "wrong"
    apart = {"cases": [dict(truth=[0, 0, 2, 2], prediction=[5, 3, 9, 6])]}
    marks = marked(rules_of("box_iou_l2", parameters={"cases": 1}), apart, {"intersection_1": "0", "iou_1": "0"})
    assert verdicts(marks)["intersection_1"] == verdicts(marks)["iou_1"] == "right"


def test_tiny_values_do_not_follow_from_each_other() -> None:
    marks = marked(rules_of("lstm_forward"), LSTM, {"i_1": "0.001", "c_1": "0.0008", "h_1": "0.0006"})
    assert total(marks) == 0


def test_an_end_of_the_domain_does_not_follow() -> None:
    def solve(work: Work) -> None:
        a = work.step("a", 0.5)
        work.step("b", a / 2)

    rules = small(solve, [Part("a", "", domain=SHARE), Part("b", "", domain=SHARE)])
    assert verdicts(marked(rules, {}, {"a": "0.8", "b": "0.4"}))["b"] == "follows"

    def doubled(work: Work) -> None:
        a = work.step("a", 0.3)
        work.step("b", 2 * a)

    rules = small(doubled, [Part("a", "", domain=SHARE), Part("b", "", domain=SHARE)])
    assert verdicts(marked(rules, {}, {"a": "0.5", "b": "1"}))["b"] == "wrong"


def test_ones_in_a_table_do_not_make_an_average_of_one_right() -> None:
    givens = {"hits": [0, 1, 0, 1, 0, 1, 0, 0, 0, 0], "relevant": 5}
    marks = marked(rules_of("average_precision"), givens, {"interpolated": [1] * 11, "ap": "1"})
    assert total(marks) == 0


def test_structural_zeros_earn_in_proportion_to_what_the_other_cells_got() -> None:
    def solve(work: Work) -> None:
        work.step("m", np.array([0.0, 2.0, 0.0, 4.0]))

    rules = small(solve, [Part("m", "", shape=(4,), zero=True)], {"points": 4})
    for written, points in (
        ([0, 0, 0, 0], 0),
        ([0, 2, 0, 0], 2),
        ([0, 2, 0, 4], 4),
        ([5, 2, 0, 4], 3),
        (["", 2, "", 4], 2),
    ):
        assert total(marked(rules, {}, {"m": written})) == points
