"""`grader check`: audits of the assignments' questions, of templates, and of a course's own template files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.audit import Audit, audit
from grader.blame import blamed
from grader.course import Course, Loaded
from grader.errors import CourseError, did_you_mean
from grader.jobs.parameters import alone, default_rules, idle, variations
from grader.jobs.proof import proofread
from grader.library import chosen
from grader.rubric import QuestionRules
from grader.template import Template

Line = tuple[str, bool]
FEWER = 5
"""Seeds for a changed parameter, as a share of those for the defaults: one in so many."""


def check(root: Path, names: Sequence[str], seeds: int) -> Iterator[Line]:
    """Lines to print, each with whether it is a failure. CourseError: nothing is called so.

    Without names: the course's assignments, else all templates; and files of templates that cannot be used.
    """
    course = Course(root)
    in_course = (root / "assignments").is_dir()
    if not names:
        names = course.names if in_course else list(course.templates)
        yield from ((f"FAILS: {error}", True) for error in course.templates.broken.values())
    for name in names:
        _known(course, name)
    for name in names:
        yield from _told(name, _checked(course, name, seeds))


def subject(course: Course, name: str) -> Loaded | Template[Any, Any]:
    """An assignment of the course, or a template by its name or its file. CourseError: neither, or what is wrong."""
    _known(course, name)
    return course.load(name) if name in _assignments(course) else chosen(name, course.templates)


def _assignments(course: Course) -> list[str]:
    return course.names if (course.root / "assignments").is_dir() else []


def _known(course: Course, name: str) -> None:
    known = [*_assignments(course), *course.templates, *course.templates.broken]
    if not name.endswith(".py") and name not in known:
        raise CourseError(f"'{name}' is neither an assignment nor a template nor a file. {did_you_mean(name, known)}")


def _told(name: str, lines: Iterator[Line]) -> Iterator[Line]:
    """What stops one of them is told, and the next one is looked at."""
    try:
        yield from lines
    except Exception as error:
        fault = error if isinstance(error, CourseError) else blamed(error)
        if fault is None:
            raise
        yield f"FAILS: {fault}" if fault.file else f"{name}: FAILS: {fault}", True


def _checked(course: Course, name: str, seeds: int) -> Iterator[Line]:
    found = subject(course, name)
    if isinstance(found, Template):
        yield from _template(found, seeds)
        return
    proofread(found)
    for rules in found.rubric.questions.values():
        yield from _audited(f"{name} {rules.question.id}", rules, seeds, with_mistakes=True)


def _template(template: Template[Any, Any], seeds: int) -> Iterator[Line]:
    proofread(alone(template))
    yield from _audited(template.name, default_rules(template), seeds, with_mistakes=True)
    for change in variations(template):
        yield from _changed(template, change, max(1, seeds // FEWER))
    for name in idle(template):
        yield (
            f"{template.name} {name}: warning: it changes nothing that is drawn, asked, solved, worded or guarded",
            False,
        )


def _changed(template: Template[Any, Any], change: Mapping[str, Any], seeds: int) -> Iterator[Line]:
    ((name, value),) = change.items()
    label = f"{template.name} {name}={list(value) if isinstance(value, tuple) else value}"
    try:
        loaded = alone(template, change)
        proofread(loaded)
    except CourseError as error:
        yield f"{label}: cannot be used", False
        yield f"  FAILS: {error}", True
        return
    yield from _audited(label, loaded.rubric.questions["q"], seeds, with_mistakes=False)


def _audited(label: str, rules: QuestionRules, seeds: int, *, with_mistakes: bool) -> Iterator[Line]:
    try:
        found = audit(rules, seeds)
    except CourseError as error:
        # a parameter changed alone may need another tolerance; the defaults and an assignment's own may not
        yield f"{label}: cannot be issued", False
        yield f"  {'FAILS' if with_mistakes else 'warning'}: {error.message}", with_mistakes
        return
    milliseconds = 1000 * found.seconds / max(1, found.variants)
    yield (
        f"{label}: {found.acceptance:.0%} of draws accepted, {milliseconds:.1f} ms a variant",
        False,
    )
    if with_mistakes:
        yield from ((line, False) for line in _mistakes(found))
    if with_mistakes and found.ends:
        yield f"  nothing is computed from: {', '.join(found.ends)}", False
    if with_mistakes:
        yield from ((f"  {note}", False) for note in found.notes)
    for warning in found.warnings:
        yield f"  warning: {warning}", False
    for failure in found.failures:
        yield f"  FAILS: {failure}", True


def _mistakes(found: Audit) -> Iterator[str]:
    if not found.mistakes:
        return
    yield f"  {'mistake':<28}{'can exist in':>13}{'cells that show it':>21}{'hit by chance':>16}"
    for name, figures in found.mistakes.items():
        shown = f"{figures.visible / figures.cells:.0%}" if figures.cells else "by its effects"
        chance = f"{sum(figures.chance) / len(figures.chance):.1%}" if figures.chance else "-"
        yield f"  {name:<28}{figures.exists / found.variants:>13.0%}{shown:>21}{chance:>16}"
