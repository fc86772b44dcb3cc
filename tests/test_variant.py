from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.assignment import Assignment, checked_assignment
from grader.chance import Stream
from grader.config import load_yaml
from grader.errors import CourseError
from grader.part import SHARE, Part
from grader.rubric import Rubric, compiled
from grader.template import Mistake, Parameters, Template
from grader.templates import BUILT_IN
from grader.variant import draw_variant, draw_variants, instance_code, unfitness
from grader.work import Work
from tests.helpers import LSTM, rules_of


def trial(solve: Any, part: Part | None = None, guard: Any = None, **mistakes: Any) -> Template[Any, Any]:
    """A template with a given x from 0 to 9, one that only makes every draw another, and one part, a."""
    return Template(
        name="trial",
        title="Trial",
        topic="trial",
        parameters=Parameters,
        read=lambda p, raw: (p, raw["x"]),
        draw=lambda _p, chance: {"x": chance.integer(0, 9), "other": chance.integer(0, 10**9)},
        ask=lambda _p: [part or Part("a", "")],
        solve=lambda _p, x, work: solve(x, work),
        wording=lambda _p: "",
        guard=guard or (lambda _p, _q, _steps: ""),
        mistakes={name: Mistake("…", exists) for name, exists in mistakes.items()},
    )


def always(_p: object, _q: object) -> bool:
    return True


def drawn(template: Template[Any, Any], rubric: Mapping[str, Any] | None = None, seeds: int = 40) -> list[int]:
    rules = rules_of(template, rubric)
    return [draw_variant(rules, str(seed)).givens["x"] for seed in range(seeds)]


# Guards


def test_a_templates_own_guard_is_kept() -> None:
    def solve(x: int, work: Work) -> None:
        work.step("a", float(x + 1))

    def guard(_p: object, x: int, _steps: object) -> str:
        return "" if x % 2 else "an even number"

    assert set(drawn(trial(solve, guard=guard))) == {1, 3, 5, 7, 9}


def test_a_value_that_is_too_small_for_the_tolerance_is_not_issued() -> None:
    def solve(x: int, work: Work) -> None:
        work.step("a", x / 1000)

    assert set(drawn(trial(solve))) == {5, 6, 7, 8, 9}  # ten times 0.0005
    assert set(drawn(trial(solve), {"tolerance": {"absolute": 0.0003}})) == {3, 4, 5, 6, 7, 8, 9}
    assert set(drawn(trial(solve), {"tolerance": {"relative": 0.01}})) == {1, 2, 3, 4, 5, 6, 7, 8, 9}
    assert 0 in drawn(trial(solve, Part("a", "", zero=True)))


def test_a_value_at_an_end_of_its_domain_is_not_issued() -> None:
    def solve(x: int, work: Work) -> None:
        work.step("a", 0.5 + x / 18)

    assert 9 not in drawn(trial(solve, Part("a", "", domain=SHARE)))
    assert 9 in drawn(trial(solve))


def test_a_value_that_is_not_finite_is_not_issued() -> None:
    def solve(x: int, work: Work) -> None:
        work.step("a", float("inf") if x < 5 else 1.0)

    def divides(x: int, work: Work) -> None:
        work.step("a", 1 / (x - 3))

    assert min(drawn(trial(solve))) == 5
    assert 3 not in drawn(trial(divides))


def test_a_mistake_must_be_visible_where_it_can_exist() -> None:
    """Visible: farther than three tolerances, here 0.3, from the right value."""

    def solve(x: int, work: Work) -> None:
        work.step("a", 100.0, "", slipped=100 + (x - 5) / 10)

    rubric = {"tolerance": {"absolute": 0.1}}
    assert set(drawn(trial(solve, slipped=always), rubric)) == {0, 1, 9}
    assert len(set(drawn(trial(solve, slipped=lambda _p, x: x > 5), rubric))) == 7


def test_a_mistake_that_shows_only_in_a_later_step_is_visible_there() -> None:
    def solve(x: int, work: Work) -> None:
        hidden = work.step("hidden", 1.0, "", slipped=2.0)
        work.step("a", hidden * x + 1)

    assert set(drawn(trial(solve, slipped=always))) == set(range(1, 10))


def test_after_two_thousand_draws_the_error_names_what_stands_in_the_way() -> None:
    def solve(_x: int, work: Work) -> None:
        work.step("a", 100.0, "", slipped=100.3)

    with pytest.raises(CourseError) as caught:
        drawn(trial(solve, slipped=always), {"tolerance": {"absolute": 0.2}})
    message = str(caught.value)
    assert "question 'q': none of 2000 draws passed the guards" in message
    assert "most often: the mistake slipped hidden inside the tolerance." in message
    assert message.endswith("A tolerance of 0.5 times the present one would do.")


def test_where_no_tolerance_would_help_the_parameters_must_change() -> None:
    def solve(_x: int, work: Work) -> None:
        work.step("a", 1.0)

    with pytest.raises(CourseError, match=r"most often: a Sunday\. Change the parameters\."):
        drawn(trial(solve, guard=lambda _p, _q, _steps: "a Sunday"))


