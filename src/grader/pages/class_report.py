"""The class report: for the instructor, what came in, how it went, and what to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.analysis import Analysis, Item, Totals
from grader.assignment import Assignment
from grader.pages.blocks import (
    Beside,
    Block,
    Document,
    Facts,
    Heading,
    HeatMap,
    Histogram,
    Plain,
    Scatter,
    Stats,
    Table,
)  # fmt: skip
from grader.pages.class_findings import agreeing, strata
from grader.pages.class_flags import EASY, HARD, WEAK, flagged, judged, to_look_at
from grader.pages.class_tables import mistakes, part_table, question_table
from grader.pages.numbers import decimal, points

LEAST_DOTS = 3
MOST_ATTENTION = 60
DIFFERENT = 1.96 * 2**0.5
"""Of 100 differences of two totals that mean nothing, 95 are within so many standard errors of measurement."""


@dataclass(frozen=True)
class Attention:
    """A row of attention.csv."""

    path: str
    student: str
    problem: str
    line: str
    advice: str


@dataclass(frozen=True)
class ClassFigures:
    """Everything that the report shows, as numbers. `statuses`: how many students are in each."""

    statuses: Mapping[str, int]
    analysis: Analysis
    attention: Sequence[Attention]
    deducted: int = 0
    """So many students lose points for lateness, which the statistics leave out."""


def class_report(assignment: Assignment, figures: ClassFigures) -> Document:
    found, totals = figures.analysis, figures.analysis.totals
    blocks: list[Block] = [_came_in(figures.statuses)]
    if totals is None:
        blocks.append(Plain("Nothing has been graded yet."))
    else:
        blocks = [
            _cards(figures.statuses, totals, found),
            *blocks,
            *_to_mark(found),
            *_late(figures.deducted),
            *_charts(totals, found),
        ]
        blocks += _heat(found)
        blocks += mistakes(assignment, found)
        blocks += [Heading("Questions", 2), question_table(assignment, found), *_trust(totals, found)]
        blocks += to_look_at(found)
        blocks += agreeing(found)
        blocks += strata(found)
        blocks += _looked_at(totals, found)
        blocks += [Heading("Parts", 2), part_table(found), *_notes(found)]
    blocks += _attention(figures.attention)
    return Document(
        title=assignment.title,
        subtitle="Class report",
        blocks=tuple(blocks),
        kicker=assignment.course,
        running=f"{assignment.title}, class report",
        footer="For the instructor. The same numbers are in analysis.csv.",
    )


def _looked_at(totals: Totals, found: Analysis) -> Iterator[Block]:
    if found.looked_at < totals.n and (found.clusters or found.splits):
        text = f"Agreeing wrong answers and harder numbers were looked for among {found.looked_at} of the students."
        yield Plain(text, "note")


def _came_in(statuses: Mapping[str, int]) -> Facts:
    words = {
        "graded": "graded",
        "needs review": "graded, to be looked at",
        "missing": "no sheet came in",
        "attention": "no file came in that counts",
    }
    return Facts(tuple((words.get(status, status), str(count)) for status, count in statuses.items()))


def _to_mark(found: Analysis) -> Iterator[Block]:
    if not found.open:
        return
    many, whose = (f"{found.open} answers are", "their") if found.open > 1 else ("One answer is", "its")
    unread = sum(item.counts["unreadable"] for item in found.parts)
    could = f" ({unread} of them could not be read)" if unread else ""
    yield Plain(f"{many} still to be marked by a person{could}; the totals are so far without {whose} points.", "note")


def _late(count: int) -> Iterator[Block]:
    if count:
        who = f"{count} students lose" if count > 1 else "One student loses"
        yield Plain(f"{who} points for lateness; all numbers here are of the points before that.", "note")


def _cards(statuses: Mapping[str, int], totals: Totals, found: Analysis) -> Stats:
    low, high = totals.quartiles
    alpha = found.reliability.alpha
    share = f", {totals.mean / found.possible:.0%}" if found.possible else ""
    reached = " so far" if found.open else share
    flags = len(flagged(found))
    telling = flags or judged(found)
    return Stats(
        (
            ("Submissions", str(totals.n), f"of {sum(statuses.values()) - statuses.get('excused', 0)} students"),
            ("Mean", points1(totals.mean), f"of {points(found.possible)}{reached}"),
            ("Median", points1(totals.median), f"middle half {_short(low)}–{_short(high)}"),
            ("Std. deviation", "—" if totals.deviation is None else points1(totals.deviation), "points"),
            ("Reliability", "—" if alpha.value is None else decimal(alpha.value, 2), f"alpha, n = {alpha.n}"),
            (
                "Flagged parts",
                str(flags) if telling else "—",
                f"of {len(found.parts)}" if telling else "too few students",
            ),
        )
    )


def points1(value: float) -> str:
    """Points on cards: one decimal is all that a mean can bear.

    >>> points1(28.06), points1(30.0)
    ('28.1', '30.0')
    """
    return decimal(value, 1)


def _short(value: float) -> str:
    return decimal(value, 1 if abs(value) < 99.95 else 0)


def _charts(totals: Totals, found: Analysis) -> Iterator[Block]:
    width = totals.edges[1] - totals.edges[0]
    chart = Histogram(
        totals.edges,
        totals.counts,
        totals.mean,
        totals.median,
        title="Distribution of the totals",
        x_label=f"points of {points(found.possible)}, in steps of {points(width)}",
        y_label="students",
    )
    scatter = _scatter(found)
    yield Beside((chart,), (scatter,), 0.5) if scatter else chart


def _scatter(found: Analysis) -> Scatter | None:
    """A dot a part, by its bare name where only one question has it; None where too few can be told."""
    count = Counter(item.part for item in found.parts)
    names = {
        (item.question, item.part): item.part if count[item.part] == 1 else f"{item.question} {item.part}"
        for item in found.parts
    }
    dots = tuple(
        (names[item.question, item.part], item.facility, told)
        for item in found.parts
        if item.facility is not None and (told := item.discrimination.value) is not None
    )
    if len(dots) < LEAST_DOTS:
        return None
    return Scatter(
        dots,
        title="Difficulty and discrimination",
        x_label="facility: mean share of the points",
        y_label="discrimination",
        low=WEAK,
        healthy=(HARD, EASY),
        stressed=tuple(names[name] for name in flagged(found)),
    )


def _heat(found: Analysis) -> Iterator[Block]:
    groups: dict[str, list[str]] = {}
    for item in found.parts:
        groups.setdefault(item.question, []).append(item.part)
    whole = len(found.quarters) == 1
    yield HeatMap(
        tuple((question, tuple(names)) for question, names in groups.items()),
        tuple((f"{quarter.name} ({quarter.n})", quarter.facilities) for quarter in found.quarters),
        title="Mean share of the points by part" + ("" if whole else " and quarter of the class"),
        note="mean % of the points",
    )
    if not whole:
        yield Plain("Quarters are formed by total points; equal totals stay together.", "note")


def _trust(totals: Totals, found: Analysis) -> Iterator[Block]:
    """What reliability and standard error mean for a student's total."""
    measured, alpha, error = found.reliability, found.reliability.alpha, found.reliability.error
    if alpha.value is None:
        yield Plain(f"Reliability cannot be told: {alpha.reason}.", "note")
        return
    over = f"over {measured.questions} questions and {alpha.n} students"
    if error.value is None:
        yield Plain(f"Cronbach’s {error.reason} ({over} it is {decimal(alpha.value, 2)}).", "note")
        return
    least = "about none" if alpha.value < 0.005 else f"at least about {alpha.value:.0%}"
    meaning = (
        f"Cronbach’s alpha {over} is {decimal(alpha.value, 2)}: {least} of the variance of the totals is what the "
        f"questions have in common. The standard error of measurement is {points1(error.value)} points: about two of "
        "three totals are within that of what the student would get on average over many such papers. Two totals less "
        f"than {points1(DIFFERENT * error.value)} points apart may differ by chance alone."
    )
    few = "" if totals.n >= 50 else f" From {totals.n} students these are rough."
    yield Plain(meaning + few, "note")


