"""How is a comparison written down? As JSON, and as CSV that a spreadsheet may open."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from ...query.request import UNKNOWN
from ..spreadsheet import BYTE_ORDER_MARK, csv_row
from .table import Amount, Comparison, Gap, Heading


def compare_json(found: Comparison) -> dict[str, Any]:
    """The table as JSON types; unknown is null, a run of years without a passage "1912..1948"."""
    return {
        **_header(found),
        "row_values": [_heading(h) for h in found.rows],
        "column_values": [_heading(h) for h in found.columns],
        "cells": [[_amount(cell) for cell in cells] for cells in found.cells],
        "other_rows": [_heading(h) for h in found.rest_rows],
        "other_columns": [_heading(h) for h in found.rest_columns],
        "above_level": {"rows": found.coarser_rows, "columns": found.coarser_columns},
        "several_values": list(found.several),
        "years": [{"year": year, **_amount(amount)} for year, amount in found.years],
        "notices": [{"code": n.code, "message": n.zh, "message_en": n.en} for n in found.notices],
    }


def compare_csv(found: Comparison, provenance: Mapping[str, Any]) -> Iterator[str]:
    """CSV with a byte-order mark: names and values, one row each, then the table.

    Shares are three tables below each other: the shares, what was found, and of how many. The first
    row and column of numbers are totals. ``~unknown`` is what is not known.
    """
    yield BYTE_ORDER_MARK
    written = datetime.now(UTC).isoformat(timespec="seconds")
    header = {**_header(found), **provenance, "written": written}
    for name, value in header.items():
        shown = value if isinstance(value, str | int) else json.dumps(value, ensure_ascii=False)
        yield csv_row((name, shown))
    for name, rest in (("other_rows", found.rest_rows), ("other_columns", found.rest_columns)):
        for heading in rest:
            yield csv_row((name, _name(heading), heading.total.found))
    for title, number in _tables(found):
        yield csv_row(())
        yield csv_row((title, "total", *(_name(h) for h in found.columns)))
        yield csv_row(("total", number(found.total), *(number(h.total) for h in found.columns)))
        for row, cells in zip(found.rows, found.cells, strict=True):
            yield csv_row((_name(row), number(row.total), *(number(c) for c in cells)))


def _tables(found: Comparison) -> Iterator[tuple[str, Callable[[Amount], Any]]]:
    if found.request.measure != "share":
        yield ("documents" if found.request.measure == "documents" else "passages"), _found
        return
    yield "per 1,000 passages", lambda amount: _share(amount)
    yield "passages", _found
    yield "of passages", lambda amount: amount.base


def _found(amount: Amount) -> int:
    return amount.found


def _share(amount: Amount) -> float | None:
    return None if amount.per_thousand is None else round(amount.per_thousand, 3)


def _header(found: Comparison) -> dict[str, Any]:
    request = found.request
    return {
        "query": request.search.query,
        "any": request.search.any_term,
        "also": list(request.search.writings),
        "filters": request.search.filters_json(),
        "rows": request.rows,
        "columns": request.columns,
        "measure": request.measure,
        "level": request.level,
        "passages": found.passages,
        "documents": found.documents,
        "of_passages": found.total.base,
        "partial": found.partial,
    }


def _heading(heading: Heading) -> dict[str, Any]:
    value = heading.value
    shown = f"{value.first}..{value.last}" if isinstance(value, Gap) else value
    return {"value": shown, **_amount(heading.total)}


def _name(heading: Heading) -> str | int:
    value = heading.value
    if isinstance(value, Gap):
        return f"{value.first}..{value.last}"
    return UNKNOWN if value is None else value


def _amount(amount: Amount) -> dict[str, Any]:
    if amount.base is None:
        return {"found": amount.found}
    return {"found": amount.found, "of": amount.base, "per_thousand": _share(amount)}
