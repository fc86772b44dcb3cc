"""Templates in the terminal: listed by topic, and each with an example that can be read."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.jobs.describe import describe, listing
from grader.library import Library
from grader.pages.maths.plain import plain
from grader.pages.terminal import WIDTH
from grader.templates import BUILT_IN, TOPICS

EXAMPLES = {name: list(describe(template)) for name, template in BUILT_IN.items()}


def section(name: str, title: str) -> list[str]:
    lines = EXAMPLES[name]
    start = lines.index(title) + 1
    return lines[start : lines.index("", start)] if "" in lines[start:] else lines[start:]


def test_every_template_is_listed_under_one_of_the_topics_in_their_order() -> None:
    lines = list(listing(Library()))
    heads = [line for line in lines if line and not line.startswith((" ", "`"))]
    assert heads == [topic for topic in TOPICS if topic in heads]
    assert sorted(line.split()[0] for line in lines if line.startswith("  ")) == sorted(BUILT_IN)


@pytest.mark.parametrize("name", sorted(BUILT_IN))
class TestEveryTemplate:
    def test_fits_the_terminal(self, name: str) -> None:
        seen = [sum(not unicodedata.combining(letter) for letter in line) for line in EXAMPLES[name]]
        assert max(seen) <= WIDTH

    def test_example_has_no_markup_left(self, name: str) -> None:
        example = EXAMPLES[name][EXAMPLES[name].index("an example") :]
        assert [line for line in example if re.search(r"\\|\$|\*\*|_\{|\^\{", line)] == []

    def test_example_has_a_value_behind_every_equals_sign(self, name: str) -> None:
        assert [line for line in EXAMPLES[name] if line.rstrip().endswith("=")] == []

    def test_names_every_part_and_parameter(self, name: str) -> None:
        template = BUILT_IN[name]
        p = template.settle(template.parameters(), {})
        told = {line.split()[0] for title in ("parts", "parameters") for line in section(name, title)}
        fields = template.parameters.model_fields.items()
        names = [part.name for part in template.ask(p)] + [field.alias or key for key, field in fields]
        assert set(names) <= told


def test_parameters_show_default_range_and_choices() -> None:
    assert section("gradient_clipping", "parameters") == [
        "  shape    [3]     a list, each 1 to 6   shape of the gradient",
        "  places   1       1 to 4                decimals of the givens",
        "  exceeds  always  always, never, mixed  whether the norm exceeds the threshold",
    ]


def test_parts_show_kind_shape_and_domain() -> None:
    assert section("gradient_clipping", "parts") == [
        "  norm           number     norm of the gradient (at least 0)",
        "  clipped        number  3  the gradient clipped by its norm",
        "  clipped_value  number  3  the gradient clipped by value",
    ]


def test_example_is_worked_step_by_step() -> None:
    lines = EXAMPLES["lstm_forward"]
    (line,) = [line for line in lines if line.startswith("  c_2  c_2 = ")]
    assert re.fullmatch(r"  c_2  c_2 = f_2 ⊙ c_1 \+ i_2 ⊙ c̃_2 = −?\d\.\d+", line)


def test_a_choice_is_told_with_its_reason_and_no_formula_equals_it() -> None:
    assert "  fate     the gradient: vanishes, from m = |∂h_5 / ∂h_0|^(1/5)" in EXAMPLES["vanishing_gradient"]
    assert "  gamma_zero  FL at γ = 0: cross_entropy, from (1 − p)⁰ = 1" in EXAMPLES["focal_loss"]


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\frac{1}{N} \sum_{i=1}^{N} g_i", "1/N Σ_(i=1)^N g_i"),
        (r"\frac{|A \cap B|}{|A \cup B|}", "|A ∩ B|/|A ∪ B|"),
        (r"\frac{X_{ij} - \mu_j}{\sigma_j}", "(X_ij − μ_j)/σ_j"),
        (r"1 - \tanh^2 c_2", "1 − tanh² c_2"),
        (r"\lfloor \log 10^{-6} / \log m \rfloor", "⌊log 10⁻⁶ / log m⌋"),
        (r"\left[ W_{hy}^{\top}\, \frac{\partial L_i}{\partial h_i} \right]", "[W_hyᵀ ∂L_i/∂h_i]"),
        (r"\max(0, \Delta x) \cdot \hat y", "max(0, Δx) · ŷ"),
        (r"I_{\mathrm{new}} + \text{output padding}", "I_new + output padding"),
    ],
)
def test_formulas_are_read_as_one_line(latex: str, expected: str) -> None:
    assert plain(latex) == expected


@given(st.text(alphabet=r"\{}_^ -ab1$&") | st.text())
def test_no_formula_of_whatever_form_stops_the_program(latex: str) -> None:
    assert "\n" not in plain(latex.replace("\n", " "))
