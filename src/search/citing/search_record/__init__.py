"""What was searched, where, how, and what came of it? A record that others can run again.

"No mention was found" is a statement about one query, as it was understood, on one state of one
collection. A record says all of that, how to repeat it, and what may differ later.
"""

from __future__ import annotations

from .checking import Check, Difference, check, compared
from .formula import expression
from .reading import RECORD_LIMIT_BYTES, read_record
from .record import KIND, VERSION, Counts, SearchRecord, record_of, record_search
from .wording import record_lines, record_text

__all__ = [
    "KIND",
    "RECORD_LIMIT_BYTES",
    "VERSION",
    "Check",
    "Counts",
    "Difference",
    "SearchRecord",
    "check",
    "compared",
    "expression",
    "read_record",
    "record_lines",
    "record_of",
    "record_search",
    "record_text",
]
