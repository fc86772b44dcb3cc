"""Sheets as Excel workbooks: written, filled in as people do, and read back."""

from __future__ import annotations

import datetime as dt
import io
import sys
import zipfile
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from grader.answers import Sheet
from grader.errors import CourseError, SheetProblem
from grader.part import Part
from grader.sheets import read_sheet
from grader.sheets.collecting import collect
from grader.sheets.names import blank
from grader.sheets.xlsx_writing import xlsx_sheet

PARTS = {"q": [Part("p", "a number"), Part("W", "a matrix", shape=(2, 2))]}
FORMATS = {dt.datetime: "yyyy-mm-dd", dt.time: "hh:mm"}


def filled(*answers: Any, header: tuple[str, ...] = ("question", "part", "answer", "meaning")) -> bytes:
    """A workbook with the answers in rows q.p, typed as a spreadsheet keeps them."""
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as workbook:
        page = workbook.add_worksheet()
        page.write_row(0, 0, header)
        page.write_row(1, 0, ("student", "", "007"))
        for nth, answer in enumerate(answers, start=2):
            page.write_row(nth, 0, ("q", f"p_{nth}"))
            kind = FORMATS.get(type(answer))
            page.write(nth, 2, answer, workbook.add_format({"num_format": kind}) if kind else None)
    return out.getvalue()


PARTS_3_TO_5 = [Part(f"p_{row}", "") for row in (3, 4, 5)]


def with_formulas(formulas: dict[int, tuple[str, str]]) -> bytes:
    """The same with formulas in rows q.p, and what they came to."""
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as workbook:
        page = workbook.add_worksheet()
        page.write_row(0, 0, ("question", "part", "answer"))
        for row, (formula, value) in formulas.items():
            page.write_row(row - 1, 0, ("q", f"p_{row}"))
            page.write_formula(row - 1, 2, formula, None, value)
    return out.getvalue()


def read(data: bytes) -> Sheet:
    return read_sheet(data, "s001.xlsx")


def texts(data: bytes) -> list[Any]:
    return [entry.text for entry in read(data).entries]


