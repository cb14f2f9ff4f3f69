"""What browsers and crawlers fetch by themselves: style, script, icon, search description."""

from __future__ import annotations

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from .context import current_assets, site_address, site_origin
from .safety import takes_packed
from .templating import render_template

bp = Blueprint("discovery", __name__)


@bp.get("/opensearch.xml")
def opensearch() -> Response:
    """The description that adds this page to a browser's search engines.

    The format asks for absolute addresses.
    """
    body = render_template("opensearch.xml", root=f"{site_address()}/", host=site_origin())
    return Response(body, mimetype="application/opensearchdescription+xml")


@bp.get("/static/<name>")
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


@bp.get("/favicon.ico")
def favicon() -> Response:
    """For browsers that ask here whatever the page says."""
    return static("icon.svg")


@bp.get("/robots.txt")
def robots() -> Response:
    """Passages and documents may be read by crawlers; states of a search and exports may not."""
    return Response(
        "User-agent: *\nDisallow: /api/\nDisallow: /export.\nDisallow: /*?\n",
        mimetype="text/plain",
    )
