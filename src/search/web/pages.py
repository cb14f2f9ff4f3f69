"""The pages: results, passage, document, help. Each asks the index once and renders a view."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, request

from ..citing.proof import proof_json, proof_of
from ..citing.showing import Shown, chosen_in, show
from ..documents.ranges import counted_range
from ..query.examples import EXAMPLES
from ..query.fields import FIELD_NAMES
from ..query.request import SearchRequest
from . import wording
from .context import added_by_reader, addresses, current_index, found, search_request, settings
from .document_view import document_view
from .exports import taking
from .facet_page import asks_for_years, chosen_years
from .passage_view import passage_view
from .results_view import results_view
from .templating import render_template
from .why_view import why_view

bp = Blueprint("pages", __name__)


@bp.get("/")
def results() -> str | Response:
    """What a search finds; everything, for the empty one.

    A form has two fields for a range of years, an address one parameter: it leads there.
    """
    index = current_index()
    if asks_for_years(request.args):
        state = chosen_years(search_request(), request.args, index)
        return make_response(redirect(addresses().search(state), 302))
    answer = found(search_request())
    view = results_view(index, answer, addresses())
    return render_template(
        "results.html",
        view=view,
        search=view.request,
        stats=index.stats(),
        addresses=addresses(),
        taking=taking(answer, addresses(), settings().export_limit),
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
        body = render_template(
            "choices.html", passages=shown, search=origin, chosen=chosen, addresses=addresses()
        )
        return make_response(body, 300)
    if "first" in request.args or "last" in request.args:
        first, last = request.args.get("first", ""), request.args.get("last", "")
        counted = counted_range(shown.passage.text, first.strip(), last.strip())
        to = addresses().passage(shown.passage.passage_id, origin, counted)
        return make_response(redirect(f"{to}#quotation", 302))
    if shown.passage.passage_id != passage_id:
        # Not for good: the text may come to stand in a second document.
        moved = redirect(addresses().passage(shown.passage.passage_id, origin, chosen), 302)
        return make_response(moved)
    view = passage_view(
        index,
        shown,
        origin,
        addresses(),
        chosen,
        added=added_by_reader(),
    )
    return render_template("passage.html", view=view, search=origin, addresses=addresses())


@bp.get("/p/<passage_id>/proof.json")
def proof(passage_id: str) -> Response:
    """The file that proves what the passage, or a range of it, says; to be kept."""
    index = current_index()
    shown = show(index, passage_id)
    chosen = chosen_in(shown, request.args.get("from"), request.args.get("to"))
    if not isinstance(shown, Shown) or shown.passage.passage_id != passage_id:
        # The text is under other documents now, and each is proven by itself.
        return make_response(redirect(addresses().passage(passage_id, chosen=chosen), 302))
    answer = make_response(proof_json(proof_of(index, shown, chosen)))
    answer.mimetype = "application/json"
    named = passage_id + (f"-{chosen.start}-{chosen.end}" if chosen else "")
    answer.headers["Content-Disposition"] = f'attachment; filename="duansou-proof-{named}.json"'
    return answer


@bp.get("/p/<passage_id>/why")
def why(passage_id: str) -> str | Response:
    """Why a passage matches a search, and what its score is made of."""
    index = current_index()
    origin = search_request()
    shown = show(index, passage_id)
    if not isinstance(shown, Shown) or shown.superseded is not None:
        # It is not searched for, so nothing matches or not.
        return make_response(redirect(addresses().passage(passage_id, origin), 302))
    view = why_view(index, shown, origin, addresses())
    return render_template("why.html", view=view, search=origin, addresses=addresses())


@bp.get("/d/<document_id>")
def document(document_id: str) -> str:
    """A whole document."""
    index = current_index()
    origin = search_request()
    view = document_view(
        index,
        index.document(document_id),
        origin,
        addresses(),
        everything=request.args.get("all", "") not in ("", "0"),
        added=added_by_reader(),
    )
    return render_template("document.html", view=view, search=origin, addresses=addresses())


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
        addresses=addresses(),
        sections=EXAMPLES,
        fields=_FIELDS,
        facets=wording.listed(wording.FACETS.values()),
        example=lambda each: addresses().search(SearchRequest(each.query, also=each.also)),
        limit_chars=current_index().query_limit_chars,
    )
