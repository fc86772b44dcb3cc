"""From a variant, answers and a rubric to marks. Pure: no files, no pages, no chance."""

from grader.marking.mark import UNDECIDED, VERDICTS, Mark
from grader.marking.marker import Marker, mark_question

__all__ = ["UNDECIDED", "VERDICTS", "Mark", "Marker", "mark_question"]
