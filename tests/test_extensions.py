from __future__ import annotations

from pathlib import Path

import pytest

from grader.deadlines import stamp
from grader.errors import CourseError
from grader.extensions import Extension, read_extensions
from grader.roster import Student

STUDENTS = {name: Student(name) for name in ("s001", "s002", "007")}


def read(folder: Path, text: str) -> dict[tuple[str, str], Extension]:
    path = folder / "extensions.csv"
    path.write_text(text, encoding="utf-8")
    return read_extensions(path, STUDENTS, ["hw4", "hw5"])


def test_says_who_has_longer_and_who_is_excused(tmp_path: Path) -> None:
    text = "\ufeffstudent;assignment;due;excused\ns001;hw4;2026-12-05 12:00;\n;;;\n7;hw4;;yes\ns001;hw5;;x\n"
    assert read(tmp_path, text) == {
        ("s001", "hw4"): Extension(stamp("2026-12-05 12:00")),
        ("007", "hw4"): Extension(excused=True),  # a spreadsheet ate the zeros
        ("s001", "hw5"): Extension(excused=True),
    }
    assert read_extensions(tmp_path / "none.csv", STUDENTS, ["hw4"]) == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("student,assigment\n", ["line 1", "'assigment'", "'assignment'"]),
        ("student,due\n", ["line 1", "no column 'assignment'"]),
        ("student,assignment\ns01,hw4\n", ["line 2", "'s01'", "'s001'"]),
        ("student,assignment\ns001,hw44\n", ["line 2", "'hw44'", "'hw4'"]),
        ("student,assignment,due\n\ns001,hw4,soon\n", ["line 3", "due: 'soon' is no time"]),
        ("student,assignment,excused\ns001,hw4,maybe\n", ["line 2", "'maybe' is neither yes nor no"]),
        ("student,assignment\ns001,hw4\ns001,hw4\n", ["line 3", "two rows"]),
        ('student,assignment\n"s001,hw4\n', ["extensions.csv, line"]),
        ("", ["line 1", "no column 'student'"]),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(CourseError) as error:
        read(tmp_path, text)
    assert all(word in str(error.value) for word in words), str(error.value)
