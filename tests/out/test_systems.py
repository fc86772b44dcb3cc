"""Files in the shape that each system gives them (field notes 1.1 to 1.3)."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import CourseError
from grader.export import READERS, Cells, Chosen, Directory, Layout

PEOPLE = [
    {"student": "s1", "name": "Block, Jasen", "email": "jb@example.edu", "canvas_id": "11", "login": "jblock"},
    {"student": "007", "name": "Ana Ruiz", "email": "ana@example.edu", "participant": "657693"},
    {"student": "s3", "name": "Ana Ruiz", "email": "ana.r@example.edu", "moodle_id": "9"},
]
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Quiz 1 (23),Quiz 1 (24),Sum (25),Quizzes Current Score,Final Score
,,,,,Manual Posting,,,,
    Points Possible,,,,,10.00,5.00,(read only),(read only),(read only)
"Block, Jasen",11,,jblock,XC 101,8.00,,3,,
"Ruiz, Ana",12,7,,XC 101,,,,,
"Student, Test",99,,zz,XC 101,,,,,
"""
MOODLE = """\
Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed,Last modified (grade)
Participant 657693,Ana Ruiz,,-,,100.00,Yes,-
Participant 657694,Block Jasen,jb@example.edu,-,50.00,100.00,No,-
"""


def layout(system: str, text: str, asked: str = "", *titles: str) -> Layout:
    return READERS[system](Cells(text.encode(), Path("g.csv")), Chosen(titles or ("Quiz 1",), asked))


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ([("11", ("canvas_id",))], "s1"),
        pytest.param([("7", ("student",))], "007", marks=pytest.mark.case(124)),  # a spreadsheet ate the zeros
        ([("JB@Example.edu ", ("email",))], "s1"),
        ([("jasen  BLOCK", ("name",))], "s1"),
        ([("Ana Ruiz", ("name",))], ""),  # two of them
        ([("ana@example.edu", ("email",)), ("Ana Ruiz", ("name",))], "007"),
        ([("11", ("canvas_id",)), ("ana@example.edu", ("email",))], ""),  # it names two people
        ([("11", ("canvas_id",)), ("9", ("moodle_id",))], "s1"),
        ([("", ("student",)), ("nobody", ("name",))], ""),
    ],
)
def test_a_row_is_whom_its_ids_name_and_only_then_whom_its_name_does(
    keys: list[tuple[str, tuple[str, ...]]], found: str
) -> None:
    assert Directory(PEOPLE).find(keys)[0] == found


@pytest.mark.parametrize(("asked", "column"), [("23", 5), ("Quiz 1 (24)", 6), ("quiz 1 (24)", 6)])
def test_a_canvas_column_is_named_by_its_id_or_in_full(asked: str, column: int) -> None:
    assert layout("canvas", CANVAS, asked).column == column


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("", "assignment 'Quiz 1' is there 2 times; name it by its id"),
        ("Quiz 2", r"there is no assignment 'Quiz 2'. Did you mean 'Quiz 1'?"),
        ("Sum", "there is no assignment 'Sum'"),  # read only
        ("Final Score", "there is no assignment 'Final Score'"),
    ],
)
def test_a_canvas_column_that_cannot_be_meant_is_told(asked: str, message: str) -> None:
    with pytest.raises(CourseError, match=message):
        layout("canvas", CANVAS, asked)


def test_in_canvas_only_students_have_rows() -> None:
    """Posting policies, maxima and the Test Student are none."""
    found = layout("canvas", CANVAS, "23")
    assert [line.row for line in found.lines] == [3, 4]
    assert {line.maximum for line in found.lines} == {10.0}
    assert [Directory(PEOPLE).find(line.keys)[0] for line in found.lines] == ["s1", "007"]


@pytest.mark.parametrize("header", ["Grade,Maximum grade", "Bewertung,Bestwertung", "Оценка,Максимум", "评分,最高分"])
def test_moodles_grades_stand_before_the_maximum_in_any_language(header: str) -> None:
    found = layout("moodle", MOODLE.replace("Grade,Maximum grade", header))
    assert (found.column, found.title) == (4, header.partition(",")[0])
    assert [(line.maximum, bool(line.locked)) for line in found.lines] == [(100.0, False), (100.0, True)]
    assert [Directory(PEOPLE).find(line.keys)[0] for line in found.lines] == ["007", "s1"]


def test_a_worksheet_graded_by_a_scale_is_refused() -> None:
    text = MOODLE.replace("100.00", "Pass/Fail").replace("Maximum grade", "Scale")
    with pytest.raises(CourseError, match="what is graded by a scale takes no points"):
        layout("moodle", text)


@pytest.mark.parametrize(
    ("header", "asked", "column"),
    [
        ("First Name,Last Name,SID,Email,Sections,Total Score,Max Points,Status", "", 5),
        ("First Name,Last Name,SID,Email,Quiz 1,Quiz 1 - Max Points,Quiz 2,Quiz 2 - Max Points", "", 4),
        ("First Name,Last Name,SID,Email,Quiz 1,Quiz 1 - Max Points,Quiz 2,Quiz 2 - Max Points", "Quiz 2", 6),
    ],
)
def test_gradescope_has_a_table_for_one_assignment_and_one_for_all(header: str, asked: str, column: int) -> None:
    found = layout("gradescope", f"{header}\nJasen,Block,,jb@example.edu,x,10.0,10.0,10.0\n", asked)
    assert found.column == column
    assert found.lines[0].maximum == 10.0
    assert Directory(PEOPLE).find(found.lines[0].keys)[0] == "s1"


@pytest.mark.parametrize(
    ("system", "message"),
    [
        ("canvas", "this is no gradebook exported by Canvas"),
        ("moodle", "this is no grading worksheet of Moodle"),
        ("gradescope", "this is no table of scores from Gradescope"),
    ],
)
@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "\r\n\r\n", "Student,ID\n"])
def test_another_file_is_told(system: str, message: str, text: str) -> None:
    with pytest.raises(CourseError, match=message):
        layout(system, text)
