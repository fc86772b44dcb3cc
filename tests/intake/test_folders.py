"""Folders of files that hurt or get lost."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from tests.intake.hand_in import Contents, Handed, balanced, fates, packed, sheet, whose, words

from grader.errors import CourseError
from grader.intake.files import read_at_most
from grader.intake.folders import list_files
from grader.sheets import limits


@pytest.fixture
def course(tmp_path: Path) -> Handed:
    return Handed(tmp_path)


def told(folder: Path) -> dict[str, str]:
    found = [member.read(limits.FILE_BYTES) for member in list_files([folder], folder.parent)]
    return {each.path.removeprefix(f"{folder.name}/"): each.message for each in found}


@pytest.mark.case(89)
def test_names_of_every_kind_are_read_and_shown(course: Handed) -> None:
    names = ["a b.csv", "😀.csv", 'it\'s "quoted".csv', "two\nlines.csv"]
    course.unpack({name: sheet(student) for name, student in zip(names, ("s001", "s002", "s003", "s004"), strict=True)})
    assert set(whose(course.grade())) == set(names)


@pytest.mark.case(89)
def test_a_name_that_is_no_text_is_shown_spelled_out(course: Handed) -> None:
    folder = course.unpack({})
    folder.mkdir()
    (Path(os.fsdecode(os.fsencode(folder) + b"/\xff.csv"))).write_text(sheet("s001"))
    assert whose(course.grade()) == {"\\udcff.csv": "s001"}


@pytest.mark.case(90)
def test_names_that_differ_in_case_alone_are_two_files(course: Handed) -> None:
    course.unpack({"A.csv": sheet("s001", "9"), "a.csv": sheet("s001", "8")})
    assert sorted(fates(course.grade()).values()) == ["graded", "superseded"]


@pytest.mark.case(91, 92)
def test_links_and_loops_of_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "secret.csv").write_text("secret")
    (tmp_path / "x/link.csv").symlink_to("../secret.csv")
    (tmp_path / "x/loop").symlink_to(".")
    (tmp_path / "x/self.csv").symlink_to("self.csv")
    assert told(tmp_path / "x") == dict.fromkeys(("link.csv", "loop", "self.csv"), "a link, which is not followed")


def test_a_link_that_the_instructor_names_is_followed(course: Handed) -> None:
    course.unpack({"s001.csv": sheet("s001")}, "elsewhere")
    (course.root / "submissions").symlink_to("elsewhere")
    assert whose(course.grade()) == {"s001.csv": "s001"}


@pytest.mark.case(93, 94)
def test_pipes_sockets_and_devices_are_not_read(tmp_path: Path) -> None:
    folder = tmp_path / "x"
    folder.mkdir()
    os.mkfifo(folder / "pipe.csv")
    (folder / "device.zip").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(folder)  # the path of a socket is short
        try:
            listener.bind("socket.csv")
        finally:
            os.chdir(here)
        found = told(folder)
    assert found["pipe.csv"] == "not an ordinary file"
    assert found["socket.csv"].startswith(("not an ordinary file", "unreadable"))
    assert found["device.zip"] == "a link, which is not followed"


@pytest.mark.case(94)
def test_a_device_named_outright_is_not_read(tmp_path: Path) -> None:
    found = [member.read(limits.FILE_BYTES) for member in list_files([Path("/dev/zero")], tmp_path)]
    assert [each.fate for each in found] == ["attention"]


@pytest.mark.case(95)
def test_a_folder_under_the_name_of_a_sheet_is_looked_into(tmp_path: Path) -> None:
    (tmp_path / "x/answers.csv").mkdir(parents=True)
    (tmp_path / "x/more.csv").mkdir()
    (tmp_path / "x/more.csv/s001.csv").write_text("x")
    assert told(tmp_path / "x") == {
        "answers.csv": "an empty folder under the name of a sheet",
        "more.csv/s001.csv": "",
    }


@pytest.mark.case(96)
def test_what_may_not_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("x")
    (tmp_path / "s.csv").chmod(0)
    (member,) = list_files([tmp_path], tmp_path)
    if root := os.geteuid() == 0:  # who reads everything
        os.seteuid(65534)
    try:
        found = member.read(limits.FILE_BYTES)
    finally:
        if root:
            os.seteuid(0)
    assert (found.fate, found.message) == ("attention", "unreadable: Permission denied")


@pytest.mark.case(97)
def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    with (tmp_path / "x/huge.csv").open("wb") as file:
        file.truncate(1 << 40)
    assert told(tmp_path / "x") == {"huge.csv": "larger than any answer sheet (1024 KiB)"}


@pytest.mark.case(98)
def test_a_file_that_is_gone_again_is_told(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x/s.csv").write_text("x")
    members = list_files([tmp_path / "x"], tmp_path)
    (tmp_path / "x/s.csv").unlink()
    assert members[0].read(10).message == "unreadable: No such file or directory"


@pytest.mark.case(98)
def test_of_a_file_that_grows_no_more_than_the_limit_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "s.csv"
    path.write_bytes(b"x")
    read = os.read

    def growing(descriptor: int, count: int) -> bytes:
        with path.open("ab") as file:
            file.write(b"y" * 10)
        return read(descriptor, count)

    monkeypatch.setattr(os, "read", growing)
    with pytest.raises(Exception, match="larger than any answer sheet"):
        read_at_most(str(path), 100)


@pytest.mark.case(107)
def test_what_systems_leave_behind_is_counted_and_ignored(course: Handed) -> None:
    names = ["__MACOSX/._s001.csv", ".DS_Store", "Thumbs.db", "desktop.ini", "~$s001.xlsx", ".~lock.s001.csv#"]
    course.unpack({**dict.fromkeys(names, "x"), "s001.csv": sheet("s001")})
    graded = course.grade()
    assert graded.count("ignored") == len(names)
    assert balanced(graded, len(names) + 1)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("109.csv", b"\xd0\xcf\x11\xe0", "the file is a workbook of an old Excel (.xls), whatever its name says"),
        ("110.csv", b"%PDF-1.7", "the file is a PDF, whatever its name says"),
        ("110.csv", b"\x89PNG\r\n", "the file is a picture (PNG), whatever its name says"),
        ("111.csv", b"<!DOCTYPE html><p>Log in", "the file is a web page, perhaps the one that asks for a password"),
        ("12.csv", b" \r\n", "the file is empty"),
        ("1.csv", b"PK\3\4", "the file is a workbook or an archive (.xlsx, .ods, .zip), whatever its name says"),
        ("x.exe", b"MZ", "not an answer sheet (.exe)"),
        ("noending", b"", "not an answer sheet (no ending)"),
        ("x.7z", b"7z", "an archive of a kind that is not read (.7z)"),
    ],
)  # fmt: skip
@pytest.mark.case(108, 109, 110, 111)
def test_other_files_under_a_sheets_name_are_told_for_what_they_are(
    course: Handed, name: str, content: bytes, reason: str
) -> None:
    course.unpack({name: content})
    assert words(course.grade()) == {name: reason}


@pytest.mark.case(109)
def test_an_old_excels_text_in_utf_16_with_tabs_is_a_sheet(course: Handed) -> None:
    course.unpack({"a.txt": sheet("s001").replace(",", "\t").encode("utf-16")})
    assert whose(course.grade()) == {"a.txt": "s001"}


@pytest.mark.case(113)
def test_the_longest_names_are_read(course: Handed) -> None:
    name = "x" * 251 + ".csv"
    course.unpack({name: sheet("s001")})
    assert whose(course.grade()) == {name: "s001"}


@pytest.mark.case(114)
def test_files_are_taken_in_one_order_whatever_the_system_lists_first(tmp_path: Path) -> None:
    folder = tmp_path / "x"
    folder.mkdir()
    for name in ("s10.csv", "s9.csv", "b.csv", "s1.csv"):
        (folder / name).write_text("x")
        os.utime(folder / name, (1, 1))
    assert [member.shown for member in list_files([folder], tmp_path)] == [
        "x/b.csv", "x/s1.csv", "x/s9.csv", "x/s10.csv",
    ]  # fmt: skip


@pytest.mark.case(115)
def test_our_own_output_is_passed_over(course: Handed) -> None:
    header = "student,question,part,answer,value,expected,carried,verdict,mistake,points,max,note\n"
    course.unpack({"results.csv": header, "s001.csv": sheet("s001")})
    course.write("reports/hw/gradebook.csv", "student")
    course.write("issued/hw/sheets/s001.csv", sheet("s001", ""))
    graded = course.grade(course.root)
    ignored = {entry.path: entry.message for entry in graded.entries if entry.fate == "ignored"}
    assert ignored["submissions/results.csv"] == "a report that this program wrote"
    assert ignored["reports/hw/gradebook.csv"] == ignored["issued/hw/sheets/s001.csv"] == "the course's own"
    assert graded.count("attention") == 0
    assert whose(graded) == {"s001.csv": "s001"}


def test_folders_without_end_are_told(tmp_path: Path) -> None:
    (tmp_path / "x" / "/".join("d" * 20)).mkdir(parents=True)
    assert list(told(tmp_path / "x").values()) == ["too many folders inside each other"]


def test_a_file_named_twice_is_found_once(course: Handed) -> None:
    path = course.unpack({"s001.csv": sheet("s001")})
    assert len(course.grade(path, path / "s001.csv").entries) == 1


def test_what_is_not_there_is_the_instructors_to_mend(course: Handed) -> None:
    with pytest.raises(CourseError, match="there is no such file or folder"):
        course.grade(course.root / "submission")


HOSTILE: Contents = {
    "evil.zip": packed(
        {"../../x.csv": "x", "/abs.csv": "x", "in.zip": packed({"s.csv": "x"}), "b.csv": b"0" * 900_000}
    ),
    "broken.zip": b"PK\3\4",
    "Nobody_1_assignsubmission_file/hw.csv": sheet("s001"),
    "submission_metadata.yml": "[" * 50_000,
    "quote.csv": sheet("s002").replace("9", '"9'),
    "deep.yaml": "[" * 30_000,
    "bomb.yaml": "a: &a [x]\nb: [*a, *a]\n",
    "nul.csv": sheet("s002").replace("9", "\0"),
    "long.csv": sheet("s002", "9" * 100_000),
    "wide.csv": "," * 500_000,
    "text.csv": b"\xff\xfe\xff",
    "id.csv": sheet("../../../etc/passwd"),
    "empty.csv": "",
    "virus.exe": b"MZ",
}


@pytest.mark.parametrize("as_zip", [False, True])
def test_among_nothing_but_hostile_files_the_good_sheet_is_marked(course: Handed, as_zip: bool) -> None:
    if as_zip:
        course.write("submissions/all.zip", packed({**HOSTILE, "good.csv": sheet("s001")}))
    else:
        course.unpack({**HOSTILE, "good.csv": sheet("s001")})
    graded = course.grade()
    assert whose(graded)["good.csv"] == "s001"
    assert course.points()["s001"] == 10.0
    assert all(entry.message and entry.advice for entry in graded.entries if entry.fate == "attention")
    assert balanced(graded, len(HOSTILE) + 1 + (0 if as_zip else 3))
