"""The gradebook: one SQLite file with all that was issued, handed in, run, marked and reviewed.

Rows are only ever added.
"""

from grader.gradebook.issues import Issues
from grader.gradebook.marks import Marks
from grader.gradebook.records import Issue, Marking, Paper, Submission
from grader.gradebook.reviews import Reviews
from grader.gradebook.schema import SCHEMA_VERSION, TABLES
from grader.gradebook.statistics import Statistics

__all__ = ["SCHEMA_VERSION", "TABLES", "Gradebook", "Issue", "Marking", "Paper", "Submission"]


class Gradebook(Issues, Marks, Statistics, Reviews):
    """An open gradebook. CourseError: the file is no gradebook, is newer than this program, or cannot be written."""
