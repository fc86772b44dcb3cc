from __future__ import annotations

import contextlib
import math
import time
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.answers import Sheet
from grader.errors import SheetProblem
from grader.part import Part
from grader.sheets import limits, read_sheet, whose_sheet
from grader.sheets.collecting import collect
from grader.sheets.names import blank
from grader.sheets.numbers import Unreadable, comma_evidence, read_number

HEADER = b"question,part,answer,meaning\n"
QUESTIONS = {"q": [Part("a", ""), Part("dW", "", shape=(2, 2)), Part("c", "", kind="choice", labels=("yes", "no"))]}
NAMES = st.sampled_from(["sheet.csv", "sheet.tsv", "sheet.yaml", "sheet.json"])
MARKS = st.text("0123456789.,;:'\"[](){}-+eE/%#&*!<>~=_ \t\n\ufeffx½\u2028aqcdW", max_size=80)
NUMBERS = st.text("0123456789.,' -+eExX*×^/()[]±≈%_½⁻¹٫jd", max_size=70)


def read(data: bytes, name: str) -> None:
    with contextlib.suppress(SheetProblem):
        collect(read_sheet(data, name), blank(QUESTIONS))


@settings(deadline=2000)
@given(st.binary(max_size=300), NAMES)
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    read(data, name)


@settings(deadline=2000)
@given(MARKS, NAMES)
@example("answers: {q: {dW: [[[[1]]]], a: [], c: [[]]}}", "sheet.yaml")
def test_any_text_is_read_or_refused(text: str, name: str) -> None:
    read(text.encode(), name)


FIELDS = st.sampled_from(["", " ", "student", "Student ", "assignment", "instance", "s1", "#", "12", "q", '"', "\n"])
HEADERS = st.sampled_from(["question,part,answer,meaning\n", "question;part;answer\n", "answer,question,part,note\n"])
ROWS = st.lists(st.lists(FIELDS, max_size=6), max_size=8).flatmap(
    lambda rows: st.sampled_from([",", ";"]).map(lambda by: "\n".join(by.join(row) for row in rows))
)


def told(reader: Callable[[bytes, str], Sheet], data: bytes) -> tuple[object, ...]:
    try:
        sheet = reader(data, "sheet.csv")
    except SheetProblem as problem:
        return problem.message, problem.line, problem.advice
    return sheet.assignment, sheet.student, sheet.instance


@settings(deadline=2000)
@given(ROWS, HEADERS)
def test_whose_a_sheet_is_can_be_told_without_its_answers(rows: str, header: str) -> None:
    data = (header + rows).encode()
    assert told(whose_sheet, data) == told(read_sheet, data)


def test_a_sheet_with_too_many_rows_is_refused_before_its_answers_are_read() -> None:
    rows = HEADER + b"student,,s1,\n" + b"q,a,1,\n" * (limits.ROWS + 1)
    assert told(whose_sheet, rows) == told(read_sheet, rows)
    assert told(whose_sheet, rows)[0] == "there are more than 20000 rows"


@settings(deadline=2000)
@given(MARKS)
def test_any_rows_under_a_header_are_read_or_refused(text: str) -> None:
    read(b"question,part,answer,meaning\nq,a," + text.encode() + b"\nq,dW,[" + text.encode(), "sheet.csv")


@settings(deadline=2000)
@given(MARKS)
def test_any_answers_in_yaml_are_read_or_refused(text: str) -> None:
    read(b"answers:\n  q: {a: " + text.encode() + b", dW: [" + text.encode() + b"]}", "sheet.yaml")


@given(st.text(max_size=100) | NUMBERS)
@settings(max_examples=500, deadline=2000)
def test_any_text_is_a_finite_number_or_unreadable(text: str) -> None:
    comma_evidence(text)
    try:
        number = read_number(text, decimal_comma=True)
    except Unreadable:
        return
    assert math.isfinite(number.value)
    assert number.canonical.isascii()
    assert float(number.exact) == number.value


def test_files_made_of_one_thing_repeated_are_read_in_linear_time() -> None:
    """Each of these would take minutes if a reader looked again at what it has seen."""
    start = time.process_time()
    for body in (
        b"q,a,[" + b"," * 900_000,
        b"q,a," + b"1," * 450_000,
        b'q,a,"' + b"\t" * 130_000 + b'x",y,z\n',
    ):
        read(HEADER + body, "sheet.csv")
    for piece in (b"1,", b"a,", b"[],", b"{},"):
        read(b"answers: {q: {a: 0," + piece * 40_000 + b"}}", "sheet.yaml")
    read(b"answers: {q: {a: 0," + b"".join(b"%d," % n for n in range(40_000)) + b"}}", "sheet.yaml")
    assert time.process_time() - start < 20


WORST = {
    "commas": ("sheet.csv", HEADER + b"q,a,[" + b"," * limits.FILE_BYTES),
    "quotes": ("sheet.csv", HEADER + b'"",' * limits.FILE_BYTES),
    "columns": ("sheet.csv", b"answer," * limits.FILE_BYTES),
    "unknown columns": ("sheet.csv", b"".join(b"x%d," % n for n in range(150_000))),
    "rows": ("sheet.csv", HEADER + b"q,a,1\n" * limits.FILE_BYTES),
    "unknown questions": ("sheet.csv", HEADER + b"".join(b"x%d,a,1\n" % n for n in range(20_000))),
    "arrays": ("sheet.csv", HEADER + (b'q,dW,"[' + b"1," * 9000 + b']"\n') * 50),
    "not text": ("sheet.csv", HEADER + b"\0\x81" * limits.FILE_BYTES),
    "parts": ("sheet.yaml", b"answers:\n q:\n" + b"".join(b"  a%d: 1\n" % n for n in range(90_000))),
    "keys": ("sheet.yaml", b"".join(b"k%d:\n" % n for n in range(49_000))),
    "lists": ("sheet.yaml", b"answers: {q: {dW: [" + (b"[" + b"1," * 5000 + b"],") * 100),
    "brackets": ("sheet.json", b"[" * limits.FILE_BYTES),
    "text": ("sheet.yaml", b"answers:\n q:\n  a: |\n" + b"   x\n" * limits.FILE_BYTES),
    "comments": ("sheet.yaml", b"answers:\n" + b" # c\n" * limits.FILE_BYTES),
}


@pytest.mark.parametrize(("name", "data"), WORST.values(), ids=WORST)
def test_the_worst_files_take_little_memory_and_time(name: str, data: bytes) -> None:
    data, start = data[: limits.FILE_BYTES], time.process_time()
    tracemalloc.start()
    try:
        read(data, name)
        assert tracemalloc.get_traced_memory()[1] < 60 * limits.FILE_BYTES
    finally:
        tracemalloc.stop()
    assert time.process_time() - start < 10


def test_no_text_takes_long() -> None:
    """Patterns that backtrack would show on repeated characters."""
    for piece in (
        *"0123456789.,' -+eExX*^/()[]%_½⁻±≈:#",
        "1,",
        "1 ",
        "1.",
        "0e",
        "(1",
        "+-",
        "1/",
        "a-",
        "1 000",
    ):
        for text in (piece * 64, (piece * 64)[:63] + "!", (piece * 64)[:64], "1" + (piece * 64)[:60] + "x"):
            start = time.process_time()
            with contextlib.suppress(Unreadable):
                read_number(text)
            assert time.process_time() - start < 1
