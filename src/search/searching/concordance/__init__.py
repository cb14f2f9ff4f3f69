"""Where does what a query asks for stand, each time with the text around it? A concordance (KWIC).

Keyword in context: one line for each occurrence, sorted by what stands beside it; the neighbours
counted; written as CSV and JSON Lines.
"""

from __future__ import annotations

from .lines import Concordance, Line, Located, concordance
from .neighbours import Neighbour, Neighbours, neighbours
from .records import concordance_json, csv_lines, json_lines, provenance
from .request import ORDERS, WIDTH_LIMIT_CHARS, ConcordanceRequest, Order

__all__ = [
    "ORDERS",
    "WIDTH_LIMIT_CHARS",
    "Concordance",
    "ConcordanceRequest",
    "Line",
    "Located",
    "Neighbour",
    "Neighbours",
    "Order",
    "concordance",
    "concordance_json",
    "csv_lines",
    "json_lines",
    "neighbours",
    "provenance",
]
