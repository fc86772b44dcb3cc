"""Messy and hostile input is numbered, 1 to 139: each case has a test that cites it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent
CASES = set(range(1, 140))


def cited(source: str) -> Iterator[int]:
    """The numbers in `pytest.mark.case(93, 94)`, also where `case` stands for it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("pytest.mark.case", "case"):
            yield from (int(ast.literal_eval(number)) for number in node.args)


def test_every_case_is_cited_by_a_test() -> None:
    tested = {number for path in TESTS.rglob("*.py") for number in cited(path.read_text(encoding="utf-8"))}
    assert tested == CASES


def test_a_citation_is_found_wherever_a_marker_may_stand() -> None:
    source = "@pytest.mark.case(1, 2)\ndef f(): ...\nROWS = [param('x', marks=case(3)), 4]\n# case(5)\n'case(6)'"
    assert sorted(cited(source)) == [1, 2, 3]
