"""Wrong answers that agree with each other and that no named mistake explains: a new mistake, or a broken question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

LEAST_ALIKE = 3
"""Two who agree may have sat together."""
LEAST_SHARE = 0.1
"""Of those who were wrong there; fewer are not worth a question of their own."""
LEAST_SHARE_OF_WHOLE = 0.3
"""For whole numbers below 100, which people hit by chance."""
SMALL = 100.0
CLOSE = 0.005
"""Relations hold within half a per cent: answers come rounded."""
SAME = 0.001
"""Another part's value is met more easily by chance, there being many: it has to fit better."""
WRONG = ("student", "question", "part", "cell", "value", "expected", "carried")
LARGEST_RATIO = 1000.0
MOST_SHOWN = 3


@dataclass(frozen=True)
class Cluster:
    """Students whose wrong answers agree: all wrote `value`, or all are in one `relation` to their own keys.

    `cells`: of one part, in the sheet's order; an array's are told together. `wrong`: how many were wrong at the cell.
    Where a relation was found among other students cell by cell, these are those of the cell with the most.
    """

    question: str
    cells: tuple[str, ...]
    relation: str
    students: tuple[str, ...]
    wrong: int
    value: float | None = None

    @property
    def part(self) -> str:
        return self.cells[0].partition("[")[0]

    @property
    def where(self) -> str:
        """The cells in short: v[1], [2], … (10 entries)."""
        first, *others = self.cells
        shown = [first, *(cell.removeprefix(self.part) for cell in others[:1])]
        return ", ".join(shown) + (f", … ({len(self.cells)} entries)" if len(self.cells) > 2 else "")


def clusters(wrong: Sequence[tuple[str, ...]], keys: Sequence[tuple[str, ...]] = ()) -> list[Cluster]:
    """The largest first. `wrong`: rows of WRONG, texts as the gradebook keeps them; `keys`: (student, question, cell,
    expected) of parts of one entry.

    Students have numbers of their own, so answers are compared in two ways: by the value itself (which means something
    where givens are fixed, or where people copy), and by what it is to the value expected of this student: carried from
    their own earlier answers where there is one, else the key. Cells without numbers are left out.
    """
    table = pd.DataFrame.from_records(list(wrong), columns=list(WRONG))
    for column in ("value", "expected", "carried"):
        table[column] = pd.to_numeric(table[column], errors="coerce")
    table = table[np.isfinite(table["value"]) & np.isfinite(table["expected"])].reset_index(drop=True)
    if table.empty:
        return []
    table["reference"] = table["carried"].fillna(table["expected"])
    table["wrong"] = table.groupby(["question", "cell"])["student"].transform("size")
    same = _same_value(table)
    told = {(c.question, cell): set(c.students) for c in same for cell in c.cells}
    related = [c for c in _related(table, keys) if not _told(c, told)]
    return sorted([*same, *related], key=lambda c: (-len(c.students), c.question, _in_order(c.cells[0]), c.relation))


def _told(cluster: Cluster, told: Mapping[tuple[str, str], set[str]]) -> bool:
    return all(set(cluster.students) <= told.get((cluster.question, cell), set()) for cell in cluster.cells)


def _same_value(table: pd.DataFrame) -> list[Cluster]:
    values = _significant(table["value"].to_numpy(float), 5)
    easy = (values == np.round(values)) & (np.abs(values) < SMALL)
    keyed = table.assign(alike=values, least=np.where(easy, LEAST_SHARE_OF_WHOLE, LEAST_SHARE))
    groups: dict[tuple[str, str, tuple[str, ...]], list[tuple[str, float, int]]] = {}
    for question, part, cell, value, students, wrong in _agreeing(keyed):
        groups.setdefault((question, part, students), []).append((cell, float(value), wrong))
    return [
        _together(question, students, sorted(group, key=lambda entry: _in_order(entry[0])))
        for (question, _, students), group in groups.items()
    ]


def _together(question: str, students: tuple[str, ...], group: Sequence[tuple[str, float, int]]) -> Cluster:
    """Cells of one part where the same students wrote one value each."""
    cells, values = tuple(cell for cell, _, _ in group), list(dict.fromkeys(value for _, value, _ in group))
    most = max(wrong for _, _, wrong in group)
    if len(values) == 1:
        return Cluster(question, cells, f"the same value {values[0]:g}", students, most, values[0])
    more = ", …" if len(values) > MOST_SHOWN else ""
    said = ", ".join(f"{value:g}" for value in values[:MOST_SHOWN])
    return Cluster(question, cells, f"the same values {said}{more}", students, most)


def _in_order(cell: str) -> tuple[str, tuple[int, ...]]:
    """The entries of an array as the sheet has them: v[2] before v[10]."""
    part, _, places = cell.partition("[")
    return part, tuple(int(place) for place in re.findall(r"\d+", places))


