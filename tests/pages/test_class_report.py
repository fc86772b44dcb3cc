"""The class report of small made-up classes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from tests.pages.reading import page_texts

from grader.analysis import Analysis, Asked, Block, analyse
from grader.assignment import Assignment, read_assignment
from grader.marking import VERDICTS
from grader.pages.blocks import Beside, Document, Heading, HeatMap, Histogram, Plain, Scatter, Stats, Table
from grader.pages.class_report import Attention, ClassFigures, class_report
from grader.pages.class_tables import MOST_MISTAKES
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


CLASS = [[2.0, 2, 4 * (k % 2)] if k < 9 else [0, 2, 0] for k in range(12)]


def test_cards_have_the_numbers_and_their_company(assignment: Assignment) -> None:
    """Totals 2, 2, 2, 4, 4, 4, 4, 4, 8, 8, 8, 8."""
    cards = next(block for block in report(assignment, analysed(CLASS)).blocks if isinstance(block, Stats))
    assert cards.items[:4] == (
        ("Submissions", "12", "of 14 students"),
        ("Mean", "4.8", "of 8 points, 60%"),
        ("Median", "4.0", "IQR 3.5 – 8.0"),
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


def test_easy_parts_are_named_in_one_sentence(assignment: Assignment) -> None:
    table = [[2.0, 2.0, 4.0]] * 12
    blocks = list(report(assignment, analysed(table)).blocks)
    at = next(nth for nth, block in enumerate(blocks) if block == Heading("Parts to look at", 2))
    looked = blocks[at + 1]
    assert isinstance(looked, Table)
    assert looked.rows == (
        (
            "Easy: over 90% of the points, so they tell students apart very little",
            "lstm: f_1, i_1; tconv: size_1",
        ),
    )


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


def test_mistakes_that_are_left_out_are_not_said_to_be_fewer_students(assignment: Assignment) -> None:
    """Eighteen mistakes that one student each made: the table has twelve, the others are as common."""
    slips = [(q, name) for q in ("lstm", "tconv") for name in assignment.question(q).template.mistakes]
    text = said(report(assignment, analysed(CLASS, made=[("s000", q, "f_1", name) for q, name in slips])))
    assert f"{18 - MOST_MISTAKES} further mistakes, none more common, are in analysis.csv." in text


def test_both_forms_say_the_same_numbers(assignment: Assignment) -> None:
    document = report(assignment, analysed(CLASS))
    shown = set(re.findall(r"\d+(?:\.\d+)?%", " ".join(page_texts(pdf_bytes(document)))))
    assert {"75%", "60%", "33%"} <= shown
    page = said(document)
    assert all(number in page for number in shown)


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
