"""The main job on invented students: issue, hand in what people hand in, grade."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from grader.chance import Stream
from grader.course import Course, Loaded
from grader.files import file_name, write
from grader.gradebook import Paper
from grader.jobs import trial
from grader.simulate import Hand

SEED = "42"
ASSIGNMENTS = ("hw4", "field-guide", "handwritten-homework")
Handed = dict[str, bytes]


def make_course(folder: Path) -> Course:
    """The sample course with a roster of thirty, in a folder of its own."""
    sample = files("grader") / "sample"
    names = [f"{kind}/{name}.yaml" for name in ASSIGNMENTS for kind in ("assignments", "rubrics")]
    for name in ("assignments/roster.csv", *names):
        write(folder / name, (sample / name).read_bytes())
    return Course(folder)


def hand_in(course: Course, loaded: Loaded) -> int:
    """Fill in everybody's sheet, each in another way, and put the files into `submissions/<name>/`."""
    gradebook = course.gradebook(must_exist=True)
    papers = [gradebook.filled(paper) for paper in gradebook.papers(loaded.name)]
    gradebook.close()
    count = 0
    for k, paper in enumerate(papers):
        style = STYLES[k % len(STYLES)]
        for name, content in style(loaded, paper, Stream("demo", paper.student.id)).items():
            write(course.root / "submissions" / loaded.name / name, content)
            count += 1
    return count


def _csv(loaded: Loaded, paper: Paper, answers: trial.Answers, delimiter: str = ",") -> bytes:
    parts = {question.id: question.asked for question in loaded.assignment.questions}
    return trial.filled_csv(trial.empty_sheet(loaded, paper), answers, parts, delimiter)


def _named(paper: Paper, ending: str = "csv") -> str:
    return f"{file_name(paper.student.id)}.{ending}"


def _perfect(loaded: Loaded, paper: Paper, chance: Stream) -> Handed:
    return {_named(paper): _csv(loaded, paper, trial.worked(loaded, paper, {}, Hand(chance.integer(4, 6))))}


def _rounded(loaded: Loaded, paper: Paper, _chance: Stream) -> Handed:
    return {_named(paper): _csv(loaded, paper, trial.worked(loaded, paper, {}, Hand(3)))}


def _mistakes(loaded: Loaded, paper: Paper, chance: Stream) -> Handed:
    ids = chance.sample([question.id for question in loaded.assignment.questions], 3)
    hands = {name: trial.one_mistake(loaded, paper, name, chance, 4) for name in ids}
    return {_named(paper): _csv(loaded, paper, trial.worked(loaded, paper, hands, Hand(4)))}


def _slips(loaded: Loaded, paper: Paper, chance: Stream) -> Handed:
    ids = chance.sample([question.id for question in loaded.assignment.questions], 2)
    hands = {name: trial.one_slip(loaded, name, chance, 4) for name in ids}
    return {_named(paper): _csv(loaded, paper, trial.worked(loaded, paper, hands, Hand(4)))}


def _in_yaml(loaded: Loaded, paper: Paper, chance: Stream) -> Handed:
    ids = chance.sample([question.id for question in loaded.assignment.questions], 1)
    hands = {name: trial.one_mistake(loaded, paper, name, chance, 4) for name in ids}
    return {_named(paper, "yaml"): trial.filled_yaml(loaded, paper, trial.worked(loaded, paper, hands, Hand(4)))}


def _decimal_commas(loaded: Loaded, paper: Paper, _chance: Stream) -> Handed:
    """A sheet from a spreadsheet that writes 0,85 and separates columns with semicolons."""
    answers = trial.worked(loaded, paper, {}, Hand(4))
    commas = {
        q: {p: [t.replace(".", ",") for t in texts] for p, texts in parts.items()} for q, parts in answers.items()
    }
    return {_named(paper): _csv(loaded, paper, commas, ";")}


def _weak(loaded: Loaded, paper: Paper, chance: Stream) -> Handed:
    """Half of the cells guessed or left out, the rest copied well."""
    answers = trial.worked(loaded, paper, {}, Hand(3))
    for question in answers.values():
        for texts in question.values():
            for i in range(len(texts)):
                if chance.below(2):
                    texts[i] = chance.pick(("", f"{chance.decimal(0.02, 3, 2):.2f}", str(chance.integer(2, 40))))
    return {_named(paper): _csv(loaded, paper, answers)}


def _half_done(loaded: Loaded, paper: Paper, _chance: Stream) -> Handed:
    answers = trial.worked(loaded, paper, {}, Hand(4))
    for question in list(answers)[2:]:
        answers[question] = {}
    return {_named(paper): _csv(loaded, paper, answers)}


def _coarse(loaded: Loaded, paper: Paper, _chance: Stream) -> Handed:
    first = loaded.assignment.questions[0].id
    return {_named(paper): _csv(loaded, paper, trial.worked(loaded, paper, {first: Hand(2)}, Hand(4)))}


def _garbled(loaded: Loaded, paper: Paper, _chance: Stream) -> Handed:
    """Cells that a person has to look at: a word, a unit, a doubtful comma."""
    answers = trial.worked(loaded, paper, {}, Hand(4))
    first = next(iter(answers.values()))
    for name, text in zip(first, ("see page 2", "0.85 V", "1,234"), strict=False):
        first[name] = [text]
    return {_named(paper): _csv(loaded, paper, answers)}


def _handed_in_twice(loaded: Loaded, paper: Paper, chance: Stream) -> Handed:
    earlier = _half_done(loaded, paper, chance)[_named(paper)]
    later = _perfect(loaded, paper, chance)[_named(paper)]
    name = file_name(paper.student.id)
    return {f"{name}/attempt-1.csv": earlier, f"{name}/attempt-2.csv": later}


def _nothing_but_a_picture(_loaded: Loaded, paper: Paper, _chance: Stream) -> Handed:
    return {f"{file_name(paper.student.id)}/photo of my sheet.jpg": b"\xff\xd8\xff\xe0 not a sheet"}


def _absent(_loaded: Loaded, _paper: Paper, _chance: Stream) -> Handed:
    return {}


STYLES: tuple[Callable[[Loaded, Paper, Stream], Handed], ...] = (
    _perfect, _mistakes, _slips, _rounded, _in_yaml, _mistakes, _coarse, _decimal_commas, _mistakes, _slips,
    _half_done, _mistakes, _garbled, _perfect, _mistakes, _handed_in_twice, _slips, _absent, _mistakes, _rounded,
    _in_yaml, _weak, _nothing_but_a_picture, _mistakes, _perfect, _weak, _half_done, _weak, _slips, _mistakes,
)  # fmt: skip
