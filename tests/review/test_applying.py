"""Filled files read back."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from tests.course_folder import Folder
from tests.review.spreadsheet import (
    ALL,
    WORDS,
    apply,
    decided,
    fill,
    given,
    handed_in,
    recorded,
    rows,
)


class TestApplying:
    def test_adds_up_the_criteria_and_tells_what_changed(self, written: Folder) -> None:
        done = apply(written, fill(written, ALL))
        assert done.code == 0
        assert done.out.splitlines()[:5] == [
            "6 changes",
            "  student  answer      from  to",
            "  s001     why.answer  open  3.5 of 5, reviewed",
            "  s002     why.answer  open  0 of 5, reviewed",
            "  s003     why.answer  open  4 of 5, reviewed",
        ]
        assert decided(written)["s001"] == ("reviewed", "3.5", "cause 3 of 3. Well said; remedy 0.5 of 2")
        gradebook = written.table("reports/hw/gradebook.csv")
        assert [(row["points"], row["why"], row["status"]) for row in gradebook] == [
            ("3.5", "3.5", "graded"), ("0", "0", "graded"), ("4", "4", "graded"),
        ]  # fmt: skip

    def test_half_filled_criteria_leave_the_answer_open(self, written: Folder) -> None:
        apply(written, fill(written, {("s001", "cause"): given("3")}))
        assert decided(written)["s001"] == ("pending", "0", "1 of 2 criteria marked; cause 3 of 3")
        row = written.table("reports/hw/gradebook.csv")[0]
        assert (row["why"], row["status"]) == ("", "needs review")
        assert "3 of 3" not in (written.root / "reports/hw/feedback/s001.html").read_text()

    def test_no_percent_is_told_while_points_are_open(self, written: Folder) -> None:
        """A share of points that may still come would read as points that were lost."""
        assert [row["percent"] for row in written.table("reports/hw/gradebook.csv")] == ["", "", ""]
        assert "mean 0.0 of 5 points so far\n" in written.run("grade", "submissions").out
        apply(written, fill(written, ALL))
        assert [row["percent"] for row in written.table("reports/hw/gradebook.csv")] == ["70", "0", "80"]
        assert "mean 2.5 of 5 points\n" in written.run("grade", "submissions").out

    def test_the_student_reads_points_and_comment_as_plain_text(self, written: Folder) -> None:
        apply(written, fill(written, ALL))
        page = (written.root / "reports/hw/feedback/s002.html").read_text()
        assert "remedy 0 of 2. This is no answer &amp; no &lt;b&gt;joke&lt;/b&gt;" in page
        assert "marked by a person" in page

    def test_twice_changes_nothing(self, written: Folder) -> None:
        name = fill(written, ALL)
        apply(written, name)
        before = written.snapshot("reports")
        done = apply(written, name)
        assert (done.code, done.out.splitlines()[0]) == (0, "0 changes")
        assert written.snapshot("reports") == before
        assert len(recorded(written, "id")) == 6

    @pytest.mark.parametrize(
        ("delimiter", "encoding"),
        [(";", "utf-8"), ("\t", "utf-16"), (";", "utf-16-le"), (",", "utf-8-sig"), ("\t", "utf-32")],
    )
    def test_reads_what_spreadsheets_save(self, written: Folder, delimiter: str, encoding: str) -> None:
        marks = {("s001", "cause"): given("2,5", "Zwei; und, drei"), ("s003", "remedy"): given("1")}
        name = fill(written, marks, delimiter=delimiter, encoding=encoding)
        assert apply(written, name).out.startswith("2 changes\n")
        assert decided(written)["s001"][2] == "1 of 2 criteria marked; cause 2.5 of 3. Zwei; und, drei"

    def test_columns_may_be_moved_and_added_and_rows_left_empty(self, written: Folder) -> None:
        table = rows(written)
        table[0].update(points="3", comment="\n", extra="mine")
        order = ["extra", *reversed(list(table[1]))]
        lines = [order, [""] * len(order), *([row.get(name, "") for name in order] for row in table[:3]), ["", ""]]
        out = io.StringIO(newline="")
        out.write("sep=;\r\n")
        csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(lines)
        written.write("moved.csv", out.getvalue())
        assert apply(written, "moved.csv").out.startswith("1 change\n")

    def test_a_hyphen_takes_back_what_was_decided(self, written: Folder) -> None:
        apply(written, fill(written, ALL))
        written.run("review", "hw", "--all")
        assert apply(written, fill(written, {("s001", "cause"): given("-", "-")})).out.startswith("1 change\n")
        assert decided(written)["s001"][:2] == ("pending", "0")
        assert recorded(written, "points, comment, was, became")[-1] == (None, "", "3 of 3", "taken back")

    def test_records_who_when_from_and_to(self, written: Folder) -> None:
        apply(written, fill(written, {("s001", "cause"): given("3", "Good")}), by="Prof. Lind")
        columns = "student, question, cell, criterion, points, comment, marker, file, was, became"
        assert recorded(written, columns) == [
            ("s001", "why", "answer", "cause", 3.0, "Good", "Prof. Lind", "filled.csv", "open", "3 of 3")
        ]
        done = written.run("explain", "hw", "s001", "why.answer")
        (line,) = (line for line in done.out.splitlines() if line.startswith("  by a person"))
        (made_at,) = recorded(written, "made_at")[0]
        assert line == (
            f"  by a person  cause: 3 of 3 (before: open), Prof. Lind, {made_at}, filled.csv; comment: Good"
        )

    def test_who_does_not_say_is_recorded_by_the_login_name(self, written: Folder) -> None:
        name = fill(written, {("s001", "cause"): given("3")})
        written.run("review", "hw", "--apply", name, LOGNAME="bo")
        assert recorded(written, "marker") == [("bo",)]

    def test_an_answer_without_criteria_gets_its_points_at_once(self, tmp_path: Path) -> None:
        plain = WORDS.replace("criteria: [{name: cause, points: 3}, {name: remedy, points: 2}]", "criteria: []")
        folder = handed_in(tmp_path, plain, {"s001": "because"})
        folder.run("review", "hw")
        assert [(row["criterion"], row["max"]) for row in rows(folder)] == [("", "10")]
        apply(folder, fill(folder, {("s001", "answer"): given("7.25", "Nearly")}))
        assert decided(folder) == {"s001": ("reviewed", "7.25", "Nearly")}

    def test_the_marker_may_stand_in_a_column_of_the_file(self, written: Folder) -> None:
        data = (written.root / fill(written, {("s001", "cause"): given("3")})).read_bytes()
        text = data.decode("utf-8-sig")
        head, _, body = text.partition("\r\n")
        first, _, rest = body.partition("\r\ns001,why,answer,remedy")
        written.write("named.csv", f"{head},Marker\r\n{first},Bo\r\ns001,why,answer,remedy{rest}")
        apply(written, "named.csv")
        assert recorded(written, "marker") == [("Bo",)]


class TestWhatIsWrong:
    """Every fault is told with file and line, and nothing at all is changed."""

    @pytest.mark.parametrize(
        ("columns", "words"),
        [
            (dict(points="4"), "points: 4 is more than the 3 that 'cause' is worth"),
            (dict(points="-1"), "points: -1 is negative; 'cause' is worth 0 to 3"),
            (dict(points="good"), "points: "),
            (dict(points="nan"), "points: "),
            (dict(student="s01"), "no sheet of a student 's01' was graded. Did you mean 's001'?"),
            (dict(question="wy"), "there is no question 'wy'. Did you mean 'why'?"),
            (dict(part="answers"), "question 'why' has no part 'answers'. Did you mean 'answer'?"),
            (dict(criterion="cuase"), "there is no criterion 'cuase' here. Did you mean 'cause'?"),
            (dict(ref=""), "the ref is not this row's"),
            (dict(ref="BBBBB-BBBBB"), "the ref is not this row's"),
            (dict(text="Something else"), "the text is not what the student wrote"),
            (dict(read_as="0.5"), "an answer in words gets points"),
            (dict(points="1", comment="x" * 2001), "the comment has more than 2000 characters"),
        ],
    )
    def test_with_a_row(self, written: Folder, columns: dict[str, str], words: str) -> None:
        name = fill(written, {("s003", "remedy"): given("2"), ("s001", "cause"): columns})
        before = written.snapshot("reports")
        done = apply(written, name)
        assert (done.code, done.out) == (1, "")
        assert "nothing was changed:\n  filled.csv, line 2: " in done.err
        assert words in done.err
        assert written.snapshot("reports") == before
        assert recorded(written, "id") == []

    def test_lines_are_counted_through_answers_of_several_lines(self, written: Folder) -> None:
        name = fill(written, {("s003", "remedy"): given("9")})
        lines = (written.root / name).read_text(encoding="utf-8-sig").splitlines()
        at = next(number for number, line in enumerate(lines, start=1) if ",9," in line)
        assert f"filled.csv, line {at}: points: 9" in apply(written, name).err

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "the file is empty"),
            (b"PK\x03\x04rest", "workbook"),
            (b"student,question\n", "there is no column 'part'"),
            (b"student,question,part,criterion,text,point,read_as,comment,ref\n", "'points'. Did you mean 'point'?"),
            (b'student,question,part,criterion,text,points,read_as,comment,ref\ns001,"x\n', "line 2: the quotes"),
        ],
    )
    def test_with_a_file(self, written: Folder, content: bytes, words: str) -> None:
        written.write("odd.csv", content)
        done = apply(written, "odd.csv")
        assert done.code == 1
        assert "odd.csv" in done.err
        assert words in done.err

    def test_a_file_that_is_not_there_is_named(self, written: Folder) -> None:
        assert "none.csv: this cannot be read" in apply(written, "none.csv").err

    def test_files_without_apply_are_wrong_usage(self, written: Folder) -> None:
        assert written.run("review", "hw", "filled.csv").code == 2
        assert written.run("review", "hw", "--apply").code == 2

    def test_columns_that_were_sorted_apart_are_noticed(self, written: Folder) -> None:
        table = rows(written)
        for row, points in zip(table, ("3", "2", "1", "1", "0", "0"), strict=True):
            row["points"] = points
        table[0]["text"], table[2]["text"] = table[2]["text"], table[0]["text"]
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, list(table[0]))
        writer.writeheader()
        writer.writerows(table)
        written.write("sorted.csv", out.getvalue())
        assert "the text is not what the student wrote" in apply(written, "sorted.csv").err
