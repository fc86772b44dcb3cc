from __future__ import annotations

import pytest
from tests.expression.spaces import RNN as SPACE

from grader.answers import Entry, Number, Problem
from grader.errors import SheetProblem
from grader.part import Kind, Part
from grader.sheets import read_sheet
from grader.sheets.collecting import collect
from grader.sheets.csv_sheet import read_csv
from grader.sheets.names import blank
from grader.sheets.reading import read_cells

HEADER = "question,part,answer,meaning\n"
SPLIT = "the comma in 0,5 split this row: write 0.5, or put quotes around it"


def entries(rows: str) -> list[Entry]:
    return list(read_csv((HEADER + rows).encode()).entries)


def test_a_sheet_as_handed_out_is_read() -> None:
    text = (
        "\ufeffquestion,part,answer,meaning\r\nassignment,,hw4,\r\nstudent,,s001,\r\ninstance,,K7Q2-9FXM,\r\n"
        'lstm,f_1,0.852,"forget gate, t = 1"\r\nlstm,i_1,,\r\nrnn,"dW[1,2]",-0.2,"∂E/∂W, row 1, column 2"\r\n'
    )
    sheet = read_csv(text.encode())
    assert (sheet.assignment, sheet.student, sheet.instance) == ("hw4", "s001", "K7Q2-9FXM")
    assert sheet.entries == [Entry("lstm", "f_1", "0.852", 5), Entry("rnn", "dW[1,2]", "-0.2", 7)]
    assert (sheet.problems, sheet.decimal_comma) == ([], False)


AGAIN = "If letters in it came out wrong, save it as UTF-8 (in a spreadsheet: CSV UTF-8) and hand it in again."
AS_WINDOWS = "The file is not UTF-8 and was read as Windows-1252: accented letters may be wrong, numbers are not."


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", ""),
        pytest.param("utf-8-sig", "", marks=pytest.mark.case(1)),
        pytest.param("utf-16", "", marks=pytest.mark.case(2)),
        pytest.param("utf-16-le", "The file was read as UTF-16-LE.", marks=pytest.mark.case(3)),
        pytest.param("utf-16-be", "The file was read as UTF-16-BE.", marks=pytest.mark.case(3)),
        pytest.param("utf-32", "", marks=pytest.mark.case(4)),
        pytest.param("cp1252", AS_WINDOWS, marks=pytest.mark.case(5)),
    ],
)
def test_every_encoding_that_spreadsheets_save_is_read(encoding: str, told: str) -> None:
    sheet = read_sheet((HEADER + "lstm,f_1,½,für später\n").encode(encoding), "sheet.CSV")
    assert sheet.entries == [Entry("lstm", "f_1", "½", 2)]
    assert sheet.problems == ([Problem(told, advice=AGAIN)] if told else [])


@pytest.mark.case(6)
@pytest.mark.parametrize(
    ("encoding", "meaning"),
    [("mac_roman", "für später, Å"), ("gb18030", "忘记门 值"), ("shift_jis", "忘却ゲート"), ("cp1250", "Łódź ťažké"),
     ("koi8-r", "значение"), ("euc-kr", "김영희 값")],
)  # fmt: skip
def test_numbers_survive_an_encoding_that_is_not_known(encoding: str, meaning: str) -> None:
    sheet = read_sheet((HEADER + f'lstm,f_1,0.852,"{meaning}"\n').encode(encoding), "sheet.csv")
    assert [(entry.text, entry.problem) for entry in sheet.entries] == [("0.852", "")]
    assert sheet.problems == [Problem(AS_WINDOWS, advice=AGAIN)]


@pytest.mark.case(7)
def test_a_nul_spoils_the_answer_it_is_in_and_no_other() -> None:
    sheet = read_csv((HEADER + "q,a,0.8\00052,\nq,b,0.5,\n").encode())
    collected, _ = collect(sheet, blank({"q": [Part("a", ""), Part("b", "")]}))
    spoilt, other = collected["q"]["a"][0], collected["q"]["b"][0]
    assert spoilt.problem == "'0.8\ufffd52' has something after the number: write the number alone, without a unit"
    assert other.number == Number(0.5, "0.5")
    message = "There are NUL characters, the first in line 2, which text never holds."
    assert sheet.problems == [Problem(message, 2, "Look at what is written there, and save the file anew.")]