def _notes(found: Analysis) -> Iterator[Block]:
    yield Plain(
        "n counts entries that are marked: the cells of a part times the students. Facility is the share of the points "
        "that the class got. Discrimination is the corrected item-total correlation: a question’s points against the "
        "rest of the total; a part’s points against the total without its whole question, since parts of one chain "
        "depend on each other. What a person has yet to mark is left out, and a part of which that is most cannot be "
        "told yet; what could not be read counts as no points until it is settled.",
        "note",
    )
    reasons: dict[str, list[Item]] = {}
    for item in [*found.questions, *found.parts]:
        if item.discrimination.value is None:
            reasons.setdefault(item.discrimination.reason, []).append(item)
    for reason, items in reasons.items():
        yield Plain(f"— stands for a discrimination that cannot be told ({len(items)} times): {reason}.", "note")


def _attention(rows: Sequence[Attention]) -> list[Block]:
    if not rows:
        return []
    header = ("file", "student", "what is wrong", "line", "what to do")
    cells = tuple((row.path, row.student, row.problem, row.line, row.advice) for row in rows[:MOST_ATTENTION])
    table = Table(header, cells, "lllrl", widths=(0.22, 0.12, 0.32, 0.06, 0.28), small=True)
    left = len(rows) - MOST_ATTENTION
    more = [Plain(f"{left} more are in attention.csv.", "note")] if left > 0 else []
    return [Heading("Needs a person", 2), table, *more]
