"""A page that can be filled in, made by hand, and what a browser did with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.browser.webdriver import SPACE, Browser

from grader.answers import Cell
from grader.drawing import Math
from grader.pages.blocks import (
    AnswerBox,
    AnswerBoxes,
    AnswerGrid,
    Block,
    Document,
    Form,
    FormPart,
    Heading,
    Table,
)
from grader.pages.screen.html import html_text
from grader.part import Part
from grader.sheets import read_sheet
from grader.sheets.collecting import collect
from grader.sheets.names import blank

QUESTIONS: Mapping[str, Sequence[Part]] = {
    "lstm": (
        Part("f_1", "forget gate at t = 1", "f_1"),
        Part("i_1", "input gate at t = 1", "i_1", shape=(1,)),
        Part("dW", "∂E/∂W", r"\partial E/\partial W", shape=(2, 3)),
    ),
    "ap": (
        Part("precision", "precision at rank k", "P(k)", shape=(3,)),
        Part("n", "how many, in all", "n", kind="integer"),
        Part("better", "is A better", "A>B", kind="choice", labels=("yes", "no")),
        Part("why", "one sentence", "", kind="text"),
    ),
}
IDENTITY = ("hw4", "s001", "K7Q2-9FXM")


def form(questions: Mapping[str, Sequence[Part]] = QUESTIONS) -> Form:
    return Form(*IDENTITY, tuple((name, tuple(map(form_part, parts))) for name, parts in questions.items()))


def form_part(part: Part) -> FormPart:
    return FormPart(part.name, part.kind, part.shape, part.cells, part.meanings, part.labels)


def box(question: str, part: Part, nth: int = 0) -> AnswerBox:
    return AnswerBox(part.cells[nth], part.symbol, question=question, meaning=part.meanings[nth], options=part.labels)


def blocks() -> tuple[Block, ...]:
    f, i, dW = QUESTIONS["lstm"]
    precision, n, better, why = QUESTIONS["ap"]
    rows = tuple(tuple(box("lstm", dW, 3 * row + column) for column in range(3)) for row in range(2))
    ranks = tuple(box("ap", precision, nth) for nth in range(3))
    return (
        Heading("LSTM", 2, "12 points", "1"),
        AnswerBoxes((box("lstm", f), box("lstm", i), AnswerGrid("dW", dW.symbol, rows))),
        Heading("Average precision", 2, "8 points", "2"),
        Table(("rank", "1", "2", "3"), ((Math("P(k)"), *ranks),)),
        AnswerBoxes((box("ap", n), box("ap", better), box("ap", why))),
    )


def document() -> Document:
    return Document("Homework 4", blocks(), footer="Numbers are individual.", form=form())


def shown(browser: Browser, page: Path, document: Document | None = None) -> Browser:
    page.write_text(html_text(document or globals()["document"]()), encoding="utf-8")
    browser.open(page)
    return browser


def fill(browser: Browser, texts: Mapping[str, str]) -> None:
    """Texts by the cells' names, put into their fields as a paste would."""
    browser.run(
        """
        for (const cell of asked) if (cell.name in arguments[0]) cell.field.value = arguments[0][cell.name];
        document.activeElement.blur();
        document.dispatchEvent(new Event("input"));
        """,
        dict(texts),
    )


def sheet(browser: Browser, ending: str) -> bytes:
    """What would be saved; Chromium takes only a few downloads in a second."""
    text: str = browser.run("update(); return arguments[0] === 'csv' ? csv() : yaml()", ending)
    return text.encode()


def saved(browser: Browser, ending: str) -> bytes:
    """What its button saves."""
    browser.run("document.getElementById(arguments[0]).focus()", f"save-{ending}")
    browser.type(SPACE)
    return browser.download(f"answers.{ending}")


def collected(data: bytes, ending: str, questions: Mapping[str, Sequence[Part]] = QUESTIONS) -> dict[str, Cell]:
    """The cells that the marker sees, by name."""
    read = read_sheet(data, f"answers.{ending}")
    assert (read.assignment, read.student, read.instance) == IDENTITY
    answers, problems = collect(read, blank(questions))
    assert problems == []
    return {
        name: cell
        for question, parts in questions.items()
        for part in parts
        if part.name in answers.get(question, {})
        for name, cell in zip(part.cells, answers[question][part.name], strict=True)
        if not cell.blank
    }
