"""Zips from strangers."""

from __future__ import annotations

import io
import os
import struct
import tracemalloc
import warnings
import zipfile
from functools import partial
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.intake.hand_in import packed, sheet

from grader.intake import archives
from grader.intake.archives import archive_members
from grader.intake.files import opened as opened_file
from grader.intake.found import Found
from grader.sheets import limits

SMALL = 1000


def opened(path: Path, content: bytes, cap: int = limits.FILE_BYTES) -> list[Found]:
    path.write_bytes(content)
    return [member.read(cap) for member in archive_members(partial(opened_file, str(path)), "a.zip")]


def seen(tmp_path: Path, content: bytes) -> dict[str, str]:
    """Each member's name and, if it was refused, why."""
    return {found.path.removeprefix("a.zip/"): found.message for found in opened(tmp_path / "a.zip", content)}


def entry(name: str, mode: int = 0o100644) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, (2026, 11, 1, 12, 0, 0))
    info.external_attr = mode << 16
    return info


def with_entries(*entries: tuple[zipfile.ZipInfo, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of names that come twice
        for info, content in entries:
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


GOOD = (entry("good.csv"), sheet("s001"))


def test_sheets_are_read_in_place_and_nothing_is_written(tmp_path: Path) -> None:
    found = opened(tmp_path / "a.zip", packed({"x/s001.csv": "one", "s002.csv": "two", "empty/": ""}))
    assert [(each.path, each.content) for each in found] == [("a.zip/x/s001.csv", b"one"), ("a.zip/s002.csv", b"two")]
    assert list(tmp_path.iterdir()) == [tmp_path / "a.zip"]


def test_stored_and_zip64_members_are_read_as_well(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, archive.open("s.csv", "w", force_zip64=True) as member:
        member.write(b"content")
    assert [each.content for each in opened(tmp_path / "a.zip", out.getvalue())] == [b"content"]


def test_what_stands_before_an_archive_in_its_file_is_skipped(tmp_path: Path) -> None:
    assert [each.content for each in opened(tmp_path / "a.zip", b"#!/bin/sh\n" + packed({"s.csv": "x"}))] == [b"x"]


@pytest.mark.parametrize("name", ["../evil.csv", "a/../../evil.csv", "/abs.csv", "C:\\win.csv", "a\\b.csv", "C:/x.csv"])
@pytest.mark.case(99)
def test_a_name_that_leads_out_is_refused_and_the_others_are_read(tmp_path: Path, name: str) -> None:
    info = entry("x")
    info.filename = name  # past zipfile's own tidying
    assert seen(tmp_path, with_entries((info, "x"), GOOD)) == {
        name: "its name leads out of the archive",
        "good.csv": "",
    }


@pytest.mark.parametrize("offset", [1 << 62, (1 << 64) - 1])
def test_a_member_that_is_said_to_lie_beyond_any_file_is_refused_alone(tmp_path: Path, offset: int) -> None:
    content = packed({"far.csv": "one"})
    start = content.index(b"PK\1\2")
    far = bytearray(content[start : start + 46 + len("far.csv")])
    far[30:32], far[42:46] = struct.pack("<H", 12), b"\xff" * 4
    listed = bytes(far) + struct.pack("<2HQ", 1, 8, offset) + with_entries(GOOD)[-22 - 46 - len("good.csv") : -22]
    good = with_entries(GOOD)[: -22 - 46 - len("good.csv")]
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 2, 2, len(listed), len(good), 0)
    assert seen(tmp_path, good + listed + end) == {
        "far.csv": "shares its bytes with another file of the archive", "good.csv": ""
    }  # fmt: skip


def test_an_archive_of_more_members_than_a_short_count_tells_is_read(tmp_path: Path) -> None:
    """As programs write them from 65 536 members on: the short count is full, and the whole list stands before it."""
    small = packed({"s.csv": "one"})
    body, end = small[:-22], struct.unpack("<4s4H2LH", small[-22:])
    size, offset = end[5:7]
    whole = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, size, offset)
    where = struct.pack("<4sLQL", b"PK\6\7", 0, len(body), 1)
    full = struct.pack("<4s4H2LH", end[0], 0, 0, 0xFFFF, 0xFFFF, size, offset, 0)
    assert [each.content for each in opened(tmp_path / "a.zip", body + whole + where + full)] == [b"one"]
    assert [each.content for each in opened(tmp_path / "a.zip", body + full)] == [b"one"]


@pytest.mark.parametrize("kind", [0o120777, 0o010644, 0o020644, 0o060644, 0o140644])
@pytest.mark.case(100)
def test_links_pipes_and_devices_are_refused(tmp_path: Path, kind: int) -> None:
    assert seen(tmp_path, with_entries((entry("link.csv", kind), "/etc/passwd"), GOOD)) == {
        "link.csv": "a link or a device, which is not followed",
        "good.csv": "",
    }


@pytest.mark.case(101)
def test_what_unpacks_to_a_hundred_times_its_size_is_not_unpacked(tmp_path: Path) -> None:
    found = seen(tmp_path, packed({"bomb.csv": b"0" * (limits.FILE_BYTES - 1), "good.csv": sheet()}))
    assert found == {"bomb.csv": "packed too densely for anything that a person wrote", "good.csv": ""}


@pytest.mark.case(101)
def test_a_member_larger_than_a_sheet_is_not_unpacked(tmp_path: Path) -> None:
    found = seen(tmp_path, packed({"big.csv": os.urandom(limits.FILE_BYTES + 1), "good.csv": sheet()}))
    assert found == {"big.csv": "larger than any answer sheet (1024 KiB)", "good.csv": ""}


@pytest.mark.case(101)
def test_an_archive_of_too_many_members_is_refused_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ARCHIVE_MEMBERS", 2)
    found = seen(tmp_path, packed({"1.csv": "", "2.csv": "", "3.csv": ""}))
    assert found == {"a.zip": "an archive of more than 2 files"}


@pytest.mark.case(102)
def test_a_member_that_is_longer_than_its_header_says_is_damaged(tmp_path: Path) -> None:
    content = bytearray(packed({"lies.csv": "x" * 500, "good.csv": sheet()}))
    listed = content.index(b"PK\1\2")
    struct.pack_into("<L", content, listed + 24, 10)
    assert seen(tmp_path, bytes(content)) == {"lies.csv": "damaged in the archive", "good.csv": ""}


@pytest.mark.case(102)
def test_flipped_bytes_are_noticed(tmp_path: Path) -> None:
    content = bytearray(packed({"s.csv": sheet("s001"), "good.csv": sheet()}))
    content[60] ^= 0xFF
    assert seen(tmp_path, bytes(content)) == {"s.csv": "damaged in the archive", "good.csv": ""}


@pytest.mark.case(103)
def test_members_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    """Quoted overlaps: many names for one body unpack a few bytes to petabytes."""
    content = packed({"1.csv": "x" * 200, "2.csv": "y" * 200, "good.csv": sheet()})
    first, second = (content.index(b"PK\1\2"), content.index(b"PK\1\2", content.index(b"PK\1\2") + 1))
    shared = bytearray(content)
    shared[second + 42 : second + 46] = content[first + 42 : first + 46]
    reason = "shares its bytes with another file of the archive"
    assert seen(tmp_path, bytes(shared)) == {"1.csv": reason, "2.csv": reason, "good.csv": ""}


@pytest.mark.case(103)
def test_all_that_is_unpacked_of_an_archive_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ARCHIVE_OUTPUT", 250)
    found = seen(tmp_path, packed({f"{nth}.csv": "x" * 100 for nth in range(3)}))
    assert list(found.values()) == ["", "", "the archive holds more than can be read from one"]


@pytest.mark.case(101, 103)
def test_of_an_archive_no_more_than_a_few_files_are_in_memory_at_once(tmp_path: Path) -> None:
    content = os.urandom(limits.FILE_BYTES >> 6) * 63
    (tmp_path / "a.zip").write_bytes(packed({f"{nth}.csv": content for nth in range(30)}))
    tracemalloc.start()
    try:
        for member in archive_members(partial(opened_file, str(tmp_path / "a.zip")), "a.zip"):
            assert len(member.read(limits.FILE_BYTES).content) == len(content)
        assert tracemalloc.get_traced_memory()[1] < 8 * limits.FILE_BYTES
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["more.zip", "more.7z", "MORE.RAR", "more.tar.gz"])
@pytest.mark.case(104)
def test_an_archive_within_an_archive_is_not_opened(tmp_path: Path, name: str) -> None:
    assert seen(tmp_path, packed({name: packed({"s.csv": "x"})})) == {name: "an archive within the archive"}


