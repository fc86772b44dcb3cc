"""A new course folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grader.files import write

ASSIGNMENT = """\
# What is asked. `grader templates` lists the templates, `grader templates NAME` their parameters and parts.
title: A first assignment
course: My course
due: 2026-12-01 23:59
questions:
  - id: lstm
    template: lstm_forward
    parameters: {steps: 2}
    ask: ["c_*", "h_*"]        # leave out to ask for every part
"""
RUBRIC = """\
# How it is marked. Every key is optional; these are the defaults, except for the points.
tolerance: {relative: 0.01, absolute: 0.0005}
questions:
  lstm:
    points: 8
    parts:
      "h_*": {points: 3}       # the other parts share what is left
"""
ROSTER = "student,name,email,section\n"
IGNORED = "issued/\nreports/\npreview/\ngradebook.db*\n"


def init(folder: Path) -> Iterator[tuple[Path, bool]]:
    """Make what is missing; yields every path and whether it was made."""
    for name, content in (
        ("assignments/first.yaml", ASSIGNMENT),
        ("assignments/roster.csv", ROSTER),
        ("rubrics/first.yaml", RUBRIC),
        (".gitignore", IGNORED),
    ):
        path = folder / name
        # an example beside somebody's own assignments would only be in the way
        own = name.endswith("first.yaml") and any((folder / name).parent.glob("*.y*ml"))
        if path.exists():
            yield path, False
        elif not own:
            write(path, content)
            yield path, True
    for name in ("templates", "submissions"):
        path = folder / name
        yield path, not path.exists()
        path.mkdir(parents=True, exist_ok=True)
