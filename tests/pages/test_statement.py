"""A question's statement: nothing that is given is lost, whatever is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.helpers import rules_of

from grader.chance import Stream
from grader.pages.blocks import AnswerBox, Around, Block, Keep, Table
from grader.pages.paper.flow import pieces
from grader.pages.paper.table import least_width
from grader.pages.wording import points_of_parts, statement


def blocks(template: str, parameters: dict[str, Any], *ask: str) -> list[Block]:
    question = rules_of(template, parameters=parameters, ask=list(ask)).question
    raw = question.template.draw(question.parameters, Stream("7"))
    return statement(question, question.read(raw))


def tables(found: list[Block]) -> Iterator[Table]:
    for block in found:
        if isinstance(block, Table):
            yield block
        elif isinstance(block, Keep | Around):
            yield from tables(list(block.blocks))


def cells(found: list[Block]) -> list[list[str]]:
    """Rows as texts; a box to write in as its name."""
    return [
        [cell.name if isinstance(cell, AnswerBox) else str(cell) for cell in row[1:]]
        for table in tables(found)
        for row in table.rows
    ]


def test_a_ranking_is_shown_where_only_its_end_is_asked() -> None:
    (relevant,) = cells(blocks("average_precision", dict(ranks=5, positives=2), "ap"))
    assert sorted(relevant) == ["0", "0", "0", "1", "1"]


def test_a_table_with_places_only_is_left_out_where_none_is_asked() -> None:
    found = blocks("average_precision", dict(ranks=5, positives=2, shuffled=True), "ap")
    assert len(list(tables(found))) == 1


def test_a_layer_that_is_not_asked_for_is_still_given() -> None:
    first, second = cells(blocks("transposed_conv_size", dict(layers=2), "size_2"))
    assert first[0].isdigit()
    assert first[-1] == ""
    assert second[-1] == "size_2"
    assert all(number.isdigit() for number in (*first[1:-1], *second[1:-1]))


@pytest.mark.parametrize("ask", [("precision",), ("recall", "ap"), ("interpolated",)])
def test_places_are_those_of_the_parts_asked_for(ask: tuple[str, ...]) -> None:
    found = blocks("average_precision", dict(ranks=5, positives=2), *ask)
    named = {cell.partition("[")[0] for row in cells(found) for cell in row if "[" in cell}
    assert named == set(ask) - {"ap"}


def test_a_table_stands_beside_a_drawing_only_where_no_word_breaks() -> None:
    """Nine columns are too many for two thirds of a line."""
    wide = blocks("transposed_conv_size", dict(layers=2, square=False, dilation=True, output_padding=True), "size_*")
    (around,), (table,) = wide, tables(wide)
    assert isinstance(around, Around)
    beside = 487.0 - around.drawing.width
    assert beside < least_width(table) < 487.0
    whole = [*pieces([*around.blocks, around.drawing], 487.0)]
    found = [*pieces(wide, 487.0)]
    assert len(found) > 1  # the table's rows follow the drawing and stand not beside it
    assert sum(piece.height for piece in found) < sum(piece.height for piece in whole)


def test_parts_that_are_worth_more_are_told() -> None:
    rubric = {"points": 12, "parts": {"h_*": {"points": 2}, "c_2": {"points": 3}}}
    rules = rules_of("lstm_forward", rubric, {"steps": 2})
    assert points_of_parts(rules) == "Points: 3 for c_2, 2 each for h_1, h_2, else 0.56."
    assert points_of_parts(rules_of("lstm_forward", {"points": 12})) == ""
