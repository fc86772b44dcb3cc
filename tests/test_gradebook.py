from __future__ import annotations

import datetime as dt
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from grader.errors import CourseError
from grader.gradebook import SCHEMA_VERSION, TABLES, Gradebook, Rules
from grader.marking import Review
from grader.roster import Student
from tests import old_gradebook

ADA = Student("s1", "Ada", "ada@x.org", "A")
REVIEW = Review(0, "words", "answer", "idea", "abc", 2.0, 3.0, "", "well said")


@pytest.fixture
def gradebook(tmp_path: Path) -> Iterator[Gradebook]:
    book = Gradebook(tmp_path / "gradebook.db")
    yield book
    book.close()


def filled(book: Gradebook) -> Gradebook:
    """One row in every table."""
    with book.transaction():
        issue = book.add_issue("hw4", "seed", {"questions": [{"id": "lstm"}]})
        book.add_paper(issue, "hw4", ADA, "K7Q2-9FXM", [("lstm", "lstm_forward", "abc", {"x": [0.1]}, 3)])
        submission = book.add_submission("submissions/s1.csv", "hash", 12.5, b"content")
        run = book.add_run("grade", {})
        book.add_fates(run, [("submissions/s1.csv", "graded", "hw4", "s1", submission, "", None, "")])
        row = (run, submission, 1, "hw4", "s1", False, "rubric", "rules", 8.0, 10.0, "[]")
        mark = ("lstm", "f_1", "f_1", "0.85", "0.85", "0.852", "", "right", "", 8.0, 10.0, "", 5)
        book.add_marking(row, [mark])
        book.add_reviews(run, "hw4", [("s1", REVIEW, "Bo", "review.csv", "open", "2 of 3")])
        book.add_arrival(run, submission, dt.datetime(2026, 12, 1, tzinfo=dt.UTC), late=False)
        book.add_rules("rules", "hw4", Rules({"points": 3}, {"lstm_forward": "abc"}, "0.1.0"))
    return book


@pytest.mark.parametrize("table", TABLES)
def test_rows_are_never_changed_or_deleted(gradebook: Gradebook, table: str) -> None:
    book = filled(gradebook)
    column = book.db.execute(f"SELECT name FROM pragma_table_info('{table}') LIMIT 1").fetchone()[0]
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
        with pytest.raises(sqlite3.IntegrityError, match="the gradebook only grows"):
            book.db.execute(statement)
    assert book.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 1


def test_what_was_issued_comes_back_as_it_was(gradebook: Gradebook) -> None:
    book = filled(gradebook)
    assert [(issue.id, issue.seed, issue.definition) for issue in book.issues("hw4")] == [
        (1, "seed", {"questions": [{"id": "lstm"}]})
    ]
    paper = book.filled(book.papers("hw4")[0])
    assert (paper.student, paper.instance, paper.givens) == (ADA, "K7Q2-9FXM", {"lstm": {"x": [0.1]}})
    stored = book.db.execute("SELECT template, template_source FROM variants").fetchall()
    assert stored == [("lstm_forward", "abc")]
    assert book.papers("hw5") == []
    assert book.issues("hw5") == []


def test_givens_come_back_to_the_last_bit(gradebook: Gradebook) -> None:
    value = 0.1 + 0.2
    issue = gradebook.add_issue("hw4", "seed", {})
    gradebook.add_paper(issue, "hw4", ADA, "", [("q", "t", "h", {"x": value}, 1)])
    assert gradebook.filled(gradebook.papers("hw4")[0]).givens == {"q": {"x": value}}


def test_a_student_issued_to_again_keeps_the_old_paper(gradebook: Gradebook) -> None:
    book = filled(gradebook)
    second = book.add_issue("hw4", "other", {})
    book.add_paper(second, "hw4", ADA, "AAAA-BBBB", [("lstm", "lstm_forward", "abc", {"x": [0.9]}, 1)])
    papers = [book.filled(paper) for paper in book.papers("hw4")]
    assert [(paper.issue, paper.instance, paper.givens["lstm"]["x"]) for paper in papers] == [
        (1, "K7Q2-9FXM", [0.1]),
        (2, "AAAA-BBBB", [0.9]),
    ]


def test_contents_are_kept_and_numbered_as_they_change(gradebook: Gradebook) -> None:
    first = gradebook.add_submission("a.csv", "h1", 1.0, b"one")
    assert gradebook.add_submission("a.csv", "h1", 2.0, b"one") == first
    second = gradebook.add_submission("a.csv", "h2", 3.0, b"two")
    again = gradebook.add_submission("a.csv", "h1", 4.0, b"one")
    assert first < second < again
    assert gradebook.add_submission("b.csv", "h1", 4.0, b"one") > again
    assert [gradebook.submission(n).content for n in (first, second, again)] == [b"one", b"two", b"one"]
    assert gradebook.submission(second).path == "a.csv"


