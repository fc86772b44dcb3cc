"""Canvas's gradebook, Moodle's worksheet, Gradescope's table of scores: where each has what.

Sources: Canvas's GradebookExporter and GradebookImporter, Moodle's mod/assign (gradingtable, offline feedback),
Gradescope's downloads. Moodle's headers are in the language of whoever downloaded the file, so they go by place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from grader.errors import CourseError
from grader.export.cells import Cells
from grader.export.layout import Layout, Line, decimal, pick

NAMES = ("name",)
CANVAS_IDS: Mapping[str, tuple[str, ...]] = {
    "id": ("canvas_id", "student"),
    "sis user id": ("sid", "student", "login"),
    "sis login id": ("login", "email", "student"),
    "integration id": ("sid",),
}
KEPT = {"EX": "excused there", "N/A": "not assigned there"}
"""What Canvas writes in place of a score."""
GRADESCOPE_IDS = ("sid", "email", "first name", "last name")
COMPUTED = re.compile(r".*\b(Current|Final|Override) (Score|Grade|Points)", re.IGNORECASE)
PARTICIPANT = re.compile(r"\D*(\d+)")
GRADE = ("grade", "bewertung", "note", "calificación", "valutazione", "nota", "beoordeling", "cijfer", "оценка", "成绩")
NO = ("no", "nein", "non", "não", "nee", "нет", "nei", "nej", "nie", "否")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True)
class Chosen:
    """Which column: `asked` by --column, else one called by these `titles`."""

    titles: Sequence[str]
    asked: str = ""


def canvas(cells: Cells, chosen: Chosen) -> Layout:
    """`Student,ID,…,Section,Title (id),…`, below it perhaps posting policies and maxima, then the students."""
    header = cells.header
    lower = [name.casefold() for name in header]
    if len(header) < 4 or "student" not in lower[0] or "id" not in lower[1] or "section" not in lower:
        raise CourseError(
            "this is no gradebook exported by Canvas: it has no columns Student, ID and Section", file=cells.file
        )
    start = lower.index("section") + 1
    top = [row for row in range(1, len(cells.rows)) if not cells.at(row, 1)]
    maxima = next((row for row in top if "points possible" in cells.at(row, 0).casefold()), None)
    titles = _assignments(cells, start, maxima)
    place = pick(_called(titles, chosen), chosen.titles, chosen.asked, cells.file, "assignment")
    maximum = decimal(cells.at(maxima, place)) if maxima is not None else None
    ids = [(column, CANVAS_IDS[name]) for column, name in enumerate(lower[:start]) if name in CANVAS_IDS]
    lines = [
        Line(
            row=row,
            keys=[*((cells.at(row, column), columns) for column, columns in ids), (cells.at(row, 0), NAMES)],
            shown=f"{cells.at(row, 0)} ({cells.at(row, 1)})",
            maximum=maximum,
        )
        for row in range(1, len(cells.rows))
        if row not in top and cells.at(row, 0).casefold() != "student, test"
    ]
    return Layout(place, header[place], lines, KEPT)


def _assignments(cells: Cells, start: int, maxima: int | None) -> list[str]:
    """The titles that take scores; "" for columns that Canvas computes."""
    return [
        name
        if place >= start
        and not COMPUTED.match(name)
        and not (maxima is not None and "read only" in cells.at(maxima, place).casefold())
        else ""
        for place, name in enumerate(cells.header)
    ]


def _called(titles: Sequence[str], chosen: Chosen) -> list[str]:
    """The titles as they are asked for: in full, by the id in the brackets behind, or without it."""
    split = [re.fullmatch(r"(.*?)\s*\((\d+)\)", title) for title in titles]
    if chosen.asked.casefold() in [title.casefold() for title in titles if title]:
        return list(titles)
    if chosen.asked.isdecimal():
        return [found[2] if found else "" for found in split]
    return [found[1] if found else title for found, title in zip(split, titles, strict=True)]


def moodle(cells: Cells, chosen: Chosen) -> Layout:
    """`Identifier,Full name,…,Grade,Maximum grade,…,Grade can be changed,…`, in whatever language."""
    _worksheet(cells)
    grade = _grade_column(cells, chosen)
    locks = _locks(cells, grade + 1)
    lines = [_participant(cells, row, grade, locks) for row in range(1, len(cells.rows))]
    if not any(line.maximum for line in lines):
        raise CourseError("behind the grades there is no maximum: what is graded by a scale takes no points",
                          file=cells.file)  # fmt: skip
    return Layout(grade, cells.header[grade], lines)


def participants(cells: Cells) -> list[Line]:
    """Everybody on a worksheet of Moodle, when it does not matter where the grades are."""
    _worksheet(cells)
    return [_participant(cells, row, len(cells.header), None) for row in range(1, len(cells.rows))]


def _worksheet(cells: Cells) -> None:
    rows = range(1, len(cells.rows))
    if len(cells.header) < 3 or not rows or not all(PARTICIPANT.fullmatch(cells.at(row, 0)) for row in rows):
        raise CourseError(
            "this is no grading worksheet of Moodle: its first column does not hold identifiers such as "
            "'Participant 657693'",
            file=cells.file,
        )


def _grade_column(cells: Cells, chosen: Chosen) -> int:
    """As asked; else by its name in some languages; else the one before the column with one maximum for all."""
    header, rows = cells.header, range(1, len(cells.rows))
    if chosen.asked:
        return pick(header, (), chosen.asked, cells.file, "column")
    named = [place for place, name in enumerate(header) if name.casefold() in GRADE]
    if len(named) == 1:
        return named[0]
    maxima = [
        place
        for place in range(2, len(header))
        if len(said := {cells.at(row, place) for row in rows}) == 1 and decimal(next(iter(said))) is not None
    ]
    if len(maxima) == 1 and maxima[0] > 2:
        return maxima[0] - 1
    raise CourseError(f"which column holds the grades? Name it with --column. Known are: {', '.join(header)}.",
                      file=cells.file)  # fmt: skip


def _locks(cells: Cells, after: int) -> int | None:
    """The column that says whether a grade can be changed: the first behind the maximum that is all yes and no."""
    for place in range(after + 1, len(cells.header)):
        said = {cells.at(row, place).casefold() for row in range(1, len(cells.rows))}
        if said & set(NO) and len(said) <= 2:
            return place
    return None


def _participant(cells: Cells, row: int, grade: int, locks: int | None) -> Line:
    number = PARTICIPANT.fullmatch(cells.at(row, 0))
    assert number is not None, "rows were looked at before"
    before = [cells.at(row, place) for place in range(2, grade)]
    mails = [(text, ("email",)) for text in before if EMAIL.fullmatch(text)]
    own = [(text, ("student", "sid", "login")) for text in before[:1]]
    locked = "Moodle says that this grade cannot be changed" if cells.at(row, locks).casefold() in NO else ""
    return Line(
        row=row,
        keys=[(number[1], ("participant",)), *own, *mails, (cells.at(row, 1), NAMES), (number[1], ("moodle_id",))],
        shown=f"{cells.at(row, 1)} ({cells.at(row, 0)})",
        maximum=decimal(cells.at(row, grade + 1)),
        locked=locked,
    )


def gradescope(cells: Cells, chosen: Chosen) -> Layout:
    """`First Name,Last Name,SID,Email,…`: of one assignment with `Total Score` and `Max Points`, of a whole course with
    a column for each and `… - Max Points` behind it.
    """
    header = cells.header
    lower = [name.casefold() for name in header]
    if not {"first name", "last name", "email"} <= set(lower):
        raise CourseError(
            "this is no table of scores from Gradescope: it has no columns First Name, Last Name and Email",
            file=cells.file,
        )
    if "total score" in lower and not chosen.asked:
        place, most = lower.index("total score"), "max points"
    else:
        scores = [name if f"{name} - max points" in lower else "" for name in lower]
        shown = [name if low else "" for name, low in zip(header, scores, strict=True)]
        place = pick(header if chosen.asked else shown, chosen.titles, chosen.asked, cells.file, "assignment")
        most = "max points" if lower[place] == "total score" else f"{lower[place]} - max points"
    maxima = lower.index(most) if most in lower else None
    columns = {name: lower.index(name) if name in lower else None for name in GRADESCOPE_IDS}
    lines = []
    for row in range(1, len(cells.rows)):
        said = {name: cells.at(row, column) for name, column in columns.items()}
        full = f"{said['first name']} {said['last name']}".strip()
        if not any(said.values()):
            continue
        keys = [(said["sid"], ("sid", "student", "login")), (said["email"], ("email",)), (full, NAMES)]
        lines.append(Line(row, keys, f"{full} ({said['email'] or said['sid']})", decimal(cells.at(row, maxima))))
    return Layout(place, header[place], lines)


READERS: Mapping[str, Callable[[Cells, Chosen], Layout]] = {
    "canvas": canvas,
    "moodle": moodle,
    "gradescope": gradescope,
}
"""By the system's name: what a file of it says where. CourseError: it is no such file, or the column is not there."""
