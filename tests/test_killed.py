"""Killed at any moment, two at once, a full disk: nothing is lost, and nothing is half written."""

from __future__ import annotations

import csv
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli import main
from grader.errors import CourseError
from grader.gradebook import SCHEMA_VERSION
from grader.lock import NAME, alone
from tests.course_folder import LSTM, Folder, course

STUDENTS = tuple(f"s{k:03}" for k in range(1, 8))
KILLED = """
import os, signal, sys
from grader.jobs import desk, grade
desk.BATCH = grade.BATCH = 2
left = [int(sys.argv[1])]
def count(event, arguments):
    # files that are read and written below this folder: sheets, the gradebook, reports and their right names
    if event in ("open", "os.rename") and str(arguments[0]).removeprefix(os.getcwd() + "/").startswith(
        ("submissions", "reports", "gradebook", ".grader")
    ):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(count)
from grader.cli import main
try:
    main(["grade", "submissions", "--workers", "1"])
finally:
    print("events", int(sys.argv[1]) - left[0])
"""


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    folder = course(tmp_path_factory.mktemp("course"), students=STUDENTS)
    folder.run("generate", "--seed", "42")
    for student in STUDENTS[:5]:
        folder.sheet(student, {"lstm": LSTM, "tconv": {"size_1": "7 cm"}})
    folder.sheet("s001", {"lstm": {"f_1": "0.1"}}, name="s001/again")
    folder.sheet("nobody", {})
    return folder


def copy(folder: Folder, root: Path) -> Folder:
    shutil.copytree(folder.root, root)
    return Folder(root)


