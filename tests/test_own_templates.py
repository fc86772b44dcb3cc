"""A course's own templates: the guide works as it is written, and what is wrong with a file is told in a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.course_folder import Done, Folder

GUIDE = Path(__file__).parent.parent / "docs" / "own-templates.md"
BLOCK = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CLASS = "student,name\n" + "".join(f"s{k:03},Name {k}\n" for k in range(1, 10))


def shown(text: str) -> str:
    """Output as the guide shows it: how long things take is not the same everywhere."""
    return re.sub(r"\d+\.\d ms", "… ms", text).strip()


def obey(folder: Folder, line: str) -> Done:
    """Run a line of the guide: `grader …`, maybe with something echoed into it."""
    echoed = re.fullmatch(r"echo '(.*)' \| (.*)", line)
    command, stdin = (echoed[2], echoed[1]) if echoed else (line, "")
    program, *arguments = command.split()
    assert program == "grader"
    return folder.run(*arguments, stdin=stdin)


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A course made by following the guide; every output that it shows is the program's."""
    folder, begun = Folder(tmp_path_factory.mktemp("guide")), set[str]()
    for _, name, body in BLOCK.findall(GUIDE.read_text(encoding="utf-8")):
        if name:
            before = (folder.root / name).read_text(encoding="utf-8") if name in begun else ""
            folder.write(name, before + body)
            begun.add(name)
            continue
        for command in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
            line, _, expected = command.partition("\n")
            done = obey(folder, line)
            assert (done.code, done.err) == (0, ""), line
            if "…" not in expected.splitlines():
                assert shown(done.out) == shown(expected), line
    return folder


class TestTheGuide:
    def test_uses_every_function_of_a_template(self, followed: Folder) -> None:
        written = (followed.root / "templates/confidence_interval.py").read_text(encoding="utf-8")
        for name in ("draw", "read", "settle", "ask", "solve", "guard", "wording", "show"):
            assert f"\ndef {name}(" in written

    def test_perfect_sheet_is_right(self, followed: Folder) -> None:
        assert set(followed.verdicts("s001", "first").values()) == {"right"}

    def test_mistake_is_named_once_and_carried_on(self, followed: Folder) -> None:
        assert followed.verdicts("s002", "first") == {
            "wait.mean": "right",
            "wait.sd": "mistake",
            "wait.se": "follows",
            "wait.interval[1]": "follows",
            "wait.interval[2]": "follows",
            "wait.contains": "right",
        }
        (row,) = [r for r in followed.table("reports/first/results.csv") if r["mistake"]]
        assert (row["student"], row["mistake"], row["points"]) == ("s002", "divided_by_n", "1")

    def test_slip_costs_its_own_points_and_no_more(self, followed: Folder) -> None:
        verdicts = followed.verdicts("s003", "first")
        assert verdicts.pop("wait.mean") == "wrong"
        assert set(verdicts.values()) == {"follows", "right"}
        points = {row["student"]: row["points"] for row in followed.table("reports/first/gradebook.csv")}
        assert points == {"s001": "10", "s002": "9", "s003": "8"}

    def test_forgotten_step_is_told_as_it_says(self, followed: Folder) -> None:
        guide = GUIDE.read_text(encoding="utf-8")
        (told,) = [body for kind, _, body in BLOCK.findall(guide) if kind == "text"]
        sound = (followed.root / "templates/confidence_interval.py").read_text(encoding="utf-8")
        forgot = sound.replace("interval[0] <= q.mu_0 <= interval[1]", "abs(q.mu_0 - mean) <= q.t * se")
        followed.write("forgetful.py", forgot)
        assert told in followed.run("check", "forgetful.py", "--seeds", "10").out

    def test_page_of_feedback_has_the_sentence(self, followed: Folder) -> None:
        page = (followed.root / "reports/first/feedback/s002.html").read_text(encoding="utf-8")
        assert "what one gets with n in place of n - 1 in the standard deviation" in page


@pytest.fixture
def ohm(tmp_path: Path) -> Folder:
    """A course with a new template that nothing was changed in, and a built-in one."""
    folder = Folder(tmp_path)
    folder.write("assignments/hw.yaml", "title: Circuits\nquestions:\n  - {id: q, template: ohm}\n")
    folder.write("assignments/other.yaml", "title: Other\nquestions:\n  - {id: clip, template: gradient_clipping}\n")
    folder.write("assignments/roster.csv", CLASS)
    assert folder.run("templates", "new", "ohm").code == 0
    return folder


def rewritten(folder: Folder, change: Callable[[str], str], name: str = "ohm") -> None:
    text = (folder.root / "templates/ohm.py").read_text(encoding="utf-8")
    folder.write(f"templates/{name}.py", change(text))


def line_with(folder: Folder, words: str) -> int:
    lines = (folder.root / "templates/ohm.py").read_text(encoding="utf-8").splitlines()
    return 1 + next(n for n, line in enumerate(lines) if words in line)


