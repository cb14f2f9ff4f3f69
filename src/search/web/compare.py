"""The comparison of a search: a page, its JSON twin, and files to take away."""

from __future__ import annotations

import re

from flask import Blueprint, Response, jsonify

from .. import __version__
from ..searching.compare.records import compare_csv, compare_json
from ..searching.compare.table import WHOLE_BOUNDS
from ..searching.concordance.records import provenance
from .compare_view import compare_view
from .context import addresses, compare_request, current_index
from .safety import DRAWING_POLICY
from .templating import render_template

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

bp = Blueprint("compare", __name__)


@bp.get("/compare")
def page() -> str:
    """The table, and the line over the years."""
    found = current_index().compare(compare_request())
    view = compare_view(found, addresses())
    search = found.request.search
    return render_template("compare.html", view=view, search=search, addresses=addresses())


@bp.get("/api/v1/compare")
def as_json() -> Response:
    """The same table as JSON."""
    return jsonify(compare_json(current_index().compare(compare_request())))


@bp.get("/compare.csv")
def as_csv() -> Response:
    """All rows and columns as CSV."""
    index = current_index()
    found = index.compare(compare_request(), WHOLE_BOUNDS)
    origin = {"program": f"duansou {__version__}", **provenance(index.reader)}
    body = "".join(compare_csv(found, origin)).encode("utf-8", "replace")
    return _file(body, "text/csv; charset=utf-8", "compare.csv")


@bp.get("/compare.svg")
def as_svg() -> Response:
    """The table of the page as a drawing that stands alone."""
    found = current_index().compare(compare_request())
    drawing = render_template("compare.svg", view=compare_view(found, addresses()))
    drawing = _NOT_IN_XML.sub("", drawing)
    response = _file(drawing.encode("utf-8", "replace"), "image/svg+xml", "compare.svg")
    # Whoever opens it in the browser all the same: it loads nothing and runs nothing.
    response.headers["Content-Security-Policy"] = DRAWING_POLICY
    return response


def _file(body: bytes, content_type: str, name: str) -> Response:
    response = Response(body, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
