from __future__ import annotations

import pytest
from tests.expression.spaces import RNN as SPACE

from grader.answers import Cell, Entry, Problem
from grader.errors import SheetProblem
from grader.part import Part
from grader.sheets import read_sheet
from grader.sheets.collecting import collect
from grader.sheets.names import blank
from grader.sheets.yaml_sheet import read_yaml


def entries(text: str) -> list[Entry]:
    return list(read_yaml(text.encode()).entries)


def test_a_sheet_as_handed_out_is_read() -> None:
    text = (
        "assignment: hw4\nStudent: 007\ninstance: K7Q2-9FXM\nanswers:\n"
        "  lstm: {f_1: 0.852, i_1: 0.96, o_1: ~, g_1: }\n  rnn: {dW: [[0.1, -0.2], [0.3, null]]}\n"
    )
    sheet = read_yaml(text.encode())
    assert (sheet.assignment, sheet.student, sheet.instance) == ("hw4", "007", "K7Q2-9FXM")
    assert sheet.entries == [
        Entry("lstm", "f_1", "0.852", 5),
        Entry("lstm", "i_1", "0.96", 5),
        Entry("rnn", "dW", [["0.1", "-0.2"], ["0.3", ""]], 6),
    ]


@pytest.mark.parametrize(
    "text",
    [
        *(pytest.param(text, marks=pytest.mark.case(34)) for text in ("no", "on", "yes")),
        pytest.param("010", marks=pytest.mark.case(35)),
        *(pytest.param(text, marks=pytest.mark.case(36)) for text in ("1:30", "12:30:45")),
        *(pytest.param(text, marks=pytest.mark.case(37)) for text in ("1e3", "1e-3", "1.0e3", "1.0e-3")),
        pytest.param("1_000", marks=pytest.mark.case(38)),
        *(pytest.param(text, marks=pytest.mark.case(39)) for text in ("0x1F", "0b101")),
        pytest.param("2024-01-02", marks=pytest.mark.case(40)),
        *(pytest.param(text, marks=pytest.mark.case(41)) for text in (".nan", ".inf", "1.0e+400")),
        pytest.param("=", marks=pytest.mark.case(55)),
        pytest.param("1" * 5000, marks=pytest.mark.case(56)),
    ],
)
def test_a_value_stays_the_text_that_was_written(text: str) -> None:
    assert entries(f"answers:\n  q:\n    p: {text}\n") == [Entry("q", "p", text, 3)]


@pytest.mark.case(42)
def test_null_in_quotes_is_a_text_and_without_them_no_answer() -> None:
    assert entries('answers: {q: {a: null, b: ~, c: "", d: "null"}}') == [Entry("q", "d", "null", 1)]


@pytest.mark.case(42)
def test_an_array_of_nulls_as_handed_out_is_no_answer() -> None:
    assert entries("answers: {q: {dW: [[null, null], [null, ~]], b: []}}") == []


@pytest.mark.case(59)
def test_json_is_read_as_yaml() -> None:
    sheet = read_sheet(b'{"student": "s1", "answers": {"q": {"p": 0.5, "r": [1, null]}}}', "sheet.json")
    assert sheet.entries == [Entry("q", "p", "0.5", 1), Entry("q", "r", ["1", ""], 1)]


@pytest.mark.case(60)
def test_a_decimal_comma_between_braces_is_put_together_and_explained() -> None:
    sentence = "the comma in {0} ends the value here: write {1}, or put quotes around it"
    assert entries("answers:\n  q: {a: 0,852, b: -1,5, c: 0,852, d: 3}\n") == [
        Entry("q", "a", "0,852", 2, sentence.format("0,852", "0.852")),
        Entry("q", "b", "-1,5", 2, sentence.format("-1,5", "-1.5")),
        Entry("q", "c", "0,852", 2, sentence.format("0,852", "0.852")),
        Entry("q", "d", "3", 2),
    ]


@pytest.mark.case(53)
def test_a_colon_without_a_space_is_explained_for_each_answer() -> None:
    assert entries("answers:\n  q:\n    a:1.5\n    b:2\n") == [
        Entry("q", "a", "1.5", 3, "there is no space after the colon: write a: 1.5"),
        Entry("q", "b", "2", 3, "there is no space after the colon: write b: 2"),
    ]


def test_names_inside_an_array_are_explained() -> None:
    (entry,) = entries('answers: {q: {dW: {"1,2": 0.5}}}')
    assert (entry.text, entry.problem) == (
        "{1,2: 0.5}",
        "an array is a list of rows, with no names inside: dW: [[0.1, 0.2], [0.3, 0.4]]",
    )


