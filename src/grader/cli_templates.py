"""The commands for whoever writes or tries templates: parse, call, print."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME|TEMPLATE|FILE]...")
@click.option(
    "--seeds",
    default=50,
    show_default=True,
    type=click.IntRange(1, 100_000),
    help="Variants of each question.",
)
def check(names: tuple[str, ...], seeds: int) -> None:
    """The audit of templates: many seeds, every guard, every mistake.

    A template is tried with its defaults, then with each parameter changed alone: every option, the other side of a
    flag, another number, a range one step narrower and wider. Texts, lists and several changes at once are not tried.
    """
    from grader.jobs.check import check as job

    failed = False
    for line, fails in job(Path(), names, seeds):
        click.echo(line)
        failed = failed or fails
    if failed:
        raise click.ClickException("some templates or assignments do not keep the contract; see the lines with FAILS")


@click.command()
@click.argument("template")
@click.option(
    "--givens",
    type=click.Path(allow_dash=True),
    help="A file of givens, or - for standard input: YAML or JSON.",
)
@click.option(
    "--param",
    "params",
    multiple=True,
    metavar="KEY=VALUE",
    help="A parameter of the template, such as steps=3.",
)
@click.option("--seed", default="0", show_default=True, help="What to draw from when no givens are given.")
@click.option("--format", "form", type=click.Choice(["yaml", "json"]), default="yaml", show_default=True)
def solve(template: str, givens: str | None, params: tuple[str, ...], seed: str, form: str) -> None:
    """The reference solution of one variant, or of a list of them, with all digits.

    Without --givens numbers are drawn, and shown beside the answers.
    """
    import json

    import yaml

    from grader.jobs import solve as job

    chosen = _template(template)
    p = job.parameters(chosen, _parameters(params))
    if givens is None:
        raw = job.drawn(chosen, p, seed)
    else:
        with _opened(givens) as file:
            raw = job.parse(file.read(), "standard input" if givens == "-" else givens)
    answer = job.solve(chosen, p, raw)
    if givens is None:
        answer = {"givens": raw, "answers": answer}
    if form == "json":
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        click.echo(yaml.safe_dump(answer, sort_keys=False, allow_unicode=True, default_flow_style=None), nl=False)


@contextmanager
def _opened(path: str) -> Iterator[Any]:
    try:
        with click.open_file(path, encoding="utf-8-sig") as file:
            yield file
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error


def _parameters(params: tuple[str, ...]) -> dict[str, Any]:
    from grader.config import load_yaml

    written = {}
    for param in params:
        key, equals, value = param.partition("=")
        if not equals:
            raise click.UsageError(f"--param {param}: write KEY=VALUE")
        written[key.strip()] = load_yaml(value, Path(f"--param {param}")).data
    return written


def _template(name: str) -> Any:
    from grader.library import all_templates, chosen

    return chosen(name, all_templates(Path("templates")))


@click.command()
@click.argument("name", required=False, metavar="[NAME|FILE]")
@click.argument("new_name", required=False, metavar="| new NAME")
def templates(name: str | None, new_name: str | None) -> None:
    """What templates there are; one with its parameters, parts, mistakes and an example; a new one.

    `grader templates new pendulum` writes templates/pendulum.py, a small template that works, to be changed into
    your own.
    """
    if name == "new":
        _new_template(new_name)
        return
    if new_name is not None:
        raise click.UsageError("name one template, or write `grader templates new NAME`")
    from grader.jobs.describe import describe, listing
    from grader.library import all_templates

    for line in describe(_template(name)) if name else listing(all_templates(Path("templates"))):
        click.echo(line)


def _new_template(name: str | None) -> None:
    if name is None:
        raise click.UsageError("give the new template a name: grader templates new pendulum")
    from grader.jobs.new_template import new_template

    for line in new_template(Path(), name):
        click.echo(line)


COMMANDS = (check, solve, templates)