def test_fixed_givens_are_kept_and_warned_of() -> None:
    shut = {**LSTM, "h_0": 0.0, "c_0": 0.0, "b_f": 9.0}
    variant = draw_variant(rules_of("lstm_forward", givens=shut), "1")
    assert variant.givens == shut
    assert variant.warning == "question 'q': the fixed givens have a pre-activation of f_1 beyond 4"
    size = {"input": 3, "layers": [{"kernel": 7}]}
    assert draw_variant(rules_of("transposed_conv_size", givens=size), "1").warning == ""


def test_equal_draws_in_a_row_are_not_taken_for_fixed_givens() -> None:
    def solve(x: int, work: Work) -> None:
        work.step("a", float(x + 1))

    few = replace(trial(solve, guard=lambda _p, x, _steps: "" if x else "zero"), draw=lambda _p, c: {"x": c.below(2)})
    assert set(drawn(few)) == {1}


def test_of_partly_fixed_givens_the_rest_is_drawn_until_it_fits() -> None:
    rules = rules_of("lstm_forward", givens={"x": [[1, 2], [0.5, 3]]})
    one, two = (draw_variant(rules, seed) for seed in ("1", "2"))
    assert one.givens["x"] == two.givens["x"] == [[1, 2], [0.5, 3]]
    assert one.givens["W_f"] != two.givens["W_f"]
    assert one.warning == ""


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_what_is_issued_passes_every_guard(name: str) -> None:
    rules = rules_of(name)
    for seed in range(5):
        variant = draw_variant(rules, str(seed))
        assert unfitness(rules, rules.question.read(variant.givens)) is None
        assert variant.tries >= 1


# Streams

QUESTIONS = "- {id: lstm, template: lstm_forward}\n- {id: bptt, template: rnn_bptt}\n"


def assignment(questions: str) -> tuple[Assignment, Rubric]:
    source = load_yaml("title: T\nquestions:\n" + questions, Path("hw4.yaml"))
    found = checked_assignment(source, "hw4", BUILT_IN)
    return found, compiled(found, source, (), {})


def papers(seed: str, student: str, questions: str = QUESTIONS) -> dict[str, Any]:
    variants = draw_variants(*assignment(questions), seed, student)
    return {name: variant.givens for name, variant in variants.items()}


def numbers(value: Any) -> list[float]:
    if isinstance(value, Mapping):
        value = list(value.values())
    return [v for item in value for v in numbers(item)] if isinstance(value, list) else [value]


def test_the_same_seed_gives_the_same_paper() -> None:
    assert papers("42", "s001") == papers("42", "s001")


def test_seeds_42_and_43_share_no_paper() -> None:
    one = [papers("42", f"s{k}")[question] for k in range(10) for question in ("lstm", "bptt")]
    two = [papers("43", f"s{k}")[question] for k in range(10) for question in ("lstm", "bptt")]
    assert all(a != b for a in one for b in two)
    for a, b in zip(one, two, strict=True):
        same = sum(x == y for x, y in zip(numbers(a), numbers(b), strict=True) if x not in (0, 1))
        assert same <= 3  # by chance 1 in 200


def test_students_of_one_class_have_different_numbers() -> None:
    everybody = [papers("42", f"s{k}")["lstm"] for k in range(30)]
    assert all(a != b for i, a in enumerate(everybody) for b in everybody[:i])


def test_a_further_question_changes_no_other_questions_numbers() -> None:
    more = "- {id: first, template: box_iou_l2}\n" + QUESTIONS + "- {id: last, template: lstm_forward}\n"
    before, after = papers("42", "s001"), papers("42", "s001", more)
    assert {name: after[name] for name in before} == before
    assert after["last"] != after["lstm"]


def test_a_further_student_changes_nobody_elses_numbers() -> None:
    """Each student's stream is his own, whoever was drawn for before."""
    alone = papers("42", "s002")
    papers("42", "s001")
    papers("42", "s0015")
    assert papers("42", "s002") == alone


def test_the_same_question_in_another_assignment_has_other_numbers() -> None:
    rules = rules_of("lstm_forward")
    assert draw_variant(rules, "42", "hw4", "s1", "q").givens != draw_variant(rules, "42", "hw5", "s1", "q").givens


def test_the_number_of_draws_is_recorded() -> None:
    def solve(x: int, work: Work) -> None:
        work.step("a", float(x))

    rules = rules_of(trial(solve, guard=lambda _p, x, _steps: "" if x == 7 else "not seven"))
    variant = draw_variant(rules, "9")
    stream, x, tries = Stream("9"), 0, 0
    while x != 7:
        x, tries = stream.integer(0, 9), tries + 1
        stream.integer(0, 10**9)
    assert variant.tries == tries


# Instance codes


def test_an_instance_code_is_eight_letters_that_are_hard_to_confuse() -> None:
    code = instance_code("42", "hw4", "s001", [{"x": 1}])
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}", code)
    assert code == instance_code("42", "hw4", "s001", [{"x": 1}])


def test_another_seed_student_assignment_or_number_gives_another_code() -> None:
    codes = {
        instance_code("42", "hw4", "s001", [{"x": 1}]),
        instance_code("43", "hw4", "s001", [{"x": 1}]),
        instance_code("42", "hw5", "s001", [{"x": 1}]),
        instance_code("42", "hw4", "s002", [{"x": 1}]),
        instance_code("42", "hw4", "s001", [{"x": 2}]),
    }
    assert len(codes) == 5
