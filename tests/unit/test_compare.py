"""Comparisons: requests and addresses, what is in a table, what is said of the rest, the files."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from search.cli import main
from search.documents.declared import json_of
from search.documents.document import Document
from search.errors import UsageError
from search.query.request import SearchRequest
from search.searching.compare import Amount, Bounds, CompareRequest, Comparison, Gap, compare_csv
from search.searching.index import Index

from .web.corpus import document, index_of


def report(
    number: int, year: int | None, *lines: str, city: str | None = "贵港市", source: str = "甲报"
) -> Document:
    """A document of a city in Guangxi, or about the province where there is no city."""
    return document(
        f"{number:016x}",
        [("body", "body", line) for line in lines],
        title=f"第{number}篇",
        city=("广西壮族自治区", city, None),
        year=year,
        source=source,
        topics={"信访": "信访工作", "网格": "网格化管理"},
    )


@pytest.fixture
def index() -> Index:
    return index_of(
        report(1, 2010, "信访网格一。", "别的。", "信访二。"),
        report(2, 2013, "信访。", "别的。", city="南宁市"),
        report(3, None, "信访三。", "信访。", city=None),
        report(4, 2030, "信访。", source="=SUM(A1)"),
    )


@pytest.fixture(scope="module")
def seeds_index(tmp_path_factory: pytest.TempPathFactory, seeds_dir: Path) -> str:
    """The folder of an index of the seeds."""
    folder = tmp_path_factory.mktemp("index")
    done = CliRunner().invoke(main, ["index", str(seeds_dir), "--index", str(folder)])
    assert done.exit_code == 0, done.output
    return str(folder)


def compare(index: Index, **fields: object) -> Comparison:
    return index.compare(CompareRequest(SearchRequest("信访"), **fields))  # type: ignore[arg-type]


def values(found: Comparison) -> tuple[list[object], list[object]]:
    return [row.value for row in found.rows], [column.value for column in found.columns]


def test_city_by_year_is_the_table_if_nothing_is_said(index: Index) -> None:
    found = compare(index)
    rows, columns = values(found)
    assert rows == ["广西壮族自治区/贵港市", "广西壮族自治区/南宁市"]
    assert columns == [2010, 2011, 2012, 2013, Gap(2014, 2029), 2030, None]
    assert [[cell.found for cell in cells] for cells in found.cells] == [
        [2, 0, 0, 0, 0, 1, 0],
        [0, 0, 0, 1, 0, 0, 0],
    ]
    assert [row.total.found for row in found.rows] == [3, 1]
    assert [column.total.found for column in found.columns] == [2, 0, 0, 1, 0, 1, 2]
    assert (found.passages, found.documents, found.coarser_rows) == (6, 4, 2)


def test_documents_are_counted_once(index: Index) -> None:
    found = compare(index, measure="documents", level="province")
    assert [row.total.found for row in found.rows] == [4]
    assert found.total.found == 4
    assert [cell.found for cell in found.cells[0]] == [1, 0, 0, 1, 0, 1, 1]


def test_a_share_says_of_how_many(index: Index) -> None:
    found = compare(index, measure="share")
    assert found.cells[0][0] == Amount(2, 3)
    assert found.cells[0][0].per_thousand == pytest.approx(2000 / 3)
    assert found.cells[0][0].is_small
    assert found.cells[0][1] == Amount(0, 0)
    assert found.cells[0][1].per_thousand is None
    assert found.total == Amount(6, 8)
    assert dict(found.years)[2013] == Amount(1, 2)
    assert dict(found.years)[2020] == Amount(0, 0)


def test_what_does_not_fit_is_named_largest_first(index: Index) -> None:
    request = CompareRequest(SearchRequest("信访"), "source", "year")
    found = index.compare(request, Bounds(rows=30, columns=30, years=1))
    # A rest of one or two would be no gain.
    assert not found.rest_columns
    many = [report(n, 1990 + n, *(["信访。"] * (n + 1))) for n in range(6)]
    found = index_of(*many).compare(request, Bounds(rows=30, columns=30, years=2))
    assert values(found)[1] == [1994, 1995]
    assert [(h.value, h.total.found) for h in found.rest_columns] == [
        (1993, 4),
        (1992, 3),
        (1991, 2),
        (1990, 1),
    ]


def test_a_gap_never_covers_a_year_that_was_left_to_the_rest() -> None:
    many = [report(n, year, *["信访。"] * size) for n, (year, size) in enumerate(SIZES)]
    request = CompareRequest(SearchRequest("信访"), "source", "year")
    found = index_of(*many).compare(request, Bounds(years=2))
    assert values(found)[1] == [2000, 2001, 2003, 2004]
    assert [h.value for h in found.rest_columns] == [2002, 2005, 2006]


SIZES = [(2000, 9), (2002, 1), (2004, 8), (2005, 1), (2006, 1)]


def test_filters_of_the_two_facets_choose_rows_and_columns(index: Index) -> None:
    search = SearchRequest("信访", city=("广西",), year=("2010..2020",), not_city=("南宁",))
    found = index.compare(CompareRequest(search))
    assert values(found) == (["广西壮族自治区/贵港市"], [2010])
    deeper = index.compare(CompareRequest(SearchRequest("信访", city=("南宁",)), level="province"))
    assert values(deeper)[0] == ["广西壮族自治区/南宁市"]


def test_several_values_of_a_passage_are_said(index: Index) -> None:
    found = compare(index, rows="topic", columns="year")
    assert found.several == ("topic",)
    topics = {row.value: row.total.found for row in found.rows}
    assert topics == {"信访工作": 6, "网格化管理": 1}
    assert found.total.found == 6


def test_nothing_found_is_an_empty_table(index: Index) -> None:
    found = index.compare(CompareRequest(SearchRequest("没有这样的话")))
    assert (found.passages, found.rows, found.cells) == (0, (), ())
    assert json_of(found)["cells"] == []


@pytest.mark.parametrize(
    "params",
    [
        [],
        [("rows", "topic"), ("columns", "place"), ("measure", "share"), ("level", "county")],
        [("q", "信访"), ("not_city", "贵港"), ("rows", "year"), ("columns", "city")],
    ],
)
def test_a_request_is_an_address_and_back(params: list[tuple[str, str]]) -> None:
    request = CompareRequest.from_params(params)
    assert CompareRequest.from_params(request.to_params()) == request
    assert request.turned().turned() == request


def test_one_side_makes_room_for_the_other() -> None:
    assert CompareRequest.from_params([("rows", "year")]).columns == "city"
    assert CompareRequest.from_params([("columns", "city")]).rows == "year"


@pytest.mark.parametrize(
    "params",
    [
        [("rows", "author")],
        [("measure", "percent")],
        [("level", "street")],
        [("rows", "topic"), ("columns", "topic")],
    ],
)
def test_a_wrong_request_is_refused_by_name(params: list[tuple[str, str]]) -> None:
    with pytest.raises(UsageError) as refused:
        CompareRequest.from_params(params)
    assert params[0][1] in refused.value.message


def test_page_order_and_collapsing_do_not_matter() -> None:
    params = [("q", "信访"), ("page", "3"), ("limit", "5"), ("sort", "date"), ("collapse", "1")]
    assert CompareRequest.from_params(params).to_params() == [("q", "信访")]


def test_csv_runs_nothing_and_has_all_three_numbers_of_a_share(index: Index) -> None:
    found = compare(index, rows="source", columns="year", measure="share")
    text = "".join(compare_csv(found, {"program": "duansou"}))
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text[1:])))
    assert ["query", "信访"] in rows
    titles = [row[0] for row in rows if len(row) > 2 and row[1] == "total"]
    assert titles == ["per 1,000 passages", "passages", "of passages"]
    assert sum(row[:1] == ["'=SUM(A1)"] for row in rows) == 3
    assert not any(cell.startswith("=") for row in rows for cell in row)
    headers = next(row for row in rows if row[:2] == ["passages", "total"])
    assert headers[2:] == ["2010", "2011", "2012", "2013", "2014..2029", "2030", "~unknown"]


def test_the_command_prints_text_json_and_csv(seeds_index: str) -> None:
    run = CliRunner().invoke
    asked = ["compare", "信访", "--index", seeds_index]
    printed = run(main, asked)
    assert printed.exit_code == 0
    assert "广西壮族自治区/贵港市" in printed.output
    record = json.loads(run(main, [*asked, "--measure", "share", "--json"]).stdout)
    assert record["measure"] == "share"
    cell = next(cell for cells in record["cells"] for cell in cells if cell["found"])
    assert cell["of"] >= cell["found"]
    written = run(main, [*asked, "--rows", "topic", "--columns", "source", "--csv"]).stdout_bytes
    assert written.startswith("\ufeffquery,信访\r\n".encode())
    left_out = json.loads(run(main, [*asked, "--not-city", "贵港", "--json"]).stdout)
    assert left_out["passages"] < record["passages"]
    assert left_out["filters"] == {"not_city": ["贵港"]}
    assert run(main, ["compare", "没有这样的话", "--index", seeds_index]).exit_code == 1
    wrong = run(main, [*asked, "--rows", "topic", "--columns", "topic"])
    assert wrong.exit_code == 2
    assert "choose two facets" in wrong.output


def test_an_unfinished_search_gives_no_table(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    search = index.reader.search
    monkeypatch.setattr(
        index.reader, "search", lambda request: replace(search(request), partial=True)
    )
    found = compare(index)
    assert found.partial
    assert found.rows == ()
    assert json_of(found)["partial"] is True
