"""What students and files call themselves goes out as text: no formula, no mark-up, no order to a terminal."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from tests.course_folder import ASSIGNMENT, LSTM, Folder, course
from tests.sheets.test_fuzz import QUESTIONS

from grader.cli import main
from grader.jobs.tables import Table, guarded, unguarded, visible
from grader.sheets import read_sheet
from grader.sheets.writing import yaml_sheet

ORDER = "\x1b[31m\x9b2J\x07"
CONTROLS = re.compile(r"[\0-\x08\x0b-\x1f\x7f-\x9f]")
ROSTER = f"""\
student,name,email,section
s001,"=HYPERLINK(""http://x"")",a@example.edu,=1+1
s002,{ORDER} </td><script>alert(1)</script>,b@example.edu,@SUM(A1)
s003," ＝1",c@example.edu,-2+3
"""
ANSWERS = {
    "f_1": "\"=cmd|' /C calc'!A0\"",
    "i_1": "@x",
    "g_1": '" +1+1"',
    "o_1": "－x",
    "c_1": '"\t=1"',
    "h_1": "-0.536",
}
FORMULA = re.compile(r"\s*[=+\-@＝＋－＠].*", re.DOTALL)
NUMBER = re.compile(r"[+-]?[0-9]*[.,]?[0-9]+(e[+-]?[0-9]+)?", re.IGNORECASE)


def dangerous(cell: str) -> bool:
    """Would a spreadsheet compute it?"""
    return bool(FORMULA.fullmatch(cell)) and not NUMBER.fullmatch(cell)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, color=True)  # as on a terminal


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    folder = course(tmp_path, ASSIGNMENT)
    folder.write("assignments/roster.csv", ROSTER)
    monkeypatch.chdir(tmp_path)
    assert run("generate", "--seed", "1").exit_code == 0
    for student in ("s001", "s002"):
        folder.sheet(student, {"lstm": {**LSTM, **ANSWERS}, f"=q{ORDER}": {"a": "1"}})
    folder.write(f"submissions/={ORDER}.csv", f"question,part,answer\nassignment,,{ORDER},\n")
    folder.write(f"submissions/@{ORDER}.zip", "PK")
    return folder


@pytest.mark.case(129)
def test_no_csv_file_of_ours_holds_a_formula(folder: Folder) -> None:
    for arguments in (
        "grade submissions",
        "review hw --all",
        "compare hw",
        "deliver hw --to mail",
        "regrade hw --csv c.csv",
    ):
        assert run(*arguments.split()).exit_code in (0, 3)
    files = [*(folder.root / "reports").rglob("*.csv"), folder.root / "c.csv"]
    assert len(files) == 8
    texts = (io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="") for path in files)
    cells = [cell for text in texts for row in csv.reader(text) for cell in row]
    assert [cell for cell in cells if dangerous(cell)] == []
    assert {"-0.536", "'=cmd|' /C calc'!A0", "'@x", "'+1+1", "'－x"} <= set(cells)


@pytest.mark.case(129)
@given(st.text(st.sampled_from("=+-@＝＋－＠ \t\r\0'a1.,e\n\""), max_size=8))
def test_a_cell_is_never_a_formula_and_a_number_never_touched(text: str) -> None:
    out = io.StringIO(newline="")
    Table(out, ["head"]).add([text])
    (row,) = list(csv.reader(io.StringIO(out.getvalue(), newline="")))[1:] or [[""]]
    (cell,) = row or [""]
    assert not dangerous(cell)
    assert not cell.startswith(("\t", "\r", "\0"))
    shown = visible(text)
    assert cell in (shown, f"'{shown}")
    assert cell == shown or not NUMBER.fullmatch(text)
    assert unguarded(guarded(text)) == shown or text.startswith("'")


def commands() -> Iterator[tuple[str, ...]]:
    yield from (("grade", "submissions"), ("report",), ("explain", "hw", "s002", "lstm.f_1"), ("history", "s002"))
    yield from (("review", "hw"), ("compare", "hw"), ("regrade", "hw"), ("forget", "s002", "--yes"))
    yield from (("grade", ORDER), ("report", ORDER), ("explain", "hw", ORDER, "lstm.f_1"), ("history", ORDER))
    yield from (("review", "hw", "--apply", ORDER), ("check", ORDER), ("solve", ORDER), ("forget", ORDER))
    yield from (("deliver", "hw", "--to", "mail"), ("export", "hw", "--to", "canvas", "--template", ORDER))
    yield from (("generate", "--roster", ORDER), ("grade", "submissions", "--assignment", ORDER), ("init", ORDER))


@pytest.mark.case(135)
@pytest.mark.usefixtures("folder")
def test_nothing_that_is_printed_gives_a_terminal_orders() -> None:
    printed = {arguments: run(*arguments).output for arguments in commands()}
    assert {arguments: text for arguments, text in printed.items() if CONTROLS.search(text)} == {}
    assert "�[31m�2J�" in printed["grade", "submissions"]
    assert "�[31m�2J�: there is no such file or folder" in printed["grade", ORDER]


@pytest.mark.case(134)
def test_no_page_holds_mark_up_of_a_student(folder: Folder) -> None:
    run("grade", "submissions")
    pages = [*(folder.root / "reports").rglob("*.html"), *(folder.root / "issued").rglob("*.html")]
    assert len(pages) == 6
    assert not [page for page in pages if "<script>alert" in page.read_text(encoding="utf-8")]
    shown = (folder.root / "reports/hw/feedback/s002.html").read_text(encoding="utf-8")
    assert "&lt;/td&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in shown


@pytest.mark.case(139)
def test_no_report_and_nothing_printed_has_an_address(folder: Folder) -> None:
    printed = [
        run(*arguments).output for arguments in (("grade", "submissions"), ("review", "hw"), ("history", "s001"))
    ]
    written = [path for path in (folder.root / "reports").rglob("*") if path.is_file() and path.suffix != ".pdf"]
    assert len(written) == 8
    assert not [path for path in written if b"example.edu" in path.read_bytes()]
    assert not [text for text in printed if "example.edu" in text]


@pytest.mark.case(138)
@pytest.mark.parametrize("student", ["007", "1e5", "no", "null", "~", "0x1F", "a: b", "#x", "'", '"', "\\", "- x", "é"])
def test_ids_in_the_yaml_that_we_write_stay_texts(student: str) -> None:
    data = yaml_sheet("on", student, "1_0", QUESTIONS)
    sheet = read_sheet(data, "sheet.yaml")
    assert (sheet.assignment, sheet.student, sheet.instance) == ("on", student, "1_0")
    assert yaml.safe_load(data)["student"] == student
