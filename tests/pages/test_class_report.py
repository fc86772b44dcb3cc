"""The class report of small made-up classes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

import numpy as np
import pytest
from tests.pages.reading import page_texts

from grader.analysis import Analysis, Asked, Block, Estimate, Item, analyse
from grader.assignment import Assignment, read_assignment
from grader.marking import VERDICTS
from grader.pages.blocks import Beside, Document, Heading, HeatMap, Histogram, Plain, Scatter, Stats, Table
from grader.pages.class_flags import flagged
from grader.pages.class_report import Attention, ClassFigures, class_report
from grader.pages.class_tables import MOST_MISTAKES, told
from grader.pages.paper.pdf import pdf_bytes
from grader.pages.screen.html import html_text
from grader.templates import BUILT_IN

STATUSES = {"graded": 0, "needs review": 0, "missing": 2, "attention": 0}
QUESTIONS = """\
title: A test
questions:
  - {id: lstm, template: lstm_forward}
  - {id: tconv, template: transposed_conv_size}
"""
CELLS = (
    Asked("lstm", "f_1", "f_1", 2.0),
    Asked("lstm", "i_1", "i_1", 2.0),
    Asked("tconv", "size_1", "size_1", 4.0),
)


@pytest.fixture
def assignment(tmp_path: Path) -> Assignment:
    (tmp_path / "hw.yaml").write_text(QUESTIONS)
    return read_assignment(tmp_path / "hw.yaml", BUILT_IN)


Rows = Sequence[tuple[str, ...]]
Kinds = Mapping[str, Mapping[str, Mapping[str, str]]]


def analysed(
    points: Sequence[Sequence[float]], made: Rows = (), wrong: Rows = (), kinds: Kinds | None = None
) -> Analysis:
    table = np.array(points, float)
    verdicts = np.where(table > 0, VERDICTS.index("right"), VERDICTS.index("wrong")).astype(np.int8)
    students = [f"s{k:03}" for k in range(len(points))]
    return analyse([Block(students, CELLS, verdicts, table)], 8.0, made, wrong, kinds=kinds)


def report(assignment: Assignment, found: Analysis, attention: Sequence[Attention] = ()) -> Document:
    n = found.totals.n if found.totals else 0
    return class_report(assignment, ClassFigures({**STATUSES, "graded": n}, found, attention))


def said(document: Document) -> str:
    """All that the page says, in words."""
    return re.sub(r"<[^>]+>", " ", html_text(document).partition("</style>")[2])


ITEM = Item("lstm", "f_1", 12, 12, 12, {}, 1.0, 2.0, 0.5, Estimate(None, 12))
CLASS = [[2.0, 2, 4 * (k % 2)] if k < 9 else [0, 2, 0] for k in range(12)]


def test_cards_have_the_numbers_and_their_company(assignment: Assignment) -> None:
    """Totals 2, 2, 2, 4, 4, 4, 4, 4, 8, 8, 8, 8."""
    cards = next(block for block in report(assignment, analysed(CLASS)).blocks if isinstance(block, Stats))
    assert cards.items[:4] == (
        ("Submissions", "12", "of 14 students"),
        ("Mean", "4.8", "of 8, 60%"),
        ("Median", "4.0", "middle half 3.5–8.0"),
        ("Std. deviation", "2.5", "points"),
    )


def test_a_class_of_twelve_has_all_charts(assignment: Assignment) -> None:
    blocks = report(assignment, analysed(CLASS)).blocks
    heat = next(block for block in blocks if isinstance(block, HeatMap))
    assert heat.groups == (("lstm", ("f_1", "i_1")), ("tconv", ("size_1",)))
    assert any(isinstance(block, Histogram) for block in blocks)  # too few dots for a scatter plot beside it


def test_three_parts_that_can_be_told_make_a_scatter_plot(assignment: Assignment) -> None:
    table = [[2.0 * (k % 2), 2.0 * (k % 3 > 0), 4.0 * (k > 5)] for k in range(12)]
    beside = next(block for block in report(assignment, analysed(table)).blocks if isinstance(block, Beside))
    (plot,) = beside.right
    assert isinstance(plot, Scatter)
    assert [(name, round(x, 2)) for name, x, _ in plot.dots] == [("f_1", 0.5), ("i_1", 0.67), ("size_1", 0.5)]


@pytest.mark.parametrize("students", [1, 2, 5, 9])
def test_small_classes_say_what_cannot_be_told(assignment: Assignment, students: int) -> None:
    text = said(report(assignment, analysed(CLASS[:students])))
    assert f"fewer than 10 students ({students})" in text
    assert "nan" not in text.lower()
    assert "None" not in text


def test_a_class_without_marks_says_so(assignment: Assignment) -> None:
    text = said(report(assignment, analyse([], 8.0)))
    assert "Nothing has been graded yet." in text
    assert "NaN" not in text


@pytest.mark.parametrize(("points", "possible"), [(100.0, 100.0), (87.5, 100.0), (40.25, 44.0), (1249.5, 1250.0)])
def test_cards_are_drawn_with_whole_notes(assignment: Assignment, points: float, possible: float) -> None:
    """Of a hundred and more points as of eight."""
    cells = (Asked("lstm", "f_1", "f_1", possible),)
    block = Block([f"s{k:05}" for k in range(12)], cells, np.full((12, 1), 2, np.int8), np.full((12, 1), points))
    document = report(assignment, analyse([block], possible))
    cards = next(block for block in document.blocks if isinstance(block, Stats))
    (first, *_) = page_texts(pdf_bytes(document))
    for _, value, note in cards.items:
        assert value in first
        assert note in first


def test_easy_parts_are_named_in_one_sentence_and_are_no_flags(assignment: Assignment) -> None:
    found = analysed([[2.0, 2.0, 4.0]] * 12)
    assert flagged(found) == []
    assert after("Parts to look at", report(assignment, found))[:2] == [
        Plain("No part stands out.", "small"),
        Plain(
            "Over 90% of the points, so these tell students apart very little: lstm: f_1, i_1; tconv: size_1.", "note"
        ),
    ]


def after(title: str, document: Document) -> list[object]:
    """What stands below a heading, up to the next one."""
    at = next(nth for nth, block in enumerate(document.blocks) if isinstance(block, Heading) and block.text == title)
    return list(takewhile(lambda block: not isinstance(block, Heading), document.blocks[at + 1 :]))


def test_card_dots_and_table_tell_the_same_parts(assignment: Assignment) -> None:
    """f_1 runs against the rest; size_1 has wrong answers that agree; i_1 is as it should be."""
    table = [[2.0 * (k < 6), 2.0 * (k > 3), 4.0 * (k > 5 or k == 0)] for k in range(12)]
    wrong = [(f"s{k:03}", "tconv", "size_1", "size_1", "7771", str(40 + 7 * k), "") for k in range(1, 6)]
    document = report(assignment, analysed(table, wrong=wrong))
    cards = next(block for block in document.blocks if isinstance(block, Stats))
    looked, *_ = after("Parts to look at", document)
    assert isinstance(looked, Table)
    plot = next(block for block in document.blocks if isinstance(block, Beside)).right[0]
    assert isinstance(plot, Scatter)
    assert cards.items[5] == ("Flagged parts", "2", "of 3")
    assert plot.stressed == ("f_1", "size_1")
    assert [why for why, _ in looked.rows] == [
        "Does not separate: discrimination under 0.2",
        "Wrong answers agree, and no named mistake explains them",
    ]
    assert looked.rows[1][1] == "tconv: size_1 (5 students)"


@pytest.mark.parametrize("students", [3, 9])
def test_few_students_make_no_part_hard_or_easy_but_the_key_is_doubted(assignment: Assignment, students: int) -> None:
    found = analysed([[0, 2.0, 4.0 * (k == 0)] for k in range(students)])
    looked, note = after("Parts to look at", report(assignment, found))
    assert isinstance(looked, Table)
    assert looked.rows == (("Nobody got it right: check the key", f"lstm: f_1 ({students} tried)"),)
    assert note == Plain("Too few students to judge parts by: it takes 10.", "note")


def test_a_card_counts_no_flags_where_too_few_can_be_judged(assignment: Assignment) -> None:
    cards = next(b for b in report(assignment, analysed([[2.0, 2, 4]] * 5)).blocks if isinstance(b, Stats))
    assert cards.items[5] == ("Flagged parts", "—", "too few students")


def test_statuses_say_what_they_stand_for(assignment: Assignment) -> None:
    text = said(report(assignment, analysed(CLASS)))
    for words in ("graded, to be looked at", "no sheet came in", "no file came in that counts"):
        assert words in text


def test_quarters_say_how_they_are_formed(assignment: Assignment) -> None:
    sentence = "Quarters are formed by total points; equal totals stay together."
    assert sentence in said(report(assignment, analysed(CLASS)))
    assert sentence not in said(report(assignment, analysed(CLASS[:5])))


def test_reliability_says_which_totals_may_differ_by_chance(assignment: Assignment) -> None:
    """1.96 standard errors of a difference of two totals, worked out from the questions' points by numpy."""
    table = np.array([[2.0 * (k > 3), 2.0 * (k > 7), 4.0 * (k > 5)] for k in range(12)])
    both = np.column_stack([table[:, :2].sum(axis=1), table[:, 2]])
    alpha = 2 * (1 - both.var(axis=0, ddof=1).sum() / both.sum(axis=1).var(ddof=1))
    error = both.sum(axis=1).std(ddof=1) * (1 - alpha) ** 0.5
    text = said(report(assignment, analysed(table.tolist())))
    assert f"is {alpha:.2f}: at least about {alpha:.0%} of the variance" in text
    assert f"Two totals less than {1.96 * 2**0.5 * error:.1f} points apart may differ by chance alone." in text


