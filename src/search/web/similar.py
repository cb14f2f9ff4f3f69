"""The passages like one: on a page of its own, as finding them takes longer than showing one."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, jsonify

from ..documents.declared import json_of
from ..errors import UsageError
from ..query.nodes import Every, Query
from ..query.request import SearchRequest
from ..searching.similar import SIMILAR_LIMIT, Like
from ..searching.snippets import highlight, snippet
from .addresses import Addresses
from .context import addresses, current_index, search_request
from .facets import Chip, chips
from .results_view import Pieces
from .templating import render_template

bp = Blueprint("similar", __name__)

SHOWN = 5
_SNIPPET_CHARS = 200


@dataclass(frozen=True, slots=True)
class LikeView:
    """A passage like another, and the words that both have."""

    title: str
    paragraph: int
    address: str
    source: str | None
    site: str | None
    published: str | None
    pieces: Pieces
    cut_before: bool
    cut_after: bool
    shared: tuple[str, ...]


@bp.get("/p/<passage_id>/like")
def like(passage_id: str) -> str:
    """The passages that share the telling words of one."""
    index, at = current_index(), addresses()
    origin = search_request()
    found = index.similar(passage_id, origin, SHOWN)
    return render_template(
        "like.html",
        passage=found.passage,
        title=found.passage.title or found.passage.path,
        address=at.passage(passage_id, origin),
        terms=found.terms,
        likes=[_view(one, at) for one in found.passages],
        reprints=[_view(one, at) for one in found.reprints],
        chips=_chips(passage_id, origin, at),
        search=origin,
        addresses=at,
        json_address=at.like_api(passage_id, origin),
    )


@bp.get("/api/v1/passages/<passage_id>/like")
def like_json(passage_id: str) -> Response:
    """The same as JSON; at most ``limit`` passages, 5 if not said."""
    origin = search_request()
    limit = SHOWN if origin.limit is None else origin.limit
    if limit > SIMILAR_LIMIT:
        raise UsageError("similar-too-many", limit=limit, most=SIMILAR_LIMIT)
    return jsonify(json_of(current_index().similar(passage_id, origin, limit)))


def _chips(passage_id: str, origin: SearchRequest, at: Addresses) -> tuple[Chip, ...]:
    return chips(origin, lambda search: at.like(passage_id, search))


def _view(one: Like, at: Addresses) -> LikeView:
    passage = one.passage
    words = Query("", Every(), highlighted_words=one.shared)
    marks = highlight(passage.text, words, current_index().analyzer)
    shown = snippet(passage.text, marks, _SNIPPET_CHARS)
    return LikeView(
        title=passage.title or passage.path,
        paragraph=passage.paragraph,
        address=at.passage(passage.passage_id),
        source=passage.source,
        site=passage.site,
        published=passage.published,
        pieces=tuple(shown.pieces()),
        cut_before=shown.cut_before,
        cut_after=shown.cut_after,
        shared=one.shared,
    )
