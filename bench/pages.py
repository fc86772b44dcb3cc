"""What pages cost: a handout beside its raw text, a class of them in one process and in two, a report of ten thousand.

`python pages.py ROOT WORKERS` makes all pages of the class at ROOT, and says seconds and peak memory in MB: its own,
and that of its largest worker.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import raw
from workload import alone

from grader.course import Course, Loaded
from grader.engine import Engine, silent
from grader.gradebook import Paper
from grader.jobs.attempts import Attempts
from grader.jobs.lines import Row, Rows
from grader.jobs.papers import both_forms, handout_of, write_papers
from grader.jobs.report import _figures, _files_to_look_at
from grader.pages.class_report import class_report
from grader.pages.paper.pdf import pdf_bytes, typeset
from grader.pages.screen.html import html_text
from grader.roster import Student

HANDOUTS = 60
MB = 2**20 if sys.platform == "darwin" else 2**10


class Handouts:
    """The first handouts of a class, in memory, with fonts read and formulas laid out."""

    def __init__(self, loaded: Loaded, papers: Sequence[Paper]) -> None:
        self.loaded, self.papers = loaded, papers[:HANDOUTS]
        raw.register()
        self.texts = [raw.lines(typeset(handout_of(loaded, paper))) for paper in self.papers]
        self.sizes = max(map(len, self.as_pdf())), max(len(page.encode()) for page in self.as_html())
        assert self.sizes[0] < 120_000

    def as_pdf(self) -> list[bytes]:
        return [pdf_bytes(handout_of(self.loaded, paper)) for paper in self.papers]

    def as_html(self) -> list[str]:
        return [html_text(handout_of(self.loaded, paper)) for paper in self.papers]

    def as_raw_text(self) -> list[bytes]:
        return [raw.draw(pages) for pages in self.texts]


@dataclass(frozen=True)
class Made:
    """How a class's pages were made: seconds by the wall's clock, peak memory in MB."""

    seconds: float
    parent: float
    worker: float


def made(root: Path, workers: int) -> Made:
    """Handouts as PDF and HTML, sheets, handouts.pdf and key.pdf of a class, by a fresh process."""
    command = alone([sys.executable, __file__, str(root), str(workers)])
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Made(*map(float, done.stdout.split()))


def _make(root: Path, workers: int) -> None:
    course = Course(root)
    loaded = course.load("hw4")
    shutil.rmtree(course.issued(loaded.name), ignore_errors=True)
    gradebook = course.gradebook(must_exist=True)
    papers = gradebook.papers(loaded.name)
    start = time.perf_counter()
    with Engine(workers) as engine:
        write_papers(course, gradebook, loaded, papers, ("csv",), engine, silent, anew=True)
    seconds = time.perf_counter() - start
    peaks = (resource.getrusage(who).ru_maxrss / MB for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(seconds, *peaks)


def reporting(root: Path) -> None:
    """The class report of a graded class: reading the gradebook, statistics, PDF and HTML.

    Without what is written student by student, results.csv and the feedback: that grows with the class.
    """
    course = Course(root)
    loaded = course.load("hw4")
    gradebook = course.gradebook(must_exist=True)
    attention = _files_to_look_at(gradebook, loaded.name)
    standing = Attempts(course, gradebook, loaded.name).standing
    rows = Rows(Row(Student(name, ""), "graded", one.marking.max, one) for name, one in standing.items())
    both_forms(root / "report.pdf", class_report(loaded.assignment, _figures(gradebook, loaded, rows, attention)))
    gradebook.close()


if __name__ == "__main__":
    _make(Path(sys.argv[1]), int(sys.argv[2]))
