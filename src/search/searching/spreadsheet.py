"""Write tables as CSV that a spreadsheet shows and never runs."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

BYTE_ORDER_MARK = "\ufeff"
"""At the beginning of a file it tells Excel that this is UTF-8."""

_FORMULA = ("=", "+", "-", "@")
"""A spreadsheet takes a cell that begins so for a formula and would run it."""


def csv_header(facts: Mapping[str, Any]) -> Iterator[str]:
    """What stands above a table: names and values, one row each, and when it was written."""
    yield BYTE_ORDER_MARK
    for name, value in {**facts, "written": written_now()}.items():
        shown = value if isinstance(value, str | int) else json.dumps(value, ensure_ascii=False)
        yield csv_row((name, shown))


def written_now() -> str:
    """The time, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def csv_row(cells: Sequence[Any]) -> str:
    """One row with its line end; no text in it is run as a formula or breaks the line."""
    out = io.StringIO()
    csv.writer(out).writerow([_harmless(cell) for cell in cells])
    return out.getvalue()


def _harmless(cell: Any) -> Any:
    """A cell on one line that no spreadsheet runs: an apostrophe before it makes it text."""
    # A letter or digit is no sign in any form, and nothing to be taken out is printable.
    if not isinstance(cell, str) or (cell[:1].isalnum() and cell.isprintable()):
        return cell
    shown = cell.translate({0x0A: " ", 0x0D: " ", 0x2028: " ", 0x2029: " ", 0x00: None})
    return f"'{shown}" if _is_formula(shown) else shown


def _is_formula(cell: str) -> bool:
    """Whether a program may read it as a formula: after what it takes away or does not see, and in
    compatibility forms (＝ ﹢ － ＠), which programs on Chinese systems take for the plain ones.

    A tab before anything is enough: spreadsheets part cells there.
    """
    if cell.startswith("\t"):
        return True
    first = next((character for character in cell if not _is_unseen(character)), "")
    return unicodedata.normalize("NFKC", first).startswith(_FORMULA)


def _is_unseen(character: str) -> bool:
    """White space, control and format characters: the byte-order mark, zero-width ones."""
    return character.isspace() or unicodedata.category(character) in {"Cc", "Cf"}
