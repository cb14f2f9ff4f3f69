"""All that a search finds, as a file; and what was published last, as a feed."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from ..citing.exporting.feed import FEED_ENTRIES, atom_feed
from ..citing.exporting.formats import EXPORTS, export_lines
from ..citing.exporting.walking import prepare
from ..citing.styles import DEFAULT_STYLE
from ..searching.collection_state import state_of
from .attachments import attachment
from .context import addresses, current_index, search_request, settings, site_address
from .record import PROGRAM

bp = Blueprint("exports", __name__)


@bp.get("/export.<path:suffix>")
def export(suffix: str) -> Response:
    """Every passage of a search, or the references of their documents.

    The page and its size do not matter. ``style`` and ``accessed`` are those of the references.
    """
    form = next((form for form in EXPORTS.values() if form.suffix == f".{suffix}"), None)
    if form is None:
        raise NotFound
    prepared = prepare(
        current_index(),
        search_request(),
        limit=settings().export_limit,
        program=PROGRAM,
        base=site_address(),
    )
    lines = export_lines(
        prepared.passages(),
        prepared.index,
        form,
        record=prepared.record,
        base=prepared.record.base,
        style=request.args.get("style", "").strip() or DEFAULT_STYLE,
        accessed=request.args.get("accessed", "").strip()[:40] or None,
    )
    response = attachment(lines, form.content_type, f"duansou{form.suffix}")
    # Where a format has no room for the record, this says where it is.
    if (address := prepared.record.record_address).isascii():
        response.headers["Link"] = f'<{address}>; rel="describedby"'
    return response


@bp.get("/feed.atom")
def feed() -> Response:
    """The passages of a search that were published last."""
    index = current_index()
    # One feed for one search, however its page is looked at.
    state = replace(search_request().collapsed(False), sort="relevance", limit=None)
    results = index.run(replace(state, sort="date", limit=FEED_ENTRIES))
    body = atom_feed(
        replace(results, request=state),
        indexed_at=state_of(index.reader).indexed_at or None,
        base=site_address(),
        self_path=addresses().feed(state).removeprefix(addresses().root),
    )
    return Response(body, content_type="application/atom+xml; charset=utf-8")
