"""IoU and L2 distance of box pairs: boxes equally far in L2 need not overlap equally."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from math import sqrt
from typing import Any, Literal

import numpy as np
from pydantic import Field

from grader.chance import Stream
from grader.drawing import Drawing
from grader.figures.boxes import boxes_on_grids
from grader.numerics import boxes
from grader.numerics.boxes import Box
from grader.part import POSITIVE, SHARE, Part, Same
from grader.template import (
    Array,
    GivensError,
    Mistake,
    Parameters,
    Picture,
    Raw,
    Template,
    WholeRange,
    missing,
    resized,
    text,
    unknown,
)
from grader.work import Step, Work

LEAST_IOU_GAP = 0.05
FARTHEST = 1e12


class BoxParameters(Parameters):
    cases: int = Field(2, ge=1, le=6, description="how many pairs")
    format: Literal["corners", "center"] = Field("corners", description="(x1, y1, x2, y2) or (xc, yc, w, h)")
    equal_l2: bool = Field(True, description="all pairs have the same L2 distance, and different IoU")
    distance: Literal["norm", "squared"] = Field("norm", description="with the square root or without")
    shape: Literal["any", "square"] = Field("any", description="square: all boxes are squares")
    overlap: Literal["always", "mixed"] = Field("always", description="mixed: one of the pairs is disjoint")
    size: WholeRange = Field((2, 12), description="range of the sides")
    own: bool = Field(False, alias="construct", description="also asks for two pairs of the student's own")


@dataclass(frozen=True)
class Case:
    truth: Box
    prediction: Box
    """Both as given, in the question's format."""


@dataclass(frozen=True)
class Givens:
    cases: tuple[Case, ...]


def corners(box: Box, p: BoxParameters) -> Box:
    return box if p.format == "corners" else boxes.center_to_corners(box)


def settle(p: BoxParameters, raw: Raw) -> BoxParameters:
    unknown(raw, ["cases"])
    if "cases" not in raw:
        return p
    if not isinstance(raw["cases"], list | tuple) or not raw["cases"]:
        raise GivensError("cases must be a list of {truth: [...], prediction: [...]}")
    return resized(p, cases=len(raw["cases"]))


def read(p: BoxParameters, raw: Raw) -> tuple[BoxParameters, Givens]:
    p = settle(p, raw)
    missing(raw, ["cases"])
    return p, Givens(tuple(_case(k, case, p) for k, case in enumerate(raw["cases"], start=1)))


def _case(k: int, raw: object, p: BoxParameters) -> Case:
    if not isinstance(raw, Mapping):
        raise GivensError(f"case {k} must be {{truth: [...], prediction: [...]}}, not {raw!r}")
    unknown(raw, ["truth", "prediction"])
    missing(raw, ["truth", "prediction"])
    return Case(*(_box(f"{name} of case {k}", raw[name], p) for name in ("truth", "prediction")))


def _box(name: str, raw: object, p: BoxParameters) -> Box:
    if not isinstance(raw, list | tuple) or len(raw) != 4 or not all(_is_number(v) for v in raw):
        raise GivensError(f"{name} must be four numbers, not {raw!r}")
    x1, y1, x2, y2 = corners(raw, p)
    if x2 <= x1 or y2 <= y1:
        raise GivensError(f"{name} has no area: {raw!r} ({p.format})")
    return tuple(raw)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < FARTHEST


@lru_cache
def _offsets(square: bool, center: bool) -> dict[int, list[tuple[int, ...]]]:
    """All small differences of two boxes in the question's format, by their squared length."""
    found: dict[int, list[tuple[int, ...]]] = {}
    for d in itertools.product(range(-4, 5), repeat=4):
        grows = (d[2], d[3]) if center else (d[2] - d[0], d[3] - d[1])
        if any(d) and (not square or grows[0] == grows[1]):
            found.setdefault(sum(v * v for v in d), []).append(d)
    return {length: ds for length, ds in found.items() if len(ds) >= 8}


def draw(p: BoxParameters, chance: Stream) -> dict[str, Any]:
    """Pairs on whole numbers; with equal_l2 all differences come from one class of equal length."""
    offsets = _offsets(p.shape == "square", p.format == "center")
    lengths = sorted(offsets)
    length = chance.pick(lengths)
    disjoint = chance.below(p.cases) if p.overlap == "mixed" else None
    cases = []
    for k in range(p.cases):
        if not p.equal_l2:
            length = chance.pick(lengths)
        cases.append(_pair(p, offsets[length], k == disjoint, chance))
    return {"cases": cases}


def _pair(p: BoxParameters, offsets: Sequence[tuple[int, ...]], apart: bool, chance: Stream) -> dict[str, list[int]]:
    """One pair, drawn again until both boxes have areas of the wanted sizes and overlap, or lie apart."""
    low, high = p.size
    for _ in range(400):
        # boxes lie apart more easily when they are small
        w, h = (chance.integer(low, max(low, 3) if apart else high) for _ in range(2))
        if p.shape == "square":
            h = w
        x, y = chance.integer(4, 12), chance.integer(4, 12)
        truth = [x, y, x + w, y + h] if p.format == "corners" else [x, y, w, h]
        prediction = [v + d for v, d in zip(truth, chance.pick(offsets), strict=True)]
        if _fits(p, truth, prediction, apart):
            return {"truth": truth, "prediction": prediction}
    return {"truth": truth, "prediction": truth}  # the guard turns this one down


