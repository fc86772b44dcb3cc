"""How the course's formulas are laid out, written down: run this file when a change of the look is meant."""

from __future__ import annotations

import json
from pathlib import Path

from tests.pages.test_formula import FORMULAS

from grader.pages.maths.formula import Formula, formula

KEPT = Path(__file__).with_name("formula_pictures.json")


def picture(drawn: Formula) -> list[str]:
    """Measures, glyphs and rules in hundredths of an em."""
    measures = (drawn.width, drawn.height, drawn.depth)
    out = [" ".join(f"{value * 100 / drawn.size:.0f}" for value in measures)]
    out += [f"{glyph.meaning} {_hundredths(glyph.x, glyph.y, glyph.size)}" for glyph in drawn.glyphs]
    return out + [f"— {_hundredths(rule.x, rule.y, rule.width, rule.height)}" for rule in drawn.rules]


def _hundredths(*values: float) -> str:
    return " ".join(f"{round(value * 100) + 0:d}" for value in values)


def pictures() -> dict[str, list[str]]:
    return {latex: picture(formula(latex, 10, display=True)) for latex in FORMULAS}


if __name__ == "__main__":
    KEPT.write_text(json.dumps(pictures(), ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
