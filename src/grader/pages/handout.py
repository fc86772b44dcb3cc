"""The handout: one student's questions, with the numbers to use and boxes to write in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grader.assignment import Assignment, Question
from grader.pages.blocks import (
    AnswerBox,
    AnswerBoxes,
    AnswerGrid,
    Around,
    Block,
    Document,
    Facts,
    Form,
    FormPart,
    Heading,
    Keep,
    Panel,
    Plain,
    Table,
    Text,
)
from grader.pages.wording import answer_boxes, criteria, points_of_parts, points_word, rule_sentences, statement
from grader.part import Part
from grader.roster import Student
from grader.rubric import Rubric

WIDEST = 12
"""A row of more boxes than this is broken into several."""
HOW_TO_ANSWER = (
    "Fill in the column `answer` of your sheet and hand the file in, or type into this page's HTML form, which saves "
    "the sheet. Write numbers as `-41.7`, `-41,7` or `-4.17e1`; a fraction such as `-125/3` is taken as it stands. "
    "Leave open what you do not know. One slip costs one slip: what you compute correctly from it counts."
)
FORMULAS = (
    "Type formulas as you would write them, such as `2(a-b)c_1^2`, `exp(-a)/(1+b)` or LaTeX; in a spreadsheet put an "
    "apostrophe before one that begins with `-` or `=`. "
)
EXAMPLES = ("-41.7", "-125/3")
"""Numbers that are near no answer."""


def handout(
    assignment: Assignment,
    rubric: Rubric,
    student: Student,
    instance: str,
    givens: Mapping[str, Any],
    *,
    draft: bool = False,
) -> Document:
    """`givens`: for each question the solver's givens, as Question.read makes them."""
    facts = (
        ("Student", student.name or student.id),
        ("ID", student.id),
        ("Instance", instance),
        ("Due", assignment.due or "see the course page"),
    )
    blocks: list[Block] = [Facts(facts)]
    if assignment.text:
        blocks.append(Text(assignment.text))
    for number, question in enumerate(assignment.questions, start=1):
        rules = rubric.questions[question.id]
        stated = statement(question, givens[question.id])
        how = " ".join(filter(None, (*map(_sentence_case, rule_sentences(rules)), points_of_parts(rules))))
        whole: list[Block] = [Heading(question.title, 2, f"{question.id} · {points_word(rules.points)}", str(number))]
        whole += [*stated, *criteria(rules)]
        whole += [Plain(how, "small")] if how else []
        whole += boxes(question, stated)
        blocks += [Keep(tuple(whole))] if any(part.kind == "text" for part in question.asked) else whole
    blocks.append(_how_to_answer(assignment, student))
    return Document(
        title=assignment.title,
        blocks=tuple(blocks),
        kicker=assignment.course,
        running=student.name or student.id,
        footer=f"Numbers are individual: {student.id}, {instance}.",
        draft=draft,
        form=Form(assignment.name, student.id, instance, tuple((q.id, _form(q)) for q in assignment.questions)),
    )


def _sentence_case(sentence: str) -> str:
    """Sentences that begin with the names of parts keep them as they are."""
    first = sentence.partition(" ")[0]
    return sentence if ":" in first or "," in first else sentence[0].upper() + sentence[1:]


def _how_to_answer(assignment: Assignment, student: Student) -> Panel:
    """With an example of two numbers, if any are asked for."""
    places = [
        f"{question.id},{part.cells[0]}"
        for question in assignment.questions
        for part in question.asked
        if part.kind in ("number", "integer")
    ]
    example = [f"{place},{value},…" for place, value in zip(places, EXAMPLES, strict=False)]
    formulas = any(part.kind == "expression" for question in assignment.questions for part in question.asked)
    how = HOW_TO_ANSWER.replace("Leave open", f"{FORMULAS}Leave open") if formulas else HOW_TO_ANSWER
    return Panel("How to answer", how, f"{student.id}.csv", ("question,part,answer,meaning", *example))


def _form(question: Question) -> tuple[FormPart, ...]:
    return tuple(
        FormPart(part.name, part.kind, part.shape, part.cells, part.meanings, part.labels) for part in question.asked
    )


def _in_tables(blocks: Sequence[Block]) -> set[str]:
    """The cells that the statement's tables have boxes for."""
    names: set[str] = set()
    for block in blocks:
        if isinstance(block, Keep | Around):
            names |= _in_tables(block.blocks)
        elif isinstance(block, Table):
            names |= {cell.name for row in block.rows for cell in row if isinstance(cell, AnswerBox)}
    return names


def boxes(question: Question, stated: Sequence[Block]) -> list[Block]:
    """Boxes for the cells that have none in the statement: one for a single value, a grid for an array."""
    placed = _in_tables(stated)
    items: list[AnswerBox | AnswerGrid] = []
    for part in question.asked:
        cells = answer_boxes(question.id, part)
        if part.size == 1:
            items += [box for box in cells if box.name not in placed]
        elif not placed.issuperset(part.cells):
            items += _grids(part, cells)
    return [AnswerBoxes(tuple(items))] if items else []


def _grids(part: Part, boxes: Sequence[AnswerBox]) -> list[AnswerGrid]:
    """The part's boxes row by row, a single column as a row; more columns than a line holds go into further grids."""
    columns = part.shape[-1] if part.shape[-1] > 1 else part.size
    rows = [boxes[start : start + columns] for start in range(0, len(boxes), columns)]
    starts = range(0, columns, WIDEST)
    return [AnswerGrid(part.name, part.symbol, tuple(tuple(row[a : a + WIDEST]) for row in rows)) for a in starts]
