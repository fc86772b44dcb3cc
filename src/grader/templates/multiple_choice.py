"""Multiple choice: one right option, or several that are judged one by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field, field_validator, model_validator

from grader.chance import Stream
from grader.errors import did_you_mean
from grader.part import Part
from grader.template import GivensError, Mistake, Parameters, Picture, Raw, Slot, Template, missing, unknown
from grader.templates.choices import SETS
from grader.templates.choices.items import Choice, Item
from grader.work import Work

NAMES = ("item", "stem", "options", "right", "mistakes")
NEEDED = ("stem", "options", "right")
MISTAKE = re.compile(r"[a-z][a-z0-9_]*")
NUMBER = re.compile(r"\W*\d+([.,]\d+)?\W*")
YES, NO = "yes", "no"


class Option(Parameters):
    """An option of the instructor's own: Markdown of one paragraph; of a mistake its name and its sentence."""

    text: str = Field(min_length=1)
    right: bool = False
    mistake: str = ""
    sentence: str = ""

    @model_validator(mode="after")
    def _whole_mistake(self) -> Option:
        if bool(self.mistake) != bool(self.sentence):
            raise ValueError("a mistake has a name, `mistake`, and a `sentence` for who makes it: give both")
        if self.mistake and self.right:
            raise ValueError(f"the right option '{self.text}' cannot be the mistake {self.mistake}")
        if self.mistake and not MISTAKE.fullmatch(self.mistake):
            raise ValueError(f"a mistake's name is of small letters, digits and _, not '{self.mistake}'")
        return self


def _mapping(written: object) -> object:
    """An option may be written as its text alone."""
    if isinstance(written, float):
        raise ValueError(f"put quotes around {written}, so that it stays as you write it")  # noqa: TRY004 - for pydantic
    whole = isinstance(written, int) and not isinstance(written, bool)
    return {"text": str(written)} if whole or isinstance(written, str) else written


class ChoiceParameters(Parameters):
    about: Literal["recurrent_networks", "vanishing_gradients", "batch_size"] = Field(
        "recurrent_networks", description="the set of items that a student's is drawn from"
    )
    item: str = Field("", description="one item of the set, for everybody")
    stem: str = Field("", description="a question of your own")
    options: tuple[Annotated[Option, BeforeValidator(_mapping)], ...] = Field(
        (), description="its options: texts, or {text, right, mistake, sentence}"
    )
    several: bool = Field(False, description="several options are right; each is judged by itself")
    shuffled: bool = Field(True, description="the options come in another order for each student")

    @field_validator("options")
    @classmethod
    def _distinct(cls, options: tuple[Option, ...]) -> tuple[Option, ...]:
        if options and not 2 <= len(options) <= len(ascii_uppercase):
            raise ValueError(f"there must be 2 to {len(ascii_uppercase)} of them, not {len(options)}")
        for what, names in (
            ("options read", [" ".join(option.text.casefold().split()) for option in options]),
            ("options have the mistake", [option.mistake for option in options if option.mistake]),
        ):
            if twice := [name for name in names if names.count(name) > 1]:
                raise ValueError(f"two {what} '{twice[0]}'")
        return options

    @model_validator(mode="after")
    def _answerable(self) -> ChoiceParameters:
        if bool(self.stem.strip()) != bool(self.options):
            raise ValueError("a question of your own has both a `stem` and `options`")
        if self.options and self.item:
            raise ValueError("`item` names one of the built-in items; leave it out beside a `stem` of your own")
        right = sum(option.right for option in self.options)
        if self.options and not right:
            raise ValueError("none of the options is right: write {text: …, right: true} for one that is")
        if right > 1 and not self.several:
            raise ValueError(f"{right} options are right: leave one, or set `several: true` to have each judged")
        names = [item.name for item in pool(self)]
        if self.item and self.item not in names:
            kind = "with several right options" if self.several else "with one right option"
            raise ValueError(f"'{self.about}' has no item '{self.item}' {kind}. {did_you_mean(self.item, names)}")
        return self


@dataclass(frozen=True)
class Givens:
    """A question as it stands on the paper; `mistakes`: for each option the mistake's name, or ""."""

    stem: str
    options: tuple[str, ...]
    right: tuple[bool, ...]
    mistakes: tuple[str, ...]


def pool(p: ChoiceParameters) -> Sequence[Item]:
    """What a student's item is drawn from, before one of them is fixed."""
    if p.options:
        return [Item("", p.stem, tuple(Choice(o.text, o.right, o.mistake) for o in p.options))]
    return [item for item in SETS[p.about].items if item.several == p.several]


def own_mistakes(p: ChoiceParameters) -> Mapping[str, Mistake]:
    if p.options:
        sentences = {option.mistake: option.sentence.strip().rstrip(".") for option in p.options if option.mistake}
    else:
        used = {choice.mistake for item in pool(p) for choice in item.choices}
        sentences = {m: f"what one gets {how}" for m, how in SETS[p.about].mistakes.items() if m in used}
    return {name: Mistake(sentence, _among_the_options(name)) for name, sentence in sentences.items()}


def _among_the_options(mistake: str) -> Callable[[ChoiceParameters, Givens], bool]:
    return lambda _p, q: mistake in q.mistakes


