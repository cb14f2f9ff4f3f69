"""Spread what is found over two facets, and over the years: table, JSON and CSV.

One search gives the totals of rows and columns, one table the cells. For shares the same is asked
once more without the query: that is what a share is of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Annotated, Any, NamedTuple, get_args
from typing import Literal as OneOf

from ..documents.declared import Count, Says, json_of, view
from ..documents.facets import BY_NAME, UNKNOWN, Facet, FacetName
from ..errors import BusyError, OverBudgetError, UsageError
from ..index.answers import FacetCount, Found
from ..index.engine import CountUnit, EngineRequest, Reader
from ..query.nodes import Every, Notice, Query
from ..query.request import Asked, Filters, SearchRequest
from .spreadsheet import csv_header, csv_row

Measure = OneOf["count", "share", "documents"]
"""Passages; passages for each 1,000 of the collection's; documents."""

Level = OneOf["province", "city", "county"]

MEASURES: tuple[Measure, ...] = get_args(Measure)
LEVELS: tuple[Level, ...] = get_args(Level)

SomeFacet = Annotated[FacetName, Says(enum=list(BY_NAME))]

_ALLOWED: dict[str, tuple[str, ...]] = {
    "rows": tuple(BY_NAME),
    "columns": tuple(BY_NAME),
    "measure": MEASURES,
    "level": LEVELS,
}


@dataclass(frozen=True, slots=True)
class CompareRequest:
    """One state of the page that compares. ``to_params`` and ``from_params`` are inverse.

    ``search`` says which passages; its page, limit, order and collapsing do not matter. Places
    are compared at one ``level``. Raises UsageError where rows and columns are one facet.
    """

    search: Asked = field(default_factory=SearchRequest)
    rows: SomeFacet = "city"
    columns: SomeFacet = "year"
    measure: Measure = "count"
    level: Level = "city"

    def __post_init__(self) -> None:
        if self.rows == self.columns:
            raise UsageError("compare-same-facet", rows=self.rows)

    @classmethod
    def from_params(cls, params: Iterable[tuple[str, str]]) -> CompareRequest:
        """From the parameters of an address: those of a search and rows, columns, measure, level.

        Where only one of rows and columns is given and is the default of the other, the other
        makes room. Raises UsageError for a value that does not exist.
        """
        given = list(params)
        chosen: dict[str, Any] = {}
        for name, value in given:
            if name in _ALLOWED and value:
                if value not in _ALLOWED[name]:
                    known = ", ".join(_ALLOWED[name])
                    raise UsageError("choice-unknown", name=name, value=value, known=known)
                chosen[name] = value
        if chosen.get("rows") == "year":
            chosen.setdefault("columns", "city")
        elif chosen.get("columns") == "city":
            chosen.setdefault("rows", "year")
        return cls(_plain(SearchRequest.from_params(given)), **chosen)

    def to_params(self) -> list[tuple[str, str]]:
        """The parameters of its address, defaults left out, in a fixed order."""
        params = _plain(self.search).to_params()
        if (self.rows, self.columns) != ("city", "year"):
            params += [("rows", self.rows), ("columns", self.columns)]
        if self.measure != "count":
            params.append(("measure", self.measure))
        if self.level != "city":
            params.append(("level", self.level))
        return params

    def turned(self) -> CompareRequest:
        """With rows and columns exchanged."""
        return replace(self, rows=self.columns, columns=self.rows)

    @property
    def has_places(self) -> bool:
        """Whether the level matters."""
        return "place" in (BY_NAME[self.rows].kind, BY_NAME[self.columns].kind)


def _plain(search: SearchRequest) -> SearchRequest:
    """What is found, without the way in which it is listed."""
    return replace(search, page=1, limit=None, sort="relevance", collapse=False, by_document=False)


SMALL_BASE_PASSAGES = 50
"""A share of fewer passages says little: one passage more or less changes it by 20 ‰."""

_EMPTY_YEARS_SHOWN = 12
"""A longer run of years without a passage is one column."""

Value = str | int | None


class Bounds(NamedTuple):
    """How many rows and columns stand in the table; the others are named beside it."""

    rows: int = 30
    columns: int = 30
    years: int = 40
    """Columns (or rows) where these are years, which are narrow and meant to be seen in line."""


