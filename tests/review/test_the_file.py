"""The file that is written for people to fill in."""

from __future__ import annotations

from pathlib import Path

from tests.course_folder import Folder, course
from tests.review.spreadsheet import (
    ALL,
    ANSWERS,
    BOTH,
    WORDS,
    answer,
    apply,
    fill,
    given,
    handed_in,
    rows,
)


def test_the_file_has_a_row_for_each_criterion_by_question_then_student(written: Folder) -> None:
    assert [(row["student"], row["criterion"], row["max"], row["now"]) for row in rows(written)] == [
        (student, *rest) for student in ANSWERS for rest in (("cause", "3", "open"), ("remedy", "2", "open"))
    ]
    assert list(rows(written)[0]) == [
        "student", "question", "part", "criterion", "text", "points", "max", "read_as", "comment", "now",
        "attachments", "ref", "meaning",
    ]  # fmt: skip


def test_the_file_says_what_earns_each_criterions_points(tmp_path: Path) -> None:
    meant = WORDS.replace("name: cause, points: 3", "name: cause, points: 3, text: names the product of slopes")
    folder = handed_in(tmp_path, meant, {"s001": "because"})
    folder.run("review", "hw")
    assert [row["meaning"] for row in rows(folder)] == ["names the product of slopes", "your answer, in words"]


def test_the_file_holds_the_whole_text_guarded_against_formulas(written: Folder) -> None:
    texts = [row["text"].replace("\r\n", "\n") for row in rows(written)][::2]
    assert texts == [ANSWERS["s001"], "'" + ANSWERS["s002"], ANSWERS["s003"]]


def test_the_file_says_where_it_is_and_what_to_do_next(words: Folder) -> None:
    out = words.run("review", "hw").out
    assert out.splitlines()[0] == "reports/hw/review.csv: 3 answers of 3 students, in 6 rows"
    assert "grader review hw --apply reports/hw/review.csv" in out


def test_the_file_grade_says_that_answers_wait(words: Folder) -> None:
    assert "3 answers to be marked by a person: grader review hw" in words.run("report").out


def test_the_file_is_not_written_where_nothing_is_open(written: Folder) -> None:
    assert apply(written, fill(written, ALL)).code == 0
    (written.root / "reports/hw/review.csv").unlink()
    done = written.run("review", "hw")
    assert (done.code, done.out) == (0, "hw: nothing to review; nothing was written\n")
    assert not (written.root / "reports/hw/review.csv").exists()


def test_the_file_is_never_written_over_marks_that_were_not_applied(written: Folder) -> None:
    fill(written, {("s001", "cause"): given("3")}, to="reports/hw/review.csv")
    before = (written.root / "reports/hw/review.csv").read_bytes()
    done = written.run("review", "hw")
    assert done.code == 1
    assert "holds marks that were not applied, or came too late (1)" in done.err
    assert (written.root / "reports/hw/review.csv").read_bytes() == before
    assert written.run("review", "hw", "--out", "other.csv").code == 0
    assert apply(written, "reports/hw/review.csv").code == 0
    assert written.run("review", "hw").code == 0


def test_the_file_carries_what_was_marked_before(written: Folder) -> None:
    apply(written, fill(written, {("s001", "cause"): given("1.5", "=not a formula")}))
    written.run("review", "hw")
    first = rows(written)[0]
    assert (first["points"], first["comment"], first["now"]) == ("1.5", "'=not a formula", "1.5 of 3")
    assert apply(written, "reports/hw/review.csv").out.startswith("0 changes\n")


def test_the_file_can_be_of_one_section_or_one_question(tmp_path: Path) -> None:
    folder = course(tmp_path, BOTH)
    folder.write("assignments/roster.csv", "student,name,section\ns001,A,X\ns002,B,Y\n")
    folder.run("generate", "--seed", "42")
    for student in ("s001", "s002"):
        answer(folder, student, "words", f_1="0.85 V")
    folder.run("grade", "submissions")
    folder.run("review", "hw", "--section", "Y")
    assert [(row["student"], row["part"]) for row in rows(folder)] == [
        ("s002", "answer"), ("s002", "answer"), ("s002", "f_1"),
    ]  # fmt: skip
    folder.run("review", "hw", "--question", "lstm")
    assert [(row["student"], row["part"]) for row in rows(folder)] == [("s001", "f_1"), ("s002", "f_1")]
    assert "'lstm'" in folder.run("review", "hw", "--question", "lsmt").err
    assert "Known are: X, Y." in folder.run("review", "hw", "--section", "Q").err


def test_the_file_says_what_was_handed_in_beside_a_sheet(words: Folder) -> None:
    """Paths hold names, so an anonymous file has none."""
    words.write("submissions/s001.pdf", b"%PDF")
    assert "+ ignored                1" in words.run("grade", "submissions").out
    words.run("review", "hw")
    assert {row["attachments"] for row in rows(words) if row["student"] == "s001"} == {"submissions/s001.pdf"}
    assert {row["attachments"] for row in rows(words) if row["student"] != "s001"} == {""}
    (words.root / "reports/hw/review.csv").unlink()
    words.run("review", "hw", "--anonymous")
    assert {row["attachments"] for row in rows(words)} == {""}
