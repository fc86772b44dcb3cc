"""From sheets to analysis.csv and the class report, through the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.course_folder import LSTM, Folder, course

STUDENTS = tuple(f"s{k:03}" for k in range(1, 14))


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Thirteen students: eight right, four who wrote the same wrong c_1, one without a sheet."""
    folder = course(tmp_path_factory.mktemp("course"), students=STUDENTS)
    assert folder.run("generate", "--seed", "42").code == 0
    for nth, student in enumerate(STUDENTS[:12]):
        folder.sheet(student, {"lstm": LSTM if nth < 8 else {**LSTM, "c_1": "0.4321", "h_1": "0.333"}})
    assert folder.run("grade", "submissions/").code == 0
    return folder


def found(folder: Folder, level: str, **where: str) -> dict[str, str]:
    """One number for each statistic."""
    rows = [r for r in folder.table("reports/hw/analysis.csv") if r["level"] == level]
    return {r["statistic"]: r["value"] for r in rows if all(r[name] == text for name, text in where.items())}


def test_the_analysis_has_one_number_a_row(graded: Folder) -> None:
    rows = graded.table("reports/hw/analysis.csv")
    assert list(rows[0]) == ["level", "question", "part", "group", "statistic", "value", "n", "note"]
    for row in rows:
        assert row["value"] == "" or float(row["value"]) == float(row["value"])
        assert row["value"] or row["note"], row


def test_facility_and_verdicts_are_those_of_the_sheets(graded: Folder) -> None:
    part = found(graded, "part", question="lstm", part="c_1")
    assert (part["facility"], part["right"], part["wrong"], part["blank"]) == ("0.666667", "8", "4", "0")
    assert found(graded, "class", group="missing") == {"students": "1"}


def test_an_equal_wrong_value_is_a_cluster(graded: Folder) -> None:
    assert found(graded, "cluster", part="c_1", group="the same value 0.4321") == {
        "students": "4",
        "wrong there": "4",
    }


def test_what_cannot_be_told_has_no_value_and_a_reason(graded: Folder) -> None:
    """Nobody answered the second question, so the rest of the total has no variance for the first one's parts."""
    rows = graded.table("reports/hw/analysis.csv")
    (row,) = [r for r in rows if (r["level"], r["part"], r["statistic"]) == ("part", "c_1", "discrimination")]
    assert (row["value"], row["note"]) == ("", "everybody got the same points elsewhere")


def test_the_report_tells_the_same(graded: Folder) -> None:
    page = Path(graded.root / "reports/hw/class-report.html").read_text("utf-8")
    assert "the same value 0.4321" in page
    assert "s009, s010, s011, s012" in page
    assert "67%" in page


def test_the_report_can_be_made_again_from_the_gradebook_to_the_byte(graded: Folder) -> None:
    before = graded.snapshot("reports")
    assert graded.run("report", PYTHONHASHSEED="3").code == 0
    assert graded.snapshot("reports") == before


def test_only_what_was_written_is_listed(tmp_path: Path) -> None:
    """Without a sheet there is no feedback."""
    folder = course(tmp_path, students=("s001",))
    assert folder.run("generate", "--seed", "42").code == 0
    said = folder.run("report").out
    assert "reports/hw/gradebook.csv, results.csv\n" in said
    assert not (folder.root / "reports/hw/feedback").exists()
    folder.sheet("s001", {"lstm": LSTM})
    assert "reports/hw/gradebook.csv, results.csv, feedback/\n" in folder.run("grade", "submissions/").out
    assert (folder.root / "reports/hw/feedback").is_dir()
