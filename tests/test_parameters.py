"""A template's parameters changed alone: what is tried, and which of them change nothing."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from pydantic import Field

from grader.jobs.parameters import idle, variations
from grader.part import Part
from grader.template import Parameters, Range, Shown, Template, WholeRange, text
from grader.templates import BUILT_IN


class Several(Parameters):
    function: Literal["tanh", "sigmoid"] = "tanh"
    bias: bool = True
    size: int = 2
    largest: int = Field(4, le=4)
    rate: float = 0.5
    share: float = Field(0.8, le=1)
    share_range: tuple[float, float] = (0.1, 0.9)
    sizes: WholeRange = (0, 8)
    values: Range = (-3, 3)
    last: int | None = None
    note: str = "as it is"
    shape: tuple[int, ...] = (2, 3)


def template(parameters: type[Parameters], **changed: Any) -> Template[Any, Any]:
    def draw(p: Any, chance: Any) -> dict[str, float]:
        return {"x": chance.decimal(1, p.high, 2)}

    sound = dict(
        name="trial",
        title="Trial",
        topic="trial",
        parameters=parameters,
        read=lambda p, raw: (p, raw["x"]),
        draw=draw,
        ask=lambda _p: [Part("a", "")],
        solve=lambda _p, x, work: work.step("a", x + 1),
        wording=lambda _p: "",
        show=lambda _p, x: [Shown("x", text(x, 2))],
    )
    return Template(**{**sound, **changed})


def test_each_parameter_is_changed_alone_within_its_limits() -> None:
    assert list(variations(template(Several))) == [
        {"function": "sigmoid"},
        {"bias": False},
        {"size": 3},
        {"largest": 3},
        {"rate": 1.0},
        {"share": 0.4},
        {"share_range": (0.1, 0.8)},
        {"share_range": (0.1, 1.0)},
        {"sizes": (0, 7)},
        {"sizes": (0, 9)},
        {"values": (-3, 2)},
        {"values": (-3, 4)},
        {"last": 2},
    ]


class Idle(Parameters):
    high: int = 9
    used_with_the_flag: int = 3
    flag: bool = False
    idle: int = 3


def test_a_parameter_that_changes_nothing_is_told() -> None:
    """One that does only with another parameter changed is in use."""

    def ask(p: Idle) -> list[Part]:
        return [Part("a", f"digits: {p.used_with_the_flag}" if p.flag else "")]

    assert list(idle(template(Idle, ask=ask))) == ["idle"]


@pytest.mark.parametrize("used", ["draw", "wording", "guard", "show", "solve", "symbols"])
def test_a_parameter_is_in_use_wherever_it_changes_something(used: str) -> None:
    ways: dict[str, Any] = dict(
        draw=lambda p, _chance: {"x": float(p.idle)},
        wording=lambda p: f"{p.idle}",
        guard=lambda p, _x, _steps: "large" if p.idle > 3 else "",
        show=lambda p, x: [Shown("x", text(x, p.idle))],
        solve=lambda p, x, work: work.step("a", x + p.idle),
        symbols=lambda p: {"b": f"b_{p.idle}"},
    )
    ask = lambda p: [Part("a", f"{p.used_with_the_flag} {p.flag}")]  # noqa: E731
    assert list(idle(template(Idle, ask=ask, **{used: ways[used]}))) == ([] if used != "draw" else ["high"])


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_every_parameter_of_every_template_is_in_use(name: str) -> None:
    assert list(idle(BUILT_IN[name])) == []
