"""The steps of a solution as an HTML table."""

from __future__ import annotations

from grader.pages.blocks import Value, Worked, Working
from grader.pages.maths.mathml import mathml
from grader.pages.screen.markup import SCROLLS, matrix, safe


def solution(block: Worked) -> str:
    head = "".join(f'<th scope="col">{safe(word)}</th>' for word in block.heads)
    body = "\n".join(f"<tr>{_step(step)}{_others(step) if block.beside else ''}</tr>" for step in block.steps)
    return (
        f'<div class="wide" {SCROLLS} aria-label="Solution"><table class="small"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _step(step: Working) -> str:
    name = f'<th scope="row">{safe(step.name)}</th>' if step.name else "<td></td>"
    cells = mathml(step.symbol), mathml(step.how) if step.how else "", _value(step.value)
    return name + "".join(f"<td>{cell}</td>" for cell in cells)


def _value(value: Value) -> str:
    if isinstance(value, str):
        return safe(value)
    return f"<math>{matrix(value)}</math>"


def _others(step: Working) -> str:
    pairs = "; ".join(f"{safe(name)} <strong>{safe(value)}</strong>" for name, value in step.others)
    return f"<td>{pairs}</td>"
