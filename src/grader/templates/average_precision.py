"""Average precision of a ranking, with the interpolations in use (PASCAL VOC 2007 and 2010, COCO, none)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from pydantic import Field, model_validator

from grader.chance import Stream
from grader.numerics import ranking
from grader.part import SHARE, Part
from grader.template import (
    Array,
    GivensError,
    Mistake,
    Parameters,
    Picture,
    Raw,
    Shown,
    Slot,
    Template,
    fit,
    missing,
    resized,
    text,
    unknown,
)
from grader.templates.checked import whole
from grader.work import Work

WIDEST = 14
"""A table holds so many ranks."""
LEVELS = {"eleven_point": ranking.levels(11), "coco": ranking.levels(101)}


class RankingParameters(Parameters):
    ranks: int = Field(10, ge=2, le=100, description="n, the length of the ranking")
    positives: int = Field(5, ge=1, le=100, description="m, the relevant items there are")
    found: int | None = Field(None, ge=1, description="how many of them are among the ranks; all unless given")
    interpolation: Literal["eleven_point", "all_point", "none", "coco"] = Field(
        "eleven_point", description="how precision is interpolated"
    )
    shuffled: bool = Field(False, description="rows come unsorted, with confidences to sort by")

    @model_validator(mode="after")
    def _found_fits(self) -> RankingParameters:
        if self.found is not None and self.found > min(self.ranks, self.positives):
            raise ValueError(f"found ({self.found}) cannot exceed ranks ({self.ranks}) or positives ({self.positives})")
        return self

    @property
    def hits_drawn(self) -> int:
        return self.found if self.found is not None else min(self.positives, self.ranks)


@dataclass(frozen=True)
class Givens:
    hits: Array
    """0 or 1 in rank order."""
    relevant: int
    unsorted: Array | None = None
    """The labels in the order of the table, where that is not the order of the ranks."""
    scores: Array | None = None


def settle(p: RankingParameters, raw: Raw) -> RankingParameters:
    unknown(raw, ["hits", "relevant", "scores", "labels"])
    shuffled = p.shuffled if not {"hits", "scores", "labels"} & set(raw) else "hits" not in raw
    _, sizes = fit(raw, {"hits": ("n",), "scores": ("n",), "labels": ("n",)}, {"n": p.ranks})
    relevant = whole(raw["relevant"], "relevant") if "relevant" in raw else p.positives
    found = p.found
    for name in ("hits", "labels"):
        if name in raw:
            found = int(np.sum(raw[name]))
    if found is not None and found > relevant:
        raise GivensError(f"{found} hits among the ranks, but only {relevant} relevant items in all")
    return resized(p, ranks=sizes["n"], positives=relevant, found=found, shuffled=shuffled)


def read(p: RankingParameters, raw: Raw) -> tuple[RankingParameters, Givens]:
    p = settle(p, raw)
    missing(raw, ["scores", "labels", "relevant"] if p.shuffled else ["hits", "relevant"])
    name = "labels" if p.shuffled else "hits"
    arrays, _ = fit(raw, {name: ("n",), "scores": ("n",)}, {"n": p.ranks})
    labels = arrays[name]
    if not ((labels == 0) | (labels == 1)).all():
        raise GivensError(f"{name} may hold only 0 and 1")
    if not p.shuffled:
        return p, Givens(labels, p.positives)
    scores = arrays["scores"]
    if len(set(scores.tolist())) < len(scores):
        raise GivensError("scores must differ from each other, or the ranking is not determined")
    return p, Givens(labels[np.argsort(-scores)], p.positives, labels, scores)


def draw(p: RankingParameters, chance: Stream) -> dict[str, Any]:
    places = set(chance.sample(range(p.ranks), p.hits_drawn))
    hits = [int(k in places) for k in range(p.ranks)]
    if not p.shuffled:
        return {"hits": hits, "relevant": p.positives}
    unit = 100 if p.ranks <= 60 else 1000
    scores = [k / unit for k in sorted(chance.sample(range(unit // 20, unit), p.ranks), reverse=True)]
    order = chance.shuffled(range(p.ranks))
    return {
        "scores": [scores[k] for k in order],
        "labels": [hits[k] for k in order],
        "relevant": p.positives,
    }


def ask(p: RankingParameters) -> list[Part]:
    n = (p.ranks,)
    parts = [
        Part("precision", "precision P at each rank", "P", shape=n, domain=SHARE, zero=True),
        Part("recall", "recall R at each rank", "R", shape=n, domain=SHARE, zero=True),
    ]
    if p.interpolation == "eleven_point":
        parts.append(
            Part(
                "interpolated",
                "interpolated precision p(r) at r = 0, 0.1 … 1",
                "p",
                shape=(11,),
                domain=SHARE,
                zero=True,
            )
        )
    return [*parts, Part("ap", "average precision", r"\mathrm{AP}", domain=SHARE)]


def solve(p: RankingParameters, q: Givens, work: Work) -> None:
    ranks = np.arange(1, p.ranks + 1)
    true = np.cumsum(q.hits)
    m = q.relevant

    def not_sorted(below: Any) -> dict[str, Any]:
        return {} if q.unsorted is None else dict(not_sorted=lambda: np.cumsum(q.unsorted) / below)

    precision = work.step("precision", true / ranks, r"P_k = \mathrm{TP}_k / k", **not_sorted(ranks))
    recall = work.step(
        "recall",
        true / m,
        r"R_k = \mathrm{TP}_k / m",
        recall_over_found=lambda: true / true[-1],
        recall_over_ranks=lambda: true / p.ranks,
        **not_sorted(m),
    )
    # a right recall is compared as the fraction that it is, however it was rounded; a wrong one as it was written
    compared = np.where(work.is_right("recall"), true / m, recall)
    average_over_all = dict(mean_over_all_ranks=lambda: float(precision.mean()))
    if p.interpolation == "eleven_point":
        _eleven_point(precision, recall, compared, work, average_over_all)
    elif p.interpolation == "coco":
        _coco(precision, compared, work, average_over_all)
    elif p.interpolation == "all_point":
        _all_point(precision, recall, compared, work, average_over_all)
    else:
        how = r"\sum_k (R_k - R_{k-1}) P_k"
        work.step("ap", ranking.area(precision, recall), how, **average_over_all)


def _eleven_point(precision: Array, recall: Array, compared: Array, work: Work, mistakes: dict[str, Any]) -> None:
    at = LEVELS["eleven_point"]
    points = work.step(
        "interpolated",
        ranking.interpolated(precision, compared, at),
        r"p(r) = \max_{k: R_k \ge r} P_k",
        not_interpolated=lambda: ranking.at_first_reach(precision, compared, at),
        interpolated_to_the_left=lambda: ranking.interpolated_to_the_left(precision, compared, at),
    )
    reached = int((compared.max() >= at).sum())
    work.step(
        "ap",
        float(points.sum() / 11),
        r"\tfrac{1}{11} \sum_{r} p(r)",
        divided_by_ten=lambda: float(points.sum() / 10),
        divided_by_points_reached=lambda: float(points.sum() / reached),
        zero_recall_left_out=lambda: float(points[1:].sum() / 10),
        all_point_for_eleven=lambda: _area_interpolated(precision, recall, compared),
        **mistakes,
    )


def _coco(precision: Array, compared: Array, work: Work, mistakes: dict[str, Any]) -> None:
    at = LEVELS["coco"]
    work.step(
        "ap",
        float(ranking.interpolated(precision, compared, at).mean()),
        r"\tfrac{1}{101} \sum_{r} p(r)",
        not_interpolated=lambda: float(ranking.at_first_reach(precision, compared, at).mean()),
        interpolated_to_the_left=lambda: float(ranking.interpolated_to_the_left(precision, compared, at).mean()),
        **mistakes,
    )


def _all_point(precision: Array, recall: Array, compared: Array, work: Work, mistakes: dict[str, Any]) -> None:
    eleven = LEVELS["eleven_point"]
    work.step(
        "ap",
        _area_interpolated(precision, recall, compared),
        r"\sum_k (R_k - R_{k-1})\, p(R_k)",
        not_interpolated=lambda: ranking.area(precision, recall),
        eleven_for_all_point=lambda: float(ranking.interpolated(precision, compared, eleven).mean()),
        interpolated_to_the_left=lambda: ranking.area(
            ranking.interpolated_to_the_left(precision, compared, compared), recall
        ),
        **mistakes,
    )


def _area_interpolated(precision: Array, recall: Array, compared: Array) -> float:
    return ranking.area(ranking.interpolated(precision, compared, compared), recall)


def _with(*interpolations: str) -> Any:
    return lambda p, _q: p.interpolation in interpolations


def some_not_found(_p: RankingParameters, q: Givens) -> bool:
    return 0 < float(q.hits.sum()) < q.relevant


MISTAKES = {
    "recall_over_found": Mistake(
        "what one gets with recall over the hits in the table instead of all relevant items", some_not_found
    ),
    "recall_over_ranks": Mistake(
        "what one gets with recall over the number of ranks instead of the relevant items",
        lambda p, q: p.ranks != q.relevant,
    ),
    "not_interpolated": Mistake(
        "what one gets without the maximum over larger recalls", _with("eleven_point", "coco", "all_point")
    ),
    "divided_by_ten": Mistake("what one gets with the sum of the eleven points divided by ten", _with("eleven_point")),
    "divided_by_points_reached": Mistake(
        "what one gets with the sum divided only by the number of recall levels reached",
        lambda p, q: p.interpolation == "eleven_point" and some_not_found(p, q),
    ),
    "zero_recall_left_out": Mistake(
        "what one gets with the level r = 0 left out and ten points averaged", _with("eleven_point")
    ),
    "all_point_for_eleven": Mistake(
        "what one gets with the area over all points in place of the eleven points", _with("eleven_point")
    ),
    "eleven_for_all_point": Mistake(
        "what one gets with eleven points in place of the area over all points", _with("all_point")
    ),
    "interpolated_to_the_left": Mistake(
        "what one gets with the maximum taken over smaller recalls instead of larger ones",
        _with("eleven_point", "coco", "all_point"),
    ),
    "mean_over_all_ranks": Mistake("what one gets with the mean of the precisions at all ranks"),
    "not_sorted": Mistake(
        "what one gets with the rows in the order of the table, not sorted by confidence",
        lambda p, _q: p.shuffled,
    ),
}


INTERPOLATED = r"p(r) = \max_{k:\, R_k \ge r} P_k"
NONE_REACHED = " Below, $p(r) = 0$ where no rank reaches the recall $r$."
AVERAGES = {
    "eleven_point": rf"$${INTERPOLATED} \qquad \mathrm{{AP}} = \frac{{1}}{{11}}"
    r" \sum_{r \in \{0,\, 0.1,\, \ldots,\, 1\}} p(r)$$",
    "coco": rf"$${INTERPOLATED} \qquad \mathrm{{AP}} = \frac{{1}}{{101}}"
    r" \sum_{r \in \{0,\, 0.01,\, \ldots,\, 1\}} p(r)$$",
    "all_point": rf"$${INTERPOLATED} \qquad \mathrm{{AP}} = \sum_{{k}} (R_k - R_{{k-1}})\, p(R_k) \qquad R_0 = 0$$",
    "none": r"$$\mathrm{AP} = \sum_{k} (R_k - R_{k-1})\, P_k \qquad R_0 = 0$$",
}


def wording(p: RankingParameters) -> str:
    table = (
        "A detector returns candidates with confidences, here in no particular order. "
        "**Sort them by confidence first**, the highest at rank 1. "
        if p.shuffled
        else "A detector returns candidates, sorted by confidence. "
    )
    levels = NONE_REACHED if p.interpolation in LEVELS else ""
    return (
        table + r"Of the $m$ relevant items, $\mathrm{TP}_k$ are among the first $k$ ranks; "
        r"precision is $P_k = \mathrm{TP}_k / k$ and recall $R_k = \mathrm{TP}_k / m$."
        + levels
        + "\n\n"
        + AVERAGES[p.interpolation]
    )


def tables(p: RankingParameters, q: Givens) -> Sequence[Picture]:
    """The ranking with places for precision and recall; unsorted candidates have a table of their own before it."""
    parts = -(-p.ranks // WIDEST)
    pieces = [range(p.ranks)[p.ranks * k // parts : p.ranks * (k + 1) // parts] for k in range(parts)]
    found = []
    if q.unsorted is not None and q.scores is not None:
        found += [_candidates(piece, q.scores, q.unsorted) for piece in pieces]
    found += [_ranking(piece, q.hits if q.unsorted is None else None) for piece in pieces]
    if p.interpolation == "eleven_point":
        levels = ("recall level $r$", *(f"{v:.2g}" for v in LEVELS["eleven_point"]))
        places = (Slot(f"interpolated[{j}]") for j in range(1, len(levels)))
        found.append(Picture(levels, (("interpolated $p(r)$", *places),)))
    return found


def _candidates(piece: range, scores: Array, labels: Array) -> Picture:
    header = ("candidate", *(str(k + 1) for k in piece))
    confidence = ("confidence", *(text(scores[k], 2) for k in piece))
    return Picture(header, (confidence, ("relevant", *(text(labels[k]) for k in piece))))


def _ranking(piece: range, hits: Array | None) -> Picture:
    given: list[tuple[str | Slot, ...]] = [] if hits is None else [("relevant", *(text(hits[k]) for k in piece))]
    slots: list[tuple[str | Slot, ...]] = [
        (f"{name} ${symbol}_k$", *(Slot(f"{name}[{k + 1}]") for k in piece))
        for name, symbol in (("precision", "P"), ("recall", "R"))
    ]
    return Picture(("rank $k$", *(str(k + 1) for k in piece)), (*given, *slots))


def show(_p: RankingParameters, q: Givens) -> Sequence[Shown]:
    return [Shown("m", str(q.relevant))]


TEMPLATE = Template(
    name="average_precision",
    title="Average precision of a ranking",
    topic="detection",
    parameters=RankingParameters,
    read=read,
    draw=draw,
    ask=ask,
    solve=solve,
    mistakes=MISTAKES,
    wording=wording,
    show=show,
    tables=tables,
    settle=settle,
)
