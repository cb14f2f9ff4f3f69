"""Concordances: lines, counts, orders, neighbours, files."""

from __future__ import annotations

import csv
import io
import itertools
import json
from pathlib import Path

import pytest

from search import open_index
from search.analysis.words import Analyzer
from search.budget import current
from search.documents.document import Document
from search.engines.whoosh.writer import open_writer
from search.errors import UsageError
from search.query.nodes import Query
from search.query.request import SearchRequest
from search.searching.concordance import (
    Concordance,
    ConcordanceRequest,
    csv_lines,
    json_lines,
    neighbours,
    provenance,
)
from search.searching.snippets import occurrences

from .web.corpus import DATONG, GUIGANG, document, index_of

TEXTS = document(
    "eeeeeeeeeeeeeeee",
    [
        ("title", "title", "信访条例"),
        ("body", "body", "哈哈哈，依法信访；非法信访。"),
        ("body", "body", "信访"),
        ("body", "body", "信 访局ＡＢ信访局"),
        ("body", "body", "信件来访"),
    ],
    title="信访条例",
    year=2019,
)


def ask(query: str, *documents: Document, limit: int = 50_000, **options: object) -> Concordance:
    index = index_of(*documents)
    index.kwic_limit = limit
    search = SearchRequest(query=query)
    return index.concordance(ConcordanceRequest(search, **options))  # type: ignore[arg-type]


def test_each_occurrence_is_a_line_with_its_context_and_source() -> None:
    found = ask('"信访"', TEXTS, DATONG, width=3)
    assert [(line.before(3), line.match, line.after(3)) for line in found.lines] == [
        ("全市", "信访", "秩序良"),
        ("，依法", "信访", "；非法"),
        ("；非法", "信访", "。"),
        ("", "信访", ""),
        ("", "信 访", "局ＡＢ"),
        ("局ＡＢ", "信访", "局"),
    ]
    assert (found.occurrences, found.passages, found.documents) == (6, 4, 2)
    line = found.lines[1]
    assert (line.passage.title, line.passage.paragraph, line.passage.year) == ("信访条例", 1, 2019)
    assert (line.start, line.end) == (6, 8)


def test_overlapping_occurrences_are_separate() -> None:
    assert [line.start for line in ask('"哈哈"', TEXTS).lines] == [0, 1]


def test_patterns_and_other_writings_are_occurrences() -> None:
    assert {line.match for line in ask("信??访", TEXTS).lines} == {"信件来访"}
    index = index_of(TEXTS)
    also = ConcordanceRequest(SearchRequest(query='"依法信訪"', also=("script",)))
    assert [line.match for line in index.concordance(also).lines] == ["依法信访"]


def test_words_that_stand_apart_are_no_occurrence_and_that_is_said() -> None:
    found = ask("群众民意", GUIGANG)
    assert found.matching == 1
    assert (found.occurrences, found.passages, found.lines) == (0, 0, ())


def test_filters_hold_and_exclusions_are_not_listed() -> None:
    index = index_of(TEXTS, DATONG)
    request = ConcordanceRequest(SearchRequest(query="信访 -条例", year=("2018",)))
    assert [line.passage.year for line in index.concordance(request).lines] == [2018]


@pytest.mark.parametrize("query", ["", "title:信访", "-信访"])
def test_a_query_without_text_has_no_occurrence(query: str) -> None:
    assert ask(query, TEXTS).occurrences == 0


def test_lines_are_sorted_by_what_stands_beside() -> None:
    def starts(order: str) -> list[int]:
        found = ask('"信访"', TEXTS, order=order)
        return [line.passage.paragraph * 100 + line.start for line in found.lines]

    assert starts("document") == [106, 111, 200, 300, 306]
    # Leftwards from the match stand: nothing, nothing, ba局, 法依, 法非.
    assert starts("left") == [200, 300, 306, 106, 111]
    # After it: nothing, ;非, 。, 局, 局ab.
    assert starts("right") == [200, 106, 111, 306, 300]
    # All are one folded text, so what follows decides.
    assert starts("match") == starts("right")


def test_beyond_the_limit_all_are_counted_and_the_cut_is_said() -> None:
    found = ask('"信访"', TEXTS, limit=2)
    assert (len(found.lines), found.occurrences, found.passages) == (2, 5, 3)
    assert found.is_cut
    assert "kwic-cut" in [notice.code for notice in found.notices]


def test_neighbours_are_counted_by_words_and_by_characters() -> None:
    index = index_of(TEXTS)
    found = ask('"信访"', TEXTS)
    by_words = neighbours(found.lines, index.analyzer)
    assert {(n.text, n.occurrences, n.passages) for n in by_words.left} == {
        ("", 2, 2),
        ("依法", 1, 1),
        ("非法", 1, 1),
        ("ab", 1, 1),
    }
    assert ("局", 2, 1) in [tuple(n) for n in by_words.right]
    by_characters = neighbours(found.lines, index.analyzer, 1)
    assert tuple(by_characters.left[0]) in {("法", 2, 1), ("", 2, 2)}
    for side in (by_words.left, by_words.right, by_characters.left, by_characters.right):
        assert sum(n.occurrences for n in side) == found.occurrences


