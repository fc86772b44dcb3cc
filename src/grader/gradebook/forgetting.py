"""Taking a person out of the gradebook: the one exception to its rule that rows are only ever added."""

from __future__ import annotations

import re
import secrets
import sqlite3
import zlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from grader import __version__
from grader.codes import CONSONANTS
from grader.gradebook.schema import TABLES, keep_history, lift_history
from grader.gradebook.store import Store, listed, now

FORGET = "forget "
ERASED = "what was told here was erased"
NOTHING = zlib.compress(b"")


@dataclass(frozen=True)
class Held:
    """What the gradebook holds of a student: assignments with papers, paths of files, how many contents and marks."""

    assignments: tuple[str, ...]
    paths: tuple[str, ...]
    contents: int
    marks: int


class Forgetting(Store):
    def forgotten(self) -> set[str]:
        """The codes of those who were forgotten; they have marks and numbers, and no names, texts or files."""
        rows = self.db.execute("SELECT command FROM runs WHERE command LIKE ?", (f"{FORGET}%",))
        return {command.removeprefix(FORGET) for (command,) in rows}

    def paths(self, assignment: str) -> list[tuple[str, str]]:
        """(student, path) of every file that was told to be a student's, oldest first."""
        return self.db.execute(
            "SELECT student, path FROM fates WHERE assignment = ? AND fate IN ('graded', 'superseded') ORDER BY rowid",
            (assignment,),
        ).fetchall()

    def held(self, student: str) -> Held:
        """What there is of a student, to be told before it is taken away."""
        papers = self.db.execute("SELECT DISTINCT assignment FROM papers WHERE student = ? ORDER BY 1", (student,))
        assignments = tuple(name for (name,) in papers)
        contents = self._contents(student)
        marks = self.db.execute(
            "SELECT count(*) FROM marks JOIN markings ON markings.id = marking WHERE student = ?", (student,)
        ).fetchone()[0]
        return Held(assignments, tuple(self._paths(student, contents)), len(contents), marks)

    def _contents(self, student: str) -> list[int]:
        """Submissions that are this student's alone: a group's sheet stays the others'."""
        rows = self.db.execute(
            "SELECT submission FROM markings WHERE student = ?1 UNION SELECT submission FROM fates"
            " WHERE student = ?1 AND submission IS NOT NULL EXCEPT SELECT submission FROM markings WHERE student <> ?1"
            " ORDER BY 1",
            (student,),
        )
        return [number for (number,) in rows]

    def _paths(self, student: str, contents: list[int]) -> list[str]:
        rows = self.db.execute(
            "SELECT path FROM fates WHERE student = ?1 UNION SELECT path FROM submissions"
            " WHERE id IN (SELECT value FROM json_each(?2))"
            " EXCEPT SELECT path FROM fates WHERE student NOT IN (?1, '') ORDER BY 1",
            (student, listed(contents)),
        )
        return [path for (path,) in rows]

    def forget(self, student: str, called: Iterable[str] = ()) -> str:
        """Put a code in the student's place and take away names, texts and contents, all at once or not at all; points,
        verdicts and numbers stay, so that what is counted stays the same. The code, which nothing leads back from.

        `called`: names and addresses, which may stand in what was said of others.
        """
        letters = "".join(secrets.choice(CONSONANTS) for _ in range(8))
        code = f"forgotten-{letters[:4]}-{letters[4:]}"
        self.db.execute("PRAGMA secure_delete = ON")
        with self.transaction():
            lift_history(self.db)
            self._in_others_words([student, *called], code)
            self._overwrite(student, code)
            keep_history(self.db, TABLES)
            self.insert("INSERT INTO runs VALUES (NULL, ?, ?, ?, ?)", (FORGET + code, "{}", __version__, now()))
        with suppress(sqlite3.OperationalError):  # a busy or full disk: what was overwritten is zeros, and stays so
            self.db.execute("VACUUM")
        return code

    def _overwrite(self, student: str, code: str) -> None:
        contents = self._contents(student)
        for nth, path in enumerate(self._paths(student, contents), start=1):
            for table in ("fates", "submissions"):
                self.db.execute(f"UPDATE {table} SET path = ? WHERE path = ?", (f"{code}/{nth}", path))  # noqa: S608
        self.db.execute(
            "UPDATE submissions SET hash = '', content = ? WHERE id IN (SELECT value FROM json_each(?))",
            (NOTHING, listed(contents)),
        )
        self.db.execute(
            "UPDATE marks SET answer = '', note = '', value = CASE WHEN value GLOB '*[0-9]*' AND value NOT GLOB"
            " '*[^-+.0-9e]*' THEN value ELSE '' END"
            " WHERE marking IN (SELECT id FROM markings WHERE student = ?)",
            (student,),
        )
        self.db.execute("UPDATE markings SET student = ?, notes = '[]' WHERE student = ?", (code, student))
        self.db.execute(
            "UPDATE fates SET student = ?, message = CASE fate WHEN 'attention' THEN ? ELSE '' END, advice = ''"
            " WHERE student = ?",
            (code, ERASED, student),
        )
        self.db.execute("UPDATE reviews SET student = ?, text = '', read_as = '', comment = '', file = '', was = '',"
                        " became = '' WHERE student = ?", (code, student))  # fmt: skip
        self.db.execute(
            "UPDATE papers SET student = ?1, name = '', email = '', section = '', instance = ?1 WHERE student = ?2",
            (code, student),
        )

    def _in_others_words(self, words: list[str], code: str) -> None:
        """Where one of these stands in what was said of somebody else's file or answer."""
        for table, column in (
            ("fates", "message"), ("fates", "advice"), ("markings", "notes"), ("reviews", "comment"), ("marks", "note"),
        ):  # fmt: skip
            by_people = table in ("reviews", "marks")
            # in a comment, and in the note that repeats it, a number is a number and no id
            known = [re.escape(word) for word in words if not (by_people and word.isdecimal())]
            if not known:
                continue
            whole = re.compile(rf"(?<!\w)(?:{'|'.join(known)})(?!\w)", re.IGNORECASE)
            said = self.db.execute(f"SELECT rowid, {column} FROM {table} WHERE {column} <> ''")  # noqa: S608 - our own
            found = [(whole.sub(code, text), row) for row, text in said if whole.search(text)]
            self.db.executemany(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", found)  # noqa: S608 - our own words
