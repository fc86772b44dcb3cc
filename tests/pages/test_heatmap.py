"""Heat maps, scatter plots and histograms: what they show stays readable, whatever the numbers."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.drawing import BLUE, RED, Dot, Label, Line, Rect
from grader.figures.places import Area, free
from grader.pages.blocks import HeatMap, Histogram, Scatter
from grader.pages.charts.heatmap import bands, color, heat_maps, ink_on, luminance
from grader.pages.charts.histogram import histogram
from grader.pages.charts.scatter import CROWDED, LEADER, NARROW, WIDE, area_of, scatter
from grader.pages.paper.flow import GAP_BESIDE
from grader.pages.paper.pdf import LINE
from grader.pages.screen.heatmap import html_tables
from grader.pages.screen.html import CHART_WIDTH

SHARES = st.floats(0, 1) | st.none()


def heat(groups: dict[str, int], rows: int = 2) -> HeatMap:
    count = sum(groups.values())
    return HeatMap(
        tuple((name, tuple(f"part_{k}" for k in range(size))) for name, size in groups.items()),
        tuple((f"row {r}", tuple((r + c) % 7 / 6 for c in range(count))) for r in range(rows)),
        title="Shares",
        note="%",
    )


@pytest.mark.parametrize("share", [k / 100 for k in range(101)])
def test_numbers_on_every_colour_have_the_contrast_that_readers_need(share: float) -> None:
    """At least 4.5 to 1, as WCAG 2.2 asks of small text."""
    low, high = sorted((luminance(color(share)), luminance(ink_on(color(share)))))
    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_luminance_is_that_of_the_standard() -> None:
    assert (luminance("#000000"), luminance("#ffffff")) == pytest.approx((0, 1))
    assert luminance("#ff0000") == pytest.approx(0.2126)


@given(st.lists(st.integers(1, 80), min_size=1, max_size=6), st.integers(60, 600))
def test_every_column_is_in_one_band_in_order_and_no_band_is_wider_than_its_room(sizes: list[int], room: int) -> None:
    chart = heat({f"q{k}": size for k, size in enumerate(sizes)})
    made = bands(chart, room)
    assert [c.place for band in made for _, columns in band.groups for c in columns] == list(range(sum(sizes)))
    for band in made:
        width = sum(c.width for _, columns in band.groups for c in columns) + 5 * (len(band.groups) - 1)
        assert width <= room + 1e-6


def test_seventy_parts_take_several_bands_and_the_first_has_the_title() -> None:
    drawings = heat_maps(heat({f"q{k}": 14 for k in range(5)}), 480)
    assert len(drawings) > 2
    assert [drawing.title for drawing in drawings] == ["Shares"] + [""] * (len(drawings) - 1)
    for drawing in drawings:
        assert all(s.x >= 0 and s.x + s.width <= 480.01 for s in drawing.shapes if isinstance(s, Rect))


def test_a_heat_map_is_a_table_whose_headers_say_what_they_head() -> None:
    page = html_tables(heat({"lstm": 2, "ap": 1}), 480)
    assert page.count('<th scope="colgroup"') == 2
    assert page.count('<th scope="col"') == 3
    assert page.count('<th scope="row"') == 2
    assert '<th scope="colgroup" colspan="2"' in page


def test_colour_is_never_the_only_sign() -> None:
    page = html_tables(HeatMap((("q", ("a", "b")),), (("all", (0.256, None)),)), 480)
    assert ">26</td>" in page
    assert ">–</td>" in page


def test_names_of_parts_are_never_markup() -> None:
    page = html_tables(HeatMap((("<b>q</b>", ("<i>",)),), (("<u>", (0.5,)),), title="<s>"), 480)
    assert not any(tag in page for tag in ("<b>", "<i>", "<u>", "<s>"))
    assert "&lt;b&gt;q&lt;/b&gt;" in page


DOTS = st.lists(
    st.tuples(st.sampled_from(["f_1", "dW_12", "intersection_1", "a"]), st.floats(0, 1), st.floats(-1, 1)),
    max_size=40,
)


@settings(deadline=None)
@given(DOTS, st.sampled_from([230, NARROW, 250, WIDE]))
def test_names_and_words_meet_neither_each_other_nor_a_dot(dots: list[tuple[str, float, float]], width: float) -> None:
    chart = Scatter(tuple(dots), x_label="x", y_label="y", stressed=("dW_12",))
    drawing = scatter(chart, width)
    named = {name for name, _, _ in dots} | {"as it should be", "does not separate"}
    areas = [area_of(s) for s in drawing.shapes if isinstance(s, Label) and s.text in named]
    assert all(area_of(s).left >= 0 and area_of(s).right <= width for s in drawing.shapes if isinstance(s, Label))
    assert not any(one.meets(other) for one, other in combinations(areas, 2))
    for dot in (s for s in drawing.shapes if isinstance(s, Dot)):
        assert 0 <= dot.x <= width
        assert 0 <= dot.y <= drawing.height
        assert not any(b.left < dot.x < b.right and b.top < dot.y < b.bottom for b in areas)
    assert all(b.left >= 0 and b.right <= width and b.top >= 0 and b.bottom <= drawing.height for b in areas)


@settings(deadline=None, max_examples=50)
@given(DOTS)
def test_both_forms_of_a_page_name_the_same_dots(dots: list[tuple[str, float, float]]) -> None:
    bunch = [(name, 0.5 + x / 9, y / 3) for name, x, y in dots[::2]]
    chart = Scatter(tuple((f"{name}{nth}", x, y) for nth, (name, x, y) in enumerate([*dots, *bunch])), stressed=("a0",))
    names = {name for name, _, _ in chart.dots}
    paper, screen = (
        {s.text for s in scatter(chart, width).shapes if isinstance(s, Label) and s.text in names}
        for width in ((LINE - GAP_BESIDE) / 2, CHART_WIDTH)
    )
    assert paper == screen


def test_a_crowded_plot_names_only_what_stands_out() -> None:
    """Forty good parts, one that is stressed, one that is too easy."""
    good = [(f"p{k}", 0.3 + 0.01 * k, 0.4 + 0.003 * k) for k in range(CROWDED + 16)]
    drawing = scatter(Scatter((*good, ("weak", 0.5, 0.05), ("easy", 0.97, 0.3)), stressed=("weak",)), 230)
    shown = {str(s.text) for s in drawing.shapes if isinstance(s, Label)}
    assert {"weak", "easy"} <= shown
    assert not {name for name, _, _ in good} & shown


def test_only_stressed_dots_are_red_wherever_they_are() -> None:
    chart = Scatter((("weak", 0.5, 0.05), ("alike", 0.6, 0.5), ("good", 0.7, 0.4)), stressed=("alike",))
    assert [s.fill for s in scatter(chart, 230).shapes if isinstance(s, Dot)] == [BLUE, RED, BLUE]


def test_a_name_that_stands_away_has_a_line_to_its_dot() -> None:
    """Nine dots in a bunch: some of their names cannot stand beside them."""
    chart = Scatter(tuple((f"intersection_{k}", 0.5 + 0.03 * (k % 3), 0.3 + 0.06 * (k // 3)) for k in range(9)))
    shapes = scatter(chart, 230).shapes
    dots = [(s.x, s.y) for s in shapes if isinstance(s, Dot)]
    lines = [s for s in shapes if isinstance(s, Line) and s.color == LEADER]
    areas = [area_of(s) for s in shapes if isinstance(s, Label) and str(s.text).startswith("intersection_")]
    assert len(areas) >= 6
    assert len(lines) >= 3
    for line in lines:
        assert (line.x1, line.y1) in dots
        touched = Area(line.x2 - 1e-6, line.y2 - 1e-6, line.x2 + 1e-6, line.y2 + 1e-6)
        assert not free(touched, areas)


def test_the_axis_starts_at_a_round_per_cent_before_the_least_dot() -> None:
    labels = [
        s.text for s in scatter(Scatter((("a", 0.83, 0.3), ("b", 0.97, 0.5))), 230).shapes if isinstance(s, Label)
    ]
    assert [text for text in labels if str(text).endswith("%")] == ["80%", "85%", "90%", "95%", "100%"]


def test_no_axis_has_a_negative_zero() -> None:
    """Steps of 0.2 from -0.6 on miss zero by 1e-17."""
    chart = Scatter((("a", 0.5, -0.55), ("b", 0.6, 0.5)))
    labels = [s.text for s in scatter(chart, 230).shapes if isinstance(s, Label)]
    assert [text for text in labels if "." in str(text)] == ["−0.6", "−0.4", "−0.2", "0.0", "0.2", "0.4", "0.6"]


def test_a_histogram_names_a_mean_of_over_a_thousand_in_points() -> None:
    drawing = histogram(Histogram((0.0, 1000.0, 2000.0), (1, 3), 1234.56, 1250.0), 230)
    assert {"mean 1234.6", "median 1250.0"} <= {s.text for s in drawing.shapes if isinstance(s, Label)}
    assert drawing.alt.endswith("Mean 1234.6. Median 1250.0.")


def test_a_scatter_plot_says_its_dots_in_words() -> None:
    chart = Scatter((("f_1", 0.75, -0.25), ("g", 0.5, -1e-9)), x_label="facility", y_label="discrimination")
    said = "Scatter plot of facility and discrimination. f_1: 75%, −0.25; g: 50%, 0.00."
    assert scatter(chart, 230).alt == said
