"""A folder of nothing but traps, and one good sheet among them."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.course_folder import ASSIGNMENT, LSTM, Folder, course
from tests.intake.hand_in import Handed, balanced, packed, sheet

from grader.cli import main

STEERING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Characters that no output holds, whoever wrote them."""
ESCAPE = "\x1b[31mRED\x1b[0m\x9b2J\x07\u202e"

YAML = "assignment: hw\nstudent: s002\nanswers:\n  tconv: {size_1: 9}\n"
CSV = sheet("s002")
METADATA = "submission_1:\n  :created_at: 9999-12-31 23:59:59 -12:00\n  :submitters: [{:sid: '007'}]\n"
BOMBS = (
    "[" * 40_000, "- " * 40_000, '"' * 10_000, "a: &a [*a, *a]", "a: &a {<<: *a}", "\n" * 90_000, "," * 90_000,
    "\0" * 99, CSV + "tconv,size_1,9\n" * 21_000, CSV.replace("9", "9" * 5000), CSV.replace("9", "=cmd|' /C calc'!A0"),
)  # fmt: skip
PIECES = (
    "_", " - ", "1", "102", "LATE_", "anon_", "zolaémile", "Émile Zola", "_assignsubmission_file", "_attempt_", "ez2",
    "x", "0001-01-01-00-00-00", "9999-12-31-23-59-59", "Jan 1, 0001 1200 AM", "Participant", "/", "\\", "..", "C:", " ",
    ESCAPE, "submission_metadata.yml", "__MACOSX", "Hw_", "s002", "=1", "\n", "\u0301", "9" * 200, ".zip", ".csv", "~$",
)  # fmt: skip


def flipped(content: bytes) -> st.SearchStrategy[bytes]:
    """The content with a few bytes changed, cut short."""

    def change(changes: list[tuple[int, int]], kept: int) -> bytes:
        data = bytearray(content)
        for place, byte in changes:
            data[place] = byte
        return bytes(data[:kept])

    places = st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255))
    return st.builds(change, st.lists(places, max_size=5), st.integers(0, 2 * len(content)))


CONTENTS = st.one_of(
    flipped(CSV.encode()),
    flipped(YAML.encode()),
    flipped(packed({"s002.csv": CSV, "a/b.yaml": YAML})),
    flipped(METADATA.encode()),
    st.sampled_from(("utf-16", "utf-16-be", "utf-32", "cp1252", "cp500")).map(CSV.encode),
    st.sampled_from(BOMBS).map(str.encode),
    st.binary(max_size=300),
)
ENDINGS = st.sampled_from((".csv", ".yaml", ".xlsx", ".zip", ".pdf", "/hw.csv", ""))
NAMES = st.builds(str.__add__, st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join), ENDINGS)


def archive(contents: dict[str, bytes]) -> bytes:
    """With names as they are, past zipfile's own tidying."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, content in contents.items():
            info = zipfile.ZipInfo("x", (2026, 11, 1, 12, 0, 0))
            info.filename = name
            file.writestr(info, content)
    return out.getvalue()


def on_disk(course: Handed, contents: dict[str, bytes]) -> None:
    """Those that a file system takes below submissions/."""
    for name, content in contents.items():
        parts = name.split("/")
        if not {"", ".", ".."} & set(parts) and max(len(part.encode()) for part in parts) < 200:
            path = course.root / "submissions" / "x" / name
            if not any(parent.is_file() for parent in path.parents) and not path.is_dir():
                course.write(f"submissions/x/{name}", content)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.dictionaries(NAMES, CONTENTS, max_size=8))
def test_among_traps_the_good_sheet_is_marked_and_every_file_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, contents: dict[str, bytes]
) -> None:
    course = Handed(tmp_path_factory.mktemp("course"))
    course.write("submissions/s001/hw.csv", sheet("s001"))
    course.write("submissions/all.zip", archive(contents))
    on_disk(course, contents)
    before = {path for path in course.root.rglob("*") if path.is_file()}
    graded = course.grade()
    assert {path for path in course.root.rglob("*") if path.is_file()} == before
    assert balanced(graded, len(graded.entries))
    good = next(entry for entry in graded.entries if entry.path == "submissions/s001/hw.csv")
    assert (good.fate, good.message, course.points()["s001"]) == ("graded", "", 10.0)
    assert all(entry.message and entry.advice for entry in graded.entries if entry.fate == "attention")


LATE = "due: 2026-12-01 23:59 +14:00\nlate: {per_day: 10%}\ncut_off: 3 days\n"


@pytest.fixture
def steered(tmp_path: Path) -> Folder:
    """Names, ids, answers and dates made to steer a terminal, and dates at both ends of the calendar."""
    folder = course(tmp_path, ASSIGNMENT + LATE)
    folder.write("assignments/roster.csv", f"student,name\ns001,Ada\ns002,{ESCAPE}\ns003,Guido\n")
    folder.run("generate", "--seed", "42")
    folder.sheet("s001", {"lstm": LSTM})
    folder.sheet("s002", {"lstm": {"f_1": ESCAPE, "i_1": f"={ESCAPE}"}, ESCAPE: {ESCAPE: ESCAPE}})
    folder.sheet(ESCAPE, {}, name=f"{ESCAPE}/x")
    folder.sheet("s003", {}, name="Hw_s003_attempt_0001-01-01-00-00-00_hw")
    folder.sheet("s003", {}, name="Hw_s003_attempt_9999-12-31-23-59-59_hw")
    folder.write("submissions/a.zip", archive({f"{ESCAPE}_7_assignsubmission_file/{ESCAPE}.csv": CSV.encode()}))
    return folder


def test_nothing_that_is_printed_or_written_steers_a_terminal(steered: Folder) -> None:
    done = steered.run("grade", "submissions", "--workers", "1")
    assert (done.code, STEERING.search(done.out + done.err)) == (3, None)
    written = steered.snapshot("reports")
    assert [name for name, data in written.items() if not name.endswith("pdf") and STEERING.search(data.decode())] == []
    assert set(steered.verdicts("s001").values()) <= {"right", "blank"}
    assert steered.verdicts("s003")  # what came at the beginning of time
    history = steered.run("history", "s002")
    assert (history.code, STEERING.search(history.out)) == (0, None)
    assert steered.run("grade", "submissions", "--workers", "1").out == done.out
    assert steered.snapshot("reports") == written


def test_an_error_about_a_roster_does_not_steer_the_terminal_either(steered: Folder) -> None:
    steered.write("assignments/roster.csv", f"student,na{ESCAPE}me\ns{ESCAPE}001,Ada\n")
    done = steered.run("grade", "submissions")
    assert (done.code, STEERING.search(done.err)) == (1, None)


def test_a_word_on_the_command_line_that_is_no_text_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course(tmp_path)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["generate", "--seed", "\udcff"])
    assert (done.exit_code, done.output) == (1, "Error: '\ufffd' holds bytes that are no text: type it again\n")
