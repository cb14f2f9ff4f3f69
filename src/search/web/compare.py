"""The page of a comparison: its table, its line over the years, where each number leads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request

from ..documents.declared import json_of
from ..documents.facets import ALL_FACETS, BY_NAME, UNKNOWN, Facet, FacetName
from ..query.request import SearchRequest
from ..searching.compare import (
    WHOLE_BOUNDS,
    Amount,
    CompareRequest,
    Comparison,
    Gap,
    Heading,
    compare_csv,
)
from . import wording
from .addresses import Addresses
from .context import addresses, compare_request, current_index, provenance_of_file
from .facets import chips
from .languages import counted
from .languages import gettext as _
from .results_view import choices
from .safety import DRAWING_POLICY
from .templating import kept_as, leads_to, render_template

HEIGHT = 100
"""Of the drawing; a year is ten wide. Both are stretched to the room there is."""

STEP = 10


@dataclass(frozen=True, slots=True)
class YearPoint:
    """One year with its place in the drawing; ``y`` None where the collection has no passage."""

    year: int
    amount: Amount
    x: int
    y: float | None


@dataclass(frozen=True, slots=True)
class YearLine:
    """All points, those above the scale at its top.

    ``stretches`` are the lines, broken where the collection has nothing.
    """

    points: tuple[YearPoint, ...]
    stretches: tuple[str, ...]
    most: str
    width: int
    peak: YearPoint
    height: int = HEIGHT


def year_line(years: Sequence[tuple[int, Amount]]) -> YearLine | None:
    """The drawing of amounts by year; None where there are not two years to connect."""
    shares = [(amount.per_thousand or 0.0) for _, amount in years]
    if len(years) < 2 or not any(shares):
        return None
    # A year with few passages may have any share: it is drawn, but the scale is not made for it.
    sure = [s for s, (_, amount) in zip(shares, years, strict=True) if not amount.is_small]
    most = max(sure, default=0.0) or max(shares)
    points = []
    stretches: list[list[str]] = [[]]
    for at, ((year, amount), share) in enumerate(zip(years, shares, strict=True)):
        x, y = at * STEP, round(max(0.0, HEIGHT * (1 - share / most)), 2)
        if amount.per_thousand is None:
            points.append(YearPoint(year, amount, x, None))
            stretches.append([])
        else:
            points.append(YearPoint(year, amount, x, y))
            stretches[-1].append(f"{x},{y}")
    return YearLine(
        points=tuple(points),
        stretches=tuple(" ".join(stretch) for stretch in stretches if len(stretch) > 1),
        most=wording.per_thousand(most),
        width=STEP * (len(years) - 1),
        peak=points[shares.index(most)],
    )


STEPS = 5
"""Steps of shade; 0 is none."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the page shows a table: whether with what is empty, and by which column it is sorted.

    ``sort`` is "total", or the value of a column; rows come as they do where there is no such.
    """

    empty: bool = False
    sort: str = ""

    def to_params(self) -> list[tuple[str, str]]:
        """The same in an address."""
        given = (("empty", "1" if self.empty else ""), ("ranked", self.sort))
        return [(name, value) for name, value in given if value]

    def arranged(self, found: Comparison) -> tuple[list[int], list[int]]:
        """Which rows and columns are shown, in order: the newest year first."""
        rows, columns = self._side(found.rows), self._side(found.columns)
        at = next((i for i in columns if _key(found.columns[i]) == self.sort), None)
        if self.sort == "total":
            rows.sort(key=lambda i: -_number(found.rows[i].total))
        elif at is not None:
            rows.sort(key=lambda i: -_number(found.cells[i][at]))
        return rows, columns

    def _side(self, headings: Sequence[Heading]) -> list[int]:
        shown = [i for i, h in enumerate(headings) if self.empty or h.total.found]
        years = [i for i in shown if isinstance(headings[i].value, int | Gap)]
        return [*reversed(years), *(i for i in shown if i not in years)]


def _key(heading: Heading) -> str:
    """A value as it stands in an address."""
    value = heading.value
    if isinstance(value, Gap):
        return f"{value.first}..{value.last}"
    return UNKNOWN if value is None else str(value)


@dataclass(frozen=True, slots=True)
class HeadingView:
    """A row or a column: its name, its total, and the search with that value chosen.

    ``sorting`` is the table sorted by this column, or as it comes where it is already.
    """

    label: str
    title: str
    address: str | None
    sorting: str
    is_sorted: bool
    total: str
    total_title: str


@dataclass(frozen=True, slots=True)
class CellView:
    """One number, its step of shade, what it says in full and the search that it counts."""

    text: str
    step: int
    title: str
    address: str | None
    is_small: bool


def _values(found: Comparison, addresses: Addresses, layout: Layout) -> dict[str, Any]:
    """What the templates say of a table."""
    request = found.request
    shown_rows, shown_columns = layout.arranged(found)

    def at(state: CompareRequest, form: str = "", **changes: object) -> str:
        address = addresses.of(f"compare{form}", state)
        params = urlencode(replace(layout, **changes).to_params())  # type: ignore[arg-type]
        return f"{address}{'&' if '?' in address else '?'}{params}" if params else address

    row, column = BY_NAME[request.rows], BY_NAME[request.columns]
    numbers = [cell for cells in found.cells for cell in cells]
    limits = _limits([n for n in map(_number, numbers) if n])

    def heading(facet: Facet, heading: Heading) -> HeadingView:
        label = heading_label(facet, heading.value)
        address = None
        if not isinstance(heading.value, Gap) and heading.total.found:
            address = addresses.search(_choosing(request.search, facet.name, heading.value))
        is_sorted = layout.sort == _key(heading)
        return HeadingView(
            sorting=at(request, sort="" if is_sorted else _key(heading)),
            is_sorted=is_sorted,
            label=label,
            title=_full_label(facet, heading.value),
            address=address,
            total=shown_amount(heading.total, request),
            total_title=_in_full(heading.total, request),
        )

    def cell(down: Heading, across: Heading, amount: Amount) -> CellView:
        address = None
        if amount.found and not isinstance(down.value, Gap) and not isinstance(across.value, Gap):
            search = _choosing(request.search, row.name, down.value)
            address = addresses.search(_choosing(search, column.name, across.value))
        return CellView(
            text=shown_amount(amount, request),
            step=_step(_number(amount), limits),
            title=_(
                "%(row)s，%(column)s：%(amount)s",
                row=_full_label(row, down.value),
                column=_full_label(column, across.value),
                amount=_in_full(amount, request),
            ),
            address=address,
            is_small=amount.is_small,
        )

    rest = (
        (wording.facet_label(row), [heading(row, h) for h in found.rest_rows]),
        (wording.facet_label(column), [heading(column, h) for h in found.rest_columns]),
    )
    return {
        "found": found,
        "row": row,
        "column": column,
        "facets": ALL_FACETS,
        "by_total": replace(
            heading(column, Heading("total", found.total)), label=_("合计"), address=None
        ),
        "unsorted": at(request, sort=""),
        "empty": layout.empty,
        "hidden": sum(not h.total.found for h in (*found.rows, *found.columns)),
        "switch": at(request, empty=not layout.empty),
        "rows": [heading(row, found.rows[i]) for i in shown_rows],
        "columns": [heading(column, found.columns[j]) for j in shown_columns],
        "cells": [
            [cell(found.rows[i], found.columns[j], found.cells[i][j]) for j in shown_columns]
            for i in shown_rows
        ],
        "rest": [(label, headings) for label, headings in rest if headings],
        "legend": _legend(limits, request),
        "notes": tuple(_notes(found)),
        "line": year_line(found.years),
        "shown_share": shown_share,
        "measures": choices(
            wording.MEASURES, request.measure, lambda each: at(replace(request, measure=each))
        ),
        "levels": choices(
            wording.LEVELS, request.level, lambda each: at(replace(request, level=each))
        )
        if request.has_places
        else (),
        "kept": (
            *(p for p in request.to_params() if p[0] not in ("rows", "columns")),
            *replace(layout, sort="").to_params(),
            ("was", f"{row.name} {column.name}"),
        ),
        "turned": at(request.turned(), sort=""),
        "chips": chips(request.search, lambda search: at(replace(request, search=search))),
        "svg_address": at(request, ".svg"),
    }


def heading_label(facet: Facet, value: str | int | Gap | None) -> str:
    """The short name of a row or column: of a place its last level."""
    if isinstance(value, Gap):
        return f"{value.first}–{value.last}"
    if value is None:
        return wording.value_label(facet, None)
    return str(value).rsplit("/", 1)[-1] if facet.kind == "place" else str(value)


def shown_amount(amount: Amount, request: CompareRequest) -> str:
    """A number of the table."""
    return shown_share(amount) if request.measure == "share" else wording.thousands(amount.found)


def shown_share(amount: Amount) -> str:
    """Passages of a thousand; a dash where there are none that they could be of."""
    share = amount.per_thousand
    return "—" if share is None else wording.per_thousand(share)


def _full_label(facet: Facet, value: str | int | Gap | None) -> str:
    label = heading_label(facet, value)
    if facet.kind == "year" and value is not None:
        return _("%(year)s 年", year=label)
    if value is None or isinstance(value, Gap):
        return _("%(facet)s%(value)s", facet=wording.facet_label(facet), value=label)
    return wording.shown_value(facet, str(value))


def _in_full(amount: Amount, request: CompareRequest) -> str:
    if request.measure == "share":
        if not amount.base:
            return _("没有段落，无从计算")
        return counted(
            "每千段 %(share)s 段（%(found)s ÷ %(num)s 段）",
            amount.base,
            share=shown_amount(amount, request),
            found=wording.thousands(amount.found),
        )
    if request.measure == "documents":
        return counted("%(num)s 篇文献", amount.found)
    return counted("%(num)s 段", amount.found)


def _choosing(search: SearchRequest, facet: FacetName, value: str | int | None) -> SearchRequest:
    return search.only(facet, UNKNOWN if value is None else str(value))


def _number(amount: Amount) -> float:
    """What the shade goes by."""
    return float(amount.found) if amount.base is None else amount.per_thousand or 0.0


def _limits(numbers: Sequence[float]) -> list[float]:
    """The least number of each step of shade: as many cells have one step as another."""
    if not numbers:
        return []
    ordered = sorted(numbers)
    at = [ordered[len(ordered) * step // STEPS] for step in range(STEPS)]
    return sorted(set(at))


def _step(number: float, limits: Sequence[float]) -> int:
    """The step of a number; few different numbers have the darker ones."""
    if not number:
        return 0
    above = sum(number >= limit for limit in limits)
    return STEPS - len(limits) + above


def _legend(limits: Sequence[float], request: CompareRequest) -> list[tuple[int, str]]:
    """Each step of shade with the numbers that have it."""
    is_share = request.measure == "share"

    def shown(number: float) -> str:
        return wording.per_thousand(number) if is_share else wording.thousands(int(number))

    legend = [(0, "0")] if limits else []
    steps = enumerate(zip_longest(limits, limits[1:]), STEPS - len(limits) + 1)
    for step, (least, following) in steps:
        if following is None:
            label = _("%(number)s 起", number=shown(least))
        else:
            last = following if is_share else following - 1
            label = shown(least) if last == least else f"{shown(least)}–{shown(last)}"
        legend.append((step, label))
    return legend


def _notes(found: Comparison) -> Iterable[str]:
    """What has to be known to read the numbers."""
    request = found.request
    row, column = BY_NAME[request.rows], BY_NAME[request.columns]
    of_documents = request.measure == "documents"
    if request.measure == "share":
        yield _(
            "每千段 = 符合检索的段落 ÷ 同样筛选条件下（不管检索词）这一格的全部段落 × 1,000；"
            "分子和分母指着数字可见，也在 CSV 里。"
        )
        if any(cell.is_small for cells in found.cells for cell in cells):
            yield _("带 * 的格子分母不足 50 段，多一段少一段就差得很多，不宜比较。")
    for facet, coarser in ((row, found.coarser_rows), (column, found.coarser_columns)):
        label = wording.facet_label(facet)
        if coarser:
            yield _(
                "另有 %(counted)s只知道更高一级的%(facet)s，不在表中，但计入总计。",
                counted=_units(coarser, of_documents),
                facet=label,
            )
        elif coarser is None:
            yield _("只写到更高一级%(facet)s的段落不在表中。", facet=label)
    for name in found.several:
        label = wording.FACETS[name]
        if of_documents:
            yield _(
                "一个段落可以有几个%(facet)s：合计数的是文献，每篇只数一次，所以可能小于各格之和。",
                facet=label,
            )
        else:
            yield _(
                "一个段落可以有几个%(facet)s：合计数的是段落，每个只数一次，所以可能小于各格之和。",
                facet=label,
            )
    if of_documents:
        yield _("一篇文献可能有几个段落符合，合计时只数一次。")


def _units(number: int, of_documents: bool) -> str:
    if of_documents:
        return counted("%(num)s 篇文献", number)
    return counted("%(num)s 个段落", number)


_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

bp = Blueprint("compare", __name__)


@bp.get("/compare")
def page() -> str | Response:
    """The table, and the line over the years.

    A facet that is chosen on one side while it is on the other changes places with it.
    """
    rows, was = request.args.get("rows"), request.args.get("was", "").split()
    if rows in was and len(was) == 2 and rows == request.args.get("columns"):
        sides = {"rows": was[1], "columns": was[0]}
        kept = [(n, v) for n, v in request.args.items(multi=True) if n not in (*sides, "was")]
        address = f"{request.script_root}/compare?{urlencode([*kept, *sides.items()])}"
        return leads_to(address)
    found = current_index().compare(compare_request())
    values = _values(found, addresses(), _layout())
    return render_template("compare.html", search=found.request.search, **values)


@bp.get("/api/v1/compare")
def as_json() -> Response:
    """The same table as JSON."""
    return jsonify(json_of(current_index().compare(compare_request())))


@bp.get("/compare.csv")
def as_csv() -> Response:
    """All rows and columns as CSV."""
    found = current_index().compare(compare_request(), WHOLE_BOUNDS)
    body = "".join(compare_csv(found, provenance_of_file())).encode("utf-8", "replace")
    return kept_as("compare.csv", Response(body, content_type="text/csv; charset=utf-8"))


@bp.get("/compare.svg")
def as_svg() -> Response:
    """The table of the page as a drawing that stands alone."""
    found = current_index().compare(compare_request())
    drawing = render_template("compare.svg", **_values(found, addresses(), _layout()))
    body = _NOT_IN_XML.sub("", drawing).encode("utf-8", "replace")
    response = Response(body, content_type="image/svg+xml")
    # Whoever opens it in the browser all the same: it loads nothing and runs nothing.
    response.headers["Content-Security-Policy"] = DRAWING_POLICY
    return kept_as("compare.svg", response)


def _layout() -> Layout:
    return Layout(request.args.get("empty", "") == "1", request.args.get("ranked", "")[:200])
