"""What came in, and how it was marked."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from grader import __version__
from grader.gradebook.records import Marking, Submission
from grader.gradebook.store import Store, as_json, now


class Marks(Store):
    def add_submission(self, path: str, content_hash: str, modified: float, content: bytes) -> int:
        """The submission's number; a path that still has the content it last had keeps its old one."""
        last = self.db.execute(
            "SELECT id, hash FROM submissions WHERE path = ? ORDER BY id DESC LIMIT 1", (path,)
        ).fetchone()
        if last is not None and last[1] == content_hash:
            return int(last[0])
        row = (path, content_hash, modified, zlib.compress(content), now())
        return self.insert("INSERT INTO submissions VALUES (NULL, ?, ?, ?, ?, ?)", row)

    def submission(self, number: int) -> Submission:
        i, path, content = self.db.execute(
            "SELECT id, path, content FROM submissions WHERE id = ?", (number,)
        ).fetchone()
        return Submission(i, path, zlib.decompress(content))

    def add_run(self, command: str, rubrics: Mapping[str, str]) -> int:
        row = (command, as_json(rubrics), __version__, now())
        return self.insert("INSERT INTO runs VALUES (NULL, ?, ?, ?, ?)", row)

    def add_fates(self, run: int, rows: Sequence[tuple[Any, ...]]) -> None:
        """(path, fate, assignment, student, submission, message, line, advice) for each file of a run."""
        self.db.executemany("INSERT INTO fates VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", [(run, *row) for row in rows])

    def fates(self, assignment: str | None = None) -> list[tuple[Any, ...]]:
        """The newest word on every file: (path, fate, assignment, student, submission, message, line, advice)."""
        rows = self.db.execute(
            "SELECT path, fate, assignment, student, submission, message, line, advice FROM fates ORDER BY run, rowid"
        )
        newest = {row[0]: row for row in rows}
        return [row for row in newest.values() if assignment is None or row[2] in (assignment, "")]

    def attachments(self) -> dict[int, list[str]]:
        """By submission the paths of what was handed in beside it: pictures, written parts."""
        rows = self.db.execute(
            "SELECT DISTINCT f.submission, f.path FROM fates f JOIN submissions s ON s.id = f.submission"
            " WHERE f.fate = 'ignored' AND f.path != s.path ORDER BY f.path"
        )
        found: dict[int, list[str]] = {}
        for submission, path in rows:
            found.setdefault(submission, []).append(path)
        return found

    def marked_by(self, submission: int, student: str) -> tuple[int, str] | None:
        """The paper and the rules of a submission's newest marking for a student, if there is one."""
        row: tuple[int, str] | None = self.db.execute(
            "SELECT paper, rules FROM markings WHERE submission = ? AND student = ? ORDER BY id DESC LIMIT 1",
            (submission, student),
        ).fetchone()
        return row

    def add_marking(self, row: tuple[Any, ...], marks: Iterable[tuple[Any, ...]]) -> int:
        """`row`: run, submission, paper, assignment, student, doubtful, rubric, rules, points, max, notes."""
        number = self.insert("INSERT INTO markings VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        self.db.executemany(
            "INSERT INTO marks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(number, *mark) for mark in marks],
        )
        return number

    def current_markings(self, assignment: str) -> dict[str, Marking]:
        """Each student's standing submission with its newest marking: the last that came in, doubtful ones last."""
        rows = self.db.execute(
            "SELECT student, id, submission, paper, doubtful, points, max, notes FROM markings WHERE assignment = ?"
            " ORDER BY doubtful DESC, submission, id",
            (assignment,),
        )
        return {
            student: Marking(number, submission, paper, bool(doubtful), points, possible, json.loads(notes))
            for student, number, submission, paper, doubtful, points, possible, notes in rows
        }

    def marks(self, marking: int) -> list[tuple[Any, ...]]:
        """question, cell, part, answer, value, expected, carried, verdict, mistake, points, max, note, line."""
        return self.db.execute(
            "SELECT question, cell, part, answer, value, expected, carried, verdict, mistake, points, max, note, line"
            " FROM marks WHERE marking = ? ORDER BY rowid",
            (marking,),
        ).fetchall()
