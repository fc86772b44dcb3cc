"""Why this mark: everything that decided one cell, in plain lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from grader.answers import Sheet
from grader.course import Course, Loaded
from grader.errors import CourseError, did_you_mean
from grader.gradebook import Gradebook, Paper
from grader.jobs.marks import plain, read_as
from grader.jobs.reread import reread
from grader.marking import Mark, Marker, fingerprint, reviewed
from grader.marking.passes import Trace
from grader.rubric import CellRules
from grader.sheets import read_sheet
from grader.sheets.collecting import collect
from grader.variant import entries
from grader.work import Step

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
    """Lines about `question.part` or `question.part[i]` on the student's newest sheet.

    CourseError: no such student, question or part, or nothing was graded.
    """
    question_id, _, part = place.partition(".")
    gradebook = course.gradebook(must_exist=True)
    try:
        paper, path, sheet_content = _newest(gradebook, loaded.name, student)
        rules = next(
            course.as_issued(loaded.name, issue.definition)
            for issue in gradebook.issues(loaded.name)
            if issue.id == paper.issue
        )
        return _explained(gradebook, rules, paper, path, read_sheet(sheet_content, path), question_id, part)
    finally:
        gradebook.close()


def _explained(
    gradebook: Gradebook, rules: Loaded, paper: Paper, path: str, sheet: Sheet, question_id: str, part: str
) -> list[str]:
    question, student = rules.assignment.question(question_id), paper.student.id
    asked = {q.id: q.asked for q in rules.assignment.questions}
    reviews = gradebook.reviews(rules.name, student)
    answers = reread(collect(sheet, asked)[0], asked, reviews)
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
        lines += list(_about(mark, cells[i], i, marker.passes.trace, path, question.mistakes))
        text = fingerprint(mark.answer.text)
        lines += _decided(gradebook.review_history(rules.name, student, question_id, mark.cell, text))
        lines.append("")
    return lines[:-1]


def _newest(gradebook: Gradebook, name: str, student: str) -> tuple[Paper, str, bytes]:
    papers = {paper.id: paper for paper in gradebook.papers(name)}
    ids = {paper.student.id for paper in papers.values()}
    if student not in ids:
        raise CourseError(f"'{name}' was not issued to '{student}'. {did_you_mean(student, ids)}")
    marking = gradebook.current_markings(name).get(student)
    if marking is None:
        raise CourseError(f"no sheet of '{student}' has been graded for '{name}' yet")
    stored = gradebook.submission(marking.submission)
    return gradebook.filled(papers[marking.paper]), stored.path, stored.content


def _about(mark: Mark, rule: CellRules, i: int, trace: Trace, path: str, mistakes: Mapping[str, Any]) -> Iterator[str]:
    cell = mark.answer
    line = f", line {cell.line}" if cell.line else ""
    yield _row("written", f"'{' '.join(cell.text.split())}' in {path}{line}" if not cell.blank else "nothing")
    if cell.problem:
        yield _row("read as", cell.problem)
    elif cell.readable and cell.text != cell.label:
        note = f" ({cell.number.note})" if cell.number and cell.number.note else ""
        yield _row("read as", read_as(cell) + note)
    if mark.expected != "":
        yield _row("key", _with_interval(mark.expected, rule))
    for words, tape in (("rounded", trace.rounded), ("carried", trace.carried)):
        value = _entry(tape, mark.part, i)
        if value not in (None, ""):
            yield _row(words, _with_interval(value, rule) + _meaning(words, mark))
    yield from _tried(mark, i, trace, mistakes)
    named = f" ({'; '.join(mark.mistakes)})" if mark.mistakes else ""
    words = VERDICTS[mark.verdict]
    yield _row("verdict", mark.verdict + named + (f": {words}" if words != mark.verdict else ""))
    yield _row("points", f"{mark.points:g} of {mark.max:g}")
    if mark.note:
        yield _row("note", mark.note)
    if not rule.tolerance.exact:
        yield _row("tolerance", f"{rule.tolerance.words()}; asked for: {rule.digits.words()}")
    if rule.accept:
        yield _row("accepted too", ", ".join(map(plain, rule.accept)))
    yield _row("rubric", rule.where)


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


def _tried(mark: Mark, i: int, trace: Trace, mistakes: Mapping[str, Any]) -> Iterator[str]:
    """Each mistake's value, made here on the key, here on the student's values, and everywhere."""
    for name in mistakes:
        values = []
        for words, tape in (("on the key", trace.reference), ("on own values", trace.carried)):
            step = tape.get(mark.part)
            if step is not None and name in step.mistakes:
                value = entries(step.mistakes[name])[i]
                if value != entries(step.value)[i]:
                    values.append(f"{words} {plain(value)}")
        everywhere = _entry(trace.everywhere.get(name, {}), mark.part, i)
        if everywhere is not None and everywhere != mark.expected:
            values.append(f"made everywhere {plain(everywhere)}")
        if values:
            hit = "  ← this answer" if name in mark.mistakes else ""
            yield _row("tried", f"{name}: {', '.join(values)}{hit}")


def _entry(tape: Mapping[str, Step], part: str, i: int) -> Any:
    return entries(tape[part].value)[i] if part in tape else None


def _with_interval(value: Any, rule: CellRules) -> str:
    if not isinstance(value, float) or rule.tolerance.exact:
        return plain(value)
    low, high = rule.tolerance.interval(value)
    return f"{plain(value)}, accepted from {low:.6g} to {high:.6g}"


def _row(label: str, text: str) -> str:
    return f"  {label:<13}{text}"
