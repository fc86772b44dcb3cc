"""Formulas as students and templates write them: read, evaluated, compared at points, printed."""

from grader.expression.read import Reading, read_formula
from grader.expression.space import Comparison, Space
from grader.expression.tokens import FormulaError
from grader.expression.tree import Formula, Symbol, call, number, symbols

__all__ = [
    "Comparison",
    "Formula",
    "FormulaError",
    "Reading",
    "Space",
    "Symbol",
    "call",
    "number",
    "read_formula",
    "symbols",
]
