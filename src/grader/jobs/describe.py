"""Templates in words, for the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from math import inf
from typing import Any

from grader.jobs.parameters import default_rules
from grader.library import Library
from grader.pages.solution import solution
from grader.pages.terminal import columns, lines, stacked, wrapped
from grader.pages.wording import statement
from grader.part import Domain, Part
from grader.rubric import QuestionRules
from grader.template import Template
from grader.templates import TOPICS
from grader.variant import Variant, draw_variant
from grader.work import Reference

LONGEST = 70
"""Givens are shown up to so many letters."""


def listing(library: Library) -> Iterator[str]:
    """All templates by topic, the course's own with their files; then files that cannot be used."""
    topics = dict.fromkeys([*TOPICS, *(template.topic for template in library.values())])
    groups = {topic: [t for t in library.values() if t.topic == topic] for topic in topics}
    width = max(map(len, library))
    for topic, group in groups.items():
        if group:
            yield topic
        for template in group:
            own = f"  ({library.files[template.name]})" if template.name in library.files else ""
            yield f"  {template.name:<{width}}  {template.title}{own}"
    if library.broken:
        yield from ("", "cannot be used")
    for error in library.broken.values():
        yield from wrapped(str(error), "  ", "    ")
    yield ""
    yield "`grader templates NAME` shows one of them, `grader templates new NAME` starts one of your own."


def describe(template: Template[Any, Any]) -> Iterator[str]:
    """Parameters, givens, parts and mistakes of one template, and one instance with its solution."""
    rules = default_rules(template)
    question = rules.question
    variant = draw_variant(rules, "example", "describe", template.name, question.id)
    steps = template.run(question.parameters, question.read(variant.givens), Reference()).steps
    yield f"{template.name}: {template.title} ({template.topic})"
    yield from _section("parameters", _parameters(template))
    givens = [(name, _short(value)) for name, value in variant.givens.items()]
    yield from _section("givens, for example", columns(givens) if givens else ["  none: the same for everybody"])
    yield from _section("parts", columns([_part(part) for part in question.parts]))
    further = [name for name in steps if name not in {part.name for part in question.parts}]
    if further:
        yield from wrapped(f"further steps of the solution, which are not asked for: {', '.join(further)}", "  ", "  ")
    mistakes = [(name, mistake.sentence) for name, mistake in question.mistakes.items()]
    yield from _section("mistakes: the value is", columns(mistakes) if mistakes else ["  none"])
    yield from _section("an example", _example(rules, variant))


def _section(title: str, body: Iterator[str] | Sequence[str]) -> Iterator[str]:
    yield from ("", title)
    yield from body


def _example(rules: QuestionRules, variant: Variant) -> Iterator[str]:
    question = rules.question
    q = question.read(variant.givens)
    yield from stacked(statement(question, q))
    yield ""
    yield from lines(solution(question, question.template.run(question.parameters, q, Reference()).steps))


def _parameters(template: Template[Any, Any]) -> Iterator[str]:
    schema = template.parameters.model_json_schema()
    rows = []
    for name, field in schema.get("properties", {}).items():
        default = "" if field.get("default") is None else _short(field["default"])
        rows.append((name, default, _allowed(field), field.get("description", "")))
    yield from columns(rows) if rows else ["  none"]


def _allowed(schema: Mapping[str, Any]) -> str:
    """What a parameter may be, from its JSON schema."""
    if "anyOf" in schema:
        kinds = [_allowed(one) for one in schema["anyOf"] if one.get("type") != "null"]
        return " or ".join(filter(None, kinds)) + " or left out" * (len(kinds) < len(schema["anyOf"]))
    if "enum" in schema or "const" in schema:
        return ", ".join(_short(option) for option in schema.get("enum", [schema.get("const")]))
    match schema.get("type"):
        case "boolean":
            return "true, false"
        case "array":
            return "[from, to]" if "prefixItems" in schema else _listed(schema.get("items", {}))
        case "integer" | "number":
            return _between(schema)
    return ""


def _listed(items: Mapping[str, Any]) -> str:
    each = _allowed(items)
    if "enum" in items:
        return f"a list of {each}"
    return {"a whole number": "a list of whole numbers", "a number": "a list of numbers", "": "a list"}.get(
        each, f"a list, each {each}"
    )


def _between(schema: Mapping[str, Any]) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f"{low:g} to {high:g}"
    limits = {"from {:g}": low, "above {:g}": schema.get("exclusiveMinimum"), "up to {:g}": high,
              "below {:g}": schema.get("exclusiveMaximum")}  # fmt: skip
    told = [words.format(limit) for words, limit in limits.items() if limit is not None]
    return " ".join(told) or ("a whole number" if schema["type"] == "integer" else "a number")


def _part(part: Part) -> tuple[str, ...]:
    shape = " × ".join(map(str, part.shape)) if part.size > 1 else ""
    notes = [f"one of {', '.join(part.labels)}" if part.labels else "", _domain(part.domain)]
    notes += ["asked only where `ask` names it" if not part.asked else ""]
    told = "; ".join(filter(None, notes))
    return part.name, part.kind, shape, f"{part.meaning} ({told})" if told else part.meaning


def _domain(domain: Domain) -> str:
    if domain.low == -inf and domain.high == inf:
        return ""
    if domain.high == inf:
        return f"{'above' if domain.open else 'at least'} {domain.low:g}"
    if domain.low == -inf:
        return f"{'below' if domain.open else 'at most'} {domain.high:g}"
    return f"{'between' if domain.open else 'from'} {domain.low:g} {'and' if domain.open else 'to'} {domain.high:g}"


def _short(value: object) -> str:
    """A value as YAML has it on one line, cut where it is long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
