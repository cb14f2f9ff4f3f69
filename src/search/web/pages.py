"""The pages: results, passage, its like, document, help; and what browsers fetch by themselves.

Each asks the index once and renders its answer.
"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, make_response, request
from werkzeug.exceptions import NotFound

from ..citing.basket import BASKET_LIMIT
from ..citing.exporting import EXPORTS
from ..citing.proof import proof_json, proof_of
from ..citing.showing import Shown, chosen_in, show
from ..documents.declared import json_of
from ..documents.document import counted_range
from ..errors import UsageError
from ..query.examples import EXAMPLES
from ..query.fields import FIELD_NAMES
from ..query.nodes import Every, Query
from ..query.request import SearchRequest
from ..searching.similar import SIMILAR_LIMIT, Like
from ..searching.snippets import Snippet, highlight, snippet
from . import wording
from .citing import citing_of
from .context import (
    added_by_reader,
    addresses,
    current_assets,
    current_index,
    found,
    search_request,
    settings,
    site_address,
    site_origin,
)
from .document_view import document_values
from .facet_page import asks_for_years, chosen_years
from .facets import chips
from .passage_view import passage_values
from .results_view import results_values, why_values
from .safety import takes_packed
from .templating import kept_as, leads_to, render_template

bp = Blueprint("pages", __name__)


@bp.get("/")
def results() -> str | Response:
    """What a search finds; everything, for the empty one.

    A form has two fields for a range of years, an address one parameter: it leads there.
    """
    index = current_index()
    if asks_for_years(request.args):
        state = chosen_years(search_request(), request.args, index)
        return leads_to(addresses().search(state))
    answer = found(search_request())
    return render_template(
        "results.html",
        search=answer.request,
        **results_values(index, answer, addresses()),
        stats=index.stats(),
        forms=EXPORTS.values(),
        export_limit=settings().export_limit,
        basket_limit=BASKET_LIMIT,
    )


@bp.get("/p/<passage_id>")
def passage(passage_id: str) -> str | Response:
    """One passage, maybe in an old wording, which says so.

    ``from`` and ``to`` mark a range of it; ``first`` and ``last``, counted from 1 as a form without
    script does, lead there. An id whose text is now under another document leads there, or to a
    choice.
    """
    index = current_index()
    origin = search_request()
    shown = show(index, passage_id)
    chosen = chosen_in(shown, request.args.get("from"), request.args.get("to"))
    if not isinstance(shown, Shown):
        body = render_template("choices.html", passages=shown, search=origin, chosen=chosen)
        return make_response(body, 300)
    if "first" in request.args or "last" in request.args:
        first, last = request.args.get("first", ""), request.args.get("last", "")
        counted = counted_range(shown.passage.text, first.strip(), last.strip())
        to = addresses().passage(shown.passage.passage_id, origin, counted)
        return leads_to(f"{to}#quotation")
    if shown.passage.passage_id != passage_id:
        # Not for good: the text may come to stand in a second document.
        return leads_to(addresses().passage(shown.passage.passage_id, origin, chosen))
    return render_template(
        "passage.html",
        search=origin,
        **passage_values(index, shown, origin, addresses(), chosen),
        citing=citing_of(shown.document, shown.passage, added_by_reader()),
    )


@bp.get("/p/<passage_id>/proof.json")
def proof(passage_id: str) -> Response:
    """The file that proves what the passage, or a range of it, says; to be kept."""
    index = current_index()
    shown = show(index, passage_id)
    chosen = chosen_in(shown, request.args.get("from"), request.args.get("to"))
    if not isinstance(shown, Shown) or shown.passage.passage_id != passage_id:
        # The text is under other documents now, and each is proven by itself.
        return leads_to(addresses().passage(passage_id, chosen=chosen))
    body = proof_json(proof_of(index, shown, chosen))
    named = passage_id + (f"-{chosen.start}-{chosen.end}" if chosen else "")
    return kept_as(f"duansou-proof-{named}.json", Response(body, mimetype="application/json"))


@bp.get("/p/<passage_id>/why")
def why(passage_id: str) -> str | Response:
    """Why a passage matches a search, and what its score is made of."""
    index = current_index()
    origin = search_request()
    shown = show(index, passage_id)
    if not isinstance(shown, Shown) or shown.superseded is not None:
        # It is not searched for, so nothing matches or not.
        return leads_to(addresses().passage(passage_id, origin))
    return render_template("why.html", search=origin, **why_values(index, shown, origin))


@bp.get("/d/<document_id>")
def document(document_id: str) -> str:
    """A whole document."""
    index = current_index()
    origin = search_request()
    document = index.document(document_id)
    everything = request.args.get("all", "") not in ("", "0")
    return render_template(
        "document.html",
        search=origin,
        **document_values(index, document, origin, addresses(), everything),
        citing=citing_of(document, None, added_by_reader()),
    )


_FIELDS: dict[str, str] = {}
"""Each field with the first of its Chinese names."""
for _alias, _field in FIELD_NAMES.items():
    if _alias != _field:
        _FIELDS.setdefault(_field, _alias)


@bp.get("/help")
def help_page() -> str:
    """How to ask: every example is a link that asks."""
    return render_template(
        "help.html",
        search=search_request(),
        sections=EXAMPLES,
        fields=_FIELDS,
        facets=wording.listed(wording.FACETS.values()),
        example=lambda each: addresses().search(SearchRequest(each.query, also=each.also)),
        limit_chars=current_index().query_limit_chars,
    )


browser_bp = Blueprint("discovery", __name__)


@browser_bp.get("/opensearch.xml")
def opensearch() -> Response:
    """The description that adds this page to a browser's search engines.

    The format asks for absolute addresses.
    """
    body = render_template("opensearch.xml", root=f"{site_address()}/", host=site_origin())
    return Response(body, mimetype="application/opensearchdescription+xml")


@browser_bp.get("/static/<name>")
def static(name: str) -> Response:
    """The stylesheet, the script, the icon. At their current address they may be kept for good."""
    asset = current_assets().get(name)
    if asset is None:
        raise NotFound
    response = Response(asset.content, content_type=asset.media_type)
    response.set_etag(asset.version)
    if asset.packed is not None and takes_packed():
        response.set_data(asset.packed)
        response.headers["Content-Encoding"] = "gzip"
        response.set_etag(f"{asset.version}-gzip")
    if request.args.get("v") == asset.version:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@browser_bp.get("/favicon.ico")
def favicon() -> Response:
    """For browsers that ask here whatever the page says."""
    return static("icon.svg")


@browser_bp.get("/robots.txt")
def robots() -> Response:
    """Passages and documents may be read by crawlers; states of a search and exports may not."""
    return Response(
        "User-agent: *\nDisallow: /api/\nDisallow: /export.\nDisallow: /*?\n",
        mimetype="text/plain",
    )


like_bp = Blueprint("similar", __name__)

SHOWN = 5
_SNIPPET_CHARS = 200


@like_bp.get("/p/<passage_id>/like")
def like(passage_id: str) -> str:
    """The passages that share the telling words of one."""
    index, origin = current_index(), search_request()
    return render_template(
        "like.html",
        search=origin,
        found=index.similar(passage_id, origin, SHOWN),
        shown_of=_snippet,
        address=addresses().passage(passage_id, origin),
        chips=chips(origin, lambda search: addresses().like(passage_id, search)),
        json_address=addresses().like_api(passage_id, origin),
    )


@like_bp.get("/api/v1/passages/<passage_id>/like")
def like_json(passage_id: str) -> Response:
    """The same as JSON; at most ``limit`` passages, 5 if not said."""
    origin = search_request()
    limit = SHOWN if origin.limit is None else origin.limit
    if limit > SIMILAR_LIMIT:
        raise UsageError("similar-too-many", limit=limit, most=SIMILAR_LIMIT)
    return jsonify(json_of(current_index().similar(passage_id, origin, limit)))


def _snippet(one: Like) -> Snippet:
    """What is shown of a passage, with the words marked that both have."""
    words = Query("", Every(), highlighted_words=one.shared)
    text = one.passage.text
    return snippet(text, highlight(text, words, current_index().analyzer), _SNIPPET_CHARS)
