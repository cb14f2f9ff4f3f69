"""The page of a concordance, its JSON, and its files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from typing import Literal as OneOf

from flask import Blueprint, Response, jsonify

from ..analysis.words import Analyzer
from ..documents.declared import json_of
from ..searching.concordance import (
    Concordance,
    concordance_page,
    csv_lines,
    json_lines,
    neighbours,
)
from . import wording
from .addresses import Addresses, pager_of
from .context import addresses, concordance_request, current_index, provenance_of_file
from .facets import chips
from .languages import counted
from .languages import gettext as _
from .limits import limited
from .results_view import choices
from .templating import attachment, render_template

LINES_SHOWN = 50
_NEIGHBOURS_SHOWN = 12
_WIDTHS = (10, 20, 30)
_BESIDE_CHARS = 20
"""With wider contexts the source stands below a line; beyond _ALIGNED_CHARS it is running text."""
_ALIGNED_CHARS = 32
_NEAR_CHARS = (0, 1, 2, 3)


def _values(found: Concordance, analyzer: Analyzer, addresses: Addresses) -> dict[str, Any]:
    """What the template says of one page of a concordance."""
    request = found.request
    size = request.search.limit or LINES_SHOWN
    page, pages, lines = found.page(size)
    first_page = request.on_page(1)
    beside = neighbours(found.lines, analyzer, request.near_chars) if found.lines else None
    return {
        "found": found,
        "lines": lines,
        "layout": _layout(request.width),
        "first": (page - 1) * size + 1,
        "orders": choices(
            wording.KWIC_ORDERS,
            first_page.order,
            lambda order: addresses.of("kwic", replace(first_page, order=order)),
        ),
        "widths": choices(
            {width: counted("%(num)s 字", width) for width in _WIDTHS},
            request.width,
            lambda width: addresses.of("kwic", replace(request, width=width)),
        ),
        "nears": choices(
            {near: counted("%(num)s 字", near) if near else _("词") for near in _NEAR_CHARS},
            request.near_chars,
            lambda near: addresses.of("kwic", replace(request, near_chars=near)) + "#beside",
        ),
        "beside": ((_("左邻"), beside.left), (_("右邻"), beside.right)) if beside else (),
        "neighbours_shown": _NEIGHBOURS_SHOWN,
        "chips": chips(
            request.search, lambda search: addresses.of("kwic", replace(request, search=search))
        ),
        "pager": pager_of(
            page, pages, lambda number: addresses.of("kwic", request.on_page(number))
        ),
    }


def _layout(width: int) -> OneOf["", "wide", "flowing"]:
    if width <= _BESIDE_CHARS:
        return ""
    return "wide" if width <= _ALIGNED_CHARS else "flowing"


bp = Blueprint("concordance", __name__)


@bp.get("/kwic")
def kwic() -> str:
    """Every occurrence with the text around it."""
    index = current_index()
    found = index.concordance(concordance_request(), is_page=True)
    # The page and size of this list are not those of the next search.
    search = replace(found.request.search, page=1, limit=None)
    values = _values(found, index.analyzer, addresses())
    return render_template("kwic.html", search=search, **values)


@bp.get("/api/v1/kwic")
def kwic_json() -> Response:
    """One page of the lines, and the neighbours of all."""
    index = current_index()
    found = index.concordance(concordance_request(), is_page=True)
    return jsonify(json_of(concordance_page(found, index.analyzer, LINES_SHOWN)))


@bp.get("/kwic.csv")
@limited
def kwic_csv() -> Response:
    """All listed lines as CSV."""
    index = current_index()
    found = index.concordance(concordance_request())
    return attachment(csv_lines(found, provenance_of_file()), "text/csv; charset=utf-8", "kwic.csv")


@bp.get("/kwic.jsonl")
@limited
def kwic_jsonl() -> Response:
    """All listed lines as JSON Lines."""
    index = current_index()
    found = index.concordance(concordance_request())
    return attachment(json_lines(found, provenance_of_file()), "application/x-ndjson", "kwic.jsonl")