def add_marking(
    book: Gradebook, student: str, submission: int, rules: str, points: float, *, doubtful: bool = False
) -> int:
    notes = '[["odd", 3, "ask"]]'
    row = (1, submission, 1, "hw4", student, doubtful, "rubric", rules, points, 10.0, notes)
    return book.add_marking(row, [("q", "a", "a", "", "", "", "", "right", "", points, 10.0, "", 1)])


def test_every_submission_comes_with_its_newest_marking(gradebook: Gradebook) -> None:
    add_marking(gradebook, "s1", 2, "old", 5.0)
    add_marking(gradebook, "s1", 1, "old", 9.0)
    newest = add_marking(gradebook, "s1", 2, "new", 7.0)
    add_marking(gradebook, "s2", 3, "new", 1.0)
    found = gradebook.markings("hw4")
    assert {name: [marking.points for marking in own] for name, own in found.items()} == {"s1": [9.0, 7.0], "s2": [1.0]}
    last = found["s1"][-1]
    assert (last.id, last.submission, last.max, last.rules) == (newest, 2, 10, "new")
    assert last.notes == [["odd", 3, "ask"]]


def test_the_newest_word_on_when_a_submission_came_stands(gradebook: Gradebook) -> None:
    add_marking(gradebook, "s1", 1, "rules", 5.0)
    assert gradebook.markings("hw4")["s1"][0].at is None
    noon = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC)
    gradebook.add_arrival(1, 1, noon, late=False)
    gradebook.add_arrival(2, 1, noon, late=False)
    gradebook.add_arrival(3, 1, noon.replace(tzinfo=None), late=True)
    assert gradebook.db.execute("SELECT run FROM arrivals").fetchall() == [(1,), (3,)]
    (marking,) = gradebook.markings("hw4")["s1"]
    assert (marking.at, marking.late) == (noon.replace(tzinfo=None), True)


def test_a_submission_tells_by_which_rules_it_was_marked_last(gradebook: Gradebook) -> None:
    assert gradebook.marked_by(1, "s1") is None
    add_marking(gradebook, "s1", 1, "rules", 5.0)
    add_marking(gradebook, "s1", 2, "others", 5.0)
    assert gradebook.marked_by(1, "s1") == (1, "rules")
    add_marking(gradebook, "s1", 1, "newer", 5.0)
    assert gradebook.marked_by(1, "s1") == (1, "newer")


def test_marks_come_back_in_the_order_they_were_made(gradebook: Gradebook) -> None:
    filled(gradebook)
    marks = gradebook.marks(1)
    assert len(marks) == 1
    assert marks[0] == ("lstm", "f_1", "f_1", "0.85", "0.85", "0.852", "", "right", "", 8.0, 10.0, "", 5)


def test_marks_are_handed_out_for_statistics_by_the_rules_they_were_made_under(gradebook: Gradebook) -> None:
    def mark(cell: str, verdict: str, mistake: str, points: float, key: str = "1.5") -> tuple[object, ...]:
        part = cell.partition("[")[0]
        return ("lstm", cell, part, "", "7", key, "", verdict, mistake, points, 2.0, "", 1)

    def marking(student: str, rules: str, *marks: tuple[object, ...]) -> int:
        return gradebook.add_marking((1, 1, 1, "hw4", student, False, "", rules, 0.0, 0.0, "[]"), marks)

    one = marking("s1", "old", mark("v[1]", "right", "", 2), mark("v[2]", "mistake", "swapped", 1))
    two = marking("s2", "old", mark("v[1]", "mistake", "swapped", 1), mark("v[2]", "mistake", "swapped", 2))
    three = marking("s3", "new", mark("v[1]", "wrong", "", 0), mark("best", "right", "", 2, key="A"))
    marking("s4", "new", mark("v[1]", "wrong", "", 0))
    found = [(*group, list(stream)) for *group, stream in gradebook.outcomes([one, two, three], ["right", "mistake"])]
    assert found == [
        (["s1", "s2"], [1, 3], [("lstm", "v", "v[1]", 2.0), ("lstm", "v", "v[2]", 2.0)],
         [(2, 1, 1.0), (3, 1, 1.0), (4, 1, 2.0)]),
        (["s3"], [5], [("lstm", "v", "v[1]", 2.0), ("lstm", "best", "best", 2.0)], [(5, None, 0.0)]),
    ]  # fmt: skip
    assert gradebook.mistakes([one, two, three]) == [("s1", "lstm", "v", "swapped"), ("s2", "lstm", "v", "swapped")]
    assert gradebook.wrong([one, two, three]) == [("s3", "lstm", "v", "v[1]", "7", "1.5", "")]
    assert gradebook.keys([one, two, three]) == [("s3", "lstm", "best", "A")]


