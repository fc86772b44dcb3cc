"""Reads the text of our PDFs back, through the fonts' own maps to Unicode."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from io import BytesIO

from grader.pages.blocks import Document
from grader.pages.paper.pdf import typeset
from grader.pages.paper.pdf_file import PdfFile

OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
SHOWN = re.compile(r"/([a-z-]+) [\d.]+ Tf|(?<!ActualText )<([0-9a-f]+)>|(ET)")


def _objects(pdf: bytes) -> dict[int, bytes]:
    return {int(number): body for number, body in OBJECT.findall(pdf)}


def _unpacked(body: bytes) -> str:
    packed = STREAM.search(body)
    assert packed is not None
    return zlib.decompress(packed.group(1)).decode("latin-1")


def unicode_maps(pdf: bytes) -> dict[str, dict[str, str]]:
    """For each font's name in the pages its codes (four hex digits) and what they mean."""
    objects = _objects(pdf)
    fonts = next(body for body in objects.values() if b"/sans " in body and b"/Type0" not in body)
    maps = {}
    for name, number in re.findall(rb"/([a-z-]+) (\d+) 0 R", fonts):
        reference = re.search(rb"/ToUnicode (\d+) 0 R", objects[int(number)])
        assert reference is not None
        entries = re.findall(r"<([0-9a-f]{4})> <([0-9a-f]+)>", _unpacked(objects[int(reference.group(1))]))
        maps[name.decode()] = {code: bytes.fromhex(text).decode("utf-16-be") for code, text in entries}
    return maps


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page, one line for each piece that was drawn."""
    maps = unicode_maps(pdf)
    pages = [body for body in _objects(pdf).values() if b"/FlateDecode" in body and b"/Length1" not in body]
    return [_read(text, maps) for text in map(_unpacked, pages) if " Tf <" in text]


def _read(operators: str, maps: dict[str, dict[str, str]]) -> str:
    font, out = "", ["\n"]
    for name, codes, end in SHOWN.findall(operators):
        if name:
            font = name
        elif end:
            out.append("\n")
        else:
            out += [maps[font].get(codes[i : i + 4], "") for i in range(0, len(codes), 4)]
    return "".join(out)


def pdf_merged(documents: Iterable[Document], names: Iterable[str]) -> bytes:
    """Documents in one file, as a class's handouts are put into one."""
    stream = BytesIO()
    file = PdfFile(stream)
    for document, name in zip(documents, names, strict=True):
        file.add(typeset(document), name)
    file.close()
    return stream.getvalue()
