"""The jobs themselves: issue, grade, report, explain, preview, demo."""
