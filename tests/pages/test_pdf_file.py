"""The file around the pages: objects where the table says, an outline that can be walked, nothing kept in memory."""

from __future__ import annotations

import pickle
import re
import zlib
from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st
from tests.pages.demonstration import demonstration
from tests.pages.reading import pdf_merged

from grader.pages.blocks import Document, Heading, Plain
from grader.pages.paper.pdf import one_file, pdf_bytes, typeset
from grader.pages.paper.pdf_file import Bookmark, PdfFile, Typeset, text

CHAPTERS = Document("One", (Heading("a"), Heading("b", 2), *(Plain("A line."),) * 52, Heading("c", 2), Heading("d")))


def objects(pdf: bytes) -> dict[int, str]:
    """Each object by its number, found through the table of places at the file's end."""
    start = int(re.findall(rb"startxref\n(\d+)\n%%EOF\n$", pdf)[0])
    head, size = pdf[start:].split(b"\n", 2)[:2]
    assert head == b"xref"
    count = int(size.split()[1])
    rows = pdf[start:].split(b"\n")[2 : 2 + count]
    assert all(len(row) == 19 for row in rows)  # 20 with the line's end, as readers rely on
    found = {}
    for number, row in enumerate(rows[1:], start=1):
        body = pdf[int(row.split()[0]) :]
        assert body.startswith(b"%d 0 obj\n" % number)
        found[number] = body[: body.index(b"endobj")].split(b"stream\n")[0].decode("ascii")
    return found


def number(body: str, key: str) -> int:
    found = re.search(rf"/{key} (-?\d+)", body)
    return int(found[1]) if found else 0


def outline(pdf: bytes) -> list[tuple[int, str]]:
    """(depth, title) of each bookmark, walked from the first to the last as a reader does."""
    found = objects(pdf)
    root = next(n for n, body in found.items() if "/Outlines /Count" in body)

    def walk(parent: int, depth: int) -> list[tuple[int, str]]:
        entry, before, out = number(found[parent], "First"), 0, []
        while entry:
            assert (number(found[entry], "Parent"), number(found[entry], "Prev")) == (parent, before)
            title = re.search(r"/Title \((.*?)\)", found[entry])
            assert title is not None
            out += [(depth, title[1]), *walk(entry, depth + 1)]
            entry, before = number(found[entry], "Next"), entry
        assert number(found[parent], "Last") == before
        return out

    return walk(root, 0)


def test_every_object_is_where_the_table_of_places_says() -> None:
    assert len(objects(pdf_merged([demonstration(), demonstration("Жанна")], ["one", "two"]))) > 50


def test_bookmarks_stand_under_the_headings_that_they_belong_to() -> None:
    assert outline(pdf_bytes(CHAPTERS)) == [(0, "a"), (1, "b"), (1, "c"), (0, "d")]


def test_in_a_collection_they_stand_under_their_documents_name() -> None:
    merged = outline(pdf_merged([CHAPTERS, Document("Two", ()), CHAPTERS], ["s001", "s002", "s003"]))
    inner = [(1, "a"), (2, "b"), (2, "c"), (1, "d")]
    assert merged == [(0, "s001"), *inner, (0, "s002"), (0, "s003"), *inner]


def test_a_collection_opens_with_its_documents_names_alone() -> None:
    """With a thousand students the names are what one looks for; a negative count folds an entry (12.3.3)."""
    found = objects(pdf_merged([CHAPTERS, CHAPTERS], ["s001", "s002"]))
    named = [body for body in found.values() if "/Title (s00" in body]
    assert [number(body, "Count") for body in named] == [-4, -4]
    assert number(next(body for body in found.values() if "/Outlines /Count" in body), "Count") == 2


def test_a_page_is_the_same_bytes_in_its_own_file_and_in_a_collection() -> None:
    laid = typeset(demonstration())
    alone, merged = one_file(laid), pdf_merged([Document("First", ()), demonstration()], ["a", "b"])
    assert all(page in alone and page in merged for page in laid.pages)


def test_a_collection_holds_each_face_once() -> None:
    merged = pdf_merged([demonstration(str(k)) for k in range(5)], "abcde")
    assert merged.count(b"/FontFile2") == pdf_bytes(demonstration()).count(b"/FontFile2")


def test_pages_are_in_the_file_before_the_next_document_comes() -> None:
    stream = BytesIO()
    file = PdfFile(stream)
    for _ in range(3):
        before = len(stream.getvalue())
        laid = typeset(demonstration())
        file.add(laid, "name")
        assert len(stream.getvalue()) - before > sum(map(len, laid.pages))


def test_what_travels_between_processes_is_small() -> None:
    laid = typeset(demonstration())
    assert len(pickle.dumps(laid)) < sum(map(len, laid.pages)) + 20_000
    assert pickle.loads(pickle.dumps(laid)) == laid


def test_a_document_without_bookmarks_asks_no_reader_to_show_them() -> None:
    assert b"/PageMode /UseNone" in pdf_bytes(Document("T", (Plain("text"),)))
    assert b"/PageMode /UseOutlines" in pdf_bytes(CHAPTERS)


def test_the_first_bookmark_may_be_of_a_deep_level() -> None:
    page = zlib.compress(b"")
    stream = BytesIO()
    file = PdfFile(stream)
    marks = (Bookmark(0, 2, "deep", 10), Bookmark(0, 1, "less", 9), Bookmark(0, 3, "inside", 8))
    file.add(Typeset("T", "en", 100, 100, (page,), {}, marks))
    file.close()
    assert outline(stream.getvalue()) == [(0, "deep"), (0, "less"), (1, "inside")]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_every_text_can_stand_in_a_pdf(written: str) -> None:
    made = text(written)
    assert made.isascii()
    if made.startswith("<feff"):
        assert bytes.fromhex(made[5:-1]).decode("utf-16-be") == written
    else:
        assert re.sub(r"\\(.)", r"\1", made[1:-1]) == written
