"""Worked solutions and keys: symbols, numbers, and the values of common mistakes."""

from __future__ import annotations

import re

import numpy as np
import pytest
from tests.helpers import rules_of
from tests.pages.papers import STUDENT, assignment, key, rubric
from tests.pages.reading import page_texts
from tests.pages.test_html import read

from grader.chance import Stream
from grader.pages.blocks import Document, Worked, Working
from grader.pages.key import key as key_page
from grader.pages.paper.pdf import pdf_bytes
from grader.pages.screen.html import html_text
from grader.pages.solution import drawn, latex_of, shown, solution
from grader.templates import BUILT_IN
from grader.work import Reference, everything


def test_a_name_becomes_a_symbol() -> None:
    assert latex_of("delta_3") == r"\delta_{3}"
    assert latex_of("x") == "x"
    assert latex_of("size_1") == r"\mathrm{size}_{1}"


def test_a_matrix_is_rows_with_their_points_below_each_other() -> None:
    assert drawn(np.array([[0.5, -0.0123456], [0.25, 12.0]])) == (("0.5000", "−0.0123"), ("0.2500", "12.0000"))


def test_a_short_vector_is_a_column_and_a_long_one_a_list() -> None:
    assert drawn(np.array([1.0, 2.0])) == ("1", "2")
    assert drawn(np.arange(5.0)) == "0, 1, 2, 3, 4"


def test_a_single_entry_stands_for_itself() -> None:
    assert drawn(np.array([[0.123456789]])) == "0.123457"


def test_entries_of_very_different_size_keep_their_own_digits() -> None:
    assert drawn(np.array([1234.5, 0.00012])) == ("1234.5", "0.00012")


def test_every_step_has_its_value_as_computed() -> None:
    for question in assignment().questions:
        block = solution(question, key(question.id))
        assert isinstance(block, Worked)
        assert [step.value for step in block.steps] == [drawn(step.value) for step in key(question.id).values()]


def test_no_step_shows_a_raw_name() -> None:
    for question in assignment().questions:
        block = solution(question, key(question.id))
        assert isinstance(block, Worked)
        assert not [step.symbol for step in block.steps if re.search(r"(^|[^\\])(delta|dE)", step.symbol)]
        assert not [step.how for step in block.steps if re.search(r"\bd[OVWUE]\b", step.how)]


def test_the_key_has_each_mistake_that_differs_beside_its_step() -> None:
    page = key_page(assignment(), rubric(), STUDENT, "AAAA-BBBB", {q.id: key(q.id) for q in assignment().questions})
    said = " ".join(read(html_text(page)).said)
    step = key("lstm")["f_1"]
    assert f"bias left out  {shown(step.mistakes['bias_left_out'])}" in said
    assert "bias_left_out" not in said


def test_the_key_on_paper_and_on_screen_has_the_same_numbers() -> None:
    page = key_page(assignment(), rubric(), STUDENT, "AAAA-BBBB", {q.id: key(q.id) for q in assignment().questions})
    numbers = re.compile(r"\d+\.\d+")
    paper, screen = "\n".join(page_texts(pdf_bytes(page))), " ".join(read(html_text(page)).said)
    assert set(numbers.findall(paper)) == set(numbers.findall(screen))


@pytest.mark.parametrize(
    ("template", "parameters"),
    [
        ("lstm_forward", dict(hidden=8, inputs=4, steps=1)),
        ("rnn_bptt", dict(hidden=8, steps=3, losses=[2, 3])),
        ("average_precision", dict(ranks=12)),
        ("transposed_conv_size", dict(layers=4)),
    ],
)
def test_the_key_of_a_large_question_is_drawn_inside_its_page(template: str, parameters: dict[str, object]) -> None:
    """Matrices as wide as these go below their formula, and none is drawn beyond the margin."""
    rules = rules_of(template, parameters=parameters)
    asked = rules.question
    q = asked.read(BUILT_IN[template].draw(asked.parameters, Stream("key", template)))
    steps = BUILT_IN[template].run(asked.parameters, q, Reference(everything)).steps
    pdf = pdf_bytes(Document("Key", (solution(asked, steps, mistakes=True),)))
    assert all(text.strip() for text in page_texts(pdf))


def test_steps_without_a_formula_are_drawn() -> None:
    block = Worked(
        (Working("", "x", "", "1"), Working("y_1", "y", "x + 1", ("1", "2"), (("sign flipped", "3"),))),
        "common mistakes",
    )
    said = " ".join(read(html_text(Document("T", (block,)))).said)
    assert "sign flipped" in said
    assert "sign flipped" in "\n".join(page_texts(pdf_bytes(Document("T", (block,))))).replace("\n", " ")