def test_a_negative_alpha_has_its_meaning_and_a_minus_sign(assignment: Assignment) -> None:
    text = said(
        report(
            assignment, analysed([[2.0 * (k % 2), 2.0 * (k % 2), 4.0 * (k % 2 < 1)] for k in range(11)] + [[2.0, 2, 4]])
        )
    )
    assert "alpha is negative: the questions have nothing in common that these totals show" in text
    assert re.search(r"−\d", text)
    assert not re.search(r"-\d", text)


def test_a_discrimination_of_nothing_has_no_sign() -> None:
    assert [told(replace(ITEM, discrimination=Estimate(v, 12))) for v in (-1e-9, -0.254, 0.3)] == [
        "0.00", "−0.25", "0.30"
    ]  # fmt: skip


def test_a_part_that_nobody_got_asks_for_a_look_at_the_key(assignment: Assignment) -> None:
    text = said(report(assignment, analysed([[2.0 * (k % 2), 2, 0] for k in range(12)])))
    assert "Nobody got it right: check the key" in text
    assert "tconv: size_1 (12 tried)" in text


def test_agreeing_wrong_answers_are_told_with_their_students(assignment: Assignment) -> None:
    keys = (0.41, 0.52, 0.63)
    wrong = [(f"s{k:03}", "lstm", "f_1", "f_1", f"{2 * key:g}", f"{key:g}", "") for k, key in enumerate(keys)]
    text = said(report(assignment, analysed(CLASS, wrong=wrong)))
    assert "twice the right value" in text
    assert "s000, s001, s002" in text


