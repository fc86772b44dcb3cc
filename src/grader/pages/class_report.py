"""The class report: for the instructor, what came in, how it went, and what to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.analysis import CommonMistake, Item, Totals
from grader.assignment import Assignment
from grader.pages.blocks import Bars, Block, Cell, Document, Heading, Histogram, Plain, Stats, Table
from grader.pages.wording import points

MOST_MISTAKES = 15
HARD, EASY = 0.2, 0.9


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
    """Everything that the report shows, as numbers."""

    statuses: Mapping[str, int]
    totals: Totals | None
    possible: float
    questions: Sequence[Item]
    parts: Sequence[Item]
    mistakes: Sequence[CommonMistake]
    attention: Sequence[Attention]


def class_report(assignment: Assignment, figures: ClassFigures) -> Document:
    blocks: list[Block] = [_cards(figures)]
    if figures.totals is not None:
        blocks.append(_distribution(figures.totals, figures.possible))
        blocks += _mistakes(assignment, figures)
        blocks.append(Heading("Questions", 2))
        blocks.append(_table(figures.questions, by_question=True))
        blocks.append(Heading("Parts", 2))
        blocks.append(_table(figures.parts, by_question=False))
        blocks.append(
            Plain(
                "n counts entries: the cells of a part times the students. Facility is the share of the points that "
                "the class got. 'Follows' are right answers for the student's own earlier value.",
                "note",
            )
        )
        blocks += _to_look_at(figures.parts)
    else:
        blocks.append(Plain("Nothing has been graded yet."))
    blocks += _attention(figures.attention)
    return Document(
        title=assignment.title,
        subtitle="Class report",
        blocks=tuple(blocks),
        kicker=assignment.course,
        running=f"{assignment.title}, class report",
        footer="For the instructor.",
    )


def _cards(figures: ClassFigures) -> Stats:
    statuses, totals = figures.statuses, figures.totals
    cards = [
        ("Graded", str(statuses.get("graded", 0)), f"of {sum(statuses.values())} students"),
        ("Missing", str(statuses.get("missing", 0)), "no sheet came in"),
        ("Needs review", str(statuses.get("needs review", 0)), "a cell is unread"),
        ("Attention", str(statuses.get("attention", 0)), "a file is unread"),
    ]
    if totals is not None:
        spread = f"sd {points(totals.deviation)}" if totals.deviation is not None else "one sheet only"
        cards.append(("Mean", points(totals.mean), f"of {points(figures.possible)} points"))
        cards.append(("Median", points(totals.median), spread))
    return Stats(tuple(cards))


def _distribution(totals: Totals, possible: float) -> Histogram:
    return Histogram(
        totals.edges,
        totals.counts,
        totals.mean,
        totals.median,
        title="Distribution of the totals",
        x_label=f"points of {points(possible)}",
        y_label="students",
    )


def _mistakes(assignment: Assignment, figures: ClassFigures) -> list[Block]:
    blocks: list[Block] = [Heading("Most common mistakes", 2)]
    if not figures.mistakes:
        return [*blocks, Plain("No mistake with a name was made.")]
    n = figures.totals.n if figures.totals else 0
    shown = figures.mistakes[:MOST_MISTAKES]
    items = tuple(
        (
            f"{made.question}: {made.mistake}",
            float(made.students),
            f"{made.students} ({made.students / n:.0%})",
        )
        for made in shown
    )
    blocks.append(Bars(items, "Students who made it", full=float(n)))
    rows = tuple(
        (
            f"{made.question}: {made.mistake}",
            assignment.question(made.question).template.mistakes[made.mistake].sentence,
            ", ".join(made.parts[:6]) + (" …" if len(made.parts) > 6 else ""),
        )
        for made in shown
    )
    blocks.append(Table(("mistake", "its value is", "at"), rows, "lll", widths=(0.34, 0.42, 0.24), small=True))
    if len(figures.mistakes) > MOST_MISTAKES:
        blocks.append(Plain(f"{len(figures.mistakes) - MOST_MISTAKES} further ones were made less often.", "note"))
    return blocks


def _table(items: Sequence[Item], *, by_question: bool) -> Table:
    columns = ("blank", "unreadable", "right", "follows", "coarse", "mistake", "wrong")
    header: tuple[Cell, ...] = ("question", "n", *columns, "mean", "of", "facility")
    if not by_question:
        header = ("question", "part", *header[1:])
    rows = []
    for item in items:
        names: tuple[Cell, ...] = (item.question,) if by_question else (item.question, item.part)
        facility = "—" if item.facility is None else f"{item.facility:.0%}"
        counts = tuple(str(item.counts[column]) for column in columns)
        rows.append((*names, str(item.n), *counts, points(item.mean), points(item.max), facility))
    return Table(header, tuple(rows), "l" * (1 if by_question else 2) + "r" * (len(columns) + 4), small=True)


def _to_look_at(parts: Sequence[Item]) -> list[Block]:
    """Parts that were too hard, too easy, or often unreadable."""
    sentences = []
    for item in parts:
        name = f"{item.question} {item.part}"
        if item.facility is not None and item.facility < HARD:
            sentences.append(f"{name}: the class got only {item.facility:.0%} of the points.")
        if item.facility is not None and item.facility > EASY:
            sentences.append(
                f"{name}: nearly everybody got it ({item.facility:.0%}), so it tells students apart very little."
            )
        if item.counts["unreadable"] > item.n / 10:
            sentences.append(f"{name}: {item.counts['unreadable']} of {item.n} entries could not be read.")
    return [Heading("Parts to look at", 2), *(Plain(s, "small") for s in sentences)] if sentences else []


def _attention(rows: Sequence[Attention]) -> list[Block]:
    if not rows:
        return []
    header = ("file", "student", "what is wrong", "line", "what to do")
    cells = tuple((row.path, row.student, row.problem, row.line, row.advice) for row in rows)
    table = Table(header, cells, "lllrl", widths=(0.22, 0.12, 0.32, 0.06, 0.28), small=True)
    return [Heading("Needs a person", 2), table]
