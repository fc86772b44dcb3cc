"""Statistics against tables worked out by hand, and against pandas."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.analysis import (
    Asked,
    Block,
    CommonMistake,
    Item,
    analyse,
    blocks,
    by_quarter,
    collect,
    common_mistakes,
    parts,
    quarters,
    questions,
    reliability,
    rows,
    totals,
)
from grader.analysis.reliability import LEAST, correlation
from grader.marking import VERDICTS

# question, part, cell, max
CELLS = (
    Asked("lstm", "f_1", "f_1", 2.0),
    Asked("lstm", "v", "v[1]", 1.0),
    Asked("lstm", "v", "v[2]", 1.0),
    Asked("ap", "ap", "ap", 4.0),
)
# a row a student; what they got in each cell
MARKS = {
    "s1": (("right", 2.0), ("right", 1.0), ("right", 1.0), ("right", 4.0)),
    "s2": (("right", 2.0), ("wrong", 0.0), ("mistake", 0.5), ("blank", 0.0)),
    "s3": (("wrong", 0.0), ("follows", 1.0), ("unreadable", 0.0), ("mistake", 2.0)),
}


def block(marks: Mapping[str, Sequence[tuple[str, float]]], cells: tuple[Asked, ...] = CELLS) -> Block:
    verdicts = [[VERDICTS.index(verdict) for verdict, _ in row] for row in marks.values()]
    points = [[points for _, points in row] for row in marks.values()]
    shape = (len(marks), len(cells))
    return Block(
        tuple(marks),
        cells,
        np.array(verdicts, np.int8).reshape(shape),
        np.array(points, float).reshape(shape),
    )


def scored(table: Sequence[Sequence[float]], most: float = 10.0) -> Block:
    """Students with points at questions q0, q1, … of one part each."""
    cells = tuple(Asked(f"q{k}", "p", "p", most) for k in range(len(table[0])))
    return block({f"s{i:03}": tuple(("right", points) for points in row) for i, row in enumerate(table)}, cells)


def named(items: list[Item]) -> dict[tuple[str, str], Item]:
    return {(item.question, item.part): item for item in items}


def counts(**found: int) -> dict[str, int]:
    return dict.fromkeys(VERDICTS, 0) | found


def test_each_part_has_its_verdicts_mean_and_facility() -> None:
    found = named(parts(collect([block(MARKS)])))
    assert list(found) == [("lstm", "f_1"), ("lstm", "v"), ("ap", "ap")]
    f_1, v, ap = found.values()
    assert (f_1.n, f_1.counts, f_1.max, f_1.facility) == (3, counts(right=2, wrong=1), 2, 4 / 6)
    assert (v.n, v.counts) == (6, counts(right=2, wrong=1, mistake=1, follows=1, unreadable=1))
    assert (v.mean, v.max, v.facility) == pytest.approx((3.5 / 3, 2, 3.5 / 6))
    assert (ap.counts, ap.mean, ap.facility) == (counts(right=1, blank=1, mistake=1), 2, 0.5)
    assert (ap.full, ap.none) == pytest.approx((1 / 3, 1 / 3))


def test_questions_are_summed_up_the_same_way() -> None:
    lstm, ap = questions(collect([block(MARKS)]))
    assert (lstm.question, lstm.part, lstm.n, lstm.max) == ("lstm", "", 9, 4)
    assert lstm.counts == counts(right=4, wrong=2, mistake=1, follows=1, unreadable=1)
    assert (lstm.mean, lstm.facility) == pytest.approx((7.5 / 3, 7.5 / 12))
    assert (lstm.full, lstm.none, ap.n) == pytest.approx((1 / 3, 0, 3))


def test_students_of_two_issues_are_counted_where_they_were_asked() -> None:
    later = block({"s9": (("right", 4.0), ("right", 3.0))}, (CELLS[3], Asked("new", "x", "x", 3.0)))
    found = named(parts(collect([block(MARKS), later])))
    assert (found["ap", "ap"].students, found["ap", "ap"].facility) == (4, 10 / 16)
    assert (found["new", "x"].students, found["lstm", "f_1"].students) == (1, 3)


def test_a_part_without_points_has_no_facility() -> None:
    (item,) = parts(collect([block({"s1": (("right", 0.0),)}, (Asked("q", "p", "p", 0.0),))]))
    assert (item.facility, item.full, item.none) == (None, None, None)


def test_what_several_tried_and_nobody_got_is_told() -> None:
    cells = (Asked("q", "p", "p", 1.0),)
    tried = {f"s{k}": (("wrong", 0.0),) for k in range(3)}
    assert parts(collect([block(tried, cells)]))[0].nobody_got_it
    assert not parts(collect([block(tried | {"s9": (("coarse", 0.5),)}, cells)]))[0].nobody_got_it
    assert not parts(collect([block(dict.fromkeys(tried, (("blank", 0.0),)), cells)]))[0].nobody_got_it


def test_what_people_marked_says_nothing_about_a_key() -> None:
    """Eleven answers in words that nobody gave all points for."""
    marks = {f"s{k}": (("reviewed", 0.5),) for k in range(11)} | {"s99": (("blank", 0.0),)}
    (item,) = parts(collect([block(marks, (Asked("q", "why", "why", 1.0),))]))
    assert (item.wrote, item.nobody_got_it) == (0, False)


def test_a_part_that_is_mostly_still_to_be_marked_cannot_be_told() -> None:
    """Of the blank sheet alone it would be the hardest part; the points that are given stand in the totals."""
    cells = (Asked("q", "why", "why", 5.0), Asked("q", "x", "x", 1.0))
    marks = {f"s{k:02}": (("pending", 0.0), ("right", 1.0)) for k in range(10)}
    marks |= {"s97": (("reviewed", 4.0), ("right", 1.0)), "s98": (("blank", 0.0), ("blank", 0.0))}
    results = collect([block(marks, cells)])
    why, x = parts(results)
    assert (why.n, why.marked, why.students, why.facility, why.full, why.none) == (12, 2, 0, None, None, None)
    assert (x.students, x.facility) == (12, 11 / 12)
    assert results.totals["s97"] == 5
    assert questions(results)[0].facility == 11 / 12
    assert all(quarter.facilities[0] is None for quarter in by_quarter(results))


def test_a_part_that_is_half_marked_is_told_of_those_who_are_marked() -> None:
    marks = {"s1": (("pending", 0.0),), "s2": (("reviewed", 4.0),)}
    (item,) = parts(collect([block(marks, (Asked("q", "why", "why", 5.0),))]))
    assert (item.students, item.facility) == (1, 0.8)


def test_who_tried_is_counted_by_students_not_by_entries() -> None:
    """Two students filled an array of two entries, a third left it empty, what a fourth wrote could not be read."""
    cells = (Asked("q", "v", "v[1]", 1.0), Asked("q", "v", "v[2]", 1.0))
    wrong, blank, unread = ("wrong", 0.0), ("blank", 0.0), ("unreadable", 0.0)
    marks = {"s1": (wrong, wrong), "s2": (wrong, blank), "s3": (blank, blank), "s4": (unread, blank)}
    (item,) = parts(collect([block(marks, cells)]))
    assert (item.wrote, item.nobody_got_it) == (2, False)
    (item,) = parts(collect([block(marks | {"s5": (blank, wrong)}, cells)]))
    assert (item.wrote, item.nobody_got_it) == (3, True)
    assert [whole.wrote for whole in questions(collect([block(MARKS)]))] == [3, 2]


def test_marks_that_are_not_streamed_are_right_with_all_their_points() -> None:
    """Marks 11 and 12 are the first student's, 15 and 16 the second's."""
    asked = [("q", "v", "v[1]", 1.0), ("q", "best", "best", 2.0)]
    stream = iter([(16, VERDICTS.index("blank"), 0.0), (11, VERDICTS.index("mistake"), 0.5)])
    (made,) = blocks([(["s1", "s2"], [11, 15], asked, stream)])
    found = [[VERDICTS[place] for place in row] for row in made.verdicts]
    assert found == [["mistake", "right"], ["right", "blank"]]
    assert made.points.tolist() == [[0.5, 2], [1, 0]]
    assert made.cells[1] == Asked("q", "best", "best", 2.0)


def test_common_mistakes_count_students_not_cells() -> None:
    made = [
        ("s1", "lstm", "c_1", "gates_swapped;bias_left_out"),
        ("s1", "lstm", "h_1", "gates_swapped"),
        ("s2", "lstm", "c_1", "gates_swapped"),
        ("s3", "lstm", "c_1", "bias_left_out"),
        ("s3", "ap", "ap", "bias_left_out"),
    ]
    assert common_mistakes(made) == [
        CommonMistake("lstm", "gates_swapped", 2, ("c_1", "h_1")),
        CommonMistake("ap", "bias_left_out", 1, ("ap",)),
        CommonMistake("lstm", "bias_left_out", 1, ("c_1",)),
    ]


def test_an_answer_that_two_mistakes_explain_is_counted_once() -> None:
    made = [("s1", "lstm", "c_1", "gates_swapped;bias_left_out"), ("s2", "lstm", "c_1", "gates_swapped;bias_left_out")]
    assert common_mistakes(made) == [CommonMistake("lstm", "gates_swapped;bias_left_out", 2, ("c_1",))]


def test_a_class_without_marks_has_nothing_to_tell() -> None:
    found = analyse([], 10)
    assert (found.totals, found.parts, found.questions, found.quarters, found.clusters, found.splits) == (
        None, [], [], [], [], []
    )  # fmt: skip
    assert found.reliability.alpha.reason == "there are no questions"
    assert list(rows(found, {"missing": 3})) == [("class", "", "", "missing", "students", 3, 3, "")]


def test_totals_are_those_of_a_hand_computed_table() -> None:
    found = totals([0, 4, 5, 9.5, 10], 10)
    assert found is not None
    assert (found.n, found.mean, found.median, found.quartiles) == (5, 5.7, 5, (4, 9.5))
    squares = sum((x - 5.7) ** 2 for x in (0, 4, 5, 9.5, 10))
    assert found.deviation == pytest.approx(math.sqrt(squares / 4))
    assert found.edges == tuple(range(11))
    assert found.counts == (1, 0, 0, 0, 1, 1, 0, 0, 0, 2)


def test_quartiles_lie_between_two_totals_as_the_line_between_them_says() -> None:
    found = totals([1, 2, 4, 8], 10)
    assert found is not None
    assert found.quartiles == (1.75, 5)  # at 0.25·3 = 0.75 and 0.75·3 = 2.25 steps


def test_one_student_has_no_deviation() -> None:
    found = totals([7], 10)
    assert found is not None
    assert (found.deviation, found.median, sum(found.counts)) == (None, 7, 1)


def test_a_total_on_an_edge_belongs_above_it_and_the_full_one_to_the_last_bin() -> None:
    found = totals([0.3 * k for k in range(11)], 3)
    assert found is not None
    assert found.edges[:3] == (0, 0.5, 1)
    assert found.counts == (2, 2, 1, 2, 2, 2)


@given(st.lists(st.integers(0, 400).map(lambda k: k / 10), min_size=1, max_size=60), st.sampled_from([0.0, 3, 44, 120]))
def test_every_total_is_in_one_bin_of_a_round_width(points: list[float], possible: float) -> None:
    found = totals(points, possible)
    assert found is not None
    assert sum(found.counts) == len(points)
    assert found.edges[-1] >= max(points)
    assert len({round(high - low, 9) for low, high in pairwise(found.edges)}) == 1


def test_equal_totals_are_in_the_same_quarter_of_the_class() -> None:
    points = pd.Series([1.0, 2, 2, 2, 2, 6, 7, 8])
    assert quarters(points).tolist() == [0, 1, 1, 1, 1, 2, 3, 3]


@given(st.lists(st.integers(0, 12).map(float), min_size=1, max_size=60), st.randoms())
def test_quarters_rise_with_the_total_and_do_not_know_the_order_of_students(
    points: list[float], chance: object
) -> None:
    place = quarters(pd.Series(points))
    assert all(place[i] <= place[j] for i in place.index for j in place.index if points[i] <= points[j])
    order = list(range(len(points)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    assert quarters(pd.Series([points[i] for i in order])).tolist() == [place[i] for i in order]


def test_quarters_have_the_mean_share_of_each_part() -> None:
    """Totals 10, 11, 12, 13, 13, 14, 15, 16: the two of 13 share rank 4.5 and so the second quarter."""
    table: list[list[float]] = [[0, 10], [1, 10], [2, 10], [3, 10], [4, 9], [5, 9], [6, 9], [7, 9]]
    found = by_quarter(collect([scored(table)]))
    assert [(quarter.name, quarter.n) for quarter in found] == [
        ("Top quarter", 2), ("Second", 3), ("Third", 1), ("Bottom quarter", 2)
    ]  # fmt: skip
    assert [quarter.facilities for quarter in found] == [
        pytest.approx((0.65, 0.9)),
        pytest.approx((0.4, 28 / 30)),
        pytest.approx((0.2, 1.0)),
        pytest.approx((0.05, 1.0)),
    ]


def test_a_class_too_small_for_quarters_is_one_group() -> None:
    (everybody,) = by_quarter(collect([block(MARKS)]))
    assert (everybody.name, everybody.n) == ("Everybody", 3)
    assert everybody.facilities == pytest.approx((4 / 6, 3.5 / 6, 0.5))


# twelve students, three questions of ten points; the sums below are worked out by hand
SCORES = [[2, 1, 3], [3, 2, 2], [4, 4, 5], [5, 3, 4], [5, 6, 5], [6, 5, 7], [7, 6, 6], [7, 8, 7], [8, 7, 9], [9, 9, 8],
          [9, 8, 10], [10, 10, 9]]  # fmt: skip


def test_alpha_and_its_standard_error_are_those_of_a_hand_computed_table() -> None:
    """Sums 75, 69 and 75; sums of squared deviations 70.25, 88.25, 70.25 and, of the totals, 648.25."""
    found = reliability(collect([scored([[float(x) for x in row] for row in SCORES])]).by_question)
    alpha = 3 / 2 * (1 - (70.25 + 88.25 + 70.25) / 648.25)
    assert (found.alpha.value, found.alpha.n, found.questions) == pytest.approx((alpha, 12, 3))
    assert found.error.value == pytest.approx(math.sqrt(648.25 / 11 * (1 - alpha)))


def test_discrimination_of_a_question_leaves_it_out_of_the_total() -> None:
    first = questions(collect([scored([[float(x) for x in row] for row in SCORES])]))[0]
    frame = pd.DataFrame(SCORES, dtype=float)
    assert first.discrimination.value == pytest.approx(frame[0].corr(frame[1] + frame[2]))


def test_discrimination_of_a_part_leaves_its_whole_question_out() -> None:
    cells = (Asked("a", "x", "x", 5.0), Asked("a", "y", "y", 5.0), Asked("b", "z", "z", 5.0))
    marks = {f"s{k:02}": (("right", float(r[0] / 2)), ("right", float(r[1] / 2)), ("right", float(r[2] / 2)))
             for k, r in enumerate(SCORES)}  # fmt: skip
    x = parts(collect([block(marks, cells)]))[0]
    frame = pd.DataFrame(SCORES, dtype=float)
    assert x.discrimination.value == pytest.approx(frame[0].corr(frame[2]))


SCORE_TABLES = st.integers(2, 5).flatmap(
    lambda k: st.lists(st.lists(st.integers(0, 10).map(float), min_size=k, max_size=k), min_size=LEAST, max_size=40)
)


@settings(deadline=None)
@given(SCORE_TABLES)
def test_reliability_and_discrimination_agree_with_pandas(table: list[list[float]]) -> None:
    results = collect([scored(table)])
    frame = pd.DataFrame(table)
    total, k = frame.sum(axis=1), frame.shape[1]
    found = reliability(results.by_question)
    if total.std() < 1e-9:
        assert found.alpha.value is None
    else:
        assert found.alpha.value == pytest.approx(k / (k - 1) * (1 - frame.var().sum() / total.var()), abs=1e-9)
    for nth, item in enumerate(questions(results)):
        rest = total - frame[nth]
        if frame[nth].std() < 1e-9 or rest.std() < 1e-9:
            assert item.discrimination.value is None
        else:
            assert item.discrimination.value == pytest.approx(frame[nth].corr(rest), abs=1e-9)
            assert abs(item.discrimination.value or 0) <= 1
        assert item.facility == pytest.approx(frame[nth].mean() / 10)


@settings(deadline=None)
@given(SCORE_TABLES, st.randoms())
def test_no_statistic_knows_the_order_of_students(table: list[list[float]], chance: object) -> None:
    made = scored(table)
    order = list(range(len(table)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    mixed = Block([made.students[i] for i in order], made.cells, made.verdicts[order], made.points[order])
    assert analyse([mixed], 20) == analyse([made], 20)


@pytest.mark.parametrize(
    ("item", "rest", "reason"),
    [
        ([1.0] * (LEAST - 1), [1.0] * (LEAST - 1), f"fewer than {LEAST} students ({LEAST - 1})"),
        ([1.0] * LEAST, list(map(float, range(LEAST))), "everybody got the same points here"),
        (list(range(LEAST)), [0.1 + 0.2] * LEAST, "everybody got the same points elsewhere"),
    ],
)
def test_what_cannot_be_told_says_why(item: list[float], rest: list[float], reason: str) -> None:
    found = correlation(np.array(item, float), np.array(rest, float))
    assert (found.value, found.reason) == (None, reason)


def test_one_question_has_no_alpha() -> None:
    found = reliability(collect([scored([[float(k)] for k in range(12)])]).by_question)
    assert (found.alpha.value, found.alpha.reason) == (None, "there is only one question")


def test_questions_that_contradict_each_other_have_no_standard_error() -> None:
    found = reliability(collect([scored([[float(k), 10.0 - k + (k == 3)] for k in range(11)])]).by_question)
    assert found.alpha.value is not None
    assert found.alpha.value < 0
    assert found.error.value is None
    assert "nothing in common" in found.error.reason


def test_only_students_who_were_asked_everything_count_for_alpha() -> None:
    made = scored([[float(x) for x in row] for row in SCORES])
    other = block({"t1": (("right", 3.0),)}, (Asked("q0", "p", "p", 10.0),))
    alone, both = (reliability(collect(group).by_question) for group in ([made], [made, other]))
    assert (both.alpha.n, both.alpha.value) == (12, alone.alpha.value)
