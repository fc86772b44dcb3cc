"""Empty answer sheets as Excel workbooks: what is typed into an answer stays the text that was typed."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence

from grader.errors import CourseError
from grader.part import Part
from grader.sheets.writing import HEADER

WIDTHS = (14, 14, 24, 60)
ANSWER = HEADER.index("answer")
TEXT = 49
"""Excel's own format for cells that hold text, whatever is typed."""
_MADE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""The same paper is the same file, whenever it is made."""


def xlsx_sheet(assignment: str, student: str, instance: str, questions: Mapping[str, Sequence[Part]]) -> bytes:
    """A workbook whose answer cells are text: a spreadsheet makes no date of 1/2 and no 1518 of 1.518.

    CourseError: the package that writes workbooks is not installed.
    """
    try:
        from xlsxwriter import Workbook  # noqa: PLC0415 - an extra that may be missing
    except ImportError:
        message = "sheets as .xlsx need one package more: pip install 'grader[xlsx]', or take --format csv"
        raise CourseError(message) from None
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        workbook.set_properties({"title": assignment, "created": _MADE})
        page = workbook.add_worksheet("answers")
        text = workbook.add_format({"num_format": TEXT})
        answer = workbook.add_format(
            {"num_format": TEXT, "bg_color": "#FFF8DC", "border": 1, "border_color": "#BBBBBB"}
        )
        for column, width in enumerate(WIDTHS):
            page.set_column(column, column, width, text)
        page.freeze_panes(1, 0)
        bold = workbook.add_format({"bold": True, "num_format": TEXT})
        for nth, row in enumerate(_rows(assignment, student, instance, questions)):
            for column, value in enumerate(row):
                to_fill = column == ANSWER and nth > 0 and bool(row[1])
                style = bold if nth == 0 else answer if to_fill else text
                if value:
                    page.write_string(nth, column, value, style)
                else:
                    page.write_blank(nth, column, None, style)
    return out.getvalue()


def _rows(
    assignment: str, student: str, instance: str, questions: Mapping[str, Sequence[Part]]
) -> Iterator[tuple[str, ...]]:
    yield HEADER
    for name, value in (("assignment", assignment), ("student", student), ("instance", instance)):
        yield name, "", value, ""
    for question, parts in questions.items():
        for part in parts:
            for cell, meaning in zip(part.cells, part.meanings, strict=True):
                yield question, cell, "", meaning
