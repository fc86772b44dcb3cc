"""What people decided about answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from grader.gradebook.store import Store, now
from grader.marking import Review

Told = tuple[str, str, str, str, str, str, str]


class Reviews(Store):
    def add_reviews(self, run: int, assignment: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """`rows`: student, Review, marker, file, was, became."""
        made_at = now()
        self.db.executemany(
            "INSERT INTO reviews VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (run, assignment, student, *review[1:], marker, file, was, became, made_at)
                for student, review, marker, file, was, became in rows
            ],
        )

    def reviews(self, assignment: str, student: str) -> list[Review]:
        """What holds now, of every text that the student handed in: the newest word on each."""
        rows = self.db.execute(
            "SELECT id, question, cell, criterion, text, points, max, read_as, comment FROM reviews"
            " WHERE assignment = ? AND student = ? ORDER BY id",
            (assignment, student),
        )
        return list({review.key: review for review in map(Review._make, rows)}.values())

    def review_history(self, assignment: str, student: str, question: str, cell: str, text: str) -> list[Told]:
        """All that was ever decided about an answer: (made_at, marker, file, criterion, was, became, comment)."""
        return self.db.execute(
            "SELECT made_at, marker, file, criterion, was, became, comment FROM reviews WHERE assignment = ?"
            " AND student = ? AND question = ? AND cell = ? AND text = ? ORDER BY id",
            (assignment, student, question, cell, text),
        ).fetchall()
