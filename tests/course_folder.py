"""A course folder for whole-program tests: written, run through the command line, and read back."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ASSIGNMENT = """\
title: A test
course: Testing
questions:
  - id: lstm
    template: lstm_forward
    givens:
      W_f: [0.7, 0.45]
      W_i: [0.95, 0.8]
      W_c: [0.45, 0.25]
      W_o: [0.6, 0.4]
      U_f: 0.1
      U_i: 0.8
      U_c: 0.15
      U_o: 0.25
      b_f: 0.15
      b_i: 0.65
      b_c: 0.2
      b_o: 0.1
      x: [[1, 2], [0.5, 3]]
  - id: tconv
    template: transposed_conv_size
"""
LSTM = dict(
    zip(("f_1", "i_1", "g_1", "o_1", "c_1", "h_1"), ("0.852", "0.961", "0.818", "0.818", "0.786", "0.536"), strict=True)
)


@dataclass
class Done:
    code: int
    out: str
    err: str


@dataclass
class Folder:
    """A course at `root`, driven by the real program in a process of its own."""

    root: Path

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def run(self, *arguments: str, stdin: str = "", **environment: str) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "grader", *arguments],
            cwd=self.root,
            input=stdin.encode(),
            capture_output=True,
            check=False,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
        )
        result = Done(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert "Traceback" not in result.err, result.err
        return result

    def sheet(self, student: str, answers: dict[str, dict[str, str]], name: str = "", assignment: str = "hw") -> Path:
        lines = ["question,part,answer", f"assignment,,{assignment}", f"student,,{student}"]
        lines += [f'{question},"{part}",{text}' for question, parts in answers.items() for part, text in parts.items()]
        return self.write(f"submissions/{name or student}.csv", "\n".join(lines) + "\n")

    def table(self, name: str) -> list[dict[str, str]]:
        with (self.root / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def verdicts(self, student: str, name: str = "hw") -> dict[str, str]:
        rows = self.table(f"reports/{name}/results.csv")
        return {f"{row['question']}.{row['part']}": row["verdict"] for row in rows if row["student"] == student}

    def copied(self, root: Path) -> Folder:
        shutil.copytree(self.root, root)
        return Folder(root)

    def snapshot(self, *folders: str) -> dict[str, bytes]:
        """Every file's bytes; the lock says only who had it last."""
        files = [path for folder in folders for path in sorted((self.root / folder).rglob("*")) if path.is_file()]
        files = [path for path in files if path.name != ".grader.lock"]
        return {str(path.relative_to(self.root)): path.read_bytes() for path in files}


def course(root: Path, assignment: str = ASSIGNMENT, students: tuple[str, ...] = ("s001", "s002", "s003")) -> Folder:
    folder = Folder(root)
    folder.write("assignments/hw.yaml", assignment)
    folder.write("assignments/roster.csv", "student,name\n" + "".join(f"{s},Name of {s}\n" for s in students))
    return folder
