"""A PDF file, written as its pages come: nothing of a page stays in memory when the next one is there.

Numbers in brackets are sections of ISO 32000-1. Pages refer to one dictionary of fonts, which is written at the end,
when it is known which glyphs they use.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from grader.pages.letters.cleaning import LONGEST_NAME, clean
from grader.pages.letters.face import Face
from grader.pages.letters.fonts import face


@dataclass(frozen=True)
class Bookmark:
    """`page` of the document, from 0; `level`: 0 for the outermost; `top` in points from the page's lower edge."""

    page: int
    level: int
    text: str
    top: float


@dataclass(frozen=True)
class Typeset:
    """A document laid out, not yet in a file: each page's operators, compressed; the glyphs that it uses of each
    face, with what they mean; its bookmarks.
    """

    title: str
    language: str
    width: float
    height: float
    pages: tuple[bytes, ...]
    glyphs: Mapping[str, Mapping[int, str]]
    bookmarks: tuple[Bookmark, ...]


@dataclass
class Entry:
    """A bookmark in its place in the outline; `shown`: it is open, so that one sees what is in it."""

    title: str
    target: str
    shown: bool = True
    inside: list[Entry] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Entries that are seen below it (12.3.3)."""
        return len(self.inside) + sum(entry.count for entry in self.inside if entry.shown)


class PdfFile:
    """A file to add documents to; its title and language are the first one's, the same for the same documents."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.position = 0
        self.offsets = array("Q", [0])
        self.digest = hashlib.sha256()
        self.glyphs: dict[str, dict[int, str]] = {}
        self.documents: list[int] = []
        self.first: Typeset | None = None
        self.page_count = 0
        self.catalog, self.info, self.pages, self.fonts, self.outline = (self.reserve() for _ in range(5))
        self.entries = _Entries(self)
        self._write(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")

    def reserve(self) -> int:
        """The number of an object that is written later."""
        self.offsets.append(0)
        return len(self.offsets) - 1

    def put(self, dictionary: str, stream: bytes | None = None, number: int = 0) -> int:
        """Write an object: the entries of its dictionary, and a stream that is compressed already. Its number."""
        number = number or self.reserve()
        self.offsets[number] = self.position
        start = f"{number} 0 obj\n<< {dictionary}"
        if stream is None:
            self._write(f"{start} >>\nendobj\n".encode("ascii"))
        else:
            self._write(f"{start} /Filter /FlateDecode /Length {len(stream)} >>\nstream\n".encode("ascii"))
            self._write(stream)
            self._write(b"\nendstream\nendobj\n")
        return number

    def add(self, typeset: Typeset, name: str = "") -> None:
        """A document's pages; with a name, its bookmarks stand folded under it."""
        self.first = self.first or typeset
        node = self.reserve()
        contents = [self.put("", page) for page in typeset.pages]
        pages = [self.put(f"/Type /Page /Parent {node} 0 R /Contents {content} 0 R") for content in contents]
        size = f"/MediaBox [0 0 {typeset.width:g} {typeset.height:g}]"
        kids = f"/Kids [{_references(pages)}] /Count {len(pages)}"
        self.put(f"/Type /Pages /Parent {self.pages} 0 R {size} {kids}", number=node)
        self.documents.append(node)
        self.page_count += len(pages)
        for used, meanings in typeset.glyphs.items():
            self.glyphs.setdefault(used, {}).update(meanings)
        entries = _tree(typeset.bookmarks, pages)
        if name:
            name = clean(name, LONGEST_NAME)
            entries = [Entry(name, f"{pages[0]} 0 R /XYZ 0 {typeset.height:g} null", shown=False, inside=entries)]
        for entry in entries:
            self.entries.add(entry)

    def close(self) -> None:
        """Write what could be known only now: fonts, the outline's and the pages' roots, where everything is."""
        if self.first is None:
            raise ValueError("A file of pages needs at least one document")
        fonts = [f"/{name} {self._font(face(name), used)} 0 R" for name, used in sorted(self.glyphs.items())]
        self.put(" ".join(fonts), number=self.fonts)
        kids = f"/Kids [{_references(self.documents)}] /Count {self.page_count}"
        self.put(f"/Type /Pages {kids} /Resources << /Font {self.fonts} 0 R >>", number=self.pages)
        self.put(f"/Title {text(self.first.title)} /Creator (grader) /Producer (grader)", number=self.info)
        self.entries.close()
        mode = "/UseOutlines" if self.entries.last else "/UseNone"
        self.put(
            f"/Type /Catalog /Pages {self.pages} 0 R /Outlines {self.outline} 0 R /PageMode {mode} "
            f"/Lang {text(self.first.language)} /ViewerPreferences << /DisplayDocTitle true >>",
            number=self.catalog,
        )
        self._write_ending()

    def _font(self, bearer: Face, used: Mapping[int, str]) -> int:
        """A composite font (9.7) with the glyphs of a face that the file uses, and what they mean when copied."""
        subset, metrics = bearer.subset(used), bearer.face
        name, box = f"/{subset.name}", " ".join(f"{side:g}" for side in metrics.bbox)
        program = self.put(f"/Length1 {subset.length}", subset.program)
        descriptor = self.put(
            f"/Type /FontDescriptor /FontName {name} /Flags 4 /FontBBox [{box}] /ItalicAngle {metrics.italicAngle:g} "
            f"/Ascent {metrics.ascent:g} /Descent {metrics.descent:g} /CapHeight {metrics.capHeight:g} "
            f"/StemV {metrics.stemV:g} /FontFile2 {program} 0 R"
        )
        to_glyph, to_unicode = self.put("", subset.to_glyph), self.put("", subset.to_unicode)
        descendant = self.put(
            f"/Type /Font /Subtype /CIDFontType2 /BaseFont {name} /DW 600 /W {subset.widths} "
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
            f"/FontDescriptor {descriptor} 0 R /CIDToGIDMap {to_glyph} 0 R"
        )
        return self.put(
            f"/Type /Font /Subtype /Type0 /BaseFont {name} /Encoding /Identity-H "
            f"/DescendantFonts [{descendant} 0 R] /ToUnicode {to_unicode} 0 R"
        )

    def _write_ending(self) -> None:
        """The table of the objects' places (7.5.4) and the trailer."""
        start, size, name = self.position, len(self.offsets), self.digest.hexdigest()[:32]
        self._write(f"xref\n0 {size}\n0000000000 65535 f \n".encode("ascii"))
        for offset in self.offsets[1:]:
            self._write(b"%010d 00000 n \n" % offset)
        trailer = f"/Size {size} /Root {self.catalog} 0 R /Info {self.info} 0 R /ID [<{name}> <{name}>]"
        self._write(f"trailer\n<< {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode("ascii"))

    def _write(self, data: bytes) -> None:
        self.file.write(data)
        self.digest.update(data)
        self.position += len(data)


class _Entries:
    """The outline. An outermost entry is written when the next one is known, because it points to it."""

    def __init__(self, file: PdfFile) -> None:
        self.file = file
        self.first = self.last = self.before = self.count = 0
        self.held: Entry | None = None

    def add(self, entry: Entry) -> None:
        number = self.file.reserve()
        if self.held is not None:
            self._write(self.held, self.last, self.file.outline, self.before, number)
        self.before, self.last, self.held = self.last, number, entry
        self.first = self.first or number
        self.count += 1 + (entry.count if entry.shown else 0)

    def close(self) -> None:
        ends = ""
        if self.held is not None:
            self._write(self.held, self.last, self.file.outline, self.before, 0)
            ends = f"/First {self.first} 0 R /Last {self.last} 0 R"
        self.file.put(f"/Type /Outlines /Count {self.count} {ends}", number=self.file.outline)

    def _write(self, entry: Entry, number: int, parent: int, before: int, after: int) -> None:
        links = f"/Parent {parent} 0 R" + (f" /Prev {before} 0 R" if before else "")
        links += f" /Next {after} 0 R" if after else ""
        numbers = [self.file.reserve() for _ in entry.inside]
        if numbers:
            count = entry.count if entry.shown else -entry.count
            links += f" /First {numbers[0]} 0 R /Last {numbers[-1]} 0 R /Count {count}"
        self.file.put(f"/Title {text(entry.title)} /Dest [{entry.target}] {links}", number=number)
        around = (0, *numbers, 0)
        for nth, child in enumerate(entry.inside):
            self._write(child, numbers[nth], number, around[nth], around[nth + 2])


def _tree(bookmarks: Sequence[Bookmark], pages: Sequence[int]) -> list[Entry]:
    """Bookmarks under those of a lower level before them."""
    roots: list[Entry] = []
    above: list[tuple[int, list[Entry]]] = [(-1, roots)]
    for bookmark in bookmarks:
        entry = Entry(bookmark.text or "…", f"{pages[bookmark.page]} 0 R /XYZ 0 {bookmark.top:.2f} null")
        while above[-1][0] >= bookmark.level:
            above.pop()
        above[-1][1].append(entry)
        above.append((bookmark.level, entry.inside))
    return roots


def _references(numbers: Sequence[int]) -> str:
    return " ".join(f"{number} 0 R" for number in numbers)


def text(written: str) -> str:
    r"""A text string (7.9.2.2): as it is if it is plain, else in UTF-16.

    >>> text("Key (1)"), text("α")
    ('(Key \\(1\\))', '<feff03b1>')
    """
    if written.isascii() and written.isprintable():
        return "(" + "".join(f"\\{c}" if c in "()\\" else c for c in written) + ")"
    return f"<feff{written.encode('utf-16-be').hex()}>"
