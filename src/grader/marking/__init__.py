"""From a variant, answers and a rubric to marks. Pure: no files, no pages, no chance."""

from grader.marking.mark import UNDECIDED, VERDICTS, Mark
from grader.marking.marker import Marker, mark_question
from grader.marking.review import Review, decision, fingerprint, in_words, reviewed

__all__ = [
    "UNDECIDED",
    "VERDICTS",
    "Mark",
    "Marker",
    "Review",
    "decision",
    "fingerprint",
    "in_words",
    "mark_question",
    "reviewed",
]
