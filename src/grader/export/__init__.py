"""Scores in the shapes of course systems: the instructor's own exported files, with one column filled in."""

from grader.export.cells import Cells
from grader.export.layout import Layout, Line
from grader.export.people import Directory
from grader.export.systems import READERS, Chosen, participants

__all__ = ["READERS", "Cells", "Chosen", "Directory", "Layout", "Line", "participants"]
