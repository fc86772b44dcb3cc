"""Messy and hostile input is numbered, 1 to 139: each case has a test that cites it, or a reason why not."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent
NOTE = TESTS.parent / "docs/decisions/018-the-cases-one-by-one.md"
CASES = set(range(1, 140))


def cited(source: str) -> Iterator[int]:
    """The numbers in `pytest.mark.case(93, 94)`, also where `case` stands for it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("pytest.mark.case", "case"):
            yield from (int(ast.literal_eval(number)) for number in node.args)


def test_every_case_is_cited_by_a_test_or_has_its_reason_in_the_note() -> None:
    tested = {number for path in TESTS.rglob("*.py") for number in cited(path.read_text(encoding="utf-8"))}
    excused = {int(number) for number in re.findall(r"^\| (\d+) \| \S", NOTE.read_text(encoding="utf-8"), re.MULTILINE)}
    assert tested | excused == CASES
    assert not tested & excused


def test_a_citation_is_found_wherever_a_marker_may_stand() -> None:
    source = "@pytest.mark.case(1, 2)\ndef f(): ...\nROWS = [param('x', marks=case(3)), 4]\n# case(5)\n'case(6)'"
    assert sorted(cited(source)) == [1, 2, 3]
