"""What a spreadsheet does to a sheet on its way, through to what a person is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.intake.hand_in import Handed, sheet, words

from grader.answers import Cell, Number
from grader.jobs.marks import thousandfold
from grader.marking import Mark
from grader.part import Part
from grader.sheets.numbers import Unreadable, read_number
from grader.sheets.xlsx_writing import xlsx_sheet


@pytest.mark.parametrize(
    "text", ["01. Mai", "1. Mai", "01.05.2026", "1-May", "Mai 05", "2026-05-01", "01.Mai", "1/5/2026"]
)
@pytest.mark.case(21)
def test_what_a_german_excel_makes_of_1_5_is_told_as_a_date(text: str) -> None:
    with pytest.raises(Unreadable, match="is a date, which spreadsheets make of fractions"):
        read_number(text)


def wrong(text: str, expected: float, verdict: str = "wrong") -> tuple[str, Mark]:
    answer = Cell(text, Number(float(text), text), line=7)
    return "q", Mark("p", "p", answer, verdict=verdict, points=0.0, max=1.0, expected=expected)


@pytest.mark.parametrize(
    ("text", "expected", "told"),
    [
        ("1518", 1.518, True),
        ("1518", 1.5179, True),
        ("-852", -0.8521, True),
        ("1519", 1.6, False),
        ("3000", 3.0, False),  # nobody writes 3.000 for 3
        ("1518.0", 1.518, False),
    ],
)
def test_a_thousand_times_the_right_value_is_listed_and_not_made_right(text: str, expected: float, told: bool) -> None:
    problems = list(thousandfold([wrong(text, expected)]))
    assert bool(problems) is told
    if told:
        assert f"q p: a thousand times what is right ({text})" in problems[0].message
    assert not list(thousandfold([wrong(text, expected, "right")]))


def test_a_workbook_among_what_was_handed_in_is_marked(tmp_path: Path) -> None:
    course = Handed(tmp_path)
    empty = xlsx_sheet("hw", "s002", "", {"tconv": [Part("size_1", "size")]})
    course.unpack({"s001.csv": sheet("s001"), "s002.xlsx": empty, "s003.xlsx": b"PK\3\4"})
    graded = course.grade()
    assert course.points() == {"s001": 10.0, "s002": 0.0}
    assert words(graded)["s003.xlsx"] == "this is no Excel workbook, or it was cut short"
