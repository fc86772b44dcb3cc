from __future__ import annotations

import pytest

from grader.answers import BLANK, Cell, Entry, Problem, Sheet
from grader.part import Part
from grader.sheets import read_sheet
from grader.sheets.collecting import collect
from grader.sheets.names import blank

PARTS = [
    Part("f_1", "", shape=(1,)),
    Part("n", "", kind="integer"),
    Part("b", "", shape=(2,)),
    Part("dW", "", shape=(2, 2)),
    Part("better", "", kind="choice", labels=("yes", "no")),
    Part("winner", "", kind="choice", labels=("2", "3")),
    Part("∂E", "", kind="expression"),
]
FORM = blank({"rnn": PARTS})
MISNAMED = "Correct the name if an answer was meant, and hand the sheet in again."
SHAPE = "2 × 2 numbers are asked for, row by row; this has"


def fill(*answers: tuple[str, str | list[object]], decimal_comma: bool = False) -> Sheet:
    entries = [Entry("rnn", part, text, line) for line, (part, text) in enumerate(answers, start=2)]
    return Sheet(entries=entries, decimal_comma=decimal_comma)


def read(*answers: tuple[str, str | list[object]], decimal_comma: bool = False) -> dict[str, list[object]]:
    """What each cell was read as: a value, a label, a problem, or None for blank."""
    collected, problems = collect(fill(*answers, decimal_comma=decimal_comma), FORM)
    assert problems == []
    return {part: [_read(cell) for cell in cells] for part, cells in collected.get("rnn", {}).items()}


def _read(cell: Cell) -> object:
    if cell.blank:
        return None
    return cell.number.value if cell.number else cell.label or cell.problem


def told(*answers: tuple[str, str | list[object]]) -> list[Problem]:
    return collect(fill(*answers), FORM)[1]


def test_every_cell_keeps_its_text_and_line() -> None:
    collected, problems = collect(fill(("f_1", "0.5"), ("dW[1,2]", "x")), FORM)
    assert problems == []
    (cell,) = collected["rnn"]["f_1"]
    assert (cell.text, cell.line, cell.number and cell.number.canonical) == ("0.5", 2, "0.5")
    blank, bad, *rest = collected["rnn"]["dW"]
    assert (blank, rest) == (BLANK, [BLANK, BLANK])
    assert (bad.text, bad.line, bad.readable) == ("x", 3, False)
    assert bad.problem == "'x' has no digits: write a number, or leave the answer empty"


@pytest.mark.parametrize("part", ["dW[1,2]", "dW[1, 2]", "dw[1][2]", " DW[1,2] "])
def test_names_are_found_however_they_are_spelled(part: str) -> None:
    assert read((part, "1")) == {"dW": [None, 1.0, None, None]}


@pytest.mark.parametrize(("part", "text"), [("f_1", "0.85"), ("f_1[1]", "0.85"), ("f_1", "[0.85]"), ("F_1", ["0.85"])])
def test_a_part_of_one_entry_takes_a_bare_value_an_index_or_a_list(part: str, text: str | list[object]) -> None:
    assert read((part, text)) == {"f_1": [0.85]}


@pytest.mark.case(28)
def test_a_question_is_found_by_its_folded_name_or_reported_once() -> None:
    entries = [Entry("RNN ", "n", "1", 2), Entry("rrn", "n", "1", 3), Entry("rrn", "b", "1", 4)]
    collected, problems = collect(Sheet(entries=entries), FORM)
    assert list(collected) == ["rnn"]
    assert problems == [Problem("'rrn' is not a question here. Did you mean 'rnn'?", 3, MISNAMED)]


def test_an_unknown_part_and_an_index_outside_are_reported() -> None:
    assert told(("bettr", "1"), ("dW[0,0]", "1"), ("f_1[2]", "1"), ("dX", "")) == [
        Problem("'bettr' is not a part of rnn. Did you mean 'better'?", 2, MISNAMED),
        Problem("'dW[0,0]' is outside dW, which has 2 × 2 entries, counted from 1.", 3, MISNAMED),
        Problem("'f_1[2]' is outside f_1, which has one entry.", 4, MISNAMED),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "[[1,2],[3,4]]",
        "[[1; 2]; [3; 4]]",
        "((1, 2), (3, 4))",
        "[[1. 2.]\n [3. 4.]]",
        [["1", "2"], ["3", "4"]],
    ],
)
def test_a_whole_array_is_split_into_its_cells(text: str | list[object]) -> None:
    assert read(("dW", text)) == {"dW": [1.0, 2.0, 3.0, 4.0]}