@pytest.mark.parametrize(
    ("text", "comma"),
    [
        pytest.param("question;part;answer\nlstm;f_1;0,5\n", True, marks=pytest.mark.case(13)),
        pytest.param("question\tpart\tanswer\nlstm\tf_1\t0,5\n", False, marks=pytest.mark.case(14)),
        pytest.param("sep=;\nquestion;part;answer;meaning\nlstm;f_1;0,5;\n", True, marks=pytest.mark.case(15)),
        pytest.param('Part , ANSWER,notes,"Question"\nf_1,"0,5",x,lstm\n', False, marks=pytest.mark.case(23, 24)),
        pytest.param("Question_ID;Part;Your answer:\nlstm;f_1;0,5\n", True, marks=pytest.mark.case(23)),
        ('question,part,answer,value\nlstm,f_1,"0,5",7\n', False),
        pytest.param('question,part,answer\rlstm,f_1,"0,5"\r', False, marks=pytest.mark.case(8)),
        pytest.param(
            '\n# a note\nquestion, part, answer\n,,\nlstm, f_1, "0,5"\n,,,,\n', False, marks=pytest.mark.case(22)
        ),
    ],
)
def test_dialects_of_csv_are_told_by_the_header(text: str, comma: bool) -> None:
    sheet = read_csv(text.encode())
    assert [(e.question, e.part, e.text, e.problem) for e in sheet.entries] == [("lstm", "f_1", "0,5", "")]
    assert sheet.decimal_comma is comma


@pytest.mark.case(25)
def test_without_its_header_the_sheet_handed_out_is_known_by_its_first_row() -> None:
    sheet = read_csv(b"assignment,,hw,\nstudent,,s1,\nlstm,f_1,0.5,forget gate\n")
    assert (sheet.student, sheet.entries) == ("s1", [Entry("lstm", "f_1", "0.5", 3)])
    message = "The first line, which names the columns, is missing: they were taken in the usual order."
    assert sheet.problems == [Problem(message, 1, "See that every answer stands where it belongs.")]


@pytest.mark.parametrize("row", ["lstm,f_1,0,5,forget gate", "lstm,f_1,0,5,", "lstm,f_1,0,5", "lstm, f_1, 0,5,a,b"])
@pytest.mark.case(30)
def test_an_unquoted_decimal_comma_is_never_read_as_its_whole_part(row: str) -> None:
    assert entries(row + "\n") == [Entry("lstm", "f_1", "0,5", 2, SPLIT)]


def test_a_split_answer_before_the_names_shifts_them_back() -> None:
    sheet = read_csv(b"answer,question,part\n0,5,lstm,f_1\n")
    assert sheet.entries == [Entry("lstm", "f_1", "0,5", 2, SPLIT)]


def test_other_stray_commas_leave_the_answer_alone() -> None:
    rows = "lstm,f_1,0.5,forget gate, t = 1\nlstm,i_1,5,,,\nrnn,dW[1,2],0.7,row 1\nlstm,o_1,7\n"
    assert [(e.part, e.text, e.problem) for e in entries(rows)] == [
        ("f_1", "0.5", ""),
        ("i_1", "5", ""),
        ("dW[1,2]", "0.7", ""),
        ("o_1", "7", ""),
    ]


@pytest.mark.parametrize(
    ("row", "kind", "text", "sentence"),
    [
        ("q,a,Gates help, clipping too,", "text", "Gates help,clipping too", "put quotes around the answer"),
        ("q,a,Gates help, clipping too", "text", "Gates help,clipping too", "put quotes around the answer"),
        ("q,a,one, two, three", "text", "one,two,three", "put quotes around the answer"),
        ("q,a,2,0(y-t)y(1-y)h1,", "expression", "2,0(y-t)y(1-y)h1", "put quotes around the answer"),
        ('q,a,2,0(y-t)y,"∂E/∂W, at t = 1"', "number", "2,0(y-t)y", "put quotes around the answer"),
        ('q,a,2,0(y-t)y,"∂E/∂W, at t = 1"', "expression", "2,0(y-t)y", "put quotes around the answer"),
        ("q,a,0,5 or so,", "number", "0,5 or so", "put quotes around the answer"),
    ],
)
def test_what_a_comma_cut_off_is_not_taken_for_the_meaning(row: str, kind: Kind, text: str, sentence: str) -> None:
    part = Part("a", "∂E/∂W, at t = 1", kind=kind, space=SPACE if kind == "expression" else None)
    collected, _ = collect(read_csv((HEADER + row + "\n").encode()), blank({"q": [part]}))
    (cell,) = collected["q"]["a"]
    assert (cell.text, cell.readable) == (text, kind == "text")
    assert cell.problem == f"the comma in {text} split this row: {sentence}"


@pytest.mark.parametrize("kind", ["text", "number", "expression"])
@pytest.mark.parametrize("meaning", ["∂E/∂W, t = 1", "?E/?W, t = 1", "âˆ‚E/âˆ‚W; T=1", "", ",,"])
def test_the_parts_meaning_stays_its_meaning_however_it_was_saved(kind: Kind, meaning: str) -> None:
    part = Part("a", "∂E/∂W, t = 1", kind=kind, space=SPACE if kind == "expression" else None)
    collected, _ = collect(read_csv((HEADER + f"q,a,2,{meaning}\n").encode()), blank({"q": [part]}))
    (cell,) = collected["q"]["a"]
    assert (cell.text, cell.problem) == ("2", "")


