"""A gradebook as version 1 made it, with one row in every table."""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

TABLES = {
    "issues": "id INTEGER PRIMARY KEY, assignment TEXT, seed TEXT, definition TEXT, program TEXT, made_at TEXT",
    "papers": "id INTEGER PRIMARY KEY, issue INTEGER, assignment TEXT, student TEXT, name TEXT, email TEXT,"
    " section TEXT, instance TEXT, made_at TEXT",
    "variants": "paper INTEGER, question TEXT, template TEXT, template_source TEXT, givens TEXT, tries INTEGER,"
    " PRIMARY KEY (paper, question)",
    "submissions": "id INTEGER PRIMARY KEY, path TEXT, hash TEXT, modified REAL, content BLOB, seen_at TEXT",
    "runs": "id INTEGER PRIMARY KEY, command TEXT, rubrics TEXT, program TEXT, made_at TEXT",
    "fates": "run INTEGER, path TEXT, fate TEXT, assignment TEXT, student TEXT, submission INTEGER, message TEXT,"
    " line INTEGER, advice TEXT",
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
ROWS = {
    "issues": (1, "hw4", "seed", '{"questions": []}', "0.1.0", "2026-01-01"),
    "papers": (1, 1, "hw4", "s1", "Ada", "", "A", "K7Q2-9FXM", "2026-01-01"),
    "variants": (1, "lstm", "lstm_forward", "abc", '{"x": [0.1]}', 3),
    "submissions": (1, "submissions/s1.csv", "hash", 12.5, zlib.compress(b"content"), "2026-01-02"),
    "runs": (1, "grade", "{}", "0.1.0", "2026-01-02"),
    "fates": (1, "submissions/s1.csv", "graded", "hw4", "s1", 1, "", None, ""),
    "markings": (1, 1, 1, 1, "hw4", "s1", 0, "rubric", "rules", 8.0, 10.0, "[]"),
    "marks": (1, "lstm", "f_1", "f_1", "0.85", "0.85", "0.852", "", "right", "", 8.0, 10.0, "", 5),
}


def make(path: Path) -> Path:
    with closing(sqlite3.connect(path)) as db, db:
        for name, columns in TABLES.items():
            db.execute(f"CREATE TABLE {name} ({columns})")
            for event in ("UPDATE", "DELETE"):
                db.execute(
                    f"CREATE TRIGGER {name}_keeps_history_{event} BEFORE {event} ON {name} "
                    "BEGIN SELECT RAISE(ABORT, 'the gradebook only grows'); END"
                )
            db.execute(f"INSERT INTO {name} VALUES ({','.join('?' * len(ROWS[name]))})", ROWS[name])
        for index in INDEXES:
            db.execute(index)
        db.execute("PRAGMA user_version = 1")
    return path


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as db:
        return {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in TABLES}


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])


def schema(path: Path) -> list[tuple[str, ...]]:
    """Everything that the file defines: tables, their triggers, indexes."""
    with closing(sqlite3.connect(path)) as db:
        return sorted(db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall())
