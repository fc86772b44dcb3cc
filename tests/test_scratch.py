"""What is kept out of memory is the same as in it."""

from __future__ import annotations

import sqlite3
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import CourseError
from grader.gradebook import Gradebook
from grader.intake.attempts import gather
from grader.intake.folders import list_files
from grader.intake.people import People
from grader.jobs.entries import Entries, Entry
from grader.roster import Student, Students, each_student, numbered
from grader.scratch import Asked, Kept, Scratch, Seen

FEW, MANY = 300, 3000
ITEMS = st.lists(st.one_of(st.integers(), st.text(), st.none()))


@given(ITEMS, st.integers(-9, 9), st.slices(9))
def test_a_list_out_of_memory_has_the_items_of_one_in_it(items: list[object], place: int, some: slice) -> None:
    kept = Kept(items)
    assert (list(kept), len(kept), kept[some]) == (items, len(items), items[some])
    if -len(items) <= place < len(items):
        assert kept[place] == items[place]
    else:
        with pytest.raises(IndexError):
            kept[place]


def test_an_item_can_be_put_in_anothers_place() -> None:
    kept = Kept("abc")
    kept.put(1, "x")
    assert list(kept) == ["a", "x", "c"]


def test_what_is_asked_for_is_found_out_each_time() -> None:
    known = {"s1": [1]}
    asked = Asked(lambda: iter(known), known.get)
    known["s2"] = [2]
    assert (dict(asked), len(asked), asked.get("s3")) == ({"s1": [1], "s2": [2]}, 2, None)


@pytest.mark.parametrize(
    "add",
    [
        lambda scratch: scratch.add("INSERT INTO words VALUES (?)", [("x" * 5000,)] * 9),
        lambda scratch: scratch.ask("INSERT INTO words VALUES (?)", "x" * 50_000),
    ],
)
def test_a_full_disk_is_told_with_what_to_do(add: Callable[[Scratch], None]) -> None:
    scratch = Scratch("words (word TEXT)")
    scratch.ask("PRAGMA max_page_count = 3")
    with pytest.raises(CourseError, match="Make room, or let TMPDIR name another folder"):
        add(scratch)


def test_a_fault_of_our_own_is_not_called_a_full_disk() -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        Scratch().ask("SELECT 1 FROM nowhere")


def test_of_students_the_first_place_and_the_last_word_hold() -> None:
    students = Students([Student("b", "Ada"), Student("a"), Student("b", "Bo", sid="7")])
    assert list(students.items()) == [("b", Student("b", "Bo", sid="7")), ("a", Student("a"))]
    students.add_new([Student("a", "Cy"), Student("c", "Di")])
    assert [(student.id, student.name) for student in students.values()] == [("b", "Bo"), ("a", ""), ("c", "Di")]
    assert ("c" in students, "d" in students, students.get("d"), len(students)) == (True, False, None, 3)


def test_files_are_found_again_by_content_path_and_attempt() -> None:
    entries = Entries()
    for k, fate in enumerate(("graded", "attention", "ignored")):
        entries.append(Entry(f"{k}.csv", fate, student=f"s{k}", submission=k or None, attempt=7, hashed="same"))
    first, sheet = entries.alike("same"), entries.sheet_of(7)
    assert (first and first.path, sheet and sheet.path, entries.alike("other")) == ("0.csv", "1.csv", None)
    assert (entries.has("2.csv"), entries.has("3.csv"), entries.fated("ignored")) == (True, False, 1)
    assert entries.need_a_person


def growth(work: Callable[[int], object]) -> float:
    """Bytes of memory that each further one of a class takes."""
    peaks = []
    for size in (FEW, MANY):
        tracemalloc.start()
        work(size)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    return (peaks[1] - peaks[0]) / (MANY - FEW)


def test_a_further_student_takes_no_memory() -> None:
    students = numbered(MANY)
    assert growth(lambda size: People(students[:size]).students["s0007"]) < 20


def test_a_further_file_takes_the_memory_of_its_name(tmp_path: Path) -> None:
    students = numbered(MANY)
    for size in (FEW, MANY):
        (tmp_path / str(size)).mkdir()
        for student in students[:size]:
            (tmp_path / str(size) / f"{student.id}.csv").touch()

    def found(size: int) -> int:
        intake = gather(list_files([tmp_path / str(size)], tmp_path), people)
        return sum(len(attempt.members) for attempt in intake.attempts)

    people = People(students)
    assert growth(found) < 100
    assert found(MANY) == MANY


def test_a_further_marking_takes_no_memory(tmp_path: Path) -> None:
    book = Gradebook(tmp_path / "gradebook.db")
    with book.transaction():
        for size in (FEW, MANY):
            for nth, student in enumerate(numbered(size)):
                book.add_marking((1, nth, 1, str(size), student.id, 0, "", "", 1.0, 1.0, "[]"), [])
    assert growth(lambda size: sum(len(own) for own in book.markings(str(size)).values())) < 20
    assert len(book.markings(str(MANY))) == MANY
    book.close()


def test_a_further_line_of_the_roster_takes_no_memory(tmp_path: Path) -> None:
    for size in (FEW, MANY):
        (tmp_path / str(size)).write_text("student,name\n" + "".join(f"s{k},Ada {k}\n" for k in range(size)))
    assert growth(lambda size: Students(each_student(tmp_path / str(size)))) < 20
    assert len(Students(each_student(tmp_path / str(MANY)))) == MANY


@pytest.mark.parametrize("names", [["a", "b", "a"], ["\udcff", "\N{SNOWMAN}", "\udcff"]])
def test_a_name_is_new_once(names: list[str]) -> None:
    seen = Seen()
    assert [seen.before(name) for name in names] == [False, False, True]
