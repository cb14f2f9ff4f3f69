"""The page of a basket: ids become quotations, references and links, or files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, redirect, request
from werkzeug.exceptions import NotFound

from ..citing.basket import BASKET_LIMIT, Basket, Cited, Item, State, bibliography, items_of
from ..citing.exporting import EXPORTS, basket_lines
from ..citing.styles import STYLES
from ..errors import OverBudgetError, UsageError
from ..searching.index import Index
from . import wording
from .addresses import Addresses
from .context import addresses, current_index, site_address
from .languages import gettext as _
from .languages import spoken
from .results_view import Choice
from .templating import attachment, render_template


@dataclass(frozen=True, slots=True)
class ItemView:
    """One id: the passage with its mark for the text, or what became of it.

    ``others`` are passages that an id which stands for none, or for an old wording, leads to.
    """

    asked: str
    place: int
    state: State
    title: str
    about: str
    paragraph: int | None
    text: str
    script: str | None
    address: str
    mark: str
    when: str
    others: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class ReferenceView:
    """One entry in the list of references."""

    number: int | None
    text: str
    missing: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BasketView:
    """Everything the template of a basket needs.

    Passages are moved and taken out by the buttons of one form: an address of its own for each
    would repeat all ids for each.
    """

    basket: Basket
    kept: bool
    limit: int
    items: tuple[ItemView, ...]
    documents: int
    lost: int
    references: tuple[ReferenceView, ...]
    styles: tuple[tuple[str, str], ...]
    files: tuple[Choice, ...]
    emptied: str
    plain: str
    error: str | None


def basket_view(
    index: Index, basket: Basket, addresses: Addresses, base: str, *, kept: bool
) -> BasketView:
    """The view of a basket. ``kept`` says that it is the one that the browser keeps."""
    items = items_of(index, basket)
    error = None
    try:
        cited = bibliography(items, basket.style, basket.accessed)
    except OverBudgetError:
        raise
    except UsageError as wrong:
        error = spoken(wrong.sentence)
        cited = bibliography(items, basket.style)
    return BasketView(
        basket=basket,
        kept=kept,
        limit=BASKET_LIMIT,
        items=tuple(_item(item, place, cited, addresses) for place, item in enumerate(items, 1)),
        lost=sum(item.passage is None for item in items),
        documents=len({r.document.document_id for r in cited.references}),
        references=tuple(
            ReferenceView(r.number, r.citation.text, r.citation.missing, r.citation.notes)
            for r in cited.references
        ),
        styles=tuple((style, wording.STYLES[style]) for style in STYLES),
        files=tuple(
            Choice(wording.EXPORTS[form.name], addresses.basket(basket, form.suffix))
            for form in EXPORTS.values()
        ),
        emptied=addresses.basket(Basket(style=basket.style), kept=kept),
        plain="\n".join(_plain(items, cited, base)),
        error=error,
    )


def _item(item: Item, place: int, cited: Cited, addresses: Addresses) -> ItemView:
    passage, document = item.passage, item.document
    others = [*item.candidates, *([item.present] if item.present else [])]
    return ItemView(
        asked=item.asked,
        place=place,
        state=item.state,
        title=(document.title or document.path) if document else "",
        about=(
            " · ".join(filter(None, (passage.source, wording.day(passage.published))))
            if passage
            else ""
        ),
        paragraph=passage.paragraph if passage else None,
        text=passage.text if passage else "",
        script=document.script if document else None,
        address=addresses.passage(passage.passage_id if passage else item.asked),
        mark=cited.in_text.get(item.asked, ""),
        when=item.superseded.superseded if item.superseded else "",
        others=tuple(
            Choice(
                f"{other.title or other.path} ¶ {other.paragraph}",
                addresses.passage(other.passage_id),
            )
            for other in others
        ),
    )


def _plain(items: tuple[Item, ...], cited: Cited, base: str) -> Iterator[str]:
    """Quotations with their marks, then the references: what is copied in one go."""
    for item in items:
        if item.passage is not None:
            text = " ".join(item.passage.text.split())
            yield f"“{text}”{cited.in_text[item.asked]}"
            yield f"{base}/p/{item.passage.passage_id}"
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
    the basket that they make.
    """
    basket = _basket()
    kept = request.args.get("kept", "") not in ("", "0")
    changed = _changed(basket)
    if changed != basket or request.args.get("add"):
        return make_response(redirect(addresses().basket(changed, kept=kept), 302))
    view = basket_view(current_index(), basket, addresses(), site_address(), kept=kept)
    return render_template("basket.html", view=view)


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
