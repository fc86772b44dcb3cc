"""Readings corrected, and marks of the program decided otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.course_folder import Folder, course
from tests.review.spreadsheet import (
    BOTH,
    answer,
    apply,
    fill,
    given,
    rows,
)

LSTM = dict(f_1="0.852", i_1="0.961", g_1="0.818", o_1="0.818", c_1="0.786 (mV)", h_1="0.536")


@pytest.fixture
def numbers(tmp_path: Path) -> Folder:
    folder = course(tmp_path, BOTH)
    folder.run("generate", "--seed", "42")
    answer(folder, "s001", "", **LSTM)
    answer(folder, "s002", "", **{**LSTM, "i_1": "0.9276", "c_1": "0.7585"})
    folder.run("grade", "submissions")
    return folder


FORMULAS = """\
title: Formulas
questions:
  - {id: s, template: derivative_expression, parameters: {system: sigmoid}}
"""


def test_a_formula_that_nobody_could_read_is_read_by_a_person(tmp_path: Path) -> None:
    folder = course(tmp_path, FORMULAS)
    folder.run("generate", "--seed", "42")
    folder.sheet("s001", {"s": {"dS_dx": "S times one less S"}})
    folder.run("grade", "submissions")
    folder.run("review", "hw")
    assert apply(folder, fill(folder, {("s001", "dS_dx"): dict(read_as="S(1 - S)")})).code == 0
    (row,) = folder.table("reports/hw/results.csv")
    assert (row["verdict"], row["answer"], row["value"]) == ("right", "S times one less S", "S*(1 - S)")
    assert row["note"] == "read as S(1 - S) by a person"
    assert "read as S(1 - S) by a person" in (tmp_path / "reports/hw/feedback/s001.html").read_text()


class TestNumbers:
    def test_what_a_spreadsheet_makes_of_short_texts_does_no_harm(self, numbers: Folder) -> None:
        """It saves 0.850 as 0.85, 1/2 as a date and TRUE as WAHR: the text is not read back from the file."""
        numbers.run("review", "hw", "--all")
        marks = {("s001", "f_1"): dict(text="01. Feb", points="0.5"), ("s001", "i_1"): dict(text="0.96")}
        assert apply(numbers, fill(numbers, marks)).out.startswith("1 change\n")

    def test_what_nobody_could_read_is_read_by_a_person_and_carried_on(self, numbers: Folder) -> None:
        numbers.run("review", "hw")
        assert [(row["part"], row["text"], row["now"]) for row in rows(numbers)] == [("c_1", "0.786 (mV)", "not read")]
        assert numbers.verdicts("s001")["lstm.h_1"] == "right"
        name = fill(numbers, {("s001", "c_1"): dict(read_as="0,9")}, delimiter=";")
        done = apply(numbers, name)
        assert "s001     lstm.c_1  not read" in done.out
        assert numbers.verdicts("s001")["lstm.c_1"] == "wrong"
        result = next(row for row in numbers.table("reports/hw/results.csv") if row["part"] == "c_1")
        assert (result["answer"], result["value"], result["note"]) == ("0.786 (mV)", "0.9", "read as 0.9 by a person")
        expected = next(row for row in numbers.table("reports/hw/results.csv") if row["part"] == "h_1")
        assert expected["verdict"] == "right"
        assert "read as 0.9 (before: not read)" in numbers.run("explain", "hw", "s001", "lstm.c_1").out

    def test_a_corrected_reading_is_followed_through(self, numbers: Folder) -> None:
        """0.62 is the right h for a cell state of 1.02, which only counts once the state is read."""
        answer(numbers, "s001", "", **{**LSTM, "c_1": "1.02 (mV)", "h_1": "0.6303"})
        numbers.run("grade", "submissions")
        assert numbers.verdicts("s001")["lstm.h_1"] == "wrong"
        numbers.run("review", "hw")
        done = apply(numbers, fill(numbers, {("s001", "c_1"): dict(read_as="1.02")}))
        assert numbers.verdicts("s001")["lstm.h_1"] == "follows"
        assert any("lstm.h_1" in line and "follows" in line for line in done.out.splitlines())

    def test_a_reading_that_is_none_is_told(self, numbers: Folder) -> None:
        numbers.run("review", "hw")
        done = apply(numbers, fill(numbers, {("s001", "c_1"): dict(read_as="about 0.8 mV")}))
        assert done.code == 1
        assert "filled.csv, line 2: read_as: " in done.err

    def test_the_programs_marks_can_be_decided_otherwise(self, numbers: Folder) -> None:
        numbers.run("review", "hw", "--all")
        table = {(row["student"], row["part"]): row for row in rows(numbers)}
        assert len(table) == 2 * 14
        mistaken = table["s002", "i_1"]
        assert (mistaken["points"], mistaken["now"]) == ("", "0.416667 of 0.833333, mistake bias_left_out")
        assert table["s002", "f_2"]["now"] == "0 of 0.833333, blank"
        done = apply(numbers, fill(numbers, {("s002", "i_1"): given("0.8", "Agreed in class")}), by="Bo")
        assert "s002     lstm.i_1  0.416667 of 0.833333, mistake bias_left_out  0.8 of 0.833333, reviewed" in done.out
        result = {row["part"]: row for row in numbers.table("reports/hw/results.csv") if row["student"] == "s002"}
        assert (result["i_1"]["verdict"], result["i_1"]["mistake"], result["i_1"]["points"]) == ("reviewed", "", "0.8")
        assert result["i_1"]["note"] == (
            "the program had said 0.416667 of 0.833333, mistake bias_left_out; Agreed in class"
        )
        assert "Agreed in class" in (numbers.root / "reports/hw/feedback/s002.html").read_text()
        assert numbers.run("grade", "submissions").code == 0
        assert numbers.verdicts("s002")["lstm.i_1"] == "reviewed"

    def test_a_mark_that_is_taken_back_takes_its_comment_along(self, numbers: Folder) -> None:
        numbers.run("review", "hw", "--all")
        apply(numbers, fill(numbers, {("s002", "i_1"): given("0.8", "Agreed in class")}), by="Bo")
        numbers.run("review", "hw", "--all", "--out", "again.csv")
        filled = fill(numbers, {("s002", "i_1"): dict(points="-")}, source="again.csv", to="back.csv")
        assert apply(numbers, filled, by="Bo").out.startswith("1 change\n")
        result = {row["part"]: row for row in numbers.table("reports/hw/results.csv") if row["student"] == "s002"}
        assert (result["i_1"]["verdict"], result["i_1"]["note"]) == ("mistake", "")
        told = [line for line in numbers.run("explain", "hw", "s002", "lstm.i_1").out.splitlines() if "Bo" in line]
        assert told[1].startswith("  by a person  taken back (before: 0.8 of 0.833333, reviewed), Bo, ")
        assert told[1].endswith("back.csv")
        assert apply(numbers, filled).out.startswith("0 changes\n")

    def test_a_mark_may_be_taken_back_with_a_comment_of_its_own(self, numbers: Folder) -> None:
        numbers.run("review", "hw", "--all")
        apply(numbers, fill(numbers, {("s002", "i_1"): given("0.8", "Agreed in class")}))
        numbers.run("review", "hw", "--all", "--out", "again.csv")
        changed = {("s002", "i_1"): given("-", "See the notes")}
        apply(numbers, fill(numbers, changed, source="again.csv"))
        result = {row["part"]: row for row in numbers.table("reports/hw/results.csv") if row["student"] == "s002"}
        assert (result["i_1"]["verdict"], result["i_1"]["note"]) == ("mistake", "See the notes")

    def test_the_file_says_what_the_marker_needs_to_know(self, numbers: Folder) -> None:
        numbers.run("review", "hw")
        (row,) = rows(numbers)
        assert row["meaning"] == (
            "cell state at t = 1; '0.786 (mV)' has something after the number: write the number alone, without a unit; "
            "right is 0.785726148437"
        )
        numbers.run("review", "hw", "--all")
        meanings = {row["part"]: row["meaning"] for row in rows(numbers)}
        assert meanings["f_1"] == "forget gate at t = 1"
