"""Wrong answers that agree, and numbers that are harder than others."""

from __future__ import annotations

import math

import numpy as np
import pytest

from grader.analysis import Asked, Block, Cluster, clusters, collect, features, splits
from grader.analysis.strata import LEAST, Stratum, largest_difference

Row = tuple[str, str, str, str, str, str, str]


def wrong(values: list[float], keys: list[float], cell: str = "x", carried: list[float] | None = None) -> list[Row]:
    """Rows of students s0, s1, … who were wrong at one cell."""
    led = carried or [math.nan] * len(values)
    return [
        (f"s{k}", "q", cell.partition("[")[0], cell, f"{value:.12g}", f"{key:.12g}", "" if math.isnan(c) else f"{c}")
        for k, (value, key, c) in enumerate(zip(values, keys, led, strict=True))
    ]


def test_an_equal_wrong_value_of_three_is_told() -> None:
    found = clusters(wrong([0.7713, 0.5, 0.7713, 0.7713], [0.31, 0.44, 0.52, 0.63]))
    assert found == [Cluster("q", "x", "the same value 0.7713", ("s0", "s2", "s3"), 4, 0.7713)]


def test_two_who_agree_are_no_cluster() -> None:
    assert clusters(wrong([0.7713, 0.5, 0.7713], [0.31, 0.44, 0.52])) == []


def test_a_small_whole_number_has_to_be_shared_by_more_since_many_hit_it_by_chance() -> None:
    keys = [100.0 + k for k in range(12)]
    few = clusters(wrong([7.0, 7, 7, *(1000 + 7.7 * k**2 for k in range(9))], keys))
    many = clusters(wrong([7.0, 7, 7, 7, *(1000 + 7.7 * k**2 for k in range(8))], keys))
    assert few == []
    assert [(c.value, len(c.students)) for c in many] == [(7, 4)]


@pytest.mark.parametrize(
    ("made", "relation"),
    [
        (lambda key: 2 * key, "twice the right value"),
        (lambda key: -key, "the right value with its sign changed"),
        (lambda key: 1 - key, "one minus the right value"),
        (lambda key: 100 * key, "a hundred times the right value"),
        (lambda key: 0.637 * key, "0.637 times the right value"),
    ],
)
def test_an_equal_relation_to_everybodys_own_key_is_told(made: object, relation: str) -> None:
    keys = [0.1234, 0.2718, 0.3141, 0.4142]
    (found,) = clusters(wrong([made(key) for key in keys], keys))  # type: ignore[operator]
    assert (found.relation, len(found.students), found.wrong, found.value) == (relation, 4, 4, None)


def test_a_relation_is_to_the_value_carried_where_there_is_one() -> None:
    carried = [0.5321, 0.4771, 0.6931]
    (found,) = clusters(wrong([2 * c for c in carried], [0.1, 0.2, 0.3], carried=carried))
    assert found.relation == "twice the right value"


def test_the_same_relation_in_many_cells_of_an_array_is_told_once() -> None:
    keys = [0.1234, 0.2718, 0.3141]
    rows = [row for k in (1, 2, 3) for row in wrong([-(key + k) for key in keys], [key + k for key in keys], f"v[{k}]")]
    (found,) = clusters(rows)
    assert (found.cell, found.others, found.students) == ("v[1]", 2, ("s0", "s1", "s2"))


def test_an_answer_that_belongs_to_another_part_is_told() -> None:
    first, second = [0.1234, 0.2718, 0.3141], [0.9511, 0.5878, 0.8090]
    keys = [(f"s{k}", "q", cell, str(values[k])) for k in range(3) for cell, values in (("x", first), ("y", second))]
    (found,) = clusters(wrong(second, first), keys)
    assert found.relation == "the right value of y"


def test_labels_and_zero_keys_are_left_out() -> None:
    labels = [(f"s{k}", "q", "best", "best", "A", "B", "") for k in range(5)]
    assert clusters([*labels, *wrong([0.31, 0.52, 0.73], [0.0, 0.0, 0.0])]) == []


def test_features_are_single_values_sizes_and_numbers_of_ones() -> None:
    assert features({"hits": [1, 0, 1], "W": [[0.5, 1.0]], "y": [[1, 0], [0, 1]], "name": "max", "eta": 0.5}) == {
        "hits: length": "3",
        "hits: ones": "2",
        "W: length": "1",
        "y: length": "2",
        "y: ones": "2",
        "name": "max",
        "eta": "0.5",
    }


