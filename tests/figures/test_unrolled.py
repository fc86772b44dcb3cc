from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from tests.figures.measures import labels, outside, overlapping

from grader.drawing import RED, Drawing, Line, Math
from grader.figures.unrolled import backpropagation, gru, lstm, outputs, shown_steps


def network(steps: int, losses: tuple[int, ...]) -> Drawing:
    return backpropagation(steps, losses, [f"O_{{{n}}}" for n in losses], [f"E_{{{n}}}" for n in losses])


def formulas(drawing: Drawing) -> Counter[str]:
    return Counter(label.text.latex for label in labels(drawing) if isinstance(label.text, Math))


@pytest.mark.parametrize("steps", range(1, 7))
def test_a_short_network_is_drawn_in_full(steps: int) -> None:
    found = formulas(network(steps, (steps,)))
    assert all(found[f"H_{{{t}}}"] == 1 for t in range(steps + 1))
    assert all(found[f"x_{{{t}}}"] == 1 for t in range(1, steps + 1))
    assert (found["U"], found["W"], found["V"]) == (steps, steps, 1)


@pytest.mark.parametrize("steps", range(2, 7))
def test_the_gradient_goes_back_from_the_loss_to_the_first_step(steps: int) -> None:
    for last in range(1, steps + 1):
        found = formulas(network(steps, (last,)))
        assert [found[rf"\delta_{{{t}}}"] for t in range(1, steps + 1)] == [
            int(2 <= t <= last) for t in range(1, steps + 1)
        ]


def test_arrows_of_the_gradient_point_back() -> None:
    back = [s for s in network(4, (4,)).shapes if isinstance(s, Line) and s.color == RED and s.y1 == s.y2]
    assert len(back) == 3
    assert all(s.x2 < s.x1 and s.dashed and s.arrow for s in back)


def test_each_step_with_a_loss_has_an_output_and_an_error() -> None:
    found = formulas(network(5, (2, 5)))
    assert [found[name] for name in ("O_{2}", "E_{2}", "O_{5}", "E_{5}", "V")] == [1, 1, 1, 1, 2]
    assert found["O_{1}"] == found["E_{3}"] == 0


@pytest.mark.parametrize("steps", [7, 8, 12, 20])
def test_a_long_one_shows_its_ends_and_its_last_loss(steps: int) -> None:
    """Without the loss nobody would see where the gradient comes from."""
    for last in range(1, steps + 1):
        shown = shown_steps(steps, {1, last})
        numbers = [step for step in shown if step is not None]
        assert numbers == sorted({0, 1, 2, last, steps - 1, steps})
        assert shown.count(None) == sum(b - a > 1 for a, b in pairwise(numbers))


@pytest.mark.parametrize("steps", range(1, 21))
def test_networks_fit_and_labels_stay_apart(steps: int) -> None:
    drawings = [network(steps, (n,)) for n in range(1, steps + 1)]
    drawings += [network(steps, tuple(range(1, steps + 1))), lstm(steps), gru(steps), outputs(steps)]
    for drawing in drawings:
        assert drawing.width <= 250 + 1e-6
        assert drawing.height <= 98
        assert outside(drawing) == []
        assert list(overlapping(drawing)) == []


@pytest.mark.parametrize("steps", range(1, 7))
def test_between_cells_run_both_states(steps: int) -> None:
    found = formulas(lstm(steps))
    assert all(found[f"{state}_{{{t}}}"] == 1 for state in "ch" for t in range(steps + 1))
    assert all(found[f"x_{{{t}}}"] == 1 for t in range(1, steps + 1))


@pytest.mark.parametrize("steps", range(1, 7))
def test_one_state_runs_between_the_cells_of_simpler_networks(steps: int) -> None:
    for drawing, above in ((gru(steps), 0), (outputs(steps), 1)):
        found = formulas(drawing)
        assert all(found[f"h_{{{t}}}"] == 1 for t in range(steps + 1))
        assert all((found[f"x_{{{t}}}"], found[f"o_{{{t}}}"]) == (1, above) for t in range(1, steps + 1))
        assert not any(found[f"c_{{{t}}}"] for t in range(steps + 1))


def test_a_long_row_of_cells_names_the_states_around_its_gap() -> None:
    found = formulas(lstm(20))
    assert [t for t in range(21) if found[f"c_{{{t}}}"]] == [0, 1, 2, 18, 19, 20]
    assert [t for t in range(21) if found[f"x_{{{t}}}"]] == [1, 2, 19, 20]
