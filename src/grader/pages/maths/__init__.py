"""Formulas: LaTeX to MathML, and to glyphs."""
