"""Written derivatives: for each system its symbols, what is asked, and the solution in formulas.

Every unit is a single number, so that the chain rule can be written in one line; weights and samples are real numbers.
"""

from grader.templates.derivatives.scalar import focal_loss, sigmoid
from grader.templates.derivatives.squared_error import rnn_sse
from grader.templates.derivatives.system import System
from grader.templates.derivatives.unrolled import elman_bptt, rnn_bptt

__all__ = ["System", "elman_bptt", "focal_loss", "rnn_bptt", "rnn_sse", "sigmoid"]
