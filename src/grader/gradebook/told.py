"""What there is to tell of one student, each with when it was recorded."""

from __future__ import annotations

from typing import Any

from grader.gradebook.store import Store

Rows = list[tuple[Any, ...]]


class Told(Store):
    def papers_history(self, assignment: str, student: str) -> Rows:
        """(made_at, issue, instance) of each paper."""
        return self.db.execute(
            "SELECT made_at, issue, instance FROM papers WHERE assignment = ? AND student = ? ORDER BY id",
            (assignment, student),
        ).fetchall()

    def sheets_history(self, assignment: str, student: str) -> Rows:
        """(seen_at, path, submission, problem) of each sheet, and of each file that a person had to look at."""
        sheets = self.db.execute(
            "SELECT DISTINCT seen_at, path, s.id, '' FROM submissions s JOIN markings ON submission = s.id"
            " WHERE assignment = ? AND student = ? ORDER BY s.id",
            (assignment, student),
        ).fetchall()
        files = self.db.execute(
            "SELECT min(made_at), path, NULL, message FROM fates JOIN runs ON runs.id = run"
            " WHERE assignment = ? AND student = ? AND fate = 'attention' AND submission IS NULL"
            " GROUP BY path, message ORDER BY min(fates.rowid)",
            (assignment, student),
        ).fetchall()
        return [*sheets, *files]

    def marks_history(self, assignment: str, student: str) -> Rows:
        """(made_at, command, program, submission, points, max, rules, issue) of each marking."""
        return self.db.execute(
            "SELECT runs.made_at, command, program, submission, points, max, rules, issue FROM markings"
            " JOIN runs ON runs.id = run JOIN papers ON papers.id = paper"
            " WHERE markings.assignment = ? AND markings.student = ? ORDER BY markings.id",
            (assignment, student),
        ).fetchall()

    def decisions(self, assignment: str, student: str) -> Rows:
        """(made_at, marker, file, question, cell, criterion, was, became, comment) of each decision by a person."""
        return self.db.execute(
            "SELECT made_at, marker, file, question, cell, criterion, was, became, comment FROM reviews"
            " WHERE assignment = ? AND student = ? ORDER BY id",
            (assignment, student),
        ).fetchall()
