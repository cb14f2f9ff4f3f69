"""The page that checks the quotations of a draft, its files and its JSON.

The check is the only place that takes anything. What is sent is checked and forgotten: nothing is
stored, and only pages of this site may send.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import accumulate
from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify, make_response, request
from werkzeug.exceptions import BadRequest

from ..citing.quotes.checking import Checker
from ..citing.quotes.drafts import Draft, draft_of_bytes, lines_of, quotations_of
from ..citing.quotes.reports import (
    CitedQuote,
    Source,
    cited,
    entries_of,
    html_report,
    markdown_report,
    quotes_json,
    sources_of,
    summary,
)
from ..citing.styles import DEFAULT_STYLE
from ..errors import InputError, OverBudgetError
from ..query.request import SearchRequest
from . import wording
from .addresses import Addresses
from .citing import absolute, citation_file
from .context import addresses, current_index, search_request, settings
from .languages import gettext as _
from .results_view import Choice
from .site import refuse_other_sites
from .templating import attachment, render_template

if TYPE_CHECKING:
    from ..reading.reading import ReadingLimits


bp = Blueprint("quotes", __name__)

_MARKS = re.compile("[\"'“”‘’„‟‚‛「」『』〝〞〟«»＂＇｢｣]")
"""Quotation marks are operators in a query."""

_DRAFT_S = 10
"""The longest time that a Word file may take to read; a book of 2 MB takes two seconds."""

QUOTES_LIMIT = 500
"""The most quotations of one draft that the page checks."""


@bp.get("/quotes")
def form() -> Response:
    """The empty form."""
    return _page(None, "", lines=False)


@bp.post("/quotes")
def check() -> Response:
    """The form with what was found."""
    refuse_other_sites(request)
    text, lines = request.form.get("text", ""), request.form.get("lines", "") == "1"
    sent = request.files.get("file")
    is_markdown = False
    if sent is not None and sent.filename:
        text = draft_of_bytes(sent.read(), sent.filename, _limits())
        is_markdown = sent.filename.lower().endswith(".md")
    draft = _draft(text, lines=lines, is_markdown=is_markdown)
    return _page(draft, text, lines=lines, is_markdown=is_markdown)


def _draft(text: str, *, lines: bool, is_markdown: bool) -> Draft:
    return lines_of(text) if lines else quotations_of(text, is_markdown=is_markdown)


def _draft_sent_again() -> Draft:
    refuse_other_sites(request)
    sent = request.form
    is_lines, is_markdown = (sent.get(name, "") == "1" for name in ("lines", "markdown"))
    return _draft(sent.get("text", ""), lines=is_lines, is_markdown=is_markdown)


@bp.post("/quotes/report.<any(html, md):form>")
def report(form: str) -> Response:
    """What was found as a file. The draft is sent again, as for its sources."""
    draft = _draft_sent_again()
    quotes = _checked(list(draft.texts))
    text = (html_report if form == "html" else markdown_report)(quotes, draft.notes)
    media = "text/html" if form == "html" else "text/markdown"
    return attachment([text], f"{media}; charset=utf-8", f"quotes.{form}")


@bp.post("/quotes/bibliography")
def bibliography() -> Response:
    """The sources of a draft as a file. The draft is sent again: nothing of it was kept."""
    draft = _draft_sent_again()
    sent = request.form
    links = addresses()
    quotes = _checked(list(draft.texts))
    if any(one.checked.verdict == "unchecked" for one in quotes):
        raise OverBudgetError("sources-unfinished")
    entries = entries_of(
        quotes,
        lambda document: absolute(links.document(document.document_id)),
    )
    style = sent.get("style", "") or DEFAULT_STYLE
    return citation_file(entries, sent.get("format", ""), style=style, accessed="")


@bp.post("/api/v1/quotes")
def check_json() -> Response:
    """As JSON: ``{"text": draft}`` or ``{"quotes": [...]}`` gives one value a quotation."""
    refuse_other_sites(request)
    try:
        body = request.get_json(silent=True)
    except RecursionError:  # brackets in brackets, thousands deep
        body = None
    if not isinstance(body, dict):
        raise BadRequest
    text, quotes = body.get("text"), body.get("quotes")
    if isinstance(text, str) and quotes is None:
        texts: Iterable[str] = quotations_of(text).texts
    elif isinstance(quotes, list) and text is None and all(isinstance(q, str) for q in quotes):
        texts = quotes
    else:
        raise InputError("quotes-body-unreadable")
    return jsonify(quotes_json(_checked(list(texts))))


def _page(draft: Draft | None, text: str, *, lines: bool, is_markdown: bool = False) -> Response:
    found = _checked(list(draft.texts)) if draft is not None else ()
    counts = summary([one.checked for one in found])
    body = render_template(
        "quotes.html",
        search=SearchRequest() if request.method == "POST" else search_request(),
        asked=draft is not None,
        limit_mb=settings().draft_limit_mb,
        text=text,
        pieces=_in_draft("\n".join(text.splitlines()), draft) if draft else (),
        lines=lines,
        unclosed=draft.unclosed[:20] if draft else (),
        notes=draft.notes if draft else (),
        counts=[(verdict, number) for verdict, number in counts.items() if number],
        quotes=found,
        place_of=lambda source: _place(source, addresses()),
        is_markdown=is_markdown,
        sources=sources_of(found),
    )
    response = make_response(body)
    # Without any referrer a browser would send the form as from nowhere ("Origin: null").
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _checked(texts: list[str]) -> tuple[CitedQuote, ...]:
    if len(texts) > QUOTES_LIMIT:
        raise InputError("quotes-too-many", count=len(texts), limit=QUOTES_LIMIT)
    index = current_index()
    checker = Checker(index)
    return cited(index, checker.check_all(texts, index.query_budget_ms or None))


def _limits() -> ReadingLimits:
    from ..reading.reading import ReadingLimits

    chosen = settings()
    return ReadingLimits(
        chosen.draft_limit_mb,
        min(chosen.read_timeout_s or _DRAFT_S, _DRAFT_S),
        chosen.read_memory_mb,
    )


def _in_draft(text: str, draft: Draft) -> list[tuple[str, int | None]]:
    """The draft in pieces, each with the number of the quotation that it is.

    A quotation that does not stand there as it was read, with Markdown inside, is not marked.
    """
    lines = list(accumulate(map(len, text.splitlines(keepends=True)), initial=0))
    pieces: list[tuple[str, int | None]] = []
    done = 0
    for number, quotation in enumerate(draft.quotations, start=1):
        start, end = lines[quotation.line - 1], lines[quotation.line]
        at = text.find(quotation.text, max(done, start), end + len(quotation.text))
        if at >= 0:
            pieces += [(text[done:at], None), (quotation.text, number)]
            done = at + len(quotation.text)
    return [*pieces, (text[done:], None)]


def _place(source: Source, links: Addresses) -> Choice:
    """Where something stands, and the link there."""
    title = source.title or source.path
    if source.passage_id is not None:
        # Opened from a search for its own words, they are marked there.
        words = max(_MARKS.split(" ".join(source.wording.split())[:200]), key=len).strip()
        origin = SearchRequest(query=f'"{words}"') if words else SearchRequest()
        return Choice(f"{title} ¶ {source.paragraph}", links.passage(source.passage_id, origin))
    label = wording.FOUND_IN.get(source.found_in) or wording.ROLES["metadata"]
    label = _("%(title)s（%(kind)s）", title=title, kind=label)
    return Choice(label, links.document(source.document_id))
