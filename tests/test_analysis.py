from __future__ import annotations

import math

import pytest

from grader.analysis import COLUMNS, CommonMistake, common_mistakes, items, table, totals
from grader.marking import VERDICTS

# question, part, verdict, entries, points, max: of three students
TALLY = [
    ("lstm", "f_1", "right", 2, 4.0, 4.0),
    ("lstm", "f_1", "wrong", 1, 0.0, 2.0),
    ("lstm", "c_1", "mistake", 3, 3.0, 6.0),
    ("lstm", "h_1", "mistake", 1, 2.0, 2.0),
    ("lstm", "h_1", "follows", 1, 2.0, 2.0),
    ("lstm", "h_1", "coarse", 1, 1.0, 2.0),
    ("ap", "ap", "blank", 1, 0.0, 4.0),
    ("ap", "ap", "right", 1, 4.0, 4.0),
    ("ap", "ap", "mistake", 1, 2.0, 4.0),
]
# student, question, part, mistake
MADE = [
    ("s1", "lstm", "c_1", "gates_swapped;bias_left_out"),
    ("s1", "lstm", "h_1", "gates_swapped"),
    ("s2", "lstm", "c_1", "gates_swapped"),
    ("s3", "lstm", "c_1", "bias_left_out"),
    ("s3", "ap", "ap", "bias_left_out"),
]


def counts(**found: int) -> dict[str, int]:
    return dict.fromkeys(VERDICTS, 0) | found


def test_each_part_has_its_verdicts_mean_and_facility() -> None:
    found = {(item.question, item.part): item for item in items(table(TALLY), 3)}
    assert list(found) == [("lstm", "f_1"), ("lstm", "c_1"), ("lstm", "h_1"), ("ap", "ap")]
    f_1, ap = found["lstm", "f_1"], found["ap", "ap"]
    assert (f_1.n, f_1.counts, f_1.max) == (3, counts(right=2, wrong=1), 2)
    assert f_1.mean == pytest.approx(4 / 3)
    assert f_1.facility == pytest.approx(4 / 6)
    assert (ap.counts, ap.mean, ap.max) == (counts(blank=1, right=1, mistake=1), 2, 4)
    assert ap.facility == pytest.approx(6 / 12)


def test_questions_are_summed_up_the_same_way() -> None:
    found = {item.question: item for item in items(table(TALLY), 3, ["question"])}
    lstm = found["lstm"]
    assert (lstm.n, lstm.part, lstm.max) == (9, "", 6)
    assert lstm.counts == counts(right=2, wrong=1, mistake=4, follows=1, coarse=1)
    assert lstm.mean == pytest.approx((5 + 3 + 4) / 3)
    assert lstm.facility == pytest.approx(12 / 18)


def test_entries_of_an_array_are_counted_one_by_one_and_their_points_added() -> None:
    (item,) = items(table([("q", "v", "right", 3, 1.5, 1.5), ("q", "v", "wrong", 1, 0.0, 0.5)]), 2)
    assert (item.n, item.mean, item.max, item.facility) == (4, 0.75, 1, 0.75)


def test_a_part_without_points_has_no_facility() -> None:
    (item,) = items(table([("q", "v", "right", 1, 0.0, 0.0)]), 1)
    assert item.facility is None


def test_common_mistakes_count_students_not_cells() -> None:
    assert common_mistakes(MADE) == [
        CommonMistake("lstm", "bias_left_out", 2, ("c_1",)),
        CommonMistake("lstm", "gates_swapped", 2, ("c_1", "h_1")),
        CommonMistake("ap", "bias_left_out", 1, ("ap",)),
    ]


def test_a_table_without_rows_has_nothing_to_tell() -> None:
    empty = table([])
    assert list(empty.columns) == list(COLUMNS)
    assert items(empty, 0) == []
    assert common_mistakes([]) == []
    assert totals([], 10) is None


def test_totals_are_those_of_a_hand_computed_table() -> None:
    found = totals([0, 4, 5, 9.5, 10], 10)
    assert found is not None
    assert (found.n, found.mean, found.median) == (5, 5.7, 5)
    squares = sum((x - 5.7) ** 2 for x in (0, 4, 5, 9.5, 10))
    assert found.deviation == pytest.approx(math.sqrt(squares / 4))
    assert found.edges == tuple(range(11))
    assert found.counts == (1, 0, 0, 0, 1, 1, 0, 0, 0, 2)


def test_one_student_has_no_deviation() -> None:
    found = totals([7], 10, bins=5)
    assert found is not None
    assert (found.deviation, found.median, found.counts) == (None, 7, (0, 0, 0, 1, 0))


def test_a_total_on_an_edge_belongs_above_it_and_the_full_one_to_the_last_bin() -> None:
    found = totals([0.3 * k for k in range(11)], 3)
    assert found is not None
    assert found.counts == (1, 1, 1, 1, 1, 1, 1, 1, 1, 2)


def test_where_there_are_no_points_all_totals_are_in_the_first_bin() -> None:
    found = totals([0, 0], 0)
    assert found is not None
    assert found.counts[0] == 2
