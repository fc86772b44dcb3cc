"""What course systems hand over, marked without being told which system it was."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.intake.hand_in import Contents, Handed, balanced, code, fates, packed, sheet, whose, words

from grader.errors import CourseError
from grader.intake.systems import recognise

CANVAS: Contents = {
    "lovelaceada_101_9001_s001.csv": sheet("s001"),
    "zolaémile_LATE_102_9002_my sheet-1.csv": sheet(""),
    "vanrossumguido_103_9004_hw.csv": sheet("s003"),
    "vanrossumguido_103_9005_scan.pdf": b"%PDF",
    "hoppergrace_555_9006_hw.csv": sheet("s004"),
    "zolaémile_102_text.html": "<p>as above</p>",
}
METADATA = """\
---
submission_100:
  :submitters:
  - :name: Ada Lovelace
    :sid: '007'
    :email: ada@uni.example
  - :name: Emile Zola
    :sid: 8
  :created_at: 2026-02-01 23:59:00.123456000 -08:00
  :score: 3.0
  :history:
  - &1 !ruby/object:Submission
    :created_at: 2026-01-31 10:00:00 Z
  - *1
submission_101:
  :submitters:
  - :name: Guido van Rossum
    :email: GUIDO@uni.example
  :created_at: 2026-02-02 10:00:00 Z
