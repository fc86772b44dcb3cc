"""A pen over the pages of one document: text, formulas, simple shapes, and the record of the glyphs they use."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from grader.drawing import INK
from grader.pages.letters.fonts import face, runs, width
from grader.pages.maths.formula import Formula


@lru_cache(maxsize=256)
def _fill(color: str) -> str:
    red, green, blue = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return f"{red:.3f} {green:.3f} {blue:.3f}"


@lru_cache(maxsize=4096)  # constant wording; students' numbers pass through and must not fill the memory
def _shown(name: str, text: str) -> tuple[str, dict[int, str]]:
    glyphs = face(name).glyphs(text)
    return (
        "".join(f"{glyph:04x}" for glyph in glyphs),
        dict(zip(glyphs, text, strict=True)),
    )


class Pen:
    """Lengths in points, the origin at the page's lower left corner, y upwards."""

    def __init__(self) -> None:
        self.used: dict[str, dict[int, str]] = defaultdict(dict)
        self._page: list[str] = []

    def end_page(self) -> bytes:
        """The page that was drawn, as PDF's operators; the next one is empty."""
        page = "\n".join(self._page).encode("ascii")
        self._page.clear()
        return page

    def text(self, name: str, size: float, x: float, y: float, text: str, *, color: str = INK) -> None:
        parts = [f"{_fill(color)} rg BT {x:.2f} {y:.2f} Td"]
        if face(name).simple.issuperset(text):
            codes, meanings = _shown(name, text)
            self.used[name].update(meanings)
            parts.append(f"/{name} {size:.4g} Tf <{codes}> Tj")
        else:
            for run in runs(name, text):
                used = self.used[run.face.name]
                used.update((glyph, text) for glyph, text in run.meanings.items() if text or glyph not in used)
                parts.append(f"/{run.face.name} {size:.4g} Tf {run.operators(size)}")
        self._put(" ".join(parts) + " ET")

    def text_right(self, name: str, size: float, x: float, y: float, text: str, *, color: str = INK) -> None:
        self.text(name, size, x - width(name, text, size), y, text, color=color)

    def text_centred(self, name: str, size: float, x: float, y: float, text: str, *, color: str = INK) -> None:
        self.text(name, size, x - width(name, text, size) / 2, y, text, color=color)

    def formula(self, formula: Formula, x: float, y: float, color: str = INK) -> None:
        """`y` is the baseline."""
        self.used["math"].update(formula.meanings)
        self._put(f"q {_fill(color)} rg 1 0 0 1 {x:.2f} {y:.2f} cm\n{formula.operators}\nQ")

    def line(
        self, x1: float, y1: float, x2: float, y2: float, *, color: str, width: float, dashed: bool = False
    ) -> None:
        dash = "[3 2] 0 d " if dashed else ""
        self._put(f"q {_fill(color)} RG {width:.2f} w {dash}{x1:.2f} {y1:.2f} m {x2:.2f} {y2:.2f} l S Q")

    def curve(
        self,
        ends: tuple[float, float, float, float],
        control: tuple[float, float],
        *,
        color: str,
        width: float,
        dashed: bool = False,
    ) -> None:
        """A quadratic curve from (x1, y1) to (x2, y2), as the cubic one that it is."""
        (x1, y1, x2, y2), (x, y) = ends, control
        dash = "[3 2] 0 d " if dashed else ""
        self._put(
            f"q {_fill(color)} RG {width:.2f} w {dash}{x1:.2f} {y1:.2f} m "
            f"{(x1 + 2 * x) / 3:.2f} {(y1 + 2 * y) / 3:.2f} {(x2 + 2 * x) / 3:.2f} {(y2 + 2 * y) / 3:.2f} "
            f"{x2:.2f} {y2:.2f} c S Q"
        )

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = "",
        stroke: str = "",
        line_width: float = 0.6,
        dashed: bool = False,
        radius: float = 0.0,
    ) -> None:
        """(x, y) is the lower left corner."""
        if not (fill or stroke):
            return
        colors = (f"{_fill(fill)} rg " if fill else "") + (f"{_fill(stroke)} RG {line_width:.2f} w " if stroke else "")
        dash = "[4 2.2] 0 d " if dashed else ""
        path = _round(x, y, width, height, radius) if radius else f"{x:.2f} {y:.2f} {width:.2f} {height:.2f} re"
        self._put(f"q {colors}{dash}{path} {'B' if fill and stroke else 'f' if fill else 'S'} Q")

    def disc(self, x: float, y: float, radius: float, *, fill: str = "", stroke: str = "") -> None:
        self.rect(
            x - radius,
            y - radius,
            2 * radius,
            2 * radius,
            fill=fill,
            stroke=stroke,
            line_width=0.9,
            radius=radius,
        )

    def polygon(self, points: tuple[tuple[float, float], ...], *, fill: str) -> None:
        path = " ".join(f"{x:.2f} {y:.2f} {'l' if nth else 'm'}" for nth, (x, y) in enumerate(points))
        self._put(f"q {_fill(fill)} rg {path} h f Q")

    def _put(self, operators: str) -> None:
        self._page.append(operators)


def _round(x: float, y: float, width: float, height: float, radius: float) -> str:
    r = min(radius, width / 2, height / 2)
    k = r * 0.4477  # a quarter circle as a Bézier curve: control points at 0.5523 of the radius
    left, right, low, high = x, x + width, y, y + height
    return (
        f"{left + r:.2f} {low:.2f} m {right - r:.2f} {low:.2f} l "
        f"{right - k:.2f} {low:.2f} {right:.2f} {low + k:.2f} {right:.2f} {low + r:.2f} c "
        f"{right:.2f} {high - r:.2f} l "
        f"{right:.2f} {high - k:.2f} {right - k:.2f} {high:.2f} {right - r:.2f} {high:.2f} c "
        f"{left + r:.2f} {high:.2f} l "
        f"{left + k:.2f} {high:.2f} {left:.2f} {high - k:.2f} {left:.2f} {high - r:.2f} c "
        f"{left:.2f} {low + r:.2f} l "
        f"{left:.2f} {low + k:.2f} {left + k:.2f} {low:.2f} {left + r:.2f} {low:.2f} c h"
    )
