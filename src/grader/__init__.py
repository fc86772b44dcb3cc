"""Individual numbers for every student, fair marks for every answer, a name for every mistake."""

__version__ = "0.1.0"
