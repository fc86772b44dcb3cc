"""Feedback: what was read, what each part earned and why, and the way to the right answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from grader.answers import Cell as Written
from grader.assignment import Assignment, Question
from grader.drawing import Math
from grader.marking import UNDECIDED, Mark
from grader.pages.accepted import accepted
from grader.pages.blocks import Block, Cell, Document, Facts, Heading, Marked, Plain, Table
from grader.pages.numbers import points
from grader.pages.reasons import Reasons, marked_as, repeats, summary, tells
from grader.pages.solution import latex_of, shown, solution
from grader.pages.wording import answered
from grader.part import Part
from grader.roster import Student
from grader.rubric import QuestionRules, Rubric
from grader.rubric_file import Reveal
from grader.work import Step

LONGEST = 40
"""An answer is shown to so many characters."""
GROUPED = ("right", "blank")
"""Entries of an array that one row can stand for: there is nothing to say on each."""
LONGEST_FORMULA, LONGEST_LISTED = 160, 12
COLUMNS = {"part": 0.14, "": 0.12, "your answer": 0.15, "marked as": 0.27, "accepted": 0.21, "points": 0.11}
FORMULA_COLUMNS = {"part": 0.12, "": 0.1, "your answer": 0.26, "marked as": 0.16, "accepted": 0.26, "points": 0.1}


def feedback(
    assignment: Assignment,
    rubric: Rubric,
    student: Student,
    marks: Mapping[str, Sequence[Mark]],
    steps: Mapping[str, Mapping[str, Step]],
    *,
    reveal: Reveal,
    givens: Mapping[str, Any] | None = None,
    notes: Sequence[str] = (),
    late: str = "",
    deducted: float = 0.0,
    draft: bool = False,
) -> Document:
    """`marks`, `steps` (the worked solution): for each question of the paper. `reveal`: how much is told.

    `givens`: the solver's, to repeat what was asked where its words were drawn. `late`: why points are `deducted`.
    """
    facts = (
        ("Student", student.name or student.id),
        ("ID", student.id),
        ("Points", earned([mark for given in marks.values() for mark in given], deducted)),
    )
    blocks: list[Block] = [Facts(facts), Plain(summary(marks, reveal, late=bool(late)))]
    blocks += [Plain(late, "note")] if late else []
    blocks += [Plain(note, "note") for note in notes]
    for number, question in enumerate(assignment.questions, start=1):
        if question.id in marks:
            page = _Page(question, rubric.questions[question.id], marks[question.id], steps[question.id], reveal)
            blocks += page.blocks(number, (givens or {}).get(question.id))
    return Document(
        title=assignment.title,
        subtitle="Feedback",
        blocks=tuple(blocks),
        kicker=assignment.course,
        running=f"feedback · {student.id}",
        footer=f"{student.id}",
        draft=draft,
    )


class _Page:
    """One question's part of the page."""

    def __init__(
        self,
        question: Question,
        rules: QuestionRules,
        marks: Sequence[Mark],
        steps: Mapping[str, Step],
        reveal: Reveal,
    ) -> None:
        self.question, self.rules, self.marks, self.steps, self.reveal = question, rules, marks, steps, reveal
        self.cells = {cell.name: cell for part in rules.parts.values() for cell in part.cells}
        self.again = repeats(marks, steps)

    def blocks(self, number: int, q: Any) -> Iterator[Block]:
        yield Heading(self.question.title, 2, earned(self.marks), str(number))
        yield self._table()
        reasons = Reasons(self.question, self.marks, self.cells, self.again)
        for sentence in reasons.sentences(self.reveal):
            yield Plain(sentence, "small")
        lost = any(mark.max - mark.points > 1e-9 for mark in self.marks if mark.verdict not in UNDECIDED)
        if lost and tells(self.reveal, "solution"):
            worked = solution(self.question, self.steps)
            blocks = [*answered(self.question, q, self.steps), *((worked,) if worked.steps else ())]
            yield from (Heading("How it goes", 3), *blocks) if blocks else ()

    def _table(self) -> Table:
        hidden = {"marked as": "verdicts", "accepted": "expected"}
        named = any(part.part.symbol for part in self.rules.parts.values())
        heads = [
            head
            for head in COLUMNS
            if (head or named) and (head not in hidden or tells(self.reveal, hidden[head]))  # type: ignore[arg-type]
        ]
        rows = [tuple(row[head] for head in heads) for row in self._rows()]
        columns = FORMULA_COLUMNS if any(mark.answer.formulas for mark in self.marks) else COLUMNS
        align = "".join("r" if head == "points" else "l" for head in heads)
        header = tuple("symbol" if head == "" else head for head in heads)
        return Table(header, tuple(rows), align, widths=tuple(columns[head] for head in heads), small=True)

    def _rows(self) -> Iterator[Mapping[str, Cell]]:
        by_part = {name: list(own) for name, own in groupby(self.marks, attrgetter("part"))}
        for name, own in by_part.items():
            part = self.rules.parts[name].part
            if len(own) > 1 and not tells(self.reveal, "verdicts"):
                yield self._several(part, own, len(own))
                continue
            for group in _grouped(part, own):
                if len(group) > 2:
                    yield self._several(part, group, len(own))
                else:
                    yield from (self._one(part, mark, own.index(mark)) for mark in group)

    def _one(self, part: Part, mark: Mark, place: int) -> Mapping[str, Cell]:
        return {
            "part": mark.cell,
            "": "" if place else Math(part.symbol or latex_of(part.name)),
            "your answer": as_read(mark.answer),
            "marked as": marked_as(mark, again=mark.cell in self.again),
            "accepted": "" if mark.verdict in UNDECIDED else accepted(mark, part, self.cells[mark.cell]),
            "points": _points([mark]),
        }

    def _several(self, part: Part, marks: Sequence[Mark], whole: int) -> Mapping[str, Cell]:
        number = f"all {whole}" if len(marks) == whole else f"{len(marks)} of {whole}"
        return {
            "part": f"{part.name}, {number}",
            "": Math(part.symbol or latex_of(part.name)),
            "your answer": _listed([mark.answer.text or "–" for mark in marks]),
            "marked as": marked_as(marks[0], all_of=len(marks) == whole),
            "accepted": accepted(marks[0], part, self.cells[marks[0].cell]) if part.judge else "",
            "points": _points(marks),
        }


