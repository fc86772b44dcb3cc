"""The tables of givens, and their places to fill in."""

from __future__ import annotations

from typing import Any

import pytest
from tests.helpers import rules_of

from grader.chance import Stream
from grader.template import Picture, Slot

SLOTTED: list[tuple[str, dict[str, Any]]] = [
    *(("average_precision", dict(ranks=ranks, positives=2)) for ranks in (2, 12, 14, 15, 20, 100)),
    ("average_precision", dict(ranks=20, shuffled=True)),
    ("average_precision", dict(interpolation="all_point")),
    *(("transposed_conv_size", dict(layers=layers)) for layers in (1, 2, 4)),
    ("transposed_conv_size", dict(layers=3, square=False, dilation=True, output_padding=True)),
    *(("hebbian_learning", dict(inputs=inputs)) for inputs in (2, 3, 8)),
    *(("focal_loss", dict(n=n)) for n in (2, 3, 12)),
    *(("multilabel_bce", dict(images=m, labels=n)) for m, n in ((1, 2), (1, 3), (3, 2), (8, 8))),
    *(("vanishing_gradient", dict(steps=steps)) for steps in (3, 5, 12)),
    *(("activation_derivative", dict(n=n)) for n in (2, 4, 12)),
]
BESIDE = {"ap", "loss", "gamma_zero", "near_one", "near_zero", "product", "fate", "steps", "formula"}
"""Parts with one answer have their places below the tables."""


def tables(template: str, parameters: dict[str, Any], **question: Any) -> tuple[list[str], list[Picture]]:
    """The cells that the question has besides its single answers, and its tables."""
    found = rules_of(template, parameters=parameters, **question).question
    raw = {**found.template.draw(found.parameters, Stream("7")), **found.givens}
    pictures = list(found.template.tables(found.parameters, found.read(raw)))
    return [cell for part in found.parts for cell in part.cells if part.name not in BESIDE], pictures


@pytest.mark.parametrize(("template", "parameters"), SLOTTED)
def test_each_cell_has_one_place(template: str, parameters: dict[str, Any]) -> None:
    cells, pictures = tables(template, parameters)
    places = [cell.cell for picture in pictures for row in picture.rows for cell in row if isinstance(cell, Slot)]
    assert sorted(places) == sorted(cells)


@pytest.mark.parametrize(("template", "parameters"), SLOTTED)
def test_tables_are_rectangular_and_narrow(template: str, parameters: dict[str, Any]) -> None:
    for picture in tables(template, parameters)[1]:
        assert {len(row) for row in picture.rows} == {len(picture.header)}
        assert len(picture.header) <= 15


def test_a_place_stands_below_its_rank_and_its_recall_level() -> None:
    _, (*rankings, levels) = tables("average_precision", dict(ranks=20))
    assert [len(table.header) for table in rankings] == [11, 11]
    for table in rankings:
        for rank, precision, recall in zip(table.header[1:], *(row[1:] for row in table.rows[1:]), strict=True):
            assert (precision, recall) == (Slot(f"precision[{rank}]"), Slot(f"recall[{rank}]"))
    assert levels.header[1:] == ("0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9", "1")
    assert levels.rows[0][1:] == tuple(Slot(f"interpolated[{j}]") for j in range(1, 12))


def test_candidates_out_of_order_have_a_table_of_their_own() -> None:
    """Its columns are candidates and not ranks: no precision belongs below them."""
    _, (candidates, ranking, _) = tables("average_precision", dict(ranks=6, positives=3, shuffled=True))
    assert [row[0] for row in candidates.rows] == ["confidence", "relevant"]
    assert [row[0] for row in ranking.rows] == ["precision $P_k$", "recall $R_k$"]


def test_a_chain_names_its_input_and_the_output_that_goes_in() -> None:
    layers = [dict(kernel=3), dict(kernel=2, stride=2), dict(kernel=5, padding=1)]
    _, (table,) = tables("transposed_conv_size", {}, givens=dict(input=5, layers=layers))
    assert table.header == ("layer", "input $I$", "kernel $K$", "stride $S$", "padding $P$", "output $O$")
    assert table.rows == (
        ("1", "5", "3", "1", "0", Slot("size_1")),
        ("2", "O₁", "2", "2", "0", Slot("size_2")),
        ("3", "O₂", "5", "1", "1", Slot("size_3")),
    )


def test_dilation_and_output_padding_have_a_column_where_a_layer_has_them() -> None:
    given = dict(input=[3, 4], layers=[dict(kernel=3, dilation=2), dict(kernel=[2, 3])])
    _, (table,) = tables("transposed_conv_size", {}, givens=given)
    assert table.header[5:] == ("dilation $D$", "output height", "output width")
    assert table.rows[0] == ("1", "3 × 4", "3", "1", "0", "2", Slot("size_1[1]"), Slot("size_1[2]"))


def test_boxes_are_listed_as_given() -> None:
    cases = [dict(truth=[6, 6, 15, 12], prediction=[6, 7, 15, 9.5])]
    _, (table,) = tables("box_iou_l2", {}, givens=dict(cases=cases))
    assert table == Picture(
        ("box", "$x_1$", "$y_1$", "$x_2$", "$y_2$"),
        (("case 1, $A$", "6", "6", "15", "12"), ("case 1, $B$", "6", "7", "15", "9.5")),
    )
