"""The concordance of a search: a page, its JSON twin, and files to take away."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, jsonify

from .. import __version__
from ..searching.concordance.neighbours import neighbours
from ..searching.concordance.records import concordance_json, csv_lines, json_lines, provenance
from .attachments import attachment
from .concordance_view import concordance_view
from .context import addresses, concordance_request, current_index
from .templating import render_template

bp = Blueprint("concordance", __name__)

LINES_SHOWN = 50


@bp.get("/kwic")
def kwic() -> str:
    """Every occurrence with the text around it."""
    index = current_index()
    found = index.concordance(concordance_request())
    view = concordance_view(found, index.analyzer, addresses(), LINES_SHOWN)
    # The page and size of this list are not those of the next search.
    search = replace(found.request.search, page=1, limit=None)
    return render_template("kwic.html", view=view, search=search, addresses=addresses())


@bp.get("/api/v1/kwic")
def kwic_json() -> Response:
    """One page of the lines, and the neighbours of all."""
    index = current_index()
    found = index.concordance(concordance_request())
    size = found.request.search.limit or LINES_SHOWN
    page, pages, lines = found.page(size)
    beside = neighbours(found.lines, index.analyzer, found.request.near_chars)
    paged = {"page": page, "pages": pages, "limit": size}
    return jsonify(concordance_json(found, lines, beside) | paged)


@bp.get("/kwic.csv")
def kwic_csv() -> Response:
    """All listed lines as CSV."""
    index = current_index()
    found = index.concordance(concordance_request())
    return attachment(csv_lines(found, _provenance()), "text/csv; charset=utf-8", "kwic.csv")


@bp.get("/kwic.jsonl")
def kwic_jsonl() -> Response:
    """All listed lines as JSON Lines."""
    index = current_index()
    found = index.concordance(concordance_request())
    return attachment(json_lines(found, _provenance()), "application/x-ndjson", "kwic.jsonl")


def _provenance() -> dict[str, object]:
    return {"program": f"duansou {__version__}", **provenance(current_index().reader)}
