"""From a variant, answers and a rubric to marks. Pure: no files, no pages, no chance."""

from grader.marking.mark import VERDICTS, Mark, needs_a_person
from grader.marking.marker import Marker, mark_question

__all__ = ["VERDICTS", "Mark", "Marker", "mark_question", "needs_a_person"]
