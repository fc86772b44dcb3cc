"""The answer sheet as CSV: question,part,answer,meaning, as spreadsheets and hurried people save it."""

from __future__ import annotations

import csv
import io
from collections import Counter

from grader.answers import Entry, Problem, Sheet
from grader.errors import SheetProblem, did_you_mean
from grader.sheets import limits
from grader.sheets.csv_rows import Columns, mended, rest
from grader.sheets.encoding import decoded

REQUIRED = ("question", "part", "answer")
KNOWN = (*REQUIRED, "meaning")
IDENTITY = ("assignment", "student", "instance")
ALIASES = {
    **dict.fromkeys(("questions", "question id", "exercise", "problem"), "question"),
    **dict.fromkeys(("parts", "part id", "symbol", "cell"), "part"),
    **dict.fromkeys(("answers", "your answer", "my answer", "value", "result", "response"), "answer"),
    **dict.fromkeys(("meanings", "description"), "meaning"),
}
"""What people call the columns, where a column is not there under its own name."""
_EXAMPLE = "The first line of an answer sheet reads: question,part,answer,meaning"


def read_csv(data: bytes) -> Sheet:
    """Whose sheet it is and what was entered; SheetProblem where the file cannot be read as a whole."""
    text, problems = decoded(data)
    lines = io.StringIO(text, newline="")
    columns, header_line = _header(lines, problems)
    identity: dict[str, str] = {}
    entries = _entries(lines, columns, header_line, identity, problems)
    assignment, student, instance = (identity.get(key, "") for key in IDENTITY)
    return Sheet(assignment, student, instance, entries, problems, decimal_comma=columns.delimiter == ";")


def whose_csv(data: bytes) -> Sheet:
    """The same without the answers, several times faster."""
    text, problems = decoded(data)
    lines = io.StringIO(text, newline="")
    columns, _ = _header(lines, problems)
    try:
        identity = _whose(lines, columns)
    except csv.Error:
        identity = None
    if identity is None:
        return read_csv(data)
    assignment, student, instance = (identity.get(key, "") for key in IDENTITY)
    return Sheet(assignment, student, instance)


def _whose(lines: io.StringIO, columns: Columns) -> dict[str, str] | None:
    """What the rows say of whose it is; None where one is odd, so that it takes reading all of them to tell."""
    reader = csv.reader(lines, delimiter=columns.delimiter, skipinitialspace=True, strict=True)
    q, p, a, width, beside = columns.question, columns.part, columns.answer, columns.width, columns.beside
    identity: dict[str, str] = {}
    for row in reader:
        if not any(row) or (len(row) == width and row[p].strip()):
            continue
        key = row[q].strip().casefold() if len(row) == width else ""
        if key not in IDENTITY or key in identity or (beside and row[beside].isdecimal()):
            return None
        if row[a].strip():
            identity[key] = row[a].strip()
    return identity if reader.line_num <= limits.ROWS else None


def _header(lines: io.StringIO, problems: list[Problem]) -> tuple[Columns, int]:
    """The columns, by the first line that is not blank, a comment or `sep=`; and the line before their rows.

    Where the first row of the sheet handed out comes without its header, the columns are in its order.
    """
    delimiters = [",", ";", "\t"]
    start = 0
    for number, line in enumerate(lines, start=1):
        bare = line.strip(" ,;\t\r\n")
        if bare.lower().startswith("sep="):
            delimiters.insert(0, line.strip("\r\n")[len("sep=") :][:1] or ",")
        elif bare and not bare.startswith("#"):
            if delimiter := next((d for d in delimiters if _first_row(line, d)), ""):
                lines.seek(start)
                message = "The first line, which names the columns, is missing: they were taken in the usual order."
                problems.append(Problem(message, number, "See that every answer stands where it belongs."))
                return Columns(0, 1, 2, len(KNOWN), delimiter, KNOWN.index("meaning")), number - 1
            return _columns(line, delimiters, number), number
        start = lines.tell()
    raise SheetProblem("the file has no rows", advice=_EXAMPLE)


