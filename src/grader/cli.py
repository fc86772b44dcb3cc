"""The command line: parse, call, print. It decides nothing."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader import __version__, cli_out, cli_templates
from grader.blame import blamed
from grader.console import NEEDS_A_PERSON, Paths
from grader.console import anonymous as _anonymous
from grader.console import columns as _columns
from grader.console import here as _course
from grader.console import many as _many
from grader.console import plain as _plain
from grader.console import progress as _progress
from grader.console import spread as _spread
from grader.errors import CourseError, GraderError

if TYPE_CHECKING:
    from grader.course import Course, Loaded
    from grader.engine import Engine
    from grader.jobs.grade import Graded
    from grader.jobs.issue import Issued
    from grader.jobs.regrade import Regraded
    from grader.jobs.report import Reported

MOST_CHANGES = 20
ANONYMOUS = """\
  Codes stand in place of students, in another order; what students wrote stands as they wrote it.
  The class report counts down to single students: it is for you, not to be put up.
  Each student's code: {codes}, which is for you alone."""


class Commands(click.Group):
    """Commands in the order of use, and errors as sentences: exit 1 when the instructor's files are at fault."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except GraderError as error:
            raise _said(error) from error
        except Exception as error:
            fault = blamed(error) or _refused(error) or _unreadable(error)
            if fault is None:
                raise
            raise _said(fault) from error


def _said(error: GraderError) -> click.ClickException:
    """Names that it quotes may hold what a terminal takes for orders."""
    return click.ClickException("\n".join(map(_plain, str(error).split("\n"))))


def _refused(error: Exception) -> GraderError | None:
    """What to tell of a file that the system does not let be used, or a word that cannot be kept; None: neither."""
    if isinstance(error, UnicodeEncodeError):
        return GraderError(f"'{error.object[:40]}' holds bytes that are no text: type it again")
    if not isinstance(error, OSError) or isinstance(error, BrokenPipeError):
        return None
    if error.filename is None:
        # what is left in the buffer would be tried again at the very end, and end the program with another code
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return CourseError(
        f"this cannot be read or written: {error.strerror or error}", file=error.filename or "the output"
    )


def _unreadable(error: Exception) -> GraderError | None:
    """What to tell where the gradebook opens and cannot be read further on; None: this is something else."""
    import sqlite3
    import traceback
    import zlib

    names = [str(frame.f_globals.get("__name__")) for frame, _ in traceback.walk_tb(error.__traceback__)]
    ours = [name for name in names if name.startswith("grader.")]
    garbled = isinstance(error, ValueError | TypeError | zlib.error) and ours[-1].startswith("grader.gradebook.")
    if not garbled and not isinstance(error, sqlite3.Error):
        return None
    what = "is damaged" if garbled else f"cannot be read: {error}"
    return CourseError(f"this gradebook {what}. Bring back a copy of it", file="gradebook.db")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Individual numbers for every student, fair marks for every answer, a name for every mistake.

    Run it in a course folder (`grader init DIR` makes one). Without a name a command is about all assignments.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


@main.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--seed", help="What all numbers are drawn from. Left out, a strong one is drawn and kept: "
              "a short seed can be found out from one's own paper.")  # fmt: skip
@click.option("--roster", type=click.Path(path_type=Path), help="The roster, if not assignments/roster.csv.")
@click.option("--students", type=click.IntRange(1, 1_000_000), help="So many students s001, s002, … and no roster.")
@click.option("--format", "form", type=click.Choice(["csv", "xlsx", "yaml", "both"]), default="csv", show_default=True,
              help="Of the sheets; both is csv and yaml. In xlsx no spreadsheet makes a date of 1/2.")  # fmt: skip
@click.option("--no-pages", "pages", is_flag=True, flag_value=False, default=True,
              help="Numbers and sheets alone. The next run without it writes handouts and key.")  # fmt: skip
@click.option("--reissue", is_flag=True, help="Hand out anew what was handed out already; history is kept.")
@_spread
def generate(
    names: tuple[str, ...],
    seed: str | None,
    roster: Path | None,
    students: int | None,
    form: str,
    engine: Engine,
    *,
    pages: bool,
    reissue: bool,
) -> None:
    """Draw numbers for every student; write handouts, answer sheets and the key."""
    from grader.jobs.issue import issue
    from grader.roster import numbered

    if roster is not None and students is not None:
        raise click.UsageError("give --roster or --students, not both")
    if seed is not None and not seed.strip():
        raise click.UsageError("an empty seed can be guessed by everybody; leave --seed out for a strong one")
    course = _course(alone=True)
    loaded_ones = [course.load(name) for name in names or course.names]
    people = numbered(students) if students else course.roster(roster)
    if not people:
        where = roster or course.root / "assignments" / "roster.csv"
        raise click.ClickException(f"{where}: no students yet; add rows below the header, or try --students 30")
    formats = ("csv", "yaml") if form == "both" else (form,)
    with engine:
        for loaded in loaded_ones:
            done = issue(
                course, loaded, people, seed=seed, formats=formats, pages=pages, reissue=reissue, engine=engine,
                progress=_progress,
            )  # fmt: skip
            _print_issued(course, loaded, done, pages=pages)


def _print_issued(course: Course, loaded: Loaded, done: Issued, *, pages: bool) -> None:
    count = len(loaded.assignment.questions)
    questions = f"{count} question{'s' * (count != 1)}"
    click.echo(f"{loaded.name}: {loaded.assignment.title}, {questions}, {loaded.rubric.points:g} points")
    again = ", issued anew with the same numbers" if done.same_numbers else ", issued anew" if done.reissued else ""
    click.echo(f"  {done.new} new papers, {done.kept} handed out before and unchanged{again}")
    if done.tries:
        means = (f"{name} {sum(tries) / len(tries):.1f}" for name, tries in done.tries.items())
        click.echo(f"  draws a question took on average: {', '.join(means)}")
    for warning in done.warnings:
        click.echo(f"  warning: {warning}", err=True)
    if done.seed_was_drawn:
        click.echo("  a strong seed was drawn; it is kept in gradebook.db")
    folder = course.issued(loaded.name)
    written = "handouts/, handouts.pdf, sheets/, key.pdf (not for students)" if pages else "sheets/"
    click.echo(f"  {folder}/: {written}")


@main.command()
@click.argument("name", metavar="NAME|TEMPLATE|FILE")
@click.option("--seed", default="preview", show_default=True)
def preview(name: str, seed: str) -> None:
    """One sample handout, sheet and feedback, marked as a draft; records nothing.

    Of an assignment, or of one template alone, by its name or its file: `grader preview templates/mine.py`.
    """
    from grader.jobs.check import subject
    from grader.jobs.parameters import alone
    from grader.jobs.preview import preview as job
    from grader.template import Template

    course = _course()
    found = subject(course, name)
    for path in job(course, alone(found) if isinstance(found, Template) else found, seed):
        click.echo(path)


@main.command()
@click.argument("paths", nargs=-1, required=True, type=Paths(), metavar="PATH...")
@click.option("--assignment", help="Grade only this one; sheets that do not say which they are of are taken as its.")
@click.option(
    "--worksheet",
    "worksheets",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Moodle's grading worksheet: whose each `Participant N` of a blindly marked assignment is, and when each "
    "sheet was handed in.",
)
@_spread
@_anonymous
def grade(
    paths: tuple[Path | str, ...],
    assignment: str | None,
    worksheets: tuple[Path, ...],
    engine: Engine,
    *,
    anonymous: bool,
) -> None:
    """Mark everything found below the paths and write the reports.

    A path is a folder, a zip or a file: what Canvas, Moodle, Gradescope, Blackboard or Brightspace handed over is
    recognised by its names, and a zip need not be unpacked. So is a URL such as s3://bucket/submissions/.
    """
    from grader.jobs.grade import grade as job
    from grader.jobs.report import report

    course = _course(alone=True)
    with engine:
        graded = job(course, list(paths), assignment, _progress, worksheets, engine)
        for line in graded.notes:
            click.echo(_plain(line))
        _print_fates(graded)
        for line in graded.changed:
            click.echo(line)
        for name in graded.assignments:
            _print_report(name, report(_seen(course, name, anonymous), course.load(name), _progress, engine), anonymous)
    if graded.needs_a_person:
        sys.exit(NEEDS_A_PERSON)


def _print_fates(graded: Graded) -> None:
    rows = [
        ("files found", len(graded.entries)),
        ("graded", graded.count("graded")),
        ("superseded", graded.count("superseded")),
        ("needing attention", graded.count("attention")),
        ("ignored", graded.count("ignored")),
    ]
    for k, (label, count) in enumerate(rows):
        click.echo(f"{'= ' if k == 1 else '+ ' if k else '  '}{label:<18}{count:>6}")


def _print_report(name: str, done: Reported, anonymous: bool = False) -> None:
    counts = ", ".join(f"{count} {status}" for status, count in done.statuses.items() if count)
    so_far = " so far" if done.open else ""
    mean = "" if done.mean is None else f"; mean {done.mean:.1f} of {done.possible:g} points{so_far}"
    click.echo(f"\n{name}: {sum(done.statuses.values())} students: {counts}{mean}")
    if done.attention:
        click.echo(f"  {done.folder}/attention.csv: {len(done.attention)} for a person to look at, such as")
        for row in done.attention[:3]:
            click.echo(_plain(f"    {row.path}: {row.problem}"))
    for line in done.late:
        click.echo(f"  {line}")
    if done.open:
        click.echo(f"  {_many(done.open, 'answer')} to be marked by a person: grader review {name}")
    feedback = "" if done.mean is None else ", feedback/"
    click.echo(f"  {done.folder}/gradebook.csv, results.csv{feedback}")
    click.echo(f"  {done.folder}/class-report.pdf: start here")
    if anonymous:
        click.echo(ANONYMOUS.format(codes=done.folder.with_name("codes.csv")))


@main.command()
@click.argument("name")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[--apply FILE...]")
@click.option("--apply", "applying", is_flag=True, help="Read filled files back, record what they decide, mark by it.")
@click.option("--section", default="", help="Only the students of this section.")
@click.option("--question", default="", help="Only this question.")
@click.option("--into", type=click.IntRange(1, 99), default=1, help="So many files, one for each marker; students are "
              "dealt out whole.")  # fmt: skip
@click.option("--anonymous", is_flag=True, help="Codes in place of the students' ids.")
@click.option("--all", "every", is_flag=True, help="Also what the program has marked, to decide otherwise.")
@click.option("--out", type=click.Path(path_type=Path), help="The file to write, if not reports/NAME/review.csv.")
@click.option("--by", default="", help="Who decided; else the file's column `marker`, else your login name.")
@click.option("--skip-stale", is_flag=True, help="Leave rows out that came too late, and apply the others.")
@_spread
def review(
    name: str, files: tuple[Path, ...], by: str, engine: Engine, *, applying: bool, skip_stale: bool, **chosen: Any
) -> None:
    """Write a file of the answers that wait for a person, to fill in in a spreadsheet; --apply reads it back.

    Fill in `points`, or `read_as` where an answer could not be read, and a `comment` for the student. What is left
    empty stays as it is; a hyphen takes back what a person decided before.
    """
    from grader.jobs import review as job

    course = _course(alone=True)
    loaded = course.load(name)
    if applying != bool(files):
        raise click.UsageError("name the filled files behind --apply" if applying else "did you mean --apply?")
    if applying:
        _apply(course, loaded, files, by, engine, skip_stale=skip_stale)
        return
    written = job.review(course, loaded, job.Chosen(**chosen))
    if not written:
        click.echo(f"{name}: nothing to review; nothing was written")
        return
    for done in written:
        click.echo(f"{done.path}: {_many(done.answers, 'answer')} of {_many(done.students, 'student')}, "
                   f"in {_many(done.rows, 'row')}")  # fmt: skip
    paths = " ".join(str(done.path) for done in written)
    click.echo(f"Fill in `points` (or `read_as`) and `comment`, then: grader review {name} --apply {paths}")


def _apply(
    course: Course, loaded: Loaded, files: tuple[Path, ...], by: str, engine: Engine, *, skip_stale: bool
) -> None:
    from grader.jobs.report import report
    from grader.jobs.review_apply import apply

    done = apply(course, loaded, files, by, skip_stale=skip_stale)
    for line in done.stale:
        click.echo(_plain(f"left out: {line}"))
    click.echo(_many(done.recorded, "change"))
    for line in _columns([("student", "answer", "from", "to"), *done.answers[:MOST_CHANGES]]) if done.answers else ():
        click.echo(_plain(f"  {line}"))
    if len(done.answers) > MOST_CHANGES:
        click.echo(f"  and {len(done.answers) - MOST_CHANGES} more")
    with engine:  # also without a change: a run that was killed may have come no further
        _print_report(loaded.name, report(course, loaded, _progress, engine))


@main.command()
@click.argument("name")
@click.option("--apply", "applying", is_flag=True, help="Do it; without this nothing is changed.")
@click.option("--keep-higher", is_flag=True, help="A sheet whose share of the points would be smaller keeps the marks "
              "that it has.")  # fmt: skip
@click.option("--csv", "table", type=click.Path(path_type=Path), help="Write the whole list to this file.")
@_spread
def regrade(name: str, table: Path | None, engine: Engine, *, applying: bool, keep_higher: bool) -> None:
    """Who would have other marks by the rules of today, by how much and why; --apply gives them these.

    `grade` keeps the marks that sheets have when a rubric or a template changes. What people decided stays.
    """
    from grader.jobs import regrade as job
    from grader.jobs.report import report

    course = _course(alone=True)
    loaded = course.load(name)
    with engine:
        done = job.regrade(course, loaded, apply=applying, keep_higher=keep_higher, progress=_progress, engine=engine)
        if table is not None:
            job.write_changes(done.changes, table)
        _print_regraded(name, done, applied=applying)
        if applying:  # also where nothing was left to do: a run that was killed may have come no further
            _print_report(name, report(course, loaded, _progress, engine))


def _print_regraded(name: str, done: Regraded, *, applied: bool) -> None:
    rows = [change.short for change in done.changes[:MOST_CHANGES]]
    for line in _columns([("student", "before", "after", "change", "why"), *rows]) if rows else ():
        click.echo(_plain(f"  {line}"))
    if len(done.changes) > MOST_CHANGES:
        click.echo(f"  and {len(done.changes) - MOST_CHANGES} more; --csv FILE writes all of them")
    if not done.sheets:
        click.echo(f"{name}: all sheets have their marks by the rules of today; nothing to do")
        return
    sheets, students = _many(done.sheets, "sheet"), _many(len(done.changes), "student")
    click.echo(
        f"{name}: {sheets} had marks by earlier rules; "
        f"the marks of {students} {'changed' if applied else 'would change'}"
    )
    if done.spared:
        click.echo(f"  {_many(done.spared, 'sheet')} would lose by it and keep the marks that they have")
    if not applied:
        click.echo(f"Nothing was changed. To do it: grader regrade {name} --apply")


@main.command()
@click.argument("student")
@click.argument("name", required=False)
def history(student: str, name: str | None) -> None:
    """Every paper, attempt, mark and decision by people of one student, in order of time (UTC)."""
    from grader.jobs.history import history as job

    course = _course()
    if name is not None:
        course.load(name)
    for line in job(course, student, [name] if name else course.names):
        click.echo(_plain(line))


@main.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@_spread
@_anonymous
def report(names: tuple[str, ...], engine: Engine, *, anonymous: bool) -> None:
    """Write the reports again, from the gradebook."""
    from grader.jobs.report import report as job

    course = _course(alone=True)
    with engine:
        for loaded in [course.load(name) for name in names or course.names]:
            seen = _seen(course, loaded.name, anonymous)
            _print_report(loaded.name, job(seen, loaded, _progress, engine), anonymous)


def _seen(course: Course, name: str, anonymous: bool) -> Course:
    from grader.jobs.anonymous import AnonymousCourse

    if not anonymous:
        return course
    seen = AnonymousCourse(course, name)
    seen.write_codes()
    return seen


@main.command()
@click.argument("name")
@click.argument("student")
@click.argument("place", metavar="QUESTION.PART")
def explain(name: str, student: str, place: str) -> None:
    """Why this mark: what was read, what is accepted, which mistakes were tried, the rubric's line."""
    from grader.jobs.explain import explain as job

    if "." not in place:
        raise click.UsageError("name a question and a part with a point between them, such as lstm.c_1")
    course = _course()
    for line in job(course, course.load(name), student, place):
        click.echo(_plain(line))


