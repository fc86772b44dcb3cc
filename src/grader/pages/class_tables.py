"""Tables of the class report: mistakes, questions, parts, and what to look at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from grader.analysis import Analysis, Item
from grader.assignment import Assignment
from grader.pages.blocks import Bar, Block, Cell, Heading, Plain, Table
from grader.pages.wording import points

HARD, EASY, WEAK, UNREAD = 0.2, 0.9, 0.2, 0.1
MOST_MISTAKES, MOST_NAMED = 12, 6
WIDTHS_MISTAKES = (0.11, 0.45, 0.21, 0.23)
Name = tuple[str, str]
COLUMNS = {
    "right": "right",
    "follows": "right for own value",
    "coarse": "few digits",
    "mistake": "known slip",
    "wrong": "not right",
    "unreadable": "not read",
    "blank": "blank",
}


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
        sentence = question.template.mistakes[made.mistake].what
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
                points(item.max),
                points(item.mean),
                _bar(item.facility),
                _told(item),
                percent(item.full),
                percent(item.none),
            )
        )
    return Table(header, tuple(rows), "llrrlrrr")


def _bar(share: float | None) -> Cell:
    return "—" if share is None else Bar(share, percent(share))


def _told(item: Item) -> str:
    value = item.discrimination.value
    return "—" if value is None else f"{value:.2f}"


def part_table(found: Analysis) -> Table:
    shown = {verdict: name for verdict, name in COLUMNS.items() if verdict != "pending"}
    if any(item.counts["pending"] for item in found.parts):
        shown["pending"] = "not marked yet"
    rows = tuple(
        (
            f"{item.question} {item.part}",
            str(item.n),
            _bar(item.facility),
            _told(item),
            *(str(item.counts[verdict] or "·") for verdict in shown),
            points(item.max),
        )
        for item in found.parts
    )
    header = ("part", "n", "facility", "discrim.", *shown.values(), "points")
    columns = len(shown) + 1
    widths = (0.2, 0.055, 0.15, 0.075, *(0.52 / columns,) * columns)
    return Table(header, rows, "lrlr" + "r" * columns, widths=widths, small=True)


def _names(items: Iterable[Item]) -> list[Name]:
    return [(item.question, item.part) for item in items]


def too_easy(found: Analysis) -> list[Item]:
    return [item for item in found.parts if item.facility is not None and item.facility > EASY]


def _too_hard(found: Analysis) -> list[Item]:
    return [i for i in found.parts if i.facility is not None and i.facility < HARD and not i.nobody_got_it]


def _weak(found: Analysis) -> list[Item]:
    """Parts that nearly everybody got cannot separate, and are told once, as easy."""
    easy = _names(too_easy(found))
    return [
        item
        for item in found.parts
        if item.discrimination.value is not None
        and item.discrimination.value < WEAK
        and (item.question, item.part) not in easy
    ]


def _unread(found: Analysis) -> list[Item]:
    return [item for item in found.parts if item.counts["unreadable"] > UNREAD * item.n]


def flagged(found: Analysis) -> list[Name]:
    """Parts that are worth a look, in the order asked: all that is listed but the easy ones."""
    nobody = [item for item in found.parts if item.nobody_got_it]
    names = {name for items in (nobody, _too_hard(found), _weak(found), _unread(found)) for name in _names(items)}
    names |= {(cluster.question, cluster.part) for cluster in found.clusters}
    return [name for name in _names(found.parts) if name in names]


def to_look_at(found: Analysis) -> list[Block]:
    """One row a reason, with all parts that it holds for."""
    rows = [
        (
            "Nobody got it right: check the key",
            _listed((item, f"{item.wrote} tried") for item in found.parts if item.nobody_got_it),
        ),
        (f"Hard: under {HARD:.0%} of the points", _listed((i, percent(i.facility)) for i in _too_hard(found))),
        (f"Does not separate: discrimination under {WEAK}", _listed((i, _told(i)) for i in _weak(found))),
        (
            f"Badly read: over {UNREAD:.0%} of the entries",
            _listed((i, f"{i.counts['unreadable']} of {i.n}") for i in _unread(found)),
        ),
        (
            f"Easy: over {EASY:.0%} of the points, so they tell students apart very little",
            _listed((item, "") for item in too_easy(found)),
        ),
    ]
    rows = [row for row in rows if row[1]]
    heading = Heading("Parts to look at", 2)
    if not rows:
        return [heading, Plain("No part stands out.")]
    return [heading, Table(("why", "parts"), tuple(rows), "ll", widths=(0.32, 0.68), small=True)]


def _listed(items: Iterable[tuple[Item, str]]) -> str:
    """The parts question by question, each with its number.

    "lstm: f_1 (12%), c_2 (9%); boxes: iou_1 (17%)"
    """
    questions: dict[str, list[str]] = {}
    for item, said in items:
        questions.setdefault(item.question, []).append(f"{item.part} ({said})" if said else item.part)
    return "; ".join(f"{question}: {', '.join(names)}" for question, names in questions.items())