def settle(p: ChoiceParameters, raw: Raw) -> ChoiceParameters:
    """A question that is fixed in the givens is one of the instructor's own, in the order given."""
    if not raw:
        return p
    left_out = [name for name in NEEDED if name not in raw]
    if left_out:
        raise GivensError(f"a question is fixed as a whole: give {' and '.join(left_out)} too")
    known, fixed = own_mistakes(p), as_own(p, read(p, raw)[1])
    for name in raw.get("mistakes", ()):
        if name and name not in known:
            raise GivensError(f"no mistake is called '{name}'. {did_you_mean(name, known)}")
    return fixed


def as_own(p: ChoiceParameters, q: Givens) -> ChoiceParameters:
    """The parameters of one who brings just this question along."""
    sentences = {"": "", **{name: mistake.sentence for name, mistake in own_mistakes(p).items()}}
    options = tuple(
        Option(text=text, right=right, mistake=mistake, sentence=sentences[mistake])
        for text, right, mistake in zip(q.options, q.right, q.mistakes, strict=True)
    )
    several = p.several or sum(q.right) > 1
    return p.model_copy(update=dict(item="", stem=q.stem, options=options, several=several, shuffled=False))


def read(p: ChoiceParameters, raw: Raw) -> tuple[ChoiceParameters, Givens]:
    """The words on a paper are its own: they are not looked up again."""
    unknown(raw, NAMES)
    missing(raw, NEEDED)
    known = own_mistakes(p)
    options = _texts(raw, "options", len(raw["options"]) if isinstance(raw["options"], list) else 0)
    named = _texts(raw, "mistakes", len(options)) if "mistakes" in raw else ("",) * len(options)
    right = raw["right"]
    if not isinstance(right, list) or len(right) != len(options) or not all(isinstance(r, bool) for r in right):
        raise GivensError(f"right holds true or false for each of the {len(options)} options, not {right!r}")
    if len(options) < 2 or not any(right):
        raise GivensError("there must be two options or more, and a right one among them")
    q = Givens(str(raw["stem"]), options, tuple(right), tuple(m if m in known else "" for m in named))
    fits = len(options) == len(pool(p)[0].choices) and (p.several or sum(right) == 1)
    return (p if fits else as_own(p, q)), q


def _texts(raw: Raw, name: str, count: int) -> tuple[str, ...]:
    texts = raw[name]
    if not isinstance(texts, list) or len(texts) != count or not all(isinstance(text, str) for text in texts):
        raise GivensError(f"{name} is a list of texts, one for each option, not {texts!r}")
    return tuple(texts)


def draw(p: ChoiceParameters, chance: Stream) -> dict[str, Any]:
    item = chance.pick([item for item in pool(p) if p.item in ("", item.name)])
    choices = chance.shuffled(item.choices) if p.shuffled else item.choices
    raw = dict(
        stem=item.stem,
        options=[choice.text for choice in choices],
        right=[choice.right for choice in choices],
        mistakes=[choice.mistake for choice in choices],
    )
    return {"item": item.name, **raw} if item.name else raw


def ask(p: ChoiceParameters) -> list[Part]:
    count = len(pool(p)[0].choices)
    if p.several:
        meaning = "is the option of this number right, yes or no"
        return [Part("chosen", meaning, kind="choice", shape=(count,), labels=(YES, NO))]
    letters = tuple(ascii_uppercase[:count])
    # a number could be meant for an option that is a number itself
    counted = not any(NUMBER.fullmatch(option.text) for option in p.options)
    return [Part("choice", "the letter of the right option", kind="choice", labels=letters, counted=counted)]


def solve(p: ChoiceParameters, q: Givens, work: Work) -> None:
    named = {mistake: k for k, mistake in enumerate(q.mistakes) if mistake}
    if p.several:
        judged = np.where(q.right, YES, NO)
        work.step("chosen", judged, "", **{mistake: turned(judged, k) for mistake, k in named.items()})
    else:
        letters = {mistake: ascii_uppercase[k] for mistake, k in named.items()}
        work.step("choice", ascii_uppercase[q.right.index(True)], "", **letters)


def turned(judged: NDArray[np.str_], k: int) -> NDArray[np.str_]:
    """The same judgements with the k-th turned over."""
    out = judged.copy()
    out[k] = NO if out[k] == YES else YES
    return out


def wording(p: ChoiceParameters) -> str:
    if p.several:
        return "Say of each option whether it is right: *yes* or *no*."
    return "One of these options is right: give its letter."


def stem(_p: ChoiceParameters, q: Givens) -> str:
    return q.stem


def tables(p: ChoiceParameters, q: Givens) -> Sequence[Picture]:
    if not p.several:
        rows = tuple(zip(ascii_uppercase, q.options, strict=False))
        return [Picture(("", "option"), rows, wording=True, widths=(0.06, 0.94))]
    slots = [Slot(cell) for cell in ask(p)[0].cells]
    numbered = tuple((str(k), text, slot) for k, (text, slot) in enumerate(zip(q.options, slots, strict=True), 1))
    return [Picture(("", "option", "right?"), numbered, wording=True, widths=(0.06, 0.74, 0.2))]


TEMPLATE = Template(
    name="multiple_choice",
    title="Multiple choice",
    topic="words",
    parameters=ChoiceParameters,
    read=read,
    draw=draw,
    ask=ask,
    solve=solve,
    own_mistakes=own_mistakes,
    wording=wording,
    stem=stem,
    tables=tables,
    settle=settle,
)
