"""What the commands share: the course here, a progress bar, words for a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from grader.course import Course

T = TypeVar("T")
ENOUGH_FOR_A_BAR = 20
NEEDS_A_PERSON = 3
"""The exit code of a command that did its work, while something waits for a person."""


def here(*, alone: bool = False) -> Course:
    """The course in this folder; `alone`: no other command that writes into it runs at the same time, and what one that
    was killed left half written is gone.
    """
    from grader.course import Course

    course = Course(Path(), tell=lambda line: click.echo(line, err=True))
    if alone and course.names:
        from grader.files import clear
        from grader.lock import alone as locked

        context = click.get_current_context()
        context.with_resource(locked(course.root, f"grader {context.info_name}"))
        for folder in ("issued", "reports"):
            clear(course.root / folder)
    return course


def progress(items: Iterable[T], label: str, count: int | None = None) -> Iterator[T]:
    """A progress bar on a terminal, with rate and time left, for work that takes a while; nothing in a pipe."""
    if count is None:
        items = list(items)
        count = len(items)
    if count < ENOUGH_FOR_A_BAR or not sys.stderr.isatty():
        yield from items
        return
    begun = time.monotonic()

    def rate(item: T | None) -> str | None:
        return None if item is None else f"{bar.pos / (time.monotonic() - begun):.0f}/s"

    with click.progressbar(
        items, length=count, label=label, file=sys.stderr, show_pos=True, item_show_func=rate
    ) as bar:
        yield from bar


def spread(command: Callable[..., None]) -> Callable[..., None]:
    """Gives the command an `engine` as these options tell."""

    @click.option(
        "--workers",
        type=click.IntRange(1, 1000),
        help="Processes to work in; 1 is this one alone. By default the machine's cores, if there is enough to do.",
    )
    @click.option("--cluster", metavar="ADDRESS", help="Work on a Dask cluster: tcp://host:8786, or local to try one "
                  "on this machine.")  # fmt: skip
    @click.option("--shared-folder", is_flag=True, help="The cluster's workers see this folder under the same path: "
                  "sheets are read and feedback is written there, and not sent.")  # fmt: skip
    @wraps(command)
    def spreading(*args: Any, workers: int | None, cluster: str | None, shared_folder: bool, **options: Any) -> None:
        from grader.engine import Engine, cores

        if shared_folder and cluster is None:
            raise click.UsageError("--shared-folder goes with --cluster")
        away = None
        if cluster is not None:
            from grader.cluster import Cluster

            away = Cluster(cluster, workers or cores())
        command(*args, engine=Engine(workers, away, shared=shared_folder), **options)

    return spreading


class Paths(click.ParamType[Path | str]):
    """A path of this machine, or a URL as it stands."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path | str:  # noqa: ARG002
        return str(value) if "://" in str(value) else Path(value)


def anonymous(command: Callable[..., None]) -> Callable[..., None]:
    return click.option(
        "--anonymous",
        is_flag=True,
        help="Reports with codes in place of students, in reports/NAME/anonymous/; other reports stay as they are.",
    )(command)


def plain(text: str) -> str:
    """Without the control characters that a name or a file could slip into a terminal."""
    return "".join(c if c.isprintable() else "�" for c in text)


def columns(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()


def many(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"
