"""Which sheet counts, and what reports say of lateness."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course import Course
from grader.deadlines import DAY, LateRecord, Timing, Which
from grader.errors import CourseError
from grader.gradebook import Marking
from grader.jobs.attempts import Attempt, chosen
from grader.jobs.grade import grade
from grader.jobs.history import history
from grader.jobs.report import report
from tests.course_folder import ASSIGNMENT, LSTM, Folder, course

DUE = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC)
TIMING = Timing(DUE, cut_off=DUE + 3 * DAY, late=LateRecord(per_day="10%"))


def attempt(
    number: int, points: float, days: float | None, *, doubtful: bool = False, late: bool = False, waiting: float = 0.0
) -> Attempt:
    """A sheet handed in so many days after it was due; None: nobody knows when. `waiting`: points yet to be given."""
    at = None if days is None else DUE + days * DAY
    lateness = TIMING.lateness(at, flagged=late)
    marking = Marking(number, number, 1, doubtful, points, 10.0, ())
    most = points + waiting - TIMING.deduction(lateness, points + waiting, 10.0)
    return Attempt(marking, at, lateness, TIMING.deduction(lateness, points, 10.0), most)


@pytest.mark.parametrize(
    ("rule", "attempts", "expected"),
    [
        ("latest", [attempt(1, 9, -2), attempt(2, 3, -1)], 2),
        ("latest", [attempt(1, 9, -1), attempt(2, 3, -2)], 1),  # found in another order than they came
        ("latest", [attempt(1, 9, -1), attempt(2, 3, None)], 2),  # one time is not known: as they were found
        ("best", [attempt(1, 9, -2), attempt(2, 3, -1)], 1),
        ("best", [attempt(1, 9, -2), attempt(2, 9, -1)], 2),
        ("best", [attempt(1, 8, -2), attempt(2, 8.5, 0.5)], 1),  # 7.5 after the deduction
        (
            "best",
            [attempt(1, 6, -2), attempt(2, 3, -1, waiting=4)],
            2,
        ),  # it may be the best yet: a person has to mark it
        ("best", [attempt(1, 6, -2), attempt(2, 3, -1, waiting=3)], 1),  # and cannot be more than the first
        ("best", [attempt(1, 6, -2), attempt(2, 3, 0.5, waiting=3.5)], 1),
        ("latest_on_time", [attempt(1, 3, -2), attempt(2, 9, 0.5)], 1),
        ("latest_on_time", [attempt(1, 3, 0.2), attempt(2, 9, 0.5)], 2),
        ("latest_on_time", [attempt(1, 3, None), attempt(2, 9, None, late=True)], 1),
        ("latest", [attempt(1, 3, 1), attempt(2, 9, 4)], 1),  # the second came after the cut-off
        ("latest", [attempt(1, 9, 4)], None),
        pytest.param("latest", [attempt(1, 3, -2), attempt(2, 9, -1, doubtful=True)], 1, marks=pytest.mark.case(121)),
        ("latest", [attempt(2, 9, -1, doubtful=True)], 2),
    ],
)
def test_one_attempt_counts(rule: Which, attempts: list[Attempt], expected: int | None) -> None:
    found = chosen(attempts, replace(TIMING, attempts=rule))
    assert (found and found.marking.id) == expected


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(-5, 5)), min_size=1, max_size=5))
def test_best_is_never_less_than_any_other_rule_gives(sheets: list[tuple[float, float]]) -> None:
    attempts = [attempt(nth, points, days) for nth, (points, days) in enumerate(sheets)]
    best, latest, on_time = (
        chosen(attempts, replace(TIMING, attempts=rule)) for rule in ("best", "latest", "latest_on_time")
    )
    assert (best is None) == (latest is None) == (on_time is None)
    assert best is None or best.points >= max(one.points for one in (latest, on_time) if one)


def test_of_several_sheets_everyone_that_may_be_the_best_is_marked_by_a_person(tmp_path: Path) -> None:
    """The second has fewer points for its numbers and other words."""
    words = "  - {id: words, template: written, parameters: {criteria: [{name: idea, points: 3}]}}\n"
    folder = course(tmp_path, ASSIGNMENT.replace("questions:", "attempts: best\nquestions:") + words)
    assert folder.run("generate", "--seed", "42").code == 0
    folder.sheet("s001", {"lstm": LSTM, "words": {"answer": "one"}}, name="a/s001")
    folder.sheet("s001", {"lstm": {**LSTM, "f_1": "0.1"}, "words": {"answer": "two"}}, name="b/s001")
    at = Course(folder.root)
    grade(at, [folder.root / "submissions"], None)
    for text, points in (("one", "0"), ("two", "3")):
        folder.run("review", "hw", "--out", "review.csv")
        (row,) = folder.table("review.csv")
        assert row["text"] == text
        filled = ",".join({**row, "points": points}.values())
        folder.write("filled.csv", ",".join(row) + f"\n{filled}\n")
        assert folder.run("review", "hw", "--apply", "filled.csv").code == 0
    assert folder.table("reports/hw/gradebook.csv")[0]["status"] == "graded"
    assert folder.run("review", "hw", "--out", "again.csv").out.startswith("hw: nothing to review")


def timed(root: Path, keys: str) -> Folder:
    folder = course(root, ASSIGNMENT.replace("questions:", f"due: 2026-12-01 23:59\n{keys}questions:"))
    assert folder.run("generate", "--seed", "42").code == 0
    return folder


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("grace: 15 mni\n", ["line 4", "'min'"]),
        ("cut_off: 2026-11-30\n", ["line 4", "before the sheets are due"]),
        ("timezone: Europe/Berln\n", ["line 4", "'Europe/Berlin'"]),
        ("late: {per_day: 0.1}\n", ["line 4", "per_day", "10%"]),
        ("late: {perday: 10%}\n", ["line 4", "'per_day'"]),
        ("attempts: latest_ontime\n", ["line 4", "'latest_on_time'"]),
    ],
)
def test_impossible_rules_are_told_with_their_line(tmp_path: Path, keys: str, words: list[str]) -> None:
    course(tmp_path, ASSIGNMENT.replace("questions:", f"due: 2026-12-01 23:59\n{keys}questions:"))
    with pytest.raises(CourseError) as error:
        Course(tmp_path).load("hw")
    assert all(word in str(error.value) for word in words), str(error.value)


def test_reports_say_what_lateness_cost_whom(tmp_path: Path) -> None:
    folder = timed(tmp_path, "timezone: +01:00\nlate: {per_day: 10%}\ncut_off: 2 days\n")
    for student in ("s001", "s002", "s003"):
        folder.sheet(student, {"lstm": LSTM})
    rows = "s001,hw,,2026-12-02 10:00,\ns002,hw,,,yes\ns003,hw,,2026-12-04 10:00,\n"
    folder.write("assignments/extensions.csv", f"student,assignment,due,handed_in,excused\n{rows}")
    done = folder.run("grade", "submissions")
    table = {row["student"]: row for row in folder.table("reports/hw/gradebook.csv")}
    late = table["s001"]
    assert (late["raw"], late["deduction"], late["points"]) == ("5", "2", "3")
    assert float(late["lstm"]) == 5
    feedback = (folder.root / "reports/hw/feedback/s001.html").read_text(encoding="utf-8")
    assert "Handed in 2026-12-02 10:00, due 2026-12-01 23:59: 1 day begun, 10% of 20 points for each" in feedback
    assert [table[name]["status"] for name in ("s002", "s003")] == ["excused", "attention"]
    assert [table[name]["points"] for name in ("s002", "s003")] == ["", ""]
    assert {row["student"] for row in folder.table("reports/hw/results.csv")} == {"s001"}
    assert "1 late: 2 points deducted" in done.out
    report = (folder.root / "reports/hw/class-report.html").read_text(encoding="utf-8")
    assert "One student loses points for lateness" in report
    assert "of 2 students" in report
    assert not (folder.root / "reports/hw/feedback/s002.html").exists()
    assert "taken as UTC" not in done.out
    folder.write("assignments/extensions.csv", "student,assignment,due\ns003,hw,2026-12-09\n")
    assert folder.run("grade", "submissions").code == 0
    table = {row["student"]: row for row in folder.table("reports/hw/gradebook.csv")}
    assert [row["deduction"] for row in table.values()] == ["0", "0", "0"]


def test_an_extension_that_ends_before_everybody_elses_time_is_told(tmp_path: Path) -> None:
    """A wrong year would cost all points."""
    folder = course(tmp_path, ASSIGNMENT.replace("questions:", "due: 2026-12-01 23:59\ntimezone: +01:00\nquestions:"))
    folder.write("assignments/extensions.csv", "student,assignment,due\ns001,hw,2025-12-05\n")
    with pytest.raises(
        CourseError, match=r"extensions.csv: 's001' has until 2025-12-06 00:00 for 'hw'.*2026-12-01 23:59"
    ):
        Course(tmp_path).extensions("hw")


def test_history_tells_an_extension(tmp_path: Path) -> None:
    folder = timed(tmp_path, "timezone: +01:00\nlate: {per_day: 10%}\n")
    folder.write("assignments/extensions.csv", "student,assignment,due\ns001,hw,2026-12-05 12:00\n")
    assert "  has until 2026-12-05 12:00, by assignments/extensions.csv" in list(
        history(Course(tmp_path), "s001", ["hw"])
    )
    assert not any("extensions" in line for line in history(Course(tmp_path), "s002", ["hw"]))


def test_the_dates_of_files_cost_nobody_a_point(tmp_path: Path) -> None:
    folder = timed(tmp_path, "late: {per_day: 10%}\n")
    folder.sheet("s001", {"lstm": LSTM})
    out = folder.run("grade", "submissions").out
    assert "due 2026-12-01 23:59 is taken as UTC" in out
    assert "1 of 1 sheets came without a time of handing in" in out
    assert folder.table("reports/hw/gradebook.csv")[0]["deduction"] == "0"


def test_a_later_due_settles_what_a_system_called_late_and_gave_no_time_for(tmp_path: Path) -> None:
    folder = timed(tmp_path, "late: {per_day: 10%}\n")
    folder.write("assignments/roster.csv", "student,name,canvas_id\ns001,Ada Birk,11\ns002,Bo Ek,12\n")
    for student, name in (("s001", "birkada_LATE_11_345_hw"), ("s002", "ekbo_LATE_12_346_hw")):
        folder.sheet(student, {"lstm": LSTM}, name=name)
    folder.write("assignments/extensions.csv", "student,assignment,due\ns001,hw,2026-12-05\n")
    at = Course(folder.root)
    grade(at, [folder.root / "submissions"], None)
    report(at, at.load("hw"))
    told = [(row["student"], row["problem"]) for row in folder.table("reports/hw/attention.csv")]
    assert told == [("s002", "handed in late, and nobody tells when: nothing is deducted")]
