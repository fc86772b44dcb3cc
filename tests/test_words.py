"""Choices and texts through the whole program: from the assignment to the reports."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.part import Part
from grader.sheets import read_sheet
from grader.sheets.collecting import collect
from grader.sheets.names import blank
from grader.sheets.writing import csv_sheet, yaml_sheet
from tests.course_folder import Folder, course

CHOICES = """\
title: Choices
questions:
  - id: size
    template: multiple_choice
    parameters:
      stem: |
        A kernel of size $K = 3$ and a padding of 1.

        What becomes of the *input*?
      options:
        - {text: It keeps its size., right: true}
        - {text: It loses two rows., mistake: padding_left_out, sentence: Without the padding it would.}
        - {text: It gains two rows., mistake: kernel_left_out, sentence: what one gets by adding the padding alone}
        - It vanishes.
  - id: remedies
    template: multiple_choice
    parameters: {about: vanishing_gradients, several: true}
"""
BOXES = """\
title: Boxes
questions:
  - id: b
    template: box_iou_l2
    ask: [best]
    givens:
      cases:
        - {truth: [2, 1, 8, 5], prediction: [3, 2, 9, 6]}
        - {truth: [2, 1, 8, 5], prediction: [6, 3, 9, 8]}
"""
STUDENTS = tuple(f"s{k:03d}" for k in range(1, 13))
WRITTEN = """\
title: Words
questions:
  - id: why
    template: written
"""
TEXTS = {
    "s01": '- first, with a comma; and "quotes"\n\n=SUM(A1:A9)\n  an indented line  \nend',
    "s02": "梯度消失是因为许多小于一的因子相乘。\n门控单元有帮助。",
    "s03": "تتلاشى التدرجات لأنها حاصل ضرب عوامل كثيرة (أصغر من 1).",
    "s04": '=HYPERLINK("x","y") 🙂👩‍🔬',
    "s05": "-0.5 is no number here",
    "s06": "+1 for gates",
    "s07": "@home",
    "s08": f"{'a long text ' * 3000}and its end",
    "s09": "[1, 2] and (b)",
    "s10": "'quoted' at the start",
    "s11": "é e\u0301 ﬁ ½ − “quotes”\ttab\u00a0and {braces} %s $x^2$ <b>",
    "s12": "null",
}
QUESTION = {"why": (Part("answer", "", kind="text"),)}


def option(folder: Folder, student: str, text: str) -> str:
    """The letter under which a student's handout has an option of the question `size`."""
    page = (folder.root / f"issued/hw/handouts/{student}.html").read_text(encoding="utf-8")
    before = page[: page.index(text)]
    return before[before.rindex('scope="row">') + len('scope="row">')]


