"""`grader export`, through the command line."""

from __future__ import annotations

from tests.course_folder import Folder

from grader.jobs.export import two_decimals

CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,A test (23),Other (24),Final Score\r
    Points Possible,,,,,{most},10.00,(read only)\r
"Birk, Ada",11,s001,ada,B,,7.50,75.00\r
"O'Hara, Zoë",12,s002,zoe,A,,,\r
"Ngô, Bình",13,s003,binh,A,EX,,\r
"=cmd|x",14,s004,x,B,,,\r
"Gone, Girl",15,s999,g,B,3.00,,\r
"Student, Test",99,,zz,B,,,\r
"""


def template(folder: Folder, most: str = "12.00") -> str:
    folder.write("canvas.csv", b"\xef\xbb\xbf" + CANVAS.format(most=most).encode())
    return "canvas.csv"


def exported(folder: Folder, name: str = "canvas.csv") -> str:
    return (folder.root / "reports/hw/export" / name).read_bytes().decode()


def test_scores_go_into_their_column_and_every_other_byte_stays(graded: Folder) -> None:
    done = graded.run("export", "hw", "--to", "canvas", "--template", template(graded))
    before = (graded.root / "canvas.csv").read_bytes().decode()
    assert exported(graded) == before.replace("ada,B,,", "ada,B,5.00,")
    assert done.code == 3
    assert "    1  scores" in done.out
    assert "    1  waiting for a person, left as they are" in done.out
    assert "    1  excused there, left as they are" in done.out
    assert "    1  missing, left as they are" in done.out
    assert "canvas.csv, line 7: Gone, Girl (15): nobody here is known by this row's ids or name" in done.out


def test_who_is_not_assigned_there_gets_no_score(graded: Folder) -> None:
    """Canvas exports N/A for students whom it does not ask for the assignment."""
    name = template(graded)
    graded.write(name, (graded.root / name).read_bytes().replace(b"ada,B,,", b"ada,B,N/A,"))
    done = graded.run("export", "hw", "--to", "canvas", "--template", name)
    assert "ada,B,N/A," in exported(graded)
    assert "    1  not assigned there, left as they are" in done.out


def test_pending_and_missing_go_out_only_as_it_is_said(graded: Folder) -> None:
    name = template(graded)
    done = graded.run("export", "hw", "--to", "canvas", "--template", name, "--pending", "current", "--missing", "zero")
    assert "zoe,A,4.17," in exported(graded)
    assert '"=cmd|x",14,s004,x,B,0.00,' in exported(graded)
    assert "    1  waiting for a person, points so far" in done.out
    assert "    1  missing, as zero" in done.out


def test_other_maxima_are_refused_or_scaled(graded: Folder) -> None:
    """German Canvas: decimal commas in the template are decimal commas in what comes out."""
    name = template(graded, '"24,00"')
    text = (graded.root / name).read_text(encoding="utf-8").replace("7.50", '"7,50"').replace("75.00", '"75,00"')
    graded.write(name, text.replace("10.00", '"10,00"').replace("3.00", '"3,00"'))
    done = graded.run("export", "hw", "--to", "canvas", "--template", name)
    assert done.code == 1
    assert "'A test (23)' has 24 points there and 12 here" in done.err
    assert not (graded.root / "reports/hw/export").exists()
    graded.run("export", "hw", "--to", "canvas", "--template", name, "--scale")
    assert 'ada,B,"10,00","7,50"' in exported(graded)


def test_two_sections_with_files_of_one_name_are_two_files(graded: Folder) -> None:
    head = "First Name,Last Name,SID,Email,Total Score,Max Points,Status\n"
    graded.write("a/g.csv", f"{head}Zoë,O'Hara,,zoe@example.edu,,12.0,Ungraded\n")
    graded.write("b/g.csv", f"{head}Ada,Birk,s001,ada@example.edu,,12.0,Ungraded\n")
    done = graded.run("export", "hw", "--to", "gradescope", "--template", "a/g.csv", "--template", "b/g.csv")
    assert exported(graded, "g.csv") == (graded.root / "a/g.csv").read_text()
    assert exported(graded, "g-2.csv").endswith("Ada,Birk,s001,ada@example.edu,5.00,12.0,Ungraded\n")
    assert "s004 =cmd|x: stands in none of these files" in done.out


def test_a_template_is_never_overwritten(graded: Folder) -> None:
    graded.run("export", "hw", "--to", "canvas", "--template", template(graded))
    before = graded.snapshot("reports/hw/export")
    done = graded.run("export", "hw", "--to", "canvas", "--template", "reports/hw/export/canvas.csv")
    assert done.code == 1
    assert "this is a file that an export wrote" in done.err
    assert graded.snapshot("reports/hw/export") == before


def test_points_have_two_decimals_and_no_thousands_marks() -> None:
    """Canvas reads 1,234 as 1.234, and compares at two decimals."""
    assert [two_decimals(points) for points in (1234.005, 2 / 3, 0, 1e-9)] == ["1234.01", "0.67", "0.00", "0.00"]
