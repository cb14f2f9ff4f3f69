"""All values of one facet on a page of their own, by count or by name, some at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, request
from werkzeug.exceptions import NotFound

from ..analysis.text import fold
from ..documents.document import shown_place
from ..documents.facets import ALL_FACETS, BY_NAME, UNKNOWN
from ..errors import UsageError
from ..index.answers import distinct_values
from ..query.request import SearchRequest
from ..searching.index import Index
from .addresses import pager_of
from .context import addresses, current_index, search_request
from .facets import chips, flat_options
from .results_view import choices
from .templating import render_template
from .wording import Names

bp = Blueprint("facet", __name__)

YEARS = tuple(facet for facet in ALL_FACETS if facet.kind == "year")
VALUES_SHOWN = 100
_ORDERS: Names[str] = Names({"count": "按段落数", "name": "按名称"})
_YEAR_ORDERS: Names[str] = Names({"name": "按年份", "count": "按段落数"})
_FIND_LIMIT_CHARS = 100


@bp.get("/facet/<name>")
def facet(name: str) -> str:
    """Every value of one facet for a search, each a link that chooses it or leaves it out."""
    facet = BY_NAME.get(name)
    if facet is None:
        raise NotFound
    state = search_request()
    page, state = state.page, replace(state, page=1)
    find = request.args.get("find", "").strip()[:_FIND_LIMIT_CHARS]
    orders = _YEAR_ORDERS if facet.kind == "year" else _ORDERS
    order = request.args.get("order", "") or next(iter(orders))
    if order not in orders:
        raise UsageError("order-unknown", value=order, known=tuple(orders))
    results = replace(current_index().run(replace(state, limit=1)), request=state)
    counts = results.facets.get(facet.name, ())
    options = flat_options(facet, results, addresses())
    if facet.kind == "place":
        # A municipality stands below itself as a city, with the same passages.
        listed = {option.value for option in options}
        options = tuple(
            option
            for option in options
            if (place := shown_place(option.value)) == option.value or place not in listed
        )
    matching = [o for o in options if fold(find) in fold(o.label) or fold(find) in fold(o.value)]
    if order == "count":
        matching.sort(key=lambda o: (o.value in (UNKNOWN, facet.missing), -o.count, o.label))
    elif facet.kind == "year":
        matching.sort(key=lambda o: (not o.value.isdecimal(), o.value))
    else:
        matching.sort(key=lambda o: o.label)
    pages = max(1, -(-len(matching) // VALUES_SHOWN))
    page = min(page, pages)

    def at(order: str, page: int = 1) -> str:
        extra = [("order", order)] if order != next(iter(orders)) else []
        extra += [("find", find)] if find else []
        extra += [("page", str(page))] if page > 1 else []
        return addresses().facet(facet.name, state, extra)

    return render_template(
        "facet.html",
        search=state,
        facet=facet,
        options=matching[(page - 1) * VALUES_SHOWN : page * VALUES_SHOWN],
        matching=len(matching),
        number=len(distinct_values(facet, counts)),
        find=find,
        order=order if order != next(iter(orders)) else "",
        orders=choices(orders, order, at),
        chips=chips(state, lambda search: addresses().facet(facet.name, search)),
        pager=pager_of(page, pages, lambda number: at(order, number)),
    )


_RANGES = {facet.name: (f"{facet.name}_from", f"{facet.name}_to") for facet in YEARS}


def asks_for_years(fields: Mapping[str, str]) -> bool:
    """Whether a form sends a range of years."""
    return any(name in fields for names in _RANGES.values() for name in names)


def chosen_years(state: SearchRequest, fields: Mapping[str, str], index: Index) -> SearchRequest:
    """The search with the years of ``year_from`` and ``year_to`` as its only choice of year.

    Likewise for every other facet of years. An empty field is the first or last year of the
    collection; two empty ones choose nothing. Raises UsageError for what is no year.
    """
    for facet, names in _RANGES.items():
        if not any(name in fields for name in names):
            continue
        state = replace(state.only(facet), page=1)
        first, last = (_year(name, fields.get(name, "")) for name in names)
        if first is None and last is None:
            continue
        values = index.facet_values(named=BY_NAME[facet].named)
        known = [int(c.value) for c in values.get(facet, ()) if c.value is not None]
        first = min(known, default=1) if first is None else first
        last = max(known, default=first) if last is None else last
        first, last = min(first, last), max(first, last)
        state = state.only(facet, str(first) if first == last else f"{first}..{last}")
    return state


def _year(name: str, value: str) -> int | None:
    value = value.strip()
    if not value:
        return None
    if value.isascii() and value.isdecimal() and 0 < int(value[:9]) <= 9999:
        return int(value)
    raise UsageError("year-bound-unreadable", name=name, value=value, shortened=value[:20])