def _fits(p: BoxParameters, truth: Box, prediction: Box, apart: bool) -> bool:
    a, b = corners(truth, p), corners(prediction, p)
    low, high = p.size
    sides = (b[2] - b[0], b[3] - b[1])
    if min(b) < 0 or min(sides) < low or max(sides) > high:
        return False
    across, down = boxes.overlaps(a, b)
    return (across < 0 and down < 0) if apart else (across > 0 and down > 0)


def ask(p: BoxParameters) -> list[Part]:
    squared = p.distance == "squared"
    parts = []
    for k in range(1, p.cases + 1):
        distance = "squared L2 distance" if squared else "L2 distance"
        parts += [
            Part(
                f"l2_{k}",
                f"{distance} of the boxes of case {k}",
                rf"L_{{2,{k}}}" + "^2" * squared,
                domain=POSITIVE,
            ),
            Part(
                f"intersection_{k}",
                f"area of the intersection, case {k}",
                rf"|A \cap B|_{k}",
                domain=POSITIVE,
                zero=True,
            ),
            Part(f"union_{k}", f"area of the union, case {k}", rf"|A \cup B|_{k}", domain=POSITIVE),
            Part(
                f"iou_{k}",
                f"intersection over union, case {k}",
                rf"\mathrm{{IoU}}_{k}",
                domain=SHARE,
                zero=True,
            ),
        ]
    if p.cases > 1:
        larger = "larger" if p.cases == 2 else "largest"
        labels = tuple(str(k) for k in range(1, p.cases + 1))
        rests_on = tuple(f"iou_{k}" for k in labels)
        parts.append(
            Part(
                "best",
                f"the case with the {larger} IoU",
                rf"\text{{{larger} IoU}}",
                "choice",
                labels=labels,
                rests_on=rests_on,
            )
        )
    if p.own:
        meaning = "your own boxes: row 1 truth, row 2 prediction, rows 3 and 4 another pair; equal L2, different IoU"
        parts.append(Part("boxes", meaning, r"\mathrm{boxes}", shape=(4, 4), zero=True, judge=partial(judge, p)))
    return parts


def solve(p: BoxParameters, q: Givens, work: Work) -> None:
    ious = []
    for k, case in enumerate(q.cases, start=1):
        a, b = corners(case.truth, p), corners(case.prediction, p)
        _distance(p, k, case, work)
        across, down = boxes.overlaps(a, b)
        shared = work.step(
            f"intersection_{k}",
            boxes.intersection(a, b),
            r"\max(0, \Delta x) \cdot \max(0, \Delta y)",
            inclusive_pixels=lambda: boxes.intersection(a, b, 1.0),
            overlap_not_clamped=lambda: across * down,
        )
        union = work.step(
            f"union_{k}",
            boxes.area(a) + boxes.area(b) - shared,
            r"|A| + |B| - |A \cap B|",
            intersection_counted_twice=lambda: boxes.area(a) + boxes.area(b),
            inclusive_pixels=lambda: boxes.area(a, 1.0) + boxes.area(b, 1.0) - shared,
        )
        ious.append(
            work.step(
                f"iou_{k}",
                shared / union,
                r"|A \cap B| \,/\, |A \cup B|",
                over_truth_area=lambda: shared / boxes.area(a),
                over_larger_area=lambda: shared / max(boxes.area(a), boxes.area(b)),
            )
        )
    if p.cases > 1:
        work.step("best", 1 + int(np.argmax(ious)), r"\arg\max_k \mathrm{IoU}_k")
    if p.own:
        work.step("boxes", _example(p), r"\text{for example; any two such pairs are right}")


def _distance(p: BoxParameters, k: int, case: Case, work: Work) -> None:
    root = sqrt if p.distance == "norm" else float
    squared = boxes.squared_distance(case.truth, case.prediction)
    other = boxes.corners_to_center if p.format == "corners" else boxes.center_to_corners
    work.step(
        f"l2_{k}",
        root(squared),
        r"\sqrt{\sum_j (p_j - q_j)^2}" if p.distance == "norm" else r"\sum_j (p_j - q_j)^2",
        square_root_left_out=lambda: float(squared),
        l1_distance=lambda: float(sum(abs(u - v) for u, v in zip(case.truth, case.prediction, strict=True))),
        other_format=lambda: root(boxes.squared_distance(other(case.truth), other(case.prediction))),
    )


def _example(p: BoxParameters) -> Array:
    """Moved by one, and grown by one: the same L2, another IoU."""
    rows = [[0, 0, 4, 4], [1, 1, 5, 5], [0, 0, 4, 4], [-1, -1, 5, 5]]
    if p.format == "center":
        rows = [[4, 4, 4, 4], [5, 5, 4, 4], [4, 4, 4, 4], [4, 4, 5, 5]]
    return np.array(rows, dtype=float)


