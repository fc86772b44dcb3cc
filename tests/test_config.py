from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import Field

from grader.config import Record, checked, load_yaml, read_yaml
from grader.errors import CourseError

FILE = Path("hw.yaml")


def data(text: str) -> Any:
    return load_yaml(text, FILE).data


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("yes", "yes"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("''", ""),
        ("010", 10),
        ("-3", -3),
        ("+3", 3),
        ("1e-3", 0.001),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("-1.5E+2", -150.0),
        ("12:30", "12:30"),
        ("1:30:45", "1:30:45"),
        ("2026-12-01", "2026-12-01"),
        ("2026-12-01 23:59", "2026-12-01 23:59"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("0b101", "0b101"),
        ("'1'", "1"),
        ('"true"', "true"),
        ("1.2.3", "1.2.3"),
        (".nan", ".nan"),
        ("=", "="),
    ],
)
def test_scalars_are_those_of_yaml_1_2(text: str, value: object) -> None:
    found = data(f"key: {text}")["key"]
    assert found == value
    assert type(found) is type(value)


def test_an_absurdly_long_integer_stays_text() -> None:
    assert data(f"key: {'9' * 5000}")["key"] == "9" * 5000


def test_keys_are_words_whatever_they_look_like() -> None:
    assert data("1: a\nno: b\n010: c\n") == {"1": "a", "no": "b", "010": "c"}


def test_an_empty_file_holds_nothing() -> None:
    assert data("") is None
    assert data("# only a note\n") is None


def test_every_place_has_its_line() -> None:
    source = load_yaml("title: A\nquestions:\n  - id: a\n    ask: [x,\n      y]\n  - id: b\n", FILE)
    assert source.line(("title",)) == 1
    assert source.line(("questions",)) == 2
    assert source.line(("questions", 0, "id")) == 3
    assert source.line(("questions", 0, "ask", 1)) == 5
    assert source.line(("questions", 1, "id")) == 6


def test_what_has_no_place_has_the_line_of_what_is_around_it() -> None:
    source = load_yaml("a:\n  b: 1\n", FILE)
    assert source.line(("a", "b", "c")) == 2
    assert source.line(("a", "x")) == 1


def error(text: str) -> str:
    with pytest.raises(CourseError) as caught:
        data(text)
    return str(caught.value)


def test_a_key_that_stands_twice_is_an_error_with_both_lines() -> None:
    assert error("a: 1\nb: 2\na: 3\n") == "hw.yaml, line 3: 'a' stands here twice (first in line 1)"
    assert error("q:\n  a: 1\n  'a': 2\n") == "hw.yaml, line 3: 'a' stands here twice (first in line 2)"


def test_what_is_no_yaml_is_an_error_with_its_line() -> None:
    assert error("a: 1\nb: [1, 2\n").startswith("hw.yaml, line 3: this is not valid YAML: ")
    assert error("a:\n\tb: 1\n").startswith("hw.yaml, line 2: this is not valid YAML: ")
    assert error("a: 1\n---\nb: 2\n").startswith("hw.yaml, line 2: this is not valid YAML: ")
    assert error("a: @b\n").startswith("hw.yaml, line 1: this is not valid YAML: ")


def test_a_key_must_be_a_word() -> None:
    assert error("? [1, 2]\n: x\n") == "hw.yaml, line 1: a key must be a word"


def test_an_alias_to_what_it_is_in_is_an_error() -> None:
    assert "an alias refers to what it is in" in error("a: &x [*x]\n")


def test_deep_nesting_is_an_error_and_no_crash() -> None:
    assert error("a: " + "[" * 30_000).startswith("hw.yaml")


def test_a_file_that_is_missing_or_not_utf8_says_so(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="there is no such file"):
        read_yaml(tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"title: f\xfcr\n")
    with pytest.raises(CourseError, match=r"latin\.yaml: this cannot be read"):
        read_yaml(tmp_path / "latin.yaml")
    (tmp_path / "bom.yaml").write_bytes("\ufefftitle: für\n".encode())
    assert read_yaml(tmp_path / "bom.yaml").data == {"title": "für"}


class Inner(Record):
    points: float = Field(1, ge=0)
    template: str = ""


class Outer(Record):
    title: str
    parts: dict[str, Inner] = Field(default_factory=dict)
    rows: list[Inner] = Field(default_factory=list)


def outer(text: str) -> Outer:
    return checked(Outer, load_yaml(text, FILE))


def test_a_record_is_checked() -> None:
    assert outer("title: A\nparts: {x: {points: 2}}\n").parts["x"].points == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title: A\ntitel: B\n", "hw.yaml, line 2: unknown key 'titel'. Did you mean 'title'?"),
        ("parts: {}\n", "hw.yaml, line 1: 'title' is missing"),
        ("title: A\nparts:\n  x:\n    pionts: 2\n", "hw.yaml, line 4: unknown key 'pionts'. Did you mean 'points'?"),
        ("title: A\nrows:\n - tempalte: a\n", "hw.yaml, line 3: unknown key 'tempalte'. Did you mean 'template'?"),
        ("title: A\nrows:\n - zzz: a\n", "hw.yaml, line 3: unknown key 'zzz'. Known are: points, template."),
        (
            "title: A\nparts:\n  x: {points: -2}\n",
            "hw.yaml, line 3: points must be at least 0",
        ),
        ("title: [1]\n", "hw.yaml, line 1: title must be text (in quotes, if it looks like a number), not [1]"),
        ("title: A\nrows: 5\n", "hw.yaml, line 2: rows must be a list, such as [a, b], not 5"),
        ("title: A\nparts: 5\n", "hw.yaml, line 2: parts must be a mapping, such as {key: value}, not 5"),
        ("", "hw.yaml: expected `key: value` lines here, and found nothing"),
        ("- 1\n", "hw.yaml, line 1: expected `key: value` lines here, and found [1]"),
    ],
)
def test_what_does_not_fit_a_record_is_an_error_with_line_and_nearest_word(text: str, message: str) -> None:
    with pytest.raises(CourseError) as caught:
        outer(text)
    assert str(caught.value).startswith(message)


def test_of_several_errors_the_first_in_the_file_is_told() -> None:
    with pytest.raises(CourseError, match="line 2: unknown key 'b'"):
        outer("title: A\nb: 1\nparts: 7\nc: 2\n")