@pytest.mark.case(105)
def test_encrypted_members_are_told(tmp_path: Path) -> None:
    content = bytearray(packed({"s.csv": "x", "good.csv": sheet()}))
    content[content.index(b"PK\1\2") + 8] |= 1
    assert seen(tmp_path, bytes(content)) == {"s.csv": "protected by a password", "good.csv": ""}


@pytest.mark.case(88, 106)
def test_of_two_members_of_one_name_none_is_read(tmp_path: Path) -> None:
    """Also where one is spelled with a combining accent: on most systems they would be one file."""
    content = with_entries((entry("\u00e9.csv"), "1"), (entry("e\u0301.csv"), "2"), GOOD)
    assert [each.message for each in opened(tmp_path / "a.zip", content)] == [
        "another file of the archive has the same name",
        "another file of the archive has the same name",
        "",
    ]


@pytest.mark.case(106)
def test_members_of_the_very_same_name_are_listed_each(tmp_path: Path) -> None:
    reason = "another file of the archive has the same name"
    content = with_entries((entry("s.csv"), "1"), (entry("s.csv"), "2"), GOOD)
    assert seen(tmp_path, content) == {"s.csv": reason, "s.csv (2)": reason, "good.csv": ""}


@pytest.mark.case(107)
def test_what_systems_leave_behind_is_ignored(tmp_path: Path) -> None:
    names = ["__MACOSX/._a.csv", ".DS_Store", "x/Thumbs.db", "desktop.ini", "~$a.xlsx", ".~lock.a.csv#"]
    found = opened(tmp_path / "a.zip", packed(dict.fromkeys(names, "x")))
    assert [(each.path.removeprefix("a.zip/"), each.fate) for each in found] == [(name, "ignored") for name in names]


