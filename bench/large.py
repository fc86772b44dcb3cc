"""`make bench-large`: large classes, marked here and elsewhere. Prints the table of docs/performance.md in minutes.

Every figure is of a fresh process. A class's papers have the numbers of a thousand students over and over, since to
draw them takes longer than to mark them, and its sheets are those students' with another name and code.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from moto.server import ThreadedMotoServer
from run import row
from workload import DISTINCT, SEED, Class, Sheet, alone

from grader.course import Course
from grader.engine import Engine
from grader.jobs.grade import grade
from grader.jobs.issue import define
from grader.jobs.report import report
from grader.roster import numbered
from grader.variant import instance_code

MB = 2**20 if sys.platform == "darwin" else 2**10
SPREAD = 20_000
FAR = 2_000
SIZES = (1_000, 10_000, 100_000)
MILLION = 1_000_000
REPORTS = "reports"
"""In place of how many workers grade: the reports are written."""


@dataclass(frozen=True)
class Measured:
    """One process: seconds by the wall's clock, CPU of this process and of those that it started, peak memory."""

    seconds: float
    cpu: float
    peak: float


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        few = Class(root / "few", DISTINCT)
        sheets = few.mixed_sheets()
        print(f"{'':44}{'ours':>10}{'other':>10}{'ratio':>8}   limit")
        elsewhere(root, few, sheets)
        sizes(root, few, sheets)


def elsewhere(root: Path, few: Class, sheets: list[Sheet]) -> None:
    """The same sheets by one process, two, and two workers of a Dask cluster; from a folder, and from S3."""
    course = prepared(root / "spread", few, sheets, SPREAD)
    one, two = measured(course, "1"), measured(course, "2")
    row(f"{SPREAD:,} sheets, one process and two", one.seconds, two.seconds, 1, "s", "at least 1.7x")
    dask = measured(course, "2", "local")
    row(f"{SPREAD:,} sheets, two Dask workers and two processes", dask.seconds, two.seconds, 1, "s", "")
    row("  the same, CPU a sheet", dask.cpu / SPREAD, two.cpu / SPREAD, 1000, "ms", "")
    shutil.rmtree(course)
    course = prepared(root / "far", few, sheets, FAR)
    with served(course / "submissions") as (url, environment):
        far, near = measured(course, "1", where=url, **environment), measured(course, "1")
    row(f"{FAR:,} sheets, from S3 and from a folder", far.seconds, near.seconds, 1, "s", "")


def sizes(root: Path, few: Class, sheets: list[Sheet]) -> None:
    """Small and large classes: memory, time and disk for each sheet, of grading and of the reports without students'
    pages.
    """
    graded: dict[int, Measured] = {}
    reported: dict[int, Measured] = {}
    disk = 0.0
    for size in SIZES:
        course = prepared(root / str(size), few, sheets, size)
        graded[size], reported[size] = measured(course, "1", keep="yes"), measured(course, REPORTS, keep="yes")
        disk = (course / "gradebook.db").stat().st_size / 1e6
        shutil.rmtree(course)
    least, most = SIZES[0], SIZES[-1]
    for what, found in (("grading", graded), ("reports", reported)):
        for size in SIZES[1:]:
            label = f"{what}: peak memory, {size:,} sheets and {least:,}"
            row(label, found[size].peak, found[least].peak, 1, "MB", "1.3x")
        each = found[most].seconds / most, found[least].seconds / least
        row(f"{what}, a sheet of {most:,} and of {least:,}", *each, 1000, "ms", "1.2x")
    seconds = graded[most].seconds + reported[most].seconds
    print(f"{most:,} sheets: graded in {graded[most].seconds:.0f} s, reports in {reported[most].seconds:.0f} s, "
          f"gradebook {disk:.0f} MB")  # fmt: skip
    times = MILLION // most
    more = max(found[most].peak - found[least].peak for found in (graded, reported))
    print(f"{MILLION:,} would take {times} × {seconds:.0f} s = {times * seconds / 3600:.1f} h of one process, "
          f"{times} × {disk:.0f} MB = {times * disk / 1000:.1f} GB of disk, "
          f"and {times} × {more:.0f} MB = {times * more / 1000:.1f} GB of memory beyond the program's own")  # fmt: skip


def prepared(root: Path, few: Class, sheets: list[Sheet], size: int) -> Path:
    """A course folder of so many students, who have handed in."""
    shutil.copytree(few.root, root, ignore=shutil.ignore_patterns("gradebook.db", "issued", "submissions"))
    loaded, gradebook = few.loaded, Course(root).gradebook()
    (root / "submissions").mkdir()
    with gradebook.transaction():
        issue = gradebook.add_issue(loaded.name, SEED, define(loaded))
        for k, student in enumerate(numbered(size)):
            paper, content = sheets[k % len(sheets)]
            code = instance_code(SEED, loaded.name, student.id, list(paper.givens.values()))
            rows = [
                (q.id, q.template.name, q.template.source, paper.givens[q.id], 1) for q in loaded.assignment.questions
            ]
            gradebook.add_paper(issue, loaded.name, student, code, rows)
            own = content.replace(paper.student.id.encode(), student.id.encode())
            (root / "submissions" / f"{student.id}.csv").write_bytes(
                own.replace(paper.instance.encode(), code.encode())
            )
    gradebook.close()
    (root / "assignments" / "roster.csv").unlink()
    return root


def measured(
    root: Path, workers: str, cluster: str = "", where: str = "", keep: str = "", **environment: str
) -> Measured:
    """A fresh process grades the course, or writes its reports; the gradebook is as before unless `keep`."""
    before = root / "before.db"
    if not keep:
        shutil.copy(root / "gradebook.db", before)
    command = alone([sys.executable, __file__, str(root), workers, cluster, where])
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **environment})
    if not keep:
        before.replace(root / "gradebook.db")
    return Measured(**json.loads(done.stdout))


def _measure(root: Path, workers: str, cluster: str, where: str) -> None:
    course, away = Course(root), None
    if cluster:
        from grader.cluster import Cluster  # noqa: PLC0415 - an optional extra

        away = Cluster(cluster, int(workers))
    start = time.perf_counter()
    if workers == REPORTS:
        report(course, course.load("hw4"), feedback=False)
    else:
        with Engine(int(workers), away) as engine:
            grade(course, [where or root / "submissions"], None, engine=engine)
    seconds = time.perf_counter() - start
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(each.ru_utime + each.ru_stime for each in used)
    print(json.dumps(dict(seconds=seconds, cpu=cpu, peak=used[0].ru_maxrss / MB)))


class served:
    """A folder's files in an S3 server on this machine: the URL, and what a process needs to find it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.server: Any = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)

    def __enter__(self) -> tuple[str, dict[str, str]]:
        self.server.start()
        host, port = self.server.get_host_and_port()
        address = f"http://{host}:{port}"
        names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL")
        environment = dict(zip(names, ("nobody", "nothing", "us-east-1", address), strict=True))
        client = boto3.client(
            "s3", endpoint_url=address, aws_access_key_id="nobody", aws_secret_access_key="nothing",
            region_name="us-east-1",
        )  # fmt: skip
        client.create_bucket(Bucket="class")
        for path in self.folder.iterdir():
            client.put_object(Bucket="class", Key=path.name, Body=path.read_bytes())
        return "s3://class/", environment

    def __exit__(self, *_error: object) -> None:
        self.server.stop()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _measure(Path(sys.argv[1]), *sys.argv[2:])
    else:
        main()
