"""Issuing an assignment: numbers for every student, once, and the papers that carry them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NoReturn

from grader.blame import blaming
from grader.chance import strong_seed
from grader.course import Course, Loaded
from grader.engine import HERE, Engine, Progress, refuse, silent
from grader.errors import CourseError
from grader.files import clear, file_name
from grader.gradebook import Gradebook, Issue, Paper
from grader.roster import Student, sections
from grader.variant import Variant, draw_variants, instance_code

DRAWING_WORTH_PROCESSES = 400
"""So many students' numbers take longer to draw than processes take to start."""


@dataclass
class Issued:
    """What `generate` did for one assignment."""

    name: str
    seed_was_drawn: bool = False
    new: int = 0
    kept: int = 0
    reissued: bool = False
    same_numbers: bool = False
    """Issued anew, with the numbers that everybody had before."""
    tries: dict[str, list[int]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def issue(
    course: Course,
    loaded: Loaded,
    students: Sequence[Student],
    *,
    seed: str | None,
    formats: Sequence[str] = ("csv",),
    pages: bool = True,
    reissue: bool = False,
    engine: Engine = HERE,
    progress: Progress = silent,
) -> Issued:
    """Issue to the students who have no paper yet. CourseError: what was issued differs and `reissue` is not set."""
    _distinct_files(students)
    gradebook = course.gradebook()
    try:
        return _issue(
            course, gradebook, loaded, students, seed, formats, engine, progress, pages=pages, reissue=reissue
        )
    finally:
        gradebook.close()


def _issue(
    course: Course,
    gradebook: Gradebook,
    loaded: Loaded,
    students: Sequence[Student],
    seed: str | None,
    formats: Sequence[str],
    engine: Engine,
    progress: Progress,
    *,
    pages: bool,
    reissue: bool,
) -> Issued:
    done = Issued(loaded.name)
    earlier = gradebook.issues(loaded.name)
    last = earlier[-1] if earlier else None
    if seed is None:
        seed = last.seed if last else strong_seed()
        done.seed_was_drawn = last is None
    definition = define(loaded)
    changes = _changes(last, seed, definition) if last else []
    if done.seed_was_drawn and not reissue and any(course.issued(loaded.name).glob("*/*")):
        raise CourseError(_lost(course, loaded.name))
    if changes and not reissue:
        raise CourseError(_refusal(loaded.name, changes))
    done.reissued = bool(changes)
    before = {paper.student.id: paper for paper in gradebook.papers(loaded.name)}
    papers = {} if changes else before
    new = [student for student in students if student.id not in papers]
    done.new, done.kept = len(new), len(students) - len(new)
    from grader.jobs.papers import write_papers  # noqa: PLC0415 - reportlab is slow to import
    from grader.jobs.proof import proofread  # noqa: PLC0415

    if new:
        proofread(loaded)
    with gradebook.transaction():
        number = last.id if last and not changes else gradebook.add_issue(loaded.name, seed, definition)
        drawn = _drawn(loaded, seed, new, engine, progress)
        done.same_numbers = _record(gradebook, number, loaded, seed, drawn, before, done) and bool(changes)
        if changes:
            _remove_old(course, loaded.name, new)
    forgotten = gradebook.forgotten()
    papers = {paper.student.id: paper for paper in gradebook.papers(loaded.name) if paper.issue == number}
    current = {student: paper for student, paper in papers.items() if student not in forgotten}
    clear(course.issued(loaded.name))
    ordered = [current[student.id] for student in sections([paper.student for paper in current.values()])]
    write_papers(course, gradebook, loaded, ordered, formats, engine, progress, anew=bool(new), pages=pages)
    return done


def _remove_old(course: Course, name: str, students: Iterable[Student]) -> None:
    """Take away the files of the issue before, so that one that stops half-way leaves gaps, which the next run fills,
    and no old papers among new ones.
    """
    folder = course.issued(name)
    old = [folder / "handouts.pdf", folder / "key.pdf"]
    for student in students:
        stem = file_name(student.id)
        old += [folder / "sheets" / f"{stem}.{ending}" for ending in ("csv", "xlsx", "yaml")]
        old += [folder / "handouts" / f"{stem}.{ending}" for ending in ("pdf", "html")]
    for path in old:
        path.unlink(missing_ok=True)


def _drawn(
    loaded: Loaded, seed: str, students: Sequence[Student], engine: Engine, progress: Progress
) -> Iterator[tuple[Student, dict[str, Variant]]]:
    """Each student's numbers, drawn as they are asked for."""
    work = partial(_draw, loaded, seed)
    drawn = engine.map(work, students, len(students), enough=DRAWING_WORTH_PROCESSES, lost=_refuse)
    return zip(students, progress(drawn, f"drawing {loaded.name}", len(students)), strict=True)


def _record(
    gradebook: Gradebook,
    issue_id: int,
    loaded: Loaded,
    seed: str,
    drawn: Iterable[tuple[Student, dict[str, Variant]]],
    before: Mapping[str, Paper],
    done: Issued,
) -> bool:
    """Put the papers into the gradebook. Whether they have the numbers that everybody had before."""
    same = True
    for student, variants in drawn:
        for question_id, variant in variants.items():
            done.tries.setdefault(question_id, []).append(variant.tries)
            if variant.warning and variant.warning not in done.warnings:
                done.warnings.append(variant.warning)
        _add_paper(gradebook, issue_id, loaded, seed, student, variants)
        same = same and student.id in before and _same(gradebook.filled(before[student.id]), variants)
    return same


def _refuse(student: Student, why: str) -> NoReturn:
    refuse(f"the drawing of {student.id}'s numbers", why)


@blaming
def _draw(loaded: Loaded, seed: str, batch: Sequence[Student]) -> list[dict[str, Variant]]:
    return [draw_variants(loaded.assignment, loaded.rubric, seed, student.id) for student in batch]


def _same(paper: Paper, variants: Mapping[str, Variant]) -> bool:
    return paper.givens == {name: variant.givens for name, variant in variants.items()}


def _add_paper(
    gradebook: Gradebook,
    issue_id: int,
    loaded: Loaded,
    seed: str,
    student: Student,
    variants: Mapping[str, Variant],
) -> None:
    givens = [variants[question.id].givens for question in loaded.assignment.questions]
    code = instance_code(seed, loaded.name, student.id, givens)
    rows = [
        (q.id, q.template.name, q.template.source, variants[q.id].givens, variants[q.id].tries)
        for q in loaded.assignment.questions
    ]
    gradebook.add_paper(issue_id, loaded.name, student, code, rows)


def define(loaded: Loaded) -> dict[str, Any]:
    """Everything that a paper shows or depends on, to notice when it has changed since it was handed out."""
    assignment = loaded.assignment
    return dict(
        questions=[question.definition for question in assignment.questions],
        rubric=loaded.rubric.definition,
        wording=dict(
            title=assignment.title,
            course=assignment.course,
            due=assignment.due,
            text=assignment.text,
            questions=[[q.title, q.text, dict(q.aliases)] for q in assignment.questions],
        ),
    )


def _changes(last: Issue, seed: str, definition: Mapping[str, Any]) -> list[str]:
    changes = [] if seed == last.seed else ["the seed"]
    old = {question["id"]: question for question in last.definition["questions"]}
    new = {question["id"]: question for question in definition["questions"]}
    changes += [f"question '{name}' is gone" for name in old if name not in new]
    changes += [f"question '{name}' is new" for name in new if name not in old]
    for name in [name for name in new if name in old and new[name] != old[name]]:
        keys = [key for key in new[name] if new[name][key] != old[name].get(key)]
        changes.append(f"question '{name}': {', '.join(keys)}")
    if list(old) != list(new) and set(old) == set(new):
        changes.append("the order of the questions")
    for key, words in (("rubric", "points, tolerances or credit"), ("wording", "the wording")):
        if definition[key] != last.definition[key]:
            changes.append(words)
    return changes


def _refusal(name: str, changes: Sequence[str]) -> str:
    listed = "\n".join(f"  - {change}" for change in changes)
    return (
        f"'{name}' was handed out already, and something differs from then:\n{listed}\n"
        "Nothing was changed. To hand out anew, add --reissue: history is kept, and a sheet's instance code tells "
        "which issue it answers."
    )


def _lost(course: Course, name: str) -> str:
    return (
        f"{course.issued(name)}/ holds papers that gradebook.db does not know, and a new seed would give everybody "
        "other numbers. Bring back a copy of gradebook.db, or give the --seed that they were made with; --reissue "
        "hands out anew"
    )


def _distinct_files(students: Sequence[Student]) -> None:
    names: dict[str, str] = {}
    for student in students:
        other = names.setdefault(file_name(student.id), student.id)
        if other != student.id:
            raise CourseError(f"the ids '{other}' and '{student.id}' would have the same file name; change one of them")
