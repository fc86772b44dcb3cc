"""The gradebook: one SQLite file with all that was issued, handed in, run, marked and reviewed.

Rows are only ever added; the one exception is a person who is to be forgotten (decision note 017).
"""

from grader.gradebook.forgetting import Forgetting, Held
from grader.gradebook.issues import Issues
from grader.gradebook.marks import Marks
from grader.gradebook.records import Issue, Marking, Outcomes, Paper, Rules, Submission
from grader.gradebook.reviews import Reviews
from grader.gradebook.schema import SCHEMA_VERSION, TABLES
from grader.gradebook.statistics import Statistics
from grader.gradebook.told import Told

__all__ = [
    "SCHEMA_VERSION", "TABLES", "Gradebook", "Held", "Issue", "Marking", "Outcomes", "Paper", "Rules", "Submission",
]  # fmt: skip


class Gradebook(Issues, Marks, Statistics, Reviews, Told, Forgetting):
    """An open gradebook. CourseError: the file is no gradebook, is newer than this program, or cannot be written."""
