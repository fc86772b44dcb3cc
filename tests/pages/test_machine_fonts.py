"""Fonts of the machine: which are used, which are not, and that the choice depends on nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from struct import unpack_from

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.pages.reading import page_texts
from tests.pages.small_fonts import collection, font

from grader.pages.blocks import Document, Plain
from grader.pages.letters import fonts
from grader.pages.letters.fonts import face, runs
from grader.pages.letters.machine_fonts import VARIABLE, _fonts, machine_fonts
from grader.pages.paper.pdf import pdf_bytes

Install = Callable[[Mapping[str, bytes]], None]
CHINESE = font({"王": "W", "小": "X", "明": "M"})
STARTS = [0, 100, *(unpack_from(">L", CHINESE, 20 + 16 * nth)[0] for nth in range(unpack_from(">H", CHINESE, 4)[0]))]
"""Where its directory and its tables begin."""


def _forget() -> None:
    for cached in (runs, face, fonts._em_width, fonts._found, fonts._loaded):
        cached.cache_clear()


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Puts files into a folder that is the only one that fonts are looked for in."""

    def _install(files: Mapping[str, bytes]) -> None:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        for name, data in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
        monkeypatch.setenv(VARIABLE, str(folder))
        _forget()

    yield _install
    _forget()


def faces_of(text: str, name: str = "sans") -> list[str]:
    """For each run: the file that its face comes from, `box` if nobody has it, or our face's name."""
    files = {font.name: font.path.name for font in machine_fonts()}
    return [
        "box" if {glyph.number for glyph in run.glyphs} == {0} else files.get(run.face.name, run.face.name)
        for run in runs(name, text)
    ]


def test_what_our_faces_lack_is_drawn_with_a_font_of_the_machine(install: Install) -> None:
    install({"a.ttf": CHINESE})
    assert faces_of("Li 王小明") == ["sans", "a.ttf"]
    assert [glyph.number for glyph in runs("sans", "王")[0].glyphs] == [face("sans").glyph_of[ord("W")]]


def test_such_a_name_can_be_copied_from_the_page(install: Install) -> None:
    install({"a.ttf": CHINESE})
    assert "\nLi 王小明\n" in page_texts(pdf_bytes(Document("T", (Plain("Li 王小明"),))))[0]


def test_what_no_font_has_is_a_box(install: Install) -> None:
    install({"a.ttf": CHINESE})
    assert faces_of("王 한") == ["a.ttf", "sans", "box"]


def test_our_own_faces_come_first(install: Install) -> None:
    install({"a.ttf": font({"A": "B", "✗": "C"})})
    assert faces_of("A✗") == ["sans", "symbols"]


@pytest.mark.parametrize("licence", [0x0002, 0x0100, 0x0200])
def test_a_font_that_may_not_be_embedded_is_not(install: Install, licence: int) -> None:
    install({"a.ttf": font({"王": "W"}, licence=licence)})
    assert faces_of("王") == ["box"]


@pytest.mark.parametrize("licence", [0x0000, 0x0004, 0x0008])
def test_printing_and_editing_licences_allow_embedding(install: Install, licence: int) -> None:
    install({"a.ttf": font({"王": "W"}, licence=licence)})
    assert faces_of("王") == ["a.ttf"]


def test_a_glyph_without_an_outline_is_not_taken_for_a_picture(install: Install) -> None:
    """Fonts of coloured emoji have such glyphs: embedded they would show nothing."""
    install({"colour.ttf": font({"😀": " "})})
    assert faces_of("😀") == ["box"]


def test_the_next_font_is_asked_when_one_has_no_outline(install: Install) -> None:
    install({"a-colour.ttf": font({"😀": " "}), "b.ttf": font({"😀": "O"})})
    assert faces_of("😀") == ["b.ttf"]


def test_a_word_is_set_in_the_font_that_has_all_of_it(install: Install) -> None:
    install({"a.ttf": font({"王": "W"}), "b.ttf": CHINESE})
    assert faces_of("王小明") == ["b.ttf"]


