"""The citation of a passage or document as a file to take away, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, redirect, request

from ..citing.formats import checked_format, write_citations
from ..citing.formats.csl_json import csl_item
from ..citing.formats.entries import Entry, item_of
from ..citing.showing import Shown, citation_json, entry_of, show
from ..citing.styles import DEFAULT_STYLE
from ..documents.document import Passage
from ..searching.results import passage_json
from .citation_view import Added
from .context import added_by_reader, addresses, current_index, search_request
from .templating import render_template

bp = Blueprint("citing", __name__)


@bp.get("/p/<passage_id>/cite")
def passage(passage_id: str) -> Response:
    """The citation of a passage, of an old wording too."""
    shown = show(current_index(), passage_id)
    if not isinstance(shown, Shown):
        return _choices(shown)
    found = shown.passage.passage_id
    added = added_by_reader()
    if found != passage_id:
        params = [*added.to_params(), ("format", request.args.get("format", ""))]
        return make_response(redirect(addresses().passage_citation(found, params), 302))
    return _file(_passage_entry(shown, added), added)


@bp.get("/d/<document_id>/cite")
def document(document_id: str) -> Response:
    """The citation of a document."""
    added = added_by_reader()
    return _file(_document_entry(document_id, added), added)


@bp.get("/api/v1/passages/<passage_id>/cite")
def passage_citation_json(passage_id: str) -> tuple[Response, int]:
    """The citation of a passage; 300 where its text is in several documents."""
    shown = show(current_index(), passage_id)
    if not isinstance(shown, Shown):
        return jsonify({"candidates": [passage_json(p) for p in shown]}), 300
    added = added_by_reader()
    return jsonify(_json(_passage_entry(shown, added), added)), 200


@bp.get("/api/v1/documents/<document_id>/cite")
def document_citation_json(document_id: str) -> Response:
    """The citation of a document."""
    added = added_by_reader()
    return jsonify(_json(_document_entry(document_id, added), added))


def citation_file(entries: Sequence[Entry], form: str, *, style: str, accessed: str) -> Response:
    """Entries as a file in a format. Raises UsageError before anything is sent.

    The name is that of the entry where there is one, which is made of hex digits.
    """
    chosen = checked_format(form)
    pieces = write_citations(entries, form, style=style, accessed=accessed or None)
    response = Response("".join(pieces), content_type=chosen.media_type)
    name = entries[0].key if len(entries) == 1 else "bibliography"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}{chosen.suffix}"'
    return response


def absolute(path: str) -> str:
    """Taken away from here an address needs its host, which is the one that was asked."""
    return request.host_url.rstrip("/") + path


def _file(entry: Entry, added: Added) -> Response:
    form = request.args.get("format", "") or "text"
    return citation_file([entry], form, style=added.style or DEFAULT_STYLE, accessed=added.accessed)


def _json(entry: Entry, added: Added) -> dict[str, Any]:
    citation = added.cite(entry.document, entry.passage, added.style or DEFAULT_STYLE)
    return {
        "key": entry.key,
        "address": entry.address,
        "superseded": entry.superseded,
        **citation_json(citation),
        "csl": csl_item(item_of(entry, accessed=added.accessed or None)),
    }


def _passage_entry(shown: Shown, added: Added) -> Entry:
    return entry_of(
        shown,
        address=absolute(addresses().passage(shown.passage.passage_id)),
        url=added.url or None,
        kind=added.checked_kind,
        item=added.item or None,
    )


def _document_entry(document_id: str, added: Added) -> Entry:
    return Entry(
        current_index().document(document_id),
        address=absolute(addresses().document(document_id)),
        url=added.url or None,
        kind=added.checked_kind,
    )


def _choices(passages: Sequence[Passage]) -> Response:
    body = render_template(
        "choices.html",
        passages=passages,
        search=search_request(),
        addresses=addresses(),
        chosen=None,
    )
    return make_response(body, 300)
