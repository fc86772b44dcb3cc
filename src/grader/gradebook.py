"""The gradebook: one SQLite file with all that was issued, handed in, run and marked. Rows are only ever added."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from grader import __version__
from grader.errors import CourseError
from grader.roster import Student

SCHEMA_VERSION = 1
TABLES = {
    # what an assignment was issued with: seed, questions, points and tolerances, wording
    "issues": "id INTEGER PRIMARY KEY, assignment TEXT, seed TEXT, definition TEXT, program TEXT, made_at TEXT",
    # a student's paper in an issue
    "papers": "id INTEGER PRIMARY KEY, issue INTEGER, assignment TEXT, student TEXT, name TEXT, email TEXT,"
    " section TEXT, instance TEXT, made_at TEXT",
    # the givens of each question of a paper; template_source is a hash of the template's file
    "variants": "paper INTEGER, question TEXT, template TEXT, template_source TEXT, givens TEXT, tries INTEGER,"
    " PRIMARY KEY (paper, question)",
    # every content that a path ever had, with the content itself (zlib)
    "submissions": "id INTEGER PRIMARY KEY, path TEXT, hash TEXT, modified REAL, content BLOB, seen_at TEXT",
    # a grading: by which program, under which rubrics (JSON: assignment → hash)
    "runs": "id INTEGER PRIMARY KEY, command TEXT, rubrics TEXT, program TEXT, made_at TEXT",
    # what became of each file in a run
    "fates": "run INTEGER, path TEXT, fate TEXT, assignment TEXT, student TEXT, submission INTEGER, message TEXT,"
    " line INTEGER, advice TEXT",
    # one marking of a submission under given rules (rubric, templates, program)
    "markings": "id INTEGER PRIMARY KEY, run INTEGER, submission INTEGER, paper INTEGER, assignment TEXT, student TEXT,"
    " doubtful INTEGER, rubric TEXT, rules TEXT, points REAL, max REAL, notes TEXT",
    "marks": "marking INTEGER, question TEXT, cell TEXT, part TEXT, answer TEXT, value TEXT, expected TEXT,"
    " carried TEXT, verdict TEXT, mistake TEXT, points REAL, max REAL, note TEXT, line INTEGER",
}
INDEXES = (
    "CREATE INDEX papers_by_student ON papers (assignment, student)",
    "CREATE INDEX submissions_by_path ON submissions (path)",
    "CREATE INDEX markings_by_assignment ON markings (assignment, student, submission)",
    "CREATE INDEX markings_by_submission ON markings (submission)",
    "CREATE INDEX marks_by_marking ON marks (marking)",
)

Outcomes = tuple[list[str], list[int], list[tuple[str, str, str, float]], Iterable[tuple[int, int, float]]]


@dataclass(frozen=True)
class Issue:
    id: int
    seed: str
    definition: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Paper:
    """One student's numbers in one issue of an assignment."""

    id: int
    issue: int
    student: Student
    instance: str
    givens: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Submission:
    id: int
    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Marking:
    """A submission's marking; `notes` are what the readers had to say: (message, line, advice)."""

    id: int
    submission: int
    paper: int
    doubtful: bool
    points: float
    max: float
    notes: Sequence[Sequence[Any]]


