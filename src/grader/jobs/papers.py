"""The pages that go with an issue: sheets and handouts one by one, and in one file all handouts and all keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from grader.blame import blaming
from grader.course import Course, Loaded
from grader.engine import Engine, Progress, refuse
from grader.files import file_name, write, writing_bytes
from grader.gradebook import Gradebook, Paper
from grader.pages.blocks import Document
from grader.pages.handout import handout
from grader.pages.key import key
from grader.pages.paper.pdf import one_file, pdf_bytes, typeset
from grader.pages.paper.pdf_file import PdfFile, Typeset
from grader.pages.screen.html import html_text
from grader.sheets.writing import csv_sheet, yaml_sheet
from grader.sheets.xlsx_writing import xlsx_sheet
from grader.work import Reference, everything

Forms = tuple[bytes, str]
"""A document as PDF and as HTML."""


@dataclass(frozen=True)
class Made:
    """A student's papers: the handout's own files, and what handout and key are in the collections."""

    forms: Forms
    handout: Typeset
    key: Typeset


SHEETS = {"csv": csv_sheet, "xlsx": xlsx_sheet, "yaml": yaml_sheet}
PAGES_WORTH_PROCESSES = 100
"""So many students' pages take longer than processes take to start and to lay out their first formulas."""


def both_forms(path: Path, document: Document) -> None:
    """Write a document as PDF and, beside it, as HTML."""
    write_forms(path, in_both_forms(document))


def in_both_forms(document: Document) -> Forms:
    return pdf_bytes(document), html_text(document)


def write_forms(path: Path, forms: Forms) -> None:
    write(path, forms[0])
    write(path.with_suffix(".html"), forms[1])


def givens(loaded: Loaded, paper: Paper) -> dict[str, Any]:
    return {question.id: question.read(paper.givens[question.id]) for question in loaded.assignment.questions}


def handout_of(loaded: Loaded, paper: Paper, *, draft: bool = False) -> Document:
    return handout(loaded.assignment, loaded.rubric, paper.student, paper.instance, givens(loaded, paper), draft=draft)


def key_of(loaded: Loaded, paper: Paper) -> Document:
    drawn = givens(loaded, paper)
    steps = {
        question.id: question.template.run(question.parameters, drawn[question.id], Reference(everything)).steps
        for question in loaded.assignment.questions
    }
    return key(loaded.assignment, loaded.rubric, paper.student, paper.instance, steps, drawn)


def write_papers(
    course: Course,
    gradebook: Gradebook,
    loaded: Loaded,
    papers: Sequence[Paper],
    formats: Sequence[str],
    engine: Engine,
    progress: Progress,
    *,
    anew: bool,
    pages: bool = True,
) -> None:
    """Sheets and pages that are not there yet. If any page is new, or was to be (`anew`), also handouts.pdf for the
    printer, in the order of `papers`, and key.pdf for the instructor. Without `pages` they are a later run's to write.
    """
    folder = course.issued(loaded.name)
    for paper in papers:
        _write_sheets(loaded, folder, formats, paper)
    collections = (folder / "handouts.pdf", folder / "key.pdf")
    every = (path for own in (collections, *(_handouts(folder, paper) for paper in papers)) for path in own)
    if not papers or not (anew or (pages and not all(path.exists() for path in every))):
        return
    for collection in collections:
        collection.unlink(missing_ok=True)  # a run that stops half-way leaves a gap, and none without the new pages
    if pages:
        work, filled = partial(_made, loaded), map(gradebook.filled, papers)
        made = engine.map(work, filled, len(papers), enough=PAGES_WORTH_PROCESSES, lost=_refuse)
        _collect(papers, progress(made, f"writing {loaded.name}", len(papers)), folder)


@blaming
def _made(loaded: Loaded, batch: Sequence[Paper]) -> list[Made]:
    made = []
    for paper in batch:
        document = handout_of(loaded, paper)
        laid = typeset(document)
        made.append(Made((one_file(laid), html_text(document)), laid, typeset(key_of(loaded, paper))))
    return made


def _refuse(paper: Paper, why: str) -> NoReturn:
    refuse(f"the paper of {paper.student.id}", why)


def _write_sheets(loaded: Loaded, folder: Path, formats: Sequence[str], paper: Paper) -> None:
    questions = {question.id: question.asked for question in loaded.assignment.questions}
    for ending in formats:
        path = folder / "sheets" / f"{file_name(paper.student.id)}.{ending}"
        if not path.exists():
            write(path, SHEETS[ending](loaded.name, paper.student.id, paper.instance, questions))


def _handouts(folder: Path, paper: Paper) -> tuple[Path, Path]:
    pdf = folder / "handouts" / f"{file_name(paper.student.id)}.pdf"
    return pdf, pdf.with_suffix(".html")


def _collect(papers: Iterable[Paper], made: Iterable[Made], folder: Path) -> None:
    """Write the pages that are not there yet, and put all into their collections, as they come."""
    with writing_bytes(folder / "handouts.pdf") as first, writing_bytes(folder / "key.pdf") as second:
        handouts, keys = PdfFile(first), PdfFile(second)
        for paper, own in zip(papers, made, strict=True):
            student, path = paper.student, _handouts(folder, paper)[0]
            if not all(each.exists() for each in _handouts(folder, paper)):
                write_forms(path, own.forms)
            name = f"{student.section} {student.id} {student.name}".strip()
            handouts.add(own.handout, name)
            keys.add(own.key, name)
        handouts.close()
        keys.close()


@blaming
def _typeset(rules: Mapping[int, Loaded], batch: Sequence[Paper]) -> list[Typeset]:
    return [typeset(handout_of(rules[paper.issue], paper)) for paper in batch]


def typeset_handouts(
    rules: Mapping[int, Loaded], papers: Iterable[Paper], count: int, engine: Engine
) -> Iterator[Typeset]:
    """Handouts one after the other, to go into a file with others. `rules`: those of each issue."""
    work = partial(_typeset, rules)
    return engine.map(work, papers, count, enough=PAGES_WORTH_PROCESSES, lost=_refuse)
