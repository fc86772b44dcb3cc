"""An assignment travels to other processes as what was read, and is there what it was here."""

from __future__ import annotations

import hashlib
import json
import pickle
from pathlib import Path

import pytest

from grader.course import Course, Loaded, unpacked
from grader.engine import HERE
from grader.errors import CourseError
from grader.gradebook import Paper
from grader.jobs.desk import Handed, Marked, Task, marked
from grader.roster import Student
from grader.templates import lstm_forward
from grader.variant import draw_variants
from tests.course_folder import ASSIGNMENT, LSTM, Folder, course

RUBRIC = """\
tolerance: {relative: 0.02, absolute: 0.001}
feedback: verdicts
questions:
  lstm:
    points: 12
    parts:
      "h_*": {points: 2, tolerance: {decimals: 3}}
      f_1: {mistakes: {bias_left_out: 0.75}, accept: [0.85]}
  tconv: {digits: 3, repeated_mistake: 0.25}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = course(tmp_path, ASSIGNMENT + '    title: "Sizes"\n    aliases: {K: M}\n')
    made.write("rubrics/hw.yaml", RUBRIC)
    return made


def travelled(loaded: Loaded) -> Loaded:
    there = pickle.loads(pickle.dumps(loaded))
    assert isinstance(there, Loaded)
    return there


def test_questions_and_rules_arrive_as_they_were(folder: Folder) -> None:
    here = Course(folder.root).load("hw")
    there = travelled(here)
    assert there is not here
    assert there.rubric.definition == here.rubric.definition
    assert [q.definition for q in there.assignment.questions] == [q.definition for q in here.assignment.questions]
    assert [q.asked for q in there.assignment.questions] == [q.asked for q in here.assignment.questions]
    for name, rules in here.rubric.questions.items():
        assert there.rubric.questions[name].points == rules.points
        assert there.rubric.questions[name].parts == rules.parts


def test_the_same_numbers_are_drawn_there(folder: Folder) -> None:
    here = Course(folder.root).load("hw")
    there = travelled(here)
    drawn = [draw_variants(each.assignment, each.rubric, "42", "s001") for each in (here, there)]
    assert drawn[0] == drawn[1]


@pytest.mark.parametrize("shared", [False, True])
def test_a_sheet_is_marked_there_as_here_and_nothing_of_the_roster_goes_along(folder: Folder, *, shared: bool) -> None:
    loaded = Course(folder.root).load("hw")
    content = b"question,part,answer\nstudent,,s001\n" + b"".join(
        f"lstm,{part},{answer}\n".encode() for part, answer in LSTM.items()
    )
    place = str(folder.write("submissions/s001.csv", content)) if shared else ""
    numbers = draw_variants(loaded.assignment, loaded.rubric, "42", "s001")
    paper = Paper(1, 1, Student("s001", "Ada Lovelace", "ada@example.edu"), "AAAA-BBBB")
    handed = Handed("submissions/s001.csv", content, paper, False, hashlib.sha256(content).hexdigest(), None, place)
    task = Task(handed, {q: json.dumps(variant.givens) for q, variant in numbers.items()}, (), loaded, "rules")
    sent = pickle.dumps(task)
    assert not [word for word in (b"Ada", b"example.edu", b"AAAA-BBBB") if word in sent]
    assert (content in sent) is not shared
    (key, here), (_, there) = (next(marked(HERE, [(0, [each])], 1)) for each in (task, pickle.loads(sent)))
    assert (key, there) == (0, here)
    assert isinstance(here[0], Marked)
    assert here[0].points == 6


def test_a_sheet_that_changed_where_it_is_read_again_is_not_marked(folder: Folder) -> None:
    loaded = Course(folder.root).load("hw")
    place = folder.write("submissions/s001.csv", b"question,part,answer\n")
    handed = Handed("s001.csv", b"", Paper(1, 1, Student("s001"), ""), False, "another hash", None, str(place))
    ((_, (outcome,)),) = marked(HERE, [(0, [pickle.loads(pickle.dumps(Task(handed, {}, (), loaded, "rules")))])], 1)
    assert outcome == "could not be marked (SheetProblem: it changed while it was being read)"


def test_what_was_read_counts_and_not_what_is_in_the_file_by_now(folder: Folder) -> None:
    """A worker that starts late must not see an assignment that is edited while papers are made."""
    packed = pickle.dumps(Course(folder.root).load("hw"))
    folder.write("assignments/hw.yaml", "title: being edi")
    folder.write("rubrics/hw.yaml", "points: 1")
    assert pickle.loads(packed).rubric.questions["lstm"].points == 12


def test_an_assignment_as_it_was_issued_travels_too(folder: Folder) -> None:
    definition = dict(
        questions=[q.definition for q in Course(folder.root).load("hw").assignment.questions][:1],
        rubric={"points": 7},
        wording=dict(title="Then", course="", questions=[["Cells", "", {}]]),
    )
    then = travelled(Course(folder.root).as_issued("hw", definition))
    assert (then.assignment.title, then.rubric.points) == ("Then", 7)


def test_a_courses_own_template_arrives_where_its_file_is_not(folder: Folder) -> None:
    source = Path(lstm_forward.__file__).read_text().replace('name="lstm_forward"', 'name="own"')
    path = folder.write("templates/own.py", source)
    folder.write("assignments/hw.yaml", "title: Own\nquestions: [{id: q, template: own}]\n")
    folder.write("rubrics/hw.yaml", "{}\n")
    here = Course(folder.root).load("hw")
    packed = pickle.dumps(here)
    path.write_text("not Python at all")
    there = pickle.loads(packed).assignment.questions[0].template
    assert (there.name, there.source) == ("own", here.assignment.questions[0].template.source)


def test_another_version_of_a_template_of_ours_is_a_sentence_that_says_what_to_do(folder: Folder) -> None:
    name, source, written, versions, own = pickle.loads(Course(folder.root).load("hw").recipe)
    with pytest.raises(CourseError, match=r"'lstm_forward' is another one where .* same version of grader"):
        unpacked(pickle.dumps((name, source, written, {**versions, "lstm_forward": "0" * 12}, own)))
