"""Sheets with another's code, and answers that are right for somebody else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.course_folder import Folder

from grader.analysis.agreements import Column, agreements, class_columns
from grader.tolerance import Tolerance


def columns(n: int, parts: int, seed: int = 0, decimals: int = 3) -> list[Column]:
    """A class that answers two in five parts wrong, each with a number of its own."""
    draw = np.random.default_rng(seed)
    made = []
    for part in range(parts):
        key, answer = np.exp(draw.normal(0, 0.5, (2, n)))
        wrong = np.where(draw.random(n) < 0.4, answer.round(decimals), np.nan)
        made.append(Column(f"q.p{part}", key, 0.0005 + 0.01 * key, wrong, np.full(n, 0.5 * 10.0**-decimals)))
    return made


def copied(made: list[Column], student: int, classmate: int, parts: int) -> list[Column]:
    for column in made[:parts]:
        column.wrong[student] = column.key[classmate].round(3)
    return made


def test_who_answers_with_a_classmates_key_is_found_among_a_thousand() -> None:
    made = copied(columns(1000, 60), 4, 9, 8)
    found = agreements(made)
    assert (found[0].student, found[0].classmate) == (4, 9)
    assert set(found[0].parts) <= {f"q.p{k}" for k in range(8)}
    assert found[0].pairs < 0.01


def test_the_number_of_pairs_by_chance_is_what_innocent_classes_show() -> None:
    """Nobody here has anything from anybody."""
    found = agreements(columns(1000, 40), 2)
    seen = sum(len(pair.parts) == 2 for pair in found)
    told = next(pair.pairs for pair in found if len(pair.parts) == 2)
    assert 0.7 < told / seen < 1.4


@pytest.mark.parametrize(("parts", "found"), [(2, 0), (3, 1)])
def test_two_answers_mean_nothing_and_three_are_listed(parts: int, found: int) -> None:
    assert len(agreements(copied(columns(30, 4, seed=1), 4, 9, parts))) == found


def test_a_value_within_the_rubrics_tolerance_alone_is_no_agreement() -> None:
    made = columns(30, 4, seed=1)
    for column in made:
        column.wrong[4] = column.key[9] + 0.5 * column.tolerance[9]
        column.half[4] = 5e-13
    assert agreements(made) == []


def test_a_classmate_with_nearly_the_same_key_is_no_source() -> None:
    made = copied(columns(30, 4, seed=1), 4, 9, 4)
    for column in made:
        column.key[4] = column.key[9] + 2 * column.tolerance[9]
    assert agreements(made) == []


def test_what_is_right_for_many_points_at_nobody() -> None:
    made = copied(columns(30, 4, seed=1), 4, 9, 4)
    for column in made:
        column.key[10:13] = column.key[9]
    assert agreements(made) == []


def test_an_array_is_one_answer_and_agrees_with_half_of_what_is_wrong() -> None:
    cells = [replace(cell, part="q.dW") for cell in copied(columns(30, 6, seed=1), 4, 9, 6)]
    assert agreements(cells) == []
    others = copied(columns(30, 2), 4, 9, 2)
    assert [pair.parts for pair in agreements([*cells, *others])] == [("q.dW", "q.p0", "q.p1")]


def test_answers_are_compared_as_they_were_read_and_only_wrong_ones() -> None:
    told = [("a", "0.85", "0.5", "wrong"), ("b", "0.7", "0.7", "right"), ("c", "", "x", "wrong")]
    rows = [(student, "q", "p", value, key, verdict) for student, value, key, verdict in told]
    [column] = class_columns(["a", "b", "c"], rows, {("q", "p"): ("q.p", Tolerance(0.0, 0.1).radius)})
    np.testing.assert_array_equal(column.key, [0.5, 0.7, np.nan])
    np.testing.assert_array_equal(column.wrong, [0.85, np.nan, np.nan])
    np.testing.assert_allclose(column.tolerance[:2], [0.05, 0.07])
    assert column.half[0] == 0.005


def test_agreements_are_listed_for_a_person_and_change_no_mark(graded: Folder) -> None:
    before = graded.snapshot("reports/hw/feedback") | {"results": (graded.root / "reports/hw/results.csv").read_bytes()}
    done = graded.run("compare", "hw")
    assert done.code == 0
    assert "3 sheets compared; 0 pairs with 3 or more" in done.out
    assert graded.table("reports/hw/agreements.csv") == []
    assert before == graded.snapshot("reports/hw/feedback") | {
        "results": (graded.root / "reports/hw/results.csv").read_bytes()
    }


def test_a_sheet_with_anothers_code_is_marked_on_the_students_own_numbers_and_flagged(graded: Folder) -> None:
    rows = {row["student"]: row for row in graded.table("reports/hw/gradebook.csv")}
    assert (rows["s003"]["status"], rows["s001"]["status"]) == ("needs review", "graded")
    flag = "belongs to the numbers of s001"
    told = [row for row in graded.table("reports/hw/attention.csv") if flag in row["problem"]]
    assert [(row["student"], row["what to do"]) for row in told] == [
        ("s003", "it was marked on the student's own numbers; ask which paper was worked on")
    ]
    assert flag in (graded.root / "reports/hw/class-report.html").read_text(encoding="utf-8")
    assert "s001" not in (graded.root / "reports/hw/feedback/s003.html").read_text(encoding="utf-8")