def test_a_note_behind_a_number_leaves_it_alone() -> None:
    collected, _ = collect(read_csv((HEADER + "q,a,0.5,not sure\n").encode()), blank({"q": [Part("a", "forget gate")]}))
    assert collected["q"]["a"][0].number == Number(0.5, "0.5")


def test_an_unquoted_list_is_put_together_and_explained() -> None:
    assert entries("rnn,dW,[1,2],x\n") == [
        Entry("rnn", "dW", "[1,2]", 2, "the comma in [1,2] split this row: put quotes around the answer")
    ]


@pytest.mark.case(9, 16)
def test_a_cell_of_several_lines_keeps_the_line_it_begins_in() -> None:
    found = entries('lstm,f_1,"[1\n2]",\nlstm,i_1,0.5\u20286,\n')
    assert [(e.text, e.line) for e in found] == [("[1\n2]", 2), ("0.5\u20286", 4)]


def test_a_second_student_row_is_reported_and_the_first_kept() -> None:
    sheet = read_csv((HEADER + "student,,s1,\nstudent,,s2,\n").encode())
    assert sheet.student == "s1"
    message = "The sheet names the student twice, s1 and s2; the first was kept."
    assert sheet.problems == [Problem(message, 3, "Leave only one row for the student.")]


@pytest.mark.case(18)
def test_an_endless_answer_costs_only_itself() -> None:
    long, other = entries(f"lstm,f_1,{'1' * 40_000},\nlstm,i_1,1,\n")
    assert long.problem.startswith("the answer has more than 32767 characters")
    assert other == Entry("lstm", "i_1", "1", 3)
    number, text = Part("f_1", ""), Part("f_1", "", kind="text")
    assert [len(read_cells(part, [long], None)[0].text) for part in (number, text)] == [200, 40_000]


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        pytest.param(b"", None, "the file is empty", marks=pytest.mark.case(12)),
        (b" \r\n\t", None, "the file is empty"),
        (b"# only\n", None, "the file has no rows"),
        pytest.param(b"PK\x03\x04...", None, "a workbook or an archive", marks=pytest.mark.case(108)),
        pytest.param(b"\xd0\xcf\x11\xe0...", None, "an old Excel", marks=pytest.mark.case(109)),
        pytest.param(b"%PDF-1.7", None, "a PDF", marks=pytest.mark.case(110)),
        (b"\x89PNG\r\n", None, "a picture"),
        (b"\xff\xd8\xff\xe0", None, "a picture"),
        pytest.param(b"\n<!DOCTYPE html><html>", None, "a web page", marks=pytest.mark.case(111)),
        pytest.param(b"x" * ((1 << 20) + 1), None, "larger than 1024 KiB", marks=pytest.mark.case(97)),
        (b"GIF89a\x01\0\x01\0\x80\0\0", None, "the file is not text"),
        pytest.param(
            HEADER.encode() + "x,y,0.5,∂E/∂W\n".encode() + b"a,b,\x81\n",
            3,
            "byte 52 of the file is not text in UTF-8",
            marks=pytest.mark.case(11),
        ),
        pytest.param(
            b"\xef\xbb\xbf" + HEADER.encode() + b"a,b,\x81\n", 2, "byte 37 of the file", marks=pytest.mark.case(11)
        ),
        pytest.param(
            HEADER.encode() + b'x,y,1\na,b,"0.5\nc,d,2\n', 3, "a quote opens in this row", marks=pytest.mark.case(17)
        ),
        (HEADER.encode() + b'a,b,"0"5\n', 2, "the quotes in this row"),
        pytest.param(HEADER.encode() + b"a,b,1\n" * 20_001, None, "more than 20000 rows", marks=pytest.mark.case(33)),
        pytest.param(b"a,b,1\n", 1, "no column named question or part or answer", marks=pytest.mark.case(25)),
        pytest.param(b"question,part,answer,Answer\n", 1, "2 columns named answer", marks=pytest.mark.case(26)),
        pytest.param(
            b"| question | part | answer |\n|---|---|---|\n", 1, "no column named", marks=pytest.mark.case(31)
        ),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_with_a_reason(data: bytes, line: int | None, message: str) -> None:
    with pytest.raises(SheetProblem) as caught:
        read_sheet(data, "sheet.csv")
    assert message in caught.value.message
    assert (caught.value.line, bool(caught.value.advice)) == (line, True)


def test_a_misspelled_column_is_named_with_the_right_word() -> None:
    with pytest.raises(SheetProblem) as caught:
        read_csv(b"question,part,anwser\n")
    assert caught.value.advice == (
        "'anwser' is not a column. Did you mean 'answer'? "
        "The first line of an answer sheet reads: question,part,answer,meaning"
    )


def test_other_endings_are_not_answer_sheets() -> None:
    with pytest.raises(SheetProblem, match=r"ends in '\.pages'"):
        read_sheet(b"x", "sheet.pages")
