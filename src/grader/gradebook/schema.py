"""The gradebook's tables, and how a file of an earlier version gets those that it lacks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

SCHEMA_VERSION = 4
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
    # what people decided about an answer or one criterion of it: points of max, what it reads, a comment;
    # `text` is the answer's fingerprint, `was` and `became` say in words what changed. A later row stands
    "reviews": "id INTEGER PRIMARY KEY, run INTEGER, assignment TEXT, student TEXT, question TEXT, cell TEXT,"
    " criterion TEXT, text TEXT, points REAL, max REAL, read_as TEXT, comment TEXT, marker TEXT, file TEXT,"
    " was TEXT, became TEXT, made_at TEXT",
    # when a submission was handed in ("" where it is not told; without an offset: by the course's clock), and
    # whether it was called late. A later row stands
    "arrivals": "submission INTEGER, run INTEGER, at TEXT, late INTEGER",
    # what the rules of markings were: the rubric, the templates (JSON: name → hash of its file), the program
    "rules": "rules TEXT, assignment TEXT, rubric TEXT, templates TEXT, program TEXT, made_at TEXT,"
    " PRIMARY KEY (assignment, rules)",
}
INDEXES = (
    "CREATE INDEX IF NOT EXISTS papers_by_student ON papers (assignment, student)",
    "CREATE INDEX IF NOT EXISTS papers_by_instance ON papers (assignment, instance)",
    "CREATE INDEX IF NOT EXISTS fates_by_path ON fates (path)",
    "CREATE INDEX IF NOT EXISTS submissions_by_path ON submissions (path)",
    "CREATE INDEX IF NOT EXISTS markings_by_assignment ON markings (assignment, student, submission)",
    "CREATE INDEX IF NOT EXISTS markings_by_submission ON markings (submission)",
    "CREATE INDEX IF NOT EXISTS marks_by_marking ON marks (marking)",
    "CREATE INDEX IF NOT EXISTS reviews_by_student ON reviews (assignment, student)",
    "CREATE INDEX IF NOT EXISTS arrivals_by_submission ON arrivals (submission)",
)
SINCE = {"reviews": 2, "arrivals": 3, "rules": 3}
"""The tables that an earlier version did not have, and the version that brought them."""


def known_as(db: sqlite3.Connection, version: int) -> bool:
    """Does the file hold the tables that this version of a gradebook has? 0 has none at all."""
    held = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return {name for name in TABLES if SINCE.get(name, 1) <= version} <= held and (version > 0 or not held)


def create(db: sqlite3.Connection, version: int) -> None:
    """Make the tables that a file of this version does not have; 0 has none."""
    made = [name for name in TABLES if version < SINCE.get(name, 1)]
    for name in made:
        db.execute(f"CREATE TABLE {name} ({TABLES[name]})")
    keep_history(db, made)
    for index in INDEXES:
        db.execute(index)
    db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def keep_history(db: sqlite3.Connection, tables: Iterable[str]) -> None:
    """From now on rows of these tables can be added, and neither changed nor deleted."""
    for name in tables:
        for event in ("UPDATE", "DELETE"):
            db.execute(
                f"CREATE TRIGGER {name}_keeps_history_{event} BEFORE {event} ON {name} "
                "BEGIN SELECT RAISE(ABORT, 'the gradebook only grows'); END"
            )


def lift_history(db: sqlite3.Connection) -> None:
    """Until `keep_history`, in the same transaction: only a person who is to be forgotten is a reason."""
    for name in TABLES:
        for event in ("UPDATE", "DELETE"):
            db.execute(f"DROP TRIGGER {name}_keeps_history_{event}")


def copied(path: Path, version: int) -> Path:
    """A copy of the file as it stands, beside it: gradebook.db.v1.bak. A half-made one never has that name."""
    backup = path.with_name(f"{path.name}.v{version}.bak")
    half = backup.with_name(f".{backup.name}.part")
    half.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(half)) as target:
        source.backup(target)
    return half.replace(backup)
