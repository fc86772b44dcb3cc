from __future__ import annotations

from pathlib import Path

import pytest

from grader.assignment import checked_assignment
from grader.config import load_yaml
from grader.errors import CourseError
from grader.rubric import Rubric, compiled, read_rubric
from grader.rules import CellRules, QuestionRules
from grader.templates import BUILT_IN
from grader.tolerance import EXACT, Digits, Tolerance
from tests.helpers import rules_of

TRIAL = """\
title: Trial
questions:
- {id: lstm, template: lstm_forward, parameters: {steps: 1}}
- {id: rnn, template: rnn_bptt, parameters: {hidden: 2}}
- {id: boxes, template: box_iou_l2}
"""


def rubric(text: str) -> Rubric:
    assignment = checked_assignment(load_yaml(TRIAL, Path("hw.yaml")), "hw", BUILT_IN)
    source = load_yaml(text, Path("rubric.yaml"))
    return compiled(assignment, source, (), source.data or {})


def lstm(text: str) -> dict[str, CellRules]:
    """The cells of the question `lstm` under its part of a rubric, given as indented YAML."""
    return cells(rubric("questions:\n  lstm:\n" + text).questions["lstm"])


def cells(rules: QuestionRules) -> dict[str, CellRules]:
    return {cell.name: cell for part in rules.parts.values() for cell in part.cells}


def points(found: dict[str, CellRules]) -> dict[str, float]:
    return {name: cell.points for name, cell in found.items()}


def test_an_empty_rubric_has_the_defaults() -> None:
    found = rubric("")
    cell = cells(found.questions["lstm"])["f_1"]
    assert cell.tolerance == Tolerance(absolute=0.0005, relative=0.01)
    assert cell.digits == Digits(decimals=3)
    assert (cell.follow_through, cell.mistake, cell.repeated_mistake, cell.coarse) == (1.0, 0.5, 1.0, 0.5)
    assert (cell.accept, cell.void, cell.mistakes) == ((), None, {})
    assert [question.points for question in found.questions.values()] == [10, 10, 10]
    assert found.points == 30


# Points


def test_a_questions_points_are_spread_evenly_over_its_parts() -> None:
    assert points(lstm("    points: 12\n")) == dict.fromkeys(("f_1", "i_1", "g_1", "o_1", "c_1", "h_1"), 2)


def test_parts_without_points_share_what_is_left() -> None:
    found = points(lstm('    points: 12\n    parts:\n      "h_*": {points: 4}\n      c_1: {points: 4}\n'))
    assert found == {"f_1": 1, "i_1": 1, "g_1": 1, "o_1": 1, "c_1": 4, "h_1": 4}


def test_where_all_parts_have_points_the_question_has_their_sum() -> None:
    found = rubric('questions:\n  lstm:\n    parts:\n      "*": {points: 3}\n').questions["lstm"]
    assert found.points == 18


def test_points_for_all_questions_hold_where_a_question_has_none_of_its_own() -> None:
    found = rubric("points: 6\nquestions:\n  rnn: {points: 20}\n")
    assert [question.points for question in found.questions.values()] == [6, 20, 6]


def test_an_arrays_cells_share_the_parts_points() -> None:
    text = "questions:\n  rnn:\n    parts:\n      dW: {points: 2}\n"
    found = points(cells(rubric(text).questions["rnn"]))
    assert [found[f"dW[{i},{j}]"] for i in (1, 2) for j in (1, 2)] == [0.5] * 4


def test_a_cell_may_have_points_of_its_own() -> None:
    text = 'questions:\n  rnn:\n    parts:\n      dW: {points: 2}\n      "dW[1,2]": {points: 1.4}\n'
    found = points(cells(rubric(text).questions["rnn"]))
    assert found["dW[1,2]"] == 1.4
    assert found["dW[1,1]"] == found["dW[2,2]"] == pytest.approx(0.2)


