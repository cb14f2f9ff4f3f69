"""The record of a search: a page to print, its JSON twin, and files to keep."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, jsonify, request

from ..citing.search_record import SearchRecord, record_of, record_text
from ..documents.facets import ALL_FACETS
from ..query.request import SearchRequest
from . import wording
from .context import addresses, current_index, search_request, site_address
from .exports import PROGRAM, attachment
from .facets import shown_value
from .languages import COOKIE
from .languages import gettext as _
from .templating import render_template
from .why_view import understood

bp = Blueprint("record", __name__)

_VALUES_SHOWN = 20


@bp.get("/record")
def page() -> str:
    """What was asked, how it was understood, what was counted, on what; and how to do it again."""
    index = current_index()
    results = index.run(replace(search_request(), page=1, limit=1))
    record = record_of(index, results, program=PROGRAM, base=site_address())
    asked = record.request
    return render_template(
        "record.html",
        record=record,
        lines=understood(results.query.match) if asked.query.strip() else (),
        writings=[wording.WRITINGS[kind] for kind in asked.writings],
        kinds=wording.WRITINGS,
        order=wording.SORTS[asked.sort],
        facets=_facets(record),
        search=asked,
        addresses=addresses(),
    )


@bp.get("/api/v1/record")
def record_json() -> Response:
    """The same as JSON."""
    return jsonify(_record().to_json())


@bp.get("/record.json")
def record_file() -> Response:
    """The same as a file, which ``duansou record check`` reads."""
    record = _record()
    response = jsonify(record.to_json())
    name = f"duansou-record-{record.record_id}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.get("/record.txt")
def record_text_file() -> Response:
    """The same as a text for reading, in Chinese and English."""
    record = _record()
    name = f"duansou-record-{record.record_id}.txt"
    return attachment([record_text(record)], "text/plain; charset=utf-8", name)


def _record() -> SearchRecord:
    index = current_index()
    results = index.run(replace(search_request(), page=1, limit=1))
    return record_of(index, results, program=PROGRAM, base=site_address())


@bp.app_template_global()
def filters_of(search: SearchRequest) -> list[tuple[str, list[str]]]:
    """The facets by which a search is narrowed, and those by which it leaves out, with values."""
    return [
        (label, [shown_value(facet, value) for value in values])
        for facet in ALL_FACETS
        for label, values in (
            (wording.facet_label(facet), search.chosen(facet.name)),
            (_("%(facet)s不含", facet=wording.facet_label(facet)), search.excluded(facet.name)),
        )
        if values
    ]


@bp.app_template_global()
def printed_from(permanent: str | None = None) -> tuple[str, str]:
    """The absolute address of this page, its permanent one if it has one, and the day in UTC."""
    params = [(n, v) for n, v in request.args.items(multi=True) if n not in (COOKIE, "kept")]
    path = permanent or request.script_root + quote(request.path)
    if params and not permanent:
        path += f"?{urlencode(params)}"
    return site_address() + path.removeprefix(request.script_root), datetime.now(
        UTC
    ).date().isoformat()


def _facets(record: SearchRecord) -> list[tuple[str, list[tuple[str, int, int]], int]]:
    """(label, the first values with passages and documents, how many more there are)."""
    shown = []
    for facet in ALL_FACETS:
        counts = record.counts.facets.get(facet.name, ())
        values = [
            (
                wording.value_label(facet, None if c.value is None else str(c.value)),
                c.count,
                c.documents,
            )
            for c in counts[:_VALUES_SHOWN]
        ]
        if values:
            shown.append((wording.facet_label(facet), values, len(counts) - len(values)))
    return shown
