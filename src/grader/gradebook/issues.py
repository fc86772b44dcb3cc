"""What was issued."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from grader import __version__
from grader.gradebook.records import Issue, Paper
from grader.gradebook.store import Store, as_json, now
from grader.roster import Student


class Issues(Store):
    def issues(self, assignment: str) -> list[Issue]:
        """The assignment's issues, oldest first."""
        rows = self.db.execute(
            "SELECT id, seed, definition FROM issues WHERE assignment = ? ORDER BY id", (assignment,)
        )
        return [Issue(i, seed, json.loads(definition)) for i, seed, definition in rows]

    def add_issue(self, assignment: str, seed: str, definition: Mapping[str, Any]) -> int:
        row = (assignment, seed, as_json(definition), __version__, now())
        return self.insert("INSERT INTO issues VALUES (NULL, ?, ?, ?, ?, ?)", row)

    def add_paper(
        self,
        issue: int,
        assignment: str,
        student: Student,
        instance: str,
        questions: Iterable[tuple[str, str, str, Mapping[str, Any], int]],
    ) -> None:
        """`questions`: (id, template, hash of the template's file, givens, tries)."""
        row = (issue, assignment, student.id, student.name, student.email, student.section, instance, now())
        paper = self.insert("INSERT INTO papers VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        self.db.executemany(
            "INSERT INTO variants VALUES (?, ?, ?, ?, ?, ?)",
            [
                (paper, qid, template, source, as_json(givens), tries)
                for qid, template, source, givens, tries in questions
            ],
        )

    def papers(self, assignment: str) -> list[Paper]:
        """All papers ever issued for the assignment, oldest first, without their givens (see `filled`)."""
        return list(self._papers("assignment = ? ORDER BY id", assignment))

    def paper(self, number: int) -> Paper:
        """One paper, without its givens."""
        (found,) = self._papers("id = ?", number)
        return found

    def issue_of(self, paper: int) -> int:
        return int(self.db.execute("SELECT issue FROM papers WHERE id = ?", (paper,)).fetchone()[0])

    def newest_paper(self, assignment: str, student: str) -> Paper | None:
        """The one that counts."""
        return next(self._papers("assignment = ? AND student = ? ORDER BY id DESC LIMIT 1", assignment, student), None)

    def paper_of_code(self, assignment: str, instance: str) -> Paper | None:
        return next(
            self._papers("assignment = ? AND instance = ? ORDER BY id DESC LIMIT 1", assignment, instance), None
        )

    def _papers(self, which: str, *values: object) -> Iterator[Paper]:
        rows = self.db.execute(
            f"SELECT id, issue, student, name, email, section, instance FROM papers WHERE {which}",  # noqa: S608 - ours
            values,
        )
        for i, issue, sid, name, email, section, instance in rows:
            yield Paper(i, issue, Student(sid, name, email, section), instance)

    def was_issued(self, assignment: str) -> bool:
        return (
            self.db.execute("SELECT 1 FROM papers WHERE assignment = ? LIMIT 1", (assignment,)).fetchone() is not None
        )

    def students(self, assignment: str) -> Iterator[Student]:
        """Whom its papers name, the oldest first; somebody with several papers is named as often."""
        return (paper.student for paper in self._papers("assignment = ? ORDER BY id", assignment))

    def people(self) -> Iterator[Student]:
        """Everybody who was ever given a paper."""
        rows = self.db.execute("SELECT student, name, email, section FROM papers GROUP BY student ORDER BY min(id)")
        return (Student(*row) for row in rows)

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
        return {question: json.loads(givens) for question, givens in self.written_givens(paper).items()}

    def written_givens(self, paper: int) -> dict[str, str]:
        """The same as JSON."""
        return dict(self.db.execute("SELECT question, givens FROM variants WHERE paper = ? ORDER BY rowid", (paper,)))
