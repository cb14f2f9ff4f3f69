"""How is a concordance written down? As JSON, JSON Lines, and CSV that a spreadsheet may open."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ...documents.document import place_path
from ...index.engine import Reader
from ..collection_state import state_of
from ..spreadsheet import BYTE_ORDER_MARK, csv_row
from .lines import Concordance, Line
from .neighbours import Neighbour, Neighbours

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


def provenance(reader: Reader) -> dict[str, Any]:
    """On which state of which index an answer rests."""
    state = state_of(reader)
    return {
        "index_format": state.format,
        "indexed_at": state.indexed_at or None,
        "index_documents": state.documents,
        "index_passages": state.passages,
        "dictionary": state.dictionary,
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
    yield BYTE_ORDER_MARK
    header = {**_header(found), **provenance, "written": _now()}
    for name, value in header.items():
        shown = value if isinstance(value, str | int) else json.dumps(value, ensure_ascii=False)
        yield csv_row((name, shown))
    yield csv_row(())
    yield csv_row(_COLUMNS)
    for line in found.lines:
        record = _line(line, found.request.width)
        record["city"] = place_path(line.passage.city) or ""
        yield csv_row([record[name] for name in _COLUMNS])


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