def test_a_name_that_is_not_what_its_flag_says_costs_only_its_own_file(tmp_path: Path) -> None:
    """`zipfile` gives up on the whole archive."""
    content = packed({"ä.csv": "x", "good.csv": sheet()}).replace("ä".encode(), b"\xff\xfe")
    assert seen(tmp_path, content) == {
        "\\xff\\xfe.csv": "its name is not text in the encoding that the archive names",
        "good.csv": "",
    }


def test_unusual_compression_is_not_tried(tmp_path: Path) -> None:
    """An LZMA header can ask for gigabytes."""
    content = packed({"s.csv": "x" * 100}, method=zipfile.ZIP_LZMA)
    assert seen(tmp_path, content) == {"s.csv": "packed in an unusual way"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "this is no zip archive, or it was cut short"),
        (b"PK\3\4 and no more", "this is no zip archive, or it was cut short"),
        (packed({"s.csv": "x"})[:-30], "this is no zip archive, or it was cut short"),
        (
            packed({"s.csv": "x"}).replace(b"PK\1\2", b"PK\1\3"),
            "the archive is broken: its list of files ends too early",
        ),
        (packed({}), "an empty archive"),
        (packed({"folder/": ""}), "an empty archive"),
    ],
)
def test_a_broken_archive_is_one_file_for_a_person(tmp_path: Path, content: bytes, reason: str) -> None:
    assert seen(tmp_path, content) == {"a.zip": reason}


def test_what_is_no_sheet_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_inflated", None)
    assert seen(tmp_path, packed({"scan.pdf": "x" * 100})) == {"scan.pdf": "not an answer sheet (.pdf)"}


NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters="\0/\\:", exclude_categories=["Cc"]), min_size=1, max_size=12
)


@given(st.dictionaries(NAMES.map("d/{}.csv".format), st.binary(max_size=SMALL), max_size=6))
def test_whatever_zipfile_packs_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, contents: dict[str, bytes]
) -> None:
    folder = tmp_path_factory.mktemp("zip")
    names = {name: content for name, content in contents.items() if not name.startswith(("d/.", "d/~$"))}
    if names and len({os.fsencode(name).lower() for name in names}) == len(names):
        found = opened(folder / "a.zip", packed(names))
        told = {each.path.removeprefix("a.zip/"): each.content for each in found if not each.fate}
        assert told == {name: names[name] for name in told}
        assert len(found) == len(names)


@settings(max_examples=300)
@given(st.data())
@example(None)
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject | None) -> None:
    """Random bytes, and archives in which some are changed: no exception, and never more than was asked for."""
    content = bytearray(packed({"a.csv": sheet("s001"), "b/c.yaml": "x: 1", "d.csv": b"0" * 5000}))
    if data is None:
        content = bytearray()
    elif data.draw(st.booleans()):
        content = bytearray(data.draw(st.binary(max_size=200))) + content[-data.draw(st.integers(1, 300)) :]
    else:
        for place, byte in data.draw(st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)))):
            content[place] = byte
    for found in opened(tmp_path_factory.mktemp("zip") / "a.zip", bytes(content), SMALL):
        assert len(found.content) <= SMALL
        assert found.fate in ("", "attention", "ignored")
        found.path.encode()
