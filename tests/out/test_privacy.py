"""`--anonymous`, and `grader forget`."""

from __future__ import annotations

import re
import sqlite3
import zlib

from tests.course_folder import Folder

NAMES = re.compile(rb"s00\d|Birk|O.Hara|Zo\xc3\xab|Ng\xc3\xb4|example\.edu|cmd")


def holding(folder: Folder, names: re.Pattern[bytes], *folders: str) -> list[str]:
    """Files in which a name stands, or that are named so; PDFs' pages are the HTML's."""
    return [
        name for name, data in folder.snapshot(*folders).items() if names.search(data) or names.search(name.encode())
    ]


def test_anonymous_reports_name_nobody_and_say_the_same(graded: Folder) -> None:
    before = graded.snapshot("reports/hw/feedback")
    done = graded.run("report", "hw", "--anonymous")
    assert done.code == 0
    assert not NAMES.search(done.out.encode())
    assert "The class report counts down to single students: it is for you" in done.out
    assert holding(graded, NAMES, "reports/hw/anonymous") == []
    assert graded.snapshot("reports/hw/feedback") == before
    named, coded = graded.table("reports/hw/gradebook.csv"), graded.table("reports/hw/anonymous/gradebook.csv")
    assert sorted(row["points"] for row in coded) == sorted(row["points"] for row in named)
    codes = [row["student"] for row in coded]
    assert codes == sorted(codes)
    assert all(re.fullmatch(r"[B-Z]{4}-[B-Z]{4}", code) for code in codes)
    assert len(graded.table("reports/hw/anonymous/results.csv")) == len(graded.table("reports/hw/results.csv"))


def test_nothing_that_is_said_of_files_names_anybody(graded: Folder) -> None:
    """Neither by a file's name, nor by the nearest on the roster, nor by what a sheet has in place of an id."""
    graded.write("submissions/again/s002.csv", (graded.root / "submissions/s001.csv").read_bytes())
    graded.sheet("ada@example.edu", {"lstm": {"f_1": "0.1"}}, name="more/hw")
    graded.sheet("Ngô Binh", {"lstm": {"f_1": "0.1"}}, name="more/s003")
    graded.write("submissions/same/s004.csv", b"question,part,answer\nassignment,,hw\n")
    graded.write("submissions/same/s003.csv", b"question,part,answer\nassignment,,hw\n")
    done = graded.run("grade", "submissions", "--anonymous")
    assert not NAMES.search(done.out.encode())
    told = [row["problem"] for row in graded.table("reports/hw/anonymous/attention.csv")]
    assert any("the very same file as" in problem for problem in told)
    assert any("The nearest on the roster" in problem for problem in told)
    assert holding(graded, NAMES, "reports/hw/anonymous") == []


def test_a_file_that_stays_with_the_instructor_says_who_has_which_code(graded: Folder) -> None:
    done = graded.run("report", "hw", "--anonymous")
    assert "Each student's code: reports/hw/codes.csv" in done.out
    codes = {row["student"]: row["code"] for row in graded.table("reports/hw/codes.csv")}
    points = {row["student"]: row["points"] for row in graded.table("reports/hw/gradebook.csv")}
    coded = {row["student"]: row["points"] for row in graded.table("reports/hw/anonymous/gradebook.csv")}
    assert {student: coded[code] for student, code in codes.items()} == points
    pages = {name.rpartition("/")[2] for name in graded.snapshot("reports/hw/anonymous/feedback")}
    assert pages == {f"{codes[name]}.{end}" for name in ("s001", "s002", "s003") for end in ("pdf", "html")}


def test_a_code_is_one_students_in_one_assignment(graded: Folder) -> None:
    """The same as in anonymous review files, and in the table of those whom mail goes to."""
    graded.run("report", "hw", "--anonymous")
    graded.run("review", "hw", "--anonymous", "--all")
    graded.run("deliver", "hw", "--to", "mail")
    coded = {row["student"] for row in graded.table("reports/hw/anonymous/results.csv")}
    assert coded == {row["code"] for row in graded.table("reports/hw/deliver/feedback-mail/mail.csv")}
    with (graded.root / "reports/hw/review.csv").open(encoding="utf-8-sig") as file:
        assert {line.partition(",")[0] for line in file} - {"student"} == coded