def test_whatever_is_asked_the_points_add_up() -> None:
    for text in ("", "points: 7", "questions: {rnn: {points: 7, parts: {dO: {points: 3}, 'H_*': {points: 0.1}}}}"):
        for rules in rubric(text).questions.values():
            assert sum(cell.points for cell in cells(rules).values()) == pytest.approx(rules.points)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "    points: 3\n    parts:\n      h_1: {points: 2}\n      c_1: {points: 2}\n",
            "rubric.yaml, line 3: the parts' own points (4) are more than the question's 3",
        ),
        (
            '    points: 10\n    parts:\n      "*": {points: 1}\n',
            "rubric.yaml, line 3: the parts' own points (6) are less than the question's 10",
        ),
    ],
)
def test_points_that_do_not_add_up_are_an_error(text: str, message: str) -> None:
    assert error("questions:\n  lstm:\n" + text) == message


# Which rule holds


def test_the_nearest_rule_that_says_something_holds() -> None:
    text = (
        "mistake: 0.1\ncoarse: 0.1\nfollow_through: 0.1\n"
        "questions:\n  lstm:\n    coarse: 0.2\n    follow_through: 0.2\n    parts:\n      f_1: {follow_through: 0.3}\n"
    )
    found = rubric(text)
    one = cells(found.questions["lstm"])["f_1"]
    other = cells(found.questions["rnn"])["H_1[1]"]
    assert (one.mistake, one.coarse, one.follow_through) == (0.1, 0.2, 0.3)
    assert (other.mistake, other.coarse, other.follow_through) == (0.1, 0.1, 0.1)


def test_an_exact_name_beats_a_pattern_wherever_it_stands() -> None:
    for text in (
        '    parts:\n      f_1: {mistake: 0.9}\n      "f_*": {mistake: 0.1}\n',
        '    parts:\n      "f_*": {mistake: 0.1}\n      f_1: {mistake: 0.9}\n',
    ):
        assert lstm(text)["f_1"].mistake == 0.9


def test_a_later_pattern_beats_an_earlier_one() -> None:
    assert lstm('    parts:\n      "f_*": {mistake: 0.1}\n      "*_1": {mistake: 0.9}\n')["f_1"].mistake == 0.9
    assert lstm('    parts:\n      "*_1": {mistake: 0.9}\n      "f_*": {mistake: 0.1}\n')["f_1"].mistake == 0.1


def test_rules_add_up_key_by_key() -> None:
    cell = lstm('    parts:\n      "f_*": {mistake: 0.1, coarse: 0.2}\n      f_1: {mistake: 0.9}\n')["f_1"]
    assert (cell.mistake, cell.coarse) == (0.9, 0.2)


def test_zero_is_a_setting_like_any_other() -> None:
    cell = lstm("    mistake: 0\n    coarse: 0\n    follow_through: 0\n    repeated_mistake: 0\n")["f_1"]
    assert (cell.mistake, cell.coarse, cell.follow_through, cell.repeated_mistake) == (0, 0, 0, 0)


def test_a_rule_for_a_cell_beats_the_parts_and_brackets_are_part_of_its_name() -> None:
    text = 'questions:\n  rnn:\n    parts:\n      "dW[1,*]": {coarse: 0.3}\n      dW: {coarse: 0.1}\n'
    found = cells(rubric(text).questions["rnn"])
    coarse = [found[f"dW[{i},{j}]"].coarse for i in (1, 2) for j in (1, 2)]
    assert coarse == [0.3, 0.3, 0.1, 0.1]
    assert found["dW_1[1,1]"].coarse == 0.5


def test_whole_numbers_and_choices_are_exact_and_pay_for_mistakes_where_their_question_says_so() -> None:
    """A guess hits them easily, so the general share is not for them; one that names them or their question is."""
    size = cells(rules_of("transposed_conv_size"))["size_1"]
    best = cells(rubric("").questions["boxes"])["best"]
    for cell in (size, best):
        assert (cell.tolerance, cell.mistake, cell.digits) == (EXACT, 0.0, Digits())
    assert cells(rules_of("transposed_conv_size", {"mistake": 0.9}))["size_1"].mistake == 0.9
    assert cells(rubric("mistake: 0.9\n").questions["boxes"])["best"].mistake == 0.0
    paid = rules_of("transposed_conv_size", {"mistake": 0.9, "parts": {"size_*": {"mistake": 0.25}}})
    assert cells(paid)["size_1"].mistake == 0.25