class TestANewTemplate:
    def test_works_unchanged_from_check_to_grade_in_several_processes(self, ohm: Folder) -> None:
        assert ohm.run("check", "templates/ohm.py").code == 0
        assert ohm.run("preview", "templates/ohm.py").code == 0
        assert ohm.run("solve", "templates/ohm.py").out == ohm.run("solve", "ohm").out
        assert ohm.run("generate", "hw", "--seed", "1", "--workers", "2").code == 0
        for number in range(1, 10):
            ohm.sheet(f"s{number:03}", {"q": {"R": "8"}})
        assert ohm.run("grade", "submissions", "--workers", "2").code == 0
        assert len(list((ohm.root / "reports/hw/feedback").glob("*.pdf"))) == 9

    def test_is_previewed_outside_a_course(self, tmp_path: Path) -> None:
        folder = Folder(tmp_path)
        assert "grader init" in folder.run("templates", "new", "ohm").out
        assert folder.run("preview", "templates/ohm.py").out.splitlines() == [
            f"preview/ohm/{name}" for name in ("handout.pdf", "sheet.csv", "sheet-filled.csv", "feedback.pdf")
        ]
        assert not (tmp_path / "gradebook.db").exists()

    def test_leaves_nothing_beside_its_file(self, ohm: Folder) -> None:
        ohm.run("check", "templates/ohm.py", "--seeds", "1")
        assert [path.name for path in (ohm.root / "templates").iterdir()] == ["ohm.py"]

    def test_is_listed_with_its_file(self, ohm: Folder) -> None:
        assert (
            "circuits\n  ohm                     Resistors in series  (templates/ohm.py)\n" in ohm.run("templates").out
        )

    def test_never_takes_the_place_of_another_file(self, ohm: Folder) -> None:
        before = (ohm.root / "templates/ohm.py").read_bytes()
        done = ohm.run("templates", "new", "ohm")
        assert (done.code, "is there already" in done.err) == (1, True)
        assert (ohm.root / "templates/ohm.py").read_bytes() == before

    @pytest.mark.parametrize("name", ["Ohm", "two words", "../ohm", "new", "class", "2ohm", "lstm_forward", "ohm.py"])
    def test_must_have_a_name_that_can_be_used(self, ohm: Folder, name: str) -> None:
        done = ohm.run("templates", "new", name)
        assert done.code == 1
        assert f"'{name}'" in done.err

    def test_is_told_of_a_parameter_that_changes_nothing(self, ohm: Folder) -> None:
        places = '    places: int = Field(1, ge=0, le=3, description="decimals of the givens")\n'
        rewritten(ohm, lambda text: text.replace(places, f"{places}    colour: bool = False\n"))
        told = ohm.run("check", "templates/ohm.py", "--seeds", "1").out
        changes = re.findall(r"^ohm (.*?):", told, re.MULTILINE)
        assert changes == ["voltage=[5, 23]", "voltage=[5, 25]", "places=2", "colour=True", "colour"]
        assert "\nohm colour: warning: it changes nothing that is drawn, asked, solved, worded or guarded\n" in told

    def test_needs_a_name(self, ohm: Folder) -> None:
        done = ohm.run("templates", "new")
        assert (done.code, "grader templates new pendulum" in done.err) == (2, True)


PLAIN = "`draw` must return plain numbers, strings, lists and mappings: "
NOT_PLAIN = [
    ("chance.decimals(*p.voltage, 0, 2)", "'U' is a numpy array; add .tolist()"),
    ("[chance.decimals(*p.voltage, 0)[()]]", "'U' holds a numpy float64; add .item()"),
    ("chance", "'U' is of type Stream"),
    ("chance.decimal(5, 9, 0), 7: 0", "the name 7 is of type int; names are strings"),
]


def drawing(what: str) -> Callable[[str], str]:
    """A change of the file: what it draws for U."""
    return lambda text: text.replace("chance.decimal(*p.voltage, p.places)", what)


