"""Sheets as people and their programs leave them, from the file to what became of it: marked, noted, for a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from tests.intake.hand_in import Handed

from grader.course import Course

case = pytest.mark.case


class Became(NamedTuple):
    """What became of a sheet: its answer's verdict (or `refused`), the sentence about it, the line; notes on it."""

    verdict: str
    sentence: str = ""
    line: int | None = 5
    notes: tuple[str, ...] = ()


def rows(answer: str, header: str = "question,part,answer,meaning\n", end: str = "\n") -> str:
    text = f"{header}assignment,,hw,\nstudent,,ID,\ninstance,,,\ntconv,size_1,{answer},the size\n"
    return text.replace("\n", end)


def yaml(answer: str) -> str:
    return f"assignment: hw\nstudent: ID\nanswers:\n  tconv:\n    size_1: {answer}\n"


RIGHT, BLANK = Became("right"), Became("blank", line=None)
AS_WINDOWS = "The file is not UTF-8 and was read as Windows-1252: accented letters may be wrong, numbers are not."
FIRST_ROW = "The first line, which names the columns, is missing: they were taken in the usual order."
NAMES = "there is no column named question or part or answer"


def noted(sentence: str) -> Became:
    return Became("right", sentence)


def unread(sentence: str, line: int = 5) -> Became:
    return Became("unreadable", sentence, line)


def refused(sentence: str, line: int | None = 5) -> Became:
    return Became("refused", sentence, line)


