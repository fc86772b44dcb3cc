"""The contract that every template keeps, and that the audit finds those which do not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from grader.audit import Audit, audit
from grader.errors import CourseError
from grader.jobs.parameters import default_rules, variations
from grader.part import GATE, Part
from grader.template import Mistake, Parameters, Shown, Template, text
from grader.templates import BUILT_IN
from grader.work import Work
from tests.helpers import rules_of

NAMES = sorted(BUILT_IN)
VARIATIONS = [(name, change) for name in NAMES for change in variations(BUILT_IN[name])]
NEEDS_DECIMALS = ("average_precision", {"positives": 6})
"""Ten ranks with six hits: eleven points and all points differ by too little for one per cent."""
LARGER: list[tuple[str, dict[str, Any]]] = [
    ("lstm_forward", dict(hidden=3, inputs=3, steps=4, initial="drawn")),
    ("lstm_forward", dict(hidden=2, steps=1, initial="drawn")),
    ("gru_forward", dict(hidden=3, inputs=4, steps=4)),
    ("gru_forward", dict(hidden=2, steps=1, initial="zero", convention="update_keep")),
    ("rnn_forward", dict(hidden=3, inputs=4, outputs=2, steps=4, hidden_activation="tanh")),
    ("rnn_forward", dict(hidden=2, steps=3, labels=True, initial="drawn")),
    ("lstm_gates", dict(hidden=3, inputs=4)),
    ("lstm_gates", dict(hidden=2, inputs=2, initial="zero")),
    ("rnn_bptt", dict(hidden=3, inputs=2, outputs=3, steps=4)),
    ("rnn_bptt", dict(hidden=2, outputs=3, steps=4, losses=[2, 4])),
    ("rnn_bptt", dict(steps=3, losses=[1, 2, 3])),
    ("rnn_bptt", dict(steps=3, wrt=["U"], initial="zero")),
    ("rnn_bptt", dict(steps=1, initial="zero")),
    ("average_precision", dict(ranks=20, positives=8, found=5, shuffled=True)),
    ("average_precision", dict(ranks=15, positives=9, found=6, interpolation="all_point")),
    ("average_precision", dict(ranks=12, positives=6, found=4, interpolation="coco")),
    ("transposed_conv_size", dict(layers=4, square=False, dilation=True, output_padding=True)),
    ("box_iou_l2", dict(cases=4, format="center", construct=True)),
    ("box_iou_l2", dict(cases=3, overlap="mixed", equal_l2=False, distance="squared", shape="square")),
    ("box_iou_l2", dict(cases=1)),
    ("rnn_sse_gradient", dict(features=4, hidden=3, samples=4)),
    ("rnn_sse_gradient", dict(features=1, samples=1)),
    ("elman_bptt", dict(hidden=3, inputs=4, outputs=3, steps=4)),
    ("elman_bptt", dict(hidden=2, steps=4, losses=[2, 4], output="sigmoid")),
    ("elman_bptt", dict(hidden=3, inputs=2, layers=2, losses=[1, 3])),
    ("elman_bptt", dict(steps=1, initial="zero")),
    ("elman_bptt", dict(losses=[1, 3], initial="zero")),
    ("lstm_backward", dict(hidden=3, inputs=4, steps=4)),
    ("lstm_backward", dict(inputs=1, steps=3, half=False, initial="zero")),
    ("lstm_backward", dict(hidden=2, steps=1)),
    ("lstm_backward", dict(steps=1, initial="zero")),
    ("focal_loss", dict(n=8, alpha=True)),
    ("focal_loss", dict(n=2)),
    ("multilabel_bce", dict(images=6, labels=5)),
    ("multilabel_bce", dict(images=1, labels=4)),
    ("multilabel_bce", dict(images=4, labels=2)),
    ("gradient_clipping", dict(shape=[3, 4])),
    ("gradient_clipping", dict(shape=[2, 3], exceeds="mixed", places=2)),
    ("gradient_clipping", dict(shape=[2], exceeds="never")),
    ("minibatch_update", dict(samples=6, shape=[3, 4])),
    ("minibatch_update", dict(samples=1, shape=[2])),
    ("minibatch_schedule", dict(samples=[20000, 1000000], epochs=[1, 1])),
    ("vanishing_gradient", dict(steps=12, activation="sigmoid")),
    ("vanishing_gradient", dict(steps=10, fate="mixed", places=3)),
    ("vanishing_gradient", dict(steps=3, fate="explodes")),
    ("activation_derivative", dict(n=12, function="tanh", places=2)),
    ("activation_derivative", dict(n=2, function="relu")),
    ("written", dict(criteria=[], lines=1)),
    ("multiple_choice", dict(about="vanishing_gradients", several=True)),
    ("multiple_choice", dict(about="batch_size", several=True, item="whole_set")),
    ("multiple_choice", dict(stem="Which?", options=[dict(text="a", right=True), "b"])),
]


@pytest.mark.parametrize("name", NAMES)
def test_every_template_keeps_the_contract(name: str) -> None:
    found = audit(default_rules(BUILT_IN[name]), 50)
    assert found.failures == []
    assert found.variants == 50
    assert set(found.mistakes) <= set(found.question.mistakes)
    for figures in found.mistakes.values():
        assert figures.visible <= figures.cells


@pytest.mark.parametrize(("name", "change"), [one for one in VARIATIONS if one != NEEDS_DECIMALS], ids=str)
def test_every_template_keeps_it_with_each_parameter_changed(name: str, change: dict[str, Any]) -> None:
    assert audit(default_rules(BUILT_IN[name], change), 5).failures == []


def test_a_change_that_hides_a_mistake_keeps_it_under_another_tolerance() -> None:
    name, change = NEEDS_DECIMALS
    assert audit(rules_of(name, {"tolerance": {"decimals": 3}}, change), 5).failures == []


@pytest.mark.parametrize(("name", "parameters"), LARGER, ids=str)
def test_every_template_keeps_it_in_larger_sizes(name: str, parameters: dict[str, Any]) -> None:
    assert audit(default_rules(BUILT_IN[name], parameters), 3).failures == []


@pytest.mark.parametrize("name", NAMES)
def test_every_mistake_has_a_sentence_of_its_own(name: str) -> None:
    sentences = [mistake.sentence for mistake in default_rules(BUILT_IN[name]).question.mistakes.values()]
    assert len(set(sentences)) == len(sentences)
    assert all(sentence and not sentence.endswith(".") for sentence in sentences)


def test_a_choice_of_parts_keeps_the_contract() -> None:
    assert audit(rules_of("lstm_forward", ask=["c_*", "h_*"]), 5).failures == []
    assert audit(rules_of("rnn_bptt", ask=["dW", "dU", "dV"]), 5).failures == []


# Templates that break it


def show(_p: object, x: float) -> Sequence[Shown]:
    return [Shown("x", text(x, 2))]


def broken(
    solve: Callable[[float, Work], None],
    parts: Sequence[Part] = (Part("a", ""), Part("b", "")),
    mistakes: Sequence[str] = ("slipped",),
    **changed: Any,
) -> Audit:
    """The audit of a template with one number x from 1 to 9; what is not said is sound."""
    template: Template[Any, Any] = Template(
        name="trial",
        title="Trial",
        topic="trial",
        parameters=Parameters,
        read=lambda p, raw: (p, raw["x"]),
        draw=changed.get("draw", lambda _p, chance: {"x": chance.decimal(1, 9, 2)}),
        ask=lambda _p: list(parts),
        solve=lambda _p, x, work: solve(x, work),
        wording=lambda _p: "",
        mistakes={name: Mistake(f"what one gets with {name}") for name in mistakes},
        show=changed.get("show", show),
    )
    return audit(rules_of(template), 10)


def sound(x: float, work: Work) -> None:
    a = work.step("a", x + 1, "x + 1", slipped=lambda: x + 20)
    work.step("b", 3 * a, "3a")


def test_a_sound_template_passes() -> None:
    found = broken(sound)
    assert (found.failures, found.warnings, found.variants, found.tries) == ([], [], 10, 10)
    assert found.mistakes["slipped"].exists == 10
    assert (found.mistakes["slipped"].cells, found.mistakes["slipped"].visible) == (10, 10)
    assert found.ends == ("b",)


def test_a_forgotten_step_return_is_seen_by_what_does_not_move() -> None:
    def forgets(x: float, work: Work) -> None:
        work.step("a", x + 1, "", slipped=lambda: x + 20)
        work.step("b", 3 * (x + 1))

    assert broken(forgets).ends == ("a", "b")


TESTED = [
    Part("a", "", "A"),
    Part("large", "", kind="choice", labels=("yes", "no"), rests_on=("a",)),
    Part("whole", "", kind="integer"),
]


def test_an_answer_that_only_a_large_change_moves_is_computed_from_what_changed() -> None:
    def tests(x: float, work: Work) -> None:
        a = work.step("a", x + 10, "x + 10", slipped=lambda: x + 30)
        work.step("large", "yes" if a > 2 else "no")
        work.step("whole", int(a // 10), r"\lfloor A / 10 \rfloor")

    found = broken(tests, TESTED)
    assert (found.failures, found.warnings, found.notes, found.ends) == ([], [], [], ("whole",))


def test_a_forgotten_step_return_is_told_where_a_choice_or_a_whole_number_should_use_it() -> None:
    def forgets(x: float, work: Work) -> None:
        work.step("a", x + 10, "x + 10", slipped=lambda: x + 30)
        work.step("large", "yes" if x > 0 else "no")
        work.step("whole", int((x + 10) // 10), r"\lfloor A / 10 \rfloor")

    found = broken(forgets, TESTED)
    assert found.ends == ("a", "whole")
    told = "which its formula or `rests_on` names: does `solve` go on with what work.step returned"
    assert [warning.partition(", or")[0] for warning in found.warnings] == [
        f"large is the same whatever a is, {told}",
        f"whole is the same whatever a is, {told}",
    ]


def test_a_number_that_does_not_move_with_what_its_formula_names_is_noted() -> None:
    """It may be multiplied by a zero, as a first state of zeros."""
    (note,) = audit(rules_of("lstm_forward", ask=["f_1", "c_1"]), 10).notes
    assert note.startswith("c_1 is the same whatever f_1 is, ")
    assert audit(rules_of("lstm_forward", parameters={"initial": "drawn"}), 10).notes == []


def test_a_solution_that_fails_on_a_changed_value_uses_it() -> None:
    def strict(x: float, work: Work) -> None:
        a = work.step("a", x + 10, "", slipped=lambda: x + 30)
        if abs(a - x - 10) > 25:
            raise ValueError(a)
        work.step("b", x + 3)

    found = broken(strict)
    assert (found.ends, found.failures) == (("b",), [])


def test_a_step_that_is_neither_asked_nor_used_is_found() -> None:
    def idle(x: float, work: Work) -> None:
        work.step("c", 7 * x)
        sound(x, work)

    assert broken(idle).failures == ["the step c is neither asked for nor used"]


def test_a_value_that_cannot_be_computed_after_a_mistake_is_excused() -> None:
    def roots(x: float, work: Work) -> None:
        a = work.step("a", x + 1, "", slipped=lambda: -x)
        work.step("b", float(np.sqrt(2 * a)))

    assert broken(roots).failures == []


def test_a_mistake_without_a_sentence_is_found() -> None:
    def more(x: float, work: Work) -> None:
        a = work.step("a", x + 1, "", slipped=lambda: x + 20, undeclared=lambda: x + 30)
        work.step("b", 3 * a)

    (failure,) = broken(more).failures
    assert failure.startswith(f"{__file__}, line ")
    assert ": the mistake undeclared has no sentence" in failure


def test_a_mistake_that_no_step_knows_is_found() -> None:
    found = broken(sound, mistakes=("slipped", "never_made"))
    assert found.failures == ["no step knows the mistake never_made, which can exist"]


def test_a_given_that_is_not_printed_or_not_in_full_is_found() -> None:
    def rounded(_p: object, x: float) -> Sequence[Shown]:
        return [Shown("x", f"{x:.1f}")]

    def forgotten(_p: object, _x: float) -> Sequence[Shown]:
        return []

    assert broken(sound, show=rounded).failures[0].startswith("givens that are used are not printed: [")
    assert broken(sound, show=forgotten).failures[0].startswith("givens that are used are not printed: [")


def test_steps_that_differ_from_seed_to_seed_are_found() -> None:
    def sometimes(x: float, work: Work) -> None:
        sound(x, work)
        if x > 5:
            work.step("c", x)

    assert "the steps differ from one seed to the next" in broken(sometimes).failures


def test_a_draw_that_depends_on_more_than_the_seed_is_found() -> None:
    drawn: list[float] = []

    def forgetful(_p: object, chance: Any) -> dict[str, float]:
        drawn.append(1.0)
        return {"x": chance.decimal(1, 9, 2) + len(drawn) / 100}

    assert "the same seed gives another variant" in broken(sound, draw=forgetful).failures


def test_a_step_made_twice_is_found() -> None:
    def twice(x: float, work: Work) -> None:
        sound(x, work)
        work.step("a", x)

    with pytest.raises(ValueError, match="the step 'a' is made twice"):
        broken(twice)


def test_mistakes_so_many_that_any_number_is_one_are_found() -> None:
    names = [f"off_by_{k}" for k in range(40)]

    def crowded(x: float, work: Work) -> None:
        shifts = {name: lambda k=k: np.arange(1.0, 9.0) + x / 100 + (k + 2) / 4 for k, name in enumerate(names)}
        work.step("a", np.arange(1.0, 9.0) + x / 100, "", **shifts)

    found = broken(crowded, [Part("a", "", shape=(8,))], names)
    assert any(failure.startswith("random numbers are called a mistake in ") for failure in found.failures)


def test_a_value_outside_its_domain_is_never_issued() -> None:
    def saturated(x: float, work: Work) -> None:
        work.step("a", 1.0, "", slipped=x)

    with pytest.raises(CourseError, match="most often: a at an end of its domain"):
        broken(saturated, [Part("a", "", domain=GATE)])


def test_a_rare_variant_is_warned_of() -> None:
    def rarely(x: float, work: Work) -> None:
        work.step("a", x if x < 1.05 else 1e-9, "", slipped=100.0)

    assert any("draws is accepted" in warning for warning in broken(rarely, [Part("a", "")]).warnings)