def judge(p: BoxParameters, _q: object, value: Array, same: Same) -> str:
    """Two pairs with areas, equal L2 and different IoU: "" or what is missing."""
    rows = [tuple(float(v) for v in row) for row in value]
    a, b, c, d = (corners(row, p) for row in rows)
    if any(x2 <= x1 or y2 <= y1 for x1, y1, x2, y2 in (a, b, c, d)):
        return "every box needs a width and a height above zero"
    first, second = (sqrt(boxes.squared_distance(*pair)) for pair in (rows[:2], rows[2:]))
    if not same(first, second):
        return f"the L2 distances of the two pairs differ: {first:.4g} and {second:.4g}"
    one, two = boxes.iou(a, b), boxes.iou(c, d)
    if same(one, two):
        return f"the IoU of the two pairs is the same: {one:.4g} and {two:.4g}"
    return ""


def disjoint_both_ways(p: BoxParameters, q: Givens) -> bool:
    return any(max(boxes.overlaps(corners(c.truth, p), corners(c.prediction, p))) < 0 for c in q.cases)


MISTAKES = {
    "square_root_left_out": Mistake("what one gets with the square root left out", lambda p, _q: p.distance == "norm"),
    "l1_distance": Mistake("what one gets with the sum of the absolute differences, the L1 distance"),
    "other_format": Mistake(
        "what one gets from the boxes' other parameters (corners for center and size, or the other way round)"
    ),
    "intersection_counted_twice": Mistake("what one gets with the sum of both areas, the intersection counted twice"),
    "inclusive_pixels": Mistake("what one gets by counting pixels, with 1 added to every side"),
    "overlap_not_clamped": Mistake(
        "what one gets with the product of two gaps, negative overlaps not set to zero", disjoint_both_ways
    ),
    "over_truth_area": Mistake("what one gets with the intersection over the true box's area instead of the union"),
    "over_larger_area": Mistake("what one gets with the intersection over the larger box's area instead of the union"),
}


def guard(p: BoxParameters, q: Givens, steps: Mapping[str, Step]) -> str:
    ious = sorted(float(steps[f"iou_{k}"].value) for k in range(1, p.cases + 1))
    if any(b - a < LEAST_IOU_GAP for a, b in itertools.pairwise(ious)):
        return f"two IoUs closer than {LEAST_IOU_GAP}"
    lengths = {boxes.squared_distance(c.truth, c.prediction) for c in q.cases}
    if p.equal_l2 and len(lengths) > 1:
        return "the L2 distances are not equal"
    if p.overlap == "always" and ious[0] <= 0:
        return "a pair that does not overlap"
    if p.overlap == "mixed" and ious[0] > 0:
        return "no pair without overlap"
    return ""


def wording(p: BoxParameters) -> str:
    given = {
        "corners": "by their corners $(x_1, y_1, x_2, y_2)$",
        "center": "by center, width and height $(x_c, y_c, w, h)$",
    }[p.format]
    distance = r"\sqrt{\sum_{j=1}^{4} (p_j - q_j)^2}" if p.distance == "norm" else r"\sum_{j=1}^{4} (p_j - q_j)^2"
    symbol = "L_2" if p.distance == "norm" else "L_2^2"
    several = f" In which case is the IoU {'larger' if p.cases == 2 else 'largest'}?" if p.cases > 1 else ""
    own = (
        " Finally give two pairs of boxes of your own, in the same format, "
        "that have the same L2 distance but different IoU."
    )
    return (
        f"Each case is a true box $A$ and a predicted box $B$, given {given}; coordinates are continuous, "
        "$y$ points down. The L2 distance is over the four parameters as given."
        f"{several}{own if p.own else ''}\n\n"
        rf"$${symbol} = {distance} \qquad \mathrm{{IoU}} = \frac{{|A \cap B|}}{{|A \cup B|}}$$"
    )


def tables(p: BoxParameters, q: Givens) -> Sequence[Picture]:
    axes = ("$x_1$", "$y_1$", "$x_2$", "$y_2$") if p.format == "corners" else ("$x_c$", "$y_c$", "$w$", "$h$")
    rows = [
        (f"case {k}, ${name}$", *(text(v) for v in box))
        for k, case in enumerate(q.cases, start=1)
        for name, box in (("A", case.truth), ("B", case.prediction))
    ]
    return [Picture(("box", *axes), tuple(rows))]


def drawings(p: BoxParameters, q: Givens) -> Sequence[Drawing]:
    return [boxes_on_grids([(case.truth, case.prediction) for case in q.cases], center=p.format == "center")]


TEMPLATE = Template(
    name="box_iou_l2",
    title="Boxes: IoU and L2 distance",
    topic="detection",
    parameters=BoxParameters,
    read=read,
    draw=draw,
    ask=ask,
    solve=solve,
    mistakes=MISTAKES,
    guard=guard,
    wording=wording,
    tables=tables,
    drawings=drawings,
    settle=settle,
)
