"""The statistics as rows for other programs: one number a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from grader.analysis.clusters import Cluster
from grader.analysis.items import Item
from grader.analysis.reliability import Estimate
from grader.analysis.strata import Split
from grader.analysis.summary import Analysis

ANALYSIS = ("level", "question", "part", "group", "statistic", "value", "n", "note")
CHANCE = "chance of such a difference"
NOTHING = "nothing to get, or most is still to be marked"
Row = tuple[str, str, str, str, str, float | None, int | None, str]


def rows(analysis: Analysis, statuses: Mapping[str, int]) -> Iterator[Row]:
    """(level, question, part, group, statistic, value, n, note): where a value cannot be told the note says why.

    Levels: class, total, question, part, quarter (a part in a quarter of the class), mistake, cluster, stratum.
    """
    everybody = sum(statuses.values())
    for status, count in statuses.items():
        yield ("class", "", "", status, "students", count, everybody, "")
    yield from _totals(analysis)
    for item in analysis.questions:
        yield from _item("question", item)
    for item in analysis.parts:
        yield from _item("part", item)
    for quarter in analysis.quarters:
        for item, facility in zip(analysis.parts, quarter.facilities, strict=True):
            note = "" if facility is not None else NOTHING
            yield ("quarter", item.question, item.part, quarter.name, "facility", facility, quarter.n, note)
    n = analysis.totals.n if analysis.totals else 0
    for made in analysis.mistakes:
        yield ("mistake", made.question, "", made.mistake, "students", made.students, n, " ".join(made.parts))
    among = f"among {analysis.looked_at} of {n} students" if analysis.looked_at < n else ""
    for cluster in analysis.clusters:
        yield from _cluster(cluster, analysis.looked_at, among)
    for split in analysis.splits:
        yield from _split(split, among)


def _cluster(cluster: Cluster, looked_at: int, among: str) -> Iterator[Row]:
    """`looked_at`: of how many students both numbers are; `among` says so where that is not the class."""
    start = ("cluster", cluster.question, " ".join(cluster.cells), cluster.relation)
    who = " ".join(cluster.students)
    yield (*start, "students", len(cluster.students), looked_at, f"{among}: {who}" if among else who)
    yield (*start, "wrong there", cluster.wrong, looked_at, among)


def _split(split: Split, among: str) -> Iterator[Row]:
    """`among`: as for clusters."""
    for stratum in split.strata:
        group = f"{split.feature} = {stratum.value}"
        alone = "" if stratum.n > 1 else "one student only"
        yield ("stratum", split.question, "", group, "facility", stratum.facility, stratum.n, among)
        yield ("stratum", split.question, "", group, "sd", stratum.deviation, stratum.n, _note(alone, among))
    n, note = sum(stratum.n for stratum in split.strata), _note("beyond chance" if split.telling else "", among)
    for name, value in {"largest difference in standard errors": split.z, CHANCE: split.chance}.items():
        yield ("stratum", split.question, "", split.feature, name, value, n, note)


def _note(*words: str) -> str:
    return "; ".join(word for word in words if word)


def _totals(analysis: Analysis) -> Iterator[Row]:
    totals = analysis.totals
    if totals is None:
        return
    low, high = totals.quartiles
    deviation = Estimate(totals.deviation, totals.n, "" if totals.n > 1 else "one student only")
    plain = {"mean": totals.mean, "median": totals.median, "lower quartile": low, "upper quartile": high}
    for name, value in {**plain, "possible": analysis.possible}.items():
        yield ("total", "", "", "", name, value, totals.n, "")
    estimates = {"sd": deviation, "alpha": analysis.reliability.alpha, "standard error": analysis.reliability.error}
    for name, estimate in estimates.items():
        yield ("total", "", "", "", name, estimate.value, estimate.n, estimate.reason)
    for start, end, count in zip(totals.edges, totals.edges[1:], totals.counts, strict=False):
        yield ("total", "", "", f"{start:g} to {end:g}", "students", count, totals.n, "")


def _item(level: str, item: Item) -> Iterator[Row]:
    def row(statistic: str, value: float | None, n: int, note: str = "") -> Row:
        return (level, item.question, item.part, "", statistic, value, n, note)

    nothing = "" if item.facility is not None else NOTHING
    for name in ("mean", "max"):
        yield row(name, getattr(item, name) if item.students else None, item.students, "" if item.students else NOTHING)
    for name in ("facility", "full", "none"):
        yield row(name, getattr(item, name), item.students, nothing)
    told = item.discrimination
    yield row("discrimination", told.value, told.n, told.reason)
    for verdict, count in item.counts.items():
        yield row(verdict, count, item.n)