def _grouped(part: Part, marks: Sequence[Mark]) -> list[list[Mark]]:
    """The entries of a part, those together that one row can stand for, in the order of the first of each."""
    groups: dict[tuple[str, object], list[Mark]] = {}
    for mark in marks:
        plain = mark.verdict in GROUPED and not mark.note and as_read(mark.answer) == (mark.answer.text or "—")
        together = plain or (part.judge is not None and mark.verdict not in UNDECIDED)
        groups.setdefault((mark.verdict, None if together else mark.cell), []).append(mark)
    return list(groups.values())


def as_read(answer: Written) -> str:
    """An answer as it was written, and as what it was read where that is not plain to see, as in `0,5`."""
    longest = LONGEST_FORMULA if answer.formulas else LONGEST
    text = answer.text if len(answer.text) <= longest else f"{answer.text[: longest - 1]}…"
    if answer.number is None:
        return text or "—"
    note = answer.number.note
    try:
        plain = float(answer.text.replace(",", ".").replace("−", "-")) == answer.number.value
    except ValueError:
        plain = False
    if plain and ("," in text or not note):
        return text
    value = "" if "read" in note else f"read as {shown(answer.number.value)}"
    return f"{text} ({'; '.join(filter(None, (value, note)))})"


def _listed(texts: Sequence[str]) -> str:
    if len(set(texts)) == 1:
        return texts[0][:LONGEST]
    kept = [text if len(text) <= LONGEST_LISTED else f"{text[: LONGEST_LISTED - 1]}…" for text in texts[:4]]
    mark = "; " if any("," in text for text in kept) else ", "
    return mark.join(kept) + (f"{mark}…" if len(texts) > len(kept) else "")


def _points(marks: Sequence[Mark]) -> Cell:
    if not sum(mark.max for mark in marks):
        return "–"
    words = earned(marks)
    return Marked(words, "muted") if words.endswith("open") else words


def earned(marks: Sequence[Mark], deducted: float = 0.0) -> str:
    """What was earned; what is not decided yet is open and not lost. `deducted`: what lateness costs of it."""
    got, possible = sum(mark.points for mark in marks) - deducted, sum(mark.max for mark in marks)
    undecided = sum(mark.max - mark.points for mark in marks if mark.verdict in UNDECIDED)
    less = f", {points(deducted)} deducted" if deducted else ""
    if not undecided:
        return f"{points(got)} of {points(possible)}{less}"
    rest = f"{points(got)} of {points(possible)}{less}, " if got or deducted or undecided < possible else ""
    return f"{rest}{points(undecided)} open"
