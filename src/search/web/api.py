"""The page's answers as JSON: the same parameters, the same limits, one shape of error."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from .. import __version__
from ..showing import Shown, show, shown_json
from .context import current_index, search_request

__all__ = ["bp"]

bp = Blueprint("api", __name__)


@bp.get("/api/v1/search")
def search() -> Response:
    """One page of a search."""
    return jsonify(current_index().run(search_request()).to_json())


@bp.get("/api/v1/passages/<passage_id>")
def passage(passage_id: str) -> tuple[Response, int]:
    """One passage, by its id or by that of its old wording; 300 where its text is in several."""
    shown = show(current_index(), passage_id)
    return jsonify(shown_json(shown)), 200 if isinstance(shown, Shown) else 300


@bp.get("/healthz")
def health() -> Response:
    """Whether the index can be read, and how much it holds; 503 where it cannot."""
    stats = current_index().stats()
    return jsonify(
        {
            "status": "ok",
            "documents": stats.documents,
            "passages": stats.passages,
            "format_version": stats.format_version,
            "version": __version__,
        }
    )
