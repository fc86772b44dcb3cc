"""The pages that go with an issue: handouts one by one and in one file, and the key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from grader.course import Loaded
from grader.files import write
from grader.gradebook import Paper
from grader.pages.blocks import Document
from grader.pages.handout import handout
from grader.pages.html import html_text
from grader.pages.key import key
from grader.pages.pdf import pdf_bytes, typeset
from grader.pages.pdf_file import PdfFile
from grader.work import Reference, everything


def both_forms(path: Path, document: Document) -> None:
    """Write a document as PDF and, beside it, as HTML."""
    write(path, pdf_bytes(document))
    write(path.with_suffix(".html"), html_text(document))


def givens(loaded: Loaded, paper: Paper) -> dict[str, Any]:
    return {question.id: question.read(paper.givens[question.id]) for question in loaded.assignment.questions}


def handout_of(loaded: Loaded, paper: Paper, *, draft: bool = False) -> Document:
    return handout(loaded.assignment, loaded.rubric, paper.student, paper.instance, givens(loaded, paper), draft=draft)


def write_handout(loaded: Loaded, paper: Paper, path: Path) -> None:
    both_forms(path, handout_of(loaded, paper))


def key_of(loaded: Loaded, paper: Paper) -> Document:
    steps = {
        question.id: question.template.run(question.parameters, q, Reference(everything)).steps
        for question, q in zip(loaded.assignment.questions, givens(loaded, paper).values(), strict=True)
    }
    return key(loaded.assignment, loaded.rubric, paper.student, paper.instance, steps)


def write_collections(loaded: Loaded, papers: Sequence[Paper], filled: Callable[[Paper], Paper], folder: Path) -> None:
    """handouts.pdf for the printer, in the order of `papers`, and key.pdf for the instructor."""
    if not papers:
        return
    names = [f"{p.student.section} {p.student.id} {p.student.name}".strip() for p in papers]
    handouts = (handout_of(loaded, filled(paper)) for paper in papers)
    keys = (key_of(loaded, filled(paper)) for paper in papers)
    _write_merged(folder / "handouts.pdf", handouts, names)
    _write_merged(folder / "key.pdf", keys, names)


def _write_merged(path: Path, documents: Iterable[Document], names: Sequence[str]) -> None:
    stream = BytesIO()
    file = PdfFile(stream)
    for document, name in zip(documents, names, strict=True):
        file.add(typeset(document), name)
    file.close()
    write(path, stream.getvalue())
