"""Which years does a form with two fields mean? The range as a filter of the search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..errors import UsageError
from ..query.request import SearchRequest
from ..searching.index import Index


def chosen_years(state: SearchRequest, fields: Mapping[str, str], index: Index) -> SearchRequest:
    """The search with the years of ``year_from`` and ``year_to`` as its only choice of year.

    An empty field is the first or last year of the collection; two empty ones choose nothing.
    Raises UsageError for what is no year.
    """
    state = replace(state.only("year"), page=1)
    first, last = (_year(name, fields.get(name, "")) for name in ("year_from", "year_to"))
    if first is None and last is None:
        return state
    known = [int(c.value) for c in index.facet_values()["year"] if c.value is not None]
    first = min(known, default=1) if first is None else first
    last = max(known, default=first) if last is None else last
    first, last = min(first, last), max(first, last)
    return state.only("year", str(first) if first == last else f"{first}..{last}")


def _year(name: str, value: str) -> int | None:
    value = value.strip()
    if not value:
        return None
    if value.isascii() and value.isdecimal() and 0 < int(value[:9]) <= 9999:
        return int(value)
    raise UsageError(
        f"{name} is {value!r}; it must be a year from 1 to 9999.",
        zh=f"“{value[:20]}”不是年份：请填 1 到 9999 的整数。",
    )
