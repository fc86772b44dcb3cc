"""What the class report found by itself: wrong answers that agree, numbers that were harder than others."""

from __future__ import annotations

from grader.analysis import Analysis, Split
from grader.analysis.strata import LEVEL
from grader.pages.blocks import Block, Heading, Plain, Table
from grader.pages.class_tables import further, some

MOST_CLUSTERS = 12


def agreeing(found: Analysis) -> list[Block]:
    if not found.clusters:
        return []
    rows = tuple(
        (
            f"{cluster.question} {cluster.where}",
            cluster.relation,
            f"{len(cluster.students)} of {cluster.wrong}",
            some(cluster.students),
        )
        for cluster in found.clusters[:MOST_CLUSTERS]
    )
    left = len(found.clusters) - MOST_CLUSTERS
    return [
        Heading("Wrong answers that agree", 2),
        Table(
            ("part", "what they wrote", "of the wrong", "students"),
            rows,
            "llrl",
            widths=(0.2, 0.33, 0.12, 0.35),
            small=True,
        ),
        Plain(
            "No named mistake explains these: perhaps a mistake that deserves a name, perhaps a broken question. The "
            "right value is the one for the student’s own earlier values where there are some."
            + (f" {further(left, 'group', 'larger')}" if left > 0 else ""),
            "note",
        ),
    ]


def strata(found: Analysis) -> list[Block]:
    """Which kinds of numbers were harder than others."""
    if not found.splits:
        return []
    telling = [split for split in found.splits if split.telling]
    heading = Heading("Were some numbers harder?", 2)
    compared = f"{len(found.splits)} features of the students’ numbers were compared"
    if not telling:
        return [heading, Plain(f"{compared}; no difference in facility is beyond chance.", "small")]
    rows = tuple((split.question, split.feature, _strata(split), f"{split.z:.1f}", _chance(split)) for split in telling)
    return [
        heading,
        Table(
            ("question", "feature", "facility", "standard errors", "by chance"),
            rows,
            "lllrr",
            widths=(0.12, 0.22, 0.43, 0.13, 0.1),
            small=True,
        ),
        Plain(
            f"{compared}; shown are those whose facilities differ by more than chance makes them: were the results "
            "dealt out anew among the students, a difference as large would come up anywhere in this list in at "
            f"most {LEVEL:.0%} of the deals. It is the largest between two values, in its standard errors.",
            "note",
        ),
    ]


def _strata(split: Split) -> str:
    return "; ".join(f"{stratum.value}: {stratum.facility:.0%} (n = {stratum.n})" for stratum in split.strata)


def _chance(split: Split) -> str:
    return f"{split.chance:.1%}"