def test_of_several_papers_the_newest_counts_and_each_is_found_by_its_code(gradebook: Gradebook) -> None:
    for issue, code in ((1, "AAAA"), (2, "BBBB")):
        for student in ("s1", "s2"):
            gradebook.add_paper(issue, "hw4", Student(student, f"issue {issue}"), f"{student}-{code}", [])
    newest, old = gradebook.newest_paper("hw4", "s1"), gradebook.paper_of_code("hw4", "s1-AAAA")
    assert newest is not None
    assert old is not None
    assert (newest.issue, newest.student.name, old.issue) == (2, "issue 2", 1)
    assert (gradebook.paper(old.id), gradebook.issue_of(newest.id)) == (old, 2)
    assert (gradebook.newest_paper("hw5", "s1"), gradebook.paper_of_code("hw5", "s1-AAAA")) == (None, None)
    assert [gradebook.was_issued(name) for name in ("hw4", "hw5")] == [True, False]
    assert [(each.id, each.name) for each in gradebook.students("hw4")] == [
        ("s1", "issue 1"), ("s2", "issue 1"), ("s1", "issue 2"), ("s2", "issue 2")
    ]  # fmt: skip


def test_files_are_told_in_the_order_in_which_they_first_came(gradebook: Gradebook) -> None:
    for run, paths in enumerate((("b", "a"), ("c", "a", "b")), start=1):
        gradebook.add_fates(run, [(path, "graded", "hw4", "s1", 1, f"run {run}", None, "") for path in paths])
    assert [(row[0], row[5]) for row in gradebook.fates()] == [("b", "run 2"), ("a", "run 2"), ("c", "run 2")]


def test_the_newest_word_on_a_file_stands(gradebook: Gradebook) -> None:
    for fate in ("attention", "graded"):
        run = gradebook.add_run("grade", {})
        gradebook.add_fates(run, [("a.csv", fate, "hw4", "s1", None, "", None, "")])
    run = gradebook.add_run("grade", {})
    gradebook.add_fates(run, [("b.csv", "ignored", "", "", None, "", None, "")])
    gradebook.add_fates(run, [("c.csv", "graded", "hw5", "s1", None, "", None, "")])
    assert [(row[0], row[1]) for row in gradebook.fates()] == [
        ("a.csv", "graded"),
        ("b.csv", "ignored"),
        ("c.csv", "graded"),
    ]
    assert [row[0] for row in gradebook.fates("hw4")] == ["a.csv", "b.csv"]


def test_a_transaction_is_kept_as_a_whole_or_not_at_all(gradebook: Gradebook) -> None:
    def fails() -> None:
        with gradebook.transaction():
            gradebook.add_run("grade", {})
            raise KeyError

    with pytest.raises(KeyError):
        fails()
    assert gradebook.db.execute("SELECT count(*) FROM runs").fetchone()[0] == 0


def test_a_gradebook_opens_again_with_what_it_holds(tmp_path: Path) -> None:
    filled(Gradebook(tmp_path / "g.db")).close()
    book = Gradebook(tmp_path / "g.db", must_exist=True)
    assert len(book.papers("hw4")) == 1
    book.close()


def test_where_nothing_was_issued_the_gradebook_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="run `grader generate` first"):
        Gradebook(tmp_path / "none.db", must_exist=True)
    assert not (tmp_path / "none.db").exists()


def test_a_file_that_is_no_gradebook_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "g.db"
    path.write_bytes(b"this is a letter, not a database, and it is long enough to be looked at" * 20)
    before = path.read_bytes()
    with pytest.raises(CourseError, match="this gradebook cannot be used"):
        Gradebook(path)
    assert path.read_bytes() == before


def test_a_gradebook_of_a_later_version_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "g.db") as db:
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    db.close()
    with pytest.raises(CourseError, match="made by a later version"):
        Gradebook(tmp_path / "g.db")


@pytest.mark.case(137)
def test_hostile_text_is_only_text(gradebook: Gradebook) -> None:
    name = "Robert'); DROP TABLE papers;--"
    issue = gradebook.add_issue(name, name, {})
    gradebook.add_paper(issue, name, Student(name, name, name, name), name, [])
    assert gradebook.papers(name)[0].student == Student(name, name, name, name)


