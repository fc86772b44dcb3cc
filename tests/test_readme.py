"""What the README shows must work as it stands."""

from __future__ import annotations

import re
from pathlib import Path

from grader.cli import main

README = Path(__file__).parent.parent / "README.md"


def test_every_command_of_the_tour_exists() -> None:
    tour = re.findall(r"^    grader (\w+)", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(tour) <= set(main.commands)
    assert len(tour) >= 6


def test_what_it_links_to_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README.read_text(encoding="utf-8")):
        assert (README.parent / target).is_file(), target
