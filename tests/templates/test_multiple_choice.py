"""Multiple choice: the built-in items, questions of the instructor's own, and what a paper keeps of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers import marked, rules_of, solution, total, values, verdicts

from grader.assignment import checked_assignment
from grader.chance import Stream
from grader.config import load_yaml
from grader.errors import CourseError
from grader.pages.reasons import Reasons
from grader.pages.wording import answered, statement
from grader.template import GivensError
from grader.templates.choices import SETS
from grader.templates.choices.items import Item
from grader.templates.multiple_choice import TEMPLATE, ChoiceParameters
from grader.work import Reference

NAME = "multiple_choice"
ITEMS = [(about, item) for about, found in SETS.items() for item in found.items]
SIZE: dict[str, Any] = dict(
    stem="A kernel of size 3, stride 1 and padding 1: what becomes of an input of $5 \\times 5$?",
    options=[
        dict(text="$5 \\times 5$", right=True),
        dict(text="$3 \\times 3$", mistake="padding_left_out", sentence="what one gets with the padding left out"),
        dict(text="$7 \\times 7$", mistake="kernel_left_out", sentence="The kernel takes {2} away."),
        "nothing",
    ],
)
ON_PAPER = dict(
    stem="Once worded so",
    options=["many to one", "one to many", "something", "nothing"],
    right=[False, True, False, False],
    mistakes=["sides_swapped", "", "no_longer_known", ""],
)


def drawn(parameters: dict[str, Any], seed: str = "a") -> dict[str, Any]:
    return TEMPLATE.draw(ChoiceParameters.model_validate(parameters), Stream(seed))


# The built-in items


@pytest.mark.parametrize(("about", "item"), ITEMS, ids=lambda each: each.name if isinstance(each, Item) else each)
def test_every_item_has_four_options_and_each_wrong_one_its_mistake(about: str, item: Item) -> None:
    texts = [choice.text for choice in item.choices]
    wrong = [choice.mistake for choice in item.choices if not choice.right]
    assert len(set(texts)) == 4
    assert 1 <= len(wrong) <= 3
    assert len(set(wrong)) == len(wrong)
    assert set(wrong) <= set(SETS[about].mistakes)
    assert all(choice.mistake == "" for choice in item.choices if choice.right)


@pytest.mark.parametrize("about", SETS)
def test_every_set_has_items_of_both_kinds_and_no_idle_mistake(about: str) -> None:
    items = SETS[about].items
    assert len({item.name for item in items}) == len(items)
    assert min(sum(item.several is several for item in items) for several in (True, False)) >= 3
    assert {choice.mistake for item in items for choice in item.choices} - {""} == set(SETS[about].mistakes)
    assert all(how.startswith("by ") and not how.endswith(".") for how in SETS[about].mistakes.values())


def test_names_of_items_stay() -> None:
    """Assignments fix items by name, and reports have told of them."""
    assert {about: [item.name for item in found.items] for about, found in SETS.items()} == dict(
        recurrent_networks=["grading", "captions", "tagging", "translation", "vanilla", "gates", "both_ways"],
        vanishing_gradients=[
            "cause", "exploding", "cell_state", "first_weights", "remedies", "deep_remedies", "signs",
        ],
        batch_size=["noise", "updates", "linear_scaling", "memory", "large", "small", "whole_set"],
    )  # fmt: skip


# Drawing


def test_students_get_different_items_in_different_orders() -> None:
    papers = [drawn({}, str(seed)) for seed in range(40)]
    assert {paper["item"] for paper in papers} == {"grading", "captions", "tagging", "translation"}
    assert len({json.dumps(paper) for paper in papers}) > 20


def test_one_item_in_the_order_written_is_the_same_for_everybody() -> None:
    same = [drawn(dict(item="tagging", shuffled=False), str(seed)) for seed in range(10)]
    assert all(paper == same[0] for paper in same)
    assert same[0]["right"] == [True, False, False, False]


@given(st.integers(0, 10**6), st.sampled_from(sorted(SETS)), st.booleans())
def test_the_key_is_what_is_right_wherever_it_stands(seed: int, about: str, several: bool) -> None:
    parameters = dict(about=about, several=several)
    paper = drawn(parameters, str(seed))
    key = values(solution(NAME, paper, parameters))
    if several:
        assert key == {"chosen": ["yes" if right else "no" for right in paper["right"]]}
    else:
        assert paper["right"]["ABCD".index(key["choice"])]


# A paper keeps its words


def test_a_paper_is_marked_by_its_own_words_when_the_sets_have_better_ones() -> None:
    rules = rules_of(NAME)
    assert verdicts(marked(rules, ON_PAPER, {"choice": "B"})) == {"choice": "right"}
    assert marked(rules, ON_PAPER, {"choice": "A"})["choice"].mistakes == ("sides_swapped",)
    assert verdicts(marked(rules, ON_PAPER, {"choice": "C"})) == {"choice": "wrong"}  # its mistake has no name any more


def test_stored_givens_make_the_page_again() -> None:
    question = rules_of(NAME, parameters=dict(several=True)).question
    paper = drawn(dict(several=True))
    stored = json.loads(json.dumps(paper))
    assert statement(question, question.read(stored)) == statement(question, question.read(paper))
    shown = repr(statement(question, question.read(stored)))
    assert all(repr(text) in shown for text in [paper["stem"], *paper["options"]])


def test_feedback_repeats_what_was_asked_with_the_right_answers() -> None:
    question = rules_of(NAME, parameters=dict(several=True)).question
    q = question.read(drawn(dict(several=True)))
    steps = question.template.run(question.parameters, q, Reference()).steps
    table = repr(answered(question, q, steps))
    assert all(repr(value) in table for value in (q.stem, *q.options, "yes", "no"))


# Marking


def test_several_options_are_judged_one_by_one() -> None:
    paper = drawn(dict(several=True, item="vanilla", shuffled=False))
    rules = rules_of(NAME, {"points": 4}, dict(several=True))
    marks = marked(rules, paper, {"chosen": ["yes", "no", "yes", ""]})
    assert [mark.verdict for mark in marks.values()] == ["right", "wrong", "mistake", "blank"]
    assert marks["chosen[3]"].mistakes == ("weights_for_each_step",)
    assert total(marks) == 1


def test_the_instructors_own_mistakes_are_named_and_told_in_their_sentences() -> None:
    rules = rules_of(NAME, parameters={**SIZE, "shuffled": False})
    paper = drawn({**SIZE, "shuffled": False})
    told = {}
    for letter in "ABCD":
        marks = marked(rules, paper, {"choice": letter})
        cells = {cell.name: cell for part in rules.parts.values() for cell in part.cells}
        told[letter] = (
            marks["choice"].mistakes,
            Reasons(rules.question, [*marks.values()], cells, ()).sentences("expected"),
        )
    assert told == {
        "A": ((), []),
        "B": (("padding_left_out",), ["choice: B is what one gets with the padding left out."]),
        "C": (("kernel_left_out",), ["choice: The kernel takes {2} away."]),
        "D": ((), []),
    }


def test_a_rubric_may_pay_for_the_instructors_own_mistakes() -> None:
    rubric = {"points": 2, "parts": {"choice": {"mistakes": {"padding_left_out": 0.5}}}}
    rules = rules_of(NAME, rubric, {**SIZE, "shuffled": False})
    assert total(marked(rules, drawn({**SIZE, "shuffled": False}), {"choice": "b)"})) == 1
    with pytest.raises(CourseError, match="'multiple_choice' knows no mistake 'padding_left'"):
        rules_of(NAME, {"parts": {"choice": {"mistakes": {"padding_left": 0.5}}}}, SIZE)


@pytest.mark.parametrize(
    ("options", "counted"), [(["2", "4", "8"], False), (["$4$", "many"], False), (["a 1", "b"], True)]
)
def test_a_number_is_no_place_where_options_are_numbers(options: list[str], counted: bool) -> None:
    parameters = dict(stem="How many?", options=[dict(text=options[0], right=True), *options[1:]])
    (part,) = TEMPLATE.ask(ChoiceParameters.model_validate(parameters))
    assert part.counted is counted


# Givens that are fixed


def test_a_question_fixed_in_the_givens_is_the_same_for_everybody() -> None:
    fixed = dict(stem="Which?", options=["a", "b", "c"], right=[True, False, True], mistakes=["", "", ""])
    question = rules_of(NAME, givens=fixed).question
    assert [part.cells for part in question.parts] == [("chosen[1]", "chosen[2]", "chosen[3]")]
    assert question.template.draw(question.parameters, Stream("x")) == fixed


def test_a_fixed_question_takes_no_mistakes_from_the_sets() -> None:
    fixed = dict(stem="Which?", options=["a", "b", "c", "d"], right=[True, False, False, False])
    question = rules_of(NAME, givens=fixed).question
    assert question.template.draw(question.parameters, Stream("x"))["mistakes"] == ["", "", "", ""]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (dict(right=[1, 0]), "right holds true or false for each of the 2 options"),
        (dict(right=[True]), "right holds true or false for each of the 2 options"),
        (dict(right=[False, False]), "a right one among them"),
        (dict(options="ab"), "options is a list of texts"),
        (dict(options=["a"], right=[True]), "two options or more"),
        (dict(mistakes=["x"]), "mistakes is a list of texts, one for each option"),
        (dict(answer="a"), "unknown given 'answer'"),
    ],
)
def test_givens_that_are_no_question_are_refused(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(GivensError, match=message):
        TEMPLATE.read(ChoiceParameters(), {**dict(stem="?", options=["a", "b"], right=[True, False]), **changed})


# What is wrong with an instructor's question


def refusal(parameters: str) -> str:
    text = f"title: T\nquestions:\n- id: a\n  template: multiple_choice\n  parameters: {{{parameters}}}\n"
    with pytest.raises(CourseError) as error:
        checked_assignment(load_yaml(text, Path("hw.yaml")), "hw", {NAME: TEMPLATE})
    return str(error.value).removeprefix("hw.yaml, line 5: ")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("a, b", "none of the options is right: write {text: …, right: true} for one that is"),
        ("{text: b, right: true}, {text: c, right: true}", "2 options are right: leave one, or set `several: true`"),
        ("RIGHT, ' A'", "options: two options read 'a'"),
        ("RIGHT, {text: b, mistake: x}", "options: a mistake has a name, `mistake`, and a `sentence`"),
        ("RIGHT, {text: b, sentence: s}", "options: a mistake has a name, `mistake`, and a `sentence`"),
        ("RIGHT, {text: b, mistake: A B, sentence: s}", "options: a mistake's name is of small letters, digits and _"),
        ("{text: a, right: true, mistake: x, sentence: s}, b", "options: the right option 'a' cannot be the mistake x"),
        ("RIGHT, MISTAKE, {text: c, mistake: x, sentence: t}", "options: two options have the mistake 'x'"),
        ("RIGHT", "options: there must be 2 to 26 of them, not 1"),
        ("RIGHT, 0.50", "options: put quotes around 0.5, so that it stays as you write it"),
        ("RIGHT, {txt: b}", "unknown key 'txt'. Did you mean 'text'?"),
    ],
)
def test_options_that_cannot_be_answered_are_refused(options: str, message: str) -> None:
    options = options.replace("RIGHT", "{text: a, right: true}").replace(
        "MISTAKE", "{text: b, mistake: x, sentence: s}"
    )
    assert refusal(f"stem: Which, options: [{options}]").startswith(message)


def test_an_unknown_set_or_item_is_told_with_the_nearest_one() -> None:
    assert refusal("about: batch") == "about: 'batch' is not one of the options. Did you mean 'batch_size'?"
    no_item = "'recurrent_networks' has no item"
    assert refusal("item: caption") == f"{no_item} 'caption' with one right option. Did you mean 'captions'?"
    known = "Known are: both_ways, gates, vanilla."
    assert refusal("item: captions, several: true") == f"{no_item} 'captions' with several right options. {known}"
    assert refusal("stem: Which") == "a question of your own has both a `stem` and `options`"
    own = "stem: Which, item: captions, options: [{text: a, right: true}, b]"
    assert refusal(own).startswith("`item` names one of the built-in items; leave it out")