class Gradebook:
    """An open gradebook. CourseError: the file is no gradebook, is newer than this program, or cannot be written."""

    def __init__(self, path: Path, *, must_exist: bool = False) -> None:
        self.path = path
        if must_exist and not path.exists():
            raise CourseError("nothing was issued here yet: run `grader generate` first")
        try:
            self.db = sqlite3.connect(path, isolation_level=None)
        except sqlite3.Error as error:
            raise CourseError(f"this gradebook cannot be opened: {error}", file=path) from error
        try:
            self._prepare()
        except sqlite3.Error as error:
            self.db.close()
            raise CourseError(f"this gradebook cannot be used: {error}", file=path) from error
        except CourseError:
            self.db.close()
            raise

    def _prepare(self) -> None:
        version = self.db.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise CourseError("this gradebook was made by a later version of grader", file=self.path)
        if version == SCHEMA_VERSION:
            return
        with self.transaction():
            for name, columns in TABLES.items():
                self.db.execute(f"CREATE TABLE {name} ({columns})")
                for event in ("UPDATE", "DELETE"):
                    self.db.execute(
                        f"CREATE TRIGGER {name}_keeps_history_{event} BEFORE {event} ON {name} "
                        "BEGIN SELECT RAISE(ABORT, 'the gradebook only grows'); END"
                    )
            for index in INDEXES:
                self.db.execute(index)
            self.db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def close(self) -> None:
        self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing."""
        try:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self.db.execute("ROLLBACK")
                raise
            self.db.execute("COMMIT")
        except sqlite3.Error as error:
            raise CourseError(f"the gradebook could not be written: {error}", file=self.path) from error

    # What was issued

    def issues(self, assignment: str) -> list[Issue]:
        """The assignment's issues, oldest first."""
        rows = self.db.execute(
            "SELECT id, seed, definition FROM issues WHERE assignment = ? ORDER BY id", (assignment,)
        )
        return [Issue(i, seed, json.loads(definition)) for i, seed, definition in rows]

    def add_issue(self, assignment: str, seed: str, definition: Mapping[str, Any]) -> int:
        row = (assignment, seed, _json(definition), __version__, _now())
        return self._insert("INSERT INTO issues VALUES (NULL, ?, ?, ?, ?, ?)", row)

    def add_paper(
        self,
        issue: int,
        assignment: str,
        student: Student,
        instance: str,
        questions: Iterable[tuple[str, str, str, Mapping[str, Any], int]],
    ) -> None:
        """`questions`: (id, template, hash of the template's file, givens, tries)."""
        row = (issue, assignment, student.id, student.name, student.email, student.section, instance, _now())
        paper = self._insert("INSERT INTO papers VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        self.db.executemany(
            "INSERT INTO variants VALUES (?, ?, ?, ?, ?, ?)",
            [
                (paper, qid, template, source, _json(givens), tries)
                for qid, template, source, givens, tries in questions
            ],
        )

    def papers(self, assignment: str) -> list[Paper]:
        """All papers ever issued for the assignment, oldest first, without their givens (see `filled`)."""
        rows = self.db.execute(
            "SELECT id, issue, student, name, email, section, instance FROM papers WHERE assignment = ? ORDER BY id",
            (assignment,),
        )
        return [
            Paper(i, issue, Student(sid, name, email, section), instance)
            for i, issue, sid, name, email, section, instance in rows
        ]

    def sources(self, issue: int) -> set[tuple[str, str]]:
        """The templates that an issue's papers were made from: (template, hash of its file)."""
        rows = self.db.execute(
            "SELECT DISTINCT template, template_source FROM variants JOIN papers ON papers.id = paper WHERE issue = ?",
            (issue,),
        )
        return set(rows)

    def filled(self, paper: Paper) -> Paper:
        """The paper with its givens. They are read when they are needed: a large class's would fill the memory."""
        return replace(paper, givens=self.givens(paper.id))

    def givens(self, paper: int) -> dict[str, dict[str, Any]]:
        """A paper's givens, question by question."""
        rows = self.db.execute("SELECT question, givens FROM variants WHERE paper = ? ORDER BY rowid", (paper,))
        return {question: json.loads(givens) for question, givens in rows}

    # What came in

    def add_submission(self, path: str, content_hash: str, modified: float, content: bytes) -> int:
        """The submission's number; a path that still has the content it last had keeps its old one."""
        last = self.db.execute(
            "SELECT id, hash FROM submissions WHERE path = ? ORDER BY id DESC LIMIT 1", (path,)
        ).fetchone()
        if last is not None and last[1] == content_hash:
            return int(last[0])
        row = (path, content_hash, modified, zlib.compress(content), _now())
        return self._insert("INSERT INTO submissions VALUES (NULL, ?, ?, ?, ?, ?)", row)

    def submission(self, number: int) -> Submission:
        i, path, content = self.db.execute(
            "SELECT id, path, content FROM submissions WHERE id = ?", (number,)
        ).fetchone()
        return Submission(i, path, zlib.decompress(content))

    # Runs and marks

    def add_run(self, command: str, rubrics: Mapping[str, str]) -> int:
        row = (command, _json(rubrics), __version__, _now())
        return self._insert("INSERT INTO runs VALUES (NULL, ?, ?, ?, ?)", row)

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

    def marked_by(self, submission: int) -> tuple[int, str] | None:
        """The paper and the rules of a submission's newest marking, if there is one."""
        row: tuple[int, str] | None = self.db.execute(
            "SELECT paper, rules FROM markings WHERE submission = ? ORDER BY id DESC LIMIT 1", (submission,)
        ).fetchone()
        return row

    def add_marking(self, row: tuple[Any, ...], marks: Iterable[tuple[Any, ...]]) -> int:
        """`row`: run, submission, paper, assignment, student, doubtful, rubric, rules, points, max, notes."""
        number = self._insert("INSERT INTO markings VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
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

    def outcomes(self, markings: Iterable[int], verdicts: Sequence[str]) -> Iterator[Outcomes]:
        """Marks for statistics, for each set of rules that these markings were made under.

        Yields the students, the number of each one's first mark, what they were asked ((question, part, cell, max), the
        same under one set of rules), and (mark, place in `verdicts`, points) of all marks but right ones with all
        their points: those need not be fetched. A student's marks are numbered one after the other, cell by cell.
        """
        groups: dict[str, list[tuple[int, str]]] = {}
        for rules, number, student in self.db.execute(
            "SELECT rules, id, student FROM markings WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
            (_listed(markings),),
        ).fetchall():
            groups.setdefault(rules, []).append((number, student))
        places = " ".join(f"WHEN '{verdict}' THEN {place}" for place, verdict in enumerate(verdicts))
        for marked in groups.values():
            chosen = (_listed(number for number, _ in marked),)
            asked = self.db.execute(
                "SELECT question, part, cell, max FROM marks WHERE marking = ? ORDER BY rowid", marked[0][:1]
            ).fetchall()
            spans = self.db.execute(
                "SELECT min(rowid), max(rowid) - min(rowid) + 1, count(*) FROM marks"
                " WHERE marking IN (SELECT value FROM json_each(?)) GROUP BY marking ORDER BY marking",
                chosen,
            ).fetchall()
            assert all(span == count == len(asked) for _, span, count in spans), "a marking is written at once"
            stream = self.db.execute(
                f"SELECT rowid, CASE verdict {places} END, points FROM marks"  # noqa: S608 - our own words
                " WHERE marking IN (SELECT value FROM json_each(?)) AND NOT (verdict = 'right' AND points = max)",
                chosen,
            )
            yield [student for _, student in marked], [first for first, _, _ in spans], asked, stream

    def mistakes(self, markings: Iterable[int]) -> list[tuple[str, ...]]:
        """Who made which mistake: (student, question, part, mistake), once a part."""
        rows = self.db.execute(
            "SELECT student, question, part, mistake FROM marks JOIN markings ON markings.id = marking"
            " WHERE marking IN (SELECT value FROM json_each(?)) AND verdict = 'mistake' ORDER BY marking, marks.rowid",
            (_listed(markings),),
        )
        return list(dict.fromkeys(rows))

    def wrong(self, markings: Iterable[int]) -> list[tuple[str, ...]]:
        """Answers that nothing explains: (student, question, part, cell, value, expected, carried)."""
        return self.db.execute(
            "SELECT student, question, part, cell, value, expected, carried"
            " FROM marks JOIN markings ON markings.id = marking"
            " WHERE marking IN (SELECT value FROM json_each(?)) AND verdict = 'wrong' ORDER BY marking, marks.rowid",
            (_listed(markings),),
        ).fetchall()

    def keys(self, markings: Iterable[int]) -> list[tuple[str, ...]]:
        """The right values of parts of one entry: (student, question, cell, expected)."""
        return self.db.execute(
            "SELECT student, question, cell, expected FROM marks JOIN markings ON markings.id = marking"
            " WHERE marking IN (SELECT value FROM json_each(?)) AND cell = part ORDER BY marking, marks.rowid",
            (_listed(markings),),
        ).fetchall()

    def _insert(self, statement: str, row: tuple[Any, ...]) -> int:
        number = self.db.execute(statement, row).lastrowid
        assert number is not None
        return number


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _listed(numbers: Iterable[int]) -> str:
    return json.dumps(list(numbers))


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
