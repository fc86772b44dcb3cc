"""Sheets filled in by simulated students: for `preview` and `demo`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence

from grader.chance import Stream
from grader.course import Loaded
from grader.gradebook import Paper
from grader.part import Part
from grader.sheets.writing import csv_sheet
from grader.simulate import Hand, Written, knowing_steps, slipped, write

Answers = dict[str, Written]


def filled_csv(
    sheet: bytes,
    answers: Mapping[str, Mapping[str, Sequence[str]]],
    parts: Mapping[str, Sequence[Part]],
    delimiter: str = ",",
) -> bytes:
    """An issued sheet with the answers in their column."""
    texts = {
        (question, cell): text
        for question, written in answers.items()
        for part in parts[question]
        for cell, text in zip(part.cells, written.get(part.name, ()), strict=False)
    }
    rows = list(csv.reader(io.StringIO(sheet.decode("utf-8-sig"), newline="")))
    for row in rows[1:]:
        row[2] = texts.get((row[0], row[1]), row[2])
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def filled_yaml(loaded: Loaded, paper: Paper, answers: Answers) -> bytes:
    """The same answers as a YAML sheet, written by hand: numbers bare, lists in brackets."""
    lines = [
        f"assignment: {loaded.name}",
        f"student: {json.dumps(paper.student.id)}",
        f"instance: {paper.instance}",
        "answers:",
    ]
    for question in loaded.assignment.questions:
        lines.append(f"  {question.id}:")
        for part in question.asked:
            texts = answers[question.id].get(part.name)
            if texts:
                lines.append(f"    {part.name}: {_nested(texts, part.shape) if part.size > 1 else texts[0]}")
    return ("\n".join(lines) + "\n").encode()


def _nested(texts: Sequence[str], shape: tuple[int, ...]) -> str:
    if len(shape) == 1:
        return f"[{', '.join(texts)}]"
    step = len(texts) // shape[0]
    return f"[{', '.join(_nested(texts[k * step : (k + 1) * step], shape[1:]) for k in range(shape[0]))}]"


def empty_sheet(loaded: Loaded, paper: Paper) -> bytes:
    questions = {question.id: question.asked for question in loaded.assignment.questions}
    return csv_sheet(loaded.name, paper.student.id, paper.instance, questions)


def worked(loaded: Loaded, paper: Paper, hands: Mapping[str, Hand], default: Hand) -> Answers:
    """All questions done by hand: each with a hand of its own, or the default one."""
    return {
        question.id: write(question, question.read(paper.givens[question.id]), hands.get(question.id, default))
        for question in loaded.assignment.questions
    }


def one_mistake(loaded: Loaded, paper: Paper, question_id: str, chance: Stream, decimals: int) -> Hand:
    """A hand that makes one of the question's mistakes, once or wherever it can be made; a slip where there is none."""
    question = loaded.assignment.question(question_id)
    q = question.read(paper.givens[question_id])
    p = question.parameters
    knowing = {m: steps for m, steps in knowing_steps(question, q).items() if question.mistakes[m].exists(p, q)}
    if not knowing:
        return one_slip(loaded, question_id, chance, decimals)
    mistake = chance.pick(sorted(knowing))
    at = None if chance.below(2) else chance.pick(knowing[mistake])
    return Hand(decimals, mistake, at)


def one_slip(loaded: Loaded, question_id: str, chance: Stream, decimals: int) -> Hand:
    """A hand that slips at one number and goes on with it."""
    parts = [part for part in loaded.assignment.question(question_id).asked if part.kind == "number"]
    parts = parts or list(loaded.assignment.question(question_id).asked)
    return Hand(decimals, slips={chance.pick(parts).name: slipped(chance)})
