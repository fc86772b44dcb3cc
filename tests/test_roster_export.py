"""A course system's own list of students in the roster's place."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import CourseError
from grader.roster import Student, read_roster

CANVAS = '''\
Student,ID,SIS User ID,SIS Login ID,Section,Quiz 1 (23),Current Score
,,,,,Manual Posting,
    Points Possible,,,,,10.00,(read only)
"Lovelace, Ada",101,0007,al1,XC 101,8.00,80
"=""=Zola, Émile""",102,0008,ez2,XC 102,,
"Student, Test",999,,abc,XC 101,,
'''


def read(tmp_path: Path, text: str) -> list[Student]:
    path = tmp_path / "roster.csv"
    path.write_text(text, encoding="utf-8")
    return read_roster(path)


@pytest.mark.parametrize("text", [CANVAS, "\ufeff" + CANVAS, CANVAS.replace(",", ";").replace("; ", ", ")])
@pytest.mark.case(124, 126)
def test_canvas_gradebook_without_its_points_and_test_student(tmp_path: Path, text: str) -> None:
    """Ids stay texts, with their zeros."""
    assert read(tmp_path, text) == [
        Student("0007", "Lovelace, Ada", section="XC 101", canvas_id="101", sid="0007", login="al1"),
        Student("0008", "=Zola, Émile", section="XC 102", canvas_id="102", sid="0008", login="ez2"),
    ]


def test_where_some_lack_an_id_the_next_column_is_taken(tmp_path: Path) -> None:
    students = read(tmp_path, CANVAS.replace("0008", ""))
    assert [(student.id, student.sid) for student in students] == [("al1", "0007"), ("ez2", "")]


def test_the_least_that_canvas_exports_is_enough(tmp_path: Path) -> None:
    assert read(tmp_path, "Student,ID,Section\nAda,11,A\n") == [Student("11", "Ada", section="A", canvas_id="11")]


@pytest.mark.parametrize(
    ("text", "student"),
    [
        (
            "Identifier,Full name,ID number,Email address\nParticipant 657693,Ada Lovelace,007,ada@x.example\n",
            Student("007", "Ada Lovelace", "ada@x.example", moodle_id="657693", sid="007"),
        ),
        (
            "Identifier,Full name,Email address,Status\nParticipant 657693,Ada Lovelace,ada@x.example,-\n",
            Student("ada@x.example", "Ada Lovelace", "ada@x.example", moodle_id="657693"),
        ),
        (
            "First name,Last name,Email address,Groups\nAda,Lovelace,ada@x.example,G1\n",
            Student("ada@x.example", "Ada Lovelace", "ada@x.example", section="G1"),
        ),
        (
            "First name,Surname,ID number,Email address\nAda,Lovelace,007,ada@x.example\n",
            Student("007", "Ada Lovelace", "ada@x.example", sid="007"),
        ),
    ],
)
def test_moodles_worksheet_and_participants(tmp_path: Path, text: str, student: Student) -> None:
    assert read(tmp_path, text) == [student]


def test_gradescopes_roster_without_its_staff(tmp_path: Path) -> None:
    text = "First Name,Last Name,SID,Email,Role,Section\nAda,Lovelace,007,a@x.example,Student,A\nB,C,1,b@x,TA,A\n"
    assert read(tmp_path, text) == [Student("007", "Ada Lovelace", "a@x.example", "A", sid="007")]


def test_gradescopes_grades_serve_as_well(tmp_path: Path) -> None:
    text = "First Name,Last Name,SID,Email,Sections,Total Score\nAda,Lovelace,007,a@x.example,A,1.0\n"
    assert [student.id for student in read(tmp_path, text)] == ["007"]


def test_our_own_roster_may_hold_the_systems_ids(tmp_path: Path) -> None:
    text = "student,name,canvas_id,moodle_id,sid,login,uid\ns1,Ada,101,657693,007,al1,4\n"
    assert read(tmp_path, text) == [Student("s1", "Ada", "", "", "101", "657693", "007", "al1")]


@pytest.mark.parametrize("column", ["id", "uid", "group", "sis_id"])
def test_columns_of_ones_own_stay_allowed(tmp_path: Path, column: str) -> None:
    assert read(tmp_path, f"student,name,{column}\ns1,Ada,7\n") == [Student("s1", "Ada")]


def test_a_misspelt_column_of_ids_is_told(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"unknown column 'canvasid'\. Did you mean 'canvas_id'\?"):
        read(tmp_path, "student,canvasid\ns1,7\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SID,Email,First Name,Last Name\n,,A,B\n7,,B,C\n,x@y,D,E\n", "not every student has something under sid"),
        ("SID,Email,First Name,Last Name\n7,,Ada,L\n7,,B,C\n", "line 3: the student '7' stands here twice"),
    ],
)
def test_an_export_in_which_people_cannot_be_told_apart_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(CourseError) as caught:
        read(tmp_path, text)
    assert message in str(caught.value)
