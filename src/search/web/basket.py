"""The basket: passages chosen to be cited, kept in the address; a page, and files."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from ..basket import Basket, items_of
from ..exporting import EXPORTS, basket_lines
from ..request import SearchRequest
from .attachments import attachment
from .basket_view import basket_view
from .context import addresses, current_index, site_address

__all__ = ["bp"]

bp = Blueprint("basket", __name__)


@bp.get("/basket")
def page() -> str:
    """The passages in their order with their references; reordered and removed by links."""
    view = basket_view(
        current_index(),
        _basket(),
        addresses(),
        site_address(),
        kept=request.args.get("kept", "") not in ("", "0"),
    )
    return render_template("basket.html", view=view, search=SearchRequest(), addresses=addresses())


@bp.get("/basket.<path:suffix>")
def file(suffix: str) -> Response:
    """The passages, or the references of their documents, as a file."""
    form = next((form for form in EXPORTS.values() if form.suffix == f".{suffix}"), None)
    if form is None:
        raise NotFound
    basket = _basket()
    lines = basket_lines(
        items_of(current_index(), basket),
        form,
        base=site_address(),
        style=basket.style,
        accessed=basket.accessed or None,
    )
    return attachment(lines, form.content_type, f"duansou-basket{form.suffix}")


def _basket() -> Basket:
    return Basket.from_params(request.args.items(multi=True))
