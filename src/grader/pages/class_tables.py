"""Tables of the class report: mistakes, questions, parts."""

from __future__ import annotations

from collections.abc import Sequence

from grader.analysis import Analysis, Item
from grader.assignment import Assignment, Question
from grader.pages.blocks import Bar, Block, Cell, Heading, Plain, Table
from grader.pages.numbers import decimal, points

MOST_MISTAKES, MOST_NAMED = 12, 6
WIDTHS_MISTAKES = (0.11, 0.45, 0.21, 0.23)
COLUMNS = {
    "right": "right",
    "follows": "right for own value",
    "coarse": "few digits",
    "mistake": "known slip",
    "wrong": "not right",
    "unreadable": "not read",
    "blank": "blank",
}
BY_PEOPLE = {"pending": "not marked yet", "reviewed": "by a person"}
"""Columns that are there only where there is something in them."""


def percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.0%}"


def mistakes(assignment: Assignment, found: Analysis) -> list[Block]:
    blocks: list[Block] = [Heading("Most common mistakes", 2)]
    n = found.totals.n if found.totals else 0
    if not found.mistakes:
        return [*blocks, Plain("No mistake with a name was made.")]
    rows = []
    for made in found.mistakes[:MOST_MISTAKES]:
        question = assignment.question(made.question)
        sentence = " or ".join(_what(question, name) for name in made.mistake.split(";"))
        share = made.students / n
        rows.append(
            (
                made.question,
                sentence[:1].upper() + sentence[1:],
                some([part.name for part in question.asked if part.name in made.parts]),
                Bar(share, f"{made.students} ({share:.0%})"),
            )
        )
    blocks.append(Table(("question", "what one gets", "at", "students"), tuple(rows), "llll", widths=WIDTHS_MISTAKES))
    left = len(found.mistakes) - MOST_MISTAKES
    if left > 0:
        blocks.append(Plain(further(left, "mistake", "more common"), "note"))
    return blocks


def _what(question: Question, name: str) -> str:
    known = question.mistakes.get(name)  # an assignment's own may have another name by now
    return known.what if known else name.replace("_", " ")


def further(left: int, what: str, than: str) -> str:
    """What a table leaves out, where all are.

    >>> further(1, "mistake", "more common"), further(24, "group", "larger")
    ('1 further mistake, not more common, is in analysis.csv.', '24 further groups, none larger, are in analysis.csv.')
    """
    if left == 1:
        return f"1 further {what}, not {than}, is in analysis.csv."
    return f"{left} further {what}s, none {than}, are in analysis.csv."


def some(names: Sequence[str], most: int = MOST_NAMED) -> str:
    """The first few, and how many more.

    >>> some(["a", "b", "c"], 2)
    'a, b and 1 more'
    """
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def question_table(assignment: Assignment, found: Analysis) -> Table:
    header: tuple[Cell, ...] = (
        "question",
        "topic",
        "points",
        "mean",
        "facility",
        "discrimination",
        "all points",
        "no points",
    )
    rows = []
    for item in found.questions:
        question = assignment.question(item.question)
        rows.append(
            (
                item.question,
                question.title or question.template.title,
                _open_or(item, item.max),
                _open_or(item, item.mean),
                _bar(item.facility),
                told(item),
                percent(item.full),
                percent(item.none),
            )
        )
    return Table(header, tuple(rows), "llrrlrrr")


def _open_or(item: Item, value: float) -> str:
    """Points, unless most is still to be marked."""
    return points(value) if item.students else "—"


def _bar(share: float | None) -> Cell:
    return "—" if share is None else Bar(share, percent(share))


def told(item: Item) -> str:
    value = item.discrimination.value
    return "—" if value is None else decimal(value, 2)


def part_table(found: Analysis) -> Table:
    by_people = {verdict: name for verdict, name in BY_PEOPLE.items() if any(i.counts[verdict] for i in found.parts)}
    shown = {**COLUMNS, **by_people}
    rows = tuple(
        (
            f"{item.question} {item.part}",
            str(item.marked),
            _bar(item.facility),
            told(item),
            *(str(item.counts[verdict] or "·") for verdict in shown),
            _open_or(item, item.max),
        )
        for item in found.parts
    )
    header = ("part", "n", "facility", "discrim.", *shown.values(), "points")
    columns = len(shown) + 1
    widths = (0.2, 0.055, 0.15, 0.075, *(0.52 / columns,) * columns)
    return Table(header, rows, "lrlr" + "r" * columns, widths=widths, small=True)
