"""Corrections: marks stay until somebody says so, and everybody can see what would change."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course import Course
from grader.jobs.feedback import as_stored
from grader.jobs.grade import grade
from grader.jobs.marks import mark_sheet
from grader.jobs.regrade import COLUMNS, regrade
from grader.jobs.report import report
from grader.marking import Mark
from grader.sheets import read_sheet
from tests.course_folder import LSTM, Folder, course

ACCEPT = "questions: {lstm: {parts: {f_1: {accept: [0.1]}}}}\n"
STRICTER = "questions: {lstm: {parts: {f_1: {void: drop}}}}\n"
WRONG = {**LSTM, "f_1": "0.1"}


@pytest.fixture
def graded(tmp_path: Path) -> Folder:
    folder = course(tmp_path)
    folder.run("generate", "--seed", "42")
    folder.sheet("s001", {"lstm": WRONG})
    folder.sheet("s002", {"lstm": LSTM})
    assert folder.run("grade", "submissions").code == 0
    return folder


def points(folder: Folder) -> dict[str, str]:
    return {row["student"]: row["points"] for row in folder.table("reports/hw/gradebook.csv")}


def test_after_a_correction_marks_stay_until_somebody_says_so(graded: Folder) -> None:
    before = points(graded)
    graded.write("rubrics/hw.yaml", ACCEPT)
    graded.sheet("s003", {"lstm": WRONG})
    done = graded.run("grade", "submissions")
    told = "two sets of rules are in use: 1 are marked by those of today, 2 sheets by earlier ones, since the rubric"
    assert told in done.out
    assert graded.verdicts("s001")["lstm.f_1"] == "wrong"
    assert graded.verdicts("s003")["lstm.f_1"] == "right"
    shown = graded.run("regrade", "hw", "--csv", "changes.csv")
    assert "lstm.f_1: 0 of 0.833333, wrong → 0.833333 of 0.833333, right" in shown.out
    assert "Nothing was changed" in shown.out
    (row,) = graded.table("changes.csv")
    assert (row["student"], row["change"]) == ("s001", "+0.833333")
    assert [points(graded)[name] for name in ("s001", "s002")] == [before[name] for name in ("s001", "s002")]
    graded.run("regrade", "hw", "--apply")
    assert graded.verdicts("s001")["lstm.f_1"] == "right"
    assert "two sets" not in graded.run("grade", "submissions").out
    assert "nothing to do" in graded.run("regrade", "hw").out
    told = graded.run("history", "s001").out
    assert told.index("grade: sheet") < told.index("regrade: sheet")
    assert "by earlier rules" in told
    assert "by the rules of today" in told


def test_what_is_shown_is_what_is_done(graded: Folder) -> None:
    graded.write("rubrics/hw.yaml", ACCEPT)
    at = Course(graded.root)
    shown = regrade(at, at.load("hw"))
    assert regrade(at, at.load("hw"), apply=True) == shown
    assert regrade(at, at.load("hw")).sheets == 0


def test_who_would_lose_points_can_be_spared(graded: Folder) -> None:
    graded.write("rubrics/hw.yaml", "questions: {lstm: {points: 1}}\n")
    at = Course(graded.root)
    spared = regrade(at, at.load("hw"), apply=True, keep_higher=True)
    assert (spared.sheets, spared.spared, list(spared.changes)) == (2, 2, [])
    lost = regrade(at, at.load("hw"), apply=True)
    assert [change.after < change.before for change in lost.changes] == [True, True]


def test_feedback_and_explanations_go_by_the_rules_that_a_sheet_was_marked_by(graded: Folder) -> None:
    page = graded.root / "reports/hw/feedback/s001.html"
    before = page.read_bytes()
    graded.write("rubrics/hw.yaml", ACCEPT)
    at = Course(graded.root)
    report(at, at.load("hw"))
    assert page.read_bytes() == before
    assert "verdict      wrong" in graded.run("explain", "hw", "s001", "lstm.f_1").out


def test_a_decision_by_a_person_marks_by_the_sheets_own_rubric_and_outlives_a_regrade(graded: Folder) -> None:
    graded.write("rubrics/hw.yaml", ACCEPT)
    graded.run("review", "hw", "--all", "--out", "all.csv")
    rows = graded.table("all.csv")
    rows = [{key.lstrip("\ufeff"): value for key, value in row.items()} for row in rows]
    (row,) = [row for row in rows if (row["student"], row["part"]) == ("s001", "i_1")]
    row["points"] = "0.5"
    graded.write("one.csv", ",".join(row) + "\n" + ",".join(f'"{value}"' for value in row.values()) + "\n")
    assert "1 change" in graded.run("review", "hw", "--apply", "one.csv", "--by", "Bo").out
    verdicts = graded.verdicts("s001")
    assert (verdicts["lstm.i_1"], verdicts["lstm.f_1"]) == ("reviewed", "wrong")
    at = Course(graded.root)
    (change,) = regrade(at, at.load("hw"), apply=True).changes
    assert (change.student.id, list(change.kept)) == ("s001", ["lstm.i_1"])
    assert "Bo decided lstm.i_1" in graded.run("history", "s001", "hw").out


def test_where_a_template_has_changed_feedback_says_what_the_gradebook_has(graded: Folder) -> None:
    at = Course(graded.root)
    book = at.gradebook()
    ((_, marking), *_) = [(name, own[0]) for name, own in book.markings("hw").items()]
    rows = book.marks(marking.id)
    book.close()
    kept = [(*row[:7], "coarse", "", 0.25, *row[10:]) if row[1] == "f_1" else row for row in rows]
    marks = [("lstm", mark) for mark in made_again(at, graded)]
    merged = {mark.cell: mark for _, mark in as_stored(marks, kept)}
    assert (merged["f_1"].verdict, merged["f_1"].points) == ("coarse", 0.25)
    assert merged["i_1"].verdict == "right"


def made_again(at: Course, folder: Folder) -> list[Mark]:
    book = at.gradebook()
    paper = book.filled(next(paper for paper in book.papers("hw") if paper.student.id == "s001"))
    book.close()
    sheet = read_sheet((folder.root / "submissions/s001.csv").read_bytes(), "s001.csv")
    return [mark for question, mark in mark_sheet(at.load("hw"), paper.givens, sheet)[0] if question == "lstm"]


def test_history_names_the_nearest_student(graded: Folder) -> None:
    done = graded.run("history", "s01")
    assert done.code == 1
    assert "'s001'" in done.err


def test_grading_again_under_a_changed_rubric_adds_no_marking(graded: Folder) -> None:
    graded.write("rubrics/hw.yaml", STRICTER)
    at = Course(graded.root)
    grade(at, [graded.root / "submissions"], None)
    book = at.gradebook()
    count = book.db.execute("SELECT count(*) FROM markings").fetchone()[0]
    book.close()
    assert count == 2


def test_the_same_file_under_another_name_keeps_its_marks(graded: Folder) -> None:
    """As where all submissions are downloaded again."""
    before = graded.verdicts("s001")
    assert before["lstm.f_1"] == "wrong"
    graded.write("rubrics/hw.yaml", ACCEPT)
    (graded.root / "submissions").rename(graded.root / "submissions (1)")
    at = Course(graded.root)
    done = grade(at, [graded.root / "submissions (1)"], None)
    report(at, at.load("hw"))
    assert graded.verdicts("s001") == before
    assert "the rubric has changed since 4 sheets were marked" in done.changed[0]
    assert [change.student.id for change in regrade(at, at.load("hw"), apply=True).changes] == ["s001"]


def test_what_is_lost_is_told_by_the_share_of_what_can_be_had(graded: Folder) -> None:
    """A part that is dropped takes nothing from who had all of it."""
    graded.write("rubrics/hw.yaml", STRICTER)
    at = Course(graded.root)
    done = regrade(at, at.load("hw"), apply=True, keep_higher=True)
    (alone,) = done.changes
    assert (alone.student.id, done.spared) == ("s001", 1)  # s002 had it right, and had less than half of the rest
    table = dict(zip(COLUMNS, alone.row, strict=True))
    assert (table["max before"], table["max after"], table["change"]) == ("20", "19.166667", "0")
    assert alone.short[1:3] == ("4.166667 of 20", "4.166667 of 19.166667")
    assert list(alone.why) == ["lstm.f_1: 0 of 0.833333, wrong → does not count"]


def test_full_marks_for_all_are_told_by_the_answers_that_get_them(graded: Folder) -> None:
    graded.write("rubrics/hw.yaml", ACCEPT.replace("accept: [0.1]", "void: full_marks"))
    at = Course(graded.root)
    (change,) = regrade(at, at.load("hw")).changes
    assert list(change.why) == ["lstm: other points for f_1"]


def test_a_mean_is_of_what_the_sheets_were_marked_out_of(graded: Folder) -> None:
    graded.write("rubrics/hw.yaml", "questions: {lstm: {points: 1}}\n")
    at = Course(graded.root)
    assert report(at, at.load("hw")).possible == 20
    assert "of 20" in (graded.root / "reports/hw/class-report.html").read_text(encoding="utf-8")
