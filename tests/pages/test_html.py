import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.pages.demonstration import HOSTILE, NAMES, demonstration, question_blocks

from grader.drawing import Math
from grader.pages.blocks import (
    AnswerBox,
    AnswerBoxes,
    Document,
    Facts,
    Form,
    FormPart,
    Given,
    Givens,
    Heading,
    Marked,
    Plain,
    Table,
    Text,
)
from grader.pages.screen.html import html_text

VOID = {"meta", "br"}


class Balanced(HTMLParser):
    """Fails on a tag that is closed out of turn, and keeps what was opened and said."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.said.append(data)


def read(page: str) -> Balanced:
    parser = Balanced()
    parser.feed(page)
    parser.close()
    assert parser.open == []
    return parser


def test_every_tag_is_closed_in_turn() -> None:
    read(html_text(demonstration()))


def test_nothing_of_latex_or_markdown_is_left_over() -> None:
    said = "".join(read(html_text(Document("T", question_blocks()))).said)
    assert not re.search(r"\$|\\[a-z]+|\*\*", said)


def test_table_headers_say_what_they_head() -> None:
    page = read(html_text(Document("T", (Table(("Part", "Points"), (("f_1", "2"),)),))))
    assert [(tag, attrs.get("scope")) for tag, attrs in page.seen if tag in ("th", "td")] == [
        ("th", "col"),
        ("th", "col"),
        ("th", "row"),
        ("td", None),
    ]


def test_headings_never_skip_a_level() -> None:
    page = read(html_text(Document("T", (Heading("a", 3), Heading("b", 1), Heading("c", 3), Heading("d", 3)))))
    assert [tag for tag, _ in page.seen if re.fullmatch(r"h\d", tag)] == ["h1", "h2", "h2", "h3", "h3"]


def test_the_page_has_its_language_and_landmarks() -> None:
    page = read(html_text(Document("T", (), footer="f", language="de")))
    tags = [tag for tag, _ in page.seen]
    assert ("html", {"lang": "de"}) in page.seen
    assert [tags.count(tag) for tag in ("header", "main", "footer", "h1")] == [1, 1, 1, 1]


def test_drawings_have_a_role_and_a_title() -> None:
    page = html_text(demonstration())
    assert page.count("<svg") == page.count('<svg role="img"') == len(re.findall(r"<svg[^>]*><title>\w", page))


def test_a_page_needs_no_other_file_and_no_script() -> None:
    page = read(html_text(demonstration()))
    assert not {"script", "img", "link", "iframe", "object"} & {tag for tag, _ in page.seen}
    assert not [a for _, attrs in page.seen for a in attrs if a in ("src", "href") or a.startswith("on")]


def test_a_page_may_ask_nothing_of_any_network() -> None:
    page = read(html_text(demonstration()))
    (policy,) = [attrs["content"] for _, attrs in page.seen if attrs.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None
    assert policy.split("; ")[0] == "default-src 'none'"
    assert "script-src 'none'" in policy


PART = FormPart("f_1", "number", (), ("f_1",), ("forget gate",))
BOXES = AnswerBoxes((AnswerBox("f_1", "f_1", question="lstm"), AnswerBox("g_1", "g_1", question="lstm")))


def form_page(student: str, instance: str = "") -> str:
    form = Form("hw4", student, instance, (("lstm", (PART,)),))
    return html_text(Document("T", (BOXES,), form=form))


def scripts(page: str) -> list[str]:
    return re.findall(r"<script[^>]*>(.*?)</script>", page, re.DOTALL)


def test_only_a_part_of_the_form_is_a_field() -> None:
    page = read(form_page("s001"))
    assert [attrs["id"] for tag, attrs in page.seen if tag == "input"] == ["cell-0"]
    assert [attrs["for"] for tag, attrs in page.seen if tag == "label"] == ["cell-0"]
    assert [attrs.get("aria-label") for _, attrs in page.seen if attrs.get("class") == "box"] == ["empty box"]


def test_a_forms_scripts_are_the_same_for_everyone() -> None:
    """So they can be read once, and trusted for all students' pages."""
    one, two = scripts(form_page("s001", "K7Q2-9FXM")), scripts(form_page("s002", "AAAA-BBBB"))
    assert [a == b for a, b in zip(one, two, strict=True)] == [False, True, True]
    assert len(one[2].encode()) < 19_000


