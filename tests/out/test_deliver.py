"""`grader deliver`, through the command line."""

from __future__ import annotations

import re
import shutil
import zipfile

from tests.course_folder import Folder

WORKSHEET = """\
Identifier,"Full name","Email address",Status,Note,"Note maximale","Dernière modification (note)"
"Participant 657","Ada Birk",ada@example.edu,-,,12.00,-
"Participant 658","Zoë / O'Hara_X",zoe@example.edu,-,,12.00,-
"""


def names(folder: Folder, path: str) -> list[str]:
    with zipfile.ZipFile(folder.root / "reports/hw/deliver" / path) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_print_is_one_file_by_section_in_which_everybody_begins_on_a_front_page(graded: Folder) -> None:
    done = graded.run("deliver", "hw", "--to", "print", "--what", "handouts")
    assert (done.code, done.out) == (0, "reports/hw/deliver/handouts-print.pdf: handouts of 4 students\n")
    data = (graded.root / "reports/hw/deliver/handouts-print.pdf").read_bytes()
    node = rb"/Type /Pages /Parent \d+ 0 R /MediaBox \[[^]]*\] /Kids \[[^]]*\] /Count (\d+)"
    counts = [int(count) for count in re.findall(node, data)]
    own = [(graded.root / f"issued/hw/handouts/s00{k}.pdf").read_bytes().count(b"/Type /Page ") for k in (2, 3, 1, 4)]
    assert counts == [pages + pages % 2 for pages in own]


def test_mail_is_a_guarded_table_with_the_files_beside_it(graded: Folder) -> None:
    done = graded.run("deliver", "hw", "--to", "mail")
    rows = graded.table("reports/hw/deliver/feedback-mail/mail.csv")
    assert [(row["email"], row["name"], row["subject"], row["file"]) for row in rows] == [
        ("zoe@example.edu", "Zoë O'Hara", "A test: your marks", "files/s002.pdf"),
        ("binh@example.edu", "Ngô, Bình", "A test: your marks", "files/s003.pdf"),
        ("ada@example.edu", "Ada Birk", "A test: your marks", "files/s001.pdf"),
    ]
    for row in rows:
        beside = graded.root / "reports/hw/deliver/feedback-mail" / row["file"]
        assert beside.read_bytes() == (graded.root / f"reports/hw/feedback/{row['student']}.pdf").read_bytes()
    assert done.code == 3
    assert "s004 =cmd|x: no graded sheet" in done.out


def test_nobody_is_mailed_to_an_address_that_is_none_or_is_shared(graded: Folder) -> None:
    rows = ("s001,A,one@example.edu", "s002,B,One@example.edu", "s003,C,x y@z", "s004,=1+1,d@example.edu")
    graded.write("assignments/roster.csv", "\n".join(["student,name,email", *rows]))
    done = graded.run("deliver", "hw", "--to", "mail", "--what", "handouts")
    [row] = graded.table("reports/hw/deliver/handouts-mail/mail.csv")
    assert (row["student"], row["name"], row["sheet"]) == ("s004", "'=1+1", "files/s004.csv")
    assert "s001 A: 'one@example.edu' is the address of 2 students: each would get the others' pages" in done.out
    assert "s003 C: 'x y@z' is no e-mail address" in done.out


def test_moodle_gets_folders_named_as_it_wants_them_back(graded: Folder) -> None:
    assert "--worksheet" in graded.run("deliver", "hw", "--to", "moodle").err
    graded.write("worksheet.csv", WORKSHEET)
    done = graded.run("deliver", "hw", "--to", "moodle", "--worksheet", "worksheet.csv")
    assert names(graded, "feedback-moodle.zip") == [
        "Zoë   O'Hara X_658_assignsubmission_file/hw-feedback.pdf",
        "Ada Birk_657_assignsubmission_file/hw-feedback.pdf",
    ]
    assert done.code == 3
    assert "s003 Ngô, Bình: stands in no worksheet" in done.out
    first = graded.snapshot("reports/hw/deliver")
    graded.run("deliver", "hw", "--to", "moodle", "--worksheet", "worksheet.csv")
    assert graded.snapshot("reports/hw/deliver") == first


def test_canvas_gets_files_named_as_the_submissions_that_it_handed_over(graded: Folder) -> None:
    """It passes over every name without the numbers of a user and of one of the user's uploads."""
    done = graded.run("deliver", "hw", "--to", "canvas")
    assert (done.code, "no sheet came from Canvas" in done.err) == (1, True)
    folder = graded.root / "submissions"
    for old, new in (("s001", "birkada_11_345_hw.csv"), ("s002", "oharazoë_LATE_12_346_my_answers-1.csv")):
        shutil.move(folder / f"{old}.csv", folder / new)
    graded.run("grade", "submissions")
    done = graded.run("deliver", "hw", "--to", "canvas")
    assert names(graded, "feedback-canvas.zip") == [
        "oharazoë_LATE_12_346_hw-feedback.pdf",
        "birkada_11_345_hw-feedback.pdf",
    ]
    assert "s003 Ngô, Bình: Canvas takes files back only beside a submission downloaded from it" in done.out
    shutil.move(folder / "s003.csv", folder / "LATE_anon_a1B2c_347_hw_4.csv")  # graded there without names
    graded.run("grade", "submissions")
    graded.run("deliver", "hw", "--to", "canvas")
    assert names(graded, "feedback-canvas.zip")[1] == "LATE_anon_a1B2c_347_hw-feedback.pdf"
