"""The page's answers as JSON: the same parameters, the same limits, one shape of error."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, jsonify, request

from ..citing.showing import Shown, chosen_in, show, shown_json
from ..documents.declared import json_of
from ..documents.document import inspected
from ..searching.results import FacetsAnswer, SearchAnswer
from .about import Health
from .context import addresses, current_index, found, search_request
from .openapi import OPERATIONS, openapi_document
from .suggestions import completions
from .templating import render_template

bp = Blueprint("api", __name__)

SUGGESTIONS = 8


@bp.get("/api/v1/search")
def search() -> Response:
    """One page of a search."""
    results = found(search_request())
    return jsonify(json_of(SearchAnswer(results, results.readings.corrections)))


@bp.get("/api/v1/facets")
def facets() -> Response:
    """The counts of a search without its passages."""
    results = found(replace(search_request().collapsed(False), limit=1))
    return jsonify(json_of(FacetsAnswer.of(results)))


@bp.get("/api/v1/suggest")
def suggest() -> Response:
    """What the last item of ``q`` may become; at most ``limit`` suggestions, 8 if not said."""
    state = search_request()
    limit = SUGGESTIONS if state.limit is None else state.limit
    state = replace(state, limit=None)
    return jsonify(json_of(completions(current_index(), state, addresses(), limit)))


@bp.get("/api/v1/passages/<passage_id>")
def passage(passage_id: str) -> tuple[Response, int]:
    """One passage, by its id or by that of its old wording; 300 where its text is in several.

    ``from`` and ``to`` choose a range of it.
    """
    shown = show(current_index(), passage_id)
    chosen = chosen_in(shown, request.args.get("from"), request.args.get("to"))
    return jsonify(shown_json(shown, chosen)), 200 if isinstance(shown, Shown) else 300


@bp.get("/api/v1/passages/<passage_id>/why")
def why(passage_id: str) -> Response:
    """Why a passage matches a search, and what its score is made of."""
    index = current_index()
    passage = index.get(passage_id)
    explained = index.explain(index.parse(search_request()), passage.passage_id)
    return jsonify(json_of(replace(explained, passage_id=passage_id)))


@bp.get("/api/v1/documents/<document_id>")
def document(document_id: str) -> Response:
    """A document, and every paragraph of its source with its verdict."""
    return jsonify(json_of(inspected(current_index().document(document_id))))


@bp.get("/api/v1/openapi.json")
def openapi() -> Response:
    """What may be asked, and what is answered."""
    return jsonify(openapi_document(request.script_root))


@bp.get("/api")
def api_page() -> str:
    """The same for reading."""
    return render_template("api.html", operations=OPERATIONS, search=search_request())


@bp.get("/healthz")
def health() -> Response:
    """Whether the index can be read, and how much it holds; 503 where it cannot."""
    return jsonify(json_of(Health(current_index().stats())))
