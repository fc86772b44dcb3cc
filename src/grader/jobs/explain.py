"""Why this mark: everything that decided one cell, in plain lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from grader.answers import Sheet
from grader.course import Course, Loaded
from grader.errors import CourseError, did_you_mean
from grader.expression import Formula, FormulaError, Space
from grader.gradebook import Gradebook, Marking, Paper
from grader.jobs.attempts import Attempts
from grader.jobs.marks import plain, read_as
from grader.jobs.reread import reread
from grader.jobs.rulebook import Rulebook
from grader.marking import Mark, Marker, fingerprint, reviewed
from grader.marking.passes import Trace
from grader.rubric import CellRules
from grader.sheets import read_sheet
from grader.sheets.collecting import collect
from grader.variant import entries
from grader.work import Step

ROW = 15
"""Where the texts of the rows begin."""
CHANGED = (
    "A template or the program has changed since this sheet was marked. This is how they mark today; `grader history`",
    "shows what the sheet has, `grader regrade` what would change.",
    "",
)
VERDICTS = {
    "right": "right",
    "follows": "right on the student's own earlier values",
    "coarse": "right, but written with fewer digits than asked",
    "mistake": "a mistake with a name",
    "wrong": "wrong",
    "blank": "nothing was written",
    "unreadable": "could not be read",
    "pending": "to be marked by a person",
    "reviewed": "marked by a person",
}


def explain(course: Course, loaded: Loaded, student: str, place: str) -> list[str]:
    """Lines about `question.part` or `question.part[i]` on the student's sheet that counts.

    CourseError: no such student, question or part, or nothing was graded.
    """
    question_id, _, part = place.partition(".")
    gradebook = course.gradebook(must_exist=True)
    try:
        paper, marking = _standing(course, gradebook, loaded.name, student)
        rules, now = Rulebook(course, gradebook, loaded.name).under(paper.issue, marking.rules)
        stored = gradebook.submission(marking.submission)
        sheet = read_sheet(stored.content, stored.path)
        lines = _explained(gradebook, rules, paper, stored.path, sheet, question_id, part)
        return lines if marking.rules.startswith(now) else [*CHANGED, *lines]
    finally:
        gradebook.close()


def _explained(
    gradebook: Gradebook, rules: Loaded, paper: Paper, path: str, sheet: Sheet, question_id: str, part: str
) -> list[str]:
    question, student = rules.assignment.question(question_id), paper.student.id
    reviews = gradebook.reviews(rules.name, student)
    answers = reread(collect(sheet, rules.blank)[0], rules.blank, reviews)
    marker = Marker(
        rules.rubric.questions[question.id],
        question.read(paper.givens[question.id]),
        answers.get(question.id, {}),
        thorough=True,
    )
    every = reviewed(question.id, marker.rules, marker.marks(), reviews)
    marks = [mark for mark in every if part in (mark.cell, mark.part)]
    if not marks:
        known = [cell for asked in question.asked for cell in (asked.name, *asked.cells)]
        raise CourseError(f"question '{question_id}' asks for no part '{part}'. {did_you_mean(part, known)}")
    lines: list[str] = []
    for mark in marks:
        lines += [f"{rules.name} · {student} · {question_id}.{mark.cell}", ""]
        cells = marker.rules.parts[mark.part].cells
        i = next(k for k, cell in enumerate(cells) if cell.name == mark.cell)
        lines += list(_About(mark, cells[i], i, marker.passes.trace).lines(path, question.mistakes))
        text = fingerprint(mark.answer.text)
        lines += _decided(gradebook.review_history(rules.name, student, question_id, mark.cell, text))
        lines.append("")
    return lines[:-1]


def _standing(course: Course, gradebook: Gradebook, name: str, student: str) -> tuple[Paper, Marking]:
    papers = {paper.id: paper for paper in gradebook.papers(name)}
    ids = {paper.student.id for paper in papers.values()}
    if student not in ids:
        raise CourseError(f"'{name}' was not issued to '{student}'. {did_you_mean(student, ids)}")
    if student in gradebook.forgotten():
        raise CourseError(f"what '{student}' handed in was erased; points and verdicts are in results.csv")
    attempt = Attempts(course, gradebook, name).standing.get(student)
    if attempt is None:
        raise CourseError(f"no sheet of '{student}' that counts has been graded for '{name}' yet")
    return gradebook.filled(papers[attempt.marking.paper].of(student)), attempt.marking


@dataclass(frozen=True)
class _About:
    """What there is to say of one mark; `i`: the cell's place in its part, `trace`: the tapes that it came from."""

    mark: Mark
    rule: CellRules
    i: int
    trace: Trace

    def lines(self, path: str, mistakes: Iterable[str]) -> Iterator[str]:
        mark, rule, cell = self.mark, self.rule, self.mark.answer
        line = f", line {cell.line}" if cell.line else ""
        yield _row("written", f"'{' '.join(cell.text.split())}' in {path}{line}" if not cell.blank else "nothing")
        yield from self._read()
        yield from self._expected()
        yield from self._tried(mistakes)
        named = f" ({'; '.join(mark.mistakes)})" if mark.mistakes else ""
        words = VERDICTS[mark.verdict]
        yield _row("verdict", mark.verdict + named + (f": {words}" if words != mark.verdict else ""))
        yield _row("points", f"{mark.points:g} of {mark.max:g}")
        if mark.note:
            yield _row("note", mark.note)
        if not rule.tolerance.exact:
            yield _row("tolerance", f"{rule.tolerance.words()}; asked for: {rule.digits.words()}")
        if rule.accept:
            yield _row("accepted too", ", ".join(map(self._shown, rule.accept)))
        yield _row("rubric", rule.where)

    def _read(self) -> Iterator[str]:
        cell, space = self.mark.answer, self.rule.space
        if cell.problem:
            yield _row("read as", cell.problem)
            if space is not None:
                yield from (" " * ROW + line for line in _pointed(space, cell.text))
        elif space is not None and cell.formulas:
            for nth, reading in enumerate(cell.formulas):
                yield _row("or as" if nth else "read as", space.written(reading.formula))
        elif cell.readable and cell.text != cell.label:
            note = f" ({cell.number.note})" if cell.number and cell.number.note else ""
            yield _row("read as", read_as(cell) + note)

    def _expected(self) -> Iterator[str]:
        """The key, and what the student's own values lead to; of formulas only where it is another one."""
        key = self._on(self.trace.reference)
        if self.mark.expected is None:
            yield _row("key", "none: whatever has the property asked for is right")
            return
        if key != "":
            yield _row("key", self._accepted(key))
        for words, tape in (("rounded", self.trace.rounded), ("carried", self.trace.carried)):
            value = self._on(tape)
            if value not in (None, "") and not (isinstance(value, Formula) and value == key):
                yield _row(words, self._accepted(value) + _meaning(words, self.mark))

    def _tried(self, mistakes: Iterable[str]) -> Iterator[str]:
        """Each mistake's value, made here on the key, here on the student's values, and everywhere."""
        for name in mistakes:
            found: dict[str, list[str]] = {}
            for words, tape in (("on the key", self.trace.reference), ("on own values", self.trace.carried)):
                step = tape.get(self.mark.part)
                if step is not None and name in step.mistakes:
                    value = entries(step.mistakes[name])[self.i]
                    if value != entries(step.value)[self.i]:
                        found.setdefault(self._shown(value), []).append(words)
            everywhere = self._on(self.trace.everywhere.get(name, {}))
            if everywhere is not None and everywhere != self._on(self.trace.reference):
                found.setdefault(self._shown(everywhere), []).append("made everywhere")
            if found:
                hit = "  ← this answer" if name in self.mark.mistakes else ""
                values = (f"{' and '.join(words)} {value}" for value, words in found.items())
                yield _row("tried", f"{name}: {', '.join(values)}{hit}")

    def _on(self, tape: Mapping[str, Step]) -> Any:
        return entries(tape[self.mark.part].value)[self.i] if self.mark.part in tape else None

    def _shown(self, value: Any) -> str:
        return self.rule.space.written(value) if self.rule.space and isinstance(value, Formula) else plain(value)

    def _accepted(self, value: Any) -> str:
        if not isinstance(value, float) or self.rule.tolerance.exact:
            return self._shown(value)
        low, high = self.rule.tolerance.interval(value)
        return f"{plain(value)}, accepted from {low:.6g} to {high:.6g}"


def _pointed(space: Space, text: str) -> list[str]:
    """The formula with a caret below the place where it cannot be read."""
    try:
        space.read(text)
    except FormulaError as error:
        return error.pointed().splitlines()[1:]
    return []


def _decided(history: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Who decided what about this answer, when, and what it was before."""
    for made_at, marker, file, criterion, was, became, comment in history:
        what = f"{criterion}: " if criterion else ""
        said = f"; comment: {' '.join(comment.split())}" if comment else ""
        yield _row("by a person", f"{what}{became} (before: {was}), {marker}, {made_at}, {file}{said}")


def _meaning(words: str, mark: Mark) -> str:
    if words == "rounded":
        return " on the right answers as they were rounded"
    source = f" (from {', '.join(mark.came_from)})" if mark.came_from else ""
    return f" on the student's own earlier values{source}"


def _row(label: str, text: str) -> str:
    return f"  {label:<{ROW - 2}}{text}"
