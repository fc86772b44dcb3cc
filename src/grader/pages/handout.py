"""The handout: one student's questions, with the numbers to use and boxes to write in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grader.assignment import Assignment
from grader.pages.blocks import AnswerBox, AnswerBoxes, Block, Cell, Document, Facts, Heading, Plain, Table, Text
from grader.pages.wording import cell_symbol, points_word, rule_sentences, statement
from grader.part import Part
from grader.roster import Student
from grader.rubric import Rubric

WIDEST = 12
"""An array with more entries in a line is asked for in the sheet alone."""
HOW_TO_ANSWER = (
    "**How to answer.** Fill in the column `answer` of your answer sheet, one number a row, and hand the file in. "
    "Write numbers as `-41.7`, `-41,7` or `-4.17e1`; a fraction such as `-125/3` is taken as it stands. "
    "Leave open what you do not know. Work with your own numbers: a slip costs its own points, "
    "and what you compute correctly from it counts."
)


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
        blocks.append(Heading(question.title, 2, points_word(rules.points), str(number)))
        blocks += statement(question, givens[question.id])
        blocks.append(
            Plain(
                f"On the sheet: question {question.id}. {' '.join(map(_sentence_case, rule_sentences(rules)))}",
                "small",
            )
        )
        blocks += _boxes(question.asked)
    blocks.append(Text(HOW_TO_ANSWER))
    return Document(
        title=assignment.title,
        blocks=tuple(blocks),
        kicker=assignment.course,
        running=f"{assignment.title} · {student.id}",
        footer=f"Numbers are individual: {student.id}, {instance}.",
        draft=draft,
    )


def _sentence_case(sentence: str) -> str:
    return (
        sentence
        if ":" in sentence.partition(" ")[0] or "," in sentence.partition(" ")[0]
        else sentence[0].upper() + sentence[1:]
    )


def _boxes(parts: Sequence[Part]) -> list[Block]:
    """Boxes for single values and small arrays, a table of empty cells for longer lists."""
    boxes: list[AnswerBox] = []
    tables: dict[int, list[Part]] = {}
    for part in parts:
        if len(part.shape) == 1 and 4 < part.size <= WIDEST:
            tables.setdefault(part.size, []).append(part)
        elif part.size <= 4:
            boxes += [
                AnswerBox(cell, cell_symbol(part, index), " / ".join(part.labels))
                for cell, index in zip(part.cells, part.indices, strict=True)
            ]
        else:
            size = " × ".join(map(str, part.shape))
            boxes.append(AnswerBox(part.name, part.symbol, f"{size} numbers, on the sheet"))
    blocks: list[Block] = [_table(size, group) for size, group in tables.items()]
    return [*blocks, AnswerBoxes(tuple(boxes))] if boxes else blocks


def _table(size: int, parts: Sequence[Part]) -> Table:
    rows: list[tuple[Cell, ...]] = [(part.name, *(AnswerBox(cell, "") for cell in part.cells)) for part in parts]
    return Table(("entry", *(f"[{k}]" for k in range(1, size + 1))), tuple(rows), align="l" + "c" * size)