def grade(folder: Folder, killed_at: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", KILLED, str(killed_at)]
    return subprocess.run(command, cwd=folder.root, capture_output=True, text=True, check=False)


STOPPED = """
import os, signal, sys
def before(event, arguments):
    if event == "os.rename" and str(arguments[1]).endswith(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(before)
from grader.cli import main
main(sys.argv[2:])
"""


def stop(folder: Folder, before: str, *command: str) -> None:
    """Run a command that is killed before the file of that name is there."""
    line = [sys.executable, "-c", STOPPED, before, *command]
    done = subprocess.run(line, cwd=folder.root, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.fixture(scope="module")
def graded(handed_in: Folder, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """With a file of points for what nobody could read."""
    folder = copy(handed_in, tmp_path_factory.mktemp("graded") / "course")
    folder.run("grade", "submissions")
    folder.run("review", "hw")
    with (folder.root / "reports/hw/review.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with (folder.root / "filled.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows({**row, "points": "3"} for row in rows)
    return folder


def sound(folder: Folder) -> bool:
    with closing(sqlite3.connect(folder.root / "gradebook.db")) as db:
        return bool(db.execute("PRAGMA integrity_check").fetchone() == ("ok",))


def test_a_run_that_was_killed_goes_on_to_the_very_same_reports(handed_in: Folder, tmp_path: Path) -> None:
    undisturbed = copy(handed_in, tmp_path / "undisturbed")
    done = grade(undisturbed, 10**6)
    expected = undisturbed.snapshot("reports")
    events = int(done.stdout.split()[-1])
    assert {"reports/hw/results.csv", "reports/hw/class-report.pdf", "reports/hw/feedback/s005.pdf"} <= set(expected)
    assert events > 30
    chance = random.Random(7)
    killed = copy(handed_in, tmp_path / "killed")
    codes = [grade(killed, moment).returncode for moment in (2, 6, *chance.sample(range(8, events), 6))]
    assert set(codes) <= {-signal.SIGKILL, 3}  # the nearer to its end a run begins, the less it has to do
    assert codes.count(-signal.SIGKILL) >= 5
    assert killed.run("grade", "submissions").code == 3
    assert killed.snapshot("reports") == expected
    with closing(sqlite3.connect(killed.root / "gradebook.db")) as db:
        assert db.execute("SELECT count(*), count(DISTINCT submission) FROM markings").fetchone() == (6, 6)


@pytest.mark.parametrize("moment", [9, 14, 31])
def test_a_run_that_was_killed_once_leaves_whole_sheets(handed_in: Folder, tmp_path: Path, moment: int) -> None:
    folder = copy(handed_in, tmp_path / "killed")
    assert grade(folder, moment).returncode == -signal.SIGKILL
    with closing(sqlite3.connect(folder.root / "gradebook.db")) as db:
        cells = db.execute("SELECT (SELECT count(*) FROM marks WHERE marking = id) FROM markings").fetchall()
    assert {count for (count,) in cells} <= {13}
    assert sound(folder)


NEW = "student,name\nn001,New\n" + "".join(f"{s},Name of {s}\n" for s in STUDENTS)
"""A new student before all others."""


@pytest.mark.parametrize(
    ("changed", "text", "command", "before"),
    [
        ("assignments/roster.csv", NEW, ("generate",), "issued/hw/handouts.pdf"),
        ("rubrics/hw.yaml", "points: 20\n", ("regrade", "hw", "--apply"), "reports/hw/results.csv"),
        ("rubrics/hw.yaml", "{}\n", ("review", "hw", "--apply", "filled.csv"), "reports/hw/results.csv"),
    ],
)
def test_the_same_command_again_finishes_what_one_that_was_killed_began(
    graded: Folder, tmp_path: Path, changed: str, text: str, command: tuple[str, ...], before: str
) -> None:
    undisturbed, killed = copy(graded, tmp_path / "undisturbed"), copy(graded, tmp_path / "killed")
    for folder in (undisturbed, killed):
        folder.write(changed, text)
    assert undisturbed.run(*command).code == 0
    assert undisturbed.snapshot("issued", "reports") != graded.snapshot("issued", "reports")
    stop(killed, before, *command)
    assert killed.run(*command).code == 0
    assert killed.snapshot("issued", "reports") == undisturbed.snapshot("issued", "reports")


def test_no_report_names_somebody_who_was_forgotten_by_half(graded: Folder, tmp_path: Path) -> None:
    folder = copy(graded, tmp_path / "forgotten")
    (folder.root / "reports/hw/review.csv").unlink()
    stop(folder, "reports/hw/results.csv", "forget", "s001", "--yes")
    assert [name for name, data in folder.snapshot("reports").items() if b"s001" in data] == []
    assert folder.run("report").code == 0


def test_half_written_files_are_taken_away_by_the_next_command(graded: Folder, tmp_path: Path) -> None:
    folder = copy(graded, tmp_path / "half")
    stop(folder, "feedback-print.pdf", "deliver", "hw", "--to", "print", "--what", "feedback")
    assert list((folder.root / "reports").rglob(".*.part"))
    folder.run("compare", "hw")
    assert not list((folder.root / "reports").rglob(".*.part"))


def test_papers_that_a_lost_gradebook_knew_are_not_given_other_numbers(graded: Folder, tmp_path: Path) -> None:
    """The seed that was drawn for them was in it alone."""
    folder = copy(graded, tmp_path / "lost")
    (folder.root / "gradebook.db").unlink()
    papers = folder.snapshot("issued")
    done = folder.run("generate")
    assert (done.code, "Bring back a copy of gradebook.db" in done.err) == (1, True)
    assert folder.snapshot("issued") == papers
    assert folder.run("generate", "--seed", "42").code == 0
    assert folder.snapshot("issued").keys() == papers.keys()


@pytest.mark.parametrize("command", ["export hw --to canvas --template x.csv", "deliver hw --to mail", "compare hw"])
def test_what_writes_beside_the_reports_is_not_done_while_they_are_written(
    graded: Folder, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(graded.root)
    with alone(graded.root, "grader report"):
        done = CliRunner().invoke(main, command.split())
    assert (done.exit_code, "another grader is at work in this folder (grader report" in done.output) == (1, True)


def test_a_second_command_says_who_is_at_work_and_changes_nothing(handed_in: Folder, tmp_path: Path) -> None:
    folder = copy(handed_in, tmp_path / "busy")
    with alone(folder.root, "grader grade"):
        done = folder.run("grade", "submissions")
    assert done.code == 1
    assert "another grader is at work in this folder (grader grade, process" in done.err
    assert not (folder.root / "reports").exists()
    assert folder.run("grade", "submissions").code == 3


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    code = "import os, sys; from pathlib import Path; from grader.lock import alone; alone(Path(), 'x').__enter__(); "
    subprocess.run([sys.executable, "-c", code + "os.kill(os.getpid(), 9)"], cwd=tmp_path, check=False)
    assert (tmp_path / NAME).read_text().startswith("x, process")
    with alone(tmp_path, "y"), pytest.raises(CourseError, match="y, process"), alone(tmp_path, "z"):
        pass


FULL = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
from grader.cli import main
main(sys.argv[1:])
"""


def run_full(folder: Folder, *command: str) -> str:
    """Run where no file can grow beyond 20 kB, as on a disk that is nearly full; what it said."""
    line = [sys.executable, "-c", FULL, *command, "--workers", "1"]
    done = subprocess.run(line, cwd=folder.root, capture_output=True, text=True, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    return done.stderr


def test_a_full_disk_is_told_and_nothing_is_half_written(handed_in: Folder, tmp_path: Path) -> None:
    folder = copy(handed_in, tmp_path / "full")
    assert "the gradebook could not be written" in run_full(folder, "grade", "submissions")
    assert not (folder.root / "reports").exists()
    assert sound(folder)
    assert folder.run("grade", "submissions").code == 3
    whole = folder.snapshot("reports")
    shutil.rmtree(folder.root / "reports")
    assert "this cannot be written: File too large" in run_full(folder, "report")
    left = folder.snapshot("reports")
    assert left.items() < whole.items()  # what is there is whole, and has its right name


def test_where_no_reports_can_be_written_the_marks_are_kept(handed_in: Folder, tmp_path: Path) -> None:
    folder = copy(handed_in, tmp_path / "unwritable")
    folder.write("reports", "a file where the folder should be")
    done = folder.run("grade", "submissions")
    assert done.code == 1
    assert "this cannot be written" in done.err
    (folder.root / "reports").unlink()
    assert folder.run("report").code == 0
    assert len(folder.table("reports/hw/results.csv")) > 0


def test_a_file_that_cannot_be_taken_away_is_named(
    graded: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copy(graded, tmp_path / "stuck")
    folder.write("reports/hw/.x.part/y", "a folder where a half-written file should be")
    monkeypatch.chdir(folder.root)
    done = CliRunner().invoke(main, ["report"])
    assert done.exit_code == 1
    assert "reports/hw/.x.part: this cannot be read or written: " in done.output


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no such device")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_an_output_that_takes_nothing_is_told(unbuffered: str, graded: Folder) -> None:
    with Path("/dev/full").open("wb") as full:
        line = [sys.executable, "-m", "grader", "history", "s001"]
        environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
        done = subprocess.run(
            line, cwd=graded.root, stdout=full, stderr=subprocess.PIPE, text=True, check=False, env=environment
        )
    assert done.returncode == 1
    assert done.stderr == "Error: the output: this cannot be read or written: No space left on device\n"


def test_a_broken_or_newer_gradebook_is_told_and_left_alone(handed_in: Folder, tmp_path: Path) -> None:
    folder = copy(handed_in, tmp_path / "broken")
    path = folder.root / "gradebook.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))
    broken = path.read_bytes()
    done = folder.run("grade", "submissions")
    assert done.code == 1
    assert "gradebook.db: this gradebook" in done.err
    assert path.read_bytes() == broken
    path.write_bytes(whole)
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    done = folder.run("grade", "submissions")
    assert (done.code, "made by a later version of grader" in done.err) == (1, True)
