"""Every number of a comparison is what the search behind it finds, on generated collections."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from generated import CHANGES
from oracles import Pair, cases
from search.documents.declared import json_of
from search.documents.document import Document
from search.documents.facets import ALL_FACETS, UNKNOWN, FacetName
from search.index.engine import Engine
from search.query.request import SearchRequest
from search.searching.compare import Bounds, CompareRequest, Gap, Heading, compare_csv
from search.searching.index import Index

PLACES = ("山西省", "湖南省", "湖南省/常德市", "湖南省/常德市/津市市", UNKNOWN)
FACETS = st.sampled_from([facet.name for facet in ALL_FACETS])


def some(*values: str) -> st.SearchStrategy[tuple[str, ...]]:
    """Mostly nothing, else one or two of these."""
    few = st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)
    return st.one_of(st.just(()), few)


SEARCHES = st.builds(
    SearchRequest,
    query=st.sampled_from(["", "", "安全", "市", "a", "安 全"]),
    city=some(*PLACES),
    year=some("2009..2017", "2018", UNKNOWN),
    topic=some("治安防控", "信访工作"),
    place=some(*PLACES),
    not_city=some(*PLACES),
    not_year=some("2018", "2009..2010"),
    not_topic=some("治安防控", UNKNOWN),
    not_named_year=some("2018", "2016..2017"),
)


def choosing(search: SearchRequest, facet: FacetName, heading: Heading) -> SearchRequest:
    """The search behind the link of a row or a column."""
    return search.only(facet, UNKNOWN if heading.value is None else str(heading.value))


def found(index: Index, search: SearchRequest, measure: str) -> int:
    results = index.run(replace(search, limit=1))
    return results.documents if measure == "documents" else results.total


@settings(max_examples=cases(120), suppress_health_check=[HealthCheck.too_slow])
@given(
    changes=CHANGES,
    search=SEARCHES,
    rows=FACETS,
    columns=FACETS,
    measure=st.sampled_from(["count", "share", "documents"]),
    level=st.sampled_from(["province", "city", "county"]),
    largest=st.sampled_from([1, 2, 30]),
)
def test_every_number_is_what_its_link_finds(
    changes: list[Document | str],
    search: SearchRequest,
    rows: FacetName,
    columns: FacetName,
    measure: str,
    level: str,
    largest: int,
) -> None:
    assume(rows != columns)
    request = CompareRequest(search, rows, columns, measure, level)  # type: ignore[arg-type]
    bounds = Bounds(largest, largest, largest)
    with tempfile.TemporaryDirectory() as folder:
        pair = Pair(Path(folder), merge_below_passages=0)
        pair.commit(changes)
        engines: list[Engine] = [pair.naive, pair.whoosh]
        ours, theirs = (Index(engine).compare(request, bounds) for engine in reversed(engines))
        assert json_of(ours) == json_of(theirs)
        index = Index(pair.whoosh)
        everything = replace(search, query="")
        for row, cells in zip(ours.rows, ours.cells, strict=True):
            if isinstance(row.value, Gap):
                assert not any(cell.found for cell in cells)
                continue
            of_row = choosing(search, rows, row)
            assert found(index, of_row, measure) == row.total.found
            for column, cell in zip(ours.columns, cells, strict=True):
                if isinstance(column.value, Gap):
                    assert cell.found == 0
                    continue
                both = choosing(of_row, columns, column)
                assert found(index, both, measure) == cell.found
                if measure == "share":
                    base = choosing(choosing(everything, rows, row), columns, column)
                    assert found(index, base, measure) == cell.base
        for facet, headings in (
            (columns, (*ours.columns, *ours.rest_columns)),
            (rows, ours.rest_rows),
        ):
            for heading in headings:
                if not isinstance(heading.value, Gap):
                    total = found(index, choosing(search, facet, heading), measure)
                    assert total == heading.total.found
        if rows == "city" and measure != "documents":
            listed = (*ours.rows, *ours.rest_rows)
            in_rows = sum(row.total.found for row in listed)
            assert ours.coarser_rows == ours.total.found - in_rows
            assert ours.coarser_rows >= 0
        assert "".join(compare_csv(ours, {})).count("\r\n") > 10
        pair.whoosh.close()
