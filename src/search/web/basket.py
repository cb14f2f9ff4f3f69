"""The page of a basket: ids become quotations, references and links, or files."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, request

from ..citing.basket import BASKET_LIMIT, Basket, Cited, Item, bibliography, items_of
from ..citing.exporting import EXPORTS, basket_lines
from ..errors import OverBudgetError, UsageError
from .context import addresses, current_index, site_address
from .exports import form_of
from .languages import gettext as _
from .languages import spoken
from .templating import attachment, leads_to, render_template


def _plain(items: tuple[Item, ...], cited: Cited) -> Iterator[str]:
    """Quotations with their marks, then the references: what is copied in one go."""
    for item in items:
        if item.passage is not None:
            text = " ".join(item.passage.text.split())
            yield f"“{text}”{cited.in_text[item.asked]}"
            yield f"{site_address()}/p/{item.passage.passage_id}"
            yield ""
    if cited.references:
        yield _("参考文献")
    for reference in cited.references:
        number = f"[{reference.number}] " if reference.number else ""
        yield f"{number}{reference.citation.text}"


bp = Blueprint("basket", __name__)


@bp.get("/basket")
def page() -> str | Response:
    """The passages in their order with their references.

    ``add``, ``up``, ``down`` and ``without``, which the page's form sends, lead to the address of
    the basket that they make; an address on the page for each would repeat all ids for each.
    ``kept`` says that it is the one that the browser keeps.
    """
    basket = _basket()
    kept = request.args.get("kept", "") not in ("", "0")
    changed = _changed(basket)
    if changed != basket or request.args.get("add"):
        return leads_to(addresses().basket(changed, kept=kept))
    items = items_of(current_index(), basket)
    error = None
    try:
        cited = bibliography(items, basket.style, basket.accessed)
    except OverBudgetError:
        raise
    except UsageError as wrong:
        error = spoken(wrong.sentence)
        cited = bibliography(items, basket.style)
    return render_template(
        "basket.html",
        basket=basket,
        kept=kept,
        limit=BASKET_LIMIT,
        items=items,
        cited=cited,
        lost=sum(item.passage is None for item in items),
        documents=len({r.document.document_id for r in cited.references}),
        forms=EXPORTS.values(),
        emptied=addresses().basket(Basket(style=basket.style), kept=kept),
        plain="\n".join(_plain(items, cited)),
        error=error,
    )


@bp.get("/basket.<path:suffix>")
def file(suffix: str) -> Response:
    """The passages, or the references of their documents, as a file."""
    form = form_of(suffix)
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