UNKNOWN = r"Pages do not know the command \foo; word the formula without it (\foo{g"
WRONG = [
    (lambda s: s.replace("def ask(", "def ask(("), "line {def ask}: this is not Python: "),
    (lambda s: s.partition("TEMPLATE = ")[0], ": the file must define TEMPLATE = Template(...)"),
    (lambda s: s.replace('("U", "R_1", "R_2")', "undefined"), "line {NAMES = }: the file cannot be loaded: NameError"),
    (lambda s: s.replace('name="ohm"', 'name="lstm_forward"'), "line {name=}: there is a built-in template"),
    (lambda s: s.replace('name="ohm"', 'name="new"'), "'new' cannot be a template's name"),
    (lambda s: s.replace("solve=solve", "solve=None"), "`solve` must be a function"),
    (lambda s: re.sub(r'    "parallel": .*\n', "", s), "the mistake parallel has no sentence"),
    (lambda s: s.replace("q.U / R,", "q.V / R,"), "line {q.V / R}: `solve` fails with AttributeError: "),
    (lambda s: s.replace('"R", domain', '"R", shape=(2,), domain'), "step 'R' has the shape (), but `ask` says (2,)"),
    (lambda s: s.replace('step("U_2"', 'step("U_3"'), "`solve` makes no step of this name. Did you mean 'U_3'?"),
    (lambda s: s.replace('"R_2": chance', '"R_3": chance'), "`draw` and `read` do not agree: unknown given 'R_3'"),
    (lambda s: s.replace("lambda: q.R_1 * I)", "lambda: [q.R_1])"), "other_resistor at the step 'U_2' is ["),
    (lambda s: s.replace("resistors $R_1$", r"resistors $\\foo{g$"), "line {def wording}: `wording`: " + UNKNOWN),
    (lambda s: s.replace('"U / R"', r'r"\foo{g"'), "line {q.U / R, }: `solve`: " + UNKNOWN),
    (lambda s: s.replace('"I", domain', r'r"\foo{g", domain'), 'line {Part("I"}: `ask`: ' + UNKNOWN),
    (lambda s: s.replace("Shown(name,", r'Shown(r"\foo{g",'), "line {def show}: `show`: " + UNKNOWN),
    *((drawing(text), f'line {{"U": }}: {PLAIN}{problem}') for text, problem in NOT_PLAIN),
]  # fmt: skip


class TestABadFile:
    @pytest.mark.parametrize("command", ["check", "preview"])
    @pytest.mark.parametrize(("change", "sentence"), WRONG, ids=[sentence for _, sentence in WRONG])
    def test_is_told_in_one_sentence(
        self, ohm: Folder, command: str, change: Callable[[str], str], sentence: str
    ) -> None:
        rewritten(ohm, change)
        done = ohm.run(command, "templates/ohm.py")
        assert done.code == 1
        (told,) = [line for line in (done.out + done.err).splitlines() if "templates/ohm.py" in line]
        expected = re.sub(r"\{(.*?)\}", lambda found: str(line_with(ohm, found[1])), sentence)
        assert expected in told
        assert told.startswith(("Error: templates/ohm.py", "FAILS: templates/ohm.py"))

    def test_stands_only_in_the_way_of_who_uses_it(self, ohm: Folder) -> None:
        assert ohm.run("generate", "--seed", "1").code == 0
        ohm.sheet("s001", {"clip": {"norm": "1"}}, assignment="other")
        rewritten(ohm, lambda text: text + "\nundefined\n")
        where = f"templates/ohm.py, line {line_with(ohm, 'undefined')}"
        for command in (
            "generate other",
            "preview other",
            "check other --seeds 2",
            "grade submissions --assignment other",
        ):
            assert ohm.run(*command.split()).code == 0, command
        for command in ("generate hw", "preview hw", "check", "grade submissions"):
            done = ohm.run(*command.split())
            assert done.code == 1, command
            assert f"{where}: the file cannot be loaded" in done.out + done.err
        assert f"cannot be used\n  {where}: " in ohm.run("templates").out

    def test_two_files_with_one_name_are_both_named(self, ohm: Folder) -> None:
        rewritten(ohm, lambda text: text, "second")
        for command in ("generate hw", "preview templates/second.py", "check templates/ohm.py"):
            done = ohm.run(*command.split())
            assert done.code == 1, command
            assert (
                f"second.py, line {line_with(ohm, 'name=')}: templates/ohm.py has a template 'ohm' too"
                in done.out + done.err
            )

    def test_that_fails_while_papers_are_drawn_in_other_processes_is_told_the_same(self, ohm: Folder) -> None:
        rewritten(ohm, lambda text: text.replace("return [Shown(", "return [Shown(q.nothing, "))
        done = ohm.run("generate", "hw", "--seed", "1", "--workers", "2")
        assert done.code == 1
        assert "`show` fails with AttributeError" in done.err


def test_a_file_that_changed_after_issuing_changes_marks_only_when_told_to(ohm: Folder) -> None:
    ohm.run("generate", "hw", "--seed", "1")
    ohm.sheet("s001", {"q": {"R": "1"}})
    assert "has changed" not in ohm.run("grade", "submissions").out
    assert ohm.verdicts("s001")["q.R"] == "wrong"
    rewritten(ohm, lambda text: text.replace("q.R_1 + q.R_2, ", "1.0, "))
    done = ohm.run("grade", "submissions")
    assert done.code == 0
    assert "Old marks are kept; `grader regrade hw`" in done.out
    assert ohm.verdicts("s001")["q.R"] == "wrong"
    assert ohm.run("regrade", "hw", "--apply").code == 0
    assert ohm.verdicts("s001")["q.R"] == "right"
