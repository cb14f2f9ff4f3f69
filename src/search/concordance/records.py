"""How is a concordance written down? As JSON, JSON Lines, and CSV that a spreadsheet may open."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ..documents import place_path
from ..engine import Engine
from .lines import Concordance, Line
from .neighbours import Neighbour, Neighbours

__all__ = ["concordance_json", "csv_lines", "json_lines", "provenance"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula and would run it."""

_COLUMNS = (
    "left",
    "match",
    "right",
    "title",
    "paragraph",
    "city",
    "year",
    "source",
    "published",
    "passage_id",
    "start",
    "end",
)


def concordance_json(
    found: Concordance, lines: Sequence[Line], beside: Neighbours, *, neighbours_shown: int = 50
) -> dict[str, Any]:
    """What was asked for and counted, some lines, and the commonest neighbours, as JSON types."""
    return {
        **_header(found),
        "lines": [_line(line, found.request.width) for line in lines],
        "neighbours": {
            "of": found.request.near_chars or "word",
            "left": [_neighbour(n) for n in beside.left[:neighbours_shown]],
            "right": [_neighbour(n) for n in beside.right[:neighbours_shown]],
            "left_total": len(beside.left),
            "right_total": len(beside.right),
        },
        "notices": [{"code": n.code, "message": n.zh, "message_en": n.en} for n in found.notices],
    }


def provenance(engine: Engine) -> dict[str, Any]:
    """On which state of which index an answer rests."""
    stats = engine.stats()
    return {
        "index_format": stats.format_version,
        "indexed_at": engine.manifest().get("indexed_at"),
        "index_documents": stats.documents,
        "index_passages": stats.passages,
        "dictionary": engine.analyzer.digest,
    }


def json_lines(found: Concordance, provenance: Mapping[str, Any]) -> Iterator[str]:
    """JSON Lines: a header, then one record for each listed occurrence.

    ``provenance`` says of what index and with which program, and goes into the header.
    """
    header = {"header": {**_header(found), **provenance, "written": _now()}}
    yield json.dumps(header, ensure_ascii=False) + "\n"
    for line in found.lines:
        yield json.dumps(_line(line, found.request.width), ensure_ascii=False) + "\n"


def csv_lines(found: Concordance, provenance: Mapping[str, Any]) -> Iterator[str]:
    """CSV with a byte-order mark, which tells Excel that it is UTF-8.

    First comes a header record of names and values, one row each; then an empty row, the names of
    the columns, and a row for each listed occurrence. No cell is run as a formula.
    """
    yield "\ufeff"
    header = {**_header(found), **provenance, "written": _now()}
    for name, value in header.items():
        shown = value if isinstance(value, str | int) else json.dumps(value, ensure_ascii=False)
        yield _row((name, shown))
    yield _row(())
    yield _row(_COLUMNS)
    for line in found.lines:
        record = _line(line, found.request.width)
        record["city"] = place_path(line.passage.city) or ""
        yield _row([record[name] for name in _COLUMNS])


def _row(cells: Sequence[Any]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([_harmless(cell) for cell in cells])
    return out.getvalue()


def _harmless(cell: Any) -> Any:
    """A cell on one line that no spreadsheet runs: an apostrophe before it makes it text."""
    if not isinstance(cell, str):
        return cell
    marked = f"'{cell}" if cell.startswith(_FORMULA) else cell
    return marked.translate({0x0A: " ", 0x0D: " ", 0x2028: " ", 0x2029: " ", 0x00: None})


def _header(found: Concordance) -> dict[str, Any]:
    request = found.request
    search = request.search
    return {
        "query": search.query,
        "any": search.any_term,
        "also": list(search.writings),
        "filters": search.filters_json(),
        "occurrences": found.occurrences,
        "passages": found.passages,
        "documents": found.documents,
        "matching_passages": found.matching,
        "listed": len(found.lines),
        "complete": not found.is_cut and not found.partial,
        "partial": found.partial,
        "order": request.order,
        "width": request.width,
    }


def _line(line: Line, width: int) -> dict[str, Any]:
    passage = line.passage
    return {
        "left": line.before(width),
        "match": line.match,
        "right": line.after(width),
        "passage_id": passage.passage_id,
        "document_id": passage.document_id,
        "title": passage.title,
        "paragraph": passage.paragraph,
        "city": list(passage.city),
        "year": passage.year,
        "source": passage.source,
        "published": passage.published,
        "start": line.start,
        "end": line.end,
    }


def _neighbour(found: Neighbour) -> dict[str, Any]:
    return {"text": found.text, "occurrences": found.occurrences, "passages": found.passages}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