"""


@pytest.fixture
def course(tmp_path: Path) -> Handed:
    return Handed(tmp_path)


def zipped(course: Handed, contents: Contents, name: str = "submissions/handed.zip") -> Path:
    return course.write(name, packed(contents))


class TestCanvas:
    def test_a_zip_is_marked_as_it_is(self, course: Handed) -> None:
        zipped(course, CANVAS)
        graded = course.grade()
        assert whose(graded) == {
            "lovelaceada_101_9001_s001.csv": "s001",
            "zolaémile_LATE_102_9002_my sheet-1.csv": "s002",
            "vanrossumguido_103_9004_hw.csv": "s003",
            "hoppergrace_555_9006_hw.csv": "s004",  # by her name: the roster has no number of hers
        }
        assert course.points() == dict.fromkeys(("s001", "s002", "s003", "s004"), 10.0)
        assert balanced(graded, 6)
        assert graded.notes == ["Canvas: 4 submissions recognised by their names"]

    def test_a_folder_of_the_same_files_gives_the_same(self, course: Handed) -> None:
        course.unpack(CANVAS)
        assert len(whose(course.grade())) == 4

    @pytest.mark.case(119)
    def test_canvas_tells_which_are_late(self, course: Handed) -> None:
        zipped(course, CANVAS)
        assert [entry.student for entry in course.grade().entries if entry.late] == ["s002"]

    def test_what_was_typed_into_canvas_is_ignored_and_told(self, course: Handed) -> None:
        zipped(course, CANVAS)
        assert words(course.grade())["zolaémile_102_text.html"] == "typed into Canvas, and no file"

    def test_a_picture_beside_a_sheet_is_kept_with_it(self, course: Handed) -> None:
        zipped(course, CANVAS)
        entries = {entry.path.rpartition("/")[2]: entry for entry in course.grade().entries}
        scan, own = entries["vanrossumguido_103_9005_scan.pdf"], entries["vanrossumguido_103_9004_hw.csv"]
        assert (scan.fate, scan.student, scan.submission) == ("ignored", "s003", own.submission)
        assert scan.message == f"kept beside {own.path}"

    def test_a_picture_alone_needs_a_person(self, course: Handed) -> None:
        zipped(course, {"vanrossumguido_103_9005_scan.pdf": b"%PDF"})
        assert fates(course.grade()) == {"vanrossumguido_103_9005_scan.pdf": "attention"}

    @pytest.mark.case(117)
    def test_the_number_wins_over_what_the_sheet_says(self, course: Handed) -> None:
        zipped(course, {"lovelaceada_101_9001_s002.csv": sheet("s002")})
        graded = course.grade()
        assert whose(graded) == {"lovelaceada_101_9001_s002.csv": "s001"}
        assert words(graded) == {
            "lovelaceada_101_9001_s002.csv": "the sheet says s002, Canvas says s001; it was marked as s001's"
        }

    @pytest.mark.case(116)
    def test_nobody_is_made_up_for_an_unknown_number(self, course: Handed) -> None:
        """Not even where the sheet names a student, or somebody is called nearly so."""
        zipped(course, {**CANVAS, "lovelaceadam_777_9010_hw.csv": sheet("s001")})
        graded = course.grade()
        assert fates(graded)["lovelaceadam_777_9010_hw.csv"] == "attention"
        assert words(graded)["lovelaceadam_777_9010_hw.csv"] == (
            "Canvas names lovelaceadam (777), who is not on the roster. The nearest on the roster: s001 (Ada Lovelace)."
        )

    @pytest.mark.case(126)
    def test_canvas_own_test_student_is_passed_over(self, course: Handed) -> None:
        zipped(course, {**CANVAS, "studenttest_999_9011_hw.csv": sheet("s001", "8")})
        graded = course.grade()
        assert words(graded)["studenttest_999_9011_hw.csv"] == "handed in by Canvas's Test Student"
        assert fates(graded)["studenttest_999_9011_hw.csv"] == "ignored"
        assert course.points()["s001"] == 10.0

    @pytest.mark.case(126)
    def test_somebody_who_is_called_so_is_no_test_student(self, tmp_path: Path) -> None:
        course = Handed(tmp_path, "student,name,canvas_id\ns001,Test Student,999\ns002,Ada Lovelace,101\n")
        zipped(course, {"studenttest_999_9011_hw.csv": sheet("s001"), "lovelaceada_101_9001_hw.csv": sheet("s002")})
        assert set(whose(course.grade()).values()) == {"s001", "s002"}

    def test_a_namesake_with_another_number_is_somebody_else(self, course: Handed) -> None:
        zipped(course, {**CANVAS, "lovelaceada_778_9010_hw.csv": sheet("s001")})
        assert fates(course.grade())["lovelaceada_778_9010_hw.csv"] == "attention"

    def test_anonymous_names_leave_it_to_the_sheet(self, course: Handed) -> None:
        zipped(course, {"anon_ab12C_9001_hw.csv": sheet("s001"), "LATE_anon_cd34E_9002_hw.csv": sheet("s002")})
        graded = course.grade()
        assert set(whose(graded).values()) == {"s001", "s002"}
        assert [entry.student for entry in graded.entries if entry.late] == ["s002"]

    @pytest.mark.parametrize("name", ["lstm_12_34_new.csv", "hw_1_2_3.csv", "s001_101_x.csv"])
    def test_a_file_of_ones_own_that_only_looks_so_is_read_as_it_says(self, course: Handed, name: str) -> None:
        course.unpack({name: sheet("s002")})
        assert whose(course.grade()) == {name: "s002"}

    def test_two_people_of_one_name_are_for_a_person_to_tell_apart(self, tmp_path: Path) -> None:
        course = Handed(tmp_path, 'student,name\ns1,Ada Lovelace\ns2,"Lovelace, Ada"\ns3,Grace Hopper\n')
        zipped(course, {"lovelaceada_7_8_x.csv": sheet("s1"), "hoppergrace_9_10_x.csv": sheet("s3")})
        graded = course.grade()
        assert whose(graded) == {"hoppergrace_9_10_x.csv": "s3"}
        assert words(graded)["lovelaceada_7_8_x.csv"] == "Canvas names lovelaceada (7), which may be s1, s2"


class TestMoodle:
    @pytest.mark.parametrize(
        "name",
        [
            "Ada Lovelace_657693_assignsubmission_file/hw.csv",
            "Ada Lovelace_657693_assignsubmission_file_/hw.csv",
            "Ada Lovelace_657693_assignsubmission_file_hw.csv",
            "Lovelace Ada_657693_assignsubmission_file/deeper/in/it/hw.csv",
        ],
    )
    def test_folders_of_every_version_and_flat_names_tell_the_person(self, course: Handed, name: str) -> None:
        zipped(course, {name: sheet("")})
        assert list(whose(course.grade()).values()) == ["s001"]

    def test_online_text_is_ignored_with_a_note(self, course: Handed) -> None:
        zipped(course, {"Ada Lovelace_657693_assignsubmission_onlinetext/onlinetext.html": "x"})
        assert words(course.grade()) == {"onlinetext.html": "typed into Moodle, and no file"}

    def test_a_roster_with_moodles_numbers_knows_people_without_names(self, tmp_path: Path) -> None:
        course = Handed(tmp_path, "student,moodle_id\ns001,657693\n")
        zipped(course, {"Somebody Else_657693_assignsubmission_file/hw.csv": sheet("")})
        assert whose(course.grade()) == {"hw.csv": "s001"}

    def test_blind_marking_needs_the_worksheet_and_says_so(self, course: Handed) -> None:
        zipped(course, {"Participant_657696_assignsubmission_file/hw.csv": sheet("s004")})
        entry = course.grade().entries[0]
        assert (entry.fate, entry.message) == (
            "attention",
            "Moodle names Participant (657696), who is not on the roster.",
        )
        assert entry.advice == "give the assignment's grading worksheet with --worksheet, and grade again"

    @pytest.mark.parametrize(
        "text",
        [
            "Identifier,Full name,Email address,Status\nParticipant 657696,Grace Hopper,,Submitted\n",
            "\ufeffIdentifikator;Vollständiger Name;E-Mail-Adresse\nTeilnehmer/in657696;Someone;HOPPER@uni.example\n",
            "Identifier,Full name,ID number\nParticipant 657696,hidden,10\n",
        ],
    )
    def test_a_worksheet_in_any_language_tells_who_the_participants_are(self, course: Handed, text: str) -> None:
        zipped(course, {"Participant_657696_assignsubmission_file/hw.csv": sheet("")})
        assert whose(course.grade(worksheets=[course.write("Grades.csv", text)])) == {"hw.csv": "s004"}

    @pytest.mark.parametrize(
        ("header", "written"),
        [
            ("Grade can be changed,Last modified (submission)", "Saturday, 24 October 2026, 10:03 PM"),
            ("Grade can be changed,Last modified (submission)", "Saturday, October 24, 2026, 10:03 PM"),
            ("Bewertung kann geändert werden,Zuletzt geändert (Abgabe)", "Samstag, 24. Oktober 2026, 22:03"),
            ("La note peut être modifiée,Dernière modification", "samedi 24 octobre 2026, 22:03"),
            ("Se puede cambiar la calificación,Última modificación", "sábado, 24 de octubre de 2026, 22:03"),
        ],
    )
    def test_a_worksheet_tells_when_sheets_were_handed_in(self, course: Handed, header: str, written: str) -> None:
        """By the course's clock; due dates stand before the grade, the time of grading behind."""
        zipped(course, {f"{name}_65769{nth}_assignsubmission_file/hw.csv": sheet("") for nth, name in
                        enumerate(("Ada Lovelace", "Émile Zola"))})  # fmt: skip
        head = f"Identifier,Full name,Due date,Grade,Maximum grade,{header},Last modified (grade)\n"
        told = ((0, "Ada Lovelace", written, "-"), (1, "Émile Zola", "-", written))
        rows = [
            f'Participant 65769{nth},{name},"Friday, 1 May 2026, 9:00 AM",,20.00,Yes,"{time}","{graded}"\n'
            for nth, name, time, graded in told
        ]
        done = course.grade(worksheets=[course.write("Grades.csv", head + "".join(rows))])
        times = {entry.student: entry.time and entry.time.isoformat() for entry in done.entries}
        assert times == {"s001": "2026-10-24T22:03:00", "s002": None}

    def test_a_worksheet_of_another_course_is_refused(self, course: Handed) -> None:
        zipped(course, CANVAS)
        with pytest.raises(CourseError, match="no row of this worksheet has a participant's number and, beside it"):
            course.grade(worksheets=[course.write("Grades.csv", "Identifier,Full name\nParticipant 1,Alan Turing\n")])

    @pytest.mark.case(118)
    def test_two_sheets_of_one_attempt_are_both_for_a_person(self, course: Handed) -> None:
        folder = "Ada Lovelace_657693_assignsubmission_file"
        zipped(course, {f"{folder}/new.csv": sheet("s001"), f"{folder}/old.csv": sheet("s001", "8")})
        graded = course.grade()
        assert fates(graded) == {"new.csv": "attention", "old.csv": "attention"}
        assert set(words(graded).values()) == {"2 sheets of hw in one attempt: new.csv and old.csv"}
        assert course.points() == {}

    def test_the_same_sheet_twice_is_one(self, course: Handed) -> None:
        folder = "Ada Lovelace_657693_assignsubmission_file"
        zipped(course, {f"{folder}/a.csv": sheet("s001"), f"{folder}/b.csv": sheet("s001")})
        assert fates(course.grade()) == {"a.csv": "graded", "b.csv": "ignored"}

    def test_sheets_of_two_assignments_in_one_attempt_are_both_marked(self, tmp_path: Path) -> None:
        course = Handed(tmp_path, names=("hw", "hw2"))
        folder = "Ada Lovelace_657693_assignsubmission_file"
        zipped(course, {f"{folder}/a.csv": sheet("s001"), f"{folder}/b.csv": sheet("s001", assignment="hw2")})
        assert fates(course.grade()) == {"a.csv": "graded", "b.csv": "graded"}
        assert course.points("hw2") == {"s001": 10.0}

    @pytest.mark.case(88)
    def test_a_name_in_another_spelling_of_its_accents_is_the_same(self, course: Handed) -> None:
        """Archives made on a Mac decompose them."""
        zipped(course, {"E\u0301mile Zola_1_assignsubmission_file/hw.csv": sheet("")})
        assert whose(course.grade()) == {"hw.csv": "s002"}