@pytest.fixture(scope="module")
def choices(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Everybody loses the padding, but for the first, who is right, and the second, who chooses what has no name."""
    folder = course(tmp_path_factory.mktemp("choices"), CHOICES, STUDENTS)
    assert folder.run("generate", "--seed", "4").code == 0
    for number, student in enumerate(STUDENTS):
        text = ("It keeps", "It vanishes")[number] if number < 2 else "It loses"
        letter = option(folder, student, text)
        written = (letter, f"({letter.lower()})", f"Option {letter}.")[number % 3]
        folder.sheet(student, {"size": {"choice": written}, "remedies": {"chosen[1]": "yes", "chosen[2]": "N"}})
    assert folder.run("grade", "submissions").code == 0
    return folder


def test_the_same_option_has_different_letters(choices: Folder) -> None:
    assert len({option(choices, student, "It loses") for student in STUDENTS}) > 1


def test_the_form_offers_the_letters_and_yes_or_no(choices: Folder) -> None:
    page = (choices.root / "issued/hw/handouts/s001.html").read_text(encoding="utf-8")
    offered = "".join(f"<option>{letter}</option>" for letter in "ABCD")
    assert page.count(f'<option value="">—</option>{offered}</select>') == 1
    assert page.count('<option value="">—</option><option>yes</option><option>no</option></select>') == 4


def test_what_was_chosen_is_marked_by_the_option_and_not_by_its_letter(choices: Folder) -> None:
    rows = [row for row in choices.table("reports/hw/results.csv") if row["question"] == "size"]
    assert [(row["verdict"], row["mistake"], row["points"]) for row in rows] == [
        ("right", "", "10"),
        ("wrong", "", "0"),
        *[("mistake", "padding_left_out", "0")] * 10,
    ]


def test_the_class_report_counts_the_mistake_and_no_letters(choices: Folder) -> None:
    rows = choices.table("reports/hw/analysis.csv")
    made = [(row["group"], row["value"]) for row in rows if row["level"] == "mistake" and row["question"] == "size"]
    assert made == [("padding_left_out", "10")]
    assert not [row for row in rows if row["level"] == "cluster"]


def test_feedback_tells_the_instructors_sentence_and_the_options_again(choices: Folder) -> None:
    page = (choices.root / "reports/hw/feedback/s003.html").read_text(encoding="utf-8")
    assert "choice: Without the padding it would." in page
    assert "It keeps its size." in page


def test_a_mistake_renamed_after_the_issue_is_reported_by_the_name_it_had(choices: Folder) -> None:
    renamed = CHOICES.replace("padding_left_out", "no_padding")
    choices.write("assignments/hw.yaml", renamed)
    done = choices.run("report", "hw")
    choices.write("assignments/hw.yaml", CHOICES)
    assert done.code == 0
    assert "Padding left out" in (choices.root / "reports/hw/class-report.html").read_text(encoding="utf-8")


def test_numbers_of_options_are_no_values_that_agree(tmp_path: Path) -> None:
    """The second case is not twice the first."""
    folder = course(tmp_path, BOXES, STUDENTS)
    assert folder.run("generate", "--seed", "1").code == 0
    for student in STUDENTS:
        folder.sheet(student, {"b": {"best": "Case 2"}})
    assert folder.run("grade", "submissions").code == 0
    assert {row["verdict"] for row in folder.table("reports/hw/results.csv")} == {"wrong"}
    assert not [row for row in folder.table("reports/hw/analysis.csv") if row["level"] == "cluster"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ("What costs $5?", "question 'size': A $ has no partner"),
        ("$\\foo{x}$", "question 'size': Pages do not know the command \\foo"),
        ("# Heading", "question 'size': Wording may not hold heading"),
    ],
)
@pytest.mark.parametrize("command", [("generate", "--seed", "1"), ("preview", "hw"), ("check", "hw")])
def test_wording_that_pages_cannot_show_is_told_before_anything_is_handed_out(
    tmp_path: Path, changed: str, message: str, command: tuple[str, ...]
) -> None:
    folder = course(tmp_path, CHOICES.replace("What becomes of the *input*?", changed))
    done = folder.run(*command)
    assert done.code == 1
    assert f"assignments/hw.yaml, line 3: {message}" in done.out + done.err
    assert not (tmp_path / "issued").exists()


def test_texts_come_back_as_they_were_written(tmp_path: Path) -> None:
    """By CSV and by YAML's block; what a spreadsheet would take for a formula has an apostrophe before it."""
    folder = course(tmp_path, WRITTEN, tuple(TEXTS))
    assert folder.run("generate", "--seed", "1").code == 0
    for number, (student, text) in enumerate(TEXTS.items()):
        if number % 2:
            block = "\n".join(f"      {line}" for line in text.split("\n"))
            folder.write(
                f"submissions/{student}.yaml", f"student: {student}\nanswers:\n  why:\n    answer: |\n{block}\n"
            )
        else:
            quoted = text.replace('"', '""')
            folder.write(
                f"submissions/{student}.csv", f'question,part,answer\nstudent,,{student}\nwhy,answer,"{quoted}"\n'
            )
    assert folder.run("grade", "submissions", "--assignment", "hw").code == 0
    kept = {row["student"]: row["answer"] for row in folder.table("reports/hw/results.csv")}
    guarded = {student: f"'{text}" if text[0] in "=+-@" else text for student, text in TEXTS.items()}
    assert kept == guarded
    assert {row["verdict"] for row in folder.table("reports/hw/results.csv")} == {"pending"}


def test_a_lone_carriage_return_breaks_no_row_of_the_results(tmp_path: Path) -> None:
    folder = course(tmp_path, WRITTEN, ("s01",))
    assert folder.run("generate", "--seed", "1").code == 0
    folder.write("submissions/s01.csv", 'question,part,answer\nassignment,,hw\nstudent,,s01\nwhy,answer,"one\rtwo"\n')
    assert folder.run("grade", "submissions").code == 0
    assert [row["answer"] for row in folder.table("reports/hw/results.csv")] == ["one\rtwo"]


def test_a_text_longer_than_a_cell_is_kept_and_said_to_be_long(tmp_path: Path) -> None:
    folder = course(tmp_path, WRITTEN, ("s01",))
    assert folder.run("generate", "--seed", "1").code == 0
    folder.write(
        "submissions/s01.csv", f"question,part,answer\nassignment,,hw\nstudent,,s01\nwhy,answer,{'ab' * 20000}\n"
    )
    assert folder.run("grade", "submissions").code == 0
    (row,) = folder.table("reports/hw/results.csv")
    assert (row["answer"], row["verdict"]) == ("ab" * 20000, "pending")
    assert row["note"].startswith("the answer has more than 32767 characters")


def test_a_text_that_its_commas_split_is_kept_with_a_note() -> None:
    sheet = read_sheet(b"question,part,answer,meaning\nwhy,answer,one,two,three,\n", "sheet.csv")
    ((cell,),) = collect(sheet, blank(QUESTION))[0]["why"].values()
    assert (cell.text, cell.label) == ("one,two,three", "one,two,three")
    assert cell.problem == "the comma in one,two,three split this row: put quotes around the answer"


def test_an_empty_sheet_has_a_block_to_write_a_text_in() -> None:
    empty = yaml_sheet("hw", "s01", "", QUESTION).decode()
    assert empty.endswith("  why:\n    answer: |  # \n      \n")
    assert collect(read_sheet(empty.encode(), "sheet.yaml"), blank(QUESTION)) == ({}, [])
    filled = empty.replace("      \n", "      Note: it's 50 % # no comment\n      - and on\n")
    ((cell,),) = collect(read_sheet(filled.encode(), "sheet.yaml"), blank(QUESTION))[0]["why"].values()
    assert cell.text == "Note: it's 50 % # no comment\n- and on"


# what no file of text holds, or where its lines end
PRINTED = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t"), min_size=1)


@given(PRINTED)
def test_a_quoted_cell_of_a_csv_sheet_keeps_any_text(text: str) -> None:
    rows = list(csv.reader(csv_sheet("hw", "s01", "", QUESTION).decode("utf-8-sig").splitlines()))
    rows[-1][2] = text
    sheet = "\n".join(",".join(f'"{field.replace(chr(34), chr(34) * 2)}"' for field in row) for row in rows)
    answers, _ = collect(read_sheet(sheet.encode(), "sheet.csv"), blank(QUESTION))
    assert [cell.text for cells in answers.get("why", {}).values() for cell in cells] == [text.strip()] * bool(
        text.strip()
    )