CSV = [
    pytest.param(rows("9").encode("utf-8-sig"), RIGHT, marks=case(1)),
    pytest.param(rows("\ufeff9"), RIGHT, marks=case(1)),
    pytest.param(rows("9").replace(",", "\t").encode("utf-16"), RIGHT, marks=case(2)),
    pytest.param(rows("9").encode("utf-16-le"), Became("right", notes=("The file was read as UTF-16-LE.",)),
                 marks=case(3)),
    pytest.param(rows("9").encode("utf-32"), RIGHT, marks=case(4)),
    pytest.param(rows("9").replace("the size", "größer ½").encode("cp1252"), Became("right", notes=(AS_WINDOWS,)),
                 marks=case(5)),
    pytest.param(rows("9").replace("the size", "大小").encode("gb18030"), Became("right", notes=(AS_WINDOWS,)),
                 marks=case(6)),
    pytest.param(rows("9\0"), Became("unreadable", "'9�' has something after the number: write the number alone, "
                 "without a unit", notes=("There are NUL characters, the first in line 5, which text never holds.",)),
                 marks=case(7)),
    pytest.param(rows("9", end="\r"), RIGHT, marks=case(8)),
    pytest.param(rows("9").replace("\ninst", "\r\ninst").replace("\ntconv", "\rtconv"), RIGHT, marks=case(8)),
    pytest.param(rows("9\u2028"), RIGHT, marks=case(9)),
    pytest.param(rows("8\x0c9"), unread("'8 9' is more than one number: write one, with no spaces in it"),
                 marks=case(9)),
    pytest.param(rows("\u200b9\u202f"), RIGHT, marks=case(10)),
    pytest.param(rows("9").replace("size\n", "∂E/∂W\n").encode().replace(b"9", b"9\xff"),
                 refused("byte 87 of the file is not text in UTF-8"), marks=case(11)),
    pytest.param("", refused("the file is empty", None), marks=case(12)),
    pytest.param(" \r\n", refused("the file is empty", None), marks=case(12)),
    pytest.param(rows("9,0").replace(",", ";").replace("9;0", "9,0"), RIGHT, marks=case(13, 60)),
    pytest.param(rows("9").replace(",", "\t"), RIGHT, marks=case(14)),
    pytest.param("sep=;\n" + rows("9").replace(",", ";"), RIGHT._replace(line=6), marks=case(15)),
    pytest.param(rows('"\n9"'), RIGHT, marks=case(16)),
    pytest.param(rows('"9'), refused("a quote opens in this row and never closes"), marks=case(17)),
    pytest.param(rows("1" * 200_000), refused("a field of this row is too long"), marks=case(18)),
    pytest.param(rows("=18/2"), RIGHT, marks=case(19)),
    pytest.param(rows('"=""9"""'), RIGHT, marks=case(19)),
    pytest.param(rows("=SUM(A1:A3)"), unread("'=SUM(A1:A3)' is not a number: write it like 0.852, -3e-5 or 1/3"),
                 marks=case(19)),
    pytest.param(rows("'9"), RIGHT, marks=case(20)),
    *(pytest.param(rows(text), unread(f"'{text}' is a date, which spreadsheets make of fractions: write it as a "
                                      "decimal, like 0.5"), marks=case(21)) for text in ("1-Feb", "02/01/2026")),
    pytest.param(rows("9").replace("\n", ",,,\n") + ",,,,\n,,\n", RIGHT, marks=case(22)),
    pytest.param(rows("9", "\ufeff Question , PART,Answer\n"), RIGHT, marks=case(23)),
    pytest.param(rows("9", "question,part,anwser\n"), refused("there is no column named answer", 1), marks=case(23)),
    pytest.param("meaning,answer,part,question\n,hw,,assignment\n,ID,,student\n,9,size_1,tconv\n",
                 RIGHT._replace(line=4), marks=case(24)),
    pytest.param(rows("9", ""), RIGHT._replace(line=4, notes=(FIRST_ROW,)), marks=case(25)),
    pytest.param("tconv,size_1,9\n", refused(NAMES, 1), marks=case(25)),
    pytest.param(rows("9", "question,part,answer,answer\n"), refused("there are 2 columns named answer", 1),
                 marks=case(26)),
    pytest.param(rows("9") + "tconv,size_1,9,\n", RIGHT._replace(
                 notes=("size_1 is answered twice, in lines 5 and 6, with the same text.",)), marks=case(27)),
    pytest.param(rows("9") + "tconv,size_1,8,\n", unread("answered twice, in lines 5 and 6: 9 and 8"), marks=case(27)),
    pytest.param(rows("9") + "tcnv,size_1,8,\n", RIGHT._replace(
                 notes=("'tcnv' is not a question here. Did you mean 'tconv'?",)), marks=case(28)),
    pytest.param(rows(""), BLANK, marks=case(29)),
    pytest.param(rows("9").partition("tconv")[0], BLANK, marks=case(29)),
    pytest.param(rows("9,0"), unread("the comma in 9,0 split this row: write 9.0, or put quotes around it"),
                 marks=case(30)),
    pytest.param("| question | part | answer |\n|---|---|---|\n| tconv | size_1 | 9 |\n", refused(NAMES, 1),
                 marks=case(31)),
    pytest.param("answer\n9\n", refused("there is no column named question or part", 1), marks=case(32)),
    pytest.param(rows("9") + "tconv,size_1,9,\n" * 20_001, refused("there are more than 20000 rows", None),
                 marks=case(33)),
]  # fmt: skip
YAML = [
    *(pytest.param(yaml(text), unread(f"'{text}' is a word of logic: a number is asked for"), marks=case(34))
      for text in ("no", "yes")),
    pytest.param(yaml("on"), unread("'on' has no digits: write a number, or leave the answer empty"), marks=case(34)),
    pytest.param(yaml("009"), RIGHT, marks=case(35)),
    *(pytest.param(yaml(text), unread(f"'{text}' reads as a time of day: write one decimal number, like 0.5"),
                   marks=case(36)) for text in ("1:30", "12:30:45")),
    *(pytest.param(yaml(text), RIGHT, marks=case(37)) for text in ("9e0", "0.9e1", "90e-1", "9.0e0")),
    pytest.param(yaml("1_000"), unread("'1_000' has underscores: write the digits with nothing between them"),
                 marks=case(38)),
    *(pytest.param(yaml(text), unread(f"'{text}' is not written in base ten: write it with the digits 0 to 9"),
                   marks=case(39)) for text in ("0x9", "0b1001")),
    pytest.param(yaml("2024-01-02"), unread("'2024-01-02' is a date, which spreadsheets make of fractions: write it "
                                            "as a decimal, like 0.5"), marks=case(40)),
    *(pytest.param(yaml(text), unread(f"'{text}' is not a finite number: check the step before it, and write the "
                                      "number that comes out"), marks=case(41)) for text in (".nan", ".inf")),
    pytest.param(yaml("1.0e+400"), unread("'1.0e+400' is too large: the largest number a computer's double holds is "
                                          "about 1.8e308"), marks=case(41)),
    *(pytest.param(yaml(text), BLANK, marks=case(42)) for text in ("", "~", "null")),
    pytest.param(yaml("9") + "    size_1: 8\n", refused("'size_1' stands in line 5 and again in line 6", 6),
                 marks=case(43)),
    pytest.param(yaml("!!python/object/apply:os.getcwd []"),
                 refused("tags (tag:yaml.org,2002:python/object/apply:os) are not allowed"), marks=case(44)),
    pytest.param(yaml("!!binary OQ=="), refused("tags (tag:yaml.org,2002:binary) are not allowed"), marks=case(45)),
    pytest.param(yaml("!foo 9"), refused("tags (!foo) are not allowed"), marks=case(45)),
    pytest.param(yaml("&a [9]\n    b: [*a, *a]"), refused("anchors and aliases (& and *) are not allowed"),
                 marks=case(46)),
    pytest.param(yaml("{<<: {a: 9}}"), refused("merge keys (<<) are not allowed"), marks=case(47)),
    pytest.param(yaml("[" * 30_000), refused("brackets or indents are nested more than 20 deep"), marks=case(48)),
    pytest.param(yaml("9").replace("    size", "\tsize"), refused("there is a tab in this line"), marks=case(49)),
    pytest.param(yaml("9") + "---\nassignment: hw\n", refused("a second document begins (---)", 6), marks=case(50)),
    *(pytest.param(text, refused("the file does not hold names with answers", 1), marks=case(51))
      for text in ("- 9\n", "9\n", "hello\n")),
    pytest.param(yaml("9") + "    1: 5\n", RIGHT._replace(
                 notes=("'1' is not a part of tconv. Known are: size_1.",)), marks=case(52)),
    pytest.param(yaml("9") + "    ? [1]\n    : 5\n", refused("a name is a list or a mapping", 6), marks=case(52)),
    pytest.param(yaml("9").replace("size_1: ", "size_1:"),
                 unread("there is no space after the colon: write size_1: 9"), marks=case(53)),
    *(pytest.param(yaml(f"{sign}9"), refused(f"the value of 'size_1' begins with {sign}, a sign that YAML keeps for "
                                             "itself"), marks=case(54)) for sign in "@%*`"),
    pytest.param(yaml("="), unread("'=' has no digits: write a number, or leave the answer empty"), marks=case(55)),
    pytest.param(yaml("1" * 5000), unread(f"'{'1' * 40}…' has more than 64 characters: write the number alone"),
                 marks=case(56)),
    pytest.param("# only\n", refused("the file does not hold names with answers", None), marks=case(57)),
    pytest.param(yaml("9: 8"), refused("the value of 'size_1' has a colon in it, which YAML takes for the end of a "
                                       "name"), marks=case(58)),
    pytest.param('{"assignment": "hw", "student": "ID", "answers": {"tconv": {"size_1": 9}}}', RIGHT._replace(line=1),
                 marks=case(59)),
    pytest.param('student = "ID"\n[answers]\nsize_1 = 9\n', refused("the file does not hold names with answers", 1),
                 marks=case(59)),
]  # fmt: skip
NUMBERS = [
    pytest.param("1,234", unread("'1,234' could be 1.234 or 1234: write it with a point, or without a comma"),
                 marks=case(61)),
    pytest.param("50%", unread("'50%' has a percent sign: write the number itself, 0.5 for 50 %"), marks=case(66)),
    pytest.param("18/2", RIGHT, marks=case(67)),
    pytest.param("1/0", unread("'1/0' divides by zero: check the step before it"), marks=case(67)),
    pytest.param("~9", noted("read without the sign for 'about'"), marks=case(68)),
    pytest.param("9 ± 1", noted("read without the uncertainty after ±"), marks=case(69)),
    pytest.param("0.9×10^1", RIGHT, marks=case(70)),
    pytest.param("1e-400", Became("wrong", "smaller than a double can hold, read as 0"), marks=case(72)),
    pytest.param("NaN", unread("'NaN' is not a finite number: check the step before it, and write the number that "
                               "comes out"), marks=case(73)),
    pytest.param("９", RIGHT, marks=case(74)),
    pytest.param("٩", RIGHT, marks=case(74)),
    pytest.param("9m", unread("'9m' has something after the number: write the number alone, without a unit"),
                 marks=case(78)),
    pytest.param("(9)", unread("'(9)' stands in parentheses: write the number alone, with - in front of it if it is "
                               "negative"), marks=case(79)),
]  # fmt: skip
FILES = [
    *(("csv", row) for row in CSV),
    *(("yaml", row) for row in YAML),
    *(("csv", pytest.param(rows(f'"{row.values[0]}"'), row.values[1], marks=row.marks)) for row in NUMBERS),
]


