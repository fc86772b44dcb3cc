"""What finding files and telling whose they are costs, beside reading the same bytes with `csv`."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

from workload import alone

from grader.course import Course
from grader.intake.attempts import gather
from grader.intake.folders import list_files
from grader.intake.people import People
from grader.sheets import limits

PEAK = """
import resource, sys
from pathlib import Path
import intake
run = getattr(intake, sys.argv[1])
print(run(*map(Path, sys.argv[2:])))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10))
"""


def ours(root: Path, path: Path) -> int:
    """Every file below a path found, read, and told whose it is."""
    course = Course(root)
    gradebook = course.gradebook()
    people = People(paper.student for name in course.names for paper in gradebook.papers(name))
    gradebook.close()
    members = list_files([path], root, course.own)
    return sum(
        not member.read(limits.FILE_BYTES).fate
        for attempt in gather(members, people).attempts
        for member in attempt.members
    )


def bare(_root: Path, path: Path) -> int:
    """The same files opened one after another, and their rows read."""
    read = 0
    if path.is_dir():
        for entry in os.scandir(path):
            with open(entry.path, encoding="utf-8-sig", newline="") as file:  # noqa: PTH123 - as a script would
                list(csv.reader(file))
            read += 1
        return read
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            list(csv.reader(io.StringIO(archive.read(member).decode("utf-8-sig"), newline="")))
            read += 1
    return read


def as_zip(folder: Path) -> Path:
    """The folder's files as one archive beside it."""
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, file.name)
    return path


def peak(what: str, root: Path, path: Path) -> float:
    """Peak memory in MB of a fresh process that does the one or the other."""
    command = alone([sys.executable, "-c", PEAK, what, str(root), str(path)])
    here = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=here)
    return float(done.stdout.split()[-1])