def _columns(line: str, delimiters: list[str], number: int) -> Columns:
    best: tuple[str, list[str]] = ("", [])
    for delimiter in delimiters:
        try:
            row = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True, strict=True))
        except (csv.Error, TypeError, ValueError):
            continue  # a quote that is never closed, or a delimiter that csv does not know: not this one
        names = _named(row)
        if not best[1] or _matches(names) > _matches(best[1]):
            best = delimiter, names
        if _matches(names) == len(KNOWN):
            break
    delimiter, names = best
    _check(names, number)
    question, part, answer = map(names.index, REQUIRED)
    last = answer < len(names) - 1 and names[-1] == "meaning"
    return Columns(question, part, answer, len(names), delimiter, len(names) - 1 if last else 0)


def _first_row(line: str, delimiter: str) -> bool:
    """Is it `assignment,,hw4,`?"""
    key, *others = line.casefold().split(delimiter)
    return key.strip() in IDENTITY and len(others) >= 2 and not others[0].strip() and bool(others[1].strip())


def _named(row: list[str]) -> list[str]:
    """The names of the columns in small letters, each by its own name if people call it otherwise."""
    names = [" ".join(name.strip("\ufeff").casefold().replace("_", " ").split()).rstrip(":") for name in row]
    own = [ALIASES.get(name, name) for name in names]
    counted = Counter(own)
    return [name if counted[new] > 1 else new for name, new in zip(names, own, strict=True)]


def _matches(names: list[str]) -> int:
    return sum(name in names for name in KNOWN)


def _check(names: list[str], line: int) -> None:
    for name in KNOWN:
        if names.count(name) > 1:
            raise SheetProblem(f"there are {names.count(name)} columns named {name}", line=line, advice=_EXAMPLE)
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        strange = [name[:40] for name in names if name and name not in KNOWN]
        hint = f"'{strange[0]}' is not a column. {did_you_mean(strange[0], missing)} " if strange else ""
        raise SheetProblem(f"there is no column named {' or '.join(missing)}", line=line, advice=hint + _EXAMPLE)


def _entries(
    lines: io.StringIO,
    columns: Columns,
    header_line: int,
    identity: dict[str, str],
    problems: list[Problem],
) -> list[Entry]:
    reader = csv.reader(lines, delimiter=columns.delimiter, skipinitialspace=True, strict=True)
    entries: list[Entry] = []
    line = header_line + 1
    q, p, a, width, beside = columns.question, columns.part, columns.answer, columns.width, columns.beside
    try:
        for row in reader:
            if len(row) == width and not (beside and row[beside].isdecimal()):
                question, part, answer, problem = row[q].strip(), row[p].strip(), row[a].strip(), ""
                behind = rest(row, columns) if answer else ""
            else:
                question, part, answer, problem, behind = mended(row, columns)
            if answer and not row[0].startswith("#"):
                if not part and question.casefold() in IDENTITY:
                    _identify(identity, question.casefold(), answer, line, problems)
                else:
                    entries.append(_entry(question, part, answer, line, problem, behind))
            line = header_line + reader.line_num + 1
            if len(entries) > limits.ROWS:
                raise SheetProblem(f"there are more than {limits.ROWS} rows", advice="Hand in the answer sheet alone.")
    except csv.Error as error:
        raise _broken_row(error, line) from None
    return entries


def _entry(question: str, part: str, answer: str, line: int, problem: str, behind: str) -> Entry:
    if len(answer) > limits.CELL_CHARACTERS:
        problem = f"the answer has more than {limits.CELL_CHARACTERS} characters: a quote in it may never be closed"
    return Entry(question, part, answer, line, problem, behind)


def _identify(identity: dict[str, str], key: str, value: str, line: int, problems: list[Problem]) -> None:
    if identity.setdefault(key, value) != value:
        message = f"The sheet names the {key} twice, {identity[key]} and {value}; the first was kept."
        problems.append(Problem(message, line, f"Leave only one row for the {key}."))


def _broken_row(error: csv.Error, line: int) -> SheetProblem:
    if "end of data" in str(error):
        return SheetProblem(
            "a quote opens in this row and never closes", line=line, advice='Close it with ", or remove it.'
        )
    if "field limit" in str(error):
        return SheetProblem("a field of this row is too long", line=line, advice="A quote in it may never be closed.")
    return SheetProblem(
        "the quotes in this row do not close where they should",
        line=line,
        advice='Put " at both ends of a field, with nothing between them and the separators.',
    )
