"""Which parts of an assignment are worth a look, decided once for the card, the dots and the table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from grader.analysis import Analysis, Item
from grader.analysis.reliability import LEAST
from grader.pages.blocks import Block, Heading, Plain, Table
from grader.pages.class_tables import percent, told

HARD, EASY, WEAK, UNREAD = 0.2, 0.9, 0.2, 0.1
Name = tuple[str, str]
Flag = tuple[str, Sequence[tuple[Item, str]]]
"""Why, and the parts that it holds for, each with its number."""


def flags(found: Analysis) -> list[Flag]:
    """Every reason that holds for some part. Easy parts are none: they may be meant so, and cannot separate."""
    sure = judged(found)
    hard = [i for i in sure if i.facility is not None and i.facility < HARD and not i.nobody_got_it]
    weak = [i for i in sure if i.discrimination.value is not None and i.discrimination.value < WEAK and not _easy(i)]
    unread = [item for item in sure if item.counts["unreadable"] > UNREAD * item.n]
    all_flags: list[Flag] = [
        (
            "Nobody got it right: check the key",
            [(item, f"{item.wrote} tried") for item in found.parts if item.nobody_got_it],
        ),
        (f"Hard: under {HARD:.0%} of the points", [(item, percent(item.facility)) for item in hard]),
        (f"Does not separate: discrimination under {WEAK}", [(item, told(item)) for item in weak]),
        (
            f"Badly read: over {UNREAD:.0%} of the entries",
            [(item, f"{item.counts['unreadable']} of {item.n}") for item in unread],
        ),
        ("Wrong answers agree, and no named mistake explains them", _alike(found)),
    ]
    return [flag for flag in all_flags if flag[1]]


def _alike(found: Analysis) -> list[tuple[Item, str]]:
    most: dict[Name, int] = {}
    for cluster in found.clusters:
        name = (cluster.question, cluster.part)
        most[name] = max(most.get(name, 0), len(cluster.students))
    return [(item, f"{most[_name(item)]} students") for item in found.parts if _name(item) in most]


def _name(item: Item) -> Name:
    return item.question, item.part


def flagged(found: Analysis) -> list[Name]:
    """The parts with a flag, in the order asked."""
    names = {_name(item) for _, items in flags(found) for item, _ in items}
    return [_name(item) for item in found.parts if _name(item) in names]


def judged(found: Analysis) -> list[Item]:
    """The parts that enough students were asked to say how hard they are."""
    return [item for item in found.parts if item.students >= LEAST]


def _easy(item: Item) -> bool:
    return item.facility is not None and item.facility > EASY


def to_look_at(found: Analysis) -> list[Block]:
    """One row a flag, with all parts that it holds for; below it what is easy, and what cannot be judged."""
    sure = judged(found)
    rows = tuple((why, _listed(items)) for why, items in flags(found))
    blocks: list[Block] = [Heading("Parts to look at", 2)]
    if rows:
        blocks.append(Table(("why", "parts"), rows, "ll", widths=(0.32, 0.68), small=True))
    elif sure:
        blocks.append(Plain("No part stands out.", "small"))
    easy = _listed((item, "") for item in sure if _easy(item))
    if easy:
        blocks.append(
            Plain(f"Over {EASY:.0%} of the points, so these tell students apart very little: {easy}.", "note")
        )
    if few := len(found.parts) - len(sure):
        which = "parts" if not sure else "one of the parts" if few == 1 else f"{few} of the parts"
        blocks.append(Plain(f"Too few students to judge {which} by: it takes {LEAST}.", "note"))
    return blocks


def _listed(items: Iterable[tuple[Item, str]]) -> str:
    """The parts question by question, each with its number.

    "lstm: f_1 (12%), c_2 (9%); boxes: iou_1 (17%)"
    """
    questions: dict[str, list[str]] = {}
    for item, said in items:
        questions.setdefault(item.question, []).append(f"{item.part} ({said})" if said else item.part)
    return "; ".join(f"{question}: {', '.join(names)}" for question, names in questions.items())
