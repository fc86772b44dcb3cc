"""The commands that hand things out and take people out: parse, call, print."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.console import NEEDS_A_PERSON, here, many, plain, progress, spread

if TYPE_CHECKING:
    from grader.engine import Engine

MOST_LISTED = 20
RARE = 0.001


@click.command()
@click.argument("name")
@click.option("--to", "system", required=True, type=click.Choice(["print", "mail", "moodle", "canvas"]))
@click.option("--what", type=click.Choice(["handouts", "feedback"]), default="feedback", show_default=True)
@click.option("--worksheet", "worksheets", multiple=True, type=click.Path(path_type=Path),
              help="Moodle's grading worksheet, for the numbers that its folders are named after.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="The folder, if not "
              "reports/NAME/deliver/.")  # fmt: skip
@spread
def deliver(name: str, system: str, what: str, worksheets: tuple[Path, ...], out: Path | None, engine: Engine) -> None:
    """Handouts or feedback as a printer, a mail program or a course system takes them.

    print: one PDF by section, in which everybody begins on a front page. mail: mail.csv for a mail program's merge, and
    the files beside it. moodle and canvas: a zip to upload as feedback files or as graded submissions.
    """
    from grader.jobs.deliver import deliver as job

    course = here(alone=True)
    with engine:
        done = job(course, course.load(name), what, system, out, worksheets, engine, progress)
    click.echo(f"{done.path}: {what} of {done.count} students")
    _print_left("not delivered", done.left)


@click.command()
@click.argument("name")
@click.option("--to", "system", required=True, type=click.Choice(["canvas", "moodle", "gradescope"]))
@click.option("--template", "templates", required=True, multiple=True, type=click.Path(path_type=Path),
              help="The gradebook or worksheet that you downloaded; again for each section's.")  # fmt: skip
@click.option("--column", default="", help="The assignment's title or id there, if it is called otherwise.")
@click.option("--pending", type=click.Choice(["skip", "current"]), default="skip", show_default=True,
              help="While answers wait for a person: leave the cell alone, or write the points so far.")  # fmt: skip
@click.option("--missing", type=click.Choice(["skip", "zero"]), default="skip", show_default=True,
              help="Without a graded sheet: leave the cell alone, or write a zero.")  # fmt: skip
@click.option("--scale", is_flag=True, help="Turn points into those of the other system where the maxima differ.")
def export(
    name: str, system: str, templates: tuple[Path, ...], column: str, pending: str, missing: str, *, scale: bool
) -> None:
    """Fill an assignment's scores into gradebooks that you downloaded, and change nothing else in them.

    The filled copies are in reports/NAME/export/, ready to be uploaded.
    """
    from grader.jobs.export import Policy
    from grader.jobs.export import export as job

    course = here(alone=True)
    done = job(course, course.load(name), system, templates, column, Policy(pending, missing, scale))
    for file in done.files:
        click.echo(plain(f"{file.path}: column '{file.title}'"))
        for what, count in file.counts.items():
            click.echo(f"  {count:>5}  {what}")
    _print_left("left out", done.left)


def _print_left(heading: str, left: Iterable[tuple[str, str]]) -> None:
    """Whom nothing goes to, and why; exit 3, because each needs a person."""
    rows = list(left)
    if not rows:
        return
    click.echo(f"{heading}: {len(rows)}")
    for who, why in rows[:MOST_LISTED]:
        click.echo(plain(f"  {who}: {why}"))
    if len(rows) > MOST_LISTED:
        click.echo(f"  and {len(rows) - MOST_LISTED} more")
    sys.exit(NEEDS_A_PERSON)


@click.command()
@click.argument("name")
@click.option("--least", type=click.IntRange(2), default=3, show_default=True, help="Pairs that agree in so many.")
def compare(name: str, least: int) -> None:
    """Answers that are wrong for a student and right for one classmate, for you to look at.

    Everybody has other numbers, so such an answer shows whose they were. Chance gives some, and the list says how many.
    Marks are never changed by it, and students' pages do not tell of it.
    """
    from grader.jobs.compare import compare as job

    course = here(alone=True)
    done = job(course, course.load(name), least)
    pairs = many(len(done.found), "pair")
    click.echo(
        f"{name}: {done.students} sheets compared; {pairs} with {least} or more wrong answers right for the other"
    )
    for row in done.found[:MOST_LISTED]:
        chance = f"{row.pairs:.2g}" if row.pairs >= RARE else f"under {RARE}"
        parts = f"{', '.join(row.answers[:6])}{', …' * (len(row.answers) > 6)}"
        click.echo(
            plain(f"  {row.student}: {row.agree} of {row.wrong} wrong parts are right for {row.classmate}: {parts}")
        )
        click.echo(f"    by chance: {row.expected:.2g} for such two, and {chance} such pairs in the whole class")
    click.echo(f"{done.path}: all of them. Whether it means anything is for you to find out; no mark was changed.")


@click.command()
@click.argument("student")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--files", is_flag=True, help="Also take away their files below submissions/.")
@spread
def forget(student: str, engine: Engine, *, yes: bool, files: bool) -> None:
    """Take a person out of the gradebook, the issued papers and the reports, for good.

    A code that leads nowhere takes their place. Points, verdicts and numbers stay, so that the class's figures do.
    What was sent out, copied elsewhere or backed up is not known here, and is yours to erase.
    """
    from grader.jobs import forget as job

    course = here(alone=True)
    who = job.person(course, student)
    held = who.held
    papers = f"papers of {', '.join(held.assignments) or 'nothing'}"
    click.echo(plain(f"{who.student.id} {who.student.name}".rstrip() + f": {papers}, sheets: {held.contents}, "
                     f"marks: {held.marks}, files below submissions/: {len(who.files)}"))  # fmt: skip
    for file in who.files:
        click.echo(plain(f"  {file}{' will be deleted' if files else ' stays (--files deletes it)'}"))
    if not yes:
        click.confirm("This cannot be undone. Forget them?", abort=True)
    with engine:
        done = job.forget(course, who, files=files, engine=engine, progress=progress)
    click.echo(f"forgotten; {done.code} stands in their place, with points and numbers alone")
    for name in held.assignments:
        click.echo(f"  {course.issued(name)}/: handouts.pdf and key.pdf held everybody's and were taken away; "
                   f"`grader generate {name}` writes them again")  # fmt: skip
    for path, advice in done.left:
        click.echo(plain(f"  still there: {path}: {advice}"))
    if done.left:
        sys.exit(NEEDS_A_PERSON)


COMMANDS = (deliver, export, compare, forget)
