"""What came in, and how it was marked."""

from __future__ import annotations

import datetime as dt
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from grader import __version__
from grader.gradebook.records import Marking, Rules, Submission
from grader.gradebook.store import Store, as_json, now
from grader.scratch import Asked


class Marks(Store):
    def add_submission(self, path: str, content_hash: str, modified: float, content: bytes) -> int:
        """The submission's number; a path that still has the content it last had keeps its old one."""
        known = self.known(path, content_hash)
        if known is not None:
            return known
        row = (path, content_hash, modified, zlib.compress(content), now())
        return self.insert("INSERT INTO submissions VALUES (NULL, ?, ?, ?, ?, ?)", row)

    def known(self, path: str, content_hash: str) -> int | None:
        """The submission that came last under this path, if it had this content."""
        last = self.db.execute(
            "SELECT id, hash FROM submissions WHERE path = ? ORDER BY id DESC LIMIT 1", (path,)
        ).fetchone()
        return int(last[0]) if last is not None and last[1] == content_hash else None

    def submission(self, number: int) -> Submission:
        i, path, content = self.db.execute(
            "SELECT id, path, content FROM submissions WHERE id = ?", (number,)
        ).fetchone()
        return Submission(i, path, zlib.decompress(content))

    def add_run(self, command: str, rubrics: Mapping[str, str]) -> int:
        row = (command, as_json(rubrics), __version__, now())
        return self.insert("INSERT INTO runs VALUES (NULL, ?, ?, ?, ?)", row)

    def add_fates(self, run: int, rows: Iterable[tuple[Any, ...]]) -> None:
        """(path, fate, assignment, student, submission, message, line, advice) for each file of a run."""
        self.db.executemany("INSERT INTO fates VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", ((run, *row) for row in rows))

    def fates(self, assignment: str | None = None) -> Iterator[tuple[Any, ...]]:
        """The newest word on every file: (path, fate, assignment, student, submission, message, line, advice)."""
        return self.db.execute(
            "SELECT path, fate, assignment, student, submission, message, line, advice FROM fates f"
            " JOIN (SELECT min(rowid) AS first, max(rowid) AS last FROM fates GROUP BY path) ON f.rowid = last"
            " WHERE ?1 IS NULL OR assignment IN (?1, '') ORDER BY first",
            (assignment,),
        )

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

    def add_arrival(self, run: int, submission: int, at: dt.datetime | None, *, late: bool) -> None:
        """What is told of when a submission was handed in, unless it was told before."""
        row = ("" if at is None else at.isoformat(), int(late))
        last = self.db.execute(
            "SELECT at, late FROM arrivals WHERE submission = ? ORDER BY rowid DESC LIMIT 1", (submission,)
        ).fetchone()
        if row != (last or ("", 0)):
            self.db.execute("INSERT INTO arrivals VALUES (?, ?, ?, ?)", (submission, run, *row))

    def add_rules(self, rules: str, assignment: str, made_by: Rules) -> None:
        row = (rules, assignment, as_json(made_by.rubric), as_json(made_by.templates), made_by.program, now())
        self.db.execute("INSERT INTO rules VALUES (?, ?, ?, ?, ?, ?)", row)

    def rules(self, assignment: str) -> dict[str, Rules]:
        """What the assignment's markings were made by; those of a gradebook of version 2 are not known."""
        rows = self.db.execute(
            "SELECT rules, rubric, templates, program FROM rules WHERE assignment = ?", (assignment,)
        )
        return {name: Rules(json.loads(rubric), json.loads(made), program) for name, rubric, made, program in rows}

    def marked_by(self, submission: int, student: str) -> tuple[int, str] | None:
        """The paper and the rules of a submission's newest marking for a student, if there is one."""
        row: tuple[int, str] | None = self.db.execute(
            "SELECT paper, rules FROM markings WHERE submission = ? AND student = ? ORDER BY id DESC LIMIT 1",
            (submission, student),
        ).fetchone()
        return row

    def marked_alike(self, content_hash: str, assignment: str, student: str, paper: int) -> tuple[Any, ...] | None:
        """A student's newest marking of the same content: (id, rubric, rules, points, max, notes)."""
        found: tuple[Any, ...] | None = self.db.execute(
            "SELECT m.id, rubric, rules, points, max, notes FROM markings m JOIN submissions s ON s.id = m.submission"
            " WHERE assignment = ? AND student = ? AND paper = ?"
            " AND hash = ? ORDER BY m.id DESC LIMIT 1",
            (assignment, student, paper, content_hash),
        ).fetchone()
        return found

    def add_marking(self, row: tuple[Any, ...], marks: Iterable[tuple[Any, ...]]) -> int:
        """`row`: run, submission, paper, assignment, student, doubtful, rubric, rules, points, max, notes."""
        number = self.insert("INSERT INTO markings VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        self.db.executemany(
            "INSERT INTO marks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [(number, *mark) for mark in marks],
        )
        return number

    def markings(self, assignment: str) -> Mapping[str, list[Marking]]:
        """Each student's submissions with the newest marking of each, as they came in; asked for one by one."""
        return Asked(partial(self.marked, assignment), partial(self.markings_of, assignment))

    def marked(self, assignment: str) -> Iterator[str]:
        """Everybody with a marking, as their sheets came in."""
        rows = self.db.execute(
            "SELECT student FROM markings WHERE assignment = ? GROUP BY student ORDER BY min(submission), min(id)",
            (assignment,),
        )
        return (student for (student,) in rows)

    def markings_of(self, assignment: str, student: str) -> list[Marking]:
        """The newest marking of each of a student's submissions, as they came in."""
        rows = self.db.execute(
            "SELECT id, m.submission, paper, doubtful, points, max, notes, rules, at, late FROM markings m"
            " LEFT JOIN arrivals a ON a.rowid = (SELECT max(rowid) FROM arrivals WHERE submission = m.submission)"
            " WHERE assignment = ? AND student = ? ORDER BY m.submission, id",
            (assignment, student),
        )
        found: dict[int, Marking] = {}
        for number, submission, paper, doubtful, points, possible, notes, rules, at, late in rows:
            found[submission] = Marking(
                number, submission, paper, bool(doubtful), points, possible, json.loads(notes) if notes != "[]" else (),
                rules, dt.datetime.fromisoformat(at) if at else None, bool(late),
            )  # fmt: skip
        return list(found.values())

    def marks(self, marking: int) -> list[tuple[Any, ...]]:
        """question, cell, part, answer, value, expected, carried, verdict, mistake, points, max, note, line."""
        return self.db.execute(
            "SELECT question, cell, part, answer, value, expected, carried, verdict, mistake, points, max, note, line"
            " FROM marks WHERE marking = ? ORDER BY rowid",
            (marking,),
        ).fetchall()
