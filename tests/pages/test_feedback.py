"""Feedback: what students read about their marks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.pages.papers import alone, assignment, believed, cases, changed, key, marks, page, perfect, rubric, slipped
from tests.pages.reading import page_texts
from tests.pages.test_html import read

import grader
from grader.answers import BLANK
from grader.marking import Mark
from grader.pages.blocks import Document, Marked, Plain, Table, Worked
from grader.pages.paper.pdf import pdf_bytes
from grader.pages.reasons import LEVELS, summary
from grader.pages.screen.html import html_text
from grader.rubric_file import Reveal
from grader.templates import BUILT_IN

INSIDE = re.compile(r"\b(follows|carried|carry|pinned|admissible|inadmissible|coarse|verdict)\b", re.IGNORECASE)
"""The program's own words, which say nothing to a student."""
NUMBER = re.compile(r"\d+\.\d+")
IN_FORMULAS = {"softmax", "output", "padding", "arg", "argmax"}
"""Mathematics is read letter by letter in one form, and word by word in the other."""


def mark(part: str, verdict: str, points: float) -> Mark:
    return Mark(part, part, BLANK, verdict, points, 2.0, 0.5)


def rows(document: Document) -> dict[str, list[str]]:
    """The words of each row of the tables, by its first cell."""
    tables = [block for block in document.blocks if isinstance(block, Table)]
    texts = [[cell.text if isinstance(cell, Marked) else str(cell) for cell in row] for t in tables for row in t.rows]
    return {row[0]: row[2:] for row in texts}


def sentences(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Plain)]


def said(document: Document) -> str:
    return " ".join(read(html_text(document)).said)


def test_full_points_are_said_in_a_sentence() -> None:
    assert summary({"q": [mark("a", "right", 2.0), mark("b", "follows", 2.0)]}) == "Full points: nothing was lost."


def test_what_answers_lost_is_told_apart_from_what_lateness_cost() -> None:
    assert summary({"q": [mark("a", "right", 2.0)]}, late=True) == "Full points for the answers."
    said = summary({"q": [mark("a", "wrong", 0.0)]}, late=True)
    assert said.startswith("You lost 2 points for answers: ")


def test_what_was_lost_is_told_by_its_reason() -> None:
    given = {"q": [mark("a", "mistake", 1.0), mark("b", "follows", 2.0)], "r": [mark("c", "wrong", 0.0)]}
    assert summary(given) == "You lost 3 points in all: one slip at a of q; one answer not right at c of r."


def test_one_slip_is_one_line() -> None:
    assert summary({"q": [mark("c_1", "mistake", 0.0)]}) == "You lost 2 points in all: one slip at c_1."


def test_the_cells_of_an_array_are_one_place() -> None:
    cells = [mark("dW", "wrong", 0.0)._replace(cell=f"dW[{k}]") for k in (1, 2)]
    assert summary({"q": cells}) == "You lost 4 points in all: two answers not right at dW (2 entries)."
    assert summary({"q": cells[:1]}) == "You lost 2 points in all: one answer not right at dW[1]."
    slips = [each._replace(verdict="mistake") for each in cells]
    assert summary({"q": slips}) == "You lost 4 points in all: one slip at dW (2 entries)."


def test_one_digit_is_told_to_be_too_few() -> None:
    document = page({"lstm": {"f_1": f"{key('lstm')['f_1'].value.item():.1f}"}})
    assert rows(document)["f_1"][1] == "✗ not right"
    assert "f_1: right as far as it goes, but one digit is too few to tell." in sentences(document)


def test_a_property_that_is_missed_is_one_answer() -> None:
    cells = [mark("boxes", "wrong", 0.0)._replace(cell=f"boxes[{k}]", expected=None) for k in range(1, 17)]
    told = "You lost 34 points in all: two answers not right at boxes and iou."
    assert summary({"q": [*cells, mark("iou", "wrong", 0.0)]}) == told


def test_where_there_are_several_questions_each_part_has_its_own() -> None:
    given = {"q": [mark(name, "wrong", 0.0) for name in "abcd"], "r": [mark(name, "wrong", 0.0) for name in "xyz"]}
    assert summary(given).endswith("seven answers not right at a, b, c and d of q, x of r and 2 more.")


def test_parts_of_one_name_are_told_apart_by_their_question() -> None:
    given = {"q": [mark("a", "blank", 0.0)], "r": [mark("a", "right", 2.0)]}
    assert summary(given) == "You lost 2 points in all: one answer missing at a of q."


def test_what_could_not_be_read_is_open_and_not_lost() -> None:
    given = {"q": [mark("a", "unreadable", 0.0), mark("b", "blank", 0.0)]}
    assert summary(given) == (
        "You lost 2 points in all: one answer missing at b. 2 points are still open: not marked yet at a."
    )


def test_where_only_points_are_told_the_sum_has_no_reasons() -> None:
    assert summary({"q": [mark("a", "mistake", 1.0)]}, "points") == "You lost 1 point in all."


