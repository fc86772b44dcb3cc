"""Wrong answers that agree, and numbers that are harder than others."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from grader.analysis import Asked, Block, Cluster, analyse, clusters, collect, features, rows, splits
from grader.analysis.strata import DEALS, LEAST, largest_differences
from grader.jobs.report import MOST_COMPARED, evenly

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
    assert found == [Cluster("q", ("x",), "the same value 0.7713", ("s0", "s2", "s3"), 4, 0.7713)]


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
    assert (found.cells, found.students) == (("v[1]", "v[2]", "v[3]"), ("s0", "s1", "s2"))


def test_the_same_students_values_in_many_cells_of_an_array_are_told_once_in_the_sheets_order() -> None:
    """As where four copied a whole table; one more agrees with them in the second entry alone."""
    keys = [0.1234, 0.2718, 0.3141, 0.4142, 0.5772]
    rows = []
    for k in range(1, 13):
        copied = [0.01 * k**2 + 0.5] * 4 + [0.54 if k == 2 else 7.7 + k / 7]
        rows += wrong(copied, [key + k for key in keys], f"v[{k}]")
    five, four = clusters(rows)
    assert (five.cells, five.relation, len(five.students)) == (("v[2]",), "the same value 0.54", 5)
    assert four.cells == tuple(f"v[{k}]" for k in range(1, 13) if k != 2)
    assert (four.relation, len(four.students)) == ("the same values 0.51, 0.59, 0.66, …", 4)
    assert four.where == "v[1], [3], … (11 entries)"


def test_cells_of_one_part_are_named_in_short() -> None:
    named = [
        Cluster("q", cells, "", (), 3).where for cells in (("x",), ("v[1]", "v[2]"), ("m[1,1]", "m[1,2]", "m[2,1]"))
    ]
    assert named == ["x", "v[1], [2]", "m[1,1], [1,2], … (3 entries)"]


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
    # of all ten the variance is 0.3² + 0.004: the difference's error is √(2 · 0.094/5)
    assert split.z == pytest.approx(0.6 / math.sqrt(0.0376))
    assert split.telling


def test_the_chance_of_a_difference_is_the_share_of_deals_that_have_it() -> None:
    """Of the 252 ways to deal ten students into two fives, two part the good ones from the bad ones."""
    shares = [0.2, 0.21, 0.22, 0.23, 0.24, 0.8, 0.81, 0.82, 0.83, 0.84]
    (split,) = splits(kinds(["2"] * 5 + ["3"] * 5), collect([results_of(shares)]))
    sd = math.sqrt(2 / 252 * 250 / 252 / DEALS)
    assert split.chance == pytest.approx(2 / 252, abs=4 * sd)


def test_a_difference_that_chance_often_makes_is_not_told() -> None:
    shares = [0.1, 0.9, 0.3, 0.8, 0.5, 0.2, 0.9, 0.4, 0.8, 0.6]
    (split,) = splits(kinds(["2"] * 5 + ["3"] * 5), collect([results_of(shares)]))
    assert not split.telling


def several(count: int, stream: np.random.Generator, features: int = 6) -> dict[str, dict[str, str]]:
    """Students' features, dealt out by chance."""
    return {f"s{k:02}": {f"f{f}": str(v) for f, v in enumerate(stream.integers(2, 5, features))} for k in range(count)}


def test_the_more_is_compared_the_larger_a_difference_has_to_be() -> None:
    """Nine students in ten got the points with one stride, five in ten with the other."""
    shares = [float(k % 10 > 0) for k in range(20)] + [float(k % 10 > 4) for k in range(20)]
    strides = ["2"] * 20 + ["3"] * 20
    more = several(40, np.random.default_rng(5), 40)
    (alone,) = splits(kinds(strides), collect([results_of(shares)]))
    among = splits({"q": {s: {"a": strides[k], **more[s]} for k, s in enumerate(more)}}, collect([results_of(shares)]))
    assert among[0].feature == "a"
    assert among[0].z == pytest.approx(alone.z)
    assert (alone.telling, among[0].telling) == (True, False)


@pytest.mark.parametrize("n", [30, 60])
def test_at_most_one_fair_report_in_twenty_tells_a_difference(n: int) -> None:
    """Six features that mean nothing, results as classes have them: most got everything. Of 200 reports 10 are
    expected to; more than 19 come up once in 250 times.
    """
    stream = np.random.default_rng(n)
    alarms = 0
    for _ in range(200):
        shares = np.where(stream.random(n) < 0.7, 1.0, stream.random(n).round(1))
        found = splits({"q": several(n, stream)}, collect([results_of(shares.tolist())]))
        alarms += any(split.telling for split in found)
    assert 1 <= alarms <= 19


