"""What the README shows must work as it stands."""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner

from grader.audit import audit
from grader.cli import main
from grader.jobs.check import default_rules
from grader.library import load

README = Path(__file__).parent.parent / "README.md"


def code_block() -> str:
    (block,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    return str(block)


def test_the_template_shown_keeps_the_contract(tmp_path: Path) -> None:
    path = tmp_path / "free_fall.py"
    path.write_text(code_block(), encoding="utf-8")
    found = audit(default_rules(load(path)), 50)
    assert found.failures == []
    assert set(found.mistakes) == {"factor_two_left_out", "square_root_left_out", "half_of_it"}


def test_the_template_shown_is_solved_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "free_fall.py"
    path.write_text(code_block(), encoding="utf-8")
    arguments = ["solve", str(path), "--givens", "-", "--format", "json"]
    result = CliRunner().invoke(main, arguments, input='{"height": 9.81, "gravity": 9.81}')
    assert result.output.startswith('{"time": 1.41421356237309')


def test_every_command_of_the_tour_exists() -> None:
    tour = re.findall(r"^    grader (\w+)", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(tour) <= set(main.commands)
    assert len(tour) >= 6