PAGE_BOUNDS = Bounds()
WHOLE_BOUNDS = Bounds(rows=2_000, columns=300, years=300)
"""For what is taken away: as many as a spreadsheet shows with ease."""


class Share(NamedTuple):
    """Of how many passages something is a share, and how many of a thousand that is."""

    of: Count
    per_thousand: float | None


class Amount(NamedTuple):
    """How many were found; for shares, of how many passages (``base``)."""

    found: Count
    base: Count | None = None

    @property
    def share(self) -> Share | None:
        """What is sent beside, where it is one."""
        return None if self.base is None else Share(self.base, _share(self))

    @property
    def per_thousand(self) -> float | None:
        """The share; None where there is nothing that it could be of."""
        return 1000 * self.found / self.base if self.base else None

    @property
    def is_small(self) -> bool:
        """Whether the share is of so few passages that it says little."""
        return self.base is not None and 0 < self.base < SMALL_BASE_PASSAGES


SentAmount = Annotated[Amount, view("found *share")]


@dataclass(frozen=True, slots=True)
class Gap:
    """Years in a row in which there is nothing."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Heading:
    """One row or column: its value and its total, of passages or documents, never a sum."""

    value: Value | Gap
    total: SentAmount

    JSON = view("value=shown *total")

    @property
    def shown(self) -> Annotated[Value, Says(type=["string", "integer", "null"])]:
        """The value; a run of years without a passage as "1912..1948"."""
        value = self.value
        return f"{value.first}..{value.last}" if isinstance(value, Gap) else value


class YearAmount(NamedTuple):
    """A year, and how many it has."""

    year: int
    amount: SentAmount


SentYear = Annotated[YearAmount, view("year *amount")]


class AboveLevel(NamedTuple):
    """How many have a place above the level of the table; None where that cannot be told."""

    rows: Count | None
    columns: Count | None


HEADER = view(
    "*request.search rows=request.rows columns=request.columns measure=request.measure"
    " level=request.level passages documents of_passages=total.base partial"
)
"""What was asked for and counted."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A table. ``cells[i][j]`` belongs to ``rows[i]`` and ``columns[j]``.

    ``rest_rows`` and ``rest_columns`` did not fit and are not in the table. ``coarser_rows`` is how
    many passages, or documents, of the total have a place above the level of the table, and so
    are in no row; None where that cannot be told from counts. ``years`` are all years with their
    amounts, empty ones included, where one side is the year.
    """

    request: CompareRequest
    query: Query
    notices: tuple[Notice, ...]
    total: Amount
    passages: Count
    documents: Count
    rows: tuple[Heading, ...] = ()
    columns: tuple[Heading, ...] = ()
    cells: tuple[tuple[SentAmount, ...], ...] = ()
    rest_rows: tuple[Heading, ...] = ()
    rest_columns: tuple[Heading, ...] = ()
    coarser_rows: int | None = 0
    coarser_columns: int | None = 0
    years: tuple[SentYear, ...] = ()
    partial: bool = False

    JSON = HEADER + view(
        "row_values=rows column_values=columns cells other_rows=rest_rows"
        " other_columns=rest_columns above_level several_values=several years notices"
    )

    @property
    def above_level(self) -> AboveLevel:
        """Both sides."""
        return AboveLevel(self.coarser_rows, self.coarser_columns)

    @property
    def several(self) -> tuple[SomeFacet, ...]:
        """The facets of the table of which a passage may have several values."""
        return tuple(n for n in (self.request.rows, self.request.columns) if BY_NAME[n].several)


def compare(
    reader: Reader,
    request: CompareRequest,
    query: Query,
    filters: Filters,
    notices: tuple[Notice, ...] = (),
    *,
    bounds: Bounds = PAGE_BOUNDS,
) -> Comparison:
    """The table of a search, with ``query`` and ``filters`` as the index understands them.

    Where the budget is spent before the table is there, it has no rows and is ``partial``.
    """
    named = any(BY_NAME[name].named for name in (request.rows, request.columns))
    asked = EngineRequest(query, filters, limit=0, named=named)
    found = reader.search(asked)
    nothing = Query(text="", match=Every())
    of_what = found
    over_time = "year" in (request.rows, request.columns)
    shares = request.measure == "share"
    if found.total and not found.partial and (shares or over_time):
        of_what = reader.search(replace(asked, query=nothing))
    partial = found.partial or of_what.partial
    unit: CountUnit = "documents" if request.measure == "documents" else "passages"

    def total(one: Found) -> int:
        return one.documents if unit == "documents" else one.total

    empty = Comparison(
        request=request,
        query=query,
        notices=notices,
        total=Amount(total(found), of_what.total if shares else None),
        passages=found.total,
        documents=found.documents,
        partial=partial,
    )
    if partial or not found.total:
        return empty

    def headings(facet: FacetName) -> list[Heading]:
        bases = {c.value: c.count for c in of_what.facets[facet]} if shares else {}
        return [
            Heading(
                c.value,
                Amount(
                    c.documents if unit == "documents" else c.count,
                    bases.get(c.value, 0) if shares else None,
                ),
            )
            for c in found.facets[facet]
            if _is_admitted(BY_NAME[facet], c.value, request, filters)
        ]

    rows, columns = headings(request.rows), headings(request.columns)
    kept_rows, rest_rows = _largest(rows, BY_NAME[request.rows], bounds.rows, bounds)
    kept_columns, rest_columns = _largest(columns, BY_NAME[request.columns], bounds.columns, bounds)
    try:
        cells = _cells(reader, query, filters, request, kept_rows, kept_columns, unit)
        bases = (
            _cells(reader, nothing, filters, request, kept_rows, kept_columns, unit)
            if shares
            else {}
        )
    except BusyError:
        raise
    except OverBudgetError:
        return replace(empty, partial=True)
    down = _in_order(kept_rows, rest_rows, BY_NAME[request.rows], shares)
    across = _in_order(kept_columns, rest_columns, BY_NAME[request.columns], shares)
    return replace(
        empty,
        rows=down,
        columns=across,
        cells=tuple(
            tuple(
                Amount(
                    cells.get((row.value, column.value), 0),
                    bases.get((row.value, column.value), 0) if shares else None,
                )
                for column in across
            )
            for row in down
        ),
        rest_rows=tuple(rest_rows),
        rest_columns=tuple(rest_columns),
        coarser_rows=_coarser(BY_NAME[request.rows], rows, empty.total.found),
        coarser_columns=_coarser(BY_NAME[request.columns], columns, empty.total.found),
        years=_years(found, of_what, request, filters) if over_time else (),
    )


def _cells(
    reader: Reader,
    query: Query,
    filters: Filters,
    request: CompareRequest,
    rows: Sequence[Heading],
    columns: Sequence[Heading],
    unit: CountUnit,
) -> dict[tuple[Value | Gap, Value | Gap], int]:
    """The numbers that are not 0, by row and column."""
    down = [h.value for h in rows if not isinstance(h.value, Gap)]
    across = [h.value for h in columns if not isinstance(h.value, Gap)]
    table = reader.cross_tabulate(
        query, filters, request.rows, request.columns, rows=down, columns=across, unit=unit
    )
    return {
        (row, column): count
        for row, counts in zip(table.rows, table.counts, strict=True)
        for column, count in zip(table.columns, counts, strict=True)
        if count
    }


def _is_admitted(facet: Facet, value: Value, request: CompareRequest, filters: Filters) -> bool:
    """Whether a value is one of the table: at its level, chosen if anything is, not left out."""
    chosen, excluded = filters.chosen(facet.name), filters.excluded(facet.name)
    if facet.kind == "year":
        return not facet.has(value, excluded) and (not chosen or facet.has(value, chosen))
    if value in excluded:
        return False
    if facet.kind == "text" or value is None:
        return not chosen or value in chosen
    depth, level = str(value).count("/"), LEVELS.index(request.level)
    above = [str(value).rsplit("/", n)[0] for n in range(depth + 1)]
    if depth > level:
        # A choice below the level of the table stands for itself, unless a wider one has it.
        return value in chosen and not any(path in chosen for path in above[1:])
    return depth == level and (not chosen or any(path in chosen for path in above))


def _largest(
    headings: list[Heading], facet: Facet, limit: int, bounds: Bounds
) -> tuple[list[Heading], list[Heading]]:
    """(those of the table, the others), each the largest first; the unknown always is in it."""
    limit = bounds.years if facet.kind == "year" else limit
    known = [h for h in headings if h.value is not None]
    known.sort(key=lambda h: (-h.total.found, str(h.value)))
    unknown = [h for h in headings if h.value is None]
    # A rest of one or two is no gain over showing them.
    limit = len(known) if len(known) <= limit + 2 else limit
    return [*known[:limit], *unknown], known[limit:]


def _in_order(
    kept: list[Heading], rest: list[Heading], facet: Facet, shares: bool
) -> tuple[Heading, ...]:
    """Years in line with the empty ones between them, everything else as it comes."""
    if facet.kind != "year":
        return tuple(kept)
    years = {int(h.value): h for h in kept if isinstance(h.value, int)}
    elsewhere = {int(h.value) for h in rest if isinstance(h.value, int)}
    nothing = Amount(0, 0 if shares else None)
    line: list[Heading] = []
    for year, following in [*pairwise(sorted(years)), (max(years, default=0), None)]:
        if year in years:
            line.append(years[year])
        if following is not None:
            line += [
                Heading(value, nothing)
                for value in _empty_between(year + 1, following - 1, elsewhere)
            ]
    return (*line, *(h for h in kept if h.value is None))


def _empty_between(first: int, last: int, elsewhere: set[int]) -> list[int | Gap]:
    """The years from ``first`` to ``last`` that have nothing, long runs as one."""
    runs: list[Gap] = []
    for year in range(first, last + 1):
        if year in elsewhere:
            continue
        if runs and runs[-1].last == year - 1:
            runs[-1] = Gap(runs[-1].first, year)
        else:
            runs.append(Gap(year, year))
    return [
        value
        for run in runs
        for value in (
            [run] if run.last - run.first >= _EMPTY_YEARS_SHOWN else range(run.first, run.last + 1)
        )
    ]


def _coarser(facet: Facet, headings: Sequence[Heading], total: int) -> int | None:
    """How many of the total have a place above the level of the table."""
    if facet.kind != "place":
        return 0
    if facet.several:
        return None
    return total - sum(h.total.found for h in headings)


def _years(
    found: Found, of_what: Found, request: CompareRequest, filters: Filters
) -> tuple[YearAmount, ...]:
    """Every year from the first to the last that the collection has here, with its share."""

    def by_year(counts: Sequence[FacetCount]) -> dict[int, int]:
        return {
            int(c.value): c.count
            for c in counts
            if c.value is not None and _is_admitted(BY_NAME["year"], c.value, request, filters)
        }

    hits, bases = by_year(found.facets["year"]), by_year(of_what.facets["year"])
    if not bases:
        return ()
    return tuple(
        YearAmount(year, Amount(hits.get(year, 0), bases.get(year, 0)))
        for year in range(min(bases), max(bases) + 1)
    )


def compare_csv(found: Comparison, provenance: Mapping[str, Any]) -> Iterator[str]:
    """CSV with a byte-order mark: names and values, one row each, then the table.

    Shares are three tables below each other: the shares, what was found, and of how many. The first
    row and column of numbers are totals. ``~unknown`` is what is not known.
    """
    yield from csv_header({**json_of(found, HEADER), **provenance})
    for name, rest in (("other_rows", found.rest_rows), ("other_columns", found.rest_columns)):
        for heading in rest:
            yield csv_row((name, _name(heading), heading.total.found))
    for title, number in _tables(found):
        yield csv_row(())
        yield csv_row((title, "total", *(_name(h) for h in found.columns)))
        yield csv_row(("total", number(found.total), *(number(h.total) for h in found.columns)))
        for row, cells in zip(found.rows, found.cells, strict=True):
            yield csv_row((_name(row), number(row.total), *(number(c) for c in cells)))


def _tables(found: Comparison) -> Iterator[tuple[str, Callable[[Amount], Any]]]:
    if found.request.measure != "share":
        yield ("documents" if found.request.measure == "documents" else "passages"), _found
        return
    yield "per 1,000 passages", lambda amount: _share(amount)
    yield "passages", _found
    yield "of passages", lambda amount: amount.base


def _found(amount: Amount) -> int:
    return amount.found


def _share(amount: Amount) -> float | None:
    return None if amount.per_thousand is None else round(amount.per_thousand, 3)


def _name(heading: Heading) -> str | int:
    return UNKNOWN if heading.shown is None else heading.shown
