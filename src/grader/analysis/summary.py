"""All statistics of one assignment, each computed once; pages and files tell the same ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from grader.analysis.clusters import Cluster, clusters
from grader.analysis.items import CommonMistake, Item, common_mistakes, parts, questions
from grader.analysis.reliability import Reliability, reliability
from grader.analysis.results import Block, collect
from grader.analysis.strata import Split, splits
from grader.analysis.totals import Quarter, Totals, by_quarter, totals
from grader.marking import UNDECIDED


@dataclass(frozen=True)
class Analysis:
    """`quarters` have a facility for each of `parts`, in their order.

    `looked_at`: how many students the clusters and splits were looked for among.
    """

    totals: Totals | None
    possible: float
    reliability: Reliability
    questions: Sequence[Item]
    parts: Sequence[Item]
    quarters: Sequence[Quarter]
    mistakes: Sequence[CommonMistake]
    clusters: Sequence[Cluster]
    splits: Sequence[Split]
    looked_at: int

    @property
    def open(self) -> int:
        """Answers that wait for a person: to be marked, or to be read."""
        return sum(item.counts[verdict] for item in self.parts for verdict in UNDECIDED)


def analyse(
    blocks: Iterable[Block],
    possible: float,
    made: Iterable[tuple[str, ...]] = (),
    wrong: Sequence[tuple[str, ...]] = (),
    keys: Sequence[tuple[str, ...]] = (),
    kinds: Mapping[str, Mapping[str, Mapping[str, str]]] | None = None,
    looked_at: int | None = None,
) -> Analysis:
    """`made`: see `common_mistakes`; `wrong`, `keys`: see `clusters`; `kinds`: see `splits`.

    `looked_at`: of how many students `wrong`, `keys` and `kinds` are, if not of all.
    """
    results = collect(blocks)
    return Analysis(
        totals=totals(results.totals.tolist(), possible),
        possible=possible,
        reliability=reliability(results.by_question),
        questions=questions(results),
        parts=parts(results),
        quarters=by_quarter(results),
        mistakes=common_mistakes(made),
        clusters=clusters(wrong, keys),
        splits=splits(kinds or {}, results),
        looked_at=len(results.students) if looked_at is None else looked_at,
    )
