"""Every verdict of the table, by the smallest example that has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from tests.helpers import LSTM, marked, rules_of, total, verdicts
from tests.marking.small import doubling_rules, small

from grader.marking import UNDECIDED
from grader.part import Part
from grader.work import Work


def b_mark(answers: Mapping[str, str], rubric: Mapping[str, Any] | None = None) -> tuple[str, float]:
    """Verdict and points of b (2 of 4 points; b = 2a, a = 2)."""
    mark = marked(doubling_rules(rubric), {}, answers)["b"]
    return mark.verdict, mark.points


def test_a_cell_with_nothing_written_is_blank() -> None:
    marks = marked(doubling_rules(), {}, {"a": "2"})
    assert (marks["b"].verdict, marks["b"].points, marks["b"].max) == ("blank", 0, 2)
    assert b_mark({"b": " "}) == ("blank", 0)


@pytest.mark.parametrize("text", ["3 apples", "nan", "inf", "1e999", "2..5", "[1, 2]", "--4"])
def test_what_is_no_finite_number_of_the_right_shape_is_unreadable_and_never_wrong(text: str) -> None:
    marks = marked(doubling_rules(), {}, {"b": text})
    assert (marks["b"].verdict, marks["b"].points) == ("unreadable", 0)
    assert marks["b"].note != ""
    assert any(mark.verdict in UNDECIDED for mark in marks.values())


def test_within_tolerance_of_the_key_is_right() -> None:
    for text in ("4", "4.0405", "3.9595", "4,01", "8/2", "4e0"):
        assert b_mark({"b": text}) == ("right", 2)


def test_within_tolerance_of_an_accepted_value_is_right() -> None:
    rubric = {"parts": {"b": {"accept": [7, 5]}}}
    assert b_mark({"b": "5.05"}, rubric) == ("right", 2)
    assert b_mark({"b": "7"}, rubric) == ("right", 2)
    assert b_mark({"b": "6.5"}, rubric) == ("wrong", 0)


def test_right_on_a_wrong_earlier_value_follows() -> None:
    assert b_mark({"a": "5", "b": "10"}) == ("follows", 2)
    assert b_mark({"a": "5", "b": "10.000"}, {"follow_through": 0.25}) == ("follows", 0.5)
    assert b_mark({"a": "5", "b": "4"}) == ("right", 2)
    assert b_mark({"a": "5", "b": "7"}) == ("wrong", 0)


@pytest.mark.case(87)
def test_too_few_digits_of_the_key_or_of_what_follows_are_coarse() -> None:
    def third(work: Work) -> None:
        a = work.step("a", 2 / 3)
        work.step("b", 2 * a)

    rules = small(third, (Part("a", ""), Part("b", "")), {"points": 4, "tolerance": {"decimals": 4}})
    for text, verdict in {
        "0.6667": "right", "0.67": "coarse", "0.66": "coarse", "0.666": "coarse", "0.7": "wrong", "0.68": "wrong",
    }.items():  # fmt: skip
        mark = marked(rules, {}, {"a": text})["a"]
        assert (mark.verdict, mark.points) == (verdict, {"right": 2, "coarse": 1, "wrong": 0}[verdict])
    marks = marked(rules, {}, {"a": "0.77777", "b": "1.56"})
    assert (verdicts(marks), total(marks)) == ({"a": "wrong", "b": "coarse"}, 1)


def test_few_digits_of_what_follows_pay_no_more_than_following_does() -> None:
    assert b_mark({"a": "5", "b": "10"}, {"follow_through": 0}) == ("follows", 0)
    assert b_mark({"a": "5", "b": "10"}, {"follow_through": 0.25}) == ("follows", 0.5)


def test_whole_numbers_are_never_coarse() -> None:
    rules = rules_of("transposed_conv_size")
    givens = {"input": 40, "layers": [{"kernel": 5, "stride": 4}]}  # 161
    assert marked(rules, givens, {"size_1": "1.6e2"})["size_1"].verdict == "wrong"


def test_a_known_mistake_is_named() -> None:
    mark = marked(doubling_rules(), {}, {"a": "2", "b": "6"})["b"]
    assert (mark.verdict, mark.mistakes, mark.points) == ("mistake", ("tripled",), 1)


def test_a_mistake_may_have_a_share_of_its_own() -> None:
    rubric = {"parts": {"b": {"mistakes": {"tripled": 0.75}}}}
    assert b_mark({"b": "6"}, rubric) == ("mistake", 1.5)
    assert b_mark({"b": "12"}, rubric) == ("mistake", 1)


def test_a_mistake_made_on_a_wrong_earlier_value_is_named_too() -> None:
    mark = marked(doubling_rules(), {}, {"a": "5.5", "b": "16.5"})["b"]
    assert (mark.verdict, mark.mistakes, mark.carried) == ("mistake", ("tripled",), 11)


def test_two_mistakes_of_the_same_value_are_named_together_and_the_better_share_counts() -> None:
    def solve(work: Work) -> None:
        work.step("a", 2.0, "", doubled=4.0, squared=4.0)

    rubric = {"points": 4, "parts": {"a": {"mistakes": {"doubled": 0.25, "squared": 0.75}}}}
    rules = small(solve, [Part("a", "")], rubric, ("doubled", "squared"))
    mark = marked(rules, {}, {"a": "4"})["a"]
    assert (mark.verdict, set(mark.mistakes), mark.points) == ("mistake", {"doubled", "squared"}, 3)


def test_a_mistake_within_three_tolerances_of_the_key_is_not_named() -> None:
    def solve(work: Work) -> None:
        work.step("a", 1.0, "", hidden=1.029, visible=0.95)

    rules = small(solve, [Part("a", "")], {"tolerance": {"relative": 0.01}}, ("hidden", "visible"))
    assert marked(rules, {}, {"a": "1.029"})["a"].verdict == "wrong"
    assert marked(rules, {}, {"a": "0.95"})["a"].verdict == "mistake"


def test_the_first_verdict_that_holds_is_told_and_the_best_points_are_given() -> None:
    """Six is twice the wrong three, and three times the right two."""
    answers = {"a": "3", "b": "6.000"}
    assert b_mark(answers) == ("follows", 2)
    assert b_mark(answers, {"follow_through": 0.1}) == ("follows", 1)


def test_what_none_of_this_explains_is_wrong() -> None:
    assert b_mark({"a": "2", "b": "7"}) == ("wrong", 0)


def test_text_is_pending_until_a_person_has_read_it() -> None:
    def solve(work: Work) -> None:
        work.step("why", "because")

    marks = marked(small(solve, [Part("why", "", kind="text")]), {}, {"why": "it vanishes"})
    assert (marks["why"].verdict, marks["why"].points) == ("pending", 0)
    assert any(mark.verdict in UNDECIDED for mark in marks.values())


def test_a_part_that_does_not_count_is_neither_earned_nor_asked_for() -> None:
    rules = doubling_rules({"parts": {"b": {"void": "drop"}}})
    for text in ("4", "9", ""):
        marks = marked(rules, {}, {"a": "2", "b": text})
        assert (total(marks), marks["b"].max, rules.points) == (2, 0, 2)


def test_full_marks_for_everybody_go_to_blank_and_wrong_answers_too() -> None:
    rules = doubling_rules({"parts": {"b": {"void": "full_marks"}}})
    for text in ("4", "9", "", "?"):
        assert marked(rules, {}, {"b": text})["b"].points == 2


def test_the_worked_example_typed_with_three_decimals_or_two_is_right() -> None:
    written = dict(f_1="0.852", i_1="0.96", g_1="0.818", o_1="0.817", c_1="0.786", h_1="0.537")
    rules = rules_of("lstm_forward", {"points": 12})
    marks = marked(rules, LSTM, written)
    assert {marks[name].verdict for name in written} == {"right"}
    assert total(marks) == 6


def test_an_answer_in_whole_numbers_may_be_written_with_decimals() -> None:
    rules = rules_of("transposed_conv_size", {"points": 2})
    givens = {"input": 3, "layers": [{"kernel": 7}]}
    for text, verdict in {"9": "right", "9.0": "right", "9,0": "right", "9.5": "wrong", "11": "wrong"}.items():
        assert marked(rules, givens, {"size_1": text})["size_1"].verdict == verdict


def test_one_bad_cell_of_an_array_costs_only_itself() -> None:
    def solve(work: Work) -> None:
        work.step("v", np.array([1.0, 2.0, 3.0, 4.0]))

    rules = small(solve, [Part("v", "", shape=(4,))], {"points": 4})
    marks = marked(rules, {}, {"v[1]": "1", "v[2]": "two", "v[3]": "7", "v[4]": "4"})
    assert verdicts(marks) == {"v[1]": "right", "v[2]": "unreadable", "v[3]": "wrong", "v[4]": "right"}
    assert total(marks) == 2
    assert total(marked(rules, {}, {"v": [1, 2, 3, 4]})) == 4
    assert verdicts(marked(rules, {}, {"v": [1, 2, 3]})) == dict.fromkeys(marks, "unreadable")


def test_boxes_of_ones_own_are_marked_by_the_property() -> None:
    rules = rules_of("box_iou_l2", {"parts": {"boxes": {"points": 4}}}, {"construct": True})
    givens = {"cases": [dict(truth=[2, 1, 8, 5], prediction=[4, 2, 9, 8])] * 2}
    good = [[1, 1, 4, 4], [2, 2, 5, 5], [1, 1, 4, 4], [0, 0, 5, 5]]
    unequal = [*good[:3], [0, 0, 5, 4]]
    marks = marked(rules, givens, {"boxes": good})
    own = [mark for mark in marks.values() if mark.part == "boxes"]
    assert {mark.verdict for mark in own} == {"right"}
    assert sum(mark.points for mark in own) == pytest.approx(4)
    marks = marked(rules, givens, {"boxes": unequal})
    own = [mark for mark in marks.values() if mark.part == "boxes"]
    assert {(mark.verdict, mark.points) for mark in own} == {("wrong", 0)}
    assert {mark.note for mark in own} == {"the L2 distances of the two pairs differ: 2 and 1.732"}
    marks = marked(rules, givens, {"boxes": [*good[:3], [0, 0, 5, "x"]]})
    assert {mark.expected for mark in own} == {None}, "no value is the right one"
    assert marks["boxes[1,1]"].note == "all 16 numbers are needed"
    assert marks["boxes[4,4]"].verdict == "unreadable"
