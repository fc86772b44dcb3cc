"""The page's reader of numbers is the marker's: the same spellings, numbers and sentences."""

from __future__ import annotations

import random
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from tests.browser.forms import shown
from tests.browser.webdriver import Browser
from tests.sheets.spellings import DECIMAL_COMMAS, GROUPING_COMMAS, NO_EVIDENCE, NOTED, SPELLINGS, UNREADABLE

from grader.keyboard import keyboard
from grader.sheets.numbers import Unreadable, comma_evidence, read_number

READ = """
return arguments[0].map(([text, comma]) => {
  const evidence = commaEvidence(text);
  try {
    const { canonical, note } = readNumber(text, comma);
    return [canonical, note, evidence];
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return ["", error.message, evidence];
  }
});
"""
TABLE: list[str] = [
    *(str(row.values[0]) for row in (*SPELLINGS, *NOTED, *UNREADABLE)),
    *DECIMAL_COMMAS,
    *GROUPING_COMMAS,
    *NO_EVIDENCE,
]
SIGNS = (
    "0123456789" * 3
    + ".,.,''  -+eE=/*^()xX±≈~%:_$#\"½¾⅓⅞↉⁻¹²³−–×·٫٬١٢１２．\u00a0\u202f\u200b\ufeff\x1c\x85"
    + "ıİKſafnidtTRUEjanmaiπσ\\[]{}…\u0305"
)
PIECES = (
    *("10^", "×10⁻", "e-", "1/", "±0.1", "1 234", "1,234", "1.234", "0,", "nan", "inf", "#DIV/0!", "Mai", "feb"),
    *("true", "sqrt(", "+-", "0x", "2026", "-", " ", "'", '="', '"', "e400", "e99999", "1" * 21, "9" * 64),
)


def marker(text: str, comma: bool) -> list[Any]:
    evidence = comma_evidence(text)
    try:
        number = read_number(text, decimal_comma=comma)
    except Unreadable as error:
        return ["", str(error), evidence]
    return [number.canonical, number.note, evidence]


def differences(browser: Browser, texts: list[str]) -> list[tuple[str, list[Any], list[Any]]]:
    asked = [(text, comma) for text in texts for comma in (False, True)]
    found = browser.run(READ, asked)
    return [(text, here, marker(text, comma)) for (text, comma), here in zip(asked, found, strict=True)
            if here != marker(text, comma)]  # fmt: skip


@pytest.fixture
def reader(browser: Browser, page: Path) -> Browser:
    return shown(browser, page)


def test_every_spelling_of_the_table_is_read_as_the_marker_reads_it(reader: Browser) -> None:
    assert differences(reader, TABLE) == []


def test_any_text_is_read_as_the_marker_reads_it(reader: Browser) -> None:
    chance = random.Random(20261121)
    texts = ["".join(chance.choices(SIGNS, k=chance.randint(1, 9))) for _ in range(12_000)]
    texts += [
        "".join(chance.choice((*PIECES, *SIGNS[:40])) for _ in range(chance.randint(1, 6))) for _ in range(12_000)
    ]
    assert differences(reader, texts) == []


def test_a_spelling_with_one_character_changed_is_read_as_the_marker_reads_it(reader: Browser) -> None:
    chance = random.Random(7)
    texts = []
    for text in (text for text in TABLE if text and len(text) < 70):
        for _ in range(40):
            place = chance.randrange(len(text) + 1)
            texts.append(text[:place] + chance.choice(SIGNS) + text[place + chance.randint(0, 1) :])
    assert differences(reader, texts) == []


def test_every_character_is_the_same_key(reader: Browser) -> None:
    """All of Unicode that both sides know, one by one, between two digits."""
    characters = [chr(code) for code in range(1, sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    known = [char for char in characters if unicodedata.category(char) not in ("Cn", "Co")]
    changed = {char: keyboard(f"1{char}2") for char in known if keyboard(f"1{char}2") != f"1{char}2"}
    found = reader.run(
        """
        const out = {};
        for (const char of arguments[0]) {
          const text = keyboard(`1${char}2`);
          if (text !== `1${char}2`) out[char] = text;
        }
        return out;
        """,
        "".join(known),
    )
    assert len(changed) > 900
    assert found == changed
