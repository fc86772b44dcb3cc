"""Answer sheets: a student's bytes -> what was entered, or a sentence that says what to do."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping

import yaml

from grader.answers import Sheet
from grader.errors import SheetProblem
from grader.sheets.csv_sheet import read_csv, whose_csv
from grader.sheets.xlsx_sheet import read_xlsx
from grader.sheets.yaml_sheet import read_yaml

__all__ = ["read_sheet", "whose_sheet"]

_READERS = {
    "csv": read_csv,
    "tsv": read_csv,
    "txt": read_csv,
    "yaml": read_yaml,
    "yml": read_yaml,
    "json": read_yaml,
    "xlsx": read_xlsx,
}


_TELLERS = {**_READERS, **dict.fromkeys(("csv", "tsv", "txt"), whose_csv)}


def read_sheet(data: bytes, name: str) -> Sheet:
    """The sheet in a file of that name; SheetProblem, and no other exception, for what cannot be read."""
    return _read(data, name, _READERS)


def whose_sheet(data: bytes, name: str) -> Sheet:
    """The same, perhaps without its entries and problems: enough to tell whose it is, and whether it can be read."""
    return _read(data, name, _TELLERS)


def _read(data: bytes, name: str, readers: Mapping[str, Callable[[bytes], Sheet]]) -> Sheet:
    ending = name.strip().rpartition(".")[2].casefold()
    reader = readers.get(ending)
    if reader is None:
        advice = "Hand in the answer sheet as .csv, .xlsx or .yaml."
        raise SheetProblem(f"a file that ends in '.{ending[:20]}' is not an answer sheet", advice=advice)
    try:
        return reader(data)
    except (ValueError, RecursionError, csv.Error, yaml.YAMLError) as error:
        message = f"the file could not be read ({type(error).__name__})"
        raise SheetProblem(message, advice="Fill in a fresh copy of the answer sheet, and hand that in.") from error
