"""The package's one-way order: a module imports only from those before it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import grader

ROOT = Path(grader.__file__).parent
ORDER = (
    {"errors", "keyboard"},
    {"blame"},
    {
        "expression",
        "numerics",
        "chance",
        "part",
        "work",
        "answers",
        "files",
        "drawing",
        "places",
        "codes",
        "lock",
        "scratch",
    },
    {"engine", "cluster"},
    {"figures"},
    {"template"},
    {"templates", "tolerance", "config", "roster", "roster_export"},
    {"library", "deadlines"},
    {"aliases"},
    {"assignment", "extensions"},
    {"rubric_file", "dependence", "usage", "contract"},
    {"rules"},
    {"rubric"},
    {"variant"},
    {"marking", "sheets"},
    {"intake", "gradebook", "analysis", "simulate", "pages", "export"},
    {"audit", "course"},
    {"jobs"},
    {"console"},
    {"cli_out", "cli_templates"},
    {"cli"},
    {"__main__"},
)
PAGES = (
    {"blocks", "markdown", "strokes", "numbers", "letters"},
    {"maths"},
    {"charts"},
    {"paper", "screen", "terminal"},
    {"wording", "solution", "class_tables"},
    {"accepted", "reasons", "class_findings", "class_flags"},
    {"handout", "key", "feedback", "class_report"},
)
"""In `pages`: how letters, formulas and charts are set, the two forms of a page, and what pages say."""
LEVEL = {name: level for level, names in enumerate(ORDER) for name in names}


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            assert node.level == 0, f"{path}: a relative import"
            yield from (f"{module}.{alias.name}" for alias in node.names)


def modules() -> dict[Path, str]:
    """The package's files, each with the name of its place in the order: a module, or the folder it is in."""
    return {path: path.relative_to(ROOT).parts[0].removesuffix(".py") for path in sorted(ROOT.rglob("*.py"))}


def test_every_module_has_its_place_in_the_order() -> None:
    assert set(modules().values()) - {"__init__"} <= set(LEVEL)


def test_a_module_imports_only_from_those_before_it() -> None:
    against = []
    for path, place in modules().items():
        for name in imports(path):
            target = name.split(".")[1] if name.startswith("grader.") else ""
            if target in LEVEL and target != place and LEVEL[target] > LEVEL.get(place, -1):
                against.append(f"{path.relative_to(ROOT)} imports {name}")
    assert against == []


def test_no_module_of_one_level_imports_another_of_it_in_a_circle() -> None:
    edges = {place: set[str]() for place in LEVEL}
    for path, place in modules().items():
        targets = {name.split(".")[1] for name in imports(path) if name.startswith("grader.")}
        edges.get(place, set()).update((targets & set(LEVEL)) - {place})
    while free := [place for place, before in edges.items() if not before]:
        for place in free:
            del edges[place]
        for before in edges.values():
            before.difference_update(free)
    assert edges == {}


def test_pages_have_an_order_of_their_own() -> None:
    level = {name: nth for nth, names in enumerate(PAGES) for name in names}
    against = []
    for path in sorted((ROOT / "pages").rglob("[a-z]*.py")):
        place = path.relative_to(ROOT / "pages").parts[0].removesuffix(".py")
        targets = {name.split(".")[2] for name in imports(path) if name.startswith("grader.pages.")}
        wrong = {name for name in targets - {place} if level[name] >= level[place]}
        against += [f"{path.relative_to(ROOT)} imports {name}" for name in sorted(wrong)]
    assert against == []


def importers(*names: str) -> set[str]:
    """The places with a file that imports one of these packages."""
    return {
        place
        for path, place in modules().items()
        if any(name == wanted or name.startswith(wanted + ".") for name in imports(path) for wanted in names)
    }


def test_only_pages_know_how_a_pdf_is_made() -> None:
    assert importers("reportlab", "ziamath", "latex2mathml") == {"pages"}


def test_only_pages_and_jobs_make_pages() -> None:
    assert importers("grader.pages") <= {"pages", "jobs"}


def test_pandas_is_for_the_tables_of_reports() -> None:
    assert importers("pandas") == {"analysis"}


def test_templates_never_see_a_tolerance_a_point_or_a_student() -> None:
    blind = {"templates", "figures", "numerics", "template", "work", "part", "chance"}
    seen = importers("grader.tolerance", "grader.rubric", "grader.roster", "grader.marking", "grader.gradebook")
    assert not seen & blind


def test_marking_never_sees_a_file_or_a_page() -> None:
    assert "marking" not in importers("pathlib", "os", "sqlite3", "yaml", "csv", "grader.pages", "grader.sheets")


def test_pages_never_compare_numbers() -> None:
    assert "pages" not in importers("grader.tolerance", "grader.marking.mark_question", "grader.work.Pinned")
