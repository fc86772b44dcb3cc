"""An assignment may call symbols otherwise, as long as everybody can tell them apart."""

from __future__ import annotations

import pytest

from grader.errors import CourseError
from tests.helpers import rules_of


@pytest.mark.parametrize(
    ("template", "aliases", "sentence"),
    [
        ("derivative_expression", {"nope": "I"}, "no symbol here is called 'nope'"),
        ("rnn_bptt", {"X": "I"}, "no symbol here is called 'X'"),
        ("derivative_expression", {"x": "t"}, "'t' stands for something else here already"),
        ("derivative_expression", {"y": "σ"}, "'σ' stands for something else here already"),
        ("derivative_expression", {"x": "exp"}, "'exp' could not be told from the function or constant in formulas"),
        ("rnn_bptt", {"x": "a b"}, "'a b' is no symbol: write a letter or a word"),
        ("rnn_bptt", {"x": "I", "H": "I"}, "two symbols would be called 'I'"),
    ],
)
def test_an_alias_that_could_not_be_told_is_an_error(template: str, aliases: dict[str, str], sentence: str) -> None:
    with pytest.raises(CourseError, match=sentence):
        rules_of(template, aliases=aliases)


@pytest.mark.parametrize(
    ("template", "aliases"),
    [("rnn_bptt", {"x": "I", "H": "S"}), ("rnn_bptt", {"x": "y", "y": "x"}), ("derivative_expression", {"x": "ξ"})],
)
def test_symbols_may_change_their_names(template: str, aliases: dict[str, str]) -> None:
    assert rules_of(template, aliases=aliases).question.aliases == aliases