def test_only_the_pages_own_script_may_run() -> None:
    page = form_page("s001")
    digest = base64.b64encode(hashlib.sha256(scripts(page)[2].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'\"" in page


def test_no_data_of_a_student_ends_a_script() -> None:
    hostile = "</script><script>alert(1)</script><!-- \u2028"
    page = form_page(hostile, "<!--<script>")
    assert len(scripts(page)) == 3
    data = json.loads(scripts(page)[0])
    assert (data["student"], data["instance"]) == (hostile, "<!--<script>")


def test_a_name_from_right_to_left_is_isolated() -> None:
    page = html_text(Document("T", (Facts((("Student", "محمد علي"), ("ID", "s001"))),)))
    assert "<dd><bdi>محمد علي</bdi></dd>" in page
    assert "<dd>s001</dd>" in page


def test_a_header_that_is_a_formula_is_named_by_its_characters() -> None:
    page = html_text(Document("T", (Table((Math("P_k"), Text("rank $k$")), (("1", "2"),)),)))
    assert re.findall(r'<math aria-label="([^"]*)"', page) == ["Pk"]


@pytest.mark.case(131)
def test_names_are_there_whole_in_every_script() -> None:
    assert NAMES in "".join(read(html_text(demonstration())).said)


@pytest.mark.case(134)
def test_hostile_text_stays_text() -> None:
    said = "".join(read(html_text(Document("T", (Plain(HOSTILE),)))).said)
    assert "</p><script>alert('x')</script>" in said
    assert "$\\frac{a}{b}$ **bold**" in said


def test_a_marked_cell_says_in_words_what_its_colour_stresses() -> None:
    page = html_text(Document("T", (Table(("a",), ((Marked("✓ right", "good"),),), row_headers=False),)))
    assert '<span class="good">✓ right</span>' in page


def test_a_given_is_one_formula_with_its_numbers() -> None:
    page = html_text(Document("T", (Givens((Given("W_f", (("1.0", "-2.0"), ("3.0", "4.0"))),)),)))
    assert page.count("<math") == 1
    assert re.findall(r"<mtd><mn>(.*?)</mn></mtd>", page) == ["1.0", "-2.0", "3.0", "4.0"]


def test_answer_boxes_are_named_as_on_the_sheet() -> None:
    page = html_text(Document("T", (AnswerBoxes((AnswerBox("dW[1,2]", "x", "3 decimals"),)),)))
    assert "<strong>dW[1,2]</strong>" in page
    assert "3 decimals" in page


def test_bullets_are_a_list() -> None:
    page = html_text(Document("T", (Text("before\n\n- one\n- two $x$\n\nafter"),)))
    assert re.sub(r"<math.*?</math>", "x", page).count("<ul><li>one</li><li>two x</li></ul>") == 1


def test_a_table_of_ragged_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="give all the same"):
        html_text(Document("T", (Table(("a", "b"), (("1",),)),)))


def test_a_formula_in_a_cell_is_mathml() -> None:
    assert "<math" in html_text(Document("T", (Table(("a",), ((Math("x^2"),),)),)))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_no_text_opens_or_closes_a_tag(text: str) -> None:
    blocks = (
        Heading(text, 1, text, text),
        Plain(text),
        Table((text,), ((text,),)),
        Givens((Given("x", text),)),
    )
    plain = read(html_text(Document("T", (Heading("a", 1, "a", "a"), Plain("a"), *blocks[2:]))))
    page = read(html_text(Document(text, blocks, text, text, text, text)))
    assert {tag for tag, _ in page.seen} <= {tag for tag, _ in plain.seen} | {"span", "p", "footer"}
