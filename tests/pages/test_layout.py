from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.drawing import Label
from grader.pages.blocks import Histogram, Table
from grader.pages.charts.histogram import histogram, ticks
from grader.pages.letters.cleaning import fitted, minus
from grader.pages.letters.fonts import width
from grader.pages.paper.cards import shared
from grader.pages.paper.flow import pieces
from grader.pages.paper.givens import grid
from grader.pages.paper.pen import Pen
from grader.pages.paper.pieces import Piece, paginate, together

ROOM = 100.0


def nothing(_pen: Pen, _x: float, _top: float) -> None:
    pass


PIECES = st.lists(
    st.builds(
        Piece,
        height=st.floats(1, 90),
        draw=st.just(nothing),
        before=st.floats(0, 9),
        with_next=st.booleans(),
    ),
    max_size=30,
)


@given(PIECES)
def test_every_piece_stands_once_in_order_and_inside_its_page(given_pieces: list[Piece]) -> None:
    pages = paginate(given_pieces, ROOM)
    assert [piece for page in pages for _, piece in page] == given_pieces
    assert all(down + piece.height <= ROOM + 1e-9 for page in pages for down, piece in page)


@given(PIECES)
def test_pieces_do_not_overlap(given_pieces: list[Piece]) -> None:
    for page in paginate(given_pieces, ROOM):
        for (down, piece), (below, _) in pairwise(page):
            assert down + piece.height <= below + 1e-9


def test_pieces_kept_together_go_to_the_next_page_together() -> None:
    filler, kept = Piece(70, nothing), list(together([Piece(20, nothing), Piece(20, nothing)]))
    assert [len(page) for page in paginate([filler, *kept], ROOM)] == [1, 2]


def test_what_no_page_can_hold_together_breaks_where_it_must() -> None:
    assert [len(page) for page in paginate(together([Piece(60, nothing)] * 3), ROOM)] == [1, 1, 1]


def test_a_head_is_repeated_on_a_new_page() -> None:
    head = Piece(10, nothing)
    rows = [Piece(40, nothing, head=head) for _ in range(3)]
    assert [[down for down, _ in page] for page in paginate([head, *rows], ROOM)] == [[0, 10, 50], [0, 10]]


def test_nothing_is_one_empty_page() -> None:
    assert paginate([], ROOM) == [[]]


def test_a_table_wants_rows_of_one_length() -> None:
    with pytest.raises(ValueError, match="give all the same"):
        pieces([Table(("a", "b"), (("1", "2"), ("1",)))], 400)


def test_a_table_row_of_endless_text_fits_on_a_page() -> None:
    table = Table(tuple("abcdefghijkl"), (("word " * 400,) * 12,))
    assert all(piece.height < 700 for piece in pieces([table], 487))


@pytest.mark.parametrize(
    ("text", "shown"), [("-0.5", "−0.5"), ("-1e-5", "−1e−5"), ("a-b", "a-b"), ("2026-12-01", "2026-12-01")]
)
def test_only_negative_numbers_get_a_minus_sign(text: str, shown: str) -> None:
    assert minus(text) == shown


def test_a_vector_is_a_column_and_a_number_has_no_brackets() -> None:
    assert grid("1.5") == (("1.5",),)
    assert grid(("1", "2")) == (("1",), ("2",))


def test_a_ragged_matrix_is_refused() -> None:
    with pytest.raises(ValueError, match="different lengths"):
        grid((("1", "2"), ("3",)))


@given(st.lists(st.floats(1, 500), min_size=1, max_size=8), st.floats(50, 500))
def test_room_is_shared_and_never_overspent(wants: list[float], available: float) -> None:
    rooms = shared(wants, available)
    assert sum(rooms) <= available + 1e-6
    assert all(room <= want for room, want in zip(rooms, wants, strict=True))


@given(st.floats(0.01, 1e6))
def test_ticks_reach_the_highest_value_in_few_steps(high: float) -> None:
    steps = ticks(high)
    assert steps[0] == 0
    assert steps[-1] >= high * (1 - 1e-6)
    assert len(steps) <= 8


@given(st.text(max_size=100), st.floats(10, 200))
def test_fitted_text_fits(text: str, available: float) -> None:
    assert width("sans", fitted(text, available), 8) <= max(available, width("sans", "…", 8))


def test_a_histogram_says_in_words_what_it_shows() -> None:
    drawn = histogram(Histogram((0.0, 5.0, 10.0), (3, 7), 6.5, 7.0, x_label="points"), 300)
    assert drawn.alt == "Histogram of points. 0 to 5: 3; 5 to 10: 7. Mean 6.5. Median 7.0."


def test_a_histogram_of_nothing_is_drawn() -> None:
    drawn = histogram(Histogram((0.0, 1.0), (0,)), 300)
    assert [s.text for s in drawn.shapes if isinstance(s, Label)] == ["0", "1", "0", "1"]


def test_a_histogram_wants_one_edge_more_than_counts() -> None:
    with pytest.raises(ValueError, match="n \\+ 1 edges"):
        histogram(Histogram((0.0, 1.0), (1, 2)), 300)
