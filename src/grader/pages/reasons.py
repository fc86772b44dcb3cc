"""What became of an answer and why, in words for the student who wrote it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter, itemgetter

from grader.assignment import Question
from grader.marking import UNDECIDED, Mark
from grader.pages.blocks import Marked
from grader.pages.wording import VERDICTS, points_word
from grader.rubric import CellRules
from grader.rubric_file import Reveal
from grader.template import Mistake

SIGNS = {"right": "✓", "follows": "✓", "coarse": "~", "mistake": "~", "wrong": "✗", "blank": "–", "reviewed": "•"}
SEVERAL = {"right": "all right", "blank": "no answers"}
LOSSES = (
    ("mistake", "slip", "slips"),
    ("wrong", "answer not right", "answers not right"),
    ("coarse", "answer with too few digits", "answers with too few digits"),
    ("follows", "answer right only for an earlier value", "answers right only for earlier values"),
    ("blank", "answer missing", "answers missing"),
    (
        "right",
        "right zero that earns only the share of the other entries",
        "right zeros that earn only the share of the other entries",
    ),
    ("reviewed", "answer marked by a person", "answers marked by a person"),
)
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
MOST_NAMED = 6
FEW = 2
"""So many entries of an array are named one by one."""
LEVELS: tuple[Reveal, ...] = ("points", "verdicts", "expected", "solution")
Asked = tuple[str, Mark]
"""A question's id and one of its marks."""


def tells(reveal: Reveal, what: Reveal) -> bool:
    """Does feedback of this level tell that much?"""
    return LEVELS.index(reveal) >= LEVELS.index(what)


def summary(marks: Mapping[str, Sequence[Mark]], reveal: Reveal = "solution", *, late: bool = False) -> str:
    """One line: how many points were lost, where and why; and what is not decided yet.

    `late`: another line tells what that costs.
    """
    every = [(question, mark) for question, given in marks.items() for mark in given]
    short = [(question, mark) for question, mark in every if mark.max - mark.points > 1e-9]
    lost = [(question, mark) for question, mark in short if mark.verdict not in UNDECIDED]
    undecided = [(question, mark) for question, mark in short if mark.verdict in UNDECIDED]
    sentences = []
    several = len(marks) > 1
    if lost:
        reasons = (_reason(lost, *words, several=several) for words in LOSSES) if tells(reveal, "verdicts") else ()
        why = "; ".join(filter(None, reasons))
        where = "for answers" if late else "in all"
        sentences.append(f"You lost {_sum(lost)} {where}{': ' + why if why else ''}.")
    if undecided:
        verb = "is" if _sum(undecided) == "1 point" else "are"
        places = _places(undecided, several=several)
        sentences.append(f"{_sum(undecided)} {verb} still open: not marked yet at {places}.")
    nothing = "Full points for the answers." if late else "Full points: nothing was lost."
    return " ".join(sentences) or nothing


def _sum(marks: Iterable[Asked]) -> str:
    return points_word(sum(mark.max - mark.points for _, mark in marks))


def _reason(lost: Sequence[Asked], verdict: str, one: str, many: str, *, several: bool) -> str:
    """A slip is one belief, in as many cells of an array as it may stand, and a property is missed once; other answers
    are counted one by one.
    """
    own = [(question, mark) for question, mark in lost if mark.verdict == verdict]
    if not own:
        return ""
    alike = {(question, mark.part) for question, mark in own if verdict == "mistake" or mark.expected is None}
    count = len(alike) + sum((question, mark.part) not in alike for question, mark in own)
    number = NUMBERS[count] if count < len(NUMBERS) else str(count)
    return f"{number} {one if count == 1 else many} at {_places(own, several=several)}"


def _places(marks: Iterable[Asked], *, several: bool) -> str:
    """The cells, those of one array together, and of which question where there are several."""
    cells: dict[tuple[str, str], list[str]] = {}
    for question, mark in marks:
        own = cells.setdefault((question, mark.part), [])
        own[:] = [mark.part] if mark.expected is None else [*own, mark.cell]
    names = [(q, own[0] if len(own) == 1 else f"{part} ({len(own)} entries)") for (q, part), own in cells.items()]
    if not several:
        return _some([name for _, name in names])
    told = names if len(names) <= MOST_NAMED else names[: MOST_NAMED - 1]
    groups = [f"{_and([name for _, name in group])} of {q}" for q, group in groupby(told, itemgetter(0))]
    left = len(names) - len(told)
    return ", ".join(groups) + (f" and {left} more" if left else "")


def _some(names: Sequence[str]) -> str:
    if len(names) <= MOST_NAMED:
        return _and(names)
    return f"{', '.join(names[: MOST_NAMED - 1])} and {len(names) - MOST_NAMED + 1} more"


