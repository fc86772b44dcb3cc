"""Recognised mistakes: made once or everywhere, charged once, and never seen where there is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from tests.helpers import marked, rules_of, solution, total, values, verdicts
from tests.marking.small import small

from grader.marking import Mark
from grader.part import Part
from grader.simulate import Hand, write
from grader.work import Work

BPTT = dict(U=0.8, W=-0.6, V=[0.9, -1.1], H_0=0.3, x=[0.5, -0.9, 0.7], y=[0, 1])
RANKING = dict(hits=[1, 0, 1, 1, 0, 0, 1, 0], relevant=7)


def by_hand(template: str, givens: Mapping[str, Any], hand: Hand, rubric: Mapping[str, Any]) -> dict[str, Mark]:
    rules = rules_of(template, rubric, givens=givens)
    question = rules.question
    written = write(question, question.read(givens), hand)
    texts = {cell: text for part in question.asked for cell, text in zip(part.cells, written[part.name], strict=True)}
    return marked(rules, givens, texts)


def test_a_mistake_made_once_is_charged_there_and_what_follows_is_right() -> None:
    marks = by_hand("rnn_bptt", BPTT, Hand(6, "own_state", "dW_2"), {"points": 28})
    named = [(cell, mark.mistakes) for cell, mark in marks.items() if mark.verdict == "mistake"]
    assert named == [("dW_2", ("own_state",))]
    assert marks["dW"].verdict == "follows"
    assert marks["dW"].came_from == ("dW_2",)
    assert total(marks) == pytest.approx(27)  # fourteen parts of two points; half of one is lost


def test_a_mistake_made_everywhere_is_charged_once() -> None:
    marks = by_hand("rnn_bptt", BPTT, Hand(6, "own_state"), {"points": 28})
    named = [cell for cell, mark in marks.items() if mark.verdict == "mistake"]
    assert named == ["dW_1", "dW_2", "dW_3"]
    assert sorted(marks[cell].points for cell in named) == [1, 2, 2]
    assert total(marks) == pytest.approx(27)


def test_the_same_mistake_again_has_the_share_of_a_repeated_one() -> None:
    marks = by_hand("rnn_bptt", BPTT, Hand(6, "own_state"), {"points": 28, "repeated_mistake": 0})
    named = [mark.points for mark in marks.values() if mark.verdict == "mistake"]
    assert named == [1, 1, 1]  # a repeated mistake is never worth less than the first one


def test_a_mistake_in_all_entries_of_an_array_loses_each_entrys_share() -> None:
    marks = by_hand("rnn_bptt", BPTT, Hand(6, "sign_flipped"), {"points": 28})
    assert (marks["dO[1]"].verdict, marks["dO[2]"].verdict) == ("mistake", "mistake")
    assert {mark.verdict for cell, mark in marks.items() if cell.startswith("d") and cell[:2] != "dO"} == {"follows"}
    assert total(marks) == pytest.approx(27)


def test_a_mistake_made_at_a_step_that_is_not_asked_is_recognised_by_what_it_leads_to() -> None:
    """Only the sums are asked; δ and the shares are done in the student's head."""
    rules = rules_of("rnn_bptt", {"points": 4}, ask=["dW", "dU"])
    steps = solution("rnn_bptt", BPTT)
    h = [0.3, *(float(steps[f"H_{t}"].value[0]) for t in (1, 2, 3))]
    dO = steps["dO"].value
    d3 = (0.9 * dO[0] - 1.1 * dO[1]) * h[3]
    d2 = -0.6 * d3 * h[2]
    d1 = -0.6 * d2 * h[1]
    dW, dU = d3 * h[2] + d2 * h[1] + d1 * h[0], d3 * 0.7 - d2 * 0.9 + d1 * 0.5
    marks = marked(rules, BPTT, {"dW": f"{dW:.6f}", "dU": f"{dU:.6f}"})
    assert verdicts(marks) == {"dW": "mistake", "dU": "mistake"}
    assert {mark.mistakes for mark in marks.values()} == {("tanh_for_its_derivative",)}
    assert total(marks) == 3


def believing(work: Work) -> None:
    """a = 1, b = 2a + 3, c = b + 5, d = 2c; who halves takes a half for the two, at b and at d."""
    a = work.step("a", 1.0)
    b = work.step("b", 2 * a + 3, "", halved=lambda: a / 2 + 3)
    c = work.step("c", b + 5)
    work.step("d", 2 * c, "", halved=lambda: c / 2)


BELIEVING = small(believing, [Part(name, "") for name in "abcd"], {"points": 8}, ["halved"])


def test_steps_between_two_mistakes_need_not_have_been_asked() -> None:
    rules = small(believing, [Part("a", ""), Part("d", "")], {"points": 8}, ["halved"])
    assert verdicts(marked(rules, {}, {"d": "4.25"}))["d"] == "mistake"


def test_a_mistake_is_not_made_everywhere_by_one_who_answered_an_earlier_step_otherwise() -> None:
    assert verdicts(marked(BELIEVING, {}, {"d": "4.25"}))["d"] == "mistake"
    marks = marked(BELIEVING, {}, {"b": "5", "d": "4.25"})
    assert (marks["b"].verdict, marks["d"].verdict) == ("right", "wrong")
    assert marked(BELIEVING, {}, {"b": "5", "d": "5"})["d"].verdict == "mistake"