class TestGradescope:
    def files(self, contents: Contents, metadata: str = METADATA) -> Contents:
        root = "assignment_5_export"
        return {
            f"{root}/submission_metadata.yml": metadata,
            **{f"{root}/{name}": text for name, text in contents.items()},
        }

    def test_the_list_in_the_export_tells_who_and_when(self, course: Handed) -> None:
        zipped(course, self.files({"submission_101/hw.csv": sheet("")}))
        entry = course.grade().entries[-1]
        assert (entry.fate, entry.student) == ("graded", "s003")
        assert entry.time == dt.datetime(2026, 2, 2, 10, tzinfo=dt.UTC)

    @pytest.mark.case(123)
    def test_a_groups_sheet_counts_for_each_by_the_numbers_that_it_answers(self, course: Handed) -> None:
        zipped(course, self.files({"submission_100/hw.csv": sheet("s002", instance=code("s002"))}))
        graded = course.grade()
        assert graded.count("graded") == 1
        assert words(graded)["hw.csv"] == ""
        assert course.points() == {"s001": 10.0, "s002": 10.0}

    def test_one_unknown_submitter_does_not_stop_the_others(self, course: Handed) -> None:
        metadata = METADATA.replace(":sid: 8", ":sid: 999").replace("Emile Zola", "Nobody")
        zipped(course, self.files({"submission_100/hw.csv": sheet("s001")}, metadata))
        graded = course.grade()
        assert course.points() == {"s001": 10.0}
        assert words(graded)["hw.csv"].startswith("Gradescope names Nobody (999), who is not on the roster.")

    @pytest.mark.parametrize("bad", ["submission_100: [", "? [1]\n: 2", "[" * 30, "a: " + "&x [*x]", "\0", ""])
    def test_a_broken_list_is_told_and_the_sheets_are_read_as_they_say(self, course: Handed, bad: str) -> None:
        zipped(course, self.files({"submission_100/hw.csv": sheet("s001")}, bad))
        graded = course.grade()
        assert whose(graded) == {"hw.csv": "s001"}
        assert balanced(graded, 2)


