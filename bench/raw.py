"""The bare script that handouts are measured against: their raw text on a canvas, line by line, in one face."""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from importlib import resources
from io import BytesIO

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from grader.pages.paper.pdf_file import Typeset

Lines = list[tuple[float, float, str]]
"""x, y of the baseline, text."""

FACE = "raw"


def lines(typeset: Typeset) -> list[Lines]:
    """The text of each page of a document: what stands on one baseline is one line."""
    return [_lines(zlib.decompress(page).decode("ascii"), typeset) for page in typeset.pages]


def _lines(operators: str, typeset: Typeset) -> Lines:
    found: dict[float, list[tuple[float, str]]] = defaultdict(list)
    for drawn in re.findall(r"BT .*? ET|1 0 0 1 [-\d.]+ [-\d.]+ cm\nBT.*?\nET", operators, re.DOTALL):
        place = re.search(r"([-\d.]+) ([-\d.]+) (?:Td|cm)", drawn)
        assert place is not None
        face, text = "", ""
        for name, codes in re.findall(r"/([a-z-]+) [\d.]+ Tf|<([0-9a-f]+)> Tj", drawn):
            face = name or face
            text += "".join(typeset.glyphs[face][int(codes[i : i + 4], 16)] for i in range(0, len(codes), 4))
        found[round(float(place[2]), 1)].append((float(place[1]), text))
    return [(min(pieces)[0], y, " ".join(text for _, text in sorted(pieces))) for y, pieces in found.items()]


def register() -> None:
    """Read the face, once for all documents."""
    with resources.as_file(resources.files("grader.pages.letters") / "faces" / "NotoSans-Regular.ttf") as path:
        pdfmetrics.registerFont(TTFont(FACE, path))


def draw(pages: list[Lines]) -> bytes:
    file = BytesIO()
    canvas = Canvas(file, pageCompression=1, invariant=1, initialFontName=FACE)
    for page in pages:
        canvas.setFont(FACE, 9)
        for x, y, text in page:
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return file.getvalue()
