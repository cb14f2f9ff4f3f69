"""The page of a concordance, its JSON, and its files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal as OneOf

from flask import Blueprint, Response, jsonify

from .. import __version__
from ..analysis.words import Analyzer
from ..documents.declared import json_of
from ..query.nodes import Notice
from ..searching.concordance import (
    Concordance,
    ConcordanceRequest,
    Line,
    Neighbour,
    concordance_page,
    csv_lines,
    json_lines,
    neighbours,
    provenance,
)
from . import wording
from .addresses import Addresses, Pager, pager_of
from .context import addresses, concordance_request, current_index
from .facets import Chip, chips
from .languages import counted
from .languages import gettext as _
from .limits import limited
from .results_view import Choice, choices
from .templating import attachment, render_template

_NEIGHBOURS_SHOWN = 12
_WIDTHS = (10, 20, 30)
_BESIDE_CHARS = 20
"""With wider contexts the source stands below a line; beyond _ALIGNED_CHARS it is running text."""
_ALIGNED_CHARS = 32
_NEAR_CHARS = (0, 1, 2, 3)


@dataclass(frozen=True, slots=True)
class LineView:
    """One occurrence with the text around it, and where it stands."""

    left: str
    match: str
    right: str
    cut_before: bool
    cut_after: bool
    address: str
    title: str
    paragraph: int
    about: str


@dataclass(frozen=True, slots=True)
class NeighbourList:
    """The commonest neighbours on one side."""

    label: str
    items: tuple[Neighbour, ...]
    different: int


@dataclass(frozen=True, slots=True)
class ConcordanceView:
    """Everything the template of a concordance needs."""

    found: Concordance
    lines: tuple[LineView, ...]
    layout: OneOf["", "wide", "flowing"]
    first: int
    last: int
    orders: tuple[Choice, ...]
    widths: tuple[Choice, ...]
    nears: tuple[Choice, ...]
    neighbours: tuple[NeighbourList, ...]
    notices: tuple[Notice, ...]
    chips: tuple[Chip, ...]
    pager: Pager
    back: str
    csv_address: str
    json_lines_address: str
    json_address: str


def concordance_view(
    found: Concordance, analyzer: Analyzer, addresses: Addresses, lines_shown: int
) -> ConcordanceView:
    """The view of one page of a concordance, ``lines_shown`` lines unless the address says more."""
    request = found.request
    size = request.search.limit or lines_shown
    page, pages, lines = found.page(size)
    first_page = request.on_page(1)
    first = (page - 1) * size + 1
    return ConcordanceView(
        found=found,
        lines=tuple(_line(line, request, addresses) for line in lines),
        layout=_layout(request.width),
        first=first,
        last=first + len(lines) - 1,
        orders=choices(
            wording.KWIC_ORDERS,
            first_page.order,
            lambda order: addresses.of("kwic", replace(first_page, order=order)),
        ),
        widths=choices(
            {width: counted("%(num)s 字", width) for width in _WIDTHS},
            request.width,
            lambda width: addresses.of("kwic", replace(request, width=width)),
        ),
        nears=choices(
            {near: counted("%(num)s 字", near) if near else _("词") for near in _NEAR_CHARS},
            request.near_chars,
            lambda near: addresses.of("kwic", replace(request, near_chars=near)) + "#beside",
        ),
        neighbours=tuple(_neighbours(found, analyzer)),
        notices=found.notices,
        chips=_chips(request, addresses),
        pager=pager_of(page, pages, lambda number: addresses.of("kwic", request.on_page(number))),
        back=addresses.search(replace(request.search, page=1, limit=None)),
        csv_address=addresses.of("kwic.csv", first_page),
        json_lines_address=addresses.of("kwic.jsonl", first_page),
        json_address=addresses.of("api/v1/kwic", request),
    )


def _layout(width: int) -> OneOf["", "wide", "flowing"]:
    if width <= _BESIDE_CHARS:
        return ""
    return "wide" if width <= _ALIGNED_CHARS else "flowing"


def _chips(request: ConcordanceRequest, addresses: Addresses) -> tuple[Chip, ...]:
    """The chosen filters, each leading to the lines without it."""
    return chips(
        request.search, lambda search: addresses.of("kwic", replace(request, search=search))
    )


def _line(line: Line, request: ConcordanceRequest, addresses: Addresses) -> LineView:
    passage = line.passage
    place = next((level for level in reversed(passage.city) if level), _("地区未知"))
    year = passage.year or _("年份未知")
    return LineView(
        left=line.before(request.width),
        match=line.match,
        right=line.after(request.width),
        cut_before=line.start > request.width,
        cut_after=len(line.right) > request.width,
        address=addresses.passage(passage.passage_id, replace(request.search, page=1, limit=None)),
        title=passage.title or passage.path,
        paragraph=passage.paragraph,
        about=f"{place} {year}",
    )


def _neighbours(found: Concordance, analyzer: Analyzer) -> Iterator[NeighbourList]:
    if not found.lines:
        return
    beside = neighbours(found.lines, analyzer, found.request.near_chars)
    sides: tuple[tuple[str, Sequence[Neighbour]], ...] = (
        (_("左邻"), beside.left),
        (_("右邻"), beside.right),
    )
    for label, items in sides:
        yield NeighbourList(label, tuple(items[:_NEIGHBOURS_SHOWN]), len(items))


bp = Blueprint("concordance", __name__)

LINES_SHOWN = 50


@bp.get("/kwic")
def kwic() -> str:
    """Every occurrence with the text around it."""
    index = current_index()
    found = index.concordance(concordance_request(), is_page=True)
    view = concordance_view(found, index.analyzer, addresses(), LINES_SHOWN)
    # The page and size of this list are not those of the next search.
    search = replace(found.request.search, page=1, limit=None)
    return render_template("kwic.html", view=view, search=search)


@bp.get("/api/v1/kwic")
def kwic_json() -> Response:
    """One page of the lines, and the neighbours of all."""
    index = current_index()
    found = index.concordance(concordance_request(), is_page=True)
    return jsonify(json_of(concordance_page(found, index.analyzer, LINES_SHOWN)))


@bp.get("/kwic.csv")
@limited
def kwic_csv() -> Response:
    """All listed lines as CSV."""
    index = current_index()
    found = index.concordance(concordance_request())
    return attachment(csv_lines(found, _provenance()), "text/csv; charset=utf-8", "kwic.csv")


@bp.get("/kwic.jsonl")
@limited
def kwic_jsonl() -> Response:
    """All listed lines as JSON Lines."""
    index = current_index()
    found = index.concordance(concordance_request())
    return attachment(json_lines(found, _provenance()), "application/x-ndjson", "kwic.jsonl")


def _provenance() -> dict[str, object]:
    return {"program": f"duansou {__version__}", **provenance(current_index().reader)}
