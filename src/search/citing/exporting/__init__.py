"""How is everything that a search finds taken away? Streamed, whole or refused, with its record.

A list of passages is CSV or JSON Lines, a list of references any format of ``citations.formats``,
and the newest passages are an Atom feed.
"""

from __future__ import annotations

from .feed import FEED_ENTRIES, atom_feed
from .formats import EXPORTS, ExportForm, basket_lines, export_lines
from .passages import COLUMNS, Found, csv_passages, json_passages
from .walking import Export, prepare

__all__ = [
    "COLUMNS",
    "EXPORTS",
    "FEED_ENTRIES",
    "Export",
    "ExportForm",
    "Found",
    "atom_feed",
    "basket_lines",
    "csv_passages",
    "export_lines",
    "json_passages",
    "prepare",
]
