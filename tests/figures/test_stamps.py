from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from tests.figures.measures import labels, outside, overlapping

from grader.drawing import BLUE, ORANGE, Drawing, Rect
from grader.figures.stamps import BOTH, FIRST, SECOND, Layer, drawing
from grader.numerics.convolution import transposed_size


def pairs(low: int, high: int) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(low, high), st.integers(low, high))


layers = st.builds(
    Layer, input=pairs(1, 9), kernel=pairs(1, 7), stride=pairs(1, 4), padding=pairs(0, 3), dilation=pairs(1, 3)
)


def counted(layer: Layer) -> dict[tuple[int, int], int]:
    """How often each cell of the uncut output is added to, by plain loops over all input cells and taps."""
    hits: dict[tuple[int, int], int] = {}
    for i in range(layer.input[0]):
        for j in range(layer.input[1]):
            for a in range(layer.kernel[0]):
                for b in range(layer.kernel[1]):
                    at = i * layer.stride[0] + a * layer.dilation[0], j * layer.stride[1] + b * layer.dilation[1]
                    hits[at] = hits.get(at, 0) + 1
    return hits


@given(layers)
def test_the_stamps_of_all_cells_cover_the_uncut_output_exactly(layer: Layer) -> None:
    """The formula for the size, from stamps alone: their reach, less the padding on both sides."""
    found: set[tuple[int, int]] = set()
    for i in range(layer.input[0]):
        for j in range(layer.input[1]):
            found |= layer.taps((i, j))
    assert found == set(counted(layer))
    for axis in (0, 1):
        reach = max(cell[axis] for cell in found) + 1
        size = transposed_size(*(pair[axis] for pair in (layer.input, layer.kernel, layer.stride)))
        assert layer.dilation[axis] > 1 or reach == size


@given(layers)
def test_stamps_add_up_where_two_cells_are_counted(layer: Layer) -> None:
    if layer.second is None:
        assert not layer.adds_up
        return
    two = Layer((layer.second[0] + 1, layer.second[1] + 1), *vars_of(layer))
    assert layer.adds_up == (max(counted(two).values()) == 2)


def vars_of(layer: Layer) -> tuple[tuple[int, int], ...]:
    return layer.kernel, layer.stride, layer.padding, layer.dilation


def filled(drawn: Drawing, fill: str) -> float:
    return sum(s.width * s.height for s in drawn.shapes if isinstance(s, Rect) and s.fill == fill)


@given(layers)
def test_the_hatched_area_is_as_many_cells_as_are_counted_twice(layer: Layer) -> None:
    drawn = drawing(layer)
    unit = next(s for s in drawn.shapes if isinstance(s, Rect) and s.line_width == 1.3).width / layer.span(1)
    two = Layer((layer.second[0] + 1, layer.second[1] + 1) if layer.second else (1, 1), *vars_of(layer))
    twice = sum(count == 2 for count in counted(two).values())
    assert round(filled(drawn, BOTH) / unit**2, 6) == twice


@given(layers)
def test_outlines_are_a_stride_apart_and_as_long_as_the_kernel_reaches(layer: Layer) -> None:
    outlines = {s.stroke: s for s in drawing(layer).shapes if isinstance(s, Rect) and s.line_width == 1.3}
    first = outlines[BLUE]
    unit = first.width / layer.span(1)
    assert abs(first.height / unit - layer.span(0)) < 1e-6
    assert (ORANGE in outlines) == (layer.second is not None)
    if layer.second:
        second = outlines[ORANGE]
        moved = (second.y - first.y) / unit, (second.x - first.x) / unit
        expected = layer.corner(layer.second)
        assert max(abs(m - e) for m, e in zip(moved, expected, strict=True)) < 1e-6
        assert second.dashed
        assert not first.dashed


@given(layers, st.booleans())
def test_it_fits_and_labels_stay_apart(layer: Layer, several: bool) -> None:
    drawn = drawing(layer, one_of_several=several)
    assert drawn.width <= 170
    assert drawn.height <= 115
    assert outside(drawn) == []
    assert list(overlapping(drawn)) == []


@given(layers)
def test_no_number_is_drawn_and_only_given_ones_are_said(layer: Layer) -> None:
    """The output's size is what is asked for."""
    drawn = drawing(layer)
    assert not any(re.search(r"\d", s.text) for s in labels(drawn) if isinstance(s.text, str))
    given_numbers = {n for pair in (layer.input, *vars_of(layer)) for n in pair}
    assert {int(n) for n in re.findall(r"\d+", drawn.alt)} <= given_numbers


def test_huge_givens_are_drawn_in_outline() -> None:
    drawn = drawing(Layer((512, 512), (100_000, 100_000), (1000, 1000), (7, 7), (2, 2)))
    assert len(drawn.shapes) < 60
    assert outside(drawn) == []


def test_cells_of_both_stamps_have_their_colours() -> None:
    drawn = drawing(Layer((3, 3), (2, 2), (1, 1), (0, 0), (1, 1)))
    assert [round(filled(drawn, fill)) > 0 for fill in (FIRST, SECOND, BOTH)] == [True] * 3
