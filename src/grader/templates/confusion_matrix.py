"""A classifier's confusion matrix, and accuracy, precision, recall and F1 from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import Field, model_validator

from grader.chance import Stream
from grader.numerics import classification
from grader.part import POSITIVE, SHARE, Part
from grader.template import (
    GivensError,
    Mistake,
    Parameters,
    Picture,
    Raw,
    Slot,
    Template,
    missing,
    resized,
    unknown,
)
from grader.work import Work

KEYS = ("truth", "predicted", "classes")
NAMES = ("cat", "dog", "fox", "owl", "hen", "cow")
WIDEST = 12
"""A table holds so many samples."""
HIT = 60
"""So many of 100 samples are drawn as found; some of the others are by chance."""


class ConfusionParameters(Parameters):
    samples: int = Field(12, ge=8, le=60, description="N, the number of samples")
    classes: int = Field(3, ge=2, le=len(NAMES), description="C, the number of classes")

    @model_validator(mode="after")
    def _samples_suffice(self) -> ConfusionParameters:
        if self.samples < 3 * self.classes:
            raise ValueError(f"{self.classes} classes need {3 * self.classes} samples or more, not {self.samples}")
        return self


@dataclass(frozen=True)
class Givens:
    truth: tuple[int, ...]
    predicted: tuple[int, ...]
    """Both by the numbers of their classes, from 0."""
    classes: tuple[str, ...]


def settle(p: ConfusionParameters, raw: Raw) -> ConfusionParameters:
    unknown(raw, KEYS)
    columns = {name: _names(raw[name], name) for name in KEYS if name in raw}
    lengths = {len(columns[name]) for name in KEYS[:2] if name in columns}
    if len(lengths) > 1:
        raise GivensError(f"truth has {len(columns['truth'])} entries, but predicted has {len(columns['predicted'])}")
    classes = columns.get("classes")
    if classes is not None and len(set(classes)) < max(2, len(classes)):
        raise GivensError(f"classes must be two different names or more, not {list(classes)}")
    return resized(p, samples=min(lengths, default=p.samples), classes=len(classes) if classes else p.classes)


def _names(value: object, name: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not value or not all(isinstance(v, str | int) for v in value):
        raise GivensError(f"{name} must be a list of class names, not {value!r}")
    return tuple(str(v) for v in value)


def read(p: ConfusionParameters, raw: Raw) -> tuple[ConfusionParameters, Givens]:
    p = settle(p, raw)
    missing(raw, KEYS)
    classes = _names(raw["classes"], "classes")

    def numbers(name: str) -> tuple[int, ...]:
        for k, label in enumerate(written := _names(raw[name], name), start=1):
            if label not in classes:
                raise GivensError(f"entry {k} of {name}, '{label}', is not one of the classes: {', '.join(classes)}")
        return tuple(classes.index(label) for label in written)

    return p, Givens(numbers("truth"), numbers("predicted"), classes)


def draw(p: ConfusionParameters, chance: Stream) -> dict[str, Any]:
    """Of every class one sample is found and one taken for another class, so that no share is 0 or 1."""
    classes = chance.sample(NAMES, p.classes)
    pairs = [*zip(classes, classes, strict=True), *zip(classes, classes[1:] + classes[:1], strict=True)]
    while len(pairs) < p.samples:
        truth = chance.pick(classes)
        pairs.append((truth, truth if chance.below(100) < HIT else chance.pick(classes)))
    pairs = chance.shuffled(pairs)
    return {
        "truth": [truth for truth, _ in pairs],
        "predicted": [predicted for _, predicted in pairs],
        "classes": chance.shuffled(classes),
    }


def ask(p: ConfusionParameters) -> list[Part]:
    c = (p.classes,)
    return [
        Part(
            "matrix",
            "confusion matrix: rows true, columns predicted classes",
            "M",
            "integer",
            (p.classes, p.classes),
            POSITIVE,
            zero=True,
        ),
        Part("accuracy", "accuracy", "A", domain=SHARE),
        Part("precision", "precision of each class", "P", shape=c, domain=SHARE),
        Part("recall", "recall of each class", "R", shape=c, domain=SHARE),
        Part("f1", "F1 of each class", "F", shape=c, domain=SHARE),
        Part("macro_f1", "macro F1", r"F_{\mathrm{macro}}", domain=SHARE),
    ]


def solve(p: ConfusionParameters, q: Givens, work: Work) -> None:
    counted = classification.confusion(q.truth, q.predicted, p.classes)
    matrix = work.step(
        "matrix",
        counted,
        r"M_{ij} = \text{samples of true class } i \text{ predicted as } j",
        rows_and_columns_swapped=lambda: counted.T,
    )
    accuracy = work.step(
        "accuracy", float(classification.share(np.trace(matrix), matrix.sum())), r"\sum_i M_{ii} \,/\, \sum_{ij} M_{ij}"
    )
    P, R = classification.precision(matrix), classification.recall(matrix)
    precision = work.step("precision", P, r"M_{cc} \,/\, \sum_i M_{ic}", precision_for_recall=R)
    recall = work.step("recall", R, r"M_{cc} \,/\, \sum_j M_{cj}", precision_for_recall=P)
    f1 = work.step(
        "f1",
        classification.share(2 * precision * recall, precision + recall),
        r"2 P_c R_c \,/\, (P_c + R_c)",
        arithmetic_mean_for_f1=lambda: (precision + recall) / 2,
    )
    work.step(
        "macro_f1",
        float(f1.mean()),
        r"\tfrac{1}{C} \sum_c F_c",
        # over all classes together every false positive is another's false negative: micro F1 is the accuracy
        micro_for_macro=accuracy,
    )


MISTAKES = {
    "rows_and_columns_swapped": Mistake("what one gets with the predicted classes in the rows"),
    "precision_for_recall": Mistake("what one gets with precision and recall taken for each other"),
    "arithmetic_mean_for_f1": Mistake("what one gets with the arithmetic mean of precision and recall as F1"),
    "micro_for_macro": Mistake("what one gets with the micro F1 of all samples together, which is the accuracy"),
}


def wording(p: ConfusionParameters) -> str:
    return (
        f"A classifier with {p.classes} classes has decided on {p.samples} samples. Count its decisions in the "
        "confusion matrix $M$, with a row for each true class and a column for each predicted class, in the order of "
        "the class numbers. Then give the accuracy, and for each class precision, recall and $F_1$, the harmonic mean "
        "of the two; macro $F_1$ is the mean of the classes' $F_1$. "
        "The precision of a class that is never predicted is 0."
    )


def tables(p: ConfusionParameters, q: Givens) -> Sequence[Picture]:
    numbers = tuple(str(c) for c in range(1, p.classes + 1))
    parts = -(-p.samples // WIDEST)
    pieces = [range(p.samples)[p.samples * k // parts : p.samples * (k + 1) // parts] for k in range(parts)]
    return [
        Picture(("class", *numbers), (("name", *q.classes),)),
        *(_samples(piece, q) for piece in pieces),
        Picture(
            ("true class (row), predicted as (column)", *numbers),
            tuple((f"class {i}", *(Slot(f"matrix[{i},{j}]") for j in numbers)) for i in numbers),
        ),
        Picture(
            ("class", *numbers),
            tuple(
                (header, *(Slot(f"{name}[{c}]") for c in numbers))
                for name, header in (("precision", "precision $P$"), ("recall", "recall $R$"), ("f1", "$F_1$"))
            ),
        ),
    ]


def _samples(piece: range, q: Givens) -> Picture:
    return Picture(
        ("sample", *(str(k + 1) for k in piece)),
        (
            ("true class", *(q.classes[q.truth[k]] for k in piece)),
            ("predicted", *(q.classes[q.predicted[k]] for k in piece)),
        ),
    )


TEMPLATE = Template(
    name="confusion_matrix",
    title="Confusion matrix",
    topic="classical",
    parameters=ConfusionParameters,
    read=read,
    draw=draw,
    ask=ask,
    solve=solve,
    mistakes=MISTAKES,
    wording=wording,
    tables=tables,
    settle=settle,
)
