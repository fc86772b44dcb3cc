"""Answers in words: what is asked, what it is worth, and that the program never marks it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.course_folder import Folder, course
from tests.helpers import rules_of

from grader.answers import Cell
from grader.assignment import checked_assignment
from grader.config import Source
from grader.errors import CourseError
from grader.marking import mark_question
from grader.templates import BUILT_IN

CRITERIA = [dict(name="why", points=3, text="the product of $f_t$"), dict(name="remedy", points=2)]


def worth(rubric: dict[str, Any] | None = None, criteria: list[dict[str, Any]] = CRITERIA) -> list[tuple[str, float]]:
    rules = rules_of("written", rubric, dict(criteria=criteria))
    return [(one.name, one.points) for one in rules.parts["answer"].first.criteria]


def test_a_question_is_worth_what_its_criteria_are_worth() -> None:
    assert rules_of("written", None, dict(criteria=CRITERIA)).points == 5
    assert worth() == [("why", 3), ("remedy", 2)]


def test_the_rubrics_points_scale_the_criteria_in_proportion() -> None:
    assert worth(dict(points=10)) == [("why", 6), ("remedy", 4)]
    assert worth(dict(parts={"answer": dict(points=1)}, points=1)) == [("why", 0.6), ("remedy", 0.4)]


def test_without_criteria_it_is_worth_what_any_question_is() -> None:
    assert rules_of("written", None, dict(criteria=[])).points == 10
    assert worth(criteria=[]) == []


@pytest.mark.parametrize("text", ["because", "42", "", "=1+1", "消失する勾配", "التدرج", "🎓" * 3000])
def test_the_program_gives_no_points_and_takes_none(text: str) -> None:
    cell = Cell(text, None, text or None)
    (mark,) = mark_question(rules_of("written"), None, {"answer": [cell]})
    assert (mark.verdict, mark.points, mark.max) == ("pending" if text else "blank", 0, 7)


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        (dict(criteria=[dict(name="a", points=1), dict(name="A", points=2)]), "two criteria 'a'"),
        (dict(criteria=[dict(name=" ", points=1)]), "a word or two"),
        (dict(criteria=[dict(name="a", points=0)]), "points must be more than 0"),
        (dict(criteria=[dict(name="a", point=1)]), "Did you mean 'points'?"),
        (dict(lines=41), "lines must be at most 40"),
        (dict(prompt=""), "prompt"),
    ],
)
def test_parameters_that_cannot_be_meant_are_refused(parameters: dict[str, Any], words: str) -> None:
    question = dict(id="q", template="written", parameters=parameters)
    source = Source(Path("hw.yaml"), dict(title="T", questions=[question]), {})
    with pytest.raises(CourseError, match=r"hw\.yaml") as caught:
        checked_assignment(source, "hw", BUILT_IN)
    assert words in str(caught.value)


ASSIGNMENT = """\
title: Words
questions:
  - id: why
    template: written
    parameters:
      prompt: Why does the gradient of a *long* sequence vanish?
      criteria: [{name: why, points: 3, text: a product of $f_t$}, {name: remedy, points: 2}]
"""


def test_the_handout_asks_and_says_what_earns_points_and_leaves_room(tmp_path: Path) -> None:
    folder = course(tmp_path, ASSIGNMENT)
    folder.write("rubrics/hw.yaml", "questions: {why: {points: 10}}\n")
    assert folder.run("generate", "--seed", "1").code == 0
    page = (tmp_path / "issued/hw/handouts/s001.html").read_text()
    assert "Why does the gradient of a <em>long</em> sequence vanish?" in page
    assert '<textarea id="cell-0"' in page
    assert 'rows="8"' in page
    rows = page.partition("<tbody>")[2].partition("</tbody>")[0]
    assert [rows.index(word) for word in ("why", "6", "remedy", "4")] == sorted(
        rows.index(word) for word in ("why", "6", "remedy", "4")
    )


def test_the_program_leaves_it_open_in_every_report(tmp_path: Path) -> None:
    folder = course(tmp_path, ASSIGNMENT)
    folder.run("generate", "--seed", "1")
    folder.sheet("s001", {"why": {"answer": '"Factors below one, multiplied."'}})
    folder.sheet("s002", {"why": {}})
    assert folder.run("grade", "submissions").code == 0
    first, second, third = folder.table("reports/hw/gradebook.csv")
    assert (first["status"], first["points"], first["max"]) == ("needs review", "0", "5")
    assert (second["status"], second["points"]) == ("graded", "0")
    assert third["status"] == "missing"
    assert folder.verdicts("s001") == {"why.answer": "pending"}
    assert folder.verdicts("s002") == {"why.answer": "blank"}


def test_statistics_are_of_what_is_marked(tmp_path: Path) -> None:
    """Of an open answer and a blank one only the blank one has no points."""
    folder = course(tmp_path, ASSIGNMENT)
    folder.run("generate", "--seed", "1")
    folder.sheet("s001", {"why": {"answer": "because"}})
    folder.run("grade", "submissions")
    assert facilities(folder) == {("question", "", "0"), ("part", "", "0")}
    folder.sheet("s002", {"why": {}})
    folder.run("grade", "submissions")
    assert facilities(folder) == {("question", "0", "1"), ("part", "0", "1")}


def facilities(folder: Folder) -> set[tuple[str, str, str]]:
    rows = [row for row in folder.table("reports/hw/analysis.csv") if row["statistic"] == "facility"]
    return {(row["level"], row["value"], row["n"]) for row in rows if row["level"] != "quarter"}
