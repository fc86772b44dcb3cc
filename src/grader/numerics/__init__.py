"""The field's formulas in plain numpy: shapes, units and sources in each function's docstring."""
