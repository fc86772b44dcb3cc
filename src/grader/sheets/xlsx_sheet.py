"""The answer sheet as an Excel workbook: its cells as the texts that a CSV file would hold."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator

from grader.answers import Sheet
from grader.errors import SheetProblem
from grader.sheets.csv_sheet import read_csv
from grader.sheets.workbook import check

MOST_WORKSHEETS = 5
_EXPORT = "Fill in the answer sheet that was handed out, or save it as CSV UTF-8, and hand that in."


def read_xlsx(data: bytes) -> Sheet:
    """The first worksheet that is an answer sheet. SheetProblem: none is, or the workbook cannot be read.

    A number is what the cell holds, not how it is shown; a date stays one, for the reader of numbers to tell.
    """
    first: SheetProblem | None = None
    for rows in _worksheets(data):
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\n").writerows([[_text(cell) for cell in row] for row in rows])
        try:
            return read_csv(out.getvalue().encode("utf-8", "replace"))
        except SheetProblem as problem:
            first = first or problem
    raise first or SheetProblem("the workbook has no worksheet", advice=_EXPORT)


def _worksheets(data: bytes) -> Iterator[list[list[object]]]:
    try:
        from python_calamine import CalamineWorkbook  # noqa: PLC0415 - an extra that may be missing
    except ImportError:
        raise SheetProblem(
            "an Excel workbook, which cannot be read here",
            advice="install `grader[xlsx]` and grade again, or ask for the sheet as CSV",
        ) from None
    check(data)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for nth in range(min(len(workbook.sheet_names), MOST_WORKSHEETS)):
            yield [list(row) for row in workbook.get_sheet_by_index(nth).to_python(skip_empty_area=False)]
    except (SheetProblem, GeneratorExit):
        raise
    except BaseException as error:  # the reader's own panics are no Exceptions
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise SheetProblem("the workbook cannot be read; it may be broken", advice=_EXPORT) from None


def _text(cell: object) -> str:
    """What a CSV file would hold.

    >>> [_text(cell) for cell in (0.5, 3.0, 1e300, True, dt.date(2026, 2, 1), "1/2", "")]
    ['0.5', '3', '1e+300', 'TRUE', '2026-02-01', '1/2', '']
    """
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return str(cell)
