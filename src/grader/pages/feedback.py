"""Feedback: what was read, what each part earned and why, and the way to the right answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.assignment import Assignment, Question
from grader.marking import UNDECIDED, Mark
from grader.pages.blocks import Block, Document, Facts, Heading, Marked, Plain, Table
from grader.pages.solution import shown, solution
from grader.pages.wording import VERDICTS, points, points_word
from grader.roster import Student
from grader.rubric import CellRules, QuestionRules, Rubric
from grader.work import Step

LOSSES = (
    ("mistake", "a known slip at"),
    ("wrong", "not right at"),
    ("coarse", "too few digits at"),
    ("follows", "right only for an earlier value at"),
    ("blank", "no answer at"),
    ("right", "zeros that count only with the rest at"),
)


def feedback(
    assignment: Assignment,
    rubric: Rubric,
    student: Student,
    marks: Mapping[str, Sequence[Mark]],
    steps: Mapping[str, Mapping[str, Step]],
    *,
    notes: Sequence[str] = (),
    draft: bool = False,
) -> Document:
    """`marks` and `steps` (the worked solution): for each question of the paper."""
    total = sum(mark.points for given in marks.values() for mark in given)
    possible = sum(mark.max for given in marks.values() for mark in given)
    facts = (
        ("Student", student.name or student.id),
        ("ID", student.id),
        ("Points", f"{points(total)} of {points(possible)}"),
    )
    blocks: list[Block] = [Facts(facts), Plain(summary(marks))]
    blocks += [Plain(note, "note") for note in notes]
    for number, question in enumerate(assignment.questions, start=1):
        if question.id in marks:
            rules = rubric.questions[question.id]
            blocks += _question(number, question, rules, marks[question.id], steps[question.id])
    return Document(
        title=assignment.title,
        subtitle="Feedback",
        blocks=tuple(blocks),
        kicker=assignment.course,
        running=f"{assignment.title}, feedback · {student.id}",
        footer=f"{student.id}",
        draft=draft,
    )


def summary(marks: Mapping[str, Sequence[Mark]]) -> str:
    """One line: how many points were lost, and where; and what is not decided yet."""
    every = [(question, mark) for question, given in marks.items() for mark in given if mark.max - mark.points > 1e-9]
    lost = [(question, mark) for question, mark in every if mark.verdict not in UNDECIDED]
    undecided = [(question, mark) for question, mark in every if mark.verdict in UNDECIDED]
    sentences = []
    if lost:
        reasons = [f"{words} {places}" for verdict, words in LOSSES if (places := _places(lost, verdict))]
        sentences.append(f"You lost {_sum(lost)} in all: {'; '.join(reasons)}.")
    if undecided:
        places = ", ".join(filter(None, (_places(undecided, verdict) for verdict in UNDECIDED)))
        sentences.append(f"{_sum(undecided)} still open: not marked yet at {places}.")
    return " ".join(sentences) or "Everything is right: full points."


def _sum(marks: Sequence[tuple[str, Mark]]) -> str:
    return points_word(sum(mark.max - mark.points for _, mark in marks))


def _places(marks: Sequence[tuple[str, Mark]], verdict: str) -> str:
    names = dict.fromkeys(f"{question} {mark.part}" for question, mark in marks if mark.verdict == verdict)
    return _some(list(names))


def _some(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= 6 else f"{', '.join(names[:5])} and {len(names) - 5} more"


def _question(
    number: int, question: Question, rules: QuestionRules, marks: Sequence[Mark], steps: Mapping[str, Step]
) -> list[Block]:
    got, possible = sum(mark.points for mark in marks), sum(mark.max for mark in marks)
    blocks: list[Block] = [Heading(question.title, 2, f"{points(got)} of {points(possible)}", str(number))]
    cells = {cell.name: cell for part in rules.parts.values() for cell in part.cells}
    rows = []
    for part in rules.parts.values():
        own = [mark for mark in marks if mark.part == part.part.name]
        if (
            len(own) > 4
            and all(mark.verdict == own[0].verdict for mark in own)
            and own[0].verdict in ("right", "blank")
        ):
            rows.append(_whole_part(own))
        else:
            rows += [_row(mark, cells[mark.cell]) for mark in own]
    header = ("part", "your answer", "marked as", "accepted", "points")
    blocks.append(Table(header, tuple(rows), "lllll", widths=(0.14, 0.16, 0.36, 0.2, 0.14), small=True))
    blocks += [Plain(sentence, "small") for sentence in _explanations(question, marks)]
    if possible - got > 1e-9:
        blocks.append(Heading("How it goes", 3))
        blocks += solution(question, steps)
    return blocks


def _whole_part(marks: Sequence[Mark]) -> tuple[str | Marked, ...]:
    words, tone = VERDICTS[marks[0].verdict]
    got, possible = sum(m.points for m in marks), sum(m.max for m in marks)
    return (
        marks[0].part,
        f"{len(marks)} entries",
        Marked(f"all: {words}", tone),
        "",
        f"{points(got)} of {points(possible)}",
    )


def _row(mark: Mark, rule: CellRules) -> tuple[str | Marked, ...]:
    words, tone = VERDICTS[mark.verdict]
    return (
        mark.cell,
        mark.answer.text[:40] or "—",
        Marked(words, tone),
        accepted(mark, rule),
        f"{points(mark.points)} of {points(mark.max)}",
    )


def accepted(mark: Mark, rule: CellRules) -> str:
    """The interval of right answers, on the student's own earlier values where these decided."""
    value = mark.carried if mark.verdict == "follows" and mark.carried is not None else mark.expected
    if not isinstance(value, float) or rule.tolerance.exact:
        return shown(value)
    low, high = rule.tolerance.interval(value)
    return f"{low:.6g} to {high:.6g}"


def _explanations(question: Question, marks: Sequence[Mark]) -> list[str]:
    """A sentence for each thing worth saying, once for all the cells that it is about."""
    said: dict[str, list[str]] = {}
    for mark in marks:
        for sentence in _sentences(question, mark):
            said.setdefault(sentence, []).append(mark.cell)
    return [f"{_some(cells)}: {sentence}" for sentence, cells in said.items()]


def _sentences(question: Question, mark: Mark) -> list[str]:
    if mark.verdict == "mistake":
        known = question.template.mistakes
        return [f"this is {known[name].sentence}." for name in mark.mistakes]
    if mark.verdict == "follows":
        source = f" of {_some(mark.came_from)}" if mark.came_from else ""
        return [f"computed correctly from your own value{source}."]
    if mark.verdict == "coarse":
        return ["the value is right as far as it goes; more digits were asked for."]
    return [mark.note] if mark.note else []
