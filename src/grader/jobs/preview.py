"""A sample of an assignment before it is issued; nothing is recorded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from grader.chance import Stream
from grader.course import Course, Loaded
from grader.files import write
from grader.gradebook import Paper
from grader.jobs import trial
from grader.jobs.feedback import solved_steps, solver_givens
from grader.jobs.marks import mark_sheet
from grader.jobs.papers import both_forms, handout_of
from grader.jobs.proof import proofread
from grader.pages.feedback import feedback
from grader.roster import Student
from grader.sheets import read_sheet
from grader.simulate import Hand
from grader.variant import draw_variants, instance_code

SAMPLE = Student("sample", "Sample Student")


def preview(course: Course, loaded: Loaded, seed: str) -> list[Path]:
    """Write one handout, its sheet empty and filled in with some mistakes, and the feedback on it."""
    proofread(loaded)
    variants = draw_variants(loaded.assignment, loaded.rubric, seed, SAMPLE.id)
    givens = {question_id: variant.givens for question_id, variant in variants.items()}
    code = instance_code(seed, loaded.name, SAMPLE.id, list(givens.values()))
    paper = Paper(0, 0, SAMPLE, code, givens)
    folder = course.root / "preview" / loaded.name
    empty = trial.empty_sheet(loaded, paper)
    questions = {question.id: question.asked for question in loaded.assignment.questions}
    filled = trial.filled_csv(empty, _answers(loaded, paper), questions)
    write(folder / "sheet.csv", empty)
    write(folder / "sheet-filled.csv", filled)
    both_forms(folder / "handout.pdf", handout_of(loaded, paper, draft=True))
    marks: dict[str, list[Any]] = {}
    for question_id, mark in mark_sheet(loaded, paper.givens, read_sheet(filled, "sheet-filled.csv"))[0]:
        marks.setdefault(question_id, []).append(mark)
    read, reveal = solver_givens(loaded, paper), loaded.rubric.feedback
    steps = solved_steps(loaded, read)
    document = feedback(loaded.assignment, loaded.rubric, SAMPLE, marks, steps, reveal=reveal, givens=read, draft=True)
    both_forms(folder / "feedback.pdf", document)
    return [folder / name for name in ("handout.pdf", "sheet.csv", "sheet-filled.csv", "feedback.pdf")]


def _answers(loaded: Loaded, paper: Paper) -> trial.Answers:
    """A mistake in the first question, a slip in the next, and so on."""
    hands = {}
    for k, question in enumerate(loaded.assignment.questions):
        chance = Stream("preview", question.id)
        if k % 3 == 0:
            hands[question.id] = trial.one_mistake(loaded, paper, question.id, chance, 4)
        elif k % 3 == 1:
            hands[question.id] = trial.one_slip(loaded, question.id, chance, 4)
    return trial.worked(loaded, paper, hands, Hand(4))
