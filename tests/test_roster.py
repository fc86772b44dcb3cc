from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import CourseError
from grader.roster import Student, find, numbered, read_roster, sections


def read(tmp_path: Path, content: str | bytes) -> list[Student]:
    path = tmp_path / "roster.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_roster(path)


def error(tmp_path: Path, content: str | bytes) -> str:
    with pytest.raises(CourseError) as caught:
        read(tmp_path, content)
    return str(caught.value).removeprefix(str(tmp_path))


def test_students_come_in_the_files_order(tmp_path: Path) -> None:
    text = 'student,name,email,section\ns2,"Lovelace, Ada",ada@x.org,B\ns1,Émile,,A\n'
    assert read(tmp_path, text) == [Student("s2", "Lovelace, Ada", "ada@x.org", "B"), Student("s1", "Émile", "", "A")]


@pytest.mark.parametrize(
    "text",
    [
        "student,name\ns1,Ada\n",
        "\ufeffstudent,name\r\ns1,Ada\r\n",
        "Name; STUDENT \nAda;s1\n",
        "name\tstudent\tgroup\nAda\ts1\t7\n",
        "student,name\n\n s1 , Ada \n,,\n",
    ],
)
def test_the_columns_are_found_by_name_in_any_dialect(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == [Student("s1", "Ada")]


def test_leading_zeros_of_an_id_are_kept(tmp_path: Path) -> None:
    assert read(tmp_path, "student\n007\n") == [Student("007")]


@pytest.mark.case(133)
def test_an_absurdly_long_name_is_cut(tmp_path: Path) -> None:
    assert len(read(tmp_path, f"student,name\ns1,{'x' * 20_000}\n")[0].name) == 120


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("studnet,name\ns1,Ada\n", "/roster.csv, line 1: unknown column 'studnet'. Did you mean 'student'?"),
        ("who,name\ns1,Ada\n", "/roster.csv, line 1: the roster has no column 'student'"),
        ("", "/roster.csv, line 1: the roster has no column 'student'"),
        ("student,name\ns1,Ada\ns1,Bob\n", "/roster.csv, line 3: the student 's1' stands here twice"),
        ("student,name\ns1,Ada\n,Bob\n", "/roster.csv, line 3: this row has no student id"),
        (b"student,name\ns1,\xe9\n", "/roster.csv: this is not UTF-8 text"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, content: str | bytes, message: str) -> None:
    assert error(tmp_path, content).startswith(message)


def test_a_roster_that_is_not_there_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="there is no such roster; write one with the columns student,name,email"):
        read_roster(tmp_path / "roster.csv")


def test_students_for_a_trial_are_numbered() -> None:
    assert [student.id for student in numbered(2)] == ["s001", "s002"]
    assert numbered(1000)[0].id == "s0001"


STUDENTS = {student.id: student for student in (Student("007"), Student("Ab1"), Student("0012"), Student("12"))}


@pytest.mark.parametrize(
    ("written", "found", "assumed"),
    [
        ("007", "007", False),
        ("7", "007", True),
        ("07", "007", True),
        ("AB1", "Ab1", True),
        ("12", "12", False),
        ("012", None, False),  # 12 or 0012
        ("s9", None, False),
        ("", None, False),
    ],
)
def test_case_and_lost_zeros_are_forgiven_where_one_student_fits(
    written: str, found: str | None, assumed: bool
) -> None:
    student, note = find(written, STUDENTS)
    assert (student.id if student else None) == found
    assert bool(note) is assumed


def test_papers_are_sorted_by_section_and_then_as_on_the_roster() -> None:
    students = [Student("b", section="2"), Student("a", section="2"), Student("c", section="1")]
    assert [student.id for student in sections(students)] == ["c", "b", "a"]
