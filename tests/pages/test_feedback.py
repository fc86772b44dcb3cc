"""The one line that sums a student's feedback up."""

from __future__ import annotations

from grader.answers import BLANK
from grader.marking import Mark
from grader.pages.reasons import summary


def mark(part: str, verdict: str, points: float) -> Mark:
    return Mark(part, part, BLANK, verdict, points, 2.0, 0.5)


def test_full_points_are_said_in_a_sentence() -> None:
    assert summary({"q": [mark("a", "right", 2.0), mark("b", "follows", 2.0)]}) == "Full points: nothing was lost."


def test_what_was_lost_is_told_by_its_reason() -> None:
    marks = {"q": [mark("a", "mistake", 1.0), mark("b", "follows", 2.0)], "r": [mark("c", "wrong", 0.0)]}
    assert summary(marks) == "You lost 3 points in all: one slip at a; one answer not right at c."


def test_what_could_not_be_read_is_open_and_not_lost() -> None:
    marks = {"q": [mark("a", "unreadable", 0.0), mark("b", "blank", 0.0)]}
    assert summary(marks) == "You lost 2 points in all: one answer missing at b. 2 points are still open: not marked yet at a."