def test_a_right_answer_on_a_wrong_value_says_what_it_earns() -> None:
    sheet = {**perfect(), "lstm": slipped("lstm", "i_1", 0.5)}
    assert rows(page(sheet))["c_1"][1] == "✓ right for your earlier value (full points)"
    half = rubric(follow_through=0.5)
    assert rows(page(sheet, rules=half))["c_1"][1] == "✓ right for your earlier value (half of the points)"
    most = rubric(follow_through=0.75)
    assert rows(page(sheet, rules=most))["c_1"][1] == "✓ right for your earlier value (75% of the points)"


def test_the_earlier_value_is_named_as_it_was_written() -> None:
    sheet = {**perfect(), "lstm": slipped("lstm", "i_1", 0.5)}
    assert "c_1: worked out correctly from your own i_1 = 0.50000." in sentences(page(sheet))


def test_a_diagnosis_says_how_the_value_arises_and_not_what_the_student_did() -> None:
    wrong = f"{float(key('lstm')['f_1'].mistakes['bias_left_out'].item()):.4f}"
    assert f"f_1: {wrong} is what one gets with the bias left out." in sentences(page(changed(lstm={"f_1": wrong})))


@pytest.mark.parametrize("template", BUILT_IN.values(), ids=list(BUILT_IN))
def test_every_diagnosis_completes_its_sentence(template: object) -> None:
    for mistake in getattr(template, "mistakes").values():  # noqa: B009 - templates differ in their types
        assert mistake.sentence.startswith("what one gets ")
        assert not mistake.sentence.endswith(".")


def test_a_belief_is_charged_once_and_the_page_says_so() -> None:
    table = rows(page({**perfect(), "lstm": believed("lstm", "bias_left_out")}))
    assert table["f_1"][1] == "~ a known slip"
    assert table["i_1"][1] == "~ the same slip again, charged once"
    assert table["i_1"][3] == "0.83 of 0.83"


def test_a_repeated_slip_that_costs_again_is_not_called_free() -> None:
    sheet = {**perfect(), "lstm": believed("lstm", "bias_left_out")}
    assert rows(page(sheet, rules=rubric(repeated_mistake=0.5)))["i_1"][1] == "~ the same slip again"


@pytest.mark.case(87)
def test_too_few_digits_are_told_with_what_was_asked_for() -> None:
    assert any(
        "right as far as it goes; at least 3 decimals were asked for." in each
        for each in sentences(page(cases()["few digits"]))
    )


def test_an_unreadable_answer_is_open_and_says_how_to_write_it() -> None:
    document = page(cases()["unreadable"])
    answer, words, accepted, points = rows(document)["f_1"]
    assert (answer, words, accepted) == ("about 3", "? not marked yet: we could not read this", "")
    assert points == "0.83 open"
    sentence = "f_1: we could not read this: 'about 3' is not a number: write it like 0.852, -3e-5 or 1/3."
    assert sentence in sentences(document)


def test_an_answer_is_shown_as_it_was_read_where_that_is_not_plain() -> None:
    """A decimal comma is plain: a sheet full of them needs no word on each."""
    assert rows(page(cases()["cells"]))["H_1[1]"][0] == "0,5"
    assert rows(page(cases()["choice"]))["c_1"][0] == "1/3 (read as 0.333333)"


def test_right_entries_of_an_array_share_a_row() -> None:
    table = rows(page(cases()["cells"]))
    assert table["precision, 11 of 12"][1] == "✓ right"
    assert table["precision[2]"][1] == "✗ not right"


def test_entries_without_an_answer_share_a_row() -> None:
    assert rows(page(cases()["blank"]))["precision, all 12"][:2] == ["–", "– no answers"]


def test_an_array_is_named_as_a_whole_where_all_of_it_is_meant() -> None:
    sheet = {**perfect(), "ap": believed("ap", "recall_over_ranks")}
    sentence = "these are what one gets with recall over the number of ranks instead of the relevant items."
    assert any(each.startswith("recall") and each.endswith(sentence) for each in sentences(page(sheet)))


def test_a_part_that_is_judged_by_a_property_is_one_row() -> None:
    """Its sixteen numbers are one answer: they are right together, or not."""
    pair = [["0", "0", "1", "1"], ["0", "0", "2", "2"]]
    document = alone("box_iou_l2", {"boxes": pair * 2}, construct=True)
    answer, words, accepted, points = rows(document)["boxes, all 16"]
    assert (answer, words, points) == ("0, 0, 1, 1, …", "✗ not right", "0 of 1")
    assert accepted == "any answer that has the property asked for"
    assert "boxes: the IoU of the two pairs is the same: 0.25 and 0.25." in sentences(document)


def test_whole_numbers_and_choices_are_accepted_exactly() -> None:
    table = rows(page(cases()["choice"]))
    assert table["size_1"][2] == f"{int(key('tconv')['size_1'].value)} exactly"
    assert table["best"][2] == f"{key('boxes')['best'].value} exactly"