def changed(data: bytes, name: str, old: str, new: str) -> bytes:
    """The workbook with something else in one of its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            content = source.read(member)
            if member.filename == name:
                assert old.encode() in content
                content = content.replace(old.encode(), new.encode())
            target.writestr(member.filename, content)
    return out.getvalue()


def test_an_empty_sheet_is_read_back_with_its_owner() -> None:
    sheet = read(xlsx_sheet("hw4", "007", "K7Q2-9FXM", PARTS))
    assert (sheet.assignment, sheet.student, sheet.instance) == ("hw4", "007", "K7Q2-9FXM")
    assert (sheet.entries, sheet.problems) == ([], [])


def test_the_same_paper_is_the_same_file() -> None:
    assert xlsx_sheet("hw4", "s1", "K", PARTS) == xlsx_sheet("hw4", "s1", "K", PARTS)


def test_answer_cells_are_text_so_that_a_spreadsheet_leaves_them_alone() -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx_sheet("hw4", "s1", "K", PARTS))) as archive:
        sheet, styles = (archive.read(f"xl/{name}.xml").decode() for name in ("worksheets/sheet1", "styles"))
    style = int(sheet.partition('<c r="C5" s="')[2].partition('"')[0])
    formats = styles.partition("<cellXfs")[2].split("<xf ")[1:]
    assert 'numFmtId="49"' in formats[style]  # 49 is @, text


def test_what_is_typed_into_cells_comes_as_a_csv_file_would_have_it() -> None:
    answers = (0.852, 3, -2.5e-7, "1/2", "0,5", True, "two\nlines", "=1+1 as text")
    expected = ["0.852", "3", "-2.5e-07", "1/2", "0,5", "TRUE", "two\nlines"]
    assert texts(filled(*answers))[:7] == expected


@pytest.mark.case(21)
def test_a_date_that_excel_made_is_told() -> None:
    data = filled(dt.datetime(2026, 2, 1), header=("question", "part", "answer"))  # noqa: DTZ001 - Excel has no zones
    answers, _ = collect(read(data), blank({"q": [Part("p_2", "a number")]}))
    assert answers["q"]["p_2"][0].problem == (
        "'2026-02-01' is a date, which spreadsheets make of fractions: write it as a decimal, like 0.5"
    )


def test_an_error_of_the_spreadsheet_is_told_in_its_cell() -> None:
    answers, _ = collect(
        read(with_formulas({3: ("=1/0", "#DIV/0!"), 5: ("=W_f", "#NAME?")})), blank({"q": PARTS_3_TO_5})
    )
    told = {part: cells[0].problem for part, cells in answers["q"].items()}
    assert told == {
        "p_3": "'#DIV/0!' is an error of the spreadsheet: correct its formula, or write the number itself",
        "p_5": "'#NAME?' is an error of the spreadsheet: correct its formula, or write the number itself",
    }


def test_lines_are_the_workbooks_rows_also_below_an_answer_of_several_lines() -> None:
    sheet = read(filled("two\r\nlines", "three\nmore\nlines", "x"))
    assert [(entry.text, entry.line) for entry in sheet.entries] == [
        ("two\nlines", 3), ("three\nmore\nlines", 4), ("x", 5),
    ]  # fmt: skip


def test_a_sheet_of_thousands_of_rows_is_read() -> None:
    assert len(read(filled(*[1.5] * 5000)).entries) == 5000


def test_the_answers_may_stand_on_a_later_worksheet() -> None:
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as workbook:
        workbook.add_worksheet("notes").write_string(0, 0, "working")
        page = workbook.add_worksheet("answers")
        page.write_row(0, 0, ("question", "part", "answer"))
        page.write_row(1, 0, ("q", "p", "5"))
    assert texts(out.getvalue()) == ["5"]


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('r="C3"', 'r="XFD1048576"'),
        ('r="C3"', 'r="C&#49;048576"'),
        ('r="C3"', 'r="ZZZZZZZ3"'),
        ('<row r="3"', '<row r="1048576"'),
        ("<sheetData>", f"<sheetData>{'<row/>' * 100_001}"),
    ],
)
@pytest.mark.case(101)
def test_a_workbook_that_would_fill_the_memory_is_refused(old: str, new: str) -> None:
    with pytest.raises(SheetProblem, match="the workbook is larger than any answer sheet"):
        read(changed(filled(1.5), SHEET, old, new))


@pytest.mark.case(101)
def test_parts_that_unpack_to_too_much_are_refused() -> None:
    with pytest.raises(SheetProblem, match="the workbook is larger than any answer sheet"):
        read(changed(filled(1.5), SHEET, "<sheetData>", f"<sheetData>{' ' * (17 << 20)}"))


@pytest.mark.case(101)
def test_a_long_text_shared_by_many_cells_is_refused() -> None:
    data = filled(*["x" * 30_000] * 5000)
    assert len(data) < 1 << 20
    with pytest.raises(SheetProblem, match="the workbook is larger than any answer sheet"):
        read(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\3\4", "this is no Excel workbook, or it was cut short"),
        (b"question,part,answer\n", "this is no Excel workbook, or it was cut short"),
        (b"", "this is no Excel workbook, or it was cut short"),
        (filled(1)[:-100], "this is no Excel workbook, or it was cut short"),
        (changed(filled(1), SHEET, "<sheetData>", "<sheetDat"), "the workbook is broken (not well-formed"),
        (changed(filled(1), SHEET, "<worksheet", "<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet"), "a document type"),
    ],
)
def test_what_is_no_sound_workbook_is_told(data: bytes, message: str) -> None:
    with pytest.raises(SheetProblem) as caught:
        read(data)
    assert message in str(caught.value)
    assert caught.value.advice


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 255)), max_size=20))
def test_any_bytes_are_read_or_refused(changes: list[tuple[int, int]]) -> None:
    """The reader is a library in another language: none of its own errors, and no panic, comes through."""
    data = bytearray(filled(1.5, "x"))
    for place, byte in changes:
        data[place % len(data)] = byte
    with suppress(SheetProblem):
        read(bytes(data))


@settings(max_examples=100)
@given(st.text(max_size=300))
def test_any_text_in_its_xml_is_read_or_refused(text: str) -> None:
    with suppress(SheetProblem):
        read(changed(filled(1.5, "x"), SHEET, "<sheetData>", f"{text.encode('utf-8', 'replace').decode()}<sheetData>"))


def test_without_the_extra_both_ways_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    data = filled(1.5)
    for name in ("python_calamine", "xlsxwriter"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(SheetProblem) as caught:
        read(data)
    assert "grader[xlsx]" in caught.value.advice
    with pytest.raises(CourseError, match=r"pip install 'grader\[xlsx\]'"):
        xlsx_sheet("hw4", "s1", "K", PARTS)
