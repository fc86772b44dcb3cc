"""Whose fault an exception is: one that passed through a template file of the course's own is told by file and line."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from grader.errors import CourseError

P = ParamSpec("P")
R = TypeVar("R")
OWN = "course_template_"
"""How the names of modules begin that hold the course's own templates."""


def blamed(error: BaseException) -> CourseError | None:
    """What to tell the author of the template that raised the error; None: no template of the course's own did."""
    frames = []
    trace = error.__traceback__
    while trace is not None:
        if str(trace.tb_frame.f_globals.get("__name__", "")).startswith(OWN):
            frames.append((trace.tb_frame, trace.tb_lineno))
        trace = trace.tb_next
    if not frames:
        return None
    function, file = frames[0][0].f_code.co_name, frames[-1][0].f_code.co_filename
    raised = " ".join(f"{type(error).__name__}: {error}".split()).rstrip(": .")
    if function == "<module>":
        what = f"the file cannot be loaded: {raised}"
    else:
        what = f"{'a function' if function.startswith('<') else f'`{function}`'} fails with {raised}"
    return CourseError(f"{what}. Mend it, then run `grader check {file}`", file=file, line=frames[-1][1])


def blaming(work: Callable[P, R]) -> Callable[P, R]:
    """Raises a template's fault as a CourseError: a traceback does not travel from one process to another."""

    @wraps(work)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return work(*args, **kwargs)
        except Exception as error:
            fault = None if isinstance(error, CourseError) else blamed(error)
            if fault is None:
                raise
            raise fault from error

    return told
