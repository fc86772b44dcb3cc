"""The sample assignment issued without pages, and sheets filled in by the demo's students."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from grader.chance import Stream
from grader.course import Course, Loaded
from grader.gradebook import Paper
from grader.jobs import demo, trial
from grader.jobs.issue import define
from grader.roster import Student, numbered
from grader.sheets.writing import csv_sheet
from grader.simulate import Hand
from grader.variant import draw_variants, instance_code

SEED = "bench"
DISTINCT = 1000
"""So many students have numbers of their own; in a larger class others get the same ones, which saves drawing."""

Sheet = tuple[Paper, bytes]
Givens = Mapping[str, Mapping[str, Any]]


def alone(command: list[str]) -> list[str]:
    """A process inherits the peak memory of the one that starts it, so a small one has to stand in between."""
    between = "import subprocess, sys; sys.exit(subprocess.run(sys.argv[1:]).returncode)"
    return [sys.executable, "-c", between, *command]


def draw(loaded: Loaded, student: Student) -> Givens:
    variants = draw_variants(loaded.assignment, loaded.rubric, SEED, student.id)
    return {question: dict(variant.givens) for question, variant in variants.items()}


def sheet(loaded: Loaded, student: Student, givens: Givens) -> bytes:
    """The empty sheet that belongs to the numbers."""
    code = instance_code(SEED, loaded.name, student.id, list(givens.values()))
    return csv_sheet(loaded.name, student.id, code, {q.id: q.asked for q in loaded.assignment.questions})


def form(loaded: Loaded) -> list[list[str]]:
    """The rows of an empty sheet, as the bare script copies them."""
    text = sheet(loaded, Student("", ""), {}).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


@dataclass(frozen=True)
class Class:
    """A course folder whose gradebook knows `size` students' numbers."""

    root: Path
    size: int

    @cached_property
    def loaded(self) -> Loaded:
        return demo.make_course(self.root).load("hw4")

    @cached_property
    def papers(self) -> list[Paper]:
        """Draw the numbers and record them as `generate` does."""
        loaded, people = self.loaded, numbered(self.size)
        drawn = [draw(loaded, student) for student in people[:DISTINCT]]
        gradebook = Course(self.root).gradebook()
        with gradebook.transaction():
            issue = gradebook.add_issue(loaded.name, SEED, define(loaded))
            for k, student in enumerate(people):
                givens = drawn[k % DISTINCT]
                code = instance_code(SEED, loaded.name, student.id, list(givens.values()))
                rows = [
                    (q.id, q.template.name, q.template.source, givens[q.id], 1) for q in loaded.assignment.questions
                ]
                gradebook.add_paper(issue, loaded.name, student, code, rows)
        papers = [gradebook.filled(paper) for paper in gradebook.papers(loaded.name)]
        gradebook.close()
        return papers

    def right_sheets(self) -> list[Sheet]:
        """Everything right, to six decimals."""
        parts = {question.id: question.asked for question in self.loaded.assignment.questions}
        return [
            (paper, trial.filled_csv(trial.empty_sheet(self.loaded, paper), answers, parts))
            for paper in self.papers
            for answers in [trial.worked(self.loaded, paper, {}, Hand(6))]
        ]

    def mixed_sheets(self) -> list[Sheet]:
        """One CSV sheet a student, in the demo's mix: rounded, with slips and mistakes, half done, garbled."""
        sheets: list[Sheet] = []
        for k in range(2 * self.size):
            paper = self.papers[len(sheets)]
            handed = demo.STYLES[k % len(demo.STYLES)](self.loaded, paper, Stream(SEED, paper.student.id))
            found = [content for name, content in handed.items() if name.endswith(".csv")]
            sheets += [(paper, content) for content in found[-1:]]
            if len(sheets) == self.size:
                break
        return sheets

    def hand_in(self, sheets: list[Sheet]) -> Path:
        """Put the sheets into a folder, and beside it the givens as the bare script keeps them."""
        folder = self.root / "submissions"
        folder.mkdir(exist_ok=True)
        for paper, content in sheets:
            (folder / f"{paper.student.id}.csv").write_bytes(content)
        givens = {paper.student.id: paper.givens for paper in self.papers}
        (self.root / "givens.json").write_text(json.dumps(givens))
        return folder