def test_mistakes_are_told_in_words_with_the_share_of_students(assignment: Assignment) -> None:
    made = [(f"s{k:03}", "lstm", "f_1", "bias_left_out") for k in range(3)]
    text = said(report(assignment, analysed(CLASS, made=made)))
    assert "With the bias left out" in text
    assert "3 (25%)" in text
    assert "bias_left_out" not in text


def test_an_answer_that_two_mistakes_explain_has_one_row(assignment: Assignment) -> None:
    made = [("s000", "lstm", "f_1", "bias_left_out;tanh_left_out")]
    text = said(report(assignment, analysed(CLASS, made=made)))
    assert "With the bias left out or " in text
    assert text.count("1 (8%)") == 1


def test_open_answers_are_counted_as_the_terminal_does_and_make_the_mean_a_mean_so_far(assignment: Assignment) -> None:
    verdicts = np.full((12, 3), VERDICTS.index("right"), np.int8)
    verdicts[0, 0], verdicts[1, 1] = VERDICTS.index("pending"), VERDICTS.index("unreadable")
    found = analyse([Block([f"s{k:03}" for k in range(12)], CELLS, verdicts, np.full((12, 3), 2.0))], 8.0)
    document = report(assignment, found)
    text = " ".join(said(document).split())
    assert "2 answers are still to be marked by a person (1 of them could not be read)" in text
    assert "the totals are so far without their points" in text
    (cards,) = (block for block in document.blocks if isinstance(block, Stats))
    assert cards.items[1][2] == "of 8 so far"


