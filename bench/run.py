"""What grader costs beside a bare script that does the same arithmetic: one table, measured in one run."""

from __future__ import annotations

import gc
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import bare
import intake
import numpy as np
import pages
import through
from formulas import FORMULAS, Formulas
from workload import SEED, Class, Sheet, alone, draw, form, sheet

from grader.course import Course, Loaded
from grader.jobs.grade import grade
from grader.jobs.marks import mark_sheet
from grader.marking import VERDICTS
from grader.roster import numbered
from grader.sheets import read_sheet

SHEETS = 1000
ROUNDS = 5
STARTS = 15
PEAK = """
import resource, sys
from pathlib import Path
from grader.course import Course
from grader.jobs.grade import grade
root = Path(sys.argv[1])
assert grade(Course(root), [root / "submissions"], None).count("graded") == int(sys.argv[2])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10))
"""
HELP = "from grader.cli import main; main(['--help'])"

Run = Callable[[], object]


def main() -> None:
    print(f"{'':44}{'ours':>10}{'bare':>10}{'ratio':>8}   limit")
    with tempfile.TemporaryDirectory() as folder:
        small = Class(Path(folder) / "small", SHEETS)
        loaded, mixed, right = small.loaded, small.mixed_sheets(), small.right_sheets()
        same_verdicts(loaded, right)
        nearly_the_same_verdicts(loaded, mixed)
        each = 1000 / SHEETS
        row("marking a sheet, the demo's mix", *marking(loaded, mixed, through.mark), each, "ms", "4x, aim 2x")
        row("  the same, and right or wrong alone", *marking(loaded, mixed, bare.mark), each, "ms", "")
        row("marking a sheet, all right", *marking(loaded, right, bare.mark), each, "ms", "4x, aim 2x")
        row("grading a folder, a sheet, stored", *folders(small, mixed, through.mark), each, "ms", "4x, aim 2x")
        row("  the same, and right or wrong alone", *folders(small, mixed, bare.mark), each, "ms", "")
        row("generating a variant, without pages", *generating(loaded), each, "ms", "6x")
        large, tiny = Class(Path(folder) / "large", 10 * SHEETS), Class(Path(folder) / "tiny", SHEETS // 10)
        large.hand_in(large.mixed_sheets())
        row("peak memory, 10,000 sheets and 1,000", peak(large), peak(small), 1, "MB", "1.3x")
        tiny.hand_in(tiny.mixed_sheets())
        peak(tiny)
        rows_of_intake(large)
        rows_of_pages(small, tiny, large)
    formulas = Formulas()
    formulas.ours()
    times = interleaved(formulas.ours, formulas.bare, time.process_time, ROUNDS)
    row("a formula read and compared, and by eval", *times, 1000 / FORMULAS, "ms", "under 1 ms")
    row("grader --help and import click", *starts(), 1000, "ms", "3x")


def rows_of_pages(small: Class, tiny: Class, large: Class) -> None:
    """Pages of a class of 1,000 and of one of 100; a report of a graded class of 10,000."""
    reports = (lambda: pages.reporting(large.root), lambda: pages.reporting(tiny.root))
    row("class report, 10,000 students and 100", *interleaved(*reports, time.process_time, 3), 1000, "ms", "10x")
    handouts = pages.Handouts(small.loaded, small.papers)
    pdf, text = interleaved(handouts.as_pdf, handouts.as_raw_text, time.process_time, ROUNDS)
    html, _ = interleaved(handouts.as_html, lambda: None, time.process_time, ROUNDS)
    each = 1000 / pages.HANDOUTS
    row("a handout as PDF, and its raw text", pdf, text, each, "ms", "7x, aim 4x")
    row("a handout as HTML, and as PDF", html, pdf, each, "ms", "")
    largest_pdf, largest_html = handouts.sizes
    row("largest handout, HTML and PDF", largest_html / 1000, largest_pdf / 1000, 1, "kB", "120 kB")
    one, two, few = pages.made(small.root, 1), pages.made(small.root, 2), pages.made(tiny.root, 2)
    row("pages of 1,000, one process and two", one.seconds, two.seconds, 1, "s", "at least 1.7x")
    row("pages: parent's peak, 1,000 and 100", two.parent, few.parent, 1, "MB", "flat, 200 MB")
    row("pages: worker's peak, 1,000 and 100", two.worker, few.worker, 1, "MB", "flat, 200 MB")


def rows_of_intake(large: Class) -> None:
    """10,000 files as a folder and as one zip: found, read, told whose they are; and read by a bare script."""
    folder = large.root / "submissions"
    for what, path in (("folder", folder), ("zip", intake.as_zip(folder))):
        runs = (partial(intake.ours, large.root, path), partial(intake.bare, large.root, path))
        assert runs[0]() == runs[1]() == large.size
        row(f"intake of 10,000 files, a {what}", *interleaved(*runs, time.process_time, 3), 1000, "ms", "2x")
        peaks = (intake.peak("ours", large.root, path), intake.peak("bare", large.root, path))
        row(f"peak memory of that, a {what}", *peaks, 1, "MB", "")


def row(what: str, ours: float, bare_one: float, factor: float, unit: str, limit: str) -> None:
    pair = (f"{value * factor:.2f} {unit}" if unit == "ms" else f"{value:.0f} {unit}" for value in (ours, bare_one))
    print(f"{what:44}{''.join(f'{value:>10}' for value in pair)}{ours / bare_one:>7.2f}x   {limit}", flush=True)


def interleaved(ours: Run, bare_one: Run, clock: Callable[[], float], rounds: int) -> tuple[float, float]:
    """The median of each; taken in turn, so that a noisy moment hits both."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for run, found in zip((ours, bare_one), times, strict=True):
            gc.collect()
            start = clock()
            run()
            found.append(clock() - start)
    return median(times[0]), median(times[1])


def marking(loaded: Loaded, sheets: Sequence[Sheet], mark: Callable[[Any, bytes], object]) -> tuple[float, float]:
    """From a sheet's bytes to marks, with the givens at hand."""

    def ours() -> None:
        for paper, content in sheets:
            mark_sheet(loaded, paper.givens, read_sheet(content, "sheet.csv"))

    def bare_one() -> None:
        for paper, content in sheets:
            mark(paper.givens, content)

    return interleaved(ours, bare_one, time.process_time, ROUNDS)


def same_verdicts(loaded: Loaded, sheets: Sequence[Sheet]) -> None:
    """The comparison is fair only if both sides find the same."""
    for paper, content in sheets:
        theirs = {(question, cell): right for question, cell, _, _, _, right in bare.mark(paper.givens, content)}
        marks, _ = mark_sheet(loaded, paper.givens, read_sheet(content, "sheet.csv"))
        assert theirs == {(question, mark.cell): mark.verdict == "right" for question, mark in marks}


def nearly_the_same_verdicts(loaded: Loaded, sheets: Sequence[Sheet]) -> None:
    """Where not all is right they differ in what they let pass: what is trivial, coarse, or named by chance."""
    alike = answers = 0
    for paper, content in sheets:
        marks, _ = mark_sheet(loaded, paper.givens, read_sheet(content, "sheet.csv"))
        ours = [mark.verdict for _, mark in marks if mark.verdict != "blank"]
        theirs = [verdict for *_, verdict in through.mark(paper.givens, content)]
        alike += sum((Counter(ours) & Counter(v if v in VERDICTS else "mistake" for v in theirs)).values())
        answers += len(ours)
    assert alike > 0.98 * answers, (alike, answers)


def folders(small: Class, sheets: list[Sheet], mark: Callable[[Any, bytes], Any]) -> tuple[float, float]:
    """The whole job: find the files, tell whose they are, mark them, and keep everything in SQLite."""
    submissions, issued = small.hand_in(sheets), small.root / "issued.db"
    gradebook, database = small.root / "gradebook.db", small.root / "bare.db"
    shutil.copy(gradebook, issued)

    def ours() -> None:
        shutil.copy(issued, gradebook)
        grade(Course(small.root), [submissions], None)

    def bare_one() -> None:
        database.unlink(missing_ok=True)
        bare.mark_folder(submissions, small.root / "givens.json", database, mark)

    times = interleaved(ours, bare_one, time.process_time, ROUNDS)
    shutil.copy(issued, gradebook)
    return times


def generating(loaded: Loaded) -> tuple[float, float]:
    """Numbers for the five questions, and the sheet to fill in.

    Both sides draw again until the question's own guards hold, no asked value is degenerate and every mistake of the
    catalogue is visible at a step where it can be made. Ours draws from a stream for each student and question.
    """
    people, rows = numbered(SHEETS), form(loaded)

    def ours() -> None:
        for student in people:
            sheet(loaded, student, draw(loaded, student))

    def bare_one() -> None:
        chance = np.random.default_rng(int.from_bytes(SEED.encode()))
        for student in people:
            bare.generate(chance, student.id, rows)

    return interleaved(ours, bare_one, time.process_time, ROUNDS)


def peak(group: Class) -> float:
    """Peak memory in MB of a fresh process that grades the class's folder."""
    command = alone([sys.executable, "-c", PEAK, str(group.root), str(group.size)])
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def starts() -> tuple[float, float]:
    def start(code: str) -> Run:
        return lambda: subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)

    return interleaved(start(HELP), start("import click"), time.perf_counter, STARTS)


if __name__ == "__main__":
    main()