def test_a_real_difference_among_chance_ones_is_told() -> None:
    """With the third value two of three points are lost."""
    stream = np.random.default_rng(7)
    dealt = several(60, stream)
    shares = [1.0 - (dealt[s]["f3"] == "4") * 0.65 - 0.2 * stream.random() for s in dealt]
    found = splits({"q": dealt}, collect([results_of(shares)]))
    assert [split.feature for split in found if split.telling] == ["f3"]


def test_a_difference_at_one_question_is_found_whoever_was_asked_others() -> None:
    first, later = results_of([0.1] * 10 + [0.9] * 10), results_of([0.5] * 4)
    later = Block([f"t{k}" for k in range(4)], (Asked("other", "p", "p", 10.0),), later.verdicts, later.points)
    found = splits(kinds(["2"] * 10 + ["3"] * 10) | {"other": {"t0": {"x": "1"}}}, collect([first, later]))
    assert [(split.question, split.telling) for split in found] == [("q", True)]


def test_features_that_only_some_students_have_are_compared_whoever_comes_first() -> None:
    """The first student's numbers have no padding."""
    given = {f"s{k:02}": {"stride": "2"} | ({"padding": "1"} if k % 2 else {}) for k in range(12)}
    (split,) = splits({"q": given}, collect([results_of([k / 12 for k in range(12)])]))
    assert (split.feature, [s.value for s in split.strata]) == ("padding", ["1", "none"])


def test_a_feature_with_many_values_or_only_one_is_no_kind() -> None:
    shares = [0.1] * 20
    assert splits(kinds([str(k) for k in range(20)]), collect([results_of(shares)])) == []
    assert splits(kinds(["2"] * 20), collect([results_of(shares)])) == []


def test_two_features_that_part_the_class_alike_are_told_once() -> None:
    both = {"q": {f"s{k:02}": {"kernel": str(3 + k % 2), "stride": str(1 + k % 2)} for k in range(12)}}
    assert [split.feature for split in splits(both, collect([results_of([0.5] * 12)]))] == ["kernel"]


def test_strata_that_are_too_small_are_not_compared() -> None:
    shares = np.linspace(0, 1, LEAST - 1 + 50)[None]
    assert largest_differences(shares, np.array([0] * (LEAST - 1) + [1] * 50)) is None


def test_equal_results_differ_nowhere() -> None:
    """0.1 three times added up is not 0.3: rounding is no difference."""
    shares = np.array([[0.1 + 0.2] * 6 + [0.3] * 6])
    assert largest_differences(shares, np.array([0] * 6 + [1] * 6)) == [0.0]


@pytest.mark.parametrize("class_of", [1, 499, 500, 501, 999, 10_000])
def test_a_large_class_is_compared_by_five_hundred_evenly_spaced(class_of: int) -> None:
    students = [f"s{k:05}" for k in range(class_of)]
    chosen = evenly(students, MOST_COMPARED)
    assert len(chosen) == min(class_of, MOST_COMPARED)
    places = [students.index(student) for student in chosen]
    gaps = {late - early for early, late in pairwise(places)}
    assert max(gaps, default=1) - min(gaps, default=1) <= 1


def test_rows_about_a_sample_say_so() -> None:
    shares = [0.2] * 6 + [0.8] * 6
    more = results_of([*shares, 0.5, 0.5])
    given = kinds(["2"] * 6 + ["3"] * 6)
    made = wrong([0.7713] * 3, [0.31, 0.44, 0.52])
    told = [
        (row[0], row[4], row[6], row[7])
        for row in rows(analyse([more], 10, wrong=made, kinds=given, looked_at=12), {})
        if row[0] in {"cluster", "stratum"}
    ]
    among = "among 12 of 14 students"
    assert told[:3] == [
        ("cluster", "students", 12, f"{among}: s0 s1 s2"),
        ("cluster", "wrong there", 12, among),
        ("stratum", "facility", 6, among),
    ]
    assert told[-1] == ("stratum", "chance of such a difference", 12, f"beyond chance; {among}")


def test_rows_about_the_whole_class_name_the_students_alone() -> None:
    told = list(rows(analyse([results_of([0.5] * 3)], 10, wrong=wrong([0.7713] * 3, [0.31, 0.44, 0.52])), {}))
    assert ("cluster", "q", "x", "the same value 0.7713", "students", 3, 3, "s0 s1 s2") in told
