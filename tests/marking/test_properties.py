"""What holds for every sheet, found by trying many."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.helpers import marked, read_answers, rules_of

from grader.answers import Answers
from grader.marking import VERDICTS, Mark, mark_question
from grader.rules import QuestionRules
from grader.simulate import Hand, write
from grader.templates import BUILT_IN
from grader.variant import draw_variant

SEEDS = 12
seeds = st.integers(0, SEEDS - 1)
names = st.sampled_from(sorted(BUILT_IN))
by_the_program = st.sampled_from([name for name in sorted(BUILT_IN) if name != "written"])
numbers = st.one_of(
    st.sampled_from(["0", "1", "-1", "0.5", "1e300", "-1e-300", "1/3", "", "?", "nan", "0,5", "9" * 40]),
    st.floats(-20, 20).map(lambda v: f"{v:.4f}"),
)


@cache
def rules(name: str) -> QuestionRules:
    return rules_of(name)


@cache
def issued(name: str, seed: int) -> Any:
    return draw_variant(rules(name), str(seed), "hw", "s001", "q").givens


def marks_of(name: str, seed: int, answers: Answers) -> list[Mark]:
    return mark_question(rules(name), rules(name).question.read(issued(name, seed)), answers)


@settings(max_examples=60)
@given(by_the_program, seeds, st.integers(3, 6))
def test_an_honest_student_who_rounds_and_goes_on_has_all_right(name: str, seed: int, decimals: int) -> None:
    question = rules(name).question
    written = write(question, question.read(issued(name, seed)), Hand(decimals))
    flat = {cell: text for part in question.asked for cell, text in zip(part.cells, written[part.name], strict=True)}
    marks = marked(rules(name), issued(name, seed), flat)
    assert {mark.verdict for mark in marks.values()} == {"right"}
    assert sum(mark.points for mark in marks.values()) == pytest.approx(rules(name).points)


@st.composite
def sheets(draw: st.DrawFn) -> tuple[str, int, Answers]:
    """A sheet of one template: some answers honest, some not, some missing."""
    name, seed = draw(names), draw(seeds)
    question = rules(name).question
    honest = write(question, question.read(issued(name, seed)), Hand(4))
    written: dict[str, str] = {}
    for part in question.asked:
        kind = draw(st.sampled_from(["honest", "other", "mixed", "none"]))
        texts = honest[part.name]
        if kind != "honest":
            texts = [draw(numbers) if kind == "other" or draw(st.booleans()) else text for text in texts]
        if kind != "none":
            written |= dict(zip(part.cells, texts, strict=True))
    return name, seed, read_answers(question, written)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(sheets())
def test_every_cell_has_one_verdict_and_no_more_points_than_it_has(sheet: tuple[str, int, Answers]) -> None:
    name, seed, answers = sheet
    marks = marks_of(name, seed, answers)
    assert [mark.cell for mark in marks] == [cell for part in rules(name).question.asked for cell in part.cells]
    for mark in marks:
        assert mark.verdict in VERDICTS
        assert 0 <= mark.points <= mark.max + 1e-12
        if mark.verdict in ("blank", "unreadable", "wrong", "pending"):
            assert mark.points == 0
        assert (mark.verdict == "mistake") == bool(mark.mistakes)
    assert sum(mark.max for mark in marks) == pytest.approx(rules(name).points)


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(sheets())
def test_right_earns_all_and_blank_or_unreadable_are_what_was_written(sheet: tuple[str, int, Answers]) -> None:
    name, seed, answers = sheet
    for mark in marks_of(name, seed, answers):
        if mark.verdict == "right" and mark.expected != 0:
            assert mark.points == mark.max
        assert (mark.verdict == "blank") == mark.answer.blank
        assert (mark.verdict == "unreadable") == (not mark.answer.blank and not mark.answer.readable)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(sheets(), st.randoms(use_true_random=False))
def test_the_order_of_the_answers_changes_nothing(sheet: tuple[str, int, Answers], chance: Any) -> None:
    name, seed, answers = sheet
    order = list(answers)
    chance.shuffle(order)
    assert marks_of(name, seed, {part: answers[part] for part in order}) == marks_of(name, seed, answers)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(sheets())
def test_marking_twice_gives_the_same_marks(sheet: tuple[str, int, Answers]) -> None:
    assert marks_of(*sheet) == marks_of(*sheet)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(sheets())
def test_a_right_cell_is_right_whatever_stands_elsewhere(sheet: tuple[str, int, Answers]) -> None:
    """What is within tolerance of the key earns all, beside any nonsense."""
    name, seed, answers = sheet
    for mark in marks_of(name, seed, answers):
        part = rules(name).parts[mark.part]
        rule = next(rule for rule in part.cells if rule.name == mark.cell)
        if mark.answer.number is not None and rule.tolerance.accepts(mark.answer.number, mark.expected):
            assert mark.verdict == "right"