def test_of_reviews_the_newest_word_on_each_text_and_criterion_stands(gradebook: Gradebook) -> None:
    filled(gradebook)
    later, other = REVIEW._replace(points=3.0), REVIEW._replace(text="another text")
    gradebook.add_reviews(
        1, "hw4", [("s1", later, "Cy", "b.csv", "2 of 3", "3 of 3"), ("s1", other, "Cy", "b.csv", "", "")]
    )
    gradebook.add_reviews(1, "hw4", [("s2", REVIEW, "Cy", "b.csv", "", "")])
    assert gradebook.reviews("hw4", "s1") == [later._replace(id=2), other._replace(id=3)]
    assert gradebook.reviews("hw5", "s1") == []
    told = [row[1:] for row in gradebook.review_history("hw4", "s1", "words", "answer", "abc")]
    assert told == [
        ("Bo", "review.csv", "idea", "open", "2 of 3", "well said"),
        ("Cy", "b.csv", "idea", "2 of 3", "3 of 3", "well said"),
    ]


def test_a_gradebook_of_version_1_is_copied_and_gets_what_it_lacks(tmp_path: Path) -> None:
    path = old_gradebook.make(tmp_path / "gradebook.db")
    before = old_gradebook.rows(path)
    book = Gradebook(path)
    assert book.backup == tmp_path / "gradebook.db.v1.bak"
    book.add_reviews(1, "hw4", [("s1", REVIEW, "Bo", "review.csv", "open", "2 of 3")])
    book.close()
    assert old_gradebook.rows(path) == old_gradebook.rows(book.backup) == before
    assert (old_gradebook.version(path), old_gradebook.version(book.backup)) == (SCHEMA_VERSION, 1)
    Gradebook(tmp_path / "new.db").close()
    assert old_gradebook.schema(path) == old_gradebook.schema(tmp_path / "new.db")


def test_a_gradebook_is_brought_to_this_version_once(tmp_path: Path) -> None:
    path = old_gradebook.make(tmp_path / "gradebook.db")
    Gradebook(path).close()
    again = Gradebook(path)
    assert again.backup is None
    again.close()


def test_a_gradebook_of_version_3_gets_the_indexes_that_it_lacks(tmp_path: Path) -> None:
    filled(Gradebook(tmp_path / "gradebook.db")).close()
    with closing(sqlite3.connect(tmp_path / "gradebook.db")) as db:
        for name in ("papers_by_instance", "fates_by_path"):
            db.execute(f"DROP INDEX {name}")
        db.execute("PRAGMA user_version = 3")
    before = old_gradebook.rows(tmp_path / "gradebook.db")
    book = Gradebook(tmp_path / "gradebook.db")
    book.close()
    Gradebook(tmp_path / "new.db").close()
    assert old_gradebook.schema(book.path) == old_gradebook.schema(tmp_path / "new.db")
    assert old_gradebook.rows(book.path) == before
    assert book.backup == tmp_path / "gradebook.db.v3.bak"


def test_where_no_copy_can_be_kept_the_gradebook_stays_as_it_is(tmp_path: Path) -> None:
    path = old_gradebook.make(tmp_path / "gradebook.db")
    (tmp_path / "gradebook.db.v1.bak").mkdir()
    with pytest.raises(CourseError, match="cannot be used"):
        Gradebook(path)
    assert old_gradebook.version(path) == 1


@pytest.mark.parametrize("version", [0, 1, SCHEMA_VERSION])
def test_another_programs_file_is_told_and_left_alone(tmp_path: Path, version: int) -> None:
    path = tmp_path / "gradebook.db"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE bookmarks (url)")
        db.execute(f"PRAGMA user_version = {version}")
    before = path.read_bytes()
    with pytest.raises(CourseError, match="another program's file"):
        Gradebook(path)
    assert path.read_bytes() == before


def test_pages_that_changed_places_are_noticed_before_anything_is_read(gradebook: Gradebook) -> None:
    filled(gradebook).close()
    whole, page = gradebook.path.read_bytes(), 4096
    pages = [whole[start : start + page] for start in range(0, len(whole), page)]
    chance = random.Random(3)
    for _ in range(20):
        one, other = sorted(chance.sample(range(1, len(pages)), 2))
        mixed = [*pages[:one], pages[other], *pages[one + 1 : other], pages[one], *pages[other + 1 :]]
        gradebook.path.write_bytes(b"".join(mixed))
        if pages[one] != pages[other]:
            with pytest.raises(CourseError, match=r"Bring back a copy of it"):
                Gradebook(gradebook.path)


def test_a_full_disk_is_the_reason_that_is_told(gradebook: Gradebook) -> None:
    """SQLite may then have undone the transaction itself."""

    def filled_up() -> None:
        with gradebook.transaction():
            gradebook.db.execute("ROLLBACK")
            raise sqlite3.OperationalError("database or disk is full")

    with pytest.raises(CourseError, match="could not be written: database or disk is full"):
        filled_up()
