from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import CourseError
from grader.export import Cells

HERE = Path("gradebook.csv")
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff"), max_size=8)
TABLES = st.lists(st.lists(TEXT, min_size=2, max_size=4), min_size=1, max_size=5)


@given(st.binary(max_size=60))
def test_whatever_the_bytes_are_what_is_not_filled_in_comes_back_to_the_byte(data: bytes) -> None:
    try:
        cells = Cells(data, HERE)
    except CourseError:
        return
    assert cells.encoded() == data


@given(
    table=TABLES,
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n"]),
    bom=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-16-le"]),
)
def test_one_cell_is_filled_in_and_all_others_are_read_as_before(
    table: list[list[str]], quoting: int, end: str, bom: bool, encoding: str
) -> None:
    table = [["Student", "ID", "A"], *([cell.replace("\r", " ") for cell in row] for row in table)]
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=end, quoting=quoting).writerows(table)  # type: ignore[arg-type]
    mark = "\ufeff" if bom or encoding != "utf-8" else ""
    cells = Cells((mark + out.getvalue()).encode(encoding), HERE)
    assert [[cell.text for cell in row] for row in cells.rows] == table
    cells.put(len(table) - 1, 1, "12.50")
    table[-1][1] = "12.50"
    read = csv.reader(io.StringIO(cells.encoded().decode(encoding).removeprefix("\ufeff"), newline=""))
    assert list(read) == table


@pytest.mark.parametrize(
    ("row", "filled"),
    [
        ('"a","b",""', '"a","b","9.50"'),  # a row all in quotes stays one
        ('"a b",b,', '"a b",b,9.50'),
        ('a,b,"1"', 'a,b,"9.50"'),
    ],
)
def test_what_is_filled_in_has_the_quotes_that_its_row_has(row: str, filled: str) -> None:
    cells = Cells(f"x,y,z\n{row}\n".encode(), HERE)
    cells.put(1, 2, "9.50")
    assert cells.encoded() == f"x,y,z\n{filled}\n".encode()


@pytest.mark.parametrize(
    ("text", "mark"), [("a;b\n1,50;2\n", ","), ("a,b\n1.50,2\n", "."), ("a;b\nx;3\n", "."), ('a,b\n"1,234",2\n', ".")]
)
def test_the_decimal_mark_is_the_files_own(text: str, mark: str) -> None:
    assert Cells(text.encode(), HERE).decimal_mark == mark


def test_a_decimal_comma_between_commas_is_put_in_quotes() -> None:
    cells = Cells(b'a,b\n"10,00",\n', HERE)
    cells.put(1, 1, "9,50")
    assert cells.encoded() == b'a,b\n"10,00","9,50"\n'


def test_a_quote_that_is_not_closed_is_told_with_its_line() -> None:
    """Read on, it would swallow the rest of the class."""
    with pytest.raises(CourseError, match=r"gradebook.csv, line 2: a cell begins with a quote that is not closed"):
        Cells(b'a,b\n"x,1\ny,2\n', HERE)
