"""The basket: passages chosen to be cited, kept in the address; a page, and files."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, request
from werkzeug.exceptions import NotFound

from ..citing.basket import Basket, items_of
from ..citing.exporting.formats import EXPORTS, basket_lines
from ..query.request import SearchRequest
from .attachments import attachment
from .basket_view import basket_view
from .context import addresses, current_index, site_address
from .templating import render_template

bp = Blueprint("basket", __name__)


@bp.get("/basket")
def page() -> str | Response:
    """The passages in their order with their references.

    ``add``, ``up``, ``down`` and ``without``, which the page's form sends, lead to the address of
    the basket that they make.
    """
    basket = _basket()
    kept = request.args.get("kept", "") not in ("", "0")
    changed = _changed(basket)
    if changed != basket or request.args.get("add"):
        return make_response(redirect(addresses().basket(changed, kept=kept), 302))
    view = basket_view(current_index(), basket, addresses(), site_address(), kept=kept)
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


def _changed(basket: Basket) -> Basket:
    """The basket with one passage moved or taken out, where the address asks for that."""
    for name, places in (("up", -1), ("down", 1)):
        passage_id = request.args.get(name, "")
        if passage_id in basket.ids:
            return basket.moved(passage_id, places)
    return basket.without(request.args.get("without", ""))


def _basket() -> Basket:
    return Basket.from_params(request.args.items(multi=True))
