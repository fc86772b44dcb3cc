"""The templates that a course can use: the built-in ones, and beside them those in its own files."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from keyword import iskeyword
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import ValidationError

from grader.blame import OWN, blamed
from grader.chance import digest
from grader.errors import CourseError, did_you_mean
from grader.template import CONTENT, Mistake, Parameters, Template
from grader.templates import BUILT_IN

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
FUNCTIONS = ("read", "draw", "ask", "solve", "wording", "guard", "show", "tables", "drawings", "symbols", "settle")
EXAMPLE = "`grader templates new NAME` writes an example"


class Library(dict[str, Template[Any, Any]]):
    """Templates by name. A file that cannot be used stands in the way of nobody who does not use it.

    `files`: where the course's own ones are. `broken`: what is wrong with a file, by its template's name or its own.
    """

    def __init__(self) -> None:
        super().__init__(BUILT_IN)
        self.files: dict[str, Path] = {}
        self.broken: dict[str, CourseError] = {}

    def add(self, path: Path, content: bytes | None = None) -> None:
        """Load a file, which has this content if it is not here. A name that is taken already belongs to nobody until
        one of the two gives it up.
        """
        try:
            template = load(path, content)
        except CourseError as error:
            self.broken[path.stem] = error
            return
        if template.name in self.files:
            other = self.files[template.name]
            message = f"{other} has a template '{template.name}' too: give one of them another name"
            self.broken[template.name] = CourseError(message, file=path, line=line_of(path, template.name))
            return
        self[template.name], self.files[template.name] = template, path


def all_templates(folder: Path | None = None) -> Library:
    """The built-in templates and those in `folder` (*.py, not _*.py), by name."""
    found = Library()
    for path in sorted(folder.glob("[!_]*.py")) if folder is not None and folder.is_dir() else ():
        found.add(path)
    return found


def named(name: str, known: Mapping[str, Template[Any, Any]]) -> Template[Any, Any]:
    """The template of this name. CourseError: what is wrong with its file, or the nearest name."""
    broken = known.broken if isinstance(known, Library) else {}
    if name in broken:
        raise broken[name]
    if name not in known:
        unread = f" Not loaded: {', '.join(str(error.file) for error in broken.values())}." if broken else ""
        raise CourseError(f"there is no template '{name}'. {did_you_mean(name, known)}{unread}")
    return known[name]


def chosen(word: str, library: Library) -> Template[Any, Any]:
    """The template that somebody names: the path of its file, or its name. CourseError: what is wrong with it."""
    if not word.endswith(".py"):
        return named(word, library)
    template = load(Path(word))
    shared = library.broken.get(template.name)
    if shared is not None and any(path.parent == Path(word).parent for path in library.files.values()):
        raise shared
    return template


def load(path: Path, content: bytes | None = None) -> Template[Any, Any]:
    """The template that a course's own file defines as TEMPLATE. CourseError: what is wrong with the file."""
    template = getattr(_run(path, content), "TEMPLATE", None)
    if not isinstance(template, Template):
        raise CourseError(f"the file must define TEMPLATE = Template(...); {EXAMPLE}", file=path)
    for word, problem in _problems(template):
        raise CourseError(problem, file=path, line=line_of(path, word))
    return template


def unusable(name: str) -> str:
    """Why no template of a course's own can be called so, or "". Built-in names are another matter."""
    if iskeyword(name):
        return f"'{name}' cannot be a template's name: it is a word of Python's own. Write another one"
    if not NAME.fullmatch(name) or name == "new":
        return f"'{name}' cannot be a template's name: write lower-case words with _ between them"
    return ""


def line_of(path: Path, word: str, start: int = 1) -> int | None:
    """The first line of a file, from `start` on, that holds this word, quoted if it stands so anywhere."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for pattern in (rf"""["']{re.escape(word)}["']""", rf"\b{re.escape(word)}\b"):
        for number, line in enumerate(lines, start=1):
            if number >= start and re.search(pattern, line):
                return number
    return None


def _run(path: Path, content: bytes | None) -> ModuleType:
    """The file as a module. Nothing compiled is kept beside it: that could be older than the file."""
    try:
        content = path.read_bytes() if content is None else content
        code = compile(content, str(path), "exec", dont_inherit=True)
    except FileNotFoundError:
        raise CourseError("there is no such file", file=path) from None
    except OSError as error:
        raise CourseError(f"this cannot be read: {error.strerror}", file=path) from None
    except SyntaxError as error:
        raise CourseError(f"this is not Python: {error.msg}. Mend the line", file=path, line=error.lineno) from None
    except ValueError as error:
        raise CourseError(f"this is not Python: {error}", file=path) from None
    module = ModuleType(f"{OWN}{digest(str(path))[:4].hex()}")
    module.__file__ = str(path)
    module.__dict__[CONTENT] = content
    sys.modules[module.__name__] = module  # dataclasses look their module up by its name
    try:
        exec(code, module.__dict__)  # noqa: S102 - the instructor's own file
    except (Exception, SystemExit) as error:
        raise blamed(error) or CourseError(f"the file cannot be loaded: {error}", file=path) from error
    return module


def _problems(template: Template[Any, Any]) -> Iterator[tuple[str, str]]:
    """What no template may be: the word to look for in the file, and the sentence."""
    name = str(template.name)
    if problem := unusable(name):
        yield name, problem
    if name in BUILT_IN:
        yield name, f"there is a built-in template '{name}' already: give this one another name"
    for function in FUNCTIONS:
        if not callable(getattr(template, function)):
            yield function, f"`{function}` must be a function; {EXAMPLE}"
    if not hasattr(template.solve, "__code__"):
        yield "solve", "`solve` must be a function of this file, made with def"
    parameters = template.parameters
    if not isinstance(parameters, type) or not issubclass(parameters, Parameters):
        yield "parameters", "`parameters` must be a class made from Parameters, or Parameters itself"
        return
    try:
        parameters()
    except ValidationError as error:
        yield str(error.errors()[0]["loc"][0]), "every parameter needs a default that is allowed"
    for mistake, told in template.mistakes.items():
        if not isinstance(told, Mistake) or not told.sentence.strip():
            yield mistake, f'the mistake {mistake} has no sentence: write {mistake}=Mistake("what one gets with …")'
