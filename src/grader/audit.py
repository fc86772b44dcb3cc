"""The audit of templates: what every template must keep, tried over many seeds. `grader check` and the tests run it."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.answers import Entry, Sheet
from grader.assignment import Question
from grader.chance import Stream, digest
from grader.contract import broken
from grader.marking import Mark, mark_question
from grader.marking.compare import visible
from grader.part import Part
from grader.rubric import QuestionRules
from grader.sheets.collecting import collect
from grader.sheets.names import blank
from grader.sheets.numbers import comma_evidence
from grader.simulate import Hand, Written, knowing_steps, write
from grader.template import Slot
from grader.tolerance import Tolerance
from grader.usage import Usage
from grader.variant import Variant, draw_variant, entries, reachable, unfitness
from grader.work import Reference, Step, Value, everything, labelled

RARE = 1 / 50
COMMON = 1 / 10
NOISE_NAMED = 0.01
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass
class MistakeFigures:
    """Of the variants in which a mistake can exist: at how many asked cells it can be told, and by chance."""

    exists: int = 0
    cells: int = 0
    visible: int = 0
    chance: list[float] = field(default_factory=list)


@dataclass
class Audit:
    """What was found: failures (the template must be mended), warnings, and figures."""

    question: Question
    variants: int = 0
    tries: int = 0
    seconds: float = 0.0
    duplicates: int = 0
    failures: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    mistakes: dict[str, MistakeFigures] = field(default_factory=dict)
    noise_cells: int = 0
    noise_named: int = 0
    ends: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)

    @property
    def acceptance(self) -> float:
        return self.variants / self.tries if self.tries else 0.0

    def fail(self, message: str) -> None:
        if message not in self.failures:
            self.failures.append(message)


def audit(rules: QuestionRules, seeds: int) -> Audit:
    """Draw `seeds` variants and hold each to the contract."""
    found = Audit(rules.question)
    fault = broken(rules.question)
    if fault is not None:
        found.fail(str(fault))
    else:
        _check_declared(rules, found)
    if found.failures:
        return found
    seen: set[bytes] = set()
    usage: Usage | None = None
    for seed in range(seeds):
        started = time.perf_counter()
        variant = draw_variant(rules, str(seed), "audit", "student", rules.question.id)
        found.seconds += time.perf_counter() - started
        found.variants, found.tries = found.variants + 1, found.tries + variant.tries
        if variant.warning and variant.warning not in found.warnings:
            found.warnings.append(variant.warning)
        printed = digest(repr(variant.givens))
        found.duplicates += printed in seen
        seen.add(printed)
        one = _One(rules, variant, str(seed), found)
        usage = usage or Usage(rules.question, one.key)
        if list(one.key) != usage.names:
            found.fail("the steps differ from one seed to the next")
        else:
            usage.look(one.q, one.key)
        one.run()
    if usage is not None:
        _check_used(usage, found)
    if found.acceptance < RARE:
        found.warnings.append(f"only 1 of {1 / found.acceptance:.0f} draws is accepted")
    numeric = any(part.kind in ("number", "integer") for part in rules.question.asked)  # words are shared as they are
    fixed = bool(rules.question.givens) and found.duplicates == found.variants - 1
    if numeric and not fixed and found.duplicates > COMMON * found.variants:
        repeated = f"{found.duplicates} of {found.variants} variants had been drawn before"
        found.warnings.append(f"{repeated}: students will share papers; larger sizes give more of them")
    if found.noise_named > max(3, NOISE_NAMED * found.noise_cells):
        found.fail(f"random numbers are called a mistake in {found.noise_named} of {found.noise_cells} cells")
    return found


def _check_declared(rules: QuestionRules, found: Audit) -> None:
    """Every mistake with a sentence is known by some step, where it can exist."""
    question = rules.question
    template, p = question.template, question.parameters
    used: set[str] = set()
    missing = set(question.mistakes)
    for k in range(20):
        raw = {**template.draw(p, Stream("declared", str(k))), **question.givens}
        q = template.read(p, raw)[1]
        used.update(m for step in template.run(p, q, Reference()).steps.values() for m in step.knows)
        missing -= {name for name, mistake in question.mistakes.items() if name in used or not mistake.exists(p, q)}
    for name in sorted(missing):
        found.fail(f"no step knows the mistake {name}, which can exist")


def _check_used(usage: Usage, found: Audit) -> None:
    """Every step is asked for or moves a later one; a step moves with the parts that its formula names."""
    asked = {part.name: part for part in found.question.parts}
    found.ends = tuple(name for name in usage.unused if name in asked)
    for name in usage.unused:
        if name not in asked:
            found.fail(f"the step {name} is neither asked for nor used")
    for name, later in usage.unmoved:
        sentence = (
            f"{later} is the same whatever {name} is, which its formula or `rests_on` names: does `solve` go on with "
            "what work.step returned, or is it multiplied by zero?"
        )
        exact = later in asked and asked[later].kind in ("choice", "integer")
        (found.warnings if exact else found.notes).append(sentence)


class _One:
    """The contract for one variant."""

    def __init__(self, rules: QuestionRules, variant: Variant, seed: str, found: Audit) -> None:
        self.rules, self.variant, self.found = rules, variant, found
        self.question = rules.question
        self.names = (seed, "audit", "student", rules.question.id)
        self.q = self.question.read(variant.givens)
        self.key: Mapping[str, Step] = self._run(Reference(everything))
        self.exists = {
            name
            for name, mistake in self.question.mistakes.items()
            if mistake.exists(self.question.parameters, self.q) and reachable(rules, name)
        }

    def _run(self, work: Any) -> Mapping[str, Step]:
        steps: Mapping[str, Step] = self.question.template.run(self.question.parameters, self.q, work).steps
        return steps

    def run(self) -> None:
        self.same_again()
        self.printed_givens()
        self.figures()
        self.perfect_and_rounded()
        self.empty_and_garbled()
        self.cheap_sheets()
        self.one_mistake()
        self.mistake_everywhere()

    # The template itself

    def same_again(self) -> None:
        if draw_variant(self.rules, *self.names).givens != self.variant.givens:
            self.found.fail("the same seed gives another variant")
        if not self.variant.warning and (unfit := unfitness(self.rules, self.q)) is not None:
            self.found.fail(f"an instance was issued with {unfit.reason}")

    def printed_givens(self) -> None:
        """Every number that is used is printed, with all its digits."""
        template, p = self.question.template, self.question.parameters
        texts = [_flat_texts(item.value) for item in template.show(p, self.q)]
        texts += [_flat_texts(picture.rows) for picture in template.tables(p, self.q)]
        printed = {float(number) for group in texts for text in group for number in NUMBER.findall(text)}
        lost = {number for number in _numbers(self.variant.givens) if number not in (0, 1)} - printed
        if lost:
            self.found.fail(f"givens that are used are not printed: {sorted(lost)[:3]}")

    def figures(self) -> None:
        for name in sorted(self.exists):
            figures = self.found.mistakes.setdefault(name, MistakeFigures())
            figures.exists += 1
            for part, i, right, wrong in self._mistaken_cells(name):
                rule = self.rules.parts[part].cells[i]
                figures.cells += 1
                if visible(rule, wrong, right):
                    figures.visible += 1
                    figures.chance.append(_hit_by_chance(rule.tolerance, wrong, self.rules.parts[part].part))

    def _mistaken_cells(self, mistake: str) -> Iterator[tuple[str, int, Value, Value]]:
        """The cells that the mistake leads to a value of: of labels and formulas those only that it changes."""
        for name, step in self.key.items():
            if name in self.rules.parts and mistake in step.mistakes:
                pairs = zip(entries(step.value), entries(step.mistakes[mistake]), strict=True)
                for i, (right, wrong) in enumerate(pairs):
                    if right != wrong if labelled(right) else math.isfinite(wrong):
                        yield name, i, right, wrong

    # Sheets

    def marked(self, written: Written) -> list[Mark]:
        """Mark texts as if they stood on a sheet."""
        cells = {part.name: part.cells for part in self.question.asked}
        sheet = Sheet(
            entries=[
                Entry(self.question.id, cell, text, line)
                for name, texts in written.items()
                for line, (cell, text) in enumerate(zip(cells[name], texts, strict=True), start=1)
            ]
        )
        answers, _ = collect(sheet, blank({self.question.id: self.question.asked}))
        return mark_question(self.rules, self.q, answers.get(self.question.id, {}))

    def perfect_and_rounded(self) -> None:
        by_hand = {name for name, part in self.rules.parts.items() if part.part.kind == "text"}
        full = sum(part.points for name, part in self.rules.parts.items() if name not in by_hand)
        for decimals in (None, 3, 4, 5):
            written = write(self.question, self.q, Hand(decimals))
            digits = [part.first.digits for part in self.rules.parts.values()]
            if decimals is not None and any((d.decimals or 0) > decimals or d.significant for d in digits):
                continue
            commas = {name: [text.replace(".", ",") for text in texts] for name, texts in written.items()}
            told = any(comma_evidence(text) for texts in commas.values() for text in texts)
            for sheet in (written, commas) if told else (written,):
                marks = self.marked(sheet)
                lost = [mark.cell for mark in marks if mark.verdict != "right" and mark.part not in by_hand]
                if lost or abs(sum(mark.points for mark in marks) - full) > 1e-6:
                    self.found.fail(f"the model answer with {decimals} decimals is not right at {', '.join(lost[:4])}")

    def empty_and_garbled(self) -> None:
        if any(mark.verdict != "blank" or mark.points for mark in self.marked({})):
            self.found.fail("a blank sheet is not blank")
        garbled = {part.name: ["3 apples"] * len(part.cells) for part in self.question.asked if part.kind != "text"}
        if any(mark.verdict != "unreadable" or mark.points for mark in self.marked(garbled) if mark.part in garbled):
            self.found.fail("a garbled sheet is not unreadable")

    def cheap_sheets(self) -> None:
        """All zeros, all ones, all tiny, noise: they earn only what is right."""
        numeric = [part for part in self.question.asked if part.kind in ("number", "integer")]
        formulas = [part for part in self.question.asked if part.kind == "expression"]
        for text in ("0", "1", "0.000001", "-0.000001"):
            marks = self.marked({part.name: [text] * len(part.cells) for part in (*numeric, *formulas)})
            earned = [mark.cell for mark in marks if mark.points > 1e-9 and mark.verdict != "right"]
            if earned:
                self.found.fail(f"a sheet of {text} earns points at {', '.join(earned[:4])}")
        chance = Stream("noise", *self.names)
        noise = {part.name: [_noise(part.kind, chance) for _ in part.cells] for part in numeric}
        marks = self.marked(noise)
        self.found.noise_cells += len(marks)
        self.found.noise_named += sum(mark.verdict == "mistake" for mark in marks)

    def one_mistake(self) -> None:
        """Mistake m at step k is named there, and what follows is right for the value written at k."""
        for mistake, steps in knowing_steps(self.question, self.q).items():
            if mistake not in self.exists:
                continue
            for step in steps:
                written = write(self.question, self.q, Hand(mistake=mistake, at=step))
                self._check_one(mistake, step, self.marked(written))

    def _check_one(self, mistake: str, step: str, marks: Sequence[Mark]) -> None:
        by_part: dict[str, list[Mark]] = {}
        for mark in marks:
            by_part.setdefault(mark.part, []).append(mark)
        part = self.rules.parts[step]
        key = self.key[step]
        pairs = zip(by_part[step], part.cells, entries(key.value), entries(key.mistakes[mistake]), strict=True)
        for mark, rule, right, wrong in pairs:
            seen = visible(rule, wrong, right)
            if rule.space is not None:
                telling = seen and not rule.space.constant(wrong)
            else:
                telling = seen and not (mark.answer.number and _trivial(rule.tolerance, part.part.domain, wrong, right))
            if telling and (mark.verdict != "mistake" or mistake not in mark.mistakes):
                self.found.fail(f"{mistake} at {step} is called {mark.verdict} {';'.join(mark.mistakes)}")
        later = list(self.key)[list(self.key).index(step) + 1 :]
        for name in later:
            for mark in by_part.get(name, ()):
                known = mark.verdict in ("right", "follows", "mistake", "coarse", "pending")
                if not known and not self._inadmissible(mark):
                    self.found.fail(f"after {mistake} at {step}, {name} is called {mark.verdict}")

    def _inadmissible(self, mark: Mark) -> bool:
        rule = self.rules.parts[mark.part]
        if mark.answer.number is None:
            return mark.answer.text in ("nan", "inf", "-inf")  # nobody can go on, as with the logarithm of a negative
        domain, value = rule.part.domain, mark.answer.number.value
        return rule.part.judge is not None or _trivial(rule.first.tolerance, domain, value, mark.expected)

    def mistake_everywhere(self) -> None:
        """Who believes in one mistake is charged once."""
        for mistake in sorted(self.exists):
            marks = self.marked(write(self.question, self.q, Hand(mistake=mistake)))
            charged = {m.part for m in marks if m.verdict == "mistake" and m.points < m.max - 1e-9}
            if len(charged) > 1:
                self.found.fail(f"{mistake}, made everywhere, is charged at {', '.join(sorted(charged))}")


def _trivial(tolerance: Tolerance, domain: Any, value: float, key: float) -> bool:
    tiny = value == 0 or abs(value) < 10 * tolerance.floor
    ends = [end for end in (domain.low, domain.high) if math.isfinite(end)]
    return (tiny and key != 0) or any(tolerance.close(value, end) for end in ends)


def _hit_by_chance(tolerance: Tolerance, wrong: Value, part: Part) -> float:
    """The share of its domain (else of ± twice its size) that a mistake's tolerance covers; one of so many labels."""
    if part.kind == "choice":
        return 1 / len(part.labels)
    if part.kind == "expression":
        return 0.0
    low, high = part.domain.low, part.domain.high
    width = high - low if math.isfinite(high - low) else 4 * abs(wrong) + 1
    return min(1.0, max(2 * tolerance.radius(wrong), 1.0 if tolerance.exact else 0.0) / width)


def _noise(kind: str, chance: Stream) -> str:
    return str(chance.integer(-1000, 1000)) if kind == "integer" else f"{chance.decimal(-10, 10, 4):.4f}"


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from _numbers(item)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)


def _flat_texts(value: Any) -> list[str]:
    """The texts of a given or a table; a place to be filled in has none."""
    if isinstance(value, str | Slot):
        return [value] if isinstance(value, str) else []
    return [text for item in value for text in _flat_texts(item)]
