"""The handout: every question stated, drawn and asked on the page, and nothing over its edge."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.pages.geometry import marks, outside, overlaps
from tests.pages.reading import page_texts

from grader.assignment import Assignment, checked_assignment
from grader.config import Source
from grader.course import Course
from grader.pages.blocks import AnswerBox, AnswerBoxes, Around, Block, Document, Keep, Table
from grader.pages.handout import handout
from grader.pages.paper.pdf import pdf_bytes, typeset
from grader.pages.screen.html import html_text
from grader.roster import Student
from grader.rubric import Rubric, compiled
from grader.templates import BUILT_IN
from grader.variant import draw_variants

LARGE: dict[str, list[dict[str, Any]]] = {
    "lstm_forward": [{"inputs": 4, "hidden": 3, "steps": 4}, {"steps": 1}],
    "average_precision": [{"ranks": 12}, {"ranks": 20}],
    "box_iou_l2": [{"cases": 1}, {"cases": 4}, {"format": "center"}],
    "transposed_conv_size": [{"layers": 4}, {"layers": 1, "output_padding": True}],
    "rnn_bptt": [{"inputs": 4, "hidden": 3, "outputs": 3, "steps": 4}, {"steps": 6, "losses": [2, 6]}],
}
CASES = [(template, parameters) for template, several in LARGE.items() for parameters in ({}, *several)]


@cache
def _compiled(template: str, parameters: str) -> tuple[Assignment, Rubric]:
    question = dict(id="q", template=template, parameters=json.loads(parameters))
    source = Source(Path("hw.yaml"), dict(title="A sheet", questions=[question]), {})
    assignment = checked_assignment(source, "hw", BUILT_IN)
    return assignment, compiled(assignment, source, (), {})


def drawn(template: str, parameters: dict[str, Any], seed: str = "7") -> tuple[Assignment, Document]:
    """An assignment of one question, and a student's handout."""
    assignment, rubric = _compiled(template, json.dumps(parameters))
    variants = draw_variants(assignment, rubric, seed, "s1")
    q = assignment.questions[0].read(variants["q"].givens)
    return assignment, handout(assignment, rubric, Student("s1", "Ελένη"), "AAAA-BBBB", {"q": q})


def boxes(blocks: tuple[Block, ...]) -> list[AnswerBox]:
    found: list[AnswerBox] = []
    for block in blocks:
        if isinstance(block, Keep | Around):
            found += boxes(block.blocks)
        elif isinstance(block, Table):
            found += [cell for row in block.rows for cell in row if isinstance(cell, AnswerBox)]
        elif isinstance(block, AnswerBoxes):
            for item in block.items:
                found += [item] if isinstance(item, AnswerBox) else [box for row in item.rows for box in row]
    return found


@pytest.mark.parametrize(("template", "parameters"), CASES)
def test_every_cell_asked_for_has_one_box(template: str, parameters: dict[str, Any]) -> None:
    assignment, page = drawn(template, parameters)
    asked = [cell for part in assignment.questions[0].asked for cell in part.cells]
    assert Counter(box.name for box in boxes(page.blocks)) == Counter(asked)


@pytest.mark.parametrize(("template", "parameters"), CASES)
@pytest.mark.parametrize("seed", ["7", "8", "9"])
def test_nothing_leaves_the_page_or_stands_on_something_else(
    template: str, parameters: dict[str, Any], seed: str
) -> None:
    found = marks(drawn(template, parameters, seed)[1])
    assert outside(found) == []
    assert overlaps(found) == []


@pytest.mark.parametrize(("template", "parameters"), CASES)
def test_no_markup_is_left_over(template: str, parameters: dict[str, Any]) -> None:
    page = drawn(template, parameters)[1]
    for text in ("\n".join(page_texts(pdf_bytes(page))), html_text(page).partition("<main>")[2]):
        for left_over in ("$", "\\", "**", "nan", "None", "{\\", "left("):
            assert left_over not in text.partition('<script type="application/json"')[0].replace("\\u", "")


def test_the_sample_assignment_has_two_pages_for_everybody() -> None:
    course = Course(Path(__file__).parents[2])
    loaded = course.load("hw4")
    for number in range(60):
        student = Student(f"s{number:03}", "Konstantina Papadopoulou-Fernández")
        variants = draw_variants(loaded.assignment, loaded.rubric, "pages", student.id)
        givens = {q.id: q.read(variants[q.id].givens) for q in loaded.assignment.questions}
        made = typeset(handout(loaded.assignment, loaded.rubric, student, "AAAA-BBBB", givens))
        assert len(made.pages) == 2


def test_a_choice_equals_nothing() -> None:
    """Its symbol is what is asked about, and its box holds a label."""
    _, page = drawn("vanishing_gradient", {})
    captions = {box.name: box.caption for box in boxes(page.blocks)}
    assert captions["fate"] == r"\text{the gradient}"
    assert captions["product"].endswith("=")
