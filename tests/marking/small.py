"""The smallest templates that show what marking does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.helpers import rules_of

from grader.part import Part
from grader.rules import QuestionRules
from grader.template import Mistake, Parameters, Template
from grader.work import Work


def small(
    solve: Callable[[Work], None],
    parts: Sequence[Part],
    rubric: Mapping[str, Any] | None = None,
    mistakes: Sequence[str] = (),
) -> QuestionRules:
    """A question without givens, solved as `solve` says."""
    template: Template[Parameters, None] = Template(
        name="small",
        title="Small",
        topic="trial",
        parameters=Parameters,
        read=lambda p, _raw: (p, None),
        draw=lambda _p, _chance: {},
        ask=lambda _p: list(parts),
        solve=lambda _p, _q, work: solve(work),
        wording=lambda _p: "",
        mistakes={name: Mistake(f"what one gets with {name}") for name in mistakes},
    )
    return rules_of(template, rubric)


def doubling(work: Work) -> None:
    """a = 2, then b = 2a; b can be made as 3a or as a + 10."""
    a = work.step("a", 2.0)
    work.step("b", 2 * a, "2a", tripled=3 * a, ten_added=a + 10)


DOUBLING = (Part("a", "a"), Part("b", "b"))


def doubling_rules(rubric: Mapping[str, Any] | None = None) -> QuestionRules:
    """Four points, two for each part."""
    return small(doubling, DOUBLING, {"points": 4, **(rubric or {})}, ("tripled", "ten_added"))