def test_a_named_mistake_has_a_share_of_its_own() -> None:
    cell = lstm("    parts:\n      f_1: {mistakes: {bias_left_out: 0.75}}\n")["f_1"]
    assert (cell.share("bias_left_out"), cell.share("tanh_for_gate")) == (0.75, 0.5)


@pytest.mark.parametrize(
    ("written", "tolerance", "digits"),
    [
        ("{relative: 0.02}", Tolerance(relative=0.02), Digits(significant=3)),
        ("{absolute: 0.01}", Tolerance(absolute=0.01), Digits(decimals=2)),
        ("{decimals: 4}", Tolerance(decimals=4), Digits(decimals=4)),
        ("{significant: 3}", Tolerance(significant=3), Digits(significant=3)),
    ],
)
def test_a_tolerance_is_written_in_one_of_three_ways(written: str, tolerance: Tolerance, digits: Digits) -> None:
    cell = lstm(f"    tolerance: {written}\n")["f_1"]
    assert (cell.tolerance, cell.digits) == (tolerance, digits)


def test_the_digits_asked_for_can_be_said() -> None:
    assert lstm("    digits: 5\n")["f_1"].digits == Digits(decimals=5)
    assert lstm("    digits: {significant: 4}\n")["f_1"].digits == Digits(significant=4)


def test_accepted_answers_are_numbers_labels_or_arrays_cell_by_cell() -> None:
    text = (
        "questions:\n  lstm: {parts: {f_1: {accept: [0.85, 0.9]}}}\n"
        "  rnn: {parts: {dW: {accept: [[[1, 2], [3, 4]]]}}}\n  boxes: {parts: {best: {accept: [2]}}}\n"
    )
    found = {name: cells(rules) for name, rules in rubric(text).questions.items()}
    assert found["lstm"]["f_1"].accept == (0.85, 0.9)
    assert [found["rnn"][f"dW[{i},{j}]"].accept for i in (1, 2) for j in (1, 2)] == [(1,), (2,), (3,), (4,)]
    assert found["boxes"]["best"].accept == ("2",)


def test_a_part_can_be_void() -> None:
    found = rubric("questions: {lstm: {points: 12, parts: {f_1: {void: drop}, i_1: {void: full_marks}}}}")
    assert found.questions["lstm"].points == 10
    assert cells(found.questions["lstm"])["i_1"].void == "full_marks"


def test_where_a_rule_stands_is_told_with_its_line() -> None:
    text = "questions:\n  lstm:\n    coarse: 0.1\n    parts:\n      f_1: {points: 2}\n"
    found = rubric(text)
    one = cells(found.questions["lstm"])
    assert one["f_1"].where == "rubric.yaml, line 5: 'f_1'"
    assert one["i_1"].where == "rubric.yaml, line 2: question 'lstm'"
    assert cells(found.questions["rnn"])["O_3[1]"].where == "rubric.yaml: the general rules, or the defaults"


# Errors