def _agreeing(table: pd.DataFrame) -> Iterator[tuple[str, str, str, Any, tuple[str, ...], int]]:
    """Groups of rows that agree in `alike` at a cell, large enough and at least the share `least` of those wrong there.

    Yields question, part, cell, what they agree in, the students, how many were wrong there.
    """
    alike = table.groupby(["question", "cell", "alike"], sort=False)["student"].transform("size")
    enough = table[(alike >= LEAST_ALIKE) & (alike >= table["least"] * table["wrong"])]
    for (question, part, cell, what), group in enough.groupby(["question", "part", "cell", "alike"], sort=False):
        students = tuple(sorted(group["student"]))
        yield str(question), str(part), str(cell), what, students, int(group["wrong"].iloc[0])


def _significant(values: NDArray[np.float64], digits: int) -> NDArray[np.float64]:
    return np.array([float(f"{value:.{digits - 1}e}") for value in values])


def _related(table: pd.DataFrame, keys: Sequence[tuple[str, ...]] = ()) -> list[Cluster]:
    relation = relations(table["value"].to_numpy(float), table["reference"].to_numpy(float))
    relation = np.where(relation == "", _other_parts(table, keys), relation)
    relation = np.where(relation == "", _ratios(table), relation)
    keyed = table.assign(alike=relation, least=LEAST_SHARE)[relation != ""]
    best: dict[tuple[str, str, str], Cluster] = {}
    for question, part, cell, name, students, wrong in _agreeing(keyed):
        cluster = Cluster(question, (cell,), name, students, wrong)
        before = best.get((question, part, name))
        if before is not None:  # an array: its cell with the most students speaks for the others
            cells = tuple(sorted({*before.cells, cell}, key=_in_order))
            cluster = replace(max(before, cluster, key=lambda c: len(c.students)), cells=cells)
        best[question, part, name] = cluster
    return list(best.values())


def relations(value: NDArray[np.float64], key: NDArray[np.float64]) -> NDArray[np.str_]:
    """For each value its relation to the key in words, the first that holds, or "".

    >>> relations(np.array([-0.3, 0.6, 0.77]), np.array([0.3, 0.3, 0.3])).tolist()
    ['the right value with its sign changed', 'twice the right value', '']
    """
    with np.errstate(all="ignore"):
        candidates = {
            "the right value with its sign changed": -key,
            "twice the right value": 2 * key,
            "half the right value": key / 2,
            "ten times the right value": 10 * key,
            "a tenth of the right value": key / 10,
            "a hundred times the right value": 100 * key,
            "a hundredth of the right value": key / 100,
            "one minus the right value": 1 - key,
            "one over the right value": 1 / key,
            "the square of the right value": key * key,
            "the square root of the right value": np.sqrt(key),
        }
        out = np.full(len(value), "", dtype=object)
        for name, wanted in candidates.items():
            holds = (np.abs(value - wanted) <= CLOSE * np.abs(wanted)) & (wanted != 0) & np.isfinite(wanted)
            out = np.where((out == "") & holds, name, out)
    return out


def _ratios(table: pd.DataFrame) -> NDArray[np.object_]:
    """Any other ratio to the right value, to three significant digits.

    A ratio of one is an answer that leads on from earlier ones and was not admitted: no mistake of its own.
    """
    value, key = table["value"].to_numpy(float), table["reference"].to_numpy(float)
    with np.errstate(all="ignore"):
        ratio = value / key
    usable = np.isfinite(ratio) & (np.abs(ratio - 1) > CLOSE)
    usable &= (np.abs(ratio) > 1 / LARGEST_RATIO) & (np.abs(ratio) < LARGEST_RATIO)
    names = np.full(len(table), "", dtype=object)
    names[usable] = [f"{float(f'{r:.3g}'):g} times the right value" for r in ratio[usable]]
    return names


def _other_parts(table: pd.DataFrame, keys: Sequence[tuple[str, ...]]) -> NDArray[np.object_]:
    """Where a part of one number was answered with the right value of another such part of the question."""
    names = np.full(len(table), "", dtype=object)
    others = pd.DataFrame.from_records(list(keys), columns=["student", "question", "other", "key"])
    others["key"] = pd.to_numeric(others["key"], errors="coerce")
    others = others[np.isfinite(others["key"]) & ~others["key"].abs().isin([0, 1])]
    single = table[table["part"] == table["cell"]].reset_index(names="row")
    pairs = single.merge(others, on=["student", "question"])
    fits = (pairs["key"] - pairs["value"]).abs() <= SAME * pairs["key"].abs()
    met = pairs[fits & (pairs["cell"] != pairs["other"])].drop_duplicates("row")
    names[met["row"].to_numpy(int)] = [f"the right value of {other}" for other in met["other"]]
    return names