def test_what_is_not_read_is_said() -> None:
    sheet = read_yaml(b"answr: {}\nanswers: {q: 5}\n")
    assert sheet.problems == [
        Problem("'answr' was not read.", 1, "Did you mean 'answers'?"),
        Problem("Under 'q' there are no names of parts.", 2, "Write each answer as name: value, like f_1: 0.852."),
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        pytest.param(
            "answers:\n  a: {x: 1}\n  a: {y: 2}\n",
            3,
            "'a' stands in line 2 and again in line 3",
            marks=pytest.mark.case(43),
        ),
        pytest.param("a: !!python/object/apply:os.getcwd []", 1, "tags", marks=pytest.mark.case(44)),
        pytest.param("a: !foo x", 1, "tags", marks=pytest.mark.case(45)),
        pytest.param("a: &x [1]\nb: *x", 1, "anchors and aliases", marks=pytest.mark.case(46)),
        ("answers:\n  q:\n    dW: *x", 3, "the value of 'dW' begins with *, a sign that YAML keeps for itself"),
        ("answers: {q: {dW: [1, *x]}}", 1, "a value begins with *, a sign that YAML keeps for itself"),
        pytest.param("a:\n  <<: {b: 1}", 2, "merge keys", marks=pytest.mark.case(47)),
        pytest.param("[" * 30_000, 1, "nested more than 20 deep", marks=pytest.mark.case(48)),
        ("a: " + "{b: " * 30_000, 1, "nested more than 20 deep"),
        pytest.param("answers:\n\tq: 1", 2, "there is a tab", marks=pytest.mark.case(49)),
        ("answers:\n  q: 1\n\tp: 1", 3, "there is a tab"),
        pytest.param("a: 1\n---\nb: 1", 2, "a second document", marks=pytest.mark.case(50)),
        pytest.param("[1, 2]", 1, "does not hold names", marks=pytest.mark.case(51)),
        ("answers: [1]", 1, "'answers' does not hold"),
        ("student: s1", 1, "there is no 'answers:'"),
        pytest.param("? [1]\n: 2", 1, "a name is a list", marks=pytest.mark.case(52)),
        pytest.param("a:1.5", 1, "no space after the colon", marks=pytest.mark.case(53)),
        pytest.param("answers:\n  q: {}\n  b:2\n  c: 1", 3, "no space after the colon", marks=pytest.mark.case(53)),
        pytest.param("answers:\n  q:\n    a: 1\n    b:2", 4, "no space after the colon", marks=pytest.mark.case(53)),
        pytest.param(
            "a: @x", 1, "the value of 'a' begins with @, a sign that YAML keeps for itself", marks=pytest.mark.case(54)
        ),
        pytest.param("# only", None, "does not hold names", marks=pytest.mark.case(57)),
        pytest.param(
            "a: x: y",
            1,
            "the value of 'a' has a colon in it, which YAML takes for the end of a name",
            marks=pytest.mark.case(58),
        ),
        ("answers:\n  q:\n    a: [y-t]*x\n    b: 1", 3, "the value of 'a' begins with [, a sign"),
        ("answers:\n  q:\n    a: {y-t}*x", 3, "the value of 'a' begins with {, a sign"),
        ("answers:\n  q:\n    a: *x*y", 3, "the value of 'a' begins with *, a sign"),
        ("answers:\n  q:\n    a: - x", 3, "the value of 'a' begins with -, a sign"),
        ("answers:\n  q:\n    a: 'x' and y", 3, "the value of 'a' goes on after its closing quote"),
        ('answers:\n  q:\n    a: "\\sigma(x)"', 3, "the value of 'a' has a backslash in double quotes"),
        ("answers:\n  q:\n    a: |\n    Because", 4, "the text below 'a: |' does not stand further in"),
        ("answers: {q: {a: 'x}}", 1, "not YAML"),
        ("a: 1  # and a good deal of text\n\x01", None, "not YAML"),
        ("student: [1]\nanswers:", 1, "student is not one word"),
        ("answers: {}\nAnswers: {}", 2, "'answers' stands there twice"),
        ("a: [" + "1," * 10_001 + "]", 1, "more than 10000 entries"),
        ("a:\n" + "".join(f" k{i}: 1\n" for i in range(60_000)), None, "too many entries"),
    ],
)
def test_what_a_sheet_does_not_need_is_refused_with_line_and_advice(text: str, line: int, message: str) -> None:
    with pytest.raises(SheetProblem) as caught:
        read_sheet(text.encode(), "sheet.yaml")
    assert message in caught.value.message
    assert (caught.value.line, bool(caught.value.advice)) == (line, True)


PARTS = [
    Part("why", "what helps", kind="text"),
    Part("dW", "∂E/∂W", kind="expression", space=SPACE),
    Part("f", "forget gate"),
]


def cell(text: str) -> Cell:
    ((cell,),) = collect(read_yaml(f"answers:\n  q:\n    {text}\n".encode()), blank({"q": PARTS}))[0]["q"].values()
    return cell


def test_a_text_is_not_cut_off_where_yaml_sees_a_comment() -> None:
    found = cell("why: Because #1 reason")
    assert found.text == "Because #1 reason"
    assert found.problem == (
        "YAML takes what comes after # for a comment: write the answer below a |, as on the sheet handed out"
    )


@pytest.mark.parametrize("text", ["why: Gates  # what helps", "dW: y # ∂E/∂W", "dW: y  # mine", "f: 0.5 # not sure"])
def test_the_comments_of_the_sheet_and_comments_on_numbers_stay_comments(text: str) -> None:
    found = cell(text)
    assert (found.text, found.problem) == (text.partition(" #")[0].partition(": ")[2].strip(), "")


@pytest.mark.parametrize("text", ["why: [gates, cells]", "why:\n    - gates\n    - cells"])
def test_a_text_written_as_a_list_has_a_line_for_each_item(text: str) -> None:
    assert cell(text).text == "gates\ncells"


@pytest.mark.parametrize("formula", [r"\frac{1}{2}", r"\beta", r"\tanh(x)", r"\alpha x", r"\nabla", r"2 \right)"])
def test_a_formula_in_double_quotes_is_never_read_with_letters_lost(formula: str) -> None:
    found = cell(f'dW: "{formula}"')
    assert (found.text, found.readable) == (formula, False)
    assert found.problem.endswith("put single quotes around the formula")


def test_json_may_escape_what_it_likes() -> None:
    assert cell(r'why: "one\ntwo\tthree \\tanh"') == Cell(
        "one\ntwo\tthree \\tanh", label="one\ntwo\tthree \\tanh", line=3
    )
