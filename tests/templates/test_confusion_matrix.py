from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.helpers import marked, mistaken, rules_of, solution, values, verdicts

from grader.chance import Stream
from grader.template import GivensError, Slot
from grader.templates.confusion_matrix import TEMPLATE, ConfusionParameters

NAME = "confusion_matrix"
BY_HAND = dict(
    truth=["cat", "cat", "cat", "dog", "dog", "fox", "fox", "fox"],
    predicted=["cat", "cat", "dog", "dog", "fox", "fox", "cat", "dog"],
    classes=["cat", "dog", "fox"],
)


@st.composite
def decisions(draw: st.DrawFn) -> dict[str, Any]:
    classes = draw(st.lists(st.sampled_from("abcde"), min_size=2, max_size=5, unique=True))
    pairs = draw(st.lists(st.tuples(st.sampled_from(classes), st.sampled_from(classes)), min_size=1, max_size=20))
    return dict(truth=[t for t, _ in pairs], predicted=[p for _, p in pairs], classes=classes)


class Counted:
    """The same by going through the samples, in rational numbers."""

    def __init__(self, truth: list[str], predicted: list[str], classes: list[str]) -> None:
        pairs = list(zip(truth, predicted, strict=True))
        self.matrix = [[pairs.count((t, p)) for p in classes] for t in classes]
        self.accuracy = Fraction(sum(t == p for t, p in pairs), len(pairs))
        self.precision = [self.ratio(pairs.count((c, c)), predicted.count(c)) for c in classes]
        self.recall = [self.ratio(pairs.count((c, c)), truth.count(c)) for c in classes]
        # 2 TP / (2 TP + FP + FN), another form of the harmonic mean
        self.f1 = [self.ratio(2 * pairs.count((c, c)), truth.count(c) + predicted.count(c)) for c in classes]
        self.macro = sum(self.f1) / len(classes)

    @staticmethod
    def ratio(part: int, whole: int) -> Fraction:
        return Fraction(part, whole) if whole else Fraction(0)


def close(numbers: Any) -> Any:
    floats = [float(v) for v in numbers] if isinstance(numbers, list) else float(numbers)
    return pytest.approx(floats, abs=1e-12)


def test_eight_samples_by_hand() -> None:
    found = values(solution(NAME, BY_HAND))
    assert found["matrix"] == [[2, 1, 0], [0, 1, 1], [1, 1, 1]]
    assert found["accuracy"] == 0.5
    assert found["precision"] == close([Fraction(2, 3), Fraction(1, 3), Fraction(1, 2)])
    assert found["recall"] == close([Fraction(2, 3), Fraction(1, 2), Fraction(1, 3)])
    assert found["f1"] == close([Fraction(2, 3), Fraction(2, 5), Fraction(2, 5)])
    assert found["macro_f1"] == close(Fraction(22, 45))


@given(decisions())
def test_all_values_are_those_of_counting(raw: dict[str, Any]) -> None:
    found, counted = values(solution(NAME, raw)), Counted(**raw)
    assert found["matrix"] == counted.matrix
    assert found["accuracy"] == close(counted.accuracy)
    assert found["precision"] == close(counted.precision)
    assert found["recall"] == close(counted.recall)
    assert found["f1"] == close(counted.f1)
    assert found["macro_f1"] == close(counted.macro)


@given(decisions())
def test_every_mistake_is_its_formula(raw: dict[str, Any]) -> None:
    steps, counted = solution(NAME, raw), Counted(**raw)
    exchanged = Counted(raw["predicted"], raw["truth"], raw["classes"])
    assert mistaken(steps, "rows_and_columns_swapped") == {"matrix": exchanged.matrix}
    assert mistaken(steps, "precision_for_recall") == {
        "precision": close(exchanged.precision),
        "recall": close(exchanged.recall),
    }
    means = [(p + r) / 2 for p, r in zip(counted.precision, counted.recall, strict=True)]
    assert mistaken(steps, "arithmetic_mean_for_f1") == {"f1": close(means)}
    # micro F1: 2 TP / (2 TP + FP + FN) with the classes' counts added up
    hits = sum(row[c] for c, row in enumerate(counted.matrix))
    errors = 2 * (len(raw["truth"]) - hits)
    assert mistaken(steps, "micro_for_macro") == {"macro_f1": close(Fraction(2 * hits, 2 * hits + errors))}


