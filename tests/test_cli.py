"""The whole program, through the command line, in a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.course_folder import ASSIGNMENT, LSTM, Folder, course
from tests.intake.hand_in import packed


@pytest.fixture
def hw(tmp_path: Path) -> Folder:
    return course(tmp_path)


@pytest.fixture
def issued(hw: Folder) -> Folder:
    assert hw.run("generate", "--seed", "42").code == 0
    return hw


class TestGenerate:
    def test_leaves_the_files_that_the_design_names(self, issued: Folder) -> None:
        names = set(issued.snapshot("issued"))
        assert {"issued/hw/handouts/s001.pdf", "issued/hw/handouts/s001.html", "issued/hw/sheets/s001.csv"} <= names
        assert {"issued/hw/handouts.pdf", "issued/hw/key.pdf"} <= names

    def test_again_with_the_same_seed_changes_nothing(self, issued: Folder) -> None:
        before = issued.snapshot("issued")
        assert issued.run("generate", "--seed", "42").code == 0
        assert issued.run("generate").code == 0
        assert issued.snapshot("issued") == before

    def test_is_the_same_to_the_byte_from_scratch_under_another_hash_seed(self, issued: Folder, tmp_path: Path) -> None:
        other = course(tmp_path / "other")
        other.run("generate", "--seed", "42", PYTHONHASHSEED="7")
        assert other.snapshot("issued") == issued.snapshot("issued")

    def test_adding_a_student_changes_nobody_elses_files(self, issued: Folder) -> None:
        own = "issued/hw/handouts", "issued/hw/sheets"
        before = issued.snapshot(*own)
        issued.write(
            "assignments/roster.csv",
            "student,name\ns000,New\ns001,Name of s001\ns002,Name of s002\ns003,Name of s003\n",
        )
        assert "1 new papers, 3 handed out before" in issued.run("generate", "--seed", "42").out
        after = issued.snapshot(*own)
        assert {name: after[name] for name in before} == before
        assert "issued/hw/sheets/s000.csv" in after

    def test_refuses_another_seed_and_says_what_differs(self, issued: Folder) -> None:
        before = issued.snapshot("issued")
        done = issued.run("generate", "--seed", "43")
        assert done.code == 1
        assert "the seed" in done.err
        assert "--reissue" in done.err
        assert issued.snapshot("issued") == before

    def test_reissue_with_new_points_keeps_the_numbers(self, issued: Folder) -> None:
        before = issued.snapshot("issued/hw/sheets")
        issued.write("rubrics/hw.yaml", "questions: {tconv: {points: 3}}\n")
        assert "points, tolerances or credit" in issued.run("generate", "--seed", "42").err
        assert issued.run("generate", "--seed", "42", "--reissue").code == 0
        assert issued.snapshot("issued/hw/sheets") == before

    def test_two_seeds_share_no_paper(self, tmp_path: Path) -> None:
        sheets = []
        for seed in ("42", "43"):
            folder = course(tmp_path / seed)
            folder.run("generate", "--seed", seed)
            sheets.append(folder.snapshot("issued/hw/sheets"))
        assert not set(sheets[0].values()) & set(sheets[1].values())

    def test_writes_both_kinds_of_sheets(self, hw: Folder) -> None:
        hw.run("generate", "--seed", "1", "--format", "both")
        assert {"issued/hw/sheets/s001.csv", "issued/hw/sheets/s001.yaml"} <= set(hw.snapshot("issued/hw/sheets"))

    def test_without_pages_leaves_them_to_the_next_run(self, hw: Folder, tmp_path: Path) -> None:
        done = hw.run("generate", "--seed", "42", "--no-pages")
        assert done.out.splitlines()[-1] == "  issued/hw/: sheets/"
        assert {path.name for path in (hw.root / "issued/hw").iterdir()} == {"sheets"}
        assert hw.run("generate").code == 0
        at_once = course(tmp_path / "at once")
        assert at_once.run("generate", "--seed", "42").code == 0
        assert hw.snapshot("issued") == at_once.snapshot("issued")

    def test_new_papers_without_pages_take_away_the_collections_that_lack_them(self, issued: Folder) -> None:
        issued.write("assignments/roster.csv", "student,name\ns001,Name of s001\ns999,New\n")
        assert issued.run("generate", "--no-pages").code == 0
        assert not (issued.root / "issued/hw/handouts.pdf").exists()
        assert (issued.root / "issued/hw/handouts/s001.pdf").exists()
        assert issued.run("generate").code == 0
        assert (issued.root / "issued/hw/handouts.pdf").exists()

    def test_without_a_roster_numbers_students(self, tmp_path: Path) -> None:
        folder = Folder(tmp_path)
        folder.write("assignments/hw.yaml", ASSIGNMENT)
        assert folder.run("generate", "--seed", "1", "--students", "2").code == 0
        assert set(folder.snapshot("issued/hw/sheets")) == {"issued/hw/sheets/s001.csv", "issued/hw/sheets/s002.csv"}


class TestCourseSystems:
    def test_a_zip_is_graded_and_every_file_accounted_for(self, issued: Folder) -> None:
        issued.write("assignments/roster.csv", "student,name,canvas_id\ns001,Ada Lovelace,101\ns002,Bo,\ns003,Cy,\n")
        lines = "question,part,answer\nassignment,,hw\nstudent,,s002\nlstm,f_1,0.852\n"
        issued.write("canvas.zip", packed({
            "lovelaceada_101_9001_hw.csv": lines,
            "lovelaceada_101_9002_scan.pdf": b"%PDF",
            "turingalan_777_9003_hw.csv": lines,
            "../evil.csv": lines,
        }))  # fmt: skip
        done = issued.run("grade", "canvas.zip")
        assert done.code == 3
        assert done.out.splitlines()[:6] == [
            "Canvas: 2 submissions recognised by their names, 1 of unknown people",
            "  files found            4",
            "= graded                 1",
            "+ superseded             0",
            "+ needing attention      2",
            "+ ignored                1",
        ]
        told = {row["path"]: row["problem"] for row in issued.table("reports/hw/attention.csv")}
        assert told["canvas.zip/lovelaceada_101_9001_hw.csv"] == (
            "the sheet says s002, Canvas says s001; it was marked as s001's"
        )
        assert set(told) == {f"canvas.zip/{name}" for name in
                             ("lovelaceada_101_9001_hw.csv", "turingalan_777_9003_hw.csv", "../evil.csv")}  # fmt: skip
        statuses = {row["student"]: row["status"] for row in issued.table("reports/hw/gradebook.csv")}
        assert statuses == {"s001": "graded", "s002": "missing", "s003": "missing"}

    def test_workbooks_are_handed_out_and_come_back(self, hw: Folder) -> None:
        assert hw.run("generate", "--seed", "1", "--format", "xlsx").code == 0
        assert "issued/hw/sheets/s001.xlsx" in hw.snapshot("issued/hw/sheets")
        shutil.copytree(hw.root / "issued/hw/sheets", hw.root / "submissions")
        assert "= graded                 3" in hw.run("grade", "submissions").out


class TestErrorsNameFileLineAndTheNearestWord:
    @pytest.mark.parametrize(
        ("name", "text", "expected"),
        [
            (
                "assignments/hw.yaml",
                ASSIGNMENT.replace("title", "titel"),
                ["assignments/hw.yaml, line 1", "'titel'", "'title'"],
            ),
            (
                "assignments/hw.yaml",
                ASSIGNMENT.replace("template: transposed_conv_size", "template: transposed_conv"),
                ["line 21", "'transposed_conv_size'"],
            ),
            (
                "assignments/hw.yaml",
                ASSIGNMENT + "    parameters: {layer: 2}\n",
                ["line 22", "'layer'", "'layers'"],
            ),
            ("assignments/hw.yaml", ASSIGNMENT + '    ask: ["sise_1"]\n', ["line 22", "'sise_1'", "'size_1'"]),
            ("rubrics/hw.yaml", "questions:\n  lsmt: {points: 3}\n", ["rubrics/hw.yaml, line 2", "'lsmt'", "'lstm'"]),
            (
                "rubrics/hw.yaml",
                "questions:\n  lstm:\n    parts:\n      f1: {points: 3}\n",
                ["line 4", "'f1'", "'f_1'"],
            ),
            (
                "rubrics/hw.yaml",
                "questions:\n  lstm:\n    parts:\n      f_1: {mistakes: {bias_left: 1}}\n",
                ["line 4", "'bias_left'", "'bias_left_out'"],
            ),
            ("rubrics/hw.yaml", "tolerance: {relativ: 0.01}\n", ["line 1", "'relativ'", "'relative'"]),
            ("rubrics/hw.yaml", "mistake: 2\n", ["line 1", "mistake", "2"]),
            ("rubrics/hw.yaml", "points: 3\npoints: 4\n", ["line 2", "twice"]),
            ("assignments/roster.csv", "name\nA\n", ["assignments/roster.csv, line 1", "student"]),
        ],
    )
    def test(self, hw: Folder, name: str, text: str, expected: list[str]) -> None:
        hw.write(name, text)
        done = hw.run("generate", "--seed", "1")
        assert done.code == 1
        assert all(word in done.err for word in expected), done.err
        assert not (hw.root / "issued").exists()

    def test_wrong_usage_is_exit_2(self, hw: Folder) -> None:
        assert hw.run("grade").code == 2
        assert hw.run("generate", "--seeds", "1").code == 2
        assert hw.run("explain", "hw", "s001", "lstm").code == 2

    def test_grading_before_anything_was_issued_says_so(self, hw: Folder) -> None:
        hw.sheet("s001", {})
        done = hw.run("grade", "submissions")
        assert done.code == 1
        assert "grader generate" in done.err
        assert not (hw.root / "gradebook.db").exists()


class TestGrade:
    def test_answers_typed_from_a_real_paper_are_right(self, issued: Folder) -> None:
        typed = dict(zip(LSTM, ("0.852", "0.96", "0.818", "0.817", "0.786", "0.537"), strict=True))
        issued.sheet("s001", {"lstm": typed})
        assert issued.run("grade", "submissions").code == 0
        verdicts = issued.verdicts("s001")
        assert [verdicts[f"lstm.{part}"] for part in typed] == ["right"] * 6
        assert verdicts["lstm.f_2"] == "blank"

    def test_every_file_is_accounted_for(self, issued: Folder) -> None:
        issued.sheet("s001", {"lstm": LSTM})
        issued.sheet("s002", {"lstm": LSTM}, name="s002/first")
        os.utime(issued.sheet("s002", {}, name="s002/second"), (2e9, 2e9))
        issued.sheet("nobody", {})
        issued.write("submissions/notes.docx", b"PK\x03\x04")
        issued.write("submissions/.DS_Store", b"x")
        done = issued.run("grade", "submissions")
        assert done.code == 3
        numbers = {line.split()[-2]: int(line.split()[-1]) for line in done.out.splitlines()[:5]}
        assert numbers == {"found": 6, "graded": 2, "superseded": 1, "attention": 2, "ignored": 1}
        problems = {row["path"]: row["problem"] for row in issued.table("reports/hw/attention.csv")}
        assert set(problems) == {"submissions/nobody.csv", "submissions/notes.docx"}

    def test_a_missing_sheet_is_not_a_zero(self, issued: Folder) -> None:
        issued.sheet("s001", {"lstm": {"f_1": "0.1"}})
        issued.run("grade", "submissions")
        rows = {row["student"]: row for row in issued.table("reports/hw/gradebook.csv")}
        assert (rows["s001"]["status"], rows["s001"]["points"]) == ("graded", "0")
        assert (rows["s002"]["status"], rows["s002"]["points"]) == ("missing", "")

    def test_an_unreadable_cell_is_listed_and_not_called_wrong(self, issued: Folder) -> None:
        issued.sheet("s001", {"lstm": {**LSTM, "f_1": "0.85 V"}})
        assert issued.run("grade", "submissions").code == 0
        assert issued.verdicts("s001")["lstm.f_1"] == "unreadable"
        assert issued.table("reports/hw/gradebook.csv")[0]["status"] == "needs review"
        (row,) = issued.table("reports/hw/attention.csv")
        assert row["student"] == "s001"
        assert "0.85 V" in row["problem"]

    def test_twice_gives_the_same_reports(self, issued: Folder) -> None:
        issued.sheet("s001", {"lstm": LSTM})
        issued.run("grade", "submissions")
        before = issued.snapshot("reports")
        issued.run("grade", "submissions")
        assert issued.snapshot("reports") == before

    def test_a_new_file_supersedes_the_old_one_which_stays_in_the_history(self, issued: Folder) -> None:
        issued.sheet("s001", {"lstm": {"f_1": "0.1"}})
        issued.run("grade", "submissions")
        issued.sheet("s001", {"lstm": LSTM}, name="later")
        issued.run("grade", "submissions/later.csv")
        assert issued.verdicts("s001")["lstm.f_1"] == "right"
        issued.run("grade", "submissions/s001.csv")
        assert issued.verdicts("s001")["lstm.f_1"] == "right"
        assert "superseded" in issued.run("grade", "submissions").out

    def test_reports_come_again_from_the_gradebook_alone(self, issued: Folder) -> None:
        path = issued.sheet("s001", {"lstm": LSTM})
        issued.run("grade", "submissions")
        before = issued.snapshot("reports")
        path.unlink()
        for name in before:
            (issued.root / name).unlink()
        assert issued.run("report").code == 0
        assert issued.snapshot("reports") == before

    def test_an_old_paper_is_marked_on_its_own_numbers_after_a_reissue(self, hw: Folder) -> None:
        hw.write("assignments/hw.yaml", "title: T\nquestions:\n  - {id: t, template: transposed_conv_size}\n")
        hw.run("generate", "--seed", "1")
        old = (hw.root / "issued/hw/sheets/s001.csv").read_text(encoding="utf-8-sig")
        solved = hw.run("explain", "hw", "s001", "t.size_1")
        assert solved.code == 1  # nothing graded yet
        hw.run("generate", "--seed", "2", "--reissue")
        hw.write("submissions/s001.csv", old.replace("t,size_1,,", "t,size_1,999,"))
        hw.run("grade", "submissions")
        (row,) = hw.table("reports/hw/results.csv")
        first = course(hw.root / "again", (hw.root / "assignments/hw.yaml").read_text())
        first.run("generate", "--seed", "1")
        first.write("submissions/s001.csv", old.replace("t,size_1,,", "t,size_1,999,"))
        first.run("grade", "submissions")
        assert row["expected"] == first.table("reports/hw/results.csv")[0]["expected"]

    def test_a_foreign_instance_code_is_noticed_and_marked_on_ones_own_numbers(self, issued: Folder) -> None:
        foreign = (issued.root / "issued/hw/sheets/s002.csv").read_text(encoding="utf-8-sig")
        issued.write("submissions/s001.csv", foreign.replace("student,,s002", "student,,s001"))
        done = issued.run("grade", "submissions")
        assert done.code == 3
        (row,) = issued.table("reports/hw/attention.csv")
        assert "s002" in row["problem"]

    def test_sheets_of_two_assignments_are_told_apart(self, issued: Folder) -> None:
        issued.write("assignments/other.yaml", ASSIGNMENT)
        issued.run("generate", "other", "--seed", "42")
        issued.sheet("s001", {"lstm": LSTM})
        issued.sheet("s002", {"lstm": LSTM}, assignment="other")
        issued.run("grade", "submissions")
        assert issued.verdicts("s001")["lstm.f_1"] == "right"
        assert issued.verdicts("s002", "other")["lstm.f_1"] == "right"
        assert "ignored                1" in issued.run("grade", "submissions", "--assignment", "hw").out

    def test_spreadsheet_formulas_do_not_reach_the_reports(self, issued: Folder) -> None:
        issued.sheet("s001", {"lstm": {"f_1": "=HYPERLINK(0)", "i_1": "-0.5"}})
        issued.run("grade", "submissions")
        answers = {row["part"]: row["answer"] for row in issued.table("reports/hw/results.csv")}
        assert answers["f_1"] == "'=HYPERLINK(0)"
        assert answers["i_1"] == "-0.5"

    def test_links_and_pipes_are_told_and_not_followed(self, issued: Folder) -> None:
        target = issued.write("elsewhere.csv", "question,part,answer\n")
        (issued.root / "submissions").mkdir()
        (issued.root / "submissions/link.csv").symlink_to(target)
        os.mkfifo(issued.root / "submissions/pipe.csv")
        issued.sheet("s001", {"lstm": LSTM})
        done = issued.run("grade", "submissions")
        assert "graded                 1" in done.out
        assert len(issued.table("reports/hw/attention.csv")) == 2


class TestExplain:
    def test_shows_what_decided(self, issued: Folder) -> None:
        issued.sheet("s001", {"lstm": {**LSTM, "i_1": "0.9276", "c_1": "0.7585"}})
        issued.run("grade", "submissions")
        done = issued.run("explain", "hw", "s001", "lstm.i_1")
        assert "mistake (bias_left_out)" in done.out
        assert "'0.9276' in submissions/s001.csv" in done.out
        assert "(from i_1)" in issued.run("explain", "hw", "s001", "lstm.c_1").out

    def test_an_unknown_part_names_the_nearest(self, issued: Folder) -> None:
        issued.sheet("s001", {"lstm": LSTM})
        issued.run("grade", "submissions")
        done = issued.run("explain", "hw", "s001", "lstm.f1")
        assert done.code == 1
        assert "'f_1'" in done.err


class TestSolve:
    GIVENS = '{"input": [3, 3], "layers": [{"kernel": 7}]}'

    def test_reads_json_and_answers_in_json(self, tmp_path: Path) -> None:
        done = Folder(tmp_path).run(
            "solve", "transposed_conv_size", "--givens", "-", "--format", "json", stdin=self.GIVENS
        )
        assert json.loads(done.out) == {"size_1": 9}

    def test_answers_a_list_with_a_list(self, tmp_path: Path) -> None:
        givens = f"[{self.GIVENS}, {self.GIVENS}]"
        done = Folder(tmp_path).run("solve", "transposed_conv_size", "--givens", "-", "--format", "json", stdin=givens)
        assert json.loads(done.out) == [{"size_1": 9}, {"size_1": 9}]

    def test_a_wrong_item_of_a_list_is_named(self, tmp_path: Path) -> None:
        done = Folder(tmp_path).run(
            "solve", "transposed_conv_size", "--givens", "-", stdin=f'[{self.GIVENS}, {{"input": 3}}]'
        )
        assert done.code == 1
        assert "item 2" in done.err
        assert "layers" in done.err

    def test_without_givens_draws_them(self, tmp_path: Path) -> None:
        done = Folder(tmp_path).run("solve", "lstm_forward", "--seed", "5", "--param", "steps=1", "--format", "json")
        answer = json.loads(done.out)
        assert set(answer["answers"]) == {"f_1", "i_1", "g_1", "o_1", "c_1", "h_1"}
        again = Folder(tmp_path).run(
            "solve", "lstm_forward", "--givens", "-", "--format", "json", stdin=json.dumps(answer["givens"])
        )
        assert json.loads(again.out) == answer["answers"]


class TestTheRest:
    def test_preview_records_nothing(self, hw: Folder) -> None:
        assert hw.run("preview", "hw").code == 0
        assert {"preview/hw/handout.pdf", "preview/hw/feedback.pdf", "preview/hw/sheet.csv"} <= set(
            hw.snapshot("preview")
        )
        assert not (hw.root / "gradebook.db").exists()

    def test_init_keeps_what_is_there(self, tmp_path: Path) -> None:
        folder = Folder(tmp_path)
        folder.write("assignments/roster.csv", "student\nme\n")
        assert "kept" in folder.run("init", ".").out
        assert (tmp_path / "assignments/roster.csv").read_text() == "student\nme\n"
        assert folder.run("generate", "--seed", "1").code == 0

    def test_templates_are_listed_and_described(self, tmp_path: Path) -> None:
        folder = Folder(tmp_path)
        assert "rnn_bptt" in folder.run("templates").out
        assert "bias_left_out" in folder.run("templates", "lstm_forward").out

    def test_check_names_a_mistake_that_cannot_be_seen(self, hw: Folder) -> None:
        hw.write("rubrics/hw.yaml", "tolerance: {relative: 0.5, absolute: 0.05}\n")
        hw.write("assignments/hw.yaml", "title: T\nquestions:\n  - {id: q, template: lstm_forward}\n")
        done = hw.run("check", "hw", "--seeds", "2")
        assert done.code == 1
        assert "2000 draws" in done.out

    def test_demo_makes_a_folder_and_says_what_to_look_at(self, tmp_path: Path) -> None:
        done = Folder(tmp_path).run("demo")
        assert done.code == 0
        assert "class-report.pdf" in done.out
        rows = Folder(tmp_path / "demo").table("reports/hw4/results.csv")
        assert {row["verdict"] for row in rows} >= {
            "right",
            "follows",
            "coarse",
            "mistake",
            "wrong",
            "blank",
            "unreadable",
        }


class TestNothingStopsARun:
    """What one student writes never stops another's marking, and an interrupted run leaves nothing old behind."""

    def test_huge_and_tiny_numbers_in_every_cell(self, tmp_path: Path) -> None:
        folder = course(tmp_path, (Path(__file__).parent.parent / "assignments/hw4.yaml").read_text())
        folder.run("generate", "--seed", "42")
        extremes = ("1e200", "-1e308", "2.5", "1e-300", "1e30", "7", "1e308", "0.5", "12")
        for k, student in enumerate(("s001", "s002", "s003")):
            lines = (tmp_path / f"issued/hw/sheets/{student}.csv").read_text(encoding="utf-8-sig").splitlines()
            filled = [
                line.replace(",,", f",{extremes[(n * (k + 1)) % len(extremes)]},", 1) if n > 3 else line
                for n, line in enumerate(lines)
            ]
            folder.write(f"submissions/{student}.csv", "\n".join(filled))
        done = folder.run("grade", "submissions")
        assert "graded                 3" in done.out
        assert {row["status"] for row in folder.table("reports/hw/gradebook.csv")} <= {"graded", "needs review"}

    def test_a_reissue_takes_the_old_papers_away_in_every_format(self, hw: Folder) -> None:
        hw.run("generate", "--seed", "1", "--format", "both")
        hw.run("generate", "--seed", "2", "--reissue")
        assert not (hw.root / "issued/hw/sheets/s001.yaml").exists()
        (hw.root / "issued/hw/handouts/s002.pdf").unlink()
        assert hw.run("generate").code == 0
        assert (hw.root / "issued/hw/handouts/s002.pdf").exists()

    def test_a_reissue_with_another_question_and_fewer_students(self, hw: Folder) -> None:
        hw.run("generate", "--seed", "1")
        hw.write("assignments/roster.csv", "student\ns001\ns002\n")
        hw.write("assignments/hw.yaml", ASSIGNMENT + "  - {id: more, template: transposed_conv_size}\n")
        assert hw.run("generate", "--seed", "1", "--reissue").code == 0

    def test_an_older_attempt_with_a_harmless_note_is_superseded(self, issued: Folder) -> None:
        os.utime(issued.sheet("S001", {"lstm": LSTM}, name="first"), (1e9, 1e9))
        issued.sheet("S001", {"lstm": LSTM}, name="second")
        out = issued.run("grade", "submissions").out
        assert "superseded             1" in out
        assert "needing attention      0" in out

    def test_grading_one_assignment_keeps_what_was_said_of_anothers_files(self, issued: Folder) -> None:
        issued.write("assignments/other.yaml", ASSIGNMENT)
        issued.run("generate", "other", "--seed", "42")
        issued.sheet("S001", {"lstm": LSTM})
        issued.run("grade", "submissions")
        before = issued.table("reports/hw/attention.csv")
        issued.run("grade", "submissions", "--assignment", "other")
        issued.run("report", "hw")
        assert issued.table("reports/hw/attention.csv") == before != []

    def test_solve_answers_odd_givens_with_a_sentence(self, tmp_path: Path) -> None:
        folder = Folder(tmp_path)
        assert folder.run("solve", "rnn_bptt", "--param", "losses=[9]").code == 1
        odd = '{"input": [[3], [3]], "layers": [{"kernel": 3}]}'
        assert folder.run("solve", "transposed_conv_size", "--givens", "-", stdin=odd).code == 1
        huge = f'{{"cases": [{{"truth": [0, 0, 1, 1{"0" * 400}], "prediction": [0, 0, 1, 1]}}]}}'
        assert folder.run("solve", "box_iou_l2", "--givens", "-", stdin=huge).code == 1
