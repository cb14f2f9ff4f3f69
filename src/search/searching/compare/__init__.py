"""How does what is found spread over two facets, and over time? A table of any two.

Every number is what a search with these two values chosen finds; what does not fit is named.
"""

from __future__ import annotations

from .records import compare_csv, compare_json
from .request import LEVELS, MEASURES, CompareRequest, Level, Measure
from .table import PAGE_BOUNDS, SMALL_BASE_PASSAGES, WHOLE_BOUNDS, Amount, Bounds, Comparison, Gap, Heading, compare

__all__ = [
    "LEVELS",
    "MEASURES",
    "PAGE_BOUNDS",
    "SMALL_BASE_PASSAGES",
    "WHOLE_BOUNDS",
    "Amount",
    "Bounds",
    "CompareRequest",
    "Comparison",
    "Gap",
    "Heading",
    "Level",
    "Measure",
    "compare",
    "compare_csv",
    "compare_json",
]