def _and(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def repeats(marks: Sequence[Mark], order: Iterable[str]) -> set[str]:
    """The cells with a slip that was made at an earlier part already; `order`: the parts as they are computed."""
    seen: set[str] = set()
    again: set[str] = set()
    for part in order:
        own = [mark for mark in marks if mark.part == part and mark.verdict == "mistake"]
        again |= {mark.cell for mark in own if not seen.isdisjoint(mark.mistakes)}
        seen.update(name for mark in own for name in mark.mistakes)
    return again


def marked_as(mark: Mark, *, again: bool = False, all_of: bool = False) -> Marked:
    """The words for a mark, with a sign before them; `all_of`: it stands for several entries."""
    words, tone = VERDICTS[mark.verdict]
    if mark.verdict == "follows" and mark.max:
        words += f" ({_share(mark.points / mark.max)})"
    if again:
        words = "the same slip again, charged once" if mark.points == mark.max else "the same slip again"
    if all_of:
        words = SEVERAL.get(mark.verdict, words)
    return Marked(f"{SIGNS.get(mark.verdict, '?')} {words}", tone)


def _share(share: float) -> str:
    names = {1.0: "full points", 0.5: "half of the points", 0.0: "no points"}
    return names.get(share, f"{share:.0%} of the points")


@dataclass(frozen=True)
class Reasons:
    """Says something about each mark of one question that has more to be said than its words do."""

    question: Question
    marks: Sequence[Mark]
    rules: Mapping[str, CellRules]
    again: Collection[str]

    def sentences(self, reveal: Reveal) -> list[str]:
        """Each thing once, for all the cells that it is about."""
        said: dict[str, list[Mark]] = {}
        for mark in self.marks:
            for sentence in (*self._about(mark, reveal), *_from_a_person(mark, reveal)):
                said.setdefault(sentence, []).append(mark)
        return [f"{self._cells(about)}: {_told(sentence, about)}" for sentence, about in said.items()]

    def _cells(self, marks: Sequence[Mark]) -> str:
        """The names of cells; those of an array together."""
        names: list[str] = []
        for part, group in groupby(marks, attrgetter("part")):
            own = list(group)
            whole = len(own) == sum(mark.part == part for mark in self.marks)
            if whole or len(own) > FEW:
                names.append(part if whole else f"{part} ({len(own)} entries)")
            else:
                names += [mark.cell for mark in own]
        return _some(names)

    def _about(self, mark: Mark, reveal: Reveal) -> Iterable[str]:
        """Sentences; `{}` stands for what the answers are."""
        rule = self.rules[mark.cell]
        if mark.verdict == "unreadable" and mark.note:
            yield f"we could not read this: {_safe(mark.note)}."
        elif rule.void and mark.note:
            yield f"{_safe(mark.note)}."
        elif not tells(reveal, "verdicts") or mark.verdict == "reviewed":
            return
        elif mark.verdict == "mistake":
            yield _what_gives_it([self.question.mistakes[name] for name in mark.mistakes])
        elif mark.verdict == "follows":
            yield f"worked out correctly from {self._sources(mark) or 'the numbers on your sheet'}."
        elif mark.verdict == "coarse":
            yield f"right as far as it goes; {rule.digits.words()} were asked for."
        elif mark.verdict == "wrong" and mark.came_from and not mark.note:
            yield f"right neither by the exact values nor by {self._sources(mark)}."
        elif mark.note:
            yield f"{_safe(mark.note)}."

    def _sources(self, mark: Mark) -> str:
        """The student's own earlier values, as they were written."""
        if not mark.came_from:
            return ""
        written = {part: [m for m in self.marks if m.part == part] for part in mark.came_from}
        return "your own " + _some(
            [f"{part} = {own[0].answer.text[:40]}" if len(own) == 1 else part for part, own in written.items()]
        )


def _what_gives_it(mistakes: Sequence[Mistake]) -> str:
    """What "0.62 is", or an instructor's own sentences."""
    said = [_safe(mistake.sentence) for mistake in mistakes]
    return f"{{}} {', or '.join(said)}." if all(mistake.completes for mistake in mistakes) else f"{'. '.join(said)}."


def _from_a_person(mark: Mark, reveal: Reveal) -> Iterable[str]:
    """What a person said, once all of it is decided."""
    if mark.verdict != "pending" and tells(reveal, "verdicts"):
        yield from map(_safe, mark.said)


def _safe(note: str) -> str:
    """A note in which nothing stands for an answer."""
    return note.replace("{", "{{").replace("}", "}}")


def _told(sentence: str, marks: Sequence[Mark]) -> str:
    answers = f"{marks[0].answer.text[:40]} is" if len(marks) == 1 else "these are"
    return sentence.format(answers)