class TestBlackboardAndBrightspace:
    def test_the_login_before_the_attempts_time_is_the_person(self, course: Handed) -> None:
        """Titles and logins may both hold underscores."""
        zipped(course, {
            "Home_work_1_al1_attempt_2026-11-01-10-00-00_s001.csv": sheet(""),
            "Home_work_1_al1_attempt_2026-11-01-10-00-00.txt": "Name: Ada (al1)",
            "Home_work_1_g_r_attempt_2026-11-01-10-30-00_x.csv": sheet(""),
        })  # fmt: skip
        graded = course.grade()
        assert set(whose(graded).values()) == {"s001", "s003"}
        assert graded.count("ignored") == 1
        assert {entry.time for entry in graded.entries} - {None} == {
            dt.datetime(2026, 11, 1, 10, 0),  # noqa: DTZ001 - the system's own clock
            dt.datetime(2026, 11, 1, 10, 30),  # noqa: DTZ001
        }

    def test_of_two_attempts_the_later_stands(self, course: Handed) -> None:
        zipped(course, {
            "Hw_al1_attempt_2026-11-02-10-00-00_a.csv": sheet("", "9"),
            "Hw_al1_attempt_2026-11-01-10-00-00_b.csv": sheet("", "8"),
        })  # fmt: skip
        assert fates(course.grade()) == {
            "Hw_al1_attempt_2026-11-02-10-00-00_a.csv": "graded",
            "Hw_al1_attempt_2026-11-01-10-00-00_b.csv": "superseded",
        }

    def test_brightspace_names_folders_or_files_after_people(self, course: Handed) -> None:
        zipped(course, {
            "index.html": "<html>",
            "39786-640693 - Grace Hopper - Oct 10, 2025 1022 AM/hw.csv": sheet(""),
            "39786-640694 - Ada Lovelace - Oct 9, 2025 122 PM - hw - new.csv": sheet(""),
            "39786-640695 - Émile Zola - 10 oct. 2025 10h22/hw2.csv": sheet(""),
        })  # fmt: skip
        graded = course.grade()
        assert sorted(whose(graded).values()) == ["s001", "s002", "s004"]
        assert fates(graded)["index.html"] == "ignored"
        assert dt.datetime(2025, 10, 9, 13, 22) in [entry.time for entry in graded.entries]  # noqa: DTZ001


