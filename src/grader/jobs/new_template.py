"""`grader templates new`: a template file to begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grader.errors import CourseError
from grader.files import write
from grader.library import unusable
from grader.templates import BUILT_IN

STARTER = Path(__file__).with_name("starter.py")


def new_template(root: Path, name: str) -> Iterator[str]:
    """Write templates/NAME.py and say what to do next. CourseError: the name cannot be used, or the file is there."""
    if problem := unusable(name):
        raise CourseError(problem)
    if name in BUILT_IN:
        raise CourseError(f"there is a built-in template '{name}' already: choose another name")
    path = root / "templates" / f"{name}.py"
    if path.exists():
        raise CourseError("this file is there already, and is left as it is: choose another name", file=path)
    written = STARTER.read_text(encoding="utf-8")
    write(path, written.replace("/starter.py", f"/{name}.py").replace('"starter"', f'"{name}"'))
    yield f"made  {path}: a small template that works, with a word on each function. Change it into yours."
    yield ""
    yield "Next:"
    yield f"  grader check {path}      draws it often, tries every mistake"
    yield f"  grader preview {path}    one handout, sheet and feedback"
    yield f"  grader solve {path}      one variant with all digits"
    yield f"and in an assignment: {{id: q1, template: {name}}}"
    if not (root / "assignments").is_dir():
        yield "There is no folder `assignments` here yet: `grader init .` makes one, with an example."
