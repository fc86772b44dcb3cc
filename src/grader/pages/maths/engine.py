"""The one door to ziamath, which lays formulas out."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    # ziamath 0.13 opens its font through a function of importlib that newer Pythons call deprecated
    warnings.simplefilter("ignore", DeprecationWarning)
    from ziamath import operators
    from ziamath.drawable import Glyph, HLine, VLine
    from ziamath.mathtable import AssembledGlyph
    from ziamath.nodes.munderover import Mover
    from ziamath.styles import MathVariant, styledchr
    from ziamath.zmath import Math

__all__ = [
    "AssembledGlyph",
    "Glyph",
    "HLine",
    "Math",
    "MathVariant",
    "Mover",
    "VLine",
    "operators",
    "styledchr",
]