NAMES = st.lists(
    st.sampled_from(["_", " - ", "1", "2026", "12", "LATE_", "anon_", "_assignsubmission_", "file", "_attempt_", "x",
                     "2026-11-01-10-00-00", "2026-99-01-10-00-00", "Participant", "\n", "é", "/", ".txt", "html"]),
    min_size=1, max_size=60,
)  # fmt: skip


@given(NAMES.map("".join))
def test_any_name_is_read_or_left_alone(name: str) -> None:
    for handed in recognise(name):
        assert handed.attempt
        assert all(column and isinstance(value, str) for column, value in handed.keys)


class TestSpoofing:
    """What comes behind the system's own part of a name is the student's to choose."""

    ADA = "Ada Lovelace_657693_assignsubmission_file"

    @pytest.mark.parametrize(
        "name",
        [
            f"{ADA}/Grace Hopper_657696_assignsubmission_file_hw.csv",
            f"{ADA}/Grace Hopper_657696_assignsubmission_file/hw.csv",
            f"{ADA}_Grace Hopper_657696_assignsubmission_file_hw.csv",
            f"{ADA}/Hw_gh4_attempt_2026-11-01-10-00-00_hw.csv",
            f"{ADA}/zolaémile_102_9001_hw.csv",
            f"{ADA}/1-2 - Grace Hopper - Oct 10, 2025 1022 AM/hw.csv",
            f"{ADA}/work.zip/Grace Hopper_657696_assignsubmission_file/hw.csv",
            "lovelaceada_101_9001_Grace Hopper_657696_assignsubmission_file_hw.csv",
            "lovelaceada_101_9001_zolaémile_102_9002_hw.csv",
            "lovelaceada_101_9001_Hw_gh4_attempt_2026-11-01-10-00-00_hw.csv",
            "Hw_al1_attempt_2026-11-01-10-00-00_Hw_gh4_attempt_2026-11-01-10-00-01_hw.csv",
            "1-2 - Ada Lovelace - Oct 10, 2025 1022 AM - 1-2 - Grace Hopper - Oct 11, 2025 1022 AM - hw.csv",
        ],
    )
    def test_a_name_made_to_look_like_anothers_stays_with_who_handed_it_in(self, course: Handed, name: str) -> None:
        course.unpack({name: sheet("s004")})
        assert list(whose(course.grade()).values()) == ["s001"]

    def test_what_lies_in_a_zip_that_was_handed_in_stays_with_who_handed_it_in(self, course: Handed) -> None:
        inner = packed({"zolaémile_102_9002_hw.csv": sheet("s002"), "Grace Hopper_7_assignsubmission_file/a.csv": "x"})
        course.write("submissions/lovelaceada_101_9001_work.zip", inner)
        assert set(whose(course.grade()).values()) == {"s001"}

    @pytest.mark.parametrize(
        "name",
        [
            "zolaémile_102_9002_hw.csv",
            "Hw_gh4_attempt_2026-11-01-10-00-00_hw.csv",
            "Grace Hopper_657696_assignsubmission_file_hw.csv",
            "1-2 - Grace Hopper - Oct 10, 2025 1022 AM - hw.csv",
            "Grace Hopper_657696_assignsubmission_file/hw.csv",
            "submission_101/hw.csv",
        ],
    )
    def test_a_folder_named_after_a_student_is_the_outermost_name(self, course: Handed, name: str) -> None:
        course.unpack({f"s001/{name}": sheet("s001"), "s001/submission_metadata.yml": METADATA})
        assert list(whose(course.grade()).values()) == ["s001"]

    @pytest.mark.parametrize("where", [f"{ADA}/", "x/submission_100/"])
    def test_a_list_that_a_student_handed_in_is_no_list(self, course: Handed, where: str) -> None:
        """It could say that a folder beside it is another's."""
        own = METADATA.replace("'007'", "'010'").replace("ada@", "hopper@").replace("Ada Lovelace", "Grace Hopper")
        course.unpack({
            "x/submission_metadata.yml": METADATA,
            f"{where}submission_metadata.yml": own,
            f"{where}submission_100/hw.csv": sheet("s004"),
        })  # fmt: skip
        assert "s004" not in course.points() | dict.fromkeys(whose(course.grade()).values())
        assert "s001" in course.points()


