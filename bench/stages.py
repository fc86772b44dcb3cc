"""Where the time of grading goes: each stage's share, for the demo's mix and for sheets that are all right.

Stages are timed around their functions, which costs half a microsecond a call; those inside others are not counted
twice. `python -m cProfile` tells the functions below them.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from workload import Class, Sheet

from grader.assignment import Question
from grader.course import Course
from grader.gradebook import Gradebook
from grader.intake import found, reading
from grader.jobs import desk, grade, marks
from grader.jobs.entries import Entries
from grader.marking import explanations
from grader.marking.marker import Marker
from grader.marking.passes import Passes

SHEETS = 1000
STAGES: tuple[tuple[str, Any, str], ...] = (
    ("listing the files", grade, "list_files"),
    ("what belongs together, and whose it is", grade, "gather"),
    ("opening a file", found.Member, "read"),
    ("reading a sheet's rows", reading, "read_sheet"),
    ("finding its paper", reading, "claim"),
    ("asking the gradebook what is due", desk.Desk, "due"),
    ("reading numbers and labels", marks, "collect"),
    ("the givens as arrays", Question, "read"),
    ("the key, compared on the way", Passes, "reference"),
    ("the pass as rounded", Passes, "rounded"),
    ("the pass on the student's own values", Passes, "carried"),
    ("passes of mistakes made everywhere", Passes, "everywhere"),
    ("what else explains a value", explanations.Explanations, "look_for_mistakes"),
    ("verdicts and points", Marker, "marks"),
    ("rows for the gradebook", desk, "mark_row"),
    ("the questions and their rules", Course, "load"),
    ("which parts depend on which", explanations, "parents"),
    ("keeping what became of the file", Entries, "add"),
    ("keeping the file", Gradebook, "add_submission"),
    ("keeping its marks", Gradebook, "add_marking"),
    ("which of a student's sheets counts", grade.Grading, "settle"),
)


class Clock:
    """Time spent in each stage, without that in stages inside it."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self.calls: dict[str, int] = {}
        self._inner = [0.0]

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **options: Any) -> Any:
            self._inner.append(0.0)
            start = time.thread_time()
            try:
                return function(*arguments, **options)
            finally:
                whole = time.thread_time() - start
                self.spent[name] = self.spent.get(name, 0.0) + whole - self._inner.pop()
                self.calls[name] = self.calls.get(name, 0) + 1
                self._inner[-1] += whole

        return run


def main() -> None:
    clock = Clock()
    for name, owner, attribute in STAGES:
        setattr(owner, attribute, clock.timed(name, getattr(owner, attribute)))
    print(f"{'of a sheet, ms (times)':44}{'mix':>16}{'all right':>16}")
    with tempfile.TemporaryDirectory() as folder:
        small = Class(Path(folder), SHEETS)
        columns = [measured(clock, small, sheets) for sheets in (small.mixed_sheets(), small.right_sheets())]
    for name in [*(name for name, _, _ in STAGES), "anything else", "together"]:
        print(f"{name:44}" + "".join(f"{column[name]:>16}" for column in columns))


def measured(clock: Clock, small: Class, sheets: list[Sheet]) -> dict[str, str]:
    """Grade them all into a copy of the gradebook."""
    issued, gradebook = small.root / "issued.db", small.root / "gradebook.db"
    submissions = small.hand_in(sheets)
    shutil.copy(gradebook, issued)
    rounds = []
    for _ in range(3):
        shutil.copy(issued, gradebook)
        clock.spent.clear()
        clock.calls.clear()
        start = time.thread_time()
        grade.grade(Course(small.root), [submissions], None)
        rounds.append({**clock.spent, "together": time.thread_time() - start})
    shutil.copy(issued, gradebook)
    median = {name: float(np.median([each.get(name, 0.0) for each in rounds])) for name in rounds[0]}
    median["anything else"] = median["together"] - sum(v for name, v in median.items() if name != "together")
    return {
        name: f"{1000 * median.get(name, 0.0) / SHEETS:.2f} ({clock.calls.get(name, 0) / SHEETS:.1f})"
        for name in [*(name for name, _, _ in STAGES), "anything else", "together"]
    }


if __name__ == "__main__":
    main()
