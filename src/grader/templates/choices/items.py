"""What a multiple-choice question is made of: items with their options, and the mistakes behind the wrong ones.

A built-in item holds what is right for good: nothing of taste or fashion. Names of items and mistakes stay, since
reports and rubrics use them; wording may become better, as a paper keeps the one that it was issued with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """An option: its text (Markdown, one paragraph), whether it is right, the name of the mistake that leads to it."""

    text: str
    right: bool = False
    mistake: str = ""


@dataclass(frozen=True)
class Item:
    """A stem (Markdown) and its options."""

    name: str
    stem: str
    choices: tuple[Choice, ...]

    @property
    def several(self) -> bool:
        """Has it more than one right option?"""
        return sum(choice.right for choice in self.choices) > 1


@dataclass(frozen=True)
class ItemSet:
    """`mistakes`: by name, what follows "B is what one gets …"."""

    items: tuple[Item, ...]
    mistakes: Mapping[str, str]


def right(text: str) -> Choice:
    return Choice(text, right=True)


def wrong(text: str, mistake: str) -> Choice:
    return Choice(text, mistake=mistake)