class TestPlain:
    @pytest.mark.case(124)
    def test_leading_zeros_lost_by_a_spreadsheet_are_found_with_a_word(self, tmp_path: Path) -> None:
        course = Handed(tmp_path, "student\n007\n012\n")
        course.unpack({"a.csv": sheet("7")})
        graded = course.grade()
        assert whose(graded) == {"a.csv": "007"}
        assert words(graded)["a.csv"] == "the id '007' is written without its leading zeros: '7'"

    @pytest.mark.case(128)
    def test_an_address_in_place_of_the_id_is_found_in_any_case(self, course: Handed) -> None:
        course.unpack({"a.csv": sheet("ADA@Uni.Example")})
        assert whose(course.grade()) == {"a.csv": "s001"}

    @pytest.mark.case(116)
    def test_an_unknown_student_is_told_with_the_nearest(self, course: Handed) -> None:
        course.unpack({"a.csv": sheet("s0001x"), "b.csv": sheet("Ada Lovelac")})
        graded = course.grade()
        assert graded.count("attention") == 2
        assert words(graded)["b.csv"].endswith("The nearest on the roster: s001 (Ada Lovelace).")

    @pytest.mark.case(117)
    def test_the_name_of_a_file_and_its_sheet_must_agree(self, course: Handed) -> None:
        course.unpack({"s001.csv": sheet("s002")})
        assert words(course.grade()) == {"s001.csv": "the file is named after s001, but the sheet says s002"}

    def test_a_zip_that_is_named_after_a_student_is_a_folder_of_theirs(self, course: Handed) -> None:
        course.write("submissions/s001.zip", packed({"hw.csv": sheet(""), "zolaémile_102_9_x.csv": sheet("s002")}))
        graded = course.grade()
        assert whose(graded) == {"hw.csv": "s001"}
        assert words(graded)["zolaémile_102_9_x.csv"] == "the file is named after s001, but the sheet says s002"

    @pytest.mark.case(120)
    def test_a_sheet_of_an_assignment_that_there_is_not_is_refused(self, course: Handed) -> None:
        course.unpack({"s001.csv": sheet("s001", assignment="hw7")})
        assert words(course.grade()) == {"s001.csv": "there is no assignment 'hw7'. Did you mean 'hw'?"}

    @pytest.mark.case(121)
    def test_another_students_code_is_told_and_the_own_numbers_count(self, course: Handed) -> None:
        course.unpack({"s001.csv": sheet("s001", instance=code("s002"))})
        graded = course.grade()
        assert whose(graded) == {"s001.csv": "s001"}
        assert words(graded)["s001.csv"] == f"the sheet's instance code {code('s002')} belongs to the numbers of s002"

    @pytest.mark.case(122)
    def test_a_mistyped_code_is_told_and_the_sheet_marked(self, course: Handed) -> None:
        course.unpack({"s001.csv": sheet("s001", instance="ABCD-1234")})
        graded = course.grade()
        assert (graded.count("graded"), course.points()) == (1, {"s001": 10.0})
        assert "belongs to no paper that was issued" in words(graded)["s001.csv"]

    @pytest.mark.case(125)
    def test_the_very_same_file_from_two_people_is_told(self, course: Handed) -> None:
        course.unpack({"s001/hw.csv": sheet(""), "s002/hw.csv": sheet("")})
        graded = course.grade()
        assert course.points() == {"s001": 10.0, "s002": 10.0}
        assert [entry.message.partition("; ")[2] for entry in graded.entries] == [
            "", "the very same file as submissions/s001/hw.csv, which is s001's",
        ]  # fmt: skip

    @pytest.mark.parametrize("student", ["../../x", "a/b", "s001\0", "<b>s001</b>", "=1+1", "x" * 5000])
    @pytest.mark.case(127)
    def test_an_id_made_to_hurt_is_an_unknown_one(self, course: Handed, student: str) -> None:
        course.unpack({"a.csv": sheet(f'"{student}"')})
        graded = course.grade()
        assert graded.count("attention") == 1
        assert len(graded.entries[0].message) < 300

    def test_a_picture_named_like_the_sheet_is_kept_beside_it(self, course: Handed) -> None:
        course.unpack({"s001.csv": sheet("s001"), "s001.pdf": b"%PDF", "s002/hw.csv": sheet(""), "s002/a.jpg": b"x"})
        assert fates(course.grade()) == {
            "s001.csv": "graded",
            "s001.pdf": "ignored",
            "hw.csv": "graded",
            "a.jpg": "ignored",
        }
