"""What a spreadsheet does to a sheet on its way, through to what a person is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.course_folder import LSTM, course
from tests.intake.hand_in import Handed, sheet, words

from grader.jobs.spreadsheets import suspicions
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


def told(text: str, expected: str, verdict: str = "wrong") -> list[str]:
    mark = ("q", "p", "p", text, text, expected, "", verdict, "", 0.0, 1.0, "", 7)
    found = list(suspicions([mark]))
    assert all((line, advice.endswith("`grader review`")) == (7, True) for _, line, advice in found)
    return [message for message, _, _ in found]


@pytest.mark.parametrize(
    ("text", "expected", "suspected"),
    [
        ("1518", "1.518", True),
        ("1518", "1.5179", True),
        ("-852", "-0.8521", True),
        ("1519", "1.6", False),
        ("3000", "3", False),  # nobody writes 3.000 for 3
        ("1518.0", "1.518", False),
    ],
)
def test_a_thousand_times_the_right_value_is_listed_and_not_made_right(
    text: str, expected: str, suspected: bool
) -> None:
    message = f"q p: a thousand times what is right ({text}), as where a spreadsheet dropped the point"
    assert told(text, expected) == ([message] if suspected else [])
    assert not told(text, expected, "right")


@pytest.mark.parametrize(
    ("text", "expected", "sentence"),
    [
        pytest.param("46054", "0.5", "the day 2026-02-01, which it makes of 1/2 or 2/1", marks=pytest.mark.case(21)),
        ("46143", "1.5", "the day 2026-05-01, which it makes of 1/5 or 5/1"),
        ("46054", "", "the day 2026-02-01"),
        ("46054", "45000", ""),
        ("46054.5", "0.5", ""),
        ("24107", "0.5", ""),
    ],
)
def test_a_day_that_came_as_its_number_is_listed(text: str, expected: str, sentence: str) -> None:
    found = told(text, expected)
    assert [f"q p: {text} is how a spreadsheet keeps {sentence}" in message for message in found] == (
        [True] if sentence else []
    )


def test_what_a_spreadsheet_did_is_told_to_the_instructor_alone(tmp_path: Path) -> None:
    """The sentence gives the answer away, and what to do about it is not the student's."""
    folder = course(tmp_path)
    assert folder.run("generate", "--seed", "1").code == 0
    folder.sheet("s001", {"lstm": {**LSTM, "f_1": "46054", "i_1": "961"}})
    folder.run("grade", "submissions")
    problems = [row["problem"].partition(":")[0] for row in folder.table("reports/hw/attention.csv")]
    assert problems == ["lstm i_1", "lstm f_1"]
    page = (tmp_path / "reports/hw/feedback/s001.html").read_text(encoding="utf-8")
    assert "spreadsheet" not in page
    assert "961" in page


def test_a_workbook_among_what_was_handed_in_is_marked(tmp_path: Path) -> None:
    course = Handed(tmp_path)
    empty = xlsx_sheet("hw", "s002", "", {"tconv": [Part("size_1", "size")]})
    course.unpack({"s001.csv": sheet("s001"), "s002.xlsx": empty, "s003.xlsx": b"PK\3\4"})
    graded = course.grade()
    assert course.points() == {"s001": 10.0, "s002": 0.0}
    assert words(graded)["s003.xlsx"] == "this is no Excel workbook, or it was cut short"
