"""Take away what a search found: its record, files, a feed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import NotFound

from ..citing.exporting import EXPORTS, FEED_ENTRIES, ExportForm, atom_feed, export_lines, prepare
from ..citing.search_record import SearchRecord, record_of, record_text
from ..citing.styles import DEFAULT_STYLE
from ..documents.facets import ALL_FACETS
from ..query.request import SearchRequest
from ..searching.collection import state_of
from ..searching.results import SearchResults
from . import wording
from .context import PROGRAM, addresses, current_index, search_request, settings, site_address
from .languages import COOKIE
from .languages import gettext as _
from .limits import limited
from .results_view import understood
from .templating import attachment, kept_as, render_template

bp = Blueprint("exports", __name__)


@bp.get("/export.<path:suffix>")
@limited
def export(suffix: str) -> Response:
    """Every passage of a search, or the references of their documents.

    The page and its size do not matter. ``style`` and ``accessed`` are those of the references.
    """
    form = form_of(suffix)
    prepared = prepare(
        current_index(),
        search_request(),
        limit=settings().export_limit,
        program=PROGRAM,
        base=site_address(),
    )
    lines = export_lines(
        prepared.passages(together=form.of_documents),
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


def form_of(suffix: str) -> ExportForm:
    """The form of a file by its suffix. Raises NotFound."""
    for form in EXPORTS.values():
        if form.suffix == f".{suffix}":
            return form
    raise NotFound


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
        self_path=addresses().of("feed.atom", state).removeprefix(addresses().root),
    )
    return Response(body, content_type="application/atom+xml; charset=utf-8")


record_bp = Blueprint("record", __name__)

_VALUES_SHOWN = 20


@record_bp.get("/record")
def page() -> str:
    """What was asked, how it was understood, what was counted, on what; and how to do it again."""
    record, results = _recorded()
    asked = record.request
    counts = [(facet, record.counts.facets.get(facet.name, ())) for facet in ALL_FACETS]
    return render_template(
        "record.html",
        record=record,
        lines=understood(results.query.match) if asked.query.strip() else (),
        facets=[each for each in counts if each[1]],
        values_shown=_VALUES_SHOWN,
        search=asked,
    )


@record_bp.get("/api/v1/record")
def record_json() -> Response:
    """The same as JSON."""
    return jsonify(_recorded()[0].to_json())


@record_bp.get("/record.json")
def record_file() -> Response:
    """The same as a file, which ``duansou record check`` reads."""
    record, _results = _recorded()
    return kept_as(f"duansou-record-{record.record_id}.json", jsonify(record.to_json()))


@record_bp.get("/record.txt")
def record_text_file() -> Response:
    """The same as a text for reading, in Chinese and English."""
    record, _results = _recorded()
    name = f"duansou-record-{record.record_id}.txt"
    return attachment([record_text(record)], "text/plain; charset=utf-8", name)


def _recorded() -> tuple[SearchRecord, SearchResults]:
    index = current_index()
    results = index.run(replace(search_request(), page=1, limit=1))
    return record_of(index, results, program=PROGRAM, base=site_address()), results


@record_bp.app_template_global()
def filters_of(search: SearchRequest) -> list[tuple[str, list[str]]]:
    """The facets by which a search is narrowed, and those by which it leaves out, with values."""
    return [
        (label, [wording.shown_value(facet, value) for value in values])
        for facet in ALL_FACETS
        for label, values in (
            (wording.facet_label(facet), search.chosen(facet.name)),
            (_("%(facet)s不含", facet=wording.facet_label(facet)), search.excluded(facet.name)),
        )
        if values
    ]


@record_bp.app_template_global()
def printed_from(permanent: str | None = None) -> tuple[str, str]:
    """The absolute address of this page, its permanent one if it has one, and the day in UTC."""
    params = [(n, v) for n, v in request.args.items(multi=True) if n not in (COOKIE, "kept")]
    path = permanent or request.script_root + quote(request.path)
    if params and not permanent:
        path += f"?{urlencode(params)}"
    return site_address() + path.removeprefix(request.script_root), datetime.now(
        UTC
    ).date().isoformat()