def test_features_of_nested_givens_have_the_path_to_them() -> None:
    assert features({"layers": [{"stride": 2}, {"stride": 4}]}) == {
        "layers: length": "2",
        "layers[1].stride": "2",
        "layers[2].stride": "4",
    }


def results_of(shares: list[float]) -> Block:
    cells = (Asked("q", "p", "p", 10.0),)
    points = np.array(shares)[:, None] * 10
    return Block([f"s{k:02}" for k in range(len(shares))], cells, np.zeros(points.shape, np.int8), points)


def kinds(values: list[str], feature: str = "stride") -> dict[str, dict[str, dict[str, str]]]:
    return {"q": {f"s{k:02}": {feature: value} for k, value in enumerate(values)}}


def test_strata_have_their_facility_and_a_difference_in_standard_errors() -> None:
    shares = [0.2, 0.3, 0.4, 0.3, 0.3, 0.8, 0.9, 1.0, 0.9, 0.9]
    (split,) = splits(kinds(["2"] * 5 + ["10"] * 5), collect([results_of(shares)]))
    assert [(s.value, s.n) for s in split.strata] == [("2", 5), ("10", 5)]
    assert [s.facility for s in split.strata] == pytest.approx([0.3, 0.9])
    # both have the variance (0.01 + 0 + 0.01 + 0 + 0)/4 = 0.005: the difference's error is √(2 · 0.005/5)
    assert split.z == pytest.approx(0.6 / math.sqrt(0.002))
    assert split.telling


def test_a_difference_within_two_standard_errors_is_chance() -> None:
    shares = [0.1, 0.9, 0.3, 0.8, 0.5, 0.2, 0.9, 0.4, 0.8, 0.6]
    (split,) = splits(kinds(["2"] * 5 + ["3"] * 5), collect([results_of(shares)]))
    assert not split.telling


def test_the_more_is_compared_the_larger_a_difference_has_to_be() -> None:
    """Means 0.33 and 0.49, variances 0.022 and 0.0055: 2.16 standard errors; five comparisons ask for 2.58."""
    shares = [0.1, 0.5, 0.3, 0.4, 0.35, 0.4, 0.6, 0.5, 0.5, 0.45]
    strides = ["2"] * 5 + ["3"] * 5
    several = {
        f"s{nth:02}": {"stride": stride, **{f"f{k}": str((nth + k) // 5 % 2) for k in range(1, 5)}}
        for nth, stride in enumerate(strides)
    }
    (alone,) = splits(kinds(strides), collect([results_of(shares)]))
    among = splits({"q": several}, collect([results_of(shares)]))
    assert [split.feature for split in among] == ["stride", "f1", "f2", "f3", "f4"]
    assert alone.z == among[0].z == pytest.approx(0.16 / math.sqrt(0.0275 / 5))
    assert (alone.telling, among[0].telling) == (True, False)


def test_a_feature_with_many_values_or_only_one_is_no_kind() -> None:
    shares = [0.1] * 20
    assert splits(kinds([str(k) for k in range(20)]), collect([results_of(shares)])) == []
    assert splits(kinds(["2"] * 20), collect([results_of(shares)])) == []


def test_two_features_that_part_the_class_alike_are_told_once() -> None:
    both = {"q": {f"s{k:02}": {"kernel": str(3 + k % 2), "stride": str(1 + k % 2)} for k in range(12)}}
    assert [split.feature for split in splits(both, collect([results_of([0.5] * 12)]))] == ["kernel"]


def test_strata_that_are_too_small_are_not_compared() -> None:
    small = [Stratum("2", LEAST - 1, 0.1, 0.1), Stratum("3", 50, 0.9, 0.1)]
    assert largest_difference(small) is None


def test_strata_without_spread_differ_beyond_all_chance_or_not_at_all() -> None:
    all_right, all_wrong = Stratum("2", 9, 1.0, 0.0), Stratum("3", 9, 0.0, 0.0)
    assert largest_difference([all_right, all_wrong]) == math.inf
    assert largest_difference([all_right, all_right]) == 0