def test_a_class_never_predicted_or_never_true_has_zero_for_its_shares() -> None:
    found = values(solution(NAME, dict(truth=["a", "a", "b"], predicted=["a", "a", "a"], classes=["a", "b", "c"])))
    assert found["precision"] == close([Fraction(2, 3), 0, 0])
    assert found["recall"] == [1, 0, 0]
    assert found["f1"] == close([Fraction(4, 5), 0, 0])


def test_shares_of_a_wrong_matrix_follow_from_it() -> None:
    rules = rules_of(NAME, {"points": 6})
    marks = marked(
        rules,
        BY_HAND,
        # one fox too many is counted as a dog: 9 samples
        dict(
            matrix=[[2, 1, 0], [0, 1, 1], [1, 2, 1]],
            accuracy="0.4444",
            precision=["0.6667", "0.25", "0.5"],
            recall=["0.6667", "0.5", "0.25"],
        ),
    )
    found = verdicts(marks)
    assert found["matrix[3,2]"] == "wrong"
    assert [found[cell] for cell in ("accuracy", "precision[2]", "recall[3]")] == ["follows"] * 3
    assert found["recall[1]"] == "right"


def test_a_matrix_of_zeros_leads_to_shares_of_zero_and_not_to_a_division_by_zero() -> None:
    marks = marked(rules_of(NAME), BY_HAND, dict(matrix=[[0] * 3] * 3, accuracy="0.3", precision=[0.1, 0.2, 0.3]))
    assert [marks[cell].carried for cell in ("accuracy", "precision[1]")] == [0, 0]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"truth": ["cat"]}, "truth has 1 entries, but predicted has 8"),
        ({"predicted": ["cat"] * 7 + ["cow"]}, "entry 8 of predicted, 'cow', is not one of the classes: cat, dog, fox"),
        ({"classes": ["cat"]}, "classes must be two different names or more"),
        ({"classes": ["cat", "cat", "dog"]}, "classes must be two different names or more"),
        ({"truth": "cat"}, "truth must be a list of class names, not 'cat'"),
        ({"truth": [0.5] * 8}, "truth must be a list of class names"),
        ({"label": []}, "unknown given 'label'"),
    ],
)
def test_givens_that_cannot_be_read_say_why(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(GivensError, match=sentence):
        TEMPLATE.read(ConfusionParameters(), {**BY_HAND, **change})


def test_classes_may_be_numbers() -> None:
    raw = dict(truth=[0, 1, 1], predicted=[1, 1, 0], classes=[0, 1])
    assert values(solution(NAME, raw))["matrix"] == [[0, 1], [1, 1]]


def test_more_classes_need_more_samples() -> None:
    with pytest.raises(ValidationError, match="5 classes need 15 samples or more, not 12"):
        ConfusionParameters(classes=5)


@pytest.mark.parametrize(("samples", "classes"), [(12, 3), (8, 2), (30, 6)])
def test_no_share_drawn_is_zero_or_one(samples: int, classes: int) -> None:
    p = ConfusionParameters(samples=samples, classes=classes)
    for seed in range(20):
        raw = TEMPLATE.draw(p, Stream(str(seed)))
        assert (len(raw["truth"]), len(raw["predicted"]), len(set(raw["classes"]))) == (samples, samples, classes)
        counted = Counted(**raw)
        assert all(0 < share < 1 for share in counted.precision + counted.recall)


def test_samples_are_tabled_by_name_and_counts_have_their_places() -> None:
    p, q = TEMPLATE.read(ConfusionParameters(), BY_HAND)
    classes, samples, matrix, shares = TEMPLATE.tables(p, q)
    assert classes.rows == (("name", "cat", "dog", "fox"),)
    assert samples.rows[0] == ("true class", *BY_HAND["truth"])
    assert samples.rows[1] == ("predicted", *BY_HAND["predicted"])
    assert matrix.rows[1] == ("class 2", Slot("matrix[2,1]"), Slot("matrix[2,2]"), Slot("matrix[2,3]"))
    assert [row[1] for row in shares.rows] == [Slot("precision[1]"), Slot("recall[1]"), Slot("f1[1]")]
