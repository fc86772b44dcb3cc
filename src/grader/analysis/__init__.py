"""Statistics of a class: item analysis, reliability, agreeing wrong answers, strata."""

from grader.analysis.clusters import Cluster, clusters
from grader.analysis.items import CommonMistake, Item, common_mistakes, parts, questions
from grader.analysis.reliability import Estimate, Reliability, reliability
from grader.analysis.results import Asked, Block, Results, blocks, collect
from grader.analysis.strata import Split, Stratum, features, splits
from grader.analysis.summary import Analysis, analyse
from grader.analysis.tidy import ANALYSIS, rows
from grader.analysis.totals import Quarter, Totals, by_quarter, quarters, totals

__all__ = [
    "ANALYSIS",
    "Analysis",
    "Asked",
    "Block",
    "Cluster",
    "CommonMistake",
    "Estimate",
    "Item",
    "Quarter",
    "Reliability",
    "Results",
    "Split",
    "Stratum",
    "Totals",
    "analyse",
    "blocks",
    "by_quarter",
    "clusters",
    "collect",
    "common_mistakes",
    "features",
    "parts",
    "quarters",
    "questions",
    "reliability",
    "rows",
    "splits",
    "totals",
]