def test_a_page_past_the_end_is_the_last() -> None:
    found = index_of(TEXTS).concordance(ConcordanceRequest(SearchRequest("信访", page=9)))
    page, pages, lines = found.page(2)
    assert (page, pages) == (3, 3)
    assert len(lines) == 1


def test_a_request_is_its_address_and_back() -> None:
    request = ConcordanceRequest(
        SearchRequest("信访", year=("2018",), page=2), order="left", width=7, near_chars=2
    )
    assert ConcordanceRequest.from_params(request.to_params()) == request
    assert ConcordanceRequest().to_params() == []


@pytest.mark.parametrize(
    "params", [("order", "up"), ("width", "101"), ("width", "x"), ("near", "6"), ("near", "-1")]
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(params: tuple[str, str]) -> None:
    with pytest.raises(UsageError, match=params[0]):
        ConcordanceRequest.from_params([params])


def test_json_lines_begin_with_a_header_that_says_what_was_asked_and_counted() -> None:
    index = index_of(TEXTS)
    found = ask('"信访"', TEXTS)
    header, *lines = map(json.loads, json_lines(found, provenance(index.reader)))
    assert header["header"]["query"] == '"信访"'
    assert (header["header"]["occurrences"], header["header"]["passages"]) == (5, 3)
    assert header["header"]["index_format"].startswith("duansou-whoosh ")
    assert header["header"]["written"]
    assert [line["match"] for line in lines] == [line.match for line in found.lines]


def test_csv_is_utf8_with_a_mark_and_no_cell_of_it_is_a_formula() -> None:
    evil = document(
        "ffffffffffffffff",
        [
            ("title", "title", "=1+1"),
            *(("body", "body", f"{sign}cmd|' /C calc'!A0 信访\t\r\n末") for sign in "=+-@\t\r"),
        ],
        title="=1+1",
        source="@SUM(A1)",
    )
    text = "".join(csv_lines(ask('"信访"', evil), {"program": "=x"}))
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text[1:])))
    cells = [cell for row in rows for cell in row]
    assert len(rows[-1]) == 12
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert not [cell for cell in cells if "\n" in cell or "\r" in cell]
    assert ["program", "'=x"] in rows
    assert "'=1+1" in cells


def test_an_index_of_several_segments_gives_the_lines_of_a_naive_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.searching.concordance._AT_ONCE", 2)
    for part in ((TEXTS, DATONG), (GUIGANG,)):
        with open_writer(tmp_path, Analyzer()) as writer:
            for one in part:
                writer.put(one)
            writer.commit({})
    naive = index_of(TEXTS, DATONG, GUIGANG)
    with open_index(tmp_path) as index:
        for query in ('"信访"', "信访 OR 安全", "全", "网*管理", "的"):
            request = ConcordanceRequest(SearchRequest(query))
            found, expected = index.concordance(request), naive.concordance(request)
            assert found.lines == expected.lines
            assert (found.occurrences, found.passages, found.documents, found.matching) == (
                expected.occurrences,
                expected.passages,
                expected.documents,
                expected.matching,
            )


def test_what_an_index_counts_is_exact_when_time_runs_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_writer(tmp_path, Analyzer()) as writer:
        for one in (TEXTS, DATONG, GUIGANG):
            writer.put(one)
        writer.commit({})
    naive = index_of(TEXTS, DATONG, GUIGANG)
    requests = [ConcordanceRequest(SearchRequest(text)) for text in ("信访", '"信访"', "全")]
    expected = list(map(naive.concordance, requests))

    def spending(text: str, query: Query) -> tuple[tuple[int, int], ...]:
        current().was_spent = True
        return occurrences(text, query)

    monkeypatch.setattr("search.searching.concordance.occurrences", spending)
    with open_index(tmp_path) as index:
        for request, whole in zip(requests, expected, strict=True):
            found = index.concordance(request)
            assert (found.occurrences, found.passages, found.documents, found.matching) == (
                whole.occurrences,
                whole.passages,
                whole.documents,
                whole.matching,
            )
            assert not found.partial
            assert found.lines == whole.lines[: len(found.lines)]
            assert len(found.lines) < len(whole.lines)
            assert "kwic-late" in [notice.code for notice in found.notices]


def test_time_that_runs_out_makes_counts_lower_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    ticking = itertools.count(0, 10)
    monkeypatch.setattr("search.budget._clock", lambda: next(ticking))
    monkeypatch.setattr("search.budget._LOOK_S", 0.0)
    found = index_of(TEXTS).concordance(ConcordanceRequest(SearchRequest("信访")))
    assert found.partial
    assert "partial" in [notice.code for notice in found.notices]
