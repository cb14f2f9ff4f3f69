"""Take away what a page of results found: files, a feed, a record, a basket."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from .. import __version__
from ..budget import current
from ..citing.basket import BASKET_LIMIT
from ..citing.exporting import EXPORTS, FEED_ENTRIES, atom_feed, export_lines, prepare
from ..citing.styles import DEFAULT_STYLE
from ..searching.collection import state_of
from ..searching.results import SearchResults
from . import wording
from .addresses import Addresses
from .context import addresses, current_index, search_request, settings, site_address
from .limits import limited
from .results_view import Choice


@dataclass(frozen=True, slots=True)
class Taking:
    """Where what a search finds is taken away.

    ``exports`` is empty where more was found than the ``limit`` of an export; ``basket`` has the
    passages of this page, None where there are none. ``forms`` are the suffix and the name of
    every form of file.
    """

    record: str
    feed: str
    basket: str | None
    forms: tuple[tuple[str, str], ...]
    exports: tuple[Choice, ...]
    limit: int


def taking(results: SearchResults, addresses: Addresses, export_limit: int) -> Taking:
    """The addresses for one page of results."""
    search = replace(results.request, page=1, limit=None)
    ids = [hit.passage_id for hit in results.hits][:BASKET_LIMIT]
    exports = tuple(
        Choice(
            wording.EXPORTS[form.name],
            addresses.export(replace(search, collapse=False, by_document=False), form.suffix),
        )
        for form in EXPORTS.values()
        if 0 < results.total <= export_limit and not results.partial
    )
    return Taking(
        record=addresses.record(search),
        feed=addresses.feed(replace(search, sort="relevance", collapse=False, by_document=False)),
        basket=addresses.basket_with(*ids) if ids else None,
        forms=tuple((form.suffix, wording.EXPORTS[form.name]) for form in EXPORTS.values()),
        exports=exports,
        limit=export_limit,
    )


_WRITTEN_AT_ONCE = 500


def attachment(lines: Iterable[str], content_type: str, name: str) -> Response:
    """A file to be kept under a name.

    What fails within its first lines is an error like any other; what fails later breaks the
    connection off, so that a browser does not take a part for the whole.
    """
    parts = _joined(lines)
    first = next(parts, b"")
    response = Response(chain([first], parts), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _joined(lines: Iterable[str]) -> Iterator[bytes]:
    """Some lines at a time: a call for each would take longer than writing it.

    Each piece has the whole budget: what is bounded is how long nothing comes, not how much.
    """
    budget = current()
    waiting: list[str] = []
    budget.renew()
    for line in lines:
        waiting.append(line)
        left_ms = budget.left_ms
        is_late = left_ms is not None and left_ms * 2 < (budget.time_ms or 0)
        if is_late or len(waiting) >= _WRITTEN_AT_ONCE:
            budget.spend()
            yield "".join(waiting).encode("utf-8", "replace")
            waiting.clear()
            budget.renew()
    yield "".join(waiting).encode("utf-8", "replace")


PROGRAM = f"duansou {__version__}"

bp = Blueprint("exports", __name__)


@bp.get("/export.<path:suffix>")
@limited
def export(suffix: str) -> Response:
    """Every passage of a search, or the references of their documents.

    The page and its size do not matter. ``style`` and ``accessed`` are those of the references.
    """
    form = next((form for form in EXPORTS.values() if form.suffix == f".{suffix}"), None)
    if form is None:
        raise NotFound
    prepared = prepare(
        current_index(),
        search_request(),
        limit=settings().export_limit,
        program=PROGRAM,
        base=site_address(),
    )
    lines = export_lines(
        prepared.passages(together=form.of_documents),
        prepared.index,
        form,
        record=prepared.record,
        base=prepared.record.base,
        style=request.args.get("style", "").strip() or DEFAULT_STYLE,
        accessed=request.args.get("accessed", "").strip()[:40] or None,
    )
    response = attachment(lines, form.content_type, f"duansou{form.suffix}")
    # Where a format has no room for the record, this says where it is.
    if (address := prepared.record.record_address).isascii():
        response.headers["Link"] = f'<{address}>; rel="describedby"'
    return response


@bp.get("/feed.atom")
def feed() -> Response:
    """The passages of a search that were published last."""
    index = current_index()
    # One feed for one search, however its page is looked at.
    state = replace(search_request().collapsed(False), sort="relevance", limit=None)
    results = index.run(replace(state, sort="date", limit=FEED_ENTRIES))
    body = atom_feed(
        replace(results, request=state),
        indexed_at=state_of(index.reader).indexed_at or None,
        base=site_address(),
        self_path=addresses().feed(state).removeprefix(addresses().root),
    )
    return Response(body, content_type="application/atom+xml; charset=utf-8")
