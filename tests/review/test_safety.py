"""What must never get lost, and texts of the whole world."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from tests import old_gradebook
from tests.course_folder import Folder
from tests.review.spreadsheet import (
    ALL,
    apply,
    decided,
    fill,
    given,
    handed_in,
    recorded,
    rows,
)


class TestNothingIsLost:
    def test_an_apply_that_is_killed_does_all_or_nothing(self, tmp_path: Path) -> None:
        answers = {f"s{k:03d}": f"answer {k}" for k in range(1, 31)}
        folder = handed_in(tmp_path, answers=answers)
        folder.run("review", "hw")
        marks = {(student, name): given("1") for student in answers for name in ("cause", "remedy")}
        name = fill(folder, marks)
        command = [sys.executable, "-m", "grader", "review", "hw", "--apply", name, "--workers", "1"]
        journal = tmp_path / "gradebook.db-journal"
        running = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while running.poll() is None and not journal.exists():
            time.sleep(0.002)
        running.send_signal(signal.SIGKILL)
        running.wait()
        assert len(recorded(folder, "id")) in (0, 60)
        apply(folder, name)
        assert len(recorded(folder, "id")) == 60
        assert {row["status"] for row in folder.table("reports/hw/gradebook.csv")} == {"graded"}

    def test_an_apply_that_cannot_be_written_to_its_end_changes_nothing(self, written: Folder) -> None:
        with closing(sqlite3.connect(written.root / "gradebook.db")) as db, db:
            db.execute("CREATE TRIGGER full BEFORE INSERT ON markings WHEN NEW.student = 's003'"
                       " BEGIN SELECT RAISE(ABORT, 'disk full'); END")  # fmt: skip
        before = written.snapshot("reports")
        done = apply(written, fill(written, ALL))
        assert done.code == 1
        assert "the gradebook could not be written: disk full" in done.err
        assert recorded(written, "id") == []
        assert written.snapshot("reports") == before

    def test_a_gradebook_of_the_version_before_is_kept_beside_and_the_command_says_so(self, written: Folder) -> None:
        with closing(sqlite3.connect(written.root / "gradebook.db")) as db, db:
            for table in ("reviews", "arrivals", "rules"):
                db.execute(f"DROP TABLE {table}")
            db.execute("PRAGMA user_version = 1")
        done = written.run("report")
        assert done.err == "gradebook.db was brought to this version; the old one is kept as gradebook.db.v1.bak\n"
        assert old_gradebook.version(written.root / "gradebook.db.v1.bak") == 1
        assert written.run("report").err == ""
        assert apply(written, fill(written, ALL)).code == 0


SCRIPTS = (
    "The gradient vanishes", "Градиент исчезает", "Η κλίση εξαφανίζεται", "勾配が消える", "梯度消失了",
    "기울기가 사라진다",
    "التدرج يتلاشى", "הגרדיאנט נעלם", "ग्रेडिएंट गायब", "ความชันหายไป", "Độ dốc biến mất", "გრადიენტი ქრება", "የቀነሰ",
    "-2 steps", "+1", "@all", "＝SUM(A1)", "'quoted", "🎓🧮", "tab\there", 'a;b,c\n"d"', "1,5", "0012", "TRUE",
)  # fmt: skip


def test_two_hundred_answers_in_the_scripts_of_the_world_come_back_from_a_spreadsheet(tmp_path: Path) -> None:
    answers = {f"s{k:03d}": f"{SCRIPTS[k % len(SCRIPTS)]} {k}" * (1 + k % 3) for k in range(1, 201)}
    folder = handed_in(tmp_path, answers=answers)
    folder.run("review", "hw", "--anonymous")
    table = rows(folder)
    assert len(table) == 400
    marks = {(row["student"], row["criterion"]): given("1,5") for row in table}
    done = apply(folder, fill(folder, marks, delimiter=";", encoding="utf-16"))
    assert done.out.startswith("400 changes\n")
    assert "  and 180 more\n" in done.out
    assert {value[:2] for value in decided(folder).values()} == {("reviewed", "3")}
