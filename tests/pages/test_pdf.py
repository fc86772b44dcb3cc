import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pages.demonstration import demonstration
from tests.pages.reading import page_texts, pdf_merged, unicode_maps

from grader.pages.blocks import (
    AnswerBox,
    AnswerBoxes,
    Bar,
    Block,
    Document,
    Facts,
    Given,
    Givens,
    Heading,
    Keep,
    Marked,
    Plain,
    Stats,
    Table,
)
from grader.pages.paper.pdf import pdf_bytes

ROOT = Path(__file__).parents[2]
PAGE = (Plain("A line."),) * 52
"""More than one page of lines, less than two."""


def _hash_elsewhere(**environment: str) -> str:
    code = (
        "import hashlib; from tests.pages.demonstration import demonstration; "
        "from grader.pages.paper.pdf import pdf_bytes; "
        "print(hashlib.sha256(pdf_bytes(demonstration())).hexdigest())"
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith("RL_")}
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**clean, "PYTHONPATH": path, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.strip()


def test_the_same_document_is_the_same_bytes() -> None:
    assert pdf_bytes(demonstration()) == pdf_bytes(demonstration())


def test_other_documents_before_it_change_no_byte() -> None:
    first = pdf_bytes(demonstration("Anna"))
    pdf_bytes(demonstration("Жанна"))
    assert pdf_bytes(demonstration("Anna")) == first


def test_another_process_writes_the_same_bytes_whatever_its_hash_seed_and_settings() -> None:
    plain = _hash_elsewhere(PYTHONHASHSEED="1")
    changed = _hash_elsewhere(
        PYTHONHASHSEED="2", RL_useA85="1", RL_pageCompression="0", RL_invariant="0", RL_pdfComments="1"
    )
    assert plain == changed


def test_no_font_is_left_outside_the_file() -> None:
    pdf = pdf_bytes(demonstration())
    assert b"Helvetica" not in pdf
    assert pdf.count(b"/FontFile2") == len(unicode_maps(pdf))


def test_every_given_can_be_read_back() -> None:
    text = "\n".join(page_texts(pdf_bytes(demonstration())))
    givens = [b for b in demonstration().blocks if isinstance(b, Givens)]
    for item in givens[0].items:
        rows = [item.value] if isinstance(item.value, str) else item.value
        for number in (n for row in rows for n in ([row] if isinstance(row, str) else row)):
            assert f"\n{number}\n" in text


def test_a_minus_sign_is_copied_as_the_hyphen_that_programs_read() -> None:
    pdf = pdf_bytes(Document("T", (Givens((Given("x", "-0.5"),)), Table(("a",), (("-1.25",),)))))
    text = page_texts(pdf)[0]
    assert "\n-0.5\n" in text
    assert "\n-1.25\n" in text
    assert "−" not in text


def test_mathematics_is_copied_as_mathematics() -> None:
    pdf = pdf_bytes(Document("T", (Givens((Given(r"\tilde{c}_t", "1"),)),)))
    assert "𝑐" in unicode_maps(pdf)["math"].values()


def test_pages_are_counted_and_headings_bookmarked() -> None:
    pdf = pdf_bytes(Document("T", (Heading("One"), *PAGE, Heading("Two", 3))))
    texts = page_texts(pdf)
    assert ["Page 1 of 2" in texts[0], "Page 2 of 2" in texts[1]] == [True, True]
    assert re.findall(rb"/Title \((\w+)\)", pdf) == [b"T", b"One", b"Two"]


def test_merged_documents_count_their_own_pages_and_have_their_own_bookmarks() -> None:
    one, two = Document("One", (Heading("a"), *PAGE, Heading("b"))), Document("Two", (Heading("c"),))
    pdf = pdf_merged([one, two], ["s001", "s002"])
    pages = [re.findall(r"Page \d of \d", text)[0] for text in page_texts(pdf)]
    assert pages == ["Page 1 of 2", "Page 2 of 2", "Page 1 of 1"]
    assert set(re.findall(rb"/Title \((\w+)\)", pdf)) == {b"s001", b"a", b"b", b"s002", b"c", b"One"}


def test_merged_documents_may_come_one_by_one() -> None:
    documents = [Document("One", ()), Document("Two", ())]
    assert pdf_merged(iter(documents), ["a", "b"]) == pdf_merged(documents, ["a", "b"])


def test_a_file_of_no_documents_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one document"):
        pdf_merged([], [])


def test_title_and_language_are_in_the_file() -> None:
    pdf = pdf_bytes(Document("Homework 3", (), "Sequences", language="de"))
    assert b"/Lang (de)" in pdf
    assert b"/DisplayDocTitle true" in pdf
    assert f"/Title <feff{'Homework 3 · Sequences'.encode('utf-16-be').hex()}>".encode() in pdf


def test_a_draft_says_so_on_every_page() -> None:
    assert all("\nDRAFT\n" in text for text in page_texts(pdf_bytes(demonstration())))
    assert "DRAFT" not in page_texts(pdf_bytes(Document("T", ())))[0]


def test_a_table_repeats_its_header_on_every_page() -> None:
    table = Table(("Part", "Points"), tuple((f"p{n}", "1") for n in range(120)))
    texts = page_texts(pdf_bytes(Document("T", (table,))))
    assert len(texts) > 2
    assert all("\nPart\nPoints\n" in text for text in texts)
    assert [f"\np{n}\n" in "\n".join(texts) for n in range(120)] == [True] * 120


def _hostile(text: str) -> tuple[Block, ...]:
    return (
        Facts(((text, text),)),
        Heading(text, 2, text, text),
        Plain(text),
        Givens((Given("x", text), Given("W", ((text, text), (text, "1"))))),
        AnswerBoxes((AnswerBox(text, "x", text),)),
        Table((text, text), ((text, Marked(text, "bad")), (text, AnswerBox(text))), caption=text),
        Table((text,), ((Bar(0.5, text),),)),
        Stats(((text, text, text),)),
        Keep((Plain(text, "note"),)),
    )


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_a_document(text: str) -> None:
    pdf = pdf_bytes(Document(text, _hostile(text), text, text, text, text))
    assert page_texts(pdf)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x" * 100_000, marks=pytest.mark.case(133)),
        pytest.param("Anna Maria " * 2000, marks=pytest.mark.case(133)),
        "王" * 5000,
        "a " * 50_000,
        pytest.param("</p><img src='/some/picture.png'/>" * 50, marks=pytest.mark.case(130)),
        "%s{0}\\()" * 20,
        "\ud800 lone",
        "e" + "\u0301" * 3000,
    ],
)
def test_long_and_hostile_text_is_drawn_and_cut(text: str) -> None:
    texts = page_texts(pdf_bytes(Document(text, _hostile(text), text, text, text, text)))
    assert 1 <= len(texts) < 12


@pytest.mark.case(131)
def test_what_no_face_has_is_seen_as_a_box() -> None:
    text = page_texts(pdf_bytes(Document("T", (Plain("Li 王小明 😀"),))))[0]
    assert "\nLi □□□ □\n" in text


def test_names_in_greek_cyrillic_and_vietnamese_are_drawn_whole() -> None:
    name = "Ελένη Παπαδοπούλου Nguyễn Thị Ánh Жанна Ёлкина"
    text = page_texts(pdf_bytes(Document("T", (Plain(name), Facts((("Student", name),))))))[0]
    assert text.count(name) == 2
