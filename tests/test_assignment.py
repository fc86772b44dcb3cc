from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.assignment import Assignment, checked_assignment, matches, read_assignment, renamed
from grader.config import load_yaml
from grader.errors import CourseError
from grader.templates import BUILT_IN

HEAD = "title: Trial\nquestions:\n"


def assignment(questions: str) -> Assignment:
    return checked_assignment(load_yaml(HEAD + questions, Path("hw4.yaml")), "hw4", BUILT_IN)


def error(questions: str) -> str:
    with pytest.raises(CourseError) as caught:
        assignment(questions)
    return str(caught.value)


def asked(questions: str) -> list[str]:
    return [part.name for part in assignment(questions).questions[0].asked]


def test_an_assignment_file_becomes_questions(tmp_path: Path) -> None:
    path = tmp_path / "hw4.yaml"
    path.write_text(
        "title: Recurrent networks\ncourse: EE5180\ndue: 2026-12-01 23:59\nquestions:\n"
        "  - {id: lstm, template: lstm_forward, parameters: {steps: 3}, title: Cells}\n"
        "  - {id: tconv, template: transposed_conv_size}\n"
    )
    found = read_assignment(path, BUILT_IN)
    assert (found.name, found.title, found.course, found.due) == (
        "hw4",
        "Recurrent networks",
        "EE5180",
        "2026-12-01 23:59",
    )
    assert [question.id for question in found.questions] == ["lstm", "tconv"]
    assert [question.title for question in found.questions] == ["Cells", "Size of a transposed convolution"]
    assert len(found.question("lstm").asked) == 18
    with pytest.raises(CourseError, match=r"'hw4' has no question 'lst'\. Did you mean 'lstm'\?"):
        found.question("lst")


def test_all_parts_are_asked_unless_some_are_chosen() -> None:
    question = "  - {id: a, template: lstm_forward, parameters: {steps: 1}}\n"
    assert asked(question) == ["f_1", "i_1", "g_1", "o_1", "c_1", "h_1"]


def test_chosen_parts_are_asked_in_the_order_chosen_and_once() -> None:
    question = '  - {id: a, template: lstm_forward, ask: ["h_*", f_1, "c_*", h_1]}\n'
    assert asked(question) == ["h_1", "h_2", "f_1", "c_1", "c_2"]


def test_a_part_that_is_zero_from_a_zero_state_is_asked_only_when_named() -> None:
    question = "  - {id: a, template: rnn_bptt, parameters: {initial: zero, steps: 2, wrt: [W]}%s}\n"
    assert "dW_1" not in asked(question % "")
    assert "dW_1" in asked(question % ', ask: ["dW*"]')


def test_fixed_givens_settle_the_sizes() -> None:
    givens = "{input: [3, 4], layers: [{kernel: 7}, {kernel: 2}]}"
    found = assignment(f"  - {{id: a, template: transposed_conv_size, givens: {givens}}}\n")
    assert [(part.name, part.shape) for part in found.questions[0].asked] == [("size_1", (2,)), ("size_2", (2,))]


def test_givens_may_be_partial() -> None:
    found = assignment("  - {id: a, template: lstm_forward, givens: {x: [[1, 2, 3], [4, 5, 6]]}}\n")
    question = found.questions[0]
    assert (question.parameters.inputs, question.parameters.steps) == (3, 2)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("questions", "message"),
    [
        (
            "  - id: a\n    template: lstm_foward\n",
            "hw4.yaml, line 4: there is no template 'lstm_foward'. Did you mean 'lstm_forward'?",
        ),
        (
            "  - {id: a, template: lstm_forward}\n  - {id: a, template: rnn_bptt}\n",
            "hw4.yaml, line 4: there are two questions 'a'",
        ),
        (
            "  - id: a\n    template: lstm_forward\n    parameters: {stesp: 2}\n",
            "hw4.yaml, line 5: unknown key 'stesp'. Did you mean 'steps'?",
        ),
        (
            "  - id: a\n    template: lstm_forward\n    parameters:\n      steps: 0\n",
            "hw4.yaml, line 6: steps must be at least 1, not 0",
        ),
        (
            "  - id: a\n    template: lstm_forward\n    ask:\n    - f_1\n    - h_3\n",
            "hw4.yaml, line 7: no part is called 'h_3'. Did you mean 'h_2'?",
        ),
        (
            "  - id: a\n    template: lstm_forward\n    givens: {W_q: 1}\n",
            "hw4.yaml, line 5: givens: unknown given 'W_q'. Did you mean 'W_o'?",
        ),
        (
            "  - id: a\n    template: lstm_forward\n    givens: {U_f: [[1, 2]]}\n",
            "hw4.yaml, line 5: givens: U_f ",
        ),
        (
            "  - id: a\n    template: rnn_bptt\n    ask: []\n",
            "hw4.yaml, line 5: `ask` names no part; leave it out to ask for all of them",
        ),
        (
            "  - id: a\n    template: rnn_bptt\n    tilte: x\n",
            "hw4.yaml, line 5: unknown key 'tilte'. Did you mean 'title'?",
        ),
    ],
)
def test_what_is_wrong_is_told_with_file_line_and_nearest_word(questions: str, message: str) -> None:
    assert error(questions).startswith(message)


