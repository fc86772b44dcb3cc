"""Marks of many students at once, for statistics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from grader.gradebook.records import Outcomes
from grader.gradebook.store import Store, listed


class Statistics(Store):
    def outcomes(self, markings: Iterable[int], verdicts: Sequence[str]) -> Iterator[Outcomes]:
        """Marks for statistics, for each set of rules that these markings were made under.

        Yields the students, the number of each one's first mark, what they were asked ((question, part, cell, max), the
        same under one set of rules), and (mark, place in `verdicts`, points) of all marks but right ones with all
        their points: those need not be fetched. A student's marks are numbered one after the other, cell by cell.
        """
        groups: dict[str, list[tuple[int, str]]] = {}
        for rules, number, student in self.db.execute(
            "SELECT rules, id, student FROM markings WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
            (listed(markings),),
        ).fetchall():
            groups.setdefault(rules.partition("+")[0], []).append((number, student))  # people's reviews change no max
        places = " ".join(f"WHEN '{verdict}' THEN {place}" for place, verdict in enumerate(verdicts))
        for marked in groups.values():
            chosen = (listed(number for number, _ in marked),)
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
            (listed(markings),),
        )
        return list(dict.fromkeys(rows))

    def wrong(self, markings: Iterable[int]) -> list[tuple[str, ...]]:
        """Answers that nothing explains: (student, question, part, cell, value, expected, carried)."""
        return self.db.execute(
            "SELECT student, question, part, cell, value, expected, carried"
            " FROM marks JOIN markings ON markings.id = marking"
            " WHERE marking IN (SELECT value FROM json_each(?)) AND verdict = 'wrong' ORDER BY marking, marks.rowid",
            (listed(markings),),
        ).fetchall()

    def keys(self, markings: Iterable[int]) -> list[tuple[str, ...]]:
        """The right values of parts of one entry: (student, question, cell, expected)."""
        return self.db.execute(
            "SELECT student, question, cell, expected FROM marks JOIN markings ON markings.id = marking"
            " WHERE marking IN (SELECT value FROM json_each(?)) AND cell = part ORDER BY marking, marks.rowid",
            (listed(markings),),
        ).fetchall()

    def values(self, markings: Iterable[int]) -> list[tuple[str, str, str, str, str, str]]:
        """All answers as they were read: (student, question, cell, value, expected, verdict)."""
        return self.db.execute(
            "SELECT student, question, cell, value, expected, verdict FROM marks JOIN markings ON markings.id = marking"
            " WHERE marking IN (SELECT value FROM json_each(?))",
            (listed(markings),),
        ).fetchall()