def test_an_answer_called_not_right_never_lies_in_an_interval_called_accepted() -> None:
    """A table filled with one value makes every later value that one: it is not accepted, and not said to be."""
    table = rows(page({**perfect(), "ap": slipped("ap", "precision", 0.3)}))
    for name, (answer, words, accepted, _) in table.items():
        if words == "✗ not right" and " to " in accepted:
            for interval in accepted.replace(" from your values", "").split(", or "):
                low, high = (float(end.replace("−", "-")) for end in interval.split(" to "))
                assert not low <= float(answer) <= high, name


def test_a_further_right_answer_stands_beside_the_key() -> None:
    rules = rubric(questions=dict(tconv=dict(parts=dict(size_1=dict(accept=[99])))))
    assert rows(page(perfect(), rules=rules))["size_1"][2].endswith(" or 99 exactly")


def test_a_part_that_does_not_count_says_so() -> None:
    rules = rubric(questions=dict(lstm=dict(parts=dict(f_1=dict(void="drop")))))
    document = page(perfect(), "points", rules)
    assert rows(document)["f_1"][-1] == "–"
    assert "f_1: this part does not count." in sentences(document)


def test_a_question_that_is_right_needs_no_solution() -> None:
    solved = [block for block in page(changed(lstm={"f_1": "0.1"})).blocks if isinstance(block, Worked)]
    assert [solution.steps[0].symbol for solution in solved] == ["f_{1}"]


@pytest.mark.parametrize(
    ("reveal", "header"),
    [
        ("points", ("part", "symbol", "your answer", "points")),
        ("verdicts", ("part", "symbol", "your answer", "marked as", "points")),
        ("expected", ("part", "symbol", "your answer", "marked as", "accepted", "points")),
        ("solution", ("part", "symbol", "your answer", "marked as", "accepted", "points")),
    ],
)
def test_each_level_tells_as_much_as_its_name(reveal: Reveal, header: tuple[str, ...]) -> None:
    document = page(cases()["beliefs"], reveal)
    assert {block.header for block in document.blocks if isinstance(block, Table)} == {header}
    assert any(isinstance(block, Worked) for block in document.blocks) == (reveal == "solution")


@pytest.mark.parametrize("reveal", ["points", "verdicts"])
@pytest.mark.parametrize("case", cases())
def test_below_expected_no_number_stands_that_is_not_points_or_the_students_own(case: str, reveal: Reveal) -> None:
    sheet = cases()[case]
    document = page(sheet, reveal)
    own = {number for cells in sheet.values() for text in cells.values() for number in NUMBER.findall(text)}
    texts = said(document), "\n".join(page_texts(pdf_bytes(document)))
    for text in texts:
        free = re.sub(r"write it like 0\.852|like 0\.5|1,234'? could be 1\.234|\(read as [\d.]+\)", "", text)
        free = re.sub(r"[\d.]+ of [\d.]+|[\d.]+ open|[\d.]+ points", "", free)
        left = {number for number in NUMBER.findall(free) if not any(whole.startswith(number) for whole in own)}
        assert left == set()
        assert "exactly" not in free


@pytest.mark.parametrize("case", cases())
def test_where_only_points_are_told_no_answer_is_called_right_or_not(case: str) -> None:
    document = page(cases()[case], "points")
    assert not re.search(r"right|slip|digits|what one gets|worked out", said(document))


@pytest.mark.parametrize("reveal", LEVELS)
@pytest.mark.parametrize("case", cases())
def test_no_page_speaks_the_programs_language(case: str, reveal: Reveal) -> None:
    assert not INSIDE.search(said(page(cases()[case], reveal)))


def messages() -> Iterator[tuple[str, str]]:
    """Every sentence in the modules whose texts reach students: strings with a space, docstrings left out."""
    root = Path(grader.__file__).parent
    files = [
        *root.glob("marking/*.py"), *root.glob("sheets/*.py"), *root.glob("templates/*.py"), *root.glob("intake/*.py"),
        *(root / "pages" / f"{name}.py" for name in ("feedback", "reasons", "accepted", "wording", "handout")),
        root / "tolerance.py",
    ]  # fmt: skip
    for path in files:
        tree = ast.parse(path.read_text("utf-8"))
        bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
                yield from [(path.name, node.value)] * (" " in node.value.strip())


def test_no_sentence_that_can_reach_a_student_speaks_the_programs_language() -> None:
    assert [found for found in messages() if INSIDE.search(found[1])] == []


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{3,}|\d+\.\d{2,}", text.lower())) - IN_FORMULAS


@pytest.mark.parametrize("reveal", LEVELS)
@pytest.mark.parametrize("case", cases())
def test_pdf_and_html_carry_the_same_words(case: str, reveal: Reveal) -> None:
    document = page(cases()[case], reveal)
    on_paper = words("\n".join(page_texts(pdf_bytes(document)))) - {"page"}
    assert on_paper == words(said(document))


def test_the_marks_of_the_cases_are_of_every_kind() -> None:
    """Else the tests above would look at less than they say."""
    found = {m.verdict for sheet in cases().values() for given in marks(sheet).values() for m in given}
    assert found == {"right", "follows", "coarse", "mistake", "wrong", "blank", "unreadable"}
    assert len(assignment().questions) == 5
