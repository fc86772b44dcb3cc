from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import CourseError
from grader.files import file_name, write


@given(st.text(min_size=1, max_size=300))
def test_every_id_becomes_a_file_name_that_is_safe_everywhere(name: str) -> None:
    made = file_name(name)
    assert re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]*", made)
    assert len(made) <= 100
    assert not made.endswith(".")
    assert not re.fullmatch(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", made, re.IGNORECASE)


@given(st.lists(st.text(max_size=20), unique=True, min_size=2, max_size=20))
def test_different_ids_have_different_names_even_where_case_does_not_count(names: list[str]) -> None:
    assert len({file_name(name).casefold() for name in names}) == len(names)


@pytest.mark.parametrize("name", ["s001", "a.b-c_d", "007", "x" * 80])
def test_a_plain_name_stays_as_it_is(name: str) -> None:
    assert file_name(name) == name


@pytest.mark.parametrize(
    ("name", "start"),
    [
        pytest.param("../../etc/passwd", "etc-passwd-", marks=pytest.mark.case(127)),
        ("Müller", "Muller-"),
        ("S001", "S001-"),
        pytest.param("CON", "CON-", marks=pytest.mark.case(112)),
        pytest.param("con.x", "con.x-", marks=pytest.mark.case(112)),
        pytest.param("lpt1", "lpt1-", marks=pytest.mark.case(112)),
        pytest.param("s001.", "s001-", marks=pytest.mark.case(112)),
        pytest.param("s001 ", "s001-", marks=pytest.mark.case(112)),
        pytest.param("x" * 20_000, "x" * 80 + "-", marks=pytest.mark.case(113)),
    ],
)
def test_where_something_is_lost_a_hash_is_added(name: str, start: str) -> None:
    assert re.fullmatch(re.escape(start) + "[0-9a-f]{8}", file_name(name))


def test_a_name_of_nothing_but_strange_letters_is_a_hash() -> None:
    assert re.fullmatch("[0-9a-f]{8}", file_name("王小明"))
    assert file_name("王小明") != file_name("王小朋")


def test_text_is_written_with_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "c.txt"
    write(path, "für\n")
    assert path.read_bytes() == "für\n".encode()
    assert [each.name for each in path.parent.iterdir()] == ["c.txt"]


def test_an_unchanged_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "c.txt"
    write(path, "same")
    os.utime(path, (1000, 1000))
    write(path, b"same")
    assert path.stat().st_mtime == 1000
    write(path, "new!")
    assert path.stat().st_mtime != 1000
    assert path.read_text() == "new!"


def test_a_file_that_cannot_be_written_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(CourseError, match="this cannot be written"):
        write(tmp_path / "folder", "text")
    (tmp_path / "file").write_text("x")
    with pytest.raises(CourseError, match="this cannot be written"):
        write(tmp_path / "file" / "below", "text")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", "folder"]
