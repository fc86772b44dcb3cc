"""Where labels find room: rectangles that must not meet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

ASCENT, DESCENT = 0.8, 0.24
"""What digits and brackets reach above and below the baseline, in ems."""


@dataclass(frozen=True)
class Area:
    """A rectangle in points, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def meets(self, other: Area) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, other: Area) -> bool:
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )

    def edges(self, thick: float = 1.6) -> Iterator[Area]:
        """Its four sides as thin areas."""
        half = thick / 2
        for x in (self.left, self.right):
            yield Area(x - half, self.top - half, x + half, self.bottom + half)
        for y in (self.top, self.bottom):
            yield Area(self.left - half, y - half, self.right + half, y + half)


def around(x: float, y: float, width: float, height: float, gap: float = 2.0) -> list[Area]:
    """Eight places for a text beside a point: the corners first, those above before those below."""
    columns = {"after": x + gap, "before": x - gap - width, "over": x - width / 2}
    rows = {"above": y - gap - height, "below": y + gap, "beside": y - height / 2}
    order = [
        ("after", "above"), ("before", "above"), ("before", "below"), ("after", "below"),
        ("over", "above"), ("over", "below"), ("after", "beside"), ("before", "beside"),
    ]  # fmt: skip
    return [Area(columns[c], rows[r], columns[c] + width, rows[r] + height) for c, r in order]


def free(area: Area, taken: Iterable[Area]) -> bool:
    return not any(map(area.meets, taken))