@pytest.mark.parametrize("text", ["[1; 0,5]", "1; 0,5", "[1 0.5]", "(1, 1/2)", "[[1], [0.5]]", "1, 0.5"])
def test_a_list_of_two_is_read_with_any_separator(text: str) -> None:
    assert read(("b", text)) == {"b": [1.0, 0.5]}


def test_null_in_a_list_is_blank() -> None:
    assert read(("dW", "[[1, null], [None, ]]")) == {"dW": [1.0, None, None, None]}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[1,2],[3]]", f"{SHAPE} 3 entries"),
        ("[1,2,3,4]", f"{SHAPE} 4 entries in one row"),
        ([["1"], ["2", "3", "4"]], f"{SHAPE} 4 entries in rows of unequal length"),
        ("0,5", f"{SHAPE} 1 entry"),
        ("[[1,2],[3,4]", "the brackets of this list do not match: write it like [[1, 2], [3, 4]]"),
        ("[" * 5000, "the brackets of this list do not match: write it like [[1, 2], [3, 4]]"),
        ("[1, [2, 3]]", "numbers and lists stand side by side in this list: write it like [[1, 2], [3, 4]]"),
    ],
)
def test_an_array_of_the_wrong_shape_is_unreadable_in_every_cell(text: str | list[object], problem: str) -> None:
    assert read(("dW", text)) == {"dW": [problem] * 4}


@pytest.mark.case(27)
def test_the_same_text_twice_is_noted_and_another_is_for_a_person() -> None:
    collected, problems = collect(fill(("n", "3"), ("n", "3"), ("f_1", "0.5"), ("f_1", "0.6")), FORM)
    message = "n is answered twice, in lines 2 and 3, with the same text."
    assert problems == [Problem(message, 3, "Leave one of them out.")]
    assert [_read(cell) for cells in collected["rnn"].values() for cell in cells] == [
        3.0,
        "answered twice, in lines 4 and 5: 0.5 and 0.6",
    ]


@pytest.mark.case(61)
def test_one_decimal_comma_explains_all_commas_of_a_sheet() -> None:
    assert read(("n", "1,234"), ("f_1", "0,5")) == {"n": [1.234], "f_1": [0.5]}
    assert read(("n", "1,234"), decimal_comma=True) == {"n": [1.234]}


def test_contradicting_commas_leave_the_doubtful_one_to_a_person() -> None:
    unclear = "'1,234' could be 1.234 or 1234: write it with a point, or without a comma"
    assert read(("n", "1,234"), ("b[1]", "0,5"), ("b[2]", "1,234.5")) == {"n": [unclear], "b": [0.5, 1234.5]}
    assert read(("n", "1,234")) == {"n": [unclear]}


@pytest.mark.parametrize("text", ["no", "NO", " No", "2", "b", "B", "2.0", '"no"', "ｎｏ"])
def test_a_choice_is_its_label_or_its_position(text: str) -> None:
    assert read(("better", text)) == {"better": ["no"]}


@pytest.mark.parametrize("text", ["2", "2.0", "２", "a"])
def test_a_number_among_labels_is_the_label_and_no_position(text: str) -> None:
    assert read(("winner", text)) == {"winner": ["2"]}


def test_what_is_no_choice_lists_the_choices() -> None:
    assert read(("winner", "1")) == {"winner": ["'1' is none of the choices: write one of 2, 3"]}


def test_a_formula_stays_its_text() -> None:
    assert read(("∂E", "[x], 0,5")) == {"∂E": ["[x], 0,5"]}


def test_only_spaces_are_blank() -> None:
    assert read(("n", " "), ("f_1", "\u200b"), ("b", [])) == {"f_1": [None]}


def test_a_spoilt_entry_keeps_its_text_and_its_problem_in_every_cell() -> None:
    entries = [Entry("rnn", "b", "[1,2]", 2, "the comma"), Entry("rnn", "n", "0,5", 3, "the comma in 0,5")]
    collected, _ = collect(Sheet(entries=entries), FORM)
    assert collected["rnn"]["b"] == (Cell("[1,2]", None, None, "the comma", 2),) * 2
    assert collected["rnn"]["n"] == (Cell("0,5", None, None, "the comma in 0,5", 3),)


@pytest.mark.case(33)
def test_a_sheet_with_thousands_of_problems_tells_the_first_fifty() -> None:
    wide = {"q": [Part("dW", "", shape=(100, 100))]}
    rows = "".join(f"q,dW,{n % 10}\n" for n in range(10_000)) + "".join(f"q,x{n},1\n" for n in range(10_000))
    sheet = read_sheet(b"question,part,answer\n" + rows.encode(), "sheet.csv")
    _, problems = collect(sheet, blank(wide))
    assert len(problems) == 50
