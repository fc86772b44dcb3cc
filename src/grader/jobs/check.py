"""`grader check`: audits of the assignments' questions, of templates, and of a course's own template files."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import ValidationError

from grader import templates
from grader.assignment import checked_assignment
from grader.audit import Audit, audit
from grader.config import Source
from grader.course import Course
from grader.errors import CourseError, did_you_mean
from grader.rubric import QuestionRules, compiled
from grader.template import Template

Line = tuple[str, bool]
FEWER = 5
"""Seeds for a changed parameter, as a share of those for the defaults: one in so many."""


def check(root: Path, names: Sequence[str], seeds: int) -> Iterator[Line]:
    """Lines to print, each with whether it is a failure.

    Without names: the course's assignments, else all templates.
    """
    course = Course(root)
    in_course = (root / "assignments").is_dir()
    known = templates.all_templates(root / "templates")
    if not names:
        names = course.names if in_course else list(known)
    for name in names:
        if not name.endswith(".py") and in_course and name in course.names:
            loaded = course.load(name)
            for rules in loaded.rubric.questions.values():
                yield from _audited(f"{name} {rules.question.id}", rules, seeds, with_mistakes=True)
            continue
        template = templates.load(Path(name)) if name.endswith(".py") else known.get(name)
        if template is None:
            assignments = course.names if in_course else []
            hint = did_you_mean(name, [*assignments, *known])
            raise CourseError(f"'{name}' is neither an assignment nor a template nor a file. {hint}")
        yield from _template(template, seeds)


def _template(template: Template[Any, Any], seeds: int) -> Iterator[Line]:
    yield from _audited(template.name, default_rules(template), seeds, with_mistakes=True)
    for change in variations(template):
        name, value = next(iter(change.items()))
        rules = default_rules(template, change)
        yield from _audited(f"{template.name} {name}={value}", rules, max(1, seeds // FEWER), with_mistakes=False)


def default_rules(template: Template[Any, Any], parameters: Mapping[str, Any] | None = None) -> QuestionRules:
    """A question of this template alone, under the default rubric. CourseError: impossible parameters."""
    question = dict(id="q", template=template.name, parameters=dict(parameters or {}))
    source = Source(Path(template.name), dict(title=template.title, questions=[question]), {})
    assignment = checked_assignment(source, template.name, {template.name: template})
    return compiled(assignment, source, (), {}).questions["q"]


def variations(template: Template[Any, Any]) -> Iterator[dict[str, Any]]:
    """Each parameter changed alone: the other options of a choice, the other side of a flag, one more of a number."""
    for name, field in template.parameters.model_fields.items():
        for value in _others(field.annotation, field.default):
            change = {field.alias or name: value}
            try:
                template.parameters.model_validate(change)
            except ValidationError:
                continue
            yield change


def _others(annotation: Any, default: Any) -> list[Any]:
    if get_origin(annotation) is Literal:
        return [option for option in get_args(annotation) if option != default]
    if isinstance(annotation, types.UnionType):
        return [] if default is not None else [value for value in (2,) if int in get_args(annotation)]
    if isinstance(default, bool):
        return [not default]
    return [default + 1] if isinstance(default, int) else []


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
