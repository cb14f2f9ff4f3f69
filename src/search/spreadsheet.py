"""What may a cell of a CSV file hold so that a spreadsheet shows it and never runs it?"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

__all__ = ["BYTE_ORDER_MARK", "csv_row"]

BYTE_ORDER_MARK = "\ufeff"
"""At the beginning of a CSV file it tells Excel that the file is UTF-8."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula and would run it."""


def csv_row(cells: Sequence[Any]) -> str:
    """One row with its line end. Each cell is on one line, and none is run as a formula."""
    out = io.StringIO()
    csv.writer(out).writerow([_harmless(cell) for cell in cells])
    return out.getvalue()


def _harmless(cell: Any) -> Any:
    """A cell on one line that no spreadsheet runs: an apostrophe before it makes it text."""
    if not isinstance(cell, str):
        return cell
    marked = f"'{cell}" if cell.startswith(_FORMULA) else cell
    return marked.translate({0x0A: " ", 0x0D: " ", 0x2028: " ", 0x2029: " ", 0x00: None})