def test_bold_text_takes_the_bold_font_and_equals_go_by_their_names(install: Install) -> None:
    regular, bold = font({"王": "W"}), font({"王": "W"}, weight=700)
    install({"z.ttf": regular, "b.ttf": regular, "c.ttf": bold, "d.ttf": font({"王": "W"}, style=1)})
    assert [faces_of("王", name) for name in ("sans", "sans-bold", "serif-italic")] == [["b.ttf"], ["c.ttf"], ["d.ttf"]]


def test_folders_in_folders_are_looked_into(install: Install) -> None:
    install({"truetype/family/a.ttf": CHINESE})
    assert faces_of("王") == ["a.ttf"]


def test_a_face_of_a_collection_is_used(install: Install) -> None:
    install({"a.ttc": collection(font({"한": "H"}), CHINESE)})
    (run,) = runs("sans", "王")
    assert (faces_of("王"), run.face.index) == (["a.ttc"], 1)
    assert pdf_bytes(Document("T", (Plain("王"),)))


def test_files_that_are_no_fonts_are_passed_over(install: Install) -> None:
    damaged = {f"{name}.ttf": data for name, data in {"empty": b"", "text": b"hello", "cut": CHINESE[:300]}.items()}
    install({**damaged, "postscript.ttf": b"OTTO" + CHINESE[4:], "z.ttf": CHINESE})
    assert faces_of("王小明") == ["z.ttf"]


def test_folders_that_do_not_exist_are_passed_over(monkeypatch: pytest.MonkeyPatch, install: Install) -> None:
    install({"a.ttf": CHINESE})
    monkeypatch.setenv(VARIABLE, os.pathsep.join(["/nowhere/at/all", os.environ[VARIABLE]]))
    assert faces_of("王") == ["a.ttf"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(STARTS), st.integers(0, 60), st.integers(0, 255)), max_size=20))
def test_a_damaged_font_stops_no_page(install: Install, damage: list[tuple[int, int, int]]) -> None:
    """A name in it is drawn or a box; the page is made."""
    damaged = bytearray(CHINESE)
    for start, offset, byte in damage:
        damaged[(start + offset) % len(damaged)] = byte
    install({"a.ttf": bytes(damaged)})
    assert pdf_bytes(Document("T", (Plain("王小明"),))).startswith(b"%PDF")


def _hash_elsewhere(folder: str, seed: str) -> str:
    code = (
        "import hashlib; from grader.pages.blocks import Document, Plain; "
        "from grader.pages.paper.pdf import pdf_bytes; "
        "print(hashlib.sha256(pdf_bytes(Document('王', (Plain('小明'),)))).hexdigest())"
    )
    environment = {**os.environ, VARIABLE: folder, "PYTHONHASHSEED": seed}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    ).stdout


def test_the_same_fonts_give_the_same_bytes_wherever_they_lie(tmp_path: Path) -> None:
    """Neither the folder's place nor the order in which its files were written is seen in a page."""
    files = {"a.ttf": CHINESE, "b.ttf": font({"王": "W"}), "c.ttf": font({"明": "M"}, weight=700)}
    hashes = set[str]()
    for nth, names in enumerate((sorted(files), sorted(files, reverse=True))):
        folder = tmp_path / str(nth)
        folder.mkdir()
        for name in names:
            (folder / name).write_bytes(files[name])
        hashes.add(_hash_elsewhere(str(folder), str(nth)))
    assert len(hashes) == 1


def test_no_font_is_looked_for_while_names_are_in_our_faces(install: Install) -> None:
    install({"a.ttf": CHINESE})
    _fonts.cache_clear()
    pdf_bytes(Document("T", (Plain("Zoë Ελένη Жанна Nguyễn Thị Ánh ✓"),)))
    assert _fonts.cache_info().misses == 0
    runs("sans", "王")
    assert _fonts.cache_info().misses == 1