def test_a_mistake_charged_once_is_not_charged_again_where_it_is_repeated() -> None:
    marks = marked(BELIEVING, {}, {"a": "1", "b": "3.5", "c": "8.5", "d": "4.25"})
    assert verdicts(marks) == {"a": "right", "b": "mistake", "c": "follows", "d": "mistake"}
    assert [mark.points for mark in marks.values()] == [2, 1, 2, 2]


def test_recall_over_the_hits_found_is_one_belief_in_a_whole_ranking() -> None:
    marks = by_hand("average_precision", RANKING, Hand(4, "recall_over_found"), {"points": 8})
    assert {mark.verdict for cell, mark in marks.items() if cell.startswith("precision")} == {"right"}
    recall = [mark for cell, mark in marks.items() if cell.startswith("recall")]
    assert {mark.verdict for mark in recall} == {"mistake"}
    assert sum(mark.points for mark in recall) == pytest.approx(1)
    lost = {mark.part for mark in marks.values() if mark.points < mark.max - 1e-9}
    assert lost == {"recall"}


def test_whole_numbers_pay_nothing_for_a_mistake_but_name_it() -> None:
    givens = {"input": 5, "layers": [{"kernel": 4, "stride": 3, "padding": 2}]}
    rules = rules_of("transposed_conv_size", {"points": 2})
    mark = marked(rules, givens, {"size_1": "16"})["size_1"]  # 12 - 4 + 3 + 1 = 12, without the padding 16
    assert (mark.verdict, mark.mistakes, mark.points) == ("mistake", ("padding_left_out",), 0)


def test_an_integer_size_follows_from_a_wrong_size_before_it() -> None:
    givens = {"input": 3, "layers": [{"kernel": 7}, {"kernel": 2, "stride": 2}]}
    assert values(solution("transposed_conv_size", givens)) == {"size_1": 9, "size_2": 18}
    rules = rules_of("transposed_conv_size", {"points": 4}, {"layers": 2})
    assert verdicts(marked(rules, givens, {"size_1": "12", "size_2": "24"})) == {"size_1": "wrong", "size_2": "follows"}
    assert verdicts(marked(rules, givens, {"size_1": "8.5", "size_2": "17"}))["size_2"] != "follows"


def chosen(work: Work) -> None:
    """b is right, and a is taken in confusion; of three statements the second is overlooked not to hold."""
    work.step("choice", "b", "", confused="a")
    work.step("holds", np.array(["yes", "no", "yes"]), "", overlooked=np.array(["yes", "yes", "yes"]))


CHOSEN = (
    Part("choice", "", kind="choice", labels=("a", "b", "c")),
    Part("holds", "", kind="choice", shape=(3,), labels=("yes", "no")),
)
CHOSEN_RULES = small(chosen, CHOSEN, {"points": 6}, ["confused", "overlooked"])


def test_a_choice_names_its_mistake_and_pays_nothing_for_it() -> None:
    marks = marked(CHOSEN_RULES, {}, {"choice": "a", "holds": ["yes", "yes", "no"]})
    assert verdicts(marks) == {"choice": "mistake", "holds[1]": "right", "holds[2]": "mistake", "holds[3]": "wrong"}
    assert (marks["choice"].mistakes, marks["holds[2]"].mistakes) == (("confused",), ("overlooked",))
    assert total(marks) == 1
    assert verdicts(marked(CHOSEN_RULES, {}, {"choice": "c"}))["choice"] == "wrong"


def test_a_rule_for_the_part_itself_pays_for_a_choices_mistake() -> None:
    rubric = {"points": 6, "parts": {"choice": {"mistakes": {"confused": 0.5}}, "holds": {"mistake": 1}}}
    rules = small(chosen, CHOSEN, rubric, ["confused", "overlooked"])
    marks = marked(rules, {}, {"choice": "a", "holds[2]": "yes"})
    assert (marks["choice"].points, marks["holds[2]"].points) == (1.5, 1)


def test_a_guess_at_a_choice_is_not_called_what_some_belief_leads_to() -> None:
    """Made everywhere, one mistake or another leads to every option there is."""

    def largest(work: Work) -> None:
        a = work.step("a", 3.0, "", halved=lambda: 1.5)
        work.step("larger", "first" if a > 2 else "second")

    parts = [Part("a", ""), Part("larger", "", kind="choice", labels=("first", "second"), rests_on=("a",))]
    rules = small(largest, parts, mistakes=["halved"])
    assert verdicts(marked(rules, {}, {"larger": "second"}))["larger"] == "wrong"
    assert verdicts(marked(rules, {}, {"a": "1.5", "larger": "second"})) == {"a": "mistake", "larger": "follows"}
    assert verdicts(marked(rules, {}, {"a": "1.5", "larger": "first"})) == {"a": "mistake", "larger": "wrong"}


def test_no_mistake_is_named_on_a_perfect_sheet() -> None:
    for template, givens in (("rnn_bptt", BPTT), ("average_precision", RANKING)):
        marks = by_hand(template, givens, Hand(5), {})
        assert {mark.verdict for mark in marks.values()} == {"right"}
        assert all(mark.mistakes == () for mark in marks.values())