def error(text: str) -> str:
    with pytest.raises(CourseError) as caught:
        rubric(text)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tolerence: 1\n", "rubric.yaml, line 1: unknown key 'tolerence'. Did you mean 'tolerance'?"),
        ("mistake: 2\n", "rubric.yaml, line 1: mistake must be at most 1"),
        ("mistake: -0.1\n", "rubric.yaml, line 1: mistake must be at least 0"),
        ("points: many\n", "rubric.yaml, line 1: points must be a number, not 'many'"),
        ("questions:\n  lsmt: {}\n", "rubric.yaml, line 2: 'hw' has no question 'lsmt'. Did you mean 'lstm'?"),
        (
            "questions:\n  lstm:\n    parts:\n      g_2: {points: 1}\n",
            "rubric.yaml, line 4: no part is called 'g_2'. Did you mean 'g_1'?",
        ),
        (
            'questions:\n  rnn:\n    parts:\n      "dW[3,1]": {points: 1}\n',
            "rubric.yaml, line 4: no part is called 'dW[3,1]'. Did you mean 'dW[",
        ),
        (
            "questions:\n  lstm:\n    parts:\n      f_1:\n        mistakes:\n          bias_leftout: 1\n",
            "rubric.yaml, line 6: 'lstm_forward' knows no mistake 'bias_leftout'. Did you mean 'bias_left_out'?",
        ),
        (
            "questions:\n  lstm:\n    parts:\n      f_1: {pionts: 1}\n",
            "rubric.yaml, line 4: unknown key 'pionts'. Did you mean 'points'?",
        ),
        (
            "tolerance: {relative: 0.1, decimals: 2}\n",
            "rubric.yaml, line 1: tolerance: give either absolute and relative, or decimals, or significant",
        ),
        ("tolerance: {}\n", "rubric.yaml, line 1: tolerance: give either absolute and relative, or decimals"),
        ("tolerance: {relative: 1.5}\n", "rubric.yaml, line 1: relative must be less than 1"),
        ("tolerance: {decimals: 1.5}\n", "rubric.yaml, line 1: decimals must be a whole number, not 1.5"),
        (
            "questions:\n  lstm:\n    parts:\n      f_1: {void: yes}\n",
            "rubric.yaml, line 4: void: 'yes' is not one of the options. Known are: drop, full_marks.",
        ),
        ("- 1\n", "rubric.yaml, line 1: expected `key: value` lines here, and found [1]"),
    ],
)
def test_what_is_wrong_is_told_with_file_line_and_nearest_word(text: str, message: str) -> None:
    assert error(text).startswith(message)


def test_what_cannot_be_an_answer_cannot_be_accepted() -> None:
    message = error("questions:\n  lstm:\n    parts:\n      f_1: {accept: [much]}\n")
    assert message.endswith("'much' cannot be an answer to f_1: 1 number(s) are expected")
    message = error("questions:\n  rnn:\n    parts:\n      dW: {accept: [[1, 2]]}\n")
    assert message.endswith("cannot be an answer to dW: 4 number(s) are expected")


# Where a rubric comes from


def found_for(tmp_path: Path, head: str = "") -> Rubric:
    assignment = checked_assignment(load_yaml(head + TRIAL, Path("hw.yaml")), "hw", BUILT_IN)
    return read_rubric(assignment, tmp_path)


def test_a_rubric_stands_in_the_assignment_in_a_file_it_names_or_in_the_file_of_its_name(tmp_path: Path) -> None:
    assert found_for(tmp_path).points == 30
    (tmp_path / "hw.yaml").write_text("points: 2\n")
    (tmp_path / "strict.yaml").write_text("points: 3\n")
    (tmp_path / "empty.yaml").write_text("# nothing yet\n")
    assert found_for(tmp_path).points == 6
    assert found_for(tmp_path, "rubric: strict.yaml\n").points == 9
    assert found_for(tmp_path, "rubric: {points: 4}\n").points == 12
    assert found_for(tmp_path, "rubric: empty.yaml\n").points == 30
    with pytest.raises(CourseError, match=r"other\.yaml: there is no such file"):
        found_for(tmp_path, "rubric: other.yaml\n")


def test_errors_of_a_rubric_in_the_assignment_have_its_lines(tmp_path: Path) -> None:
    with pytest.raises(CourseError) as caught:
        found_for(tmp_path, "rubric:\n  pionts: 4\n")
    assert str(caught.value) == "hw.yaml, line 2: unknown key 'pionts'. Did you mean 'points'?"


def test_the_hash_changes_with_the_rules_and_not_with_their_spelling() -> None:
    def hashed(text: str) -> str:
        return rubric(text).hash

    assert hashed("mistake: 0.25\ncoarse: 0.1\n") == hashed("# a note\ncoarse: 0.10\nmistake: 0.25\n")
    assert hashed("mistake: 0.25\n") != hashed("mistake: 0.26\n")
