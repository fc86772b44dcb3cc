"""The students' lines of a report, and what is counted of them."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean

from grader.gradebook import Marking
from grader.jobs.attempts import Attempt
from grader.roster import Student
from grader.scratch import Kept


@dataclass(slots=True)
class Row:
    """A student's line in the gradebook; without a graded sheet that counts `attempt` is None."""

    student: Student
    status: str
    max: float
    attempt: Attempt | None = None
    open: int = 0
    """Answers that wait for a person."""

    @property
    def marking(self) -> Marking | None:
        return self.attempt.marking if self.attempt else None


class Rows(Kept[Row]):
    """Everybody's line. `open`: answers that wait for a person; `deducted`: students who lose points for lateness;
    `markings`: the numbers of those that count.
    """

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self.statuses: Counter[str] = Counter()
        self.open = self.deducted = 0
        self.markings, self._most = array("q"), array("d")
        super().__init__()
        self.scratch.ask("CREATE TABLE graded (student TEXT, nth INTEGER)")
        for row in rows:
            self.append(row)

    def append(self, item: Row) -> None:
        super().append(item)
        self.statuses[item.status] += 1
        self.open += item.open
        if item.attempt is not None:
            self.deducted += item.attempt.deduction > 0
            self.markings.append(item.attempt.marking.id)
            self._most.append(item.max)
            self.scratch.ask("INSERT INTO graded VALUES (?, ?)", item.student.id, len(self) - 1)

    @property
    def possible(self) -> float | None:
        """What could be had on average by those with a sheet that counts."""
        return round(fmean(self._most), 6) if self._most else None

    def by_student(self) -> array[int]:
        """The places of those with a sheet that counts, in the order of their ids."""
        return array("q", (nth for (nth,) in self.scratch.ask("SELECT nth FROM graded ORDER BY student")))
