"""Templates in words, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from grader.chance import Stream
from grader.template import Template
from grader.work import Reference


def listing(templates: Mapping[str, Template[Any, Any]]) -> Iterator[str]:
    """All templates, by topic."""
    topics = dict.fromkeys(template.topic for template in templates.values())
    for topic in topics:
        yield f"{topic}"
        for template in templates.values():
            if template.topic == topic:
                yield f"  {template.name:<24}{template.title}"
    yield ""
    yield "grader templates NAME shows parameters, parts and mistakes."


def describe(template: Template[Any, Any]) -> Iterator[str]:
    """Parameters, givens, parts and mistakes of one template, and an example of its givens."""
    p = template.parameters()
    yield f"{template.name}: {template.title} ({template.topic})"
    yield ""
    yield "parameters"
    for name, field in template.parameters.model_fields.items():
        default = getattr(p, name)
        shown = "" if default is None else _short(list(default) if isinstance(default, tuple) else default)
        yield f"  {field.alias or name:<18}{shown:<17} {field.description or ''}"
    yield ""
    yield "givens, for example"
    for name, value in template.draw(template.settle(p, {}), Stream("describe", template.name)).items():
        yield f"  {name:<18}{_short(value)}"
    yield ""
    yield "parts"
    for part in template.ask(p):
        shape = " × ".join(map(str, part.shape)) if part.size > 1 else ""
        yield f"  {part.name:<18}{part.kind:<10}{shape:<8}{part.meaning}"
    asked = {part.name for part in template.ask(p)}
    q = template.read(p, template.draw(template.settle(p, {}), Stream("describe", template.name)))[1]
    further = [name for name in template.run(p, q, Reference()).steps if name not in asked]
    if further:
        yield f"  further steps of the solution, which are not asked for: {', '.join(further)}"
    yield ""
    yield "mistakes: the value is"
    for name, mistake in {**template.mistakes, **template.own_mistakes(p)}.items():
        yield f"  {name:<28}{mistake.sentence}"


def _short(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 70 else text[:69] + "…"