def test_mistakes_that_are_left_out_are_not_said_to_be_fewer_students(assignment: Assignment) -> None:
    """Eighteen mistakes that one student each made: the table has twelve, the others are as common."""
    slips = [(q, name) for q in ("lstm", "tconv") for name in assignment.question(q).template.mistakes]
    text = said(report(assignment, analysed(CLASS, made=[("s000", q, "f_1", name) for q, name in slips])))
    assert f"{18 - MOST_MISTAKES} further mistakes, none more common, are in analysis.csv." in text


def test_both_forms_say_the_same_numbers(assignment: Assignment) -> None:
    """Every number of the one is in the other, those of the charts' axes too."""
    document = report(assignment, analysed(CLASS))
    paper, screen = (numbers(text) for text in (" ".join(page_texts(pdf_bytes(document))), said(document)))
    assert {"75%", "60%", "33%", "4.8", "12"} <= paper & screen
    assert paper == screen


def numbers(text: str) -> set[str]:
    return set(re.findall(r"−?\d+(?:\.\d+)?%?", text))


def test_hostile_file_names_stay_text(assignment: Assignment) -> None:
    name = "<script>alert(1)</script> $\\frac{a}{b}$ **x**"
    document = report(assignment, analysed(CLASS), [Attention(name, "s1", name, "3", "look")])
    page = html_text(document)
    assert "<script>" not in page
    assert page.count("$\\frac{a}{b}$ **x**") == 2
    assert any("$\\frac{a}{b}$" in text.replace("\n", " ") for text in page_texts(pdf_bytes(document)))


def test_a_long_list_of_files_is_cut_and_says_where_the_rest_is(assignment: Assignment) -> None:
    rows = [Attention(f"file {k}", "", "unread", "", "look") for k in range(75)]
    text = said(report(assignment, analysed(CLASS), rows))
    assert "file 59" in text
    assert "file 60" not in text
    assert "15 more are in attention.csv." in text


def test_numbers_that_were_harder_than_others_are_told(assignment: Assignment) -> None:
    """Twelve students whose stride was 2 or 3: all points against none, √12 standard errors."""
    found = analysed([[2.0, 2, 4 * (k % 2)] for k in range(12)], kinds={"tconv": strides(12)})
    text = said(report(assignment, found))
    assert "2: 0% (n = 6); 3: 100% (n = 6)" in text
    assert "3.5" in text


def strides(n: int) -> dict[str, dict[str, str]]:
    return {f"s{k:03}": {"layers[1].stride": str(2 + k % 2)} for k in range(n)}


def test_the_same_class_gives_the_same_bytes(assignment: Assignment) -> None:
    one, other = (pdf_bytes(report(assignment, analysed(CLASS))) for _ in range(2))
    assert one == other


def test_words_of_the_program_stay_inside(assignment: Assignment) -> None:
    plain = [block.text for block in report(assignment, analysed(CLASS)).blocks if isinstance(block, Plain)]
    for word in ("follows", "carried", "pinned", "admissible"):
        assert not any(word in text for text in plain)
        assert word not in said(report(assignment, analysed(CLASS)))
