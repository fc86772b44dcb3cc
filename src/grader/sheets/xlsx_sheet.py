"""The answer sheet as an Excel workbook: its cells as the texts that a CSV file would hold."""

from __future__ import annotations

import csv
import datetime as dt
import io
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

from grader.answers import Sheet
from grader.errors import SheetProblem
from grader.sheets.csv_sheet import read_csv
from grader.sheets.workbook import check, errors_as_text

MOST_WORKSHEETS = 5
_EXPORT = "Fill in the answer sheet that was handed out, or save it as CSV UTF-8, and hand that in."


def read_xlsx(data: bytes) -> Sheet:
    """The first worksheet that is an answer sheet. SheetProblem: none is, or the workbook cannot be read.

    A number is what the cell holds, not how it is shown; a date stays one, for the reader of numbers to tell.
    """
    first: SheetProblem | None = None
    for rows in _worksheets(data):
        texts = [[_text(cell) for cell in row] for row in rows]
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\n").writerows(texts)
        starts = [0, *accumulate(1 + sum(text.count("\n") for text in row) for row in texts)]
        try:
            return _by_row(read_csv(out.getvalue().encode("utf-8", "replace")), starts)
        except SheetProblem as problem:
            line = problem.line and bisect_left(starts, problem.line)
            first = first or SheetProblem(problem.message, line=line, advice=problem.advice)
    raise first or SheetProblem("the workbook has no worksheet", advice=_EXPORT)


def _by_row(sheet: Sheet, starts: Sequence[int]) -> Sheet:
    """With the workbook's rows for the file's lines: an answer of several lines stands in one row."""
    entries = [replace(entry, line=bisect_left(starts, entry.line)) for entry in sheet.entries]
    problems = [replace(p, line=p.line and bisect_left(starts, p.line)) for p in sheet.problems]
    return replace(sheet, entries=entries, problems=problems)


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
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(errors_as_text(data)))
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
    return str(cell).replace("\r\n", "\n").replace("\r", "\n")