for _command in (*cli_out.COMMANDS, *cli_templates.COMMANDS):
    main.add_command(_command)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def init(folder: Path) -> None:
    """Make a course folder, keeping what is there."""
    from grader.jobs.init import init as job

    for path, made in job(folder):
        click.echo(_plain(f"{'made' if made else 'kept'}  {path}"))
    where = _plain(f"{folder}/assignments/")
    click.echo(f"\nNext: write {where}, look at it with `grader preview first`, then `grader generate`.")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path("demo"))
def demo(folder: Path) -> None:
    """The main job on thirty invented students, in a folder of its own."""
    from grader.jobs import demo as job
    from grader.jobs.grade import grade as grading
    from grader.jobs.issue import issue
    from grader.jobs.report import report as reporting

    course = job.make_course(folder)
    assignments = [course.load(name) for name in job.ASSIGNMENTS]
    _say(f"grader generate --seed {job.SEED}")
    for loaded in assignments:
        done = issue(course, loaded, course.roster(), seed=job.SEED, formats=("csv", "yaml"), progress=_progress)
        click.echo(f"{done.new + done.kept} papers, in {course.issued(loaded.name)}/")
    _say("students fill in their sheets: perfect, rounded, with slips and mistakes, half done, garbled, not at all")
    for loaded in assignments:
        click.echo(f"{job.hand_in(course, loaded)} files, in {folder}/submissions/{loaded.name}/")
    _say("grader grade submissions/")
    _print_fates(grading(course, [folder / "submissions"], None, _progress))
    for loaded in assignments:
        _print_report(loaded.name, reporting(course, loaded, _progress))
    click.echo(
        f"\nLook at {course.reports('hw4')}/class-report.pdf, at a handout in {course.issued('hw4')}/handouts/, "
        f"and at feedback/s003.pdf beside the report.\nWhy a mark is what it is: "
        f"cd {folder} && grader explain hw4 s003 tconv.size_1"
    )


def _say(line: str) -> None:
    click.echo(click.style(f"\n$ {line}" if line.startswith("grader") else f"\n({line})", bold=True))