def test_grade_can_write_anonymous_reports_alone(graded: Folder) -> None:
    done = graded.run("grade", "submissions", "--anonymous")
    assert done.code == 3
    assert not NAMES.search(done.out.encode())


class TestForget:
    def test_asks_first_and_tells_the_nearest_id(self, graded: Folder) -> None:
        before = graded.snapshot(".")
        assert "there is no student 's01'. Did you mean 's001'?" in graded.run("forget", "s01").err
        done = graded.run("forget", "s001", stdin="n\n")
        assert done.code == 1
        assert "s001 Ada Birk: papers of hw, sheets: 1, marks: 13, files below submissions/: 1" in done.out
        assert graded.snapshot(".") == before

    def test_takes_a_person_out_and_leaves_the_counts(self, graded: Folder) -> None:
        analysis = (graded.root / "reports/hw/analysis.csv").read_text()
        points = sorted(row["points"] for row in graded.table("reports/hw/gradebook.csv"))
        graded.run("deliver", "hw", "--to", "mail")
        graded.run("report", "hw", "--anonymous")
        done = graded.run("forget", "S001", "--files", "--yes")
        assert done.code == 3
        assert "still there: assignments/roster.csv: take them out" in done.out
        roster = (graded.root / "assignments/roster.csv").read_text(encoding="utf-8")
        graded.write("assignments/roster.csv", roster.replace("s001,Ada Birk,ada@example.edu,B\n", ""))
        assert graded.run("report", "hw").code == 0
        hers = re.compile(rb"s001|Birk|ada@")
        assert holding(graded, hers, "issued", "reports", "submissions", "assignments") == []
        assert not hers.search((graded.root / "gradebook.db").read_bytes())
        assert (graded.root / "reports/hw/analysis.csv").read_text() == analysis
        assert sorted(row["points"] for row in graded.table("reports/hw/gradebook.csv")) == points
        assert list(graded.snapshot("submissions")) == ["submissions/s002.csv", "submissions/s003.csv"]

    def test_what_was_granted_stays_granted_under_the_code(self, graded: Folder) -> None:
        """An excuse or a later due date decides what the class's figures are made of."""
        assignment = (graded.root / "assignments/hw.yaml").read_text()
        graded.write(
            "assignments/hw.yaml",
            assignment.replace("questions:", "due: 2026-12-01\nlate: {per_day: 10%}\nquestions:", 1),
        )
        rows = "student;assignment;due;excused;handed_in\r\ns002;hw;;x;\r\nS001;hw;2026-12-05;;2026-12-04\r\n"
        graded.write("assignments/extensions.csv", rows)
        graded.run("report", "hw")
        before = graded.table("reports/hw/gradebook.csv")
        analysis = (graded.root / "reports/hw/analysis.csv").read_text()
        roster = (graded.root / "assignments/roster.csv").read_text(encoding="utf-8").splitlines(keepends=True)
        graded.write("assignments/roster.csv", "".join(roster[:1] + roster[3:]))
        for student in ("s001", "s002"):
            assert graded.run("forget", student, "--files", "--yes").code in (0, 3)
        assert (graded.root / "reports/hw/analysis.csv").read_text() == analysis
        kept = ("points", "raw", "deduction", "status")
        after = graded.table("reports/hw/gradebook.csv")
        assert sorted([row[key] for key in kept] for row in after) == sorted(
            [row[key] for key in kept] for row in before
        )
        written = (graded.root / "assignments/extensions.csv").read_bytes().decode()
        assert re.sub(r"forgotten-[B-Z]{4}-[B-Z]{4}", "CODE", written) == re.sub("(?i)s00[12]", "CODE", rows)

    def test_is_not_begun_where_reports_cannot_be_written_after_it(self, graded: Folder) -> None:
        graded.write("assignments/extensions.csv", "student,assignment\ns01,hw\n")
        before = graded.snapshot(".")
        done = graded.run("forget", "s001", "--files", "--yes")
        assert (done.code, "there is no student 's01'" in done.err) == (1, True)
        assert graded.snapshot(".") == before

    def test_finds_the_name_in_what_is_said_of_others(self, graded: Folder) -> None:
        """A misspelt id is told with the nearest names; a marker's comment may name a classmate."""
        graded.sheet("s0001", {"lstm": {"f_1": "0.1"}}, name="stray")
        assert graded.run("grade", "submissions").code == 3
        graded.run("review", "hw")
        rows = [{k.lstrip("\ufeff"): v for k, v in row.items()} for row in graded.table("reports/hw/review.csv")]
        text = (
            ",".join(rows[0])
            + "\n"
            + ",".join(f'"{v}"' for v in {**rows[0], "points": "0", "comment": "as ada birk"}.values())
        )
        assert (
            "1 change"
            in graded.run("review", "hw", "--apply", graded.write("r.csv", text + "\n").name, "--by", "Bo").out
        )
        (graded.root / "r.csv").unlink()
        assert b"Ada Birk" in (graded.root / "gradebook.db").read_bytes()
        graded.run("forget", "s001", "--files", "--yes")
        assert not re.search(rb"(?i)s001|birk|ada@", (graded.root / "gradebook.db").read_bytes())
        told = graded.table("reports/hw/attention.csv")
        assert any("The nearest on the roster: forgotten-" in row["problem"] for row in told)

    def test_goes_on_as_before_without_the_person(self, graded: Folder) -> None:
        """Other people's sheets are marked anew under another rubric; of the person's only the marks are left."""
        graded.run("forget", "s001", "--files", "--yes")
        graded.write("assignments/roster.csv", "student,name\ns002,Zoë\n")
        graded.write("rubrics/hw.yaml", "questions: {tconv: {points: 2}}\ncoarse: 0.4\n")
        assert graded.run("grade", "submissions").code == 3
        rows = {row["student"].partition("-")[0]: row for row in graded.table("reports/hw/gradebook.csv")}
        assert (rows["forgotten"]["points"], rows["forgotten"]["status"]) == ("5", "graded")
        assert graded.run("generate").code in (0, 1)
        for command in ("review hw --all", "deliver hw --to print", "report --anonymous", "compare hw"):
            assert graded.run(*command.split()).code in (0, 3)
        code = rows["forgotten"]["student"]
        assert f"what '{code}' handed in was erased" in graded.run("explain", "hw", code, "lstm.f_1").err
        assert not [name for name in graded.snapshot("issued", "reports/hw/feedback") if "forgotten" in name]

    def test_leaves_a_note_and_a_gradebook_that_only_grows(self, graded: Folder) -> None:
        graded.run("forget", "s001", "--yes")
        db = sqlite3.connect(graded.root / "gradebook.db")
        commands = [row[0] for row in db.execute("SELECT command FROM runs ORDER BY id")]
        assert re.fullmatch(r"forget forgotten-[B-Z]{4}-[B-Z]{4}", commands[-1])
        code = commands[-1].removeprefix("forget ")
        assert db.execute("SELECT count(*) FROM markings WHERE student = ?", (code,)).fetchone() == (1,)
        texts = db.execute("SELECT answer FROM marks JOIN markings ON id = marking WHERE student = ?", (code,))
        assert {row[0] for row in texts} == {""}
        contents = [zlib.decompress(row[0]) for row in db.execute("SELECT content FROM submissions")]
        assert sum(content == b"" for content in contents) == 1
        triggers = db.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").fetchone()
        tables = db.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone()
        db.close()
        assert triggers[0] == 2 * tables[0]
