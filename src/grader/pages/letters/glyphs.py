"""Glyphs side by side, as a PDF page draws them and as they are copied from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from grader.pages.letters.face import Face


@dataclass(frozen=True)
class Glyph:
    """A glyph by number; lengths in em. The glyphs of one `cluster` stand for one `text` together."""

    number: int
    advance: float
    x: float = 0.0
    y: float = 0.0
    text: str = ""
    cluster: int = 0


@dataclass(frozen=True)
class Run:
    """Glyphs of one face from left to right, and the `text` that they were set from.

    Without a text each glyph is copied as the one character that it means in every text. `backwards`: the text runs
    from right to left.
    """

    face: Face
    glyphs: tuple[Glyph, ...]
    text: str = ""
    backwards: bool = False

    @cached_property
    def width(self) -> float:
        """In em."""
        return sum(glyph.advance for glyph in self.glyphs)

    @cached_property
    def meanings(self) -> dict[int, str]:
        """What each glyph is copied as by a program that knows no ActualText; "" where it depends on others."""
        out = {glyph.number: "" for glyph in self.glyphs}
        for text, cluster in self._clusters():
            if len(cluster) == 1:
                out[cluster[0].number] = text
            else:
                out.update((n, c) for c, n in zip(text, self.face.glyphs(text), strict=True) if n in out)
        return out

    def operators(self, size: float) -> str:
        """What draws the glyphs, the font and its size being set."""
        if not self.text:
            return f"<{''.join(f'{glyph.number:04x}' for glyph in self.glyphs)}> Tj"
        placed = self._placed(size)
        if not self.backwards:
            return _copied(self.text, " ".join(operators for _, operators in placed))
        bearers = {id(max(cluster, key=lambda glyph: glyph.advance)): text for text, cluster in self._clusters()}
        # Programs take what they find on a line that runs from right to left for its characters from left to right,
        # also inside ActualText, and turn them round.
        return " ".join(_copied(bearers.get(id(glyph), "")[::-1], operators) for glyph, operators in placed)

    def _clusters(self) -> Iterator[tuple[str, list[Glyph]]]:
        for (_, text), group in groupby(self.glyphs, lambda glyph: (glyph.cluster, glyph.text)):
            yield text, list(group)

    def _placed(self, size: float) -> Iterator[tuple[Glyph, str]]:
        """Each glyph where the shaper wants it: TJ goes back by thousandths of an em, Ts lifts by points."""
        ahead = 0.0  # how far the file's pen stands ahead of the shaper's, in em
        for nth, glyph in enumerate(self.glyphs):
            back = round(1000 * (ahead - glyph.x))
            ahead += self.face.advance[glyph.number] * self.face.scale - back / 1000 - glyph.advance
            behind = round(1000 * ahead) if nth == len(self.glyphs) - 1 else 0
            shown = f"[{back or ''}<{glyph.number:04x}>{behind or ''}] TJ"
            yield glyph, f"{glyph.y * size:.3f} Ts {shown} 0 Ts" if glyph.y else shown


def _copied(text: str, operators: str) -> str:
    actual = text.encode("utf-16-be", "replace").hex()
    return f"/Span <</ActualText <feff{actual}>>> BDC {operators} EMC"