@pytest.fixture(scope="module")
def became(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Became]:
    """All of them handed in at once, each by a student of its own: none may stand in another's way."""
    students = [f"s{nth:03d}" for nth in range(len(FILES))]
    course = Handed(tmp_path_factory.mktemp("messy"), "student\n" + "\n".join(students) + "\n")
    for student, (ending, row) in zip(students, FILES, strict=True):
        content = row.values[0]
        content = content.encode() if isinstance(content, str) else content
        assert isinstance(content, bytes)
        for encoding in ("utf-8", "utf-16-le", "utf-32-le"):
            content = content.replace("ID".encode(encoding), student.encode(encoding))
        course.write(f"submissions/{student}.{ending}", content)
    return dict(outcomes(course))


def outcomes(course: Handed) -> Iterator[tuple[str, Became]]:
    for entry in course.grade().entries:
        if entry.fate == "attention":
            yield entry.student, Became("refused", entry.message, entry.line)
        assert entry.advice or entry.fate == "graded"
    gradebook = Course(course.root).gradebook()
    for student, (marking, *_) in gradebook.markings("hw").items():
        (mark,) = gradebook.marks(marking.id)
        yield student, Became(mark[7], mark[11], mark[12], tuple(message for message, _, _ in marking.notes))
        assert all(advice for _, _, advice in marking.notes)
    gradebook.close()


@pytest.mark.parametrize(
    ("student", "expected"),
    [pytest.param(f"s{nth:03d}", row.values[1], marks=row.marks) for nth, (_, row) in enumerate(FILES)],
)
def test_what_becomes_of_a_sheet(became: dict[str, Became], student: str, expected: Became) -> None:
    assert became[student] == expected