@pytest.mark.parametrize("name", ["assignment", "student", "instance", "1st", "a b", "q.1", "x" * 42, "''"])
def test_an_id_is_a_short_word_that_a_sheet_does_not_use_itself(name: str) -> None:
    assert "an id is a short word of letters, digits, - and _" in error(f"  - {{id: {name}, template: rnn_bptt}}\n")


def test_an_assignment_without_questions_is_refused() -> None:
    with pytest.raises(CourseError, match="questions"):
        checked_assignment(load_yaml("title: A\nquestions: []\n", Path("hw.yaml")), "hw", BUILT_IN)
    with pytest.raises(CourseError, match="'questions' is missing"):
        checked_assignment(load_yaml("title: A\n", Path("hw.yaml")), "hw", BUILT_IN)


def test_givens_beyond_the_limits_of_the_parameters_are_refused() -> None:
    layers = ", ".join(["{kernel: 2}"] * 5)
    message = error(f"  - {{id: a, template: transposed_conv_size, givens: {{input: 3, layers: [{layers}]}}}}\n")
    assert message.startswith(
        "hw4.yaml, line 3: these givens need parameters that are not allowed: layers must be at most 4"
    )


def test_aliases_rename_symbols_and_meanings_but_not_parts() -> None:
    found = assignment("  - {id: a, template: lstm_forward, aliases: {h: s, c: m}}\n").questions[0]
    part = next(part for part in found.asked if part.name == "h_1")
    assert (part.symbol, part.meaning) == ("s_{1}", "hidden state at t = 1")
    assert next(part.symbol for part in found.asked if part.name == "g_1") == r"\tilde m_{1}"


def test_renaming_happens_at_once_and_leaves_words_and_commands_alone() -> None:
    assert renamed(r"x_t + y \max(x)", {"x": "y", "y": "x"}) == r"y_t + x \max(y)"
    assert renamed("matrix x", {"x": "I"}) == "matrix I"
    assert renamed("W_f W", {"W": "A", "W_f": "B"}) == "B A"
    assert renamed("x", {}) == "x"


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("*", "anything", True),
        ("h_*", "h_12", True),
        ("h_*", "dh_1", False),
        ("*_1", "h_1", True),
        ("dW[1,*]", "dW[1,2]", True),
        ("dW[1,*]", "dW[2,1]", False),
        ("dW[12]", "dW1", False),
        ("h?1", "h_1", False),
        ("h.1", "h_1", False),
        ("", "", True),
        ("H_1", "h_1", False),
    ],
)
def test_the_star_is_the_only_wildcard(pattern: str, name: str, fits: bool) -> None:
    assert matches(pattern, name) is fits


@given(st.text("abW_[]?!^$.+()1,", max_size=8))
def test_a_name_without_a_star_fits_itself_alone(name: str) -> None:
    assert matches(name, name)
    assert not matches(name, name + "x")


def test_the_definition_holds_what_the_numbers_depend_on() -> None:
    plain = assignment("  - {id: a, template: lstm_forward}\n").questions[0].definition
    worded = assignment("  - {id: a, template: lstm_forward, title: T, text: words, aliases: {x: I}}\n").questions[0]
    other = assignment("  - {id: a, template: lstm_forward, parameters: {steps: 3}}\n").questions[0]
    fewer = assignment("  - {id: a, template: lstm_forward, ask: [f_1]}\n").questions[0]
    assert worded.definition == plain
    assert other.definition != plain
    assert fewer.definition != plain
